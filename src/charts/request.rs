//! What the page asks of its charts.

use serde::{Deserialize, Serialize};

use super::by_ref::ByRef;
use super::source::Source;
use crate::report::Report;

/// A question to the charts; each says what comes back, as JSON text. Of what is not there, `null` comes back.
///
/// Numbers of reports and pictures are chosen by the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// The build of the charts, a text.
    Build,
    /// Keeps a report under a number. Nothing.
    Report(u32, ByRef<Report>),
    /// Drops a report. Nothing.
    Forget(u32),
    /// Makes a picture under a number. Its [`Words`](super::Words).
    Picture(u32, Source),
    /// Drops a picture. Nothing.
    Drop(u32),
    /// Draws a picture at a width in pixels. A [`Drawing`](super::Drawing).
    Draw(u32, u32),
    /// What is said about a place of the last drawing of a picture. A [`Tip`](super::Tip).
    Tip(u32, usize),
    /// The test windows that two places of the last drawing of a picture and all between them select, a list, rising.
    Picks(u32, usize, usize),
    /// The numbers of a picture. A [`Twin`](super::Twin).
    Twin(u32),
    /// The same as CSV, a text.
    Csv(u32),
    /// The same as Markdown, a text.
    Markdown(u32),
    /// All tables of a report as CSV, a text.
    Tables(ByRef<Report>),
}
