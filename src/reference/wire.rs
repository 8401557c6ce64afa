//! The last step to the socket: how the head of an answer is spelled, and answers that break off.
//!
//! In: the bytes of the HTTP library, which spells header names in lower case. Out: the same answer in the style of
//! the conduct. Never: touches a body, other than by cutting the connection after it.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A header that never leaves: its answer announces more than follows, then the connection is cut.
pub(super) const BREAK_OFF: &str = "x-reference-break-off";

/// Bytes announced beyond those that follow.
const MISSING: usize = 64;

/// How heads are spelled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// `Content-Type` rather than `content-type`.
    pub(super) capitals: bool,
    /// `200 OK` rather than `200`.
    pub(super) reasons: bool,
}

/// A listener whose connections write in a style.
pub(super) struct Styled {
    pub(super) listener: TcpListener,
    pub(super) style: Style,
}

impl Listener for Styled {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, from) = Listener::accept(&mut self.listener).await;
        (Wire { stream, style: self.style, pending: Vec::new(), cut: false }, from)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One connection.
pub(super) struct Wire {
    stream: TcpStream,
    style: Style,
    /// Styled, not yet written.
    pending: Vec<u8>,
    /// Nothing may follow what is pending.
    cut: bool,
}

impl Wire {
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.pending))?;
            self.pending.drain(..written);
        }
        Poll::Ready(if self.cut { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) })
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.drain(cx))?;
        let styled = styled(bytes, self.style);
        self.cut = styled.is_some() && names(bytes, BREAK_OFF);
        self.pending = styled.unwrap_or_else(|| bytes.to_vec());
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.drain(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.drain(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

fn names(bytes: &[u8], header: &str) -> bool {
    head(bytes).is_some_and(|(head, _)| head.contains(header))
}

/// Head and body, where the bytes begin an answer: the HTTP library writes a head as a whole.
fn head(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = bytes.split_at(end + 4);
    let head = std::str::from_utf8(head).ok()?.trim_end();
    head.starts_with("HTTP/1.1 ").then_some((head, body))
}

fn styled(bytes: &[u8], style: Style) -> Option<Vec<u8>> {
    let (head, body) = head(bytes)?;
    let cut = head.contains(BREAK_OFF);
    let mut lines = head.split("\r\n");
    let mut out = status_line(lines.next()?, style);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name = if style.capitals { capitals(name) } else { name.to_owned() };
        if name.eq_ignore_ascii_case("content-length") && cut {
            let announced = value.parse::<usize>().unwrap_or(0) + MISSING;
            let _ = write!(out, "{name}: {announced}\r\n");
        } else if !name.eq_ignore_ascii_case(BREAK_OFF) {
            let _ = write!(out, "{name}: {value}\r\n");
        }
    }
    out.push_str("\r\n");
    Some([out.as_bytes(), body].concat())
}

fn status_line(line: &str, style: Style) -> String {
    let kept = if style.reasons { line } else { line.get(.."HTTP/1.1 200 ".len()).unwrap_or(line) };
    format!("{kept}\r\n")
}

fn capitals(name: &str) -> String {
    let parts = name.split('-').map(|part| {
        let (first, rest) = part.split_at_checked(1).unwrap_or((part, ""));
        first.to_ascii_uppercase() + rest
    });
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{Style, styled};

    const FROM: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok";

    fn text(bytes: &[u8], capitals: bool, reasons: bool) -> Option<String> {
        styled(bytes, Style { capitals, reasons }).and_then(|bytes| String::from_utf8(bytes).ok())
    }

    #[test]
    fn a_head_is_spelled_in_the_style_and_the_body_left_alone() {
        let due = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(text(FROM, true, true).as_deref(), Some(due));
        let due = "HTTP/1.1 200 \r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok";
        assert_eq!(text(FROM, false, false).as_deref(), Some(due));
    }

    #[test]
    fn an_answer_to_be_cut_announces_more_and_does_not_say_why() {
        let from = b"HTTP/1.1 200 OK\r\nx-reference-break-off: 1\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(text(from, false, true).as_deref(), Some("HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\n"));
    }

    #[test]
    fn bytes_that_begin_no_answer_are_not_styled() {
        assert_eq!(text(b"5\r\nhello\r\n0\r\n\r\n", true, true), None);
    }
}
