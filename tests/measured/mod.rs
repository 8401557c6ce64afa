//! A run of the binary as a child process, with its time and its peak memory.

use std::fs;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// What a process came to.
pub(crate) struct Measured {
    pub(crate) status: ExitStatus,
    pub(crate) took: Duration,
    /// In KiB, where the system tells it.
    pub(crate) peak: Option<u64>,
}

/// Runs the binary to its end; what takes longer than `longest` is killed.
pub(crate) fn measured(command: &mut Command, longest: Duration) -> Measured {
    let started = Instant::now();
    let mut child = command.spawn().expect("the binary runs");
    let mut peak = None;
    let status = loop {
        peak = peak.max(resident_peak(child.id()));
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if started.elapsed() > longest {
            child.kill().expect("it is stopped");
            break child.wait().expect("it ends");
        }
        thread::sleep(Duration::from_millis(2));
    };
    Measured { status, took: started.elapsed(), peak }
}

/// `VmHWM` of a process in KiB, where the system tells it.
fn resident_peak(process: u32) -> Option<u64> {
    // A process that has just been made still has the memory of the one that made it.
    let program = fs::read_link(format!("/proc/{process}/exe")).ok()?;
    if program != fs::canonicalize(env!("CARGO_BIN_EXE_iamspec")).ok()? {
        return None;
    }
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
