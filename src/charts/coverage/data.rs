//! Rows of the coverage picture, silent stretches and the reading.

use crate::charts::text::{Clock, count, fixed, span};
use crate::charts::twin::Twin;
use crate::data::DatasetSummary;

/// Rows of the picture; more machines are averaged into bands.
const MOST_ROWS: usize = 60;

/// A row of the picture: one machine, or a band of machines next to each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Name of the machine, or of the first and last.
    pub name: String,
    /// Per column, mean per cent of bins observed.
    pub percent: Vec<f64>,
}

/// Per cent of a machine in a column; a cell that is not there holds nothing.
fn percent(summary: &DatasetSummary, node: usize, column: usize) -> f64 {
    let cell = node * summary.coverage.n_columns + column;
    f64::from(summary.coverage.percent.get(cell).copied().unwrap_or(0))
}

/// The rows of the picture.
pub(super) fn rows(summary: &DatasetSummary) -> Vec<Row> {
    let per_row = summary.nodes.len().div_ceil(MOST_ROWS).max(1);
    let indices: Vec<usize> = (0..summary.nodes.len()).collect();
    indices.chunks(per_row).map(|nodes| row(summary, nodes)).collect()
}

fn row(summary: &DatasetSummary, nodes: &[usize]) -> Row {
    let mean =
        |column: usize| nodes.iter().map(|node| percent(summary, *node, column)).sum::<f64>() / nodes.len() as f64;
    let name = |node: Option<&usize>| node.and_then(|node| summary.nodes.get(*node)).cloned().unwrap_or_default();
    let (first, last) = (name(nodes.first()), name(nodes.last()));
    Row {
        name: if nodes.len() > 1 { format!("{first} to {last}") } else { first },
        percent: (0..summary.coverage.n_columns).map(mean).collect(),
    }
}

/// Seconds at the left edge of a column.
pub(super) fn column_secs(summary: &DatasetSummary, column: usize) -> i64 {
    let bin = column * summary.n_bins / summary.coverage.n_columns.max(1);
    summary.start_secs + bin as i64 * i64::from(summary.grid_secs)
}

/// Runs of columns in which no machine has an observation: first column and one past the last.
pub(super) fn silent_runs(summary: &DatasetSummary) -> Vec<(usize, usize)> {
    let silent = |column: usize| (0..summary.nodes.len()).all(|node| percent(summary, node, column) == 0.0);
    let columns: Vec<usize> = (0..summary.coverage.n_columns).filter(|column| silent(*column)).collect();
    columns.chunk_by(|a, b| a + 1 == *b).filter_map(|run| Some((*run.first()?, run.last()? + 1))).collect()
}

/// How much is missing, and where all machines are silent.
pub(super) fn reading(summary: &DatasetSummary) -> String {
    if summary.nodes.is_empty() {
        return String::new();
    }
    let share = summary.missing_share * 100.0;
    let empty = match summary.missing_share {
        0.0 => "Every cell holds a value".to_owned(),
        _ if share < 0.05 => "Less than 0.1 % of the cells are empty".to_owned(),
        _ => format!("{} % of the cells are empty", fixed(share, 1)),
    };
    let runs = silent_runs(summary);
    let Some((from, to)) = runs.iter().max_by_key(|(from, to)| (to - from, usize::MAX - from)).copied() else {
        return format!("{empty}.");
    };
    let secs = column_secs(summary, to) - column_secs(summary, from);
    let stamp = Clock::starting(summary.start_secs).stamp(column_secs(summary, from));
    let more = if runs.len() > 1 { format!(", the longest of {} such stretches", runs.len()) } else { String::new() };
    format!("{empty}; all {} are silent for about {} from {stamp}{more}.", summary.level.words().1, span(secs))
}

/// Number of machines and bins.
pub(super) fn caption(summary: &DatasetSummary) -> String {
    if summary.nodes.is_empty() {
        return String::new();
    }
    format!(
        "{} {}, {} bins of {}; tint: share of bins with an observation; hatched: none. Times as in the data.",
        count(summary.nodes.len()),
        summary.level.words().1,
        count(summary.n_bins),
        span(i64::from(summary.grid_secs))
    )
}

/// One row per machine.
pub(in crate::charts) fn twin(summary: &DatasetSummary) -> Twin {
    let clock = Clock::starting(summary.start_secs);
    let mut twin = Twin::with_head(["Node", "First seen", "Last seen", "Missing, %"]);
    twin.rows = summary.nodes.iter().enumerate().map(|(node, name)| twin_row(summary, clock, node, name)).collect();
    twin
}

fn twin_row(summary: &DatasetSummary, clock: Clock, node: usize, name: &str) -> Vec<String> {
    let n_columns = summary.coverage.n_columns;
    let seen: Vec<usize> = (0..n_columns).filter(|column| percent(summary, node, *column) > 0.0).collect();
    let stamp = |secs: Option<i64>| secs.map_or_else(|| "never".to_owned(), |secs| clock.stamp(secs));
    let covered: f64 = (0..n_columns).map(|column| percent(summary, node, column)).sum();
    let missing = 100.0 - covered / n_columns.max(1) as f64;
    vec![
        name.to_owned(),
        stamp(seen.first().map(|column| column_secs(summary, *column))),
        stamp(seen.last().map(|column| column_secs(summary, column + 1))),
        fixed(missing, 1),
    ]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::data::Coverage;

    pub(crate) fn summary(n_nodes: usize, n_columns: usize, cell: impl Fn(usize, usize) -> u8) -> DatasetSummary {
        let cells = (0..n_nodes).flat_map(|node| (0..n_columns).map(move |column| (node, column)));
        DatasetSummary {
            name: "a.csv".into(),
            format: String::new(),
            synthetic: false,
            files: Vec::new(),
            nodes: (0..n_nodes).map(|node| format!("m_{node}")).collect(),
            metrics: Vec::new(),
            n_rows: 0,
            n_bins: n_columns * 4,
            grid_secs: 900,
            grid_reason: String::new(),
            start_secs: 0,
            missing_share: 0.094,
            n_relations: 0,
            system: Default::default(),
            level: Default::default(),
            tables: Vec::new(),
            findings: Vec::new(),
            coverage: Coverage { n_columns, percent: cells.map(|(node, column)| cell(node, column)).collect() },
        }
    }

    #[test]
    fn the_reading_names_the_longest_silence_of_all_machines() {
        let quiet = summary(
            3,
            48,
            |node, column| if (24..29).contains(&column) || (column == 2 && node == 1) { 0 } else { 100 },
        );
        assert_eq!(silent_runs(&quiet), [(24, 29)]);
        assert_eq!(
            reading(&quiet),
            "9.4 % of the cells are empty; all machines are silent for about 5 h from day 2, 00:00."
        );
    }

    #[test]
    fn many_machines_become_bands() {
        let rows = rows(&summary(118, 2, |node, _| if node < 2 { 50 } else { 100 }));
        assert_eq!((rows.len(), rows[0].name.as_str(), rows[0].percent[0]), (59, "m_0 to m_1", 50.0));
    }

    #[test]
    fn a_machine_never_seen_is_said_so() {
        let twin = twin(&summary(2, 4, |node, _| if node == 0 { 0 } else { 75 }));
        assert_eq!(twin.rows[0], ["m_0", "never", "never", "100.0"]);
        assert_eq!(twin.rows[1], ["m_1", "day 1, 00:00", "day 1, 04:00", "25.0"]);
    }
}
