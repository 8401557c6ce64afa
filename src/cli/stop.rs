//! Signals that end a run early: the first one asks for the reports, the second waits for nothing.
//!
//! In: Ctrl-C, SIGTERM. Out: a future that ends with the first of them, and the exit code that says so. Never: loses one
//! between two targets, or while reports are written.

use std::{io, thread};

use tokio::runtime;
use tokio::sync::watch;

use super::exit;

/// No signal has come yet.
const NONE: u8 = 0;

/// Whether a run is to end early.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    code: watch::Receiver<u8>,
}

impl Stop {
    /// Listens from now on, on a thread of its own: whatever the others wait for, such as a pipe that nobody reads, a signal is
    /// heard.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(crate) fn listen() -> io::Result<Self> {
        let (tell, code) = watch::channel(NONE);
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let signals = {
            let _entered = runtime.enter();
            Signals::new()
        };
        thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(heed(signals, tell)))?;
        Ok(Self { code })
    }

    /// The exit code of a run that was told to end.
    pub(crate) fn code(&self) -> Option<u8> {
        Some(*self.code.borrow()).filter(|code| *code != NONE)
    }

    /// Ends when the run is to end early.
    pub(crate) async fn asked(&self) {
        let mut code = self.code.clone();
        if code.wait_for(|code| *code != NONE).await.is_err() {
            // Nobody listens any more: nobody asks.
            std::future::pending::<()>().await;
        }
    }
}

/// Tells of the first signal, and ends the process with the second: whoever asks twice waits for no report.
#[expect(clippy::exit, reason = "what is being written may never come to an end")]
async fn heed(mut signals: Signals, tell: watch::Sender<u8>) {
    tell.send_replace(signals.next().await);
    std::process::exit(signals.next().await.into());
}

#[cfg(unix)]
struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
    /// A file that grows beyond `ulimit -f` is then an error of its writer, and not the end of the process.
    _oversize: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// One that cannot be listened to ends the process, as it always did.
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        /// The number on Linux and macOS alike.
        const SIGXFSZ: i32 = 25;
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
            _oversize: signal(SignalKind::from_raw(SIGXFSZ)).ok(),
        }
    }

    async fn next(&mut self) -> u8 {
        let Self { interrupt, terminate, .. } = self;
        tokio::select! {
            () = one(interrupt) => exit::INTERRUPTED,
            () = one(terminate) => exit::TERMINATED,
        }
    }
}

#[cfg(unix)]
async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
    let heard = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if heard.is_none() {
        std::future::pending::<()>().await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) -> u8 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        exit::INTERRUPTED
    }
}
