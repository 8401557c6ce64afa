//! Starting and stopping deployments.
//!
//! In: a config, a listener, a signal to stop. Out: a server that answers until then, and no longer than a grace
//! afterwards. Never: chooses an address other than loopback by itself.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::conduct::{Conduct, Quirk};
use super::wire::{Style, Styled};
use super::{Config, Product, key, route};

/// How long requests in flight may take once a stop is asked for: more than any answer takes.
const GRACE: Duration = Duration::from_secs(1);

/// A deployment that runs in the background, on loopback; dropping it stops it.
#[derive(Debug)]
pub struct Deployment {
    url: String,
    stop: DropGuard,
    task: JoinHandle<io::Result<()>>,
}

impl Deployment {
    /// Where it answers: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it, and returns once requests in flight are answered or the grace is over.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(self) -> io::Result<()> {
        drop(self.stop);
        self.task.await.unwrap_or_else(|panic| Err(io::Error::other(panic)))
    }
}

/// Connections that may wait to be taken up: a fleet knocks with hundreds at once, and who finds no room waits for a second.
const WAITING: u32 = 4096;

/// Listens on a port of loopback; 0: any that is free.
///
/// # Errors
/// When the port cannot be had.
pub fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // As every listener of the standard library: a port that was served a moment ago can be had again. On Windows it would
    // share one that is in use.
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(WAITING)
}

/// Starts a deployment on a free port of loopback.
///
/// # Errors
/// When no port can be had.
pub async fn start(config: Config) -> io::Result<Deployment> {
    let listener = listen(0)?;
    let url = format!("http://{}", listener.local_addr()?);
    let stop = CancellationToken::new();
    let task = tokio::spawn(serve(listener, config, stop.clone().cancelled_owned()));
    Ok(Deployment { url, stop: stop.drop_guard(), task })
}

/// Serves on `listener` until `shutdown` resolves, then at most a grace of one second longer.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    if config.product == Product::Eiam {
        // Made here, not in the middle of a login; the second deployment of a process finds it made.
        tokio::task::spawn_blocking(key::public_der).await.map_err(io::Error::other)?;
    }
    let stopping = CancellationToken::new();
    let asked = stopping.clone();
    let signal = async move {
        shutdown.await;
        asked.cancel();
    };
    let conduct = Conduct::of(&config);
    let style = Style { capitals: !conduct.has(Quirk::LowerCaseHeaders), reasons: !conduct.has(Quirk::NoReasonPhrase) };
    let server = axum::serve(Styled { listener, style }, route::router(&config)).with_graceful_shutdown(signal);
    let overdue = async {
        stopping.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server.into_future() => ended,
        () = overdue => Ok(()),
    }
}
