//! Co-membership in the narrow failure domain: the only structural record of some traces (MODELS.md A.2).

use super::rows::Rows;
use crate::data::Dataset;

/// Pairs of rows `i < j` in the same narrow domain.
pub(super) fn pairs(dataset: &Dataset, rows: &Rows) -> Vec<(usize, usize)> {
    let mut placed: Vec<(&[String], usize)> = dataset
        .system
        .placements
        .iter()
        .enumerate()
        .filter(|(_, placement)| placement.domains.last().is_some_and(|narrow| !narrow.is_empty()))
        // A narrow domain may have the same name in two wide ones.
        .filter_map(|(node, placement)| Some((placement.domains.as_slice(), rows.of(node)?)))
        .collect();
    placed.sort();
    let same = placed.chunk_by(|a, b| a.0 == b.0);
    same.flat_map(|members| {
        let members = members.iter().map(|(_, row)| *row);
        members.clone().flat_map(move |i| members.clone().filter(move |&j| i < j).map(move |j| (i, j)))
    })
    .collect()
}

/// Adds `log1p(1)` for each pair, as much as one shared container.
pub(super) fn add_to(weights: &mut [f64], n_rows: usize, pairs: &[(usize, usize)]) {
    for &(i, j) in pairs {
        weights[i * n_rows + j] += 1.0_f64.ln_1p();
        weights[j * n_rows + i] += 1.0_f64.ln_1p();
    }
}
