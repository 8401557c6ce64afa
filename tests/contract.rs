//! Every trial as a test of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    iamspec::bridge::main()
}
