//! How networks that find faults are trained and used (MODELS.md B.6).
//!
//! [`DetectSession`] is a resumable machine like the one of the forecasters; [`Scorer`] runs a trained network over
//! windows, a few at a time. The test part is not looked at until a scorer is asked for it.

mod assemble;
mod chunks;
mod epoch;
mod error_scale;
mod precision;
mod scorer;
mod session;

pub use epoch::{Criterion, DetectEpoch};
pub use scorer::{Readings, Scorer};
pub use session::{DetectSession, DetectTrainError, DetectUnit};
