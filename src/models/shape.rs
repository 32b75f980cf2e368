//! The sizes of a learning problem.

/// Sizes that come from the data and the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// `N`.
    pub n_nodes: usize,
    /// `T`.
    pub n_steps: usize,
    /// `F`.
    pub n_features: usize,
    /// `P`.
    pub n_outputs: usize,
    /// Whether the data hold records.
    pub has_records: bool,
}

impl Shape {
    /// Multiply-adds of all nodes, which may pass 2^32 where `usize` has 32 bits.
    pub(super) fn of_all_nodes(self, per_node: u64) -> usize {
        usize::try_from(per_node.saturating_mul(self.n_nodes as u64)).unwrap_or(usize::MAX)
    }
}
