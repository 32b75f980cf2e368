//! Charts: plotters draws marks, an overlay of ours writes every letter, and a table twin holds the numbers.
//!
//! A chart computes a [`Plot`] from plain data and a width; the [`Figure`] around it does the rest.
//! No `style` attribute is written anywhere: the page's policy refuses them.

mod axes;
mod coverage;
mod draw;
mod error_by_model;
mod export;
mod forecast;
mod frame;
mod graph;
mod ink;
mod loss;
mod overlay;
mod scale;
mod scene;
mod series;
mod snapshot;
mod text;
mod ticks;
mod times;
mod twin;

pub use coverage::{CoverageChart, CoverageChartProps};
pub use error_by_model::{ErrorByModel, ErrorByModelProps};
pub use forecast::{ForecastChart, ForecastChartProps, MOST_MODELS, default_models};
pub use frame::{ChartDefs, Figure, FigureProps, Reserve};
pub use graph::{GraphPicture, GraphView, GraphViewProps, learned};
pub use ink::{Ink, Look, Marker, look};
pub use loss::{Curve, LossChart, LossChartProps};
pub use overlay::swatch_inline;
pub use scene::{Plot, Swatch};
pub use snapshot::{SnapshotChart, SnapshotChartProps};
pub use times::{stamp, time_labels};
pub use twin::Twin;
