//! A client of one request a connection.

use serde_json::{Map, Value, json};
use tokio::net::TcpStream;

use crate::reference::Deployment;
use crate::reference::document::{Document, documents};
use crate::reference::world::CLIENT_ID;

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
    /// Every byte that was announced came.
    pub(super) whole: bool,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn code(&self) -> String {
        self.json()["error_code"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn message(&self) -> String {
        self.json()["error_msg"].as_str().unwrap_or_default().to_owned()
    }
}

/// A request, valid until something is changed.
#[derive(Clone)]
pub(super) struct Call {
    path: String,
    headers: Vec<(String, String)>,
    body: Map<String, Value>,
}

impl Call {
    pub(super) fn to(document: &Document) -> Self {
        let headers = [
            ("X-operating-sys-version", "windows10.1.1"),
            ("X-device-fingerprint", "156aysdna213sc50"),
            ("X-device-ip", "192.168.1.2"),
            ("X-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X)"),
            ("X-L", "en"),
            ("X-client-id", CLIENT_ID),
            ("content-type", "application/json"),
        ];
        Self {
            path: document.path.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: Map::new(),
        }
    }

    /// Any path of the deployment.
    pub(super) fn at(path: &str, document: &Document) -> Self {
        Self { path: path.to_owned(), ..Self::to(document) }
    }

    /// A send with a fresh token.
    pub(super) async fn send(site: &Deployment, document: &Document, to: &str, scene: &str) -> Self {
        let token = captcha(site, to).await;
        Self::to(document)
            .member(document.recipient(), json!(to))
            .member("type", json!(scene))
            .member("captcha_token", json!(token))
    }

    pub(super) fn header(self, name: &str, value: &str) -> Self {
        let mut call = self.without(name);
        call.headers.push((name.to_owned(), value.to_owned()));
        call
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| found != name);
        self.body.shift_remove(name);
        self
    }

    pub(super) fn member(mut self, name: &str, value: Value) -> Self {
        self.body.insert(name.to_owned(), value);
        self
    }

    pub(super) fn get(&self, name: &str) -> Value {
        self.body[name].clone()
    }

    /// Blank, wherever the field stands.
    pub(super) fn blank(self, name: &str) -> Self {
        if self.body.contains_key(name) { self.member(name, json!("  ")) } else { self.header(name, "") }
    }

    pub(super) async fn fire(&self, site: &Deployment) -> Reply {
        self.fire_raw(site, &Value::Object(self.body.clone()).to_string()).await
    }

    /// The same without a body, as a `GET`.
    pub(super) async fn get_it(&self, site: &Deployment) -> Reply {
        let mut head = format!("GET {} HTTP/1.1\r\n", self.path);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        exchange(site.url(), &head, "").await
    }

    pub(super) async fn fire_raw(&self, site: &Deployment, body: &str) -> Reply {
        self.fire_at(site.url(), body).await
    }

    pub(super) async fn fire_at(&self, url: &str, body: &str) -> Reply {
        let length = body.len();
        let mut head = format!("POST {} HTTP/1.1\r\ncontent-length: {length}\r\n", self.path);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        exchange(url, &head, body).await
    }
}

pub(super) async fn get(site: &Deployment, path: &str) -> Reply {
    exchange(site.url(), &format!("GET {path} HTTP/1.1\r\n"), "").await
}

pub(super) async fn captcha(site: &Deployment, to: &str) -> String {
    let reply = get(site, &format!("/_reference/captcha?to={}", to.replace('@', "%40"))).await;
    reply.json()["captcha_token"].as_str().expect("a token").to_owned()
}

/// The code last sent.
pub(super) async fn code(site: &Deployment, to: &str, scene: &str) -> Option<String> {
    let reply = get(site, &format!("/_reference/code?to={to}&scene={scene}")).await;
    if reply.status == 404 { None } else { reply.json()["code"].as_str().map(str::to_owned) }
}

pub(super) fn document(product: crate::reference::Product, name: &str) -> &'static Document {
    documents(product).iter().find(|document| document.name == name).expect("a document")
}

async fn exchange(url: &str, head: &str, body: &str) -> Reply {
    let address = url.trim_start_matches("http://");
    let stream = TcpStream::connect(address).await.expect("the deployment listens");
    let request = format!("{head}host: {address}\r\nconnection: close\r\n\r\n{body}");
    write(&stream, request.as_bytes()).await;
    reply(&read(&stream).await)
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        stream.writable().await.expect("the connection stands");
        if let Ok(count) = stream.try_write(bytes) {
            bytes = &bytes[count..];
        }
    }
}

async fn read(stream: &TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    loop {
        stream.readable().await.expect("the connection stands");
        match stream.try_read(&mut part) {
            Ok(0) => return all,
            Ok(count) => all.extend(&part[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return all,
        }
    }
}

fn reply(bytes: &[u8]) -> Reply {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.get(9..12).and_then(|digits| digits.parse().ok()).expect("a status");
    let mut reply = Reply { status, head, body: bytes[end + 4..].to_vec(), whole: true };
    if reply.header("transfer-encoding") == Some("chunked") {
        reply.body = unchunked(&reply.body);
    } else if let Some(size) = reply.header("content-length").and_then(|size| size.parse::<usize>().ok()) {
        reply.whole = reply.body.len() == size;
    }
    reply
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").expect("a chunk size");
        let size = std::str::from_utf8(&rest[..line]).ok().and_then(|hex| usize::from_str_radix(hex, 16).ok());
        let size = size.expect("a chunk size in hex");
        if size == 0 {
            return all;
        }
        all.extend(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
}
