//! What a file looks like that is no table, from its first bytes.

/// Bytes that are looked at.
pub(super) const HEAD_BYTES: usize = 512;

const SIGNATURES: [(&[u8], &str); 14] = [
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"\x7fELF", "a program"),
];

/// What the first bytes of a file show it to be; `None` if they may be a table.
pub(super) fn sniff(head: &[u8]) -> Option<&'static str> {
    if let Some((_, name)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Some(name);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some("a tar archive");
    }
    if head.contains(&0) {
        return Some("binary data");
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'{' | b'[') => Some("JSON"),
        Some(b'<') => Some("XML or HTML"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_beginnings() {
        assert_eq!(sniff(b"\x89PNG\r\n"), Some("a PNG image"));
        assert_eq!(sniff(b"\xef\xbb\xbf {\"a\":1}"), Some("JSON"));
        assert_eq!(sniff(b"<!doctype html>"), Some("XML or HTML"));
        assert_eq!(sniff(b"m_1,\x00"), Some("binary data"));
        assert_eq!(sniff(b"m_1,0,1"), None);
        assert_eq!(sniff(b""), None);
    }
}
