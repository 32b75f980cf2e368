//! Where columns are: by their names in a header, or by what the fields of a first row look like.

use crate::data::records::Record;

/// A first record, read as the names of columns.
#[derive(Debug)]
pub(super) struct Header {
    names: Vec<String>,
    n_columns: usize,
}

impl Header {
    /// The names without spaces around them, in lower case.
    pub(super) fn of(first: &Record<'_>) -> Self {
        let name = |field: &&[u8]| String::from_utf8_lossy(field.trim_ascii()).to_ascii_lowercase();
        Self { names: first.fields.iter().map(name).collect(), n_columns: first.n_fields }
    }

    /// Number of columns.
    pub(super) fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// The column with one of these names.
    pub(super) fn find(&self, spellings: &[&str]) -> Option<usize> {
        self.names.iter().position(|name| spellings.contains(&name.as_str()))
    }

    /// All of these columns, each under one of its names.
    pub(super) fn find_all<const N: usize>(&self, columns: [&[&str]; N]) -> Option<[usize; N]> {
        let mut found = [0; N];
        for (idx, spellings) in found.iter_mut().zip(columns) {
            *idx = self.find(spellings)?;
        }
        Some(found)
    }
}

/// Whether the fields of a first row fit a shape, one letter per column: `i` an integer, `n` a number, `w` a word,
/// `m` the name of a machine, `c` that of a container; capitals may also be empty; `.` is anything.
pub(super) fn looks_like(first: &Record<'_>, shape: &str) -> bool {
    first.n_fields == shape.len() && first.fields.iter().zip(shape.bytes()).all(|(field, kind)| fits(field, kind))
}

fn fits(field: &[u8], kind: u8) -> bool {
    let Ok(text) = std::str::from_utf8(field.trim_ascii()) else { return false };
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    match kind {
        b'.' => true,
        _ if text.is_empty() => kind.is_ascii_uppercase(),
        b'i' | b'I' => text.parse::<i64>().is_ok(),
        b'n' | b'N' => is_number,
        b'w' | b'W' => text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.parse::<f64>().is_err(),
        b'm' | b'M' => text.starts_with("m_"),
        b'c' | b'C' => text.starts_with("c_"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_record<T>(line: &str, then: impl FnOnce(&Record<'_>) -> T) -> T {
        let fields: Vec<&[u8]> = line.split(',').map(str::as_bytes).collect();
        then(&Record { line: 1, fields: &fields, n_fields: fields.len(), is_terminated: true, n_lines: 1 })
    }

    #[test]
    fn shapes_tell_what_fields_are() {
        for (line, shape, expected) in [
            ("m_1,-5,,Failed", "miNw", true),
            ("m_1,-5,3.5,NaN", "miNw", false),
            ("m_1,5.5,3,Failed", "miNw", false),
            ("c_1,,x", "cM.", true),
            ("c_1,,x,y", "cM.", false),
            ("m_1,,x", "cM.", false),
        ] {
            assert_eq!(with_record(line, |record| looks_like(record, shape)), expected, "{line} {shape}");
        }
    }

    #[test]
    fn names_are_found_in_any_spelling_and_order() {
        let header = with_record(", Time_Stamp ,b,a", Header::of);
        assert_eq!(header.find_all([&["a"], &["x", "time_stamp"]]), Some([3, 1]));
        assert_eq!((header.find_all([&["a"], &["c"]]), header.n_columns()), (None, 4));
    }
}
