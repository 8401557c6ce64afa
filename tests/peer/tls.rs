//! A deployment behind TLS with a made-up authority: it answers every request alike and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

/// No connection is kept longer than this, whoever forgets it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Days from when to when a certificate is valid: year, month, day.
pub(crate) type Day = (i32, u8, u8);
/// A span that holds today, whenever that is.
pub(crate) const ALWAYS: (Day, Day) = ((2020, 1, 1), (2120, 1, 1));
/// A span that is over.
pub(crate) const PAST: (Day, Day) = ((2020, 1, 1), (2021, 1, 1));
/// A span that has not begun.
pub(crate) const FUTURE: (Day, Day) = ((2119, 1, 1), (2120, 1, 1));

/// Somebody who signs certificates.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key.
pub(crate) struct Leaf {
    pub(crate) certificate: rcgen::Certificate,
    pub(crate) key: KeyPair,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut wanted = CertificateParams::new(Vec::new()).expect("no names");
        wanted.distinguished_name.push(DnType::CommonName, name);
        wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        wanted.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        valid(&mut wanted, ALWAYS);
        let key = KeyPair::generate().expect("a key");
        Self { issuer: CertifiedIssuer::self_signed(wanted, key).expect("an authority") }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub(crate) fn leaf(&self, names: &[&str], span: (Day, Day)) -> Leaf {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut wanted = CertificateParams::new(names).expect("names of hosts");
        valid(&mut wanted, span);
        let key = KeyPair::generate().expect("a key");
        let certificate = wanted.signed_by(&key, &self.issuer).expect("a certificate");
        Leaf { certificate, key }
    }
}

fn valid(wanted: &mut CertificateParams, (from, to): (Day, Day)) {
    wanted.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    wanted.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
}

/// What a peer was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The name in the handshake.
    pub(crate) sni: Option<String>,
    /// `Host`, or `:authority`.
    pub(crate) host: String,
    /// `HTTP/1.1` or `HTTP/2`.
    pub(crate) version: &'static str,
}

/// A listener on loopback until it is dropped.
pub(crate) struct TlsPeer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    _runtime: Runtime,
}

/// What a peer speaks behind TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
    /// HTTP/2 with so many bytes in a header.
    LargeHead(usize),
    /// HTTP/2, but that it refuses the first request of each connection without having looked at it.
    Refuses,
    /// HTTP/2, but that it gives up every request.
    Resets,
    /// HTTP/2, but that it breaks off in the body.
    BreaksOff,
    /// HTTP/2 by its word, and nothing of the kind.
    Babbles,
}

/// How a peer speaks TLS.
pub(crate) struct Speech<'a> {
    pub(crate) leaf: &'a Leaf,
    /// What it speaks.
    pub(crate) manner: Manner,
    /// Whose certificates a client must show.
    pub(crate) clients_of: Option<&'a Authority>,
}

impl<'a> Speech<'a> {
    pub(crate) fn of(leaf: &'a Leaf) -> Self {
        Self { leaf, manner: Manner::Http1, clients_of: None }
    }

    fn config(&self) -> ServerConfig {
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions");
        let builder = match self.clients_of {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.issuer.der().clone()).expect("a root");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
        };
        let chain: Vec<CertificateDer<'static>> = vec![self.leaf.certificate.der().clone()];
        let key = PrivateKeyDer::try_from(self.leaf.key.serialize_der()).expect("a key");
        let mut config = builder.with_single_cert(chain, key).expect("a certificate and its key");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        if self.manner != Manner::Http1 {
            config.alpn_protocols.insert(0, b"h2".to_vec());
        }
        config
    }
}

impl TlsPeer {
    /// Answers every request with status 400 and a JSON body.
    pub(crate) fn start(speech: &Speech<'_>, body: &'static str) -> Self {
        let manner = speech.manner;
        let acceptor = TlsAcceptor::from(Arc::new(speech.config()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).expect("a port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = serve(stream, acceptor.clone(), Arc::clone(&heard), (manner, body));
                tokio::spawn(tokio::time::timeout(PATIENCE, served));
            }
        });
        Self { address, asked, _runtime: runtime }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics").clone()
    }
}

