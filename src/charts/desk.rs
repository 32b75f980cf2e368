//! Answers to what the page asks.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::graph::KnownPlaces;
use super::picture::Picture;
use super::request::Request;
use super::scene::{Plot, Tip};
use super::source::Source;
use super::{around, coverage, diagram, error_by_model, forecast, graph, loss, snapshot};
use crate::json::{self, text};
use crate::protocol::BUILD;
use crate::report::Report;

/// The reports and pictures that the page has told of.
#[derive(Debug, Default)]
pub struct Desk {
    reports: BTreeMap<u32, Rc<Report>>,
    pictures: BTreeMap<u32, Pinned>,
    places: KnownPlaces,
}

/// A picture and its last drawing.
#[derive(Debug)]
struct Pinned {
    picture: Picture,
    plot: Option<Plot>,
}

impl Desk {
    /// Answers a request; both are JSON texts. What cannot be read or is not there is answered by `null`.
    pub fn answer(&mut self, request: &str) -> String {
        json::from_text(request).ok().and_then(|request| self.answered(request)).unwrap_or_else(|| "null".to_owned())
    }

    fn answered(&mut self, request: Request) -> Option<String> {
        match request {
            Request::Build => text(BUILD),
            Request::Report(number, report) => {
                self.reports.insert(number, report.0);
                None
            }
            Request::Forget(number) => {
                self.reports.remove(&number);
                None
            }
            Request::Picture(number, source) => {
                let picture = self.picture(source)?;
                let words = text(&picture.words());
                self.pictures.insert(number, Pinned { picture, plot: None });
                words
            }
            Request::Drop(number) => {
                self.pictures.remove(&number);
                None
            }
            Request::Draw(number, width) => {
                let Pinned { picture, plot } = self.pictures.get_mut(&number)?;
                text(&plot.insert(picture.plot(width, picture.reserve().height(width))).drawing())
            }
            Request::Tip(number, place) => text(&self.tip(number, place)?),
            Request::Picks(number, from, to) => text(&self.picks(number, from, to)?),
            Request::Twin(number) => text(&self.pictures.get(&number)?.picture.twin()),
            Request::Csv(number) => text(&self.pictures.get(&number)?.picture.twin().csv()),
            Request::Markdown(number) => text(&self.pictures.get(&number)?.picture.twin().markdown()),
            Request::Tables(report) => text(&report.0.to_csv()),
        }
    }

    fn tip(&self, number: u32, place: usize) -> Option<Tip> {
        let plot = self.pictures.get(&number)?.plot.as_ref()?;
        (place < plot.hits.len()).then(|| (plot.tip)(place))
    }

    fn picks(&self, number: u32, from: usize, to: usize) -> Option<Vec<u32>> {
        let plot = self.pictures.get(&number)?.plot.as_ref()?;
        let end = from.max(to).saturating_add(1).min(plot.hits.len());
        let picks: BTreeSet<u32> = (from.min(to)..end).flat_map(|place| (plot.tip)(place).picks).collect();
        Some(picks.into_iter().collect())
    }

    /// The chart as plain data; nothing for a report that was not told of.
    fn picture(&mut self, source: Source) -> Option<Picture> {
        let report = |number: u32| self.reports.get(&number).cloned();
        Some(match source {
            Source::Coverage(summary) => coverage::picture(&summary.0),
            Source::Errors(number) => error_by_model::picture(&*report(number)?),
            Source::Forecast(number, node, models) => forecast::picture(&*report(number)?, node, &models),
            Source::Loss(curves, planned_epochs, running) => loss::picture(&curves.into(), planned_epochs, running),
            Source::Finding(number, finding, choice) => finding.picture(&*report(number)?, choice),
            Source::Detected(number, exhibit, focus) => exhibit.picture(&*report(number)?, &focus),
            Source::Snapshot(frame, choice) => snapshot::picture(&frame.0, choice),
            Source::Around(frame) => around::picture(&frame.0),
            Source::Diagram(config, n_nodes, n_features) => diagram::picture(&config, n_nodes, n_features)?,
            Source::Graph(graph, view) => graph::picture(&mut self.places, &graph.0, view),
            Source::Learned { report: number, records, moment, view } => {
                let learned = graph::learned(&*report(number)?, records, moment);
                graph::picture(&mut self.places, &learned, view)
            }
        })
    }
}

#[cfg(test)]
mod tests;
