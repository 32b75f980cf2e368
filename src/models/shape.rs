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
