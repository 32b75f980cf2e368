//! What the finished grid shows: holes, gaps, machines that report little, and the coverage picture.

use super::dataset::{Coverage, Finding};
use super::tally::{CLUSTER_HOLES, ENTITY_GAPS, MISSING_CELLS, SPARSE_MACHINES, Tally};

/// Most columns of the coverage picture.
const MAX_COLUMNS: usize = 96;
/// Share of missing bins from which a machine is named.
const SPARSE_SHARE: f64 = 0.2;

/// What can be said of a finished grid.
pub(crate) struct GridFacts {
    /// Share of (bin, node) cells without an observation of the target metric.
    pub(crate) missing_share: f64,
    /// Holes, gaps and sparse machines.
    pub(crate) findings: Vec<Finding>,
    /// Coverage picture.
    pub(crate) coverage: Coverage,
}

/// Looks at values of shape `[T, N, F]` whose first metric is the target; `grid` is the number of bins, their width in
/// seconds and the start of the first one.
pub(crate) fn grid_facts(nodes: &[String], values: &[f32], n_metrics: usize, grid: (usize, u32, i64)) -> GridFacts {
    let observed = Observed::new(nodes, values, n_metrics, grid);
    GridFacts { missing_share: observed.missing_share(), findings: observed.findings(), coverage: observed.coverage() }
}

/// Where the target metric was observed.
struct Observed<'a> {
    nodes: &'a [String],
    n_bins: usize,
    grid_secs: u32,
    start_secs: i64,
    /// `[T, N]`.
    is_observed: Vec<bool>,
}

impl<'a> Observed<'a> {
    fn new(
        nodes: &'a [String],
        values: &[f32],
        n_metrics: usize,
        (n_bins, grid_secs, start_secs): (usize, u32, i64),
    ) -> Self {
        let is_observed = values.iter().step_by(n_metrics.max(1)).map(|value| !value.is_nan()).collect();
        Self { nodes, n_bins, grid_secs, start_secs, is_observed }
    }

    fn at(&self, bin: usize, node: usize) -> bool {
        self.is_observed[bin * self.nodes.len() + node]
    }

    fn place(&self, bin: usize) -> String {
        format!("bin {bin} ({} s)", self.start_secs + bin as i64 * i64::from(self.grid_secs))
    }

    /// Share of (bin, node) cells that were not observed.
    fn missing_share(&self) -> f64 {
        let n_missing = self.is_observed.iter().filter(|&&seen| !seen).count();
        n_missing as f64 / self.is_observed.len().max(1) as f64
    }

    /// What was found on the grid.
    fn findings(&self) -> Vec<Finding> {
        [
            self.missing_cells().finding(&MISSING_CELLS),
            self.cluster_holes().finding(&CLUSTER_HOLES),
            self.sparse_machines().finding(&SPARSE_MACHINES),
            self.entity_gaps().finding(&ENTITY_GAPS),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn missing_cells(&self) -> Tally {
        let mut tally = Tally::default();
        for bin in 0..self.n_bins {
            for (_, name) in self.nodes.iter().enumerate().filter(|(node, _)| !self.at(bin, *node)) {
                tally.note(|| format!("{name}, {}", self.place(bin)));
            }
        }
        tally
    }

    fn cluster_holes(&self) -> Tally {
        let is_hole = |bin: usize| (0..self.nodes.len()).all(|node| !self.at(bin, node));
        let mut tally = Tally::default();
        for bin in (0..self.n_bins).filter(|&bin| is_hole(bin)) {
            let length = || (bin..self.n_bins).take_while(|&next| is_hole(next)).count();
            tally.note(|| format!("{}, {} in a row", self.place(bin), length()));
        }
        tally
    }

    fn sparse_machines(&self) -> Tally {
        let mut tally = Tally::default();
        for (node, name) in self.nodes.iter().enumerate() {
            let n_missing = (0..self.n_bins).filter(|&bin| !self.at(bin, node)).count();
            let share = n_missing as f64 / self.n_bins.max(1) as f64;
            if share > SPARSE_SHARE {
                tally.note(|| format!("{name}, {:.0} % missing", 100.0 * share));
            }
        }
        tally
    }

    /// Runs of missing bins between a machine's first and last observation.
    fn entity_gaps(&self) -> Tally {
        let mut tally = Tally::default();
        for (node, name) in self.nodes.iter().enumerate() {
            let mut last_seen: Option<usize> = None;
            for bin in (0..self.n_bins).filter(|&bin| self.at(bin, node)) {
                if let Some(last) = last_seen.filter(|&last| bin - last > 1) {
                    tally.note(|| format!("{name}, {}, {} bins long", self.place(last + 1), bin - last - 1));
                }
                last_seen = Some(bin);
            }
        }
        tally
    }

    /// The coverage picture.
    fn coverage(&self) -> Coverage {
        let n_columns = self.n_bins.min(MAX_COLUMNS);
        let column = |node: usize, column: usize| {
            let bins = column * self.n_bins / n_columns..(column + 1) * self.n_bins / n_columns;
            let n_bins = bins.len();
            let n_seen = bins.filter(|&bin| self.at(bin, node)).count();
            // A share from 0 to 100 fits into a byte.
            (100 * n_seen / n_bins) as u8
        };
        let percent = (0..self.nodes.len()).flat_map(|node| (0..n_columns).map(move |c| column(node, c))).collect();
        Coverage { n_columns, percent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f32 = f32::NAN;

    fn look(values: &[f32], n_nodes: usize) -> (Vec<Finding>, Coverage, f64) {
        let nodes: Vec<String> = (0..n_nodes).map(|node| format!("m_{node}")).collect();
        let facts = grid_facts(&nodes, values, 1, (values.len() / n_nodes, 60, 600));
        (facts.findings, facts.coverage, facts.missing_share)
    }

    #[test]
    fn holes_gaps_and_sparse_machines_are_counted_with_their_first_place() {
        let (findings, coverage, missing) = look(&[1.0, 1.0, NAN, 1.0, NAN, NAN, NAN, NAN, 1.0, 1.0], 2);
        let said: Vec<(&str, u64, &str)> =
            findings.iter().map(|f| (f.id.as_str(), f.count, f.first.as_str())).collect();
        let expected = [
            ("missing_cells", 5, "m_0, bin 1 (660 s)"),
            ("cluster_holes", 2, "bin 2 (720 s), 2 in a row"),
            ("sparse_machines", 2, "m_0, 60 % missing"),
            ("entity_gaps", 2, "m_0, bin 1 (660 s), 3 bins long"),
        ];
        assert_eq!(said, expected);
        assert_eq!(coverage.percent, [100, 0, 0, 0, 100, 100, 100, 0, 0, 100]);
        assert_eq!(missing, 0.5);
    }

    #[test]
    fn the_coverage_picture_has_at_most_96_columns() {
        let (findings, coverage, _) = look(&vec![1.0; 1000], 1);
        assert_eq!((findings.len(), coverage.n_columns), (0, 96));
        assert!(coverage.percent.iter().all(|&percent| percent == 100));
    }
}
