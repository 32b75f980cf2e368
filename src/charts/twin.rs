//! The table twin: the numbers of a chart, in the same box, as CSV and Markdown.

use serde::{Deserialize, Serialize};

/// The numbers of a chart as a table, first column the row's header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Twin {
    /// Heads, with units.
    pub head: Vec<String>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
}

impl Twin {
    /// A table with these heads.
    pub fn with_head<S: Into<String>>(head: impl IntoIterator<Item = S>) -> Self {
        Self { head: head.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// RFC 4180 text, lines ended by CRLF; plain minus signs, so that other programs read the numbers.
    pub fn csv(&self) -> String {
        let line = |cells: &Vec<String>| cells.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(",") + "\r\n";
        std::iter::once(&self.head).chain(&self.rows).map(line).collect()
    }

    /// A Markdown table.
    pub fn markdown(&self) -> String {
        let line = |cells: &Vec<String>| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = format!("|{}\n", " --- |".repeat(self.head.len()));
        std::iter::once(line(&self.head)).chain([rule]).chain(self.rows.iter().map(line)).collect()
    }
}

/// A leading `=`, `+` or `@` is set apart by an apostrophe, since spreadsheets run such cells as formulas.
fn csv_cell(cell: &str) -> String {
    let plain = cell.replace('−', "-");
    let guarded = if plain.starts_with(['=', '+', '@']) { format!("'{plain}") } else { plain };
    if guarded.contains([',', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twin() -> Twin {
        Twin { head: vec!["name".into(), "value".into()], rows: vec![vec!["a,\"b\"".into(), "−1.5".into()]] }
    }

    #[test]
    fn csv_quotes_and_has_plain_minus_signs() {
        assert_eq!(twin().csv(), "name,value\r\n\"a,\"\"b\"\"\",-1.5\r\n");
    }

    #[test]
    fn names_from_files_never_run_as_formulas() {
        assert_eq!(csv_cell("=1+1"), "'=1+1");
    }

    #[test]
    fn markdown_escapes_the_bar() {
        let twin = Twin { rows: vec![vec!["a|b".into(), "1".into()]], ..twin() };
        assert_eq!(twin.markdown(), "| name | value |\n| --- | --- |\n| a\\|b | 1 |\n");
    }
}
