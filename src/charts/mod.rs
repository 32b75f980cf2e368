//! Charts out of plain data: what a chart says, what is drawn, what is under the pointer, and the same as a table.
//!
//! plotters draws marks without any letter; letters are handed out as places and texts. All of it is a program of its
//! own, `charts.wasm`: the page tells a [`Source`] and is told [`Words`] and a [`Drawing`], as JSON text ([`Desk`]).
//! The page itself uses only what is exported here beside the desk.

mod around;
mod axes;
mod by_ref;
mod coverage;
mod desk;
mod detected;
mod diagram;
mod draw;
mod error_by_model;
mod forecast;
pub mod format;
mod found;
mod graph;
mod ink;
mod lines;
mod loss;
pub(crate) mod order;
mod picture;
mod plane;
mod request;
mod rows;
mod scale;
mod scene;
mod series;
mod snapshot;
mod source;
mod text;
mod ticks;
mod timeline;
mod times;
mod twin;

pub use axes::NARROW;
pub use by_ref::ByRef;
pub use desk::Desk;
pub use detected::{Exhibit, Focus};
pub use draw::{Point, outline_of};
pub use error_by_model::verdict;
pub use forecast::{MOST_MODELS, default_models, toggled};
pub use found::Finding;
pub use graph::{GraphPicture, UNTRAINED, View, moment_name};
pub use ink::{Ink, Look, Marker, look};
pub use loss::Curve;
pub use picture::{Reserve, Words};
pub use request::Request;
pub use scene::{Anchor, Drawing, Hits, Label, Move, Swatch, Tip, TipRow, Tone};
pub use source::Source;
pub use times::{stamp, time_labels};
pub use twin::Twin;
