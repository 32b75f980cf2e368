//! Charts: plotters draws marks, an overlay of ours writes every letter, and a table twin holds the numbers.
//!
//! A chart computes a [`Plot`] from plain data and a width; the [`Figure`] around it does the rest.
//! No `style` attribute is written anywhere: the page's policy refuses them.

mod axes;
mod coverage;
mod diagram;
mod draw;
mod error_by_model;
mod export;
mod forecast;
mod found;
mod frame;
mod graph;
mod ink;
mod lines;
mod loss;
mod overlay;
mod picture;
mod rows;
mod scale;
mod scene;
mod series;
mod snapshot;
mod text;
mod ticks;
mod twin;
mod view;

pub use coverage::{CoverageChart, CoverageChartProps};
pub use diagram::diagram;
pub use error_by_model::{ErrorByModel, ErrorByModelProps, verdict};
pub use forecast::{ForecastChart, ForecastChartProps, MOST_MODELS, default_models};
pub use found::Finding;
pub use frame::{Figure, FigureProps, Reserve, chart_defs};
pub use graph::{GraphPicture, GraphView, GraphViewProps, learned, moment_name};
pub use ink::{Ink, Look, Marker, look};
pub use loss::{Curve, LossChart, LossChartProps};
pub use overlay::swatch_inline;
pub use picture::Picture;
pub use scene::{Plot, Swatch};
pub use snapshot::{SnapshotChart, SnapshotChartProps};
pub use twin::Twin;
pub use view::{ByRef, FindingChart, FindingProps, PictureProps, PictureView};
