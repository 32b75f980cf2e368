use std::fmt::Debug;

use serde::de::DeserializeOwned;

use super::*;
use crate::charts::{ByRef, Curve, Drawing, Exhibit, Finding, Focus, GraphPicture, Twin, View, Words};
use crate::config::preset;
use crate::data::{Coverage, DatasetSummary};
use crate::explore::Frame;
use crate::report::fixture::{dataset, detection, report};
use crate::report::{EpochPoint, ForecastBoard, ForecastLine, GraphMoment, LearnedGraph, Smoothing};
use crate::snapshot::{Layer, SnapshotView, ViewNode};

/// Number of the report that every desk of these tests knows.
const REPORT: u32 = 7;

/// As the page asks: a JSON text there, a JSON text back.
fn ask<T: DeserializeOwned>(desk: &mut Desk, request: &Request) -> Option<T> {
    let request = serde_json::to_string(request).expect("plain data");
    serde_json::from_str(&desk.answer(&request)).expect("an answer of this type, or null")
}

fn desk() -> Desk {
    let mut desk = Desk::default();
    let told: Option<bool> = ask(&mut desk, &Request::Report(REPORT, ByRef(Rc::new(full_report()))));
    assert_eq!(told, None);
    desk
}

fn learned_graph() -> LearnedGraph {
    LearnedGraph {
        nodes: dataset().nodes,
        weights: vec![0.0, 0.5, 0.25, 0.0],
        lambda: [0.0, 0.75, 0.25],
        alpha: Some(0.5),
        kept_per_row: 1,
        overlap: Some(0.5),
        smoothing: [(0, 0.2, 2.0), (1, 0.9, 0.2)]
            .map(|(layer, cosine, energy)| Smoothing { layer, cosine, energy })
            .into(),
        moments: vec![GraphMoment { bin: 2_400, edges: vec![(0, 1, 0.5)] }],
    }
}

fn full_report() -> Report {
    let n_bins = 6;
    let line = |id: &str, value| ForecastLine { id: id.to_owned(), values: vec![Some(value); n_bins * 2] };
    let models = vec![line("tsf", 52.0), line("ar", 49.0)];
    let truth = vec![Some(50.0); n_bins * 2];
    let forecast = ForecastBoard { first_bin: 2_328, n_bins, truth, models };
    Report { forecast, graph: Some(learned_graph()), ..report() }
}

/// What the page learns of a source: its words, its drawing, and its table in both forms, which must agree.
fn shown(desk: &mut Desk, source: Source) -> (Words, Drawing, Twin) {
    let words: Words = ask(desk, &Request::Picture(1, source)).expect("a picture");
    let width = 640;
    let drawing: Drawing = ask(desk, &Request::Draw(1, width)).expect("a drawing");
    assert_eq!((drawing.width, drawing.height), (width, words.reserve.height(width)), "{}", words.testid);
    assert!(drawing.svg.starts_with("<svg") && drawing.svg.ends_with("</svg>"), "{}", drawing.svg);
    for place in 0..drawing.hits.len() {
        let tip: Tip = ask(desk, &Request::Tip(1, place)).expect("a tip");
        assert!(!tip.spoken().is_empty(), "{}: place {place}", words.testid);
    }
    assert_eq!(ask::<Tip>(desk, &Request::Tip(1, drawing.hits.len())), None, "no place behind the last");
    let twin: Twin = ask(desk, &Request::Twin(1)).expect("a table");
    assert!(twin.rows.iter().all(|row| row.len() == twin.head.len()), "{twin:?}");
    assert_eq!(ask::<String>(desk, &Request::Csv(1)), Some(twin.csv()));
    assert_eq!(ask::<String>(desk, &Request::Markdown(1)), Some(twin.markdown()));
    (words, drawing, twin)
}

/// The chart has this id, says this, is drawn with places to point at, and has this many rows.
fn check(source: Source, testid: &str, reading: &str, n_rows: usize) {
    let (words, drawing, twin) = shown(&mut desk(), source);
    assert_eq!((words.testid.as_str(), words.reading.as_str(), words.empty), (testid, reading, None));
    assert!(!drawing.hits.is_empty(), "{testid}");
    assert_eq!(twin.rows.len(), n_rows, "{twin:?}");
}

#[test]
fn coverage_is_of_a_data_set() {
    let coverage = Coverage { n_columns: 2, percent: vec![100, 50, 100, 100] };
    let summary = DatasetSummary { coverage, missing_share: 0.125, ..dataset() };
    check(Source::Coverage(ByRef(Rc::new(summary))), "coverage-chart", "12.5 % of the cells are empty.", 2);
}

