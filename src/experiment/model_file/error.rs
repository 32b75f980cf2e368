//! Why a saved model cannot be used.

/// One sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelFileError {
    /// It is something else.
    #[error("The file is no model that was saved here: {0}")]
    NotAModel(String),
    /// It is larger than any file that is read whole.
    #[error("A saved model has at most {most} bytes, and this one has {found}")]
    Size {
        /// Its bytes.
        found: u64,
        /// The most that are read.
        most: u64,
    },
    /// Its bytes have changed.
    #[error("The saved model is damaged: its bytes do not have the digest that it carries")]
    Damaged,
    /// It was saved by a newer program.
    #[error(
        "The model was saved by a newer version (format {found}, and {known} is the newest known here); update to open it"
    )]
    Newer {
        /// Its format.
        found: u32,
        /// The newest format that can be read.
        known: u32,
    },
    /// Its settings are out of range.
    #[error("The settings in the saved model cannot be used: {0}")]
    Config(String),
    /// Its weights belong to another network.
    #[error("The weights do not fit the network of the saved settings at {name}: expected {expected}, found {found}")]
    Shape {
        /// Where.
        name: String,
        /// Parameter of the network.
        expected: String,
        /// Parameter in the file.
        found: String,
    },
    /// The data hold other metrics.
    #[error("The model reads the metrics {expected}, in this order and unit, and the data hold {found}")]
    Metrics {
        /// Those that it was trained on.
        expected: String,
        /// Those of the data.
        found: String,
    },
    /// The data have another grid.
    #[error("The model was trained on bins of {expected} s, and the data have bins of {found} s; set data.grid_secs")]
    Grid {
        /// Of the model.
        expected: u32,
        /// Of the data.
        found: u32,
    },
    /// A node that the model has no scale for.
    #[error("The model scales each node by its own training part, and {0} was not among its nodes")]
    Node(String),
    /// Records of the graph are there on one side only.
    #[error("The model was trained {} records of the graph, and the data are the other way", with_or_without(*.trained_with))]
    Records {
        /// Whether the training data held any.
        trained_with: bool,
    },
    /// It could not be written.
    #[error("The model cannot be written: {0}")]
    Write(String),
}

fn with_or_without(with: bool) -> &'static str {
    if with { "with" } else { "without" }
}
