//! Truth and alarms of a run, and accuracy over the epochs.

use std::rc::Rc;

use super::{Focus, board, first, focused};
use crate::charts::ink::look;
use crate::charts::lines::{Lines, Place, Series, Ticks, Value};
use crate::charts::picture::{Body, Picture};
use crate::charts::text::fixed;
use crate::charts::timeline::{self, Timeline};
use crate::report::Report;

pub(super) fn timeline(report: &Report, focus: &Focus) -> Picture {
    let empty = board(report).is_none();
    let none = crate::report::DetectBoard::default();
    let detector = focused(report, focus);
    let withheld = report.detection.as_ref().map(|found| found.withheld.clone()).filter(|why| !why.is_empty());
    let timeline = Timeline::of(board(report).unwrap_or(&none), focus.run, detector, &focus.selected);
    Picture {
        testid: "timeline-chart".to_owned(),
        title: timeline::title(&timeline),
        reading: withheld.unwrap_or_else(|| timeline::reading(&timeline)),
        caption: timeline::caption(&timeline),
        empty: empty.then_some("Add fault labels to compare alarms with the truth."),
        choices: Default::default(),
        body: Body::Timeline(Rc::new(timeline)),
    }
}

/// Of the detector in focus, else of the first that was trained; its first seed.
pub(super) fn accuracy(report: &Report, focus: &Focus) -> Picture {
    let cell = first(report);
    let id = focused(report, focus);
    let trained = || cell.into_iter().flat_map(|cell| &cell.detectors);
    let with_course = |id: &str| {
        let mut found = trained().filter(|detector| id.is_empty() || detector.id == id);
        found.find_map(|detector| Some((detector, detector.seeds.iter().find(|seed| !seed.accuracy.is_empty())?)))
    };
    let found = with_course(id).or_else(|| with_course(""));
    let (id, course) = found.map_or(("", &[][..]), |(detector, seed)| (detector.id.as_str(), seed.accuracy.as_slice()));
    let value = |mean: f64| mean.is_finite().then_some(Value { mean, sd: None, partial: false });
    let stroke = look(id);
    let lines = Lines {
        x_title: "epoch",
        y_title: "Accuracy".to_owned(),
        ticks: Ticks::Whole,
        places: (1..=course.len())
            .map(|epoch| Place { x: epoch as f64, name: format!("epoch {epoch}"), note: String::new() })
            .collect(),
        series: vec![
            Series {
                name: "validation".to_owned(),
                look: stroke,
                values: course.iter().map(|at| value(at.1)).collect(),
            },
            Series {
                name: "training".to_owned(),
                look: super::super::ink::Look { dash: stroke.dash % 8 + 1, ..stroke },
                values: course.iter().map(|at| value(at.0)).collect(),
            },
        ],
        decimals: 3,
        ..Lines::default()
    };
    let reading = match course.last() {
        Some((training, validation)) => {
            format!(
                "{id} ends at {} on training and {} on validation windows.",
                fixed(*training, 3),
                fixed(*validation, 3)
            )
        }
        None => String::new(),
    };
    Picture {
        testid: "accuracy-chart".to_owned(),
        title: "Accuracy over training".to_owned(),
        reading,
        caption: "Share of right decisions at 0.5 after each epoch, first seed; always quiet is right as often as windows are normal."
            .to_owned(),
        empty: course.is_empty().then_some("No detector was trained by gradient steps."),
        choices: Default::default(),
        body: Body::Lines(Rc::new(lines)),
    }
}