#[test]
fn errors_are_of_a_report_that_was_told() {
    let reading = "tsf and ar: no clear difference; gru and persistence are clearly worse than the best.";
    check(Source::Errors(REPORT), "error-by-model", reading, 4);
}

#[test]
fn a_forecast_is_of_a_machine_and_of_models() {
    let models = vec!["tsf".to_owned(), "ar".to_owned()];
    let reading = "tsf follows m_2 with MAE 2.0 points, ar with 1.0.";
    check(Source::Forecast(REPORT, 1, models), "forecast-chart", reading, 6);
}

#[test]
fn losses_are_of_curves() {
    let point = |epoch: usize| {
        let loss = 1.0 / epoch as f64;
        EpochPoint { epoch, train: loss, validation: loss, rate: 1e-3, gradient_norm: 1.0 }
    };
    let curve =
        Curve { model: "tsf".to_owned(), seed: 1, points: (1..=3).map(point).collect(), best_epoch: 3, stop: None };
    check(Source::Loss(vec![curve], 5, true), "loss-chart", "tsf is at epoch 3 of 5, best so far 3.", 3);
}

#[test]
fn a_finding_is_of_a_report_and_has_choices() {
    let mut desk = desk();
    let finding = |choice| Source::Finding(REPORT, Finding::Smoothing, choice);
    let (first, _, twin) = shown(&mut desk, finding(None));
    assert!(first.reading.starts_with("The nodes become more alike: the mean cosine"), "{}", first.reading);
    assert_eq!((first.choices.names.len(), first.choices.chosen, twin.rows.len()), (2, 0, 2));
    let (second, ..) = shown(&mut desk, finding(Some(1)));
    assert!(second.reading.contains("the energy per node"), "{}", second.reading);
    assert_eq!(second.choices.chosen, 1);
    assert_eq!(shown(&mut desk, finding(Some(9))).0, first, "a choice that is not there is the first");
}

#[test]
fn a_snapshot_is_of_a_moment() {
    let node = |layer, name: &str, value| ViewNode { layer, name: name.to_owned(), value, missing: false };
    let nodes = vec![
        node(Layer::Type, "cart", 0.0),
        node(Layer::Host, "h-1", 0.0),
        node(Layer::Instance, "cart-1", 0.5),
        node(Layer::Instance, "cart-2", 1.5),
    ];
    let snapshot =
        SnapshotView { at_millis: 0, label: false, kept: true, is_scaled: true, nodes, edges: Vec::new(), calls: None };
    let frame = Frame {
        bin: 0,
        n_bins: 10,
        renew_bins: 1,
        at_secs: 0,
        nodes: Vec::new(),
        weights: Vec::new(),
        sources: Vec::new(),
        n_came: 0,
        n_went: 0,
        has_snapshots: true,
        snapshot_json: serde_json::to_string(&snapshot).ok(),
        around_json: None,
    };
    let reading = "1 services, 2 instances, 1 hosts; no fault is labelled; highest: cart-2 at 1.50.";
    check(Source::Snapshot(ByRef(Rc::new(frame)), None), "snapshot-chart", reading, 4);
}

#[test]
fn a_diagram_is_of_a_config_with_tsf() {
    let config = preset("class").expect("preset").config;
    let mut without = config.clone();
    without.models.retain(|model| model.id() != "tsf");
    let mut desk = desk();
    let (words, _, twin) = shown(&mut desk, Source::Diagram(Box::new(config), Some(24), None));
    assert_eq!(words.testid, "model-diagram");
    assert!(words.reading.starts_with("12 steps of 24 nodes go in, "), "{}", words.reading);
    assert!(!twin.rows.is_empty());
    let none: Option<Words> = ask(&mut desk, &Request::Picture(2, Source::Diagram(Box::new(without), None, None)));
    assert_eq!(none, None);
}

fn triangle(strongest: usize) -> Source {
    let weights = (0..9)
        .map(|cell| {
            if cell % 4 == 0 {
                0.0
            } else if cell == strongest {
                1.0
            } else {
                0.5
            }
        })
        .collect();
    Source::Graph(
        ByRef(Rc::new(GraphPicture {
            testid: "graph-over-time".to_owned(),
            title: "Graph".to_owned(),
            nodes: ["a", "b", "c"].map(str::to_owned).to_vec(),
            weights,
            reading: "Three.".to_owned(),
            ..GraphPicture::default()
        })),
        View::Network,
    )
}

#[test]
fn nodes_of_a_graph_keep_their_places_from_one_moment_to_the_next() {
    let mut desk = desk();
    let (words, before, twin) = shown(&mut desk, triangle(1));
    assert_eq!((words.reading.as_str(), twin.rows.len()), ("Three.", 6));
    let (_, after, twin) = shown(&mut desk, triangle(5));
    assert_eq!(before.hits, after.hits);
    assert_ne!(before.svg, after.svg);
    assert_eq!(twin.rows[0][..3], ["b", "c", "1.00"]);
}

