//! Statements of a paper: where each is seen on the page, and which test holds it.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

/// A statement of a paper.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// `section`, `equation`, `table` or `figure`.
    pub(crate) kind: String,
    /// Its number; a name where the paper gives none.
    pub(crate) id: String,
    /// What it says.
    pub(crate) says: String,
    /// Id of the preset that runs it.
    pub(crate) preset: String,
    /// `data-testid` of what shows it.
    pub(crate) chart: String,
    /// `path::name` of the test that holds it.
    pub(crate) test: String,
}

impl Row {
    /// All that it says.
    pub(crate) fn fields(&self) -> [&str; 6] {
        [&self.kind, &self.id, &self.says, &self.preset, &self.chart, &self.test]
    }

    /// Fails unless the named test exists.
    pub(crate) fn expect_test(&self) {
        let (path, name) = self.test.split_once("::").expect("path::name");
        let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        let source = source.unwrap_or_else(|error| panic!("{path}: {error}"));
        let declared = [format!("fn {name}("), format!("golden_test!({name},")];
        assert!(declared.iter().any(|text| source.contains(text)), "{path} has no test {name}; name the one it became");
    }
}

/// Ids of all rows of a kind.
pub(crate) fn ids(rows: &[Row], kind: &str) -> BTreeSet<String> {
    rows.iter().filter(|row| row.kind == kind).map(|row| row.id.clone()).collect()
}
