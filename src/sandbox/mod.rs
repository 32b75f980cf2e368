//! Simulated clusters, where no data may be had: load that passes along calls, noise, gaps and scheduling records
//! (MODELS.md G).
//!
//! In goes the id of a scenario; out comes a data set that says of itself that it is simulated. Seeded, and the same
//! bits on every target: only `+ − × ÷` and square roots are used. The parameters were fixed before any model was
//! trained on the result and have not been changed since; those of the mesh were last changed before any detector was
//! trained on it.
//!
//! Coupling is no promise that a graph helps: on `sample` the last minutes of all other machines do not improve a
//! linear forecast one minute ahead (RMSE 2.063 percentage points with and without them). On `cluster`, which is made
//! for that question, the mean of a machine's neighbours in the record graph takes 5 per cent off the squared error of
//! such a forecast, and on `cluster-uncoupled` nothing (`tests/cluster/information.rs`).

mod export;

mod cluster;
mod load;
mod process;

mod machine;
mod observe;
mod relations;
mod schedule;

pub mod colocated;
pub mod mesh;

mod scenarios;

pub use export::to_csv;
pub use scenarios::{Scenario, file, file_names, scenarios, simulate};