#[test]
fn a_learned_graph_is_of_a_report_its_mean_and_its_moments() {
    let learned = |moment| Source::Learned { report: REPORT, records: false, moment, view: View::Heat };
    let mean = "Each row keeps 1 of 1 neighbours; 50 % of the kept edges stay from one graph to the next.";
    check(learned(None), "graph-view", mean, 2);
    check(learned(Some(0)), "graph-view", "At day 2, 16:00 1 edges are the strongest.", 1);
}

#[test]
fn figures_of_a_detection_are_of_a_report_and_a_focus() {
    const DETECTION: u32 = REPORT + 1;
    let mut desk = desk();
    nothing::<bool>(&mut desk, &Request::Report(DETECTION, ByRef(Rc::new(detection()))));
    let focus = Focus { run: 0, detector: "zmax".to_owned(), selected: vec![3] };
    let of = |exhibit| Source::Detected(DETECTION, exhibit, focus.clone());
    let (timeline, drawing, _) = shown(&mut desk, of(Exhibit::Timeline));
    assert_eq!(timeline.reading, "zmax: 1 of 1 episodes found, first alarm after 10 s, 0 false alarms.");
    let place = (0..drawing.hits.len()).find(|place| {
        let tip: Option<Tip> = ask(&mut desk, &Request::Tip(1, *place));
        tip.is_some_and(|tip| tip.picks == [3])
    });
    assert!(place.is_some(), "the selected window can be pressed");
    let mut picks = |from, to| ask::<Vec<u32>>(&mut desk, &Request::Picks(1, from, to));
    assert_eq!((picks(3, 3), picks(5, 3), picks(10, 99)), (Some(vec![3]), Some(vec![3, 4, 5]), Some(vec![10, 11])));
    assert_eq!(picks(usize::MAX - 1, 12), Some(Vec::new()), "no place behind the last");
    let others =
        [Exhibit::Roc, Exhibit::PrecisionRecall, Exhibit::Embedding(0), Exhibit::Accuracy, Exhibit::Differences];
    for exhibit in others {
        let (words, drawing, twin) = shown(&mut desk, of(exhibit));
        assert_eq!((words.empty, drawing.hits.is_empty(), twin.rows.is_empty()), (None, false, false), "{exhibit:?}");
        assert!(!words.reading.is_empty(), "{exhibit:?}");
    }
}

/// What comes back for a question that has no answer.
fn nothing<T: DeserializeOwned + PartialEq + Debug>(desk: &mut Desk, request: &Request) {
    assert_eq!(ask::<T>(desk, request), None, "{request:?}");
}

#[test]
fn what_is_not_there_is_answered_by_null() {
    let mut desk = Desk::default();
    assert_eq!((desk.answer("{").as_str(), desk.answer(r#"{"Paint": 1}"#).as_str()), ("null", "null"));
    nothing::<Words>(&mut desk, &Request::Picture(1, Source::Errors(REPORT)));
    nothing::<Drawing>(&mut desk, &Request::Draw(1, 640));
    nothing::<Twin>(&mut desk, &Request::Twin(1));
    nothing::<String>(&mut desk, &Request::Csv(1));
    nothing::<Tip>(&mut desk, &Request::Tip(1, 0));
    nothing::<Vec<u32>>(&mut desk, &Request::Picks(1, 0, 0));
}

#[test]
fn what_is_dropped_is_gone_and_a_picture_outlives_its_report() {
    let mut desk = desk();
    let words: Option<Words> = ask(&mut desk, &Request::Picture(1, Source::Errors(REPORT)));
    assert!(words.is_some());
    nothing::<Tip>(&mut desk, &Request::Tip(1, 0));
    nothing::<bool>(&mut desk, &Request::Forget(REPORT));
    nothing::<Words>(&mut desk, &Request::Picture(2, Source::Errors(REPORT)));
    assert!(ask::<Drawing>(&mut desk, &Request::Draw(1, 640)).is_some());
    assert!(ask::<Tip>(&mut desk, &Request::Tip(1, 0)).is_some(), "only a drawing has tips");
    nothing::<bool>(&mut desk, &Request::Drop(1));
    nothing::<Drawing>(&mut desk, &Request::Draw(1, 640));
}

#[test]
fn the_build_is_that_of_the_page() {
    assert_eq!(ask::<String>(&mut Desk::default(), &Request::Build).as_deref(), Some(BUILD));
}
