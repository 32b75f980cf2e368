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

/// What a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A table with this delimiter.
    Table {
        /// `,`, `;` or a tab.
        delimiter: u8,
    },
    /// JSON.
    Json,
    /// Text with drawn tables that list the columns of other tables.
    ColumnLists,
    /// Nothing that can be read: its name.
    Other(&'static str),
}

/// What the first bytes of a file show it to be.
pub(super) fn look(head: &[u8]) -> Look {
    if let Some((_, name)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Look::Other(name);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Look::Other("a tar archive");
    }
    if head.contains(&0) {
        return Look::Other("binary data");
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    match text.trim_ascii_start().first() {
        Some(b'{' | b'[') => Look::Json,
        Some(b'<') => Look::Other("XML or HTML"),
        Some(b'#' | b'+' | b'|') if has_column_list(text) => Look::ColumnLists,
        _ => Look::Table { delimiter: delimiter(text) },
    }
}

/// Whether a line is the head of a drawn table of columns: `| Field | Type | …`.
fn has_column_list(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').any(|line| {
        let mut cells = line.trim_ascii().split(|&byte| byte == b'|').map(<[u8]>::trim_ascii);
        let starts = cells.next().is_some_and(<[u8]>::is_empty);
        let is = |cell: Option<&[u8]>, word: &[u8]| cell.is_some_and(|cell| cell.eq_ignore_ascii_case(word));
        starts && is(cells.next(), b"field") && is(cells.next(), b"type")
    })
}

/// A first line without a comma outside of quotes has the delimiter that it has most of.
fn delimiter(text: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut n = [0_usize; 3];
    for &byte in text.iter().take_while(|&&byte| byte != b'\n') {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => n[0] += 1,
            b';' if !is_quoted => n[1] += 1,
            b'\t' if !is_quoted => n[2] += 1,
            _ => {}
        }
    }
    match n {
        // Semicolons separate where commas are decimal.
        [n_commas, n_semicolons, _] if n_semicolons > 0 && (n_commas == 0 || n_semicolons >= n_commas) => b';',
        [0, 0, n_tabs] if n_tabs > 0 => b'\t',
        _ => b',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_beginnings() {
        assert_eq!(look(b"\x89PNG\r\n"), Look::Other("a PNG image"));
        assert_eq!(look(b"\xef\xbb\xbf {\"a\":1}"), Look::Json);
        assert_eq!(look(b"<!doctype html>"), Look::Other("XML or HTML"));
        assert_eq!(look(b"m_1,\x00"), Look::Other("binary data"));
        let schema = b"\n# Schema\n\nText, more text.\n+---+\n| Field | Type | Label |\r\n+---+\n";
        assert_eq!(look(schema), Look::ColumnLists);
        assert_eq!(look(b"# About this trace\n\n| File | Type |\n"), Look::Table { delimiter: b',' });
    }

    #[test]
    fn the_delimiter_is_seen_in_the_first_line() {
        for (text, delimiter) in [
            ("m_1,0,1", b','),
            ("", b','),
            ("a;b;c\n1,5;2,5;3", b';'),
            ("1,5;2,5;3", b';'),
            ("\"a;b\",c", b','),
            ("a\tb\n1,2\t3", b'\t'),
        ] {
            assert_eq!(look(text.as_bytes()), Look::Table { delimiter }, "{text}");
        }
    }
}
