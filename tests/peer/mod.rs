//! A peer on a socket of its own that says what it likes; it ends by itself.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What a peer does with each connection.
pub(crate) type Script = fn(&mut Wire);

/// No connection is kept longer than this, whoever forgets it.
const PATIENCE: Duration = Duration::from_secs(10);

/// A listener that runs a script on every connection until it is dropped.
pub(crate) struct Peer {
    port: u16,
    ended: Arc<AtomicBool>,
}

impl Peer {
    /// Listens on a port of its own; where the script is [`Wire::never`], nobody does.
    pub(crate) fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let ended = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&ended);
        if !std::ptr::fn_addr_eq(script, Wire::never as Script) {
            listener.set_nonblocking(true).expect("it does not block");
            thread::spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    match listener.accept() {
                        Ok((stream, _)) => serve(stream, script, Arc::clone(&over)),
                        Err(_) => thread::sleep(Duration::from_millis(2)),
                    }
                }
            });
        }
        Self { port, ended }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
    }
}

fn serve(stream: TcpStream, script: Script, over: Arc<AtomicBool>) {
    thread::spawn(move || {
        let ready = stream.set_nonblocking(false);
        let ready = ready.and_then(|()| stream.set_read_timeout(Some(Duration::from_millis(500))));
        // Whoever listens may be slow on a busy machine.
        if ready.and_then(|()| stream.set_write_timeout(Some(PATIENCE / 2))).is_ok() {
            script(&mut Wire { stream, over, started: Instant::now() });
        }
    });
}

/// One connection; writing to one that the other side left is no error here.
pub(crate) struct Wire {
    stream: TcpStream,
    over: Arc<AtomicBool>,
    started: Instant,
}

impl Wire {
    /// The script of a peer that does not listen.
    pub(crate) fn never(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Reads a request to its end, or until nothing more comes.
    pub(crate) fn hear(&mut self) {
        let mut heard = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count) = self.stream.read(&mut buffer) {
            heard.extend_from_slice(&buffer[..count]);
            if count == 0 || is_whole(&heard) {
                return;
            }
        }
    }

    /// Closes while what was sent is unread: a reset.
    pub(crate) fn reset(&mut self) {
        self.reset_after(b"");
    }

    /// The same, after some bytes.
    pub(crate) fn say_and_reset(&mut self, text: &str) {
        self.reset_after(text.as_bytes());
    }

    fn reset_after(&mut self, bytes: &[u8]) {
        let _ = self.stream.peek(&mut [0]);
        let _ = self.stream.write_all(bytes);
        // A reset may overtake what was written; here it must not.
        thread::sleep(Duration::from_millis(50));
    }

    /// Keeps the connection open and says nothing.
    pub(crate) fn wait(&mut self) {
        while self.goes_on() {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Hears, says, closes.
    pub(crate) fn say(&mut self, text: &str) {
        self.say_bytes(text.as_bytes());
    }

    fn say_bytes(&mut self, bytes: &[u8]) {
        self.hear();
        let _ = self.stream.write_all(bytes);
    }

    /// Says a part and keeps the connection open.
    pub(crate) fn stall(&mut self, text: &str) {
        self.say(text);
        self.wait();
    }

    /// A whole answer, sent one byte a second.
    pub(crate) fn drip(&mut self, body: &str) {
        self.hear();
        for byte in super::whole(super::JSON, body).bytes() {
            if !self.goes_on() || self.stream.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_secs(1));
        }
    }

    /// Says something, and then the same again and again.
    pub(crate) fn forever(&mut self, first: &str, again: &str) {
        self.say(first);
        while self.goes_on() && self.stream.write_all(again.as_bytes()).is_ok() {}
    }

    /// A whole answer of status 400.
    pub(crate) fn answer(&mut self, headers: &str, body: &str) {
        self.say(&super::whole(headers, body));
    }

    /// The same with a body that is no text.
    pub(crate) fn bytes(&mut self, headers: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 400 Bad Request\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        self.say_bytes(&[head.as_bytes(), body].concat());
    }

    /// The same in UTF-16 with its mark.
    pub(crate) fn utf16(&mut self, body: &str) {
        let units = std::iter::once(0xfeff).chain(body.encode_utf16());
        let body: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        self.bytes(super::JSON, &body);
    }

    /// The documented refusal with another message: the text of a JSON string.
    pub(crate) fn message(&mut self, text: &str) {
        self.answer(super::JSON, &super::GOOD.replace("clientId cannot be empty", text));
    }

    /// Sends the client elsewhere.
    pub(crate) fn redirect(&mut self, to: &str) {
        self.say(&format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"));
    }

    /// Ever more blanks in ever fewer bytes.
    pub(crate) fn bomb(&mut self) {
        self.say(&format!("HTTP/1.1 400 Bad\r\n{}Content-Encoding: gzip\r\n\r\n", super::JSON));
        let _ = self.stream.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        let mut bits = Bits::default();
        // A block that is not the last, with the fixed codes; a blank.
        bits.push(&[false, true, false]);
        bits.push(&code(0b0101_0000));
        while self.goes_on() {
            for _ in 0..4096 {
                // The last byte 258 times: length 285 without extra bits, distance 1.
                bits.push(&code(0b1100_0101));
                bits.push(&[false; 5]);
            }
            if self.stream.write_all(&std::mem::take(&mut bits.whole)).is_err() {
                return;
            }
        }
    }

    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst) && self.started.elapsed() < PATIENCE
    }
}

/// Whether a request with its body has arrived.
fn is_whole(heard: &[u8]) -> bool {
    let text = String::from_utf8_lossy(heard).to_ascii_lowercase();
    let Some((fields, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = fields.lines().find_map(|line| line.strip_prefix("content-length:"));
    body.len() >= length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)
}

/// A Huffman code of eight bits, its first bit first.
fn code(value: u8) -> Vec<bool> {
    (0..8).rev().map(|bit| value >> bit & 1 == 1).collect()
}

/// Bits as deflate packs them: the first is the lowest.
#[derive(Default)]
struct Bits {
    whole: Vec<u8>,
    open: u8,
    count: u8,
}

impl Bits {
    fn push(&mut self, bits: &[bool]) {
        for bit in bits {
            self.open |= u8::from(*bit) << self.count;
            self.count += 1;
            if self.count == 8 {
                self.whole.push(std::mem::take(&mut self.open));
                self.count = 0;
            }
        }
    }
}
