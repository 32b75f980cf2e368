//! Error over the test part, smoothed.

use std::rc::Rc;

use super::words;
use crate::charts::ink::look;
use crate::charts::lines::{Lines, Place, Series, Ticks, Value};
use crate::charts::picture::{Body, Picture};
use crate::charts::text::{Clock, count, fixed, span};
use crate::config::Unit;
use crate::report::{ForecastLine, Report};

/// Bins that one value is the mean of.
const WINDOW: usize = 24;

/// Whether there are as many bins as a value needs, and a few more.
pub(super) fn is_there(report: &Report) -> bool {
    report.forecast.n_bins > WINDOW && !report.forecast.models.is_empty()
}

/// RMSE of every model over all nodes and the bins before.
pub(super) fn picture(report: &Report) -> Picture {
    let board = &report.forecast;
    let grid = i64::from(report.dataset.grid_secs);
    let clock = Clock::starting(report.dataset.start_secs);
    let secs = |idx: usize| report.dataset.start_secs + (board.first_bin + idx) as i64 * grid;
    let shown = (WINDOW - 1).min(board.n_bins)..board.n_bins;
    let place = |idx: usize| Place { x: secs(idx) as f64, name: clock.stamp(secs(idx)), note: String::new() };
    let series = |line: &ForecastLine| Series {
        name: line.id.clone(),
        look: look(&line.id),
        values: smoothed(&squared_errors(report, line)),
    };
    let lines = Lines {
        x_title: "time",
        y_title: words::measured(report, "RMSE"),
        ticks: Ticks::Time(clock),
        places: shown.map(place).collect(),
        series: board.models.iter().map(series).collect(),
        decimals: 4,
        ..Lines::default()
    };
    let seeds = report.models.iter().map(|model| model.seeds.len()).max().unwrap_or(0);
    let of = if seeds > 1 { format!(" of the mean forecast over {seeds} seeds") } else { String::new() };
    Picture {
        testid: "error-over-time".to_owned(),
        title: "Error over time, smoothed".to_owned(),
        reading: reading(&lines),
        caption: format!(
            "Test part, {} nodes; each value is the RMSE{of} over all nodes and the {WINDOW} bins up to it ({}); {}.",
            count(report.protocol.nodes.len()),
            span(WINDOW as i64 * grid),
            words::scale(report)
        ),
        empty: None,
        choices: Default::default(),
        body: Body::Lines(Rc::new(lines)),
    }
}

/// Sum of squared errors and number of points of every bin, in the unit of the errors.
fn squared_errors(report: &Report, line: &ForecastLine) -> Vec<(f64, f64)> {
    let n_nodes = report.protocol.nodes.len().max(1);
    let factor = f64::from(words::target(report).map_or(Unit::Unknown, |metric| metric.unit).factor());
    let rows = report.forecast.truth.chunks(n_nodes).zip(line.values.chunks(n_nodes));
    let bin = |(truth, values): (&[Option<f32>], &[Option<f32>])| {
        let errors = truth.iter().zip(values).filter_map(|(a, b)| Some(f64::from((*a)?) - f64::from((*b)?)));
        let errors = errors.map(|error| error * factor).filter(|error| error.is_finite());
        errors.fold((0.0, 0.0), |(sum, n), error| (sum + error * error, n + 1.0))
    };
    let mut sums: Vec<(f64, f64)> = rows.map(bin).collect();
    sums.resize(report.forecast.n_bins, (0.0, 0.0));
    sums
}

/// Root of the mean over each run of [`WINDOW`] bins; nothing where it has no point.
fn smoothed(bins: &[(f64, f64)]) -> Vec<Option<Value>> {
    let root = |run: &[(f64, f64)]| {
        let (sum, n) = run.iter().fold((0.0, 0.0), |(sum, n), bin| (sum + bin.0, n + bin.1));
        (n > 0.0).then(|| Value { mean: (sum / n).sqrt(), sd: None, partial: false })
    };
    bins.windows(WINDOW).map(root).collect()
}

/// When the first model errs most.
fn reading(lines: &Lines) -> String {
    let Some(first) = lines.series.first() else { return String::new() };
    let known = lines.places.iter().zip(&first.values).filter_map(|(place, value)| Some((place, value.as_ref()?.mean)));
    let known: Vec<(&Place, f64)> = known.collect();
    let most = known.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let least = known.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    most.zip(least).map_or_else(String::new, |(most, least)| {
        let (high, low) = (fixed(most.1, 4), fixed(least.1, 4));
        format!(
            "{} errs most up to {} (RMSE {high}) and least up to {} ({low}).",
            first.name, most.0.name, least.0.name
        )
    })
}
