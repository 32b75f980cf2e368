//! The page: one reducer, panels that show its state, and components that know no domain.
//!
//! In come events of the worker and what the reader does; out go commands to the worker. It computes nothing of the
//! domain: what it shows arrived in an event or stands in the config.

pub mod actions;
mod app;
mod browser;
pub mod charts;
pub mod columns;
mod components;
mod ctx;
pub mod detection;
pub mod headline;
pub mod lab;
pub mod link;
mod panels;
pub mod settings;
pub mod state;
pub mod strings;

pub use app::App;

pub use crate::charts::format;
pub(crate) use crate::charts::order;
