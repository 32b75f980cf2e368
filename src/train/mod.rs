//! How weights are found: one loop for every learned model (MODELS.md A.7).
//!
//! [`Session`] is a resumable machine: each [`Session::step`] does a few windows, so a driver can stop between any two.
//! Knows no clock, no browser and no report; the validation part is only looked at for early stopping, the test part
//! not at all until [`Session::forecast`] is asked for it.

mod adam;
mod conditions;
mod detect;
mod epoch;
mod problem;
mod schedule;
mod session;

pub use adam::Adam;
pub use conditions::Condition;
pub use detect::{Criterion, DetectEpoch, DetectSession, DetectTrainError, DetectUnit, Readings, Scorer};
pub use problem::Problem;
pub use schedule::Rate;
pub use session::{Finished, Session, Unit};
