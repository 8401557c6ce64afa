//! Every report of a run whose texts somebody else wrote.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| bodies::record::poisoned(text));
