//! Charts in the page: a card around each, letters, pointer and keys on it, and the way to `charts.wasm`, which draws.
//!
//! No `style` attribute is written anywhere: the page's policy refuses them.

mod door;
mod export;
mod forecast;
mod frame;
mod graph;
mod overlay;
mod table;

pub use door::{number, ready, tables};
pub use forecast::ForecastChart;
pub use frame::{Chart, ChartProps, chart_defs};
pub use graph::{Graph, GraphView, GraphViewProps};
pub use overlay::swatch_inline;
