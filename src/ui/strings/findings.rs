//! What a report found beyond its table: horizons, intervals, the paper's numbers.

use crate::ui::format;

/// Title of the table of horizons.
pub const HORIZONS: &str = "Errors by step ahead";
/// Heads of the table of horizons.
pub const HORIZON_HEADS: [&str; 6] = ["Steps ahead", "Model", "RMSE", "MAE", "Skill", "Against ar"];
/// The linear baseline that everything is held against.
pub const LINEAR: &str = "ar";
/// There is no linear baseline.
pub const NO_LINEAR: &str = "ar was not run, so there is no verdict against it.";
/// The baseline against itself.
pub const BASELINE: &str = "baseline";
/// A pair without a test.
pub const UNTESTED: &str = "not tested";
/// Title of the paper's numbers.
pub const REPLAY: &str = "Paper table";
/// What they are.
pub const REPLAY_READING: &str = "Numbers that the paper prints beside those of this run; equal numbers are not expected, since the paper leaves its \
     protocol open.";
/// Heads of the paper's numbers.
pub const REPLAY_HEADS: [&str; 6] = ["Model and measure", "Published", "Ours ± sd", "Difference", "Flag", "Notes"];
/// Intervals below the metrics table.
pub const INTERVALS: &str = "Prediction intervals";
/// Column of the time of a forecast.
pub const FORECAST_MILLIS: &str = "ms per forecast";
/// What it says.
pub const FORECAST_MILLIS_TEXT: &str = "Milliseconds for the forecast of all nodes at one origin, mean over seeds";

/// Who is clearly better than the linear baseline, at each step ahead.
pub fn horizons_reading(steps: &[(usize, Vec<&str>)]) -> String {
    let told = steps.iter().map(|(step, better)| {
        let better = if better.is_empty() { "none".to_owned() } else { format::list(better) };
        format!("at {}: {better}", format::count(*step, "step", "steps"))
    });
    format!("Clearly better than {LINEAR} {}.", told.collect::<Vec<_>>().join("; "))
}

/// The interval of a model: level, half width, measured coverage.
pub fn interval(model: &str, level: &str, half: &str, coverage: &str, n: u64) -> String {
    let n = format::whole(n);
    format!("{model}: {level} interval ± {half}, held {coverage} of the test points; from {n} validation errors")
}

/// A row of the paper's numbers.
pub fn replay_row(model: &str, metric: &str) -> String {
    format!("{model}, {metric}")
}
