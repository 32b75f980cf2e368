//! A chart as plain data: its words and one of three kinds of picture.

use std::rc::Rc;

use super::diagram::{self, Sketch};
use super::lines::{self, Lines};
use super::rows::{self, Rows};
use super::scene::Plot;
use super::twin::Twin;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Lines with bands.
    Lines(Rc<Lines>),
    /// Dots with intervals.
    Rows(Rc<Rows>),
    /// The parts of a model.
    Sketch(Rc<Sketch>),
}

/// A chart and its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Stable id for tests and scripts.
    pub(super) testid: String,
    /// What it shows.
    pub(super) title: String,
    /// What it says, in one sentence.
    pub(super) reading: String,
    /// Unit of analysis, number of points and part.
    pub(super) caption: String,
    /// What is drawn.
    pub(super) body: Body,
}

impl Picture {
    /// Height where there is room and where there is little.
    pub(super) fn heights(&self) -> (u32, u32) {
        match &self.body {
            Body::Lines(_) => (220, 200),
            Body::Rows(rows) => (rows.height(), rows.height()),
            Body::Sketch(_) => (diagram::HEIGHT, diagram::HEIGHT),
        }
    }

    /// The drawing at a size.
    pub(super) fn plot(&self, width: u32, height: u32) -> Plot {
        match &self.body {
            Body::Lines(lines) => lines::plot(lines, width, height),
            Body::Rows(rows) => rows::plot(rows, width),
            Body::Sketch(sketch) => diagram::plot(sketch, width),
        }
    }

    /// The same as a table.
    pub(super) fn twin(&self) -> Twin {
        match &self.body {
            Body::Lines(lines) => lines.twin(),
            Body::Rows(rows) => rows.twin(),
            Body::Sketch(sketch) => sketch.twin(),
        }
    }
}
