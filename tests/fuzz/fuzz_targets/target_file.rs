//! A target file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| bodies::files::target_file(text));
