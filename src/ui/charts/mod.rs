//! Charts: plotters draws marks, an overlay of ours writes every letter, and a table twin holds the numbers.
//!
//! A chart computes a [`Plot`] from plain data and a width; the [`Chart`] around it does the rest.
//! No `style` attribute is written anywhere: the page's policy refuses them.

mod axes;
mod coverage;
mod detected;
mod diagram;
mod draw;
mod error_by_model;
mod export;
mod finding;
mod forecast;
mod found;
mod frame;
mod graph;
mod ink;
mod lines;
mod loss;
mod overlay;
mod picture;
mod plane;
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

pub use detected::{Exhibit, Focus};
pub use diagram::diagram;
pub use error_by_model::verdict;
pub use finding::{FindingChart, FindingProps};
pub use forecast::{ForecastChart, MOST_MODELS, default_models};
pub use found::Finding;
pub use frame::{Chart, ChartProps, Reserve, chart_defs};
pub use graph::{GraphPicture, GraphView, GraphViewProps, learned, moment_name};
pub use ink::{Ink, Look, Marker, look};
pub use loss::Curve;
pub use overlay::swatch_inline;
pub use picture::Picture;
pub use scene::{Plot, Swatch};
pub use source::{ByRef, Source};
pub use times::{stamp, time_labels};
pub use twin::Twin;
