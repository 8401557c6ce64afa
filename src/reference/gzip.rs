//! A gzip envelope around stored (not compressed) bytes: enough to tell a client that can unpack from one that cannot.
//!
//! In: bytes. Out: the same in gzip framing (RFC 1952, stored blocks of RFC 1951). Never: compresses.

/// `content` as one gzip member.
pub(super) fn stored(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    blocks(&mut out, content);
    out.extend(crc32(content).to_le_bytes());
    let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
    out.extend(size.to_le_bytes());
    out
}

/// Appends `content` as stored blocks.
pub(super) fn blocks(out: &mut Vec<u8>, content: &[u8]) {
    let mut blocks = content.chunks(usize::from(u16::MAX)).peekable();
    if blocks.peek().is_none() {
        block(out, &[], true);
    }
    while let Some(part) = blocks.next() {
        block(out, part, blocks.peek().is_none());
    }
}

fn block(out: &mut Vec<u8>, part: &[u8], last: bool) {
    let size = u16::try_from(part.len()).unwrap_or(u16::MAX);
    out.push(u8::from(last));
    out.extend(size.to_le_bytes());
    out.extend((!size).to_le_bytes());
    out.extend(part);
}

pub(super) fn crc32(content: &[u8]) -> u32 {
    let crc = content.iter().fold(u32::MAX, |crc, byte| {
        let [low, ..] = crc.to_le_bytes();
        (crc >> 8) ^ TABLE[usize::from(low ^ byte)]
    });
    !crc
}

/// The checksum of every single byte.
static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut sum = 0;
    let mut at = 0;
    while at < table.len() {
        table[at] = sum;
        let mut bit = 0;
        while bit < 8 {
            table[at] = if table[at] & 1 == 1 { (table[at] >> 1) ^ 0xedb8_8320 } else { table[at] >> 1 };
            bit += 1;
        }
        sum += 1;
        at += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{crc32, stored};

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn content_stands_between_head_and_trailer_unchanged() {
        let packed = stored(b"abc");
        assert_eq!(&packed[..2], &[0x1f, 0x8b]);
        assert_eq!(&packed[10..15], &[1, 3, 0, 0xfc, 0xff]);
        assert_eq!(&packed[15..18], b"abc");
        assert_eq!(packed.len(), 26);
    }
}
