//! From windows to forecasts and from sequences of snapshots to faults; with `train`, the only place where tensors are
//! made.
//!
//! Dimension letters, used in every shape comment below this module:
//! `B` windows, `N` nodes, `T` input steps, `G` steps that share a graph, `F` features, `d` hidden width,
//! `K` heads, `P` output steps. Weights are `[in, out]`; row `i` of an adjacency receives.
//!
//! Knows no epochs, no files and no browser. Every network file has the same inner shape: settings, struct, `init`,
//! `forward`, tests.

mod ar;
mod batch;
mod bert;
mod bilstm;
mod detect;
mod device;
mod dlinear;
mod encoder;
mod informer;
mod mlp;
mod network;
mod nlinear;
mod norm;
mod params;
mod recurrent;
mod shape;
mod transformer;
mod tsf;

pub use ar::{ArModel, NormalEquations, solve_ridge};
pub use batch::{Batch, HostBatch};
pub use bert::{Bert, Fate, Masking};
pub use bilstm::Bilstm;
pub use detect::{
    Classifier, DetectNetwork, DetectShape, Gdn, HostSequences, InputRange, LstmAe, Objective, Predictor, Readout,
    SequenceBatch, SnapshotVectors, Svdd, Usad, detect_backend_of,
};
pub use device::{backend_of, device};
pub use dlinear::Dlinear;
pub use informer::{Informer, InformerLengths, SampledKeys, kept_queries};
pub use mlp::Mlp;
pub use network::Network;
pub use nlinear::Nlinear;
pub use params::{Dropout, count_learned, flatten, gradients, keep_state, load, named_gradients, sum_of_squares};
pub use recurrent::{Cell, Recurrent, gru_steps, lstm_steps};
pub use shape::Shape;
pub use transformer::Transformer;
pub use tsf::{EdgeGraph, Encoding, FURTHER_STRIDES, Tsf, keep_per_row, keep_strongest};
