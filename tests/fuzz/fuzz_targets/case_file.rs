//! A case file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| bodies::files::case_file(text));
