//! Pictures as PNG, stored and not compressed: they are looked at once, on this machine.
//!
//! In: pixels, row by row. Out: a PNG (RFC 2083) of eight bits a channel. Never: compresses.

use super::gzip;

/// The channels of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    /// Red, green, blue.
    Rgb,
    /// The same and how opaque it is.
    Rgba,
}

impl Channels {
    fn count(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    fn colour_type(self) -> u8 {
        match self {
            Self::Rgb => 2,
            Self::Rgba => 6,
        }
    }
}

/// A picture of `width` pixels a row.
pub(super) fn encoded(pixels: &[u8], width: usize, channels: Channels) -> Vec<u8> {
    let row = width * channels.count();
    let height = pixels.len() / row;
    let mut head = Vec::new();
    head.extend(size(width));
    head.extend(size(height));
    head.extend([8, channels.colour_type(), 0, 0, 0]);
    // Each row begins with its filter: none.
    let mut rows = Vec::with_capacity(pixels.len() + height);
    for row in pixels.chunks(row) {
        rows.push(0);
        rows.extend_from_slice(row);
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, *b"IHDR", &head);
    chunk(&mut out, *b"IDAT", &zlib(&rows));
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let summed = [&kind, content].concat();
    out.extend(size(content.len()));
    out.extend(&summed);
    out.extend(gzip::crc32(&summed).to_be_bytes());
}

fn zlib(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    gzip::blocks(&mut out, content);
    out.extend(adler32(content).to_be_bytes());
    out
}

fn adler32(content: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (a, b) = content.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % MODULUS;
        (a, (a + b) % MODULUS)
    });
    (b << 16) | a
}

fn size(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{Channels, adler32, encoded};

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn the_head_says_how_large_the_picture_is() {
        let png = encoded(&[0; 2 * 3 * 3], 2, Channels::Rgb);
        assert_eq!(&png[12..26], b"IHDR\0\0\0\x02\0\0\0\x03\x08\x02");
        assert!(png.ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
