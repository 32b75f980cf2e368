//! Detectors and configs beside each other: differences with their intervals, variants, and the curve of a setting.

use std::rc::Rc;

use super::first;
use super::words::{interval, ratio, test_windows};
use crate::charts::error_by_model::phrase;
use crate::charts::format::{capital, signed};
use crate::charts::ink::look;
use crate::charts::lines::{Lines, Place, Series, Value};
use crate::charts::order::sort_by;
use crate::charts::picture::{Body, Picture};
use crate::charts::rows::{Row, Rows};
use crate::charts::text::{fixed, listed};
use crate::report::{DetectCellResult, DetectDifference, Outcome, Report};

/// Id of an axis, its name, and the unit of its values.
const AXES: [(&str, &str, &str); 6] = [
    ("delta", "the length of a slice", "ms"),
    ("window", "the length of a snapshot", "s"),
    ("sequence", "the length of a sequence", "snapshots"),
    ("hidden", "the graph width", "units"),
    ("batch", "the batch", "sequences"),
    ("units", "the LSTM units", "units"),
];

/// "delta p0-rand" is the axis and the protocol.
fn axis_of(cell: &DetectCellResult) -> Option<(&str, &str)> {
    cell.x?;
    cell.group.split_once(' ')
}

/// Ids of the axes that a study moved, in its order.
pub(super) fn axes(cells: &[DetectCellResult]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (axis, _) in cells.iter().filter_map(axis_of) {
        if !found.contains(&axis) {
            found.push(axis);
        }
    }
    found
}

/// Cells of a study of variants.
pub(super) fn variants(cells: &[DetectCellResult]) -> Vec<&DetectCellResult> {
    cells.iter().filter(|cell| cell.x.is_none() && !cell.label.is_empty()).collect()
}

fn picture(testid: &str, title: &str, reading: String, caption: String, body: Body) -> Picture {
    let (testid, title) = (testid.to_owned(), title.to_owned());
    Picture { testid, title, reading, caption, empty: None, choices: Default::default(), body }
}

/// One of the four phrases.
fn verdict(test: &DetectDifference) -> &'static str {
    phrase(Some(test.outcome()))
}

/// Each detector against the one to beat.
pub(super) fn differences(report: &Report) -> Picture {
    let cell = first(report);
    let tests = cell.map_or(&[][..], |cell| &cell.differences);
    let row = |test: &DetectDifference| {
        let detector = cell.and_then(|cell| cell.detectors.iter().find(|detector| detector.id == test.a));
        let ap = ratio(detector.and_then(|detector| detector.measured("ap")));
        let told = |text: Option<String>| text.unwrap_or_else(|| "undefined".to_owned());
        Row {
            name: test.a.clone(),
            model: test.a.clone(),
            value: test.difference,
            interval: test.interval,
            filled: matches!(test.outcome(), Outcome::Better | Outcome::Worse),
            verdict: verdict(test).to_owned(),
            text: ap.clone(),
            cells: vec![
                ap,
                told(test.difference.map(|difference| signed(difference, 3))),
                told(test.interval.map(|ends| interval(Some(ends)))),
                verdict(test).to_owned(),
            ],
        }
    };
    let bar = tests.first().map_or("", |test| test.b.as_str());
    let rows = Rows {
        rows: tests.iter().map(row).collect(),
        axis: String::new(),
        zero: Some("same"),
        head: ["Detector", "Average precision", "Difference", "95 % interval", "Verdict"].map(str::to_owned).to_vec(),
    };
    let of = |wanted: &str| -> Vec<&str> {
        tests.iter().filter(|test| verdict(test) == wanted).map(|test| test.a.as_str()).collect()
    };
    let said: Vec<String> = ["clearly better", "no clear difference", "clearly worse", "undefined"]
        .into_iter()
        .filter(|phrase| !of(phrase).is_empty())
        .map(|phrase| format!("{phrase}: {}", listed(&of(phrase))))
        .collect();
    let caption = format!(
        "{}; average precision minus that of {bar}, bootstrap over runs and episodes. Filled: clear difference. Right: \
         average precision ± sd over seeds.",
        test_windows(cell)
    );
    let title = format!("Average precision against {bar}");
    picture("ablation-chart", &title, format!("{}.", capital(&said.join("; "))), caption, Body::Rows(Rc::new(rows)))
}