/// What a peer speaks, and what it says.
type Answer = (Manner, &'static str);

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, heard: Arc<Mutex<Vec<Asked>>>, answer: Answer) {
    let stream = match acceptor.accept(stream).into_fallible().await {
        Ok(stream) => stream,
        Err((_, mut stream)) => {
            // Closing while something is unread would reset the connection, and overtake the alert.
            let mut rest = [0; 4096];
            let heard_out = async { while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {} };
            let _ = tokio::time::timeout(Duration::from_millis(500), heard_out).await;
            return;
        }
    };
    let (_, connection) = stream.get_ref();
    let sni = connection.server_name().map(ToOwned::to_owned);
    let note = |host: &str, version| {
        let asked = Asked { sni: sni.clone(), host: host.to_owned(), version };
        heard.lock().expect("nobody panics").push(asked);
    };
    if connection.alpn_protocol() == Some(b"h2") {
        http2(stream, note, answer).await;
    } else {
        http1(stream, note, answer.1).await;
    }
}

async fn http2(mut stream: TlsStream<TcpStream>, note: impl Fn(&str, &'static str), (manner, body): Answer) {
    if manner == Manner::Babbles {
        // Not before the request is on its way: else nobody listens any more.
        let _ = stream.read(&mut [0; 4096]).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let _ = stream.write_all(&b"this is no frame ".repeat(64)).await;
        let _ = stream.read(&mut [0; 4096]).await;
        return;
    }
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    let mut first = true;
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        if std::mem::take(&mut first) && manner == Manner::Refuses {
            respond.send_reset(h2::Reason::REFUSED_STREAM);
            continue;
        }
        note(request.uri().authority().map_or("", |authority| authority.as_str()), "HTTP/2");
        tokio::spawn(responded(request.into_body(), respond, (manner, body)));
    }
}

/// Hears a request to its end, and answers it.
async fn responded(
    mut asked: h2::RecvStream,
    mut respond: h2::server::SendResponse<Bytes>,
    (manner, body): Answer,
) -> Option<()> {
    // Whoever answers before has its answer followed by a reset.
    while asked.data().await.is_some() {}
    if manner == Manner::Resets {
        respond.send_reset(h2::Reason::INTERNAL_ERROR);
        return None;
    }
    let head = axum::http::Response::builder().status(400).header("content-type", "application/json");
    let head = match manner {
        Manner::LargeHead(bytes) => head.header("x-long", "x".repeat(bytes)),
        Manner::Http1 | Manner::Http2 | Manner::Refuses | Manner::Resets | Manner::BreaksOff | Manner::Babbles => head,
    };
    let mut answer = respond.send_response(head.body(()).expect("a head"), false).ok()?;
    answer.send_data(Bytes::from_static(body.as_bytes()), manner != Manner::BreaksOff).ok()?;
    if manner == Manner::BreaksOff {
        // A reset may overtake what was written; here it must not.
        tokio::time::sleep(Duration::from_millis(200)).await;
        answer.send_reset(h2::Reason::INTERNAL_ERROR);
    }
    Some(())
}

async fn http1(mut stream: TlsStream<TcpStream>, note: impl Fn(&str, &'static str), body: &'static str) {
    while let Some(host) = heard(&mut stream).await {
        note(&host, "HTTP/1.1");
        let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length";
        let answer = format!("{head}: {}\r\n\r\n{body}", body.len());
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Reads one request; its host, or none where there is no more.
async fn heard(stream: &mut TlsStream<TcpStream>) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let field = |name: &str| {
            head.lines().find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)))
        };
        let length = field("content-length").and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
        if body.len() >= length {
            return Some(field("host").map(|(_, host)| host.to_owned()).unwrap_or_default());
        }
    }
}
