//! Networks that learn from normal windows alone (MODELS.md B.12 and B.13).

mod description;
mod gdn;
mod lstm_ae;
mod predictor;
mod svdd;
mod teg;
mod traffic;
mod usad;

pub use gdn::Gdn;
pub use lstm_ae::LstmAe;
pub use predictor::Predictor;
pub use svdd::Svdd;
pub use teg::Teg;
pub use traffic::Traffic;
pub use usad::{Range, Usad};