/// Every detector in every variant; variants have different windows and are not tested against each other.
pub(super) fn variants_picture(report: &Report) -> Picture {
    let cells = report.detection.as_ref().map_or(&[][..], |found| &found.cells);
    let row = |cell: &DetectCellResult, detector: &crate::report::DetectorResult| {
        let ap = detector.measured("ap");
        let sd = ap.and_then(|ap| Some((ap.mean, ap.sd?)));
        Row {
            name: format!("{}, {}", cell.label, detector.id),
            model: detector.id.clone(),
            value: ap.map(|ap| ap.mean),
            interval: sd.map(|(mean, sd)| (mean - sd, mean + sd)),
            filled: true,
            verdict: String::new(),
            text: ratio(ap),
            cells: ["ap", "auc", "f1"].map(|id| ratio(detector.measured(id))).to_vec(),
        }
    };
    let all = variants(cells).into_iter();
    let rows = Rows {
        rows: all.flat_map(|cell| cell.detectors.iter().map(move |detector| row(cell, detector))).collect(),
        axis: String::new(),
        zero: None,
        head: ["Config", "Average precision", "ROC AUC", "F1"].map(str::to_owned).to_vec(),
    };
    let best = rows.rows.iter().filter_map(|row| Some((row, row.value?)));
    let best = best.max_by(|a, b| a.1.total_cmp(&b.1));
    let reading = best.map_or_else(String::new, |(row, value)| {
        format!("Largest average precision: {}, {}.", row.name, fixed(value, 3))
    });
    let caption = "Test part of each config. Whisker: ± sd over seeds. Configs are not tested against each other; where \
                   average precision is undefined there is no dot.";
    picture("variants-chart", "Average precision by config", reading, caption.to_owned(), Body::Rows(Rc::new(rows)))
}

/// One line per protocol, of the detector that the study is about.
pub(super) fn sweep(report: &Report, idx: usize) -> Picture {
    let cells = report.detection.as_ref().map_or(&[][..], |found| &found.cells);
    let id = axes(cells).get(idx).copied().unwrap_or_default();
    let (_, name, unit) = AXES.into_iter().find(|axis| axis.0 == id).unwrap_or(AXES[0]);
    let of_axis =
        || cells.iter().filter_map(|cell| axis_of(cell).filter(|axis| axis.0 == id).map(|axis| (cell, axis.1)));
    let mut xs: Vec<f64> = of_axis().filter_map(|(cell, _)| cell.x.filter(|x| x.is_finite())).collect();
    sort_by(&mut xs, f64::total_cmp);
    xs.dedup();
    let mut protocols: Vec<&str> = Vec::new();
    for (_, protocol) in of_axis() {
        if !protocols.contains(&protocol) {
            protocols.push(protocol);
        }
    }
    let value = |protocol: &str, x: f64| {
        let (cell, _) = of_axis().find(|(cell, its)| *its == protocol && cell.x == Some(x))?;
        Value::of(cell.chosen()?.measured("ap"))
    };
    let series = |(place, protocol): (usize, &&str)| {
        let stroke = look(["integrated", "clock", "zmax", "logreg"][place % 4]);
        Series {
            name: protocol.to_ascii_uppercase(),
            look: stroke,
            values: xs.iter().map(|x| value(protocol, *x)).collect(),
        }
    };
    let place = |x: &f64| Place { x: *x, name: format!("{x} {unit}"), note: String::new() };
    let lines = Lines {
        x_title: unit,
        y_title: "Average precision".to_owned(),
        places: xs.iter().map(place).collect(),
        series: protocols.iter().enumerate().map(series).collect(),
        decimals: 3,
        reach: Some((0.0, 1.0)),
        ..Lines::default()
    };
    let reading = sweep_reading(&lines);
    let detector = cells.first().and_then(DetectCellResult::chosen).map_or("", |detector| detector.id.as_str());
    let caption = format!("{detector}, test part of each config; one line per protocol, band ± sd over seeds.");
    let title = format!("Sensitivity to {name}");
    picture(&format!("sensitivity-{id}"), &title, reading, caption, Body::Lines(Rc::new(lines)))
}

/// "P1: best at 5 s (0.912); P0-RAND: best at 5 s (0.991)."
fn sweep_reading(lines: &Lines) -> String {
    let best = |series: &Series| {
        let values = lines.places.iter().zip(&series.values).filter_map(|(place, value)| Some((place, (*value)?)));
        let best = values.max_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
        best.map_or_else(
            || format!("{}: undefined", series.name),
            |(place, value)| format!("{}: best at {} ({})", series.name, place.name, fixed(value.mean, 3)),
        )
    };
    format!("{}.", lines.series.iter().map(best).collect::<Vec<_>>().join("; "))
}
