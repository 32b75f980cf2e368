//! How many neighbours a row keeps, and which (MODELS.md A.6.3).

/// `k(s, N) = max(1, round_half_up((1 - s)(N - 1)))`, and 0 for a lone node.
pub fn keep_per_row(sparsity: f64, n_nodes: usize) -> usize {
    let others = n_nodes.saturating_sub(1);
    let rounded = ((1.0 - sparsity) * others as f64 + 0.5).floor() as usize;
    rounded.max(1).min(others)
}

/// 1 for the `keep` largest off-diagonal entries of each row of each `[N, N]` matrix, else 0.
///
/// Ties go to the smaller column, so the choice never depends on a sort's whim.
pub fn keep_strongest(weights: &[f32], n_nodes: usize, keep: usize) -> Vec<f32> {
    keep_among(weights, n_nodes, |_, _| true, |_| keep)
}

/// The same among the pairs that are left: each row keeps the same share of fewer candidates.
///
/// If lost pairs were replaced by the next strongest ones up to the old number, no edge would be missing.
pub(super) fn keep_strongest_left(weights: &[f32], left: &[f32], n_nodes: usize, sparsity: f64) -> Vec<f32> {
    let is_left = |row: usize, column: usize| left[row * n_nodes + column] > 0.0;
    keep_among(weights, n_nodes, is_left, |n_left| keep_per_row(sparsity, n_left + 1))
}

/// `keep` says how many of a row's candidates are kept.
fn keep_among(
    weights: &[f32],
    n_nodes: usize,
    is_candidate: impl Fn(usize, usize) -> bool,
    keep: impl Fn(usize) -> usize,
) -> Vec<f32> {
    let mut kept = vec![0.0; weights.len()];
    let mut order: Vec<usize> = Vec::with_capacity(n_nodes);
    let rows = weights.chunks_exact(n_nodes).zip(kept.chunks_exact_mut(n_nodes));
    for (idx, (row, kept)) in rows.enumerate() {
        order.clear();
        order.extend((0..n_nodes).filter(|&column| column != idx % n_nodes && is_candidate(idx, column)));
        let keep = keep(order.len());
        let stronger = |&a: &usize, &b: &usize| row[b].total_cmp(&row[a]).then(a.cmp(&b));
        if keep < order.len() {
            order.select_nth_unstable_by(keep, stronger);
        }
        order.iter().take(keep).for_each(|&column| kept[column] = 1.0);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_neighbours_are_those_of_the_specification() {
        let row = |n| [0.1, 0.3, 0.5, 0.7, 0.9].map(|sparsity| keep_per_row(sparsity, n));
        assert_eq!(row(60), [53, 41, 30, 18, 6]);
        assert_eq!(row(20), [17, 13, 10, 6, 2]);
        assert_eq!(row(5), [4, 3, 2, 1, 1]);
        assert_eq!(row(1), [0; 5]);
    }

    #[test]
    fn ties_go_to_the_smaller_column() {
        let equal = vec![0.5; 16];
        let kept = keep_strongest(&equal, 4, 2);
        assert_eq!(kept, [0., 1., 1., 0., 1., 0., 1., 0., 1., 1., 0., 0., 1., 1., 0., 0.]);
    }

    #[test]
    fn the_diagonal_is_never_kept() {
        let mut strong_self = vec![0.0; 9];
        (0..3).for_each(|idx| strong_self[idx * 4] = 1.0);
        let kept = keep_strongest(&strong_self, 3, 2);
        (0..3).for_each(|idx| assert_eq!(kept[idx * 4], 0.0));
    }

    #[test]
    fn lost_pairs_are_not_replaced() {
        let weights: Vec<f32> = (0..25).map(|idx| idx as f32).collect();
        let plain = keep_strongest(&weights, 5, keep_per_row(0.5, 5));
        assert_eq!(keep_strongest_left(&weights, &[1.0; 25], 5, 0.5), plain);
        // Row 0 keeps columns 3 and 4 of four; without 2 and 4 it keeps one of the two that are left.
        let mut left = [1.0; 25];
        (left[2], left[4]) = (0.0, 0.0);
        let kept = keep_strongest_left(&weights, &left, 5, 0.5);
        assert_eq!(kept[..5], [0., 0., 0., 1., 0.]);
        assert_eq!(kept[5..], plain[5..]);
        assert_eq!(keep_strongest_left(&weights, &[0.0; 25], 5, 0.5), [0.0; 25]);
    }
}
