//! What a certificate says of itself.
//!
//! In: DER. Out: its names, who signed it, from when to when it is valid. Never: decides whether it is trusted.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::time::Time;

/// The certificate of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The hosts it is for.
    pub names: Vec<String>,
    /// Who signed it, as a distinguished name.
    pub issuer: String,
    /// It is valid from then on.
    pub begins: Timestamp,
    /// It is valid until then.
    pub ends: Timestamp,
}

impl Certificate {
    /// Reads a certificate; none where it cannot be read.
    #[must_use]
    pub fn read(der: &[u8]) -> Option<Self> {
        let certificate = x509_cert::Certificate::from_der(der).ok()?;
        let certificate = certificate.tbs_certificate();
        let names = certificate.get_extension::<SubjectAltName>().ok().flatten();
        let names: Vec<String> = names.iter().flat_map(|(_, names)| &names.0).filter_map(host).collect();
        let subject = || vec![certificate.subject().to_string()];
        let validity = certificate.validity();
        Some(Self {
            names: if names.is_empty() { subject() } else { names },
            issuer: certificate.issuer().to_string(),
            begins: timestamp(validity.not_before)?,
            ends: timestamp(validity.not_after)?,
        })
    }

    /// Reads the first certificate of a PEM file; none where it holds none.
    #[must_use]
    pub fn read_pem(pem: &[u8]) -> Option<Self> {
        CertificateDer::from_pem_slice(pem).ok().and_then(|der| Self::read(&der))
    }

    /// Whole days from a time until it expires; negative where it has.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i64 {
        (self.ends.as_second() - now.as_second()).div_euclid(24 * 60 * 60)
    }
}

fn timestamp(time: Time) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok()
}

fn host(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(address) => match address.as_bytes() {
            bytes if bytes.len() == 4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string()),
            bytes => Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        },
        GeneralName::OtherName(_)
        | GeneralName::Rfc822Name(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EdiPartyName(_)
        | GeneralName::UniformResourceIdentifier(_)
        | GeneralName::RegisteredId(_) => None,
    }
}

/// `x` of `DnsName("x")` or `IpAddress(x)`, the form in which the library prints the names of a certificate.
pub(super) fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
    inner.trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_says_who_it_is_for_and_until_when() {
        let mut wanted = rcgen::CertificateParams::new(["acme.example.com".to_owned(), "127.0.0.1".to_owned()])
            .expect("names of hosts");
        wanted.not_before = rcgen::date_time_ymd(2026, 1, 1);
        wanted.not_after = rcgen::date_time_ymd(2027, 1, 1);
        wanted.distinguished_name.push(rcgen::DnType::CommonName, "nobody");
        let key = rcgen::KeyPair::generate().expect("a key");
        let made = wanted.self_signed(&key).expect("a certificate");
        let read = Certificate::read(made.der()).expect("it is read");
        assert_eq!(read.names, ["acme.example.com", "127.0.0.1"]);
        assert!(read.issuer.contains("CN=nobody"), "{}", read.issuer);
        let now: Timestamp = "2026-12-31T00:00:01Z".parse().expect("a time");
        assert_eq!(read.days_left(now), 0);
        assert_eq!(read.days_left("2027-01-01T00:00:01Z".parse().expect("a time")), -1);
        assert_eq!(Certificate::read_pem(made.pem().as_bytes()), Some(read));
        assert_eq!((Certificate::read(b"nothing"), Certificate::read_pem(b"nothing")), (None, None));
    }
}
