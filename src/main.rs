//! The command line of iamspec; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    iamspec::cli::main()
}
