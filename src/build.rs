//! The case files and schemas are part of the binary: it is built anew when they change.

fn main() {
    for folder in ["cases", "schemas"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
