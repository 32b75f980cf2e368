//! Dependency graphs computed from data, each only from what lies before it (MODELS.md A.5).
//!
//! In go observed targets and records of relations, scheduling and calls; out come dense adjacencies in which `A[i, j]`
//! is the weight with which row `i` receives from column `j`. Knows no models and no tensors.

mod channels;
mod leak;
mod on_demand;

mod correlation;
mod records;
mod sources;

mod calls;
mod containers;
mod domains;
mod jobs;
mod rows;

mod normalise;

pub use channels::{ChannelGraphs, GraphError, MeanChannels};
pub use leak::leak_check;
pub use normalise::{dirichlet_energy, mean_cosine, pearson, row_norm, sym_norm, symmetrised};
pub use on_demand::GraphsOnDemand;
