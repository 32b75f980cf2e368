//! A simulated service mesh: the Social Network of the anomaly paper's testbed, second by second (MODELS.md G).
//!
//! Requests come from outside, pass along the calls between services, and cost CPU; what callees are slow to answer,
//! callers wait for. In goes a config and a seed; out come counters as a monitoring system scrapes them, the true CPU
//! of every second, calls, sampled requests and labels. The same bits on every target: only `+ − × ÷` and square roots
//! are used.
//!
//! Parameters were chosen by the statistics below alone, before any model was trained on a run, and have not been
//! changed since. `tests/mesh/statistics.rs` measures them, with the same code for all columns: rates at midpoints,
//! interpolated linearly at every fifth second as the anomaly paper does; medians over series, quantiles over pairs.
//!
//! | statistic | MODELS.md G | simulated, mean of 8 hours (range) | pilot run `sample_1hr` | pilot run `test-failure` |
//! |---|---|---|---|---|
//! | lag-5 s correlation | .5 to .65 | .61 (.58 to .63) | .59 | .57 |
//! | lag-60 s correlation | about .2 | .18 (.15 to .20) | .24 | .18 |
//! | coefficient of variation | about .26 | .24 (.21 to .27) | .26 | .56, failures included |
//! | correlation of pairs, median | .06 to .16 | .14 (.11 to .19) | .17 | .15 |
//! | correlation of pairs, 90th percentile | .3 to .5 | .34 (.28 to .44) | .50 | .38 |
//!
//! Half of the lag-5 s correlation is made by interpolation: bin means of the same pilot run give .29.
//!
//! | parameter | value |
//! |---|---|
//! | requests per second: compose, read home, read user, upload | 30, 60, 30, 0.5 |
//! | level of load: daily wave; slow and quick AR(1), sd and lag-1 s correlation | ±.06; .05, .999; .125, .985 |
//! | share of that wandering common to all kinds of requests | .6 of the variance |
//! | mean cores of an instance | log-uniform 2·10⁻⁴ to .25, ordered as in the pilot runs |
//! | noise of an instance, sd relative to its CPU | log-uniform .13 to 1.37, cut where CPU would fall below 2 % of its mean |
//! | slow and quick part of that noise, lag-1 s correlation | 7 % of the variance, .994; 93 %, .4 |
//! | idle share of CPU; utilisation at mean load | .15 to .35; .15 to .4 |
//! | open requests; timeout | 32 per service instance, 256 at front ends and stores; 10 s |
//!
//! Coupling is the share of load at every call: what reaches a store four calls deep is its fourth power. With it at 0,
//! 0.5 and 1, minute means of two instances correlate by .00, .02 and .25 on average.

mod maths;
mod topology;

mod config;

mod deployment;
mod workload;

mod benign;
mod faults;
mod lives;

mod dynamics;

mod calls;
mod scrape;
mod spans;

mod run;

mod rates;

mod export_jaeger;
mod export_labels;
mod export_prometheus;

mod presets;

pub use benign::BenignEvent;
pub use config::{FaultKind, FaultPlan, FaultSize, MeshConfig};
pub(crate) use presets::{MESHES, N_P1_RUNS, P1_ID, mesh_scenario};
pub use presets::{MeshScenario, P1Run, Part, Regime, mesh_scenarios, p1_runs};
pub use run::{MeshRun, Pod, simulate_mesh};
pub use spans::{Span, Trace};
