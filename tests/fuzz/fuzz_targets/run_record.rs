//! A stored run record, and the reports that are made of it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| bodies::record::run_record(text));
