//! A simulated cluster in which services and batch work share machines, with all its scheduling records.
//!
//! It is meant for forecasting: 40 machines, three days of minutes. Each machine has two containers at first, and one
//! slot for batch work that opens and closes. An application has three tiers: users come to the first, and what a tier
//! has done arrives at the next one or two minutes later, on other machines. A job has tasks, named as in the official
//! table: what a task has done arrives at the tasks that need it one or two minutes later. What is too much for a place
//! waits there. An application, and a job, stays within one of eight groups of five machines, each in another rack.
//! Containers move about once in four days; instances that fail run again in a later slot.
//!
//! So the load of a machine is that of others a little earlier, and the records say of which: the containers of an
//! application, and the instances of dependent tasks, are what the record graph connects (MODELS.md A.5).
//!
//! With a coupling of 0, load has no source in common with any other: each stay of a container and each slot has its
//! own. Records stay the same, and given where things run all machines are independent; there is no time of day either,
//! because that would be something in common.
//!
//! With coupling, the mean of a machine's neighbours in the record graph, weighted as it is and with 12 lags, takes 5.0
//! to 6.1 % off the squared error of a ridge regression on the machine's own 12 last minutes (three seeds, with and
//! without the time of day as an input); the machines next to those take nothing off. Without coupling, 0.5 to 0.6 %
//! are lost by the further inputs (`tests/cluster/information.rs`).
//!
//! What was chosen by what: demand, costs and noise by the statistics below alone. Groups and how long containers stay,
//! by that regression, so that there is something to learn: with applications and jobs all over the cluster the gain was
//! 0.6 %, and with groups but a move in 36 hours 5.4 % (seed 1, with the time of day). No model of this product had been
//! trained on the result when this was fixed. Statistics are of CPU means of a minute, medians over the machines;
//! `tests/cluster/statistics.rs` measures both columns.
//!
//! | statistic | 14 busy machines of the real v2018 sample (range) | simulated (range) |
//! |---|---|---|
//! | mean, per cent | 40 (32 to 45) | 37 (24 to 51) |
//! | coefficient of variation | .34 (.24 to .41) | .33 (.28 to .45) |
//! | lag-1 min correlation | .83 (.69 to .92) | .86 (.79 to .91) |
//! | sd of changes from minute to minute, points | 7.3 (6.1 to 10.5) | 6.7 (5.3 to 8.3) |
//!
//! | parameter | value | from |
//! |---|---|---|
//! | demand: quick AR(1), sd and lag-1 min correlation | .42, .6 | the statistics above |
//! | demand: daily wave | ±.42 | correlation at 24 h of .31 to .56 in the real sample |
//! | cost of a container, of an instance, per cent of a machine | 7 to 14, 8 to 16 | mean of the real sample |
//! | delay of a call or of data | 1 or 2 min | assumed |
//! | capacity of a place, multiples of its mean load | 1.6 to 2.4 | assumed |
//! | runs of instances; pauses of a slot | 10 to 60 min; 2 to 40 min | see below |
//! | tasks of a job; instances of a task | 1 to 4; 1 to 3 | see below |
//!
//! Runs are the long tail of the real ones: tasks of the v2017 table last 28 s at the median, 428 s at the 90th
//! percentile and 2569 s at the 99th. Shorter ones would end between two intervals of the record graph, and count as
//! noise here. Tasks start before those that they need have ended, as `J10_8_9` of the real job `j_3` does.
//!
//! Unlike here, changes of any two real machines correlate (by .19 at the median), and not only those that share work.

mod config;

mod demand;
mod jobs;
mod services;
mod work;

mod run;

mod records;
mod tables;

pub use config::ColocatedConfig;
pub use run::{ColocatedRun, simulate_colocated};
