//! From windows to forecasts and from sequences of snapshots to faults; with `train`, the only place where tensors are
//! made.
//!
//! Dimension letters, used in every shape comment below this module:
//! `B` windows, `N` nodes, `T` input steps, `G` steps that share a graph, `F` features, `d` hidden width,
//! `K` heads, `P` output steps. Weights are `[in, out]`; row `i` of an adjacency receives.
//!
//! Knows no epochs, no files and no browser. Every network file has the same inner shape: settings, struct, `init`,
//! `forward`, tests.

mod activation;
mod adjacency;
mod agcrn;
mod ar;
mod batch;
mod bert;
mod bilstm;
mod conv;
mod dcrnn;
mod detect;
mod device;
mod dlinear;
mod encoder;
mod gwnet;
mod informer;
mod mlp;
mod mtgnn;
mod network;
mod nlinear;
mod node_norm;
mod norm;
mod params;
mod recurrent;
mod shape;
mod stgcn;
mod timegnn;
mod transformer;
mod tsf;
mod univariate;

pub use agcrn::Agcrn;
pub use ar::{ArModel, NormalEquations, solve_ridge};
pub use batch::{Batch, HostBatch};
pub use bert::{Bert, Fate, Masking};
pub use bilstm::Bilstm;
pub use dcrnn::Dcrnn;
pub use detect::{
    CallShape, Classifier, DetectNetwork, DetectShape, Gdn, HostCalls, HostSequences, InputRange, LstmAe, Objective,
    Predictor, Readout, SequenceBatch, SnapshotVectors, Svdd, Teg, Traffic, Usad, detect_backend_of,
};
pub use device::{backend_of, device};
pub use dlinear::Dlinear;
pub use gwnet::Gwnet;
pub use informer::{Informer, InformerLengths, SampledKeys, kept_queries};
pub use mlp::Mlp;
pub use mtgnn::Mtgnn;
pub use network::Network;
pub use nlinear::Nlinear;
pub use params::{
    Dropout, count_learned, flatten, gradients, keep_state, load, named_gradients, named_weights, sum_of_squares,
};
pub use recurrent::{Cell, Recurrent, gru_steps, lstm_steps};
pub use shape::Shape;
pub use stgcn::Stgcn;
pub use timegnn::Timegnn;
pub use transformer::Transformer;
pub use tsf::{EdgeGraph, Encoding, FURTHER_STRIDES, Tsf, keep_per_row, keep_strongest};
pub use univariate::{
    Arma, ArmaFit, Ets, MovingAverage, Mstl, SeasonalNaive, Univariate, ets_candidates, fit_arma, fit_arma_orders,
    last_seasons, seasons_back,
};
