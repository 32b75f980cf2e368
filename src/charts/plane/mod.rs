//! Curves and points in a square.

mod plot;

pub(super) use plot::plot;

use super::ink::Look;
use super::picture::Reserve;
use super::twin::Twin;

/// Room that is kept free.
pub(super) const RESERVE: Reserve = Reserve::Square(340, 24);

/// A curve from the left to the right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Course {
    /// Its name.
    pub name: String,
    /// Its stroke.
    pub look: Look,
    /// Its points, rising in x.
    pub points: Vec<(f64, f64)>,
    /// The point that is ringed.
    pub ring: Option<(f64, f64)>,
}

/// A point that can be pointed at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    /// Where it is.
    pub at: (f64, f64),
    /// How it is drawn.
    pub kind: SpotKind,
    /// It is selected.
    pub selected: bool,
    /// What it is.
    pub title: String,
    /// What else is to be said: name and value.
    pub rows: Vec<(String, String)>,
    /// The window that it stands for.
    pub pick: Option<u32>,
}

/// How a point is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpotKind {
    /// Not at all: a point of a curve.
    OfCurve,
    /// Open grey circle.
    Normal,
    /// Red triangle.
    Fault,
    /// Grey dot: judged by nothing.
    Edge,
}

/// All of the picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Plane {
    /// What lies along x.
    pub x_title: String,
    /// What lies along y.
    pub y_title: String,
    /// Ends of both axes; `None` takes those of the points, with equal scales.
    pub range: Option<(f64, f64)>,
    /// The most important first.
    pub courses: Vec<Course>,
    /// Names stand at the upper end of the square, not at the lower.
    pub names_above: bool,
    /// A dashed line with its name.
    pub reference: Option<([(f64, f64); 2], String)>,
    /// Points; those drawn last stand last.
    pub spots: Vec<Spot>,
    /// The numbers.
    pub table: Twin,
}

impl Plane {
    /// The table.
    pub(super) fn twin(&self) -> Twin {
        self.table.clone()
    }
}
