//! Loadstone: graph forecasting on service and machine traces, trained in the browser.
//!
//! The modules are listed in the order of the data.
//! Everything above `worker` is the core: no web, no clock, no I/O, no async.
//! `ARCHITECTURE.md` says what each module must not know; `tests/layers.rs` enforces it.

pub mod config;
pub mod data;
pub mod digest;
mod json;
pub mod sandbox;
pub mod stream;

pub mod prepare;

pub mod snapshot;

pub mod detect;

pub mod detectors;

pub mod graph;

pub mod explore;

#[cfg(feature = "engine")]
pub mod models;
#[cfg(feature = "engine")]
pub mod train;

pub mod evaluate;
pub mod report;

#[cfg(feature = "engine")]
pub mod experiment;

pub mod protocol;

#[cfg(feature = "web")]
mod bridge;
#[cfg(feature = "web")]
pub mod codec;
#[cfg(all(feature = "web", feature = "engine"))]
pub mod worker;

#[cfg(feature = "web")]
pub mod charts;

#[cfg(feature = "web")]
pub mod api;
#[cfg(feature = "web")]
pub mod ui;
