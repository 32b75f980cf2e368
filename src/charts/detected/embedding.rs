//! Test windows in the plane of their two largest components (MODELS.md B.15).

use std::rc::Rc;

use super::{Focus, board, focused};
use crate::charts::picture::{Body, Picture};
use crate::charts::plane::{Plane, Spot, SpotKind};
use crate::charts::text::{Clock, count, fixed};
use crate::charts::twin::Twin;
use crate::report::{DetectBoard, EmbeddingView, Report};

const EMPTY: &str = "Train a detector to see how it separates the windows.";

pub(super) fn picture(report: &Report, idx: usize, focus: &Focus) -> Picture {
    let found = board(report).and_then(|board| Some((board, board.embeddings.get(idx)?)));
    let view = found.map(|(_, view)| view);
    let state = view.map_or("", |view| view.state.as_str());
    let testid = match state {
        "untrained" => "pca-chart-untrained",
        "raw" => "pca-chart-raw",
        _ => "pca-chart",
    };
    Picture {
        testid: testid.to_owned(),
        title: title(view),
        reading: view.map(reading).unwrap_or_default(),
        caption: view.map(caption).unwrap_or_default(),
        empty: found.is_none().then_some(EMPTY),
        choices: Default::default(),
        body: Body::Plane(Rc::new(
            found.map(|(board, view)| plane(board, view, focused(report, focus), focus)).unwrap_or_default(),
        )),
    }
}

fn title(view: Option<&EmbeddingView>) -> String {
    match view.map(|view| (view.state.as_str(), view.id.as_str())) {
        Some(("raw", _)) => "Raw features, test part".to_owned(),
        Some((state, id)) => format!("Embedding of {id}, {state}, test part"),
        None => "Embedding, test part".to_owned(),
    }
}

fn reading(view: &EmbeddingView) -> String {
    let told =
        |value: Option<f64>| value.map_or_else(|| "undefined: one class only".to_owned(), |value| fixed(value, 2));
    format!("Silhouette {}, AUC of PC1 alone {}.", told(view.silhouette), told(view.auc))
}

fn caption(view: &EmbeddingView) -> String {
    let state = match view.state.as_str() {
        "untrained" => "the same network before training: what separates here was not learned. ",
        "raw" => "scaled values of the last snapshot, no network. ",
        _ => "",
    };
    format!(
        "{} windows, {state}axes fitted on training windows. ▲ fault, ○ normal, small dots: edge of a fault.",
        count(view.window.len())
    )
}

fn axis(view: &EmbeddingView, idx: usize) -> String {
    match view.explained.get(idx) {
        Some(share) => format!("PC{} ({} % of variance)", idx + 1, fixed(share * 100.0, 0)),
        None => format!("PC{}", idx + 1),
    }
}

fn plane(board: &DetectBoard, view: &EmbeddingView, detector: &str, focus: &Focus) -> Plane {
    let spots = (0..view.window.len()).filter_map(|idx| spot(board, view, detector, focus, idx));
    // Faults stand above the rest.
    let (faults, mut all): (Vec<Spot>, Vec<Spot>) = spots.partition(|spot| spot.kind == SpotKind::Fault);
    all.extend(faults);
    let (x_title, y_title) = (axis(view, 0), axis(view, 1));
    let mut table = Twin::with_head(["Time", "Run", "Truth", "Score", "PC1", "PC2"]);
    table.rows = all.iter().map(row).collect();
    Plane { x_title, y_title, spots: all, table, ..Plane::default() }
}

fn row(spot: &Spot) -> Vec<String> {
    let told = spot.rows.iter().map(|(_, value)| value.clone());
    std::iter::once(spot.title.clone()).chain(told).chain([fixed(spot.at.0, 3), fixed(spot.at.1, 3)]).collect()
}

fn spot(board: &DetectBoard, view: &EmbeddingView, detector: &str, focus: &Focus, idx: usize) -> Option<Spot> {
    let window = *view.window.get(idx)?;
    let place = window as usize;
    let run = *board.run.get(place)? as usize;
    let start = board.start_millis.get(run).map_or(0, |millis| millis / 1000);
    let secs = board.end_secs(place);
    let label = board.label.get(place).copied().unwrap_or(0);
    let inside = |episode: &&crate::report::BoardEpisode| {
        episode.run as usize == run && secs > episode.start_secs && secs - board.window_secs < episode.end_secs
    };
    let kind = board.episodes.iter().find(inside).map(|episode| episode.kind.clone());
    let truth = match label {
        0 => "normal".to_owned(),
        1 => kind.unwrap_or_else(|| "fault".to_owned()),
        _ => "edge of a fault".to_owned(),
    };
    let line = board.lines.iter().find(|line| line.id == detector);
    let score = line.and_then(|line| line.scores.get(place)).map(|score| fixed(f64::from(*score), 3));
    Some(Spot {
        at: (f64::from(*view.x.get(idx)?), f64::from(*view.y.get(idx)?)),
        kind: match label {
            0 => SpotKind::Normal,
            1 => SpotKind::Fault,
            _ => SpotKind::Edge,
        },
        selected: focus.selected.binary_search(&window).is_ok(),
        title: Clock::starting(start).stamp(start + secs as i64),
        rows: vec![
            ("run".to_owned(), board.runs.get(run).cloned().unwrap_or_default()),
            ("truth".to_owned(), truth),
            (format!("score of {detector}"), score.unwrap_or_else(|| "undefined".to_owned())),
        ],
        pick: Some(window),
    })
}
