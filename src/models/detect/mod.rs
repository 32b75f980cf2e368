//! Networks that find faults in sequences of snapshots (MODELS.md B.5, B.10 to B.13).
//!
//! Dimension letters: `B` sequences, `Q` snapshots of a sequence, `S` different snapshots of a batch, `I` instances,
//! `W` slices of a snapshot, `Z` types and hosts, `H` hidden width, `G` width of a pooled vector, `u` units.

mod batch;
mod calls;
mod classifier;
mod cost;
mod encoder;
mod graph;
mod head;
mod label_free;
mod network;
mod propagate;

pub use batch::{CallShape, DetectShape, HostCalls, HostSequences, SequenceBatch};
pub use classifier::{Classifier, Readout};
pub use label_free::{Gdn, LstmAe, Predictor, Range as InputRange, Svdd, Teg, Traffic, Usad};
pub use network::{DetectNetwork, Objective, SnapshotVectors, detect_backend_of};
