//! The stage Results.

use crate::report::Outcome;
use crate::ui::format;
use crate::ui::state::Column;

/// The Results row without a result.
pub const NO_RESULT_YET: &str = "No result yet";
/// The program that draws is missing.
pub const NO_CHART: &str = "The charts could not be loaded. Load the page again.";
/// No result.
pub const EMPTY_RESULTS: &str = "No result for these files yet. Press Run, or change the defaults first.";
/// No result and no stored one either.
pub const NO_RESULT: &str = "No result yet. Choose a trace or use the sample, then press Run.";
/// Waiting for the first part.
pub const FIRST_PART: &str = "The first part is running.";
/// A comparison that is missing.
pub const NOT_TESTED: &str = "the two models were not tested against each other";
/// Opens the stage.
pub const ALL_RESULTS: &str = "All results";
/// Shows all measures.
pub const ALL_METRICS: &str = "All metrics";
/// Shows the first few.
pub const FEWER_METRICS: &str = "Fewer metrics";
/// Key of the best group.
pub const BEST_GROUP_KEY: &str = "▌ best group";
/// What the best group is.
pub const BEST_GROUP_TEXT: &str = ": no clear difference inside it";
/// One seed.
pub const ONE_SEED: &str = "one seed: no ranking";
/// Caption of the table.
pub const METRICS_CAPTION: &str = "Errors on the test part";
/// Heading of the protocol card.
pub const RESTS_ON: &str = "What this rests on";
/// Heading of the tests.
pub const SIGNIFICANCE: &str = "Significance";
/// Reading of the tests.
pub const SIGNIFICANCE_READING: &str = "Diebold-Mariano on the squared errors per origin, Holm-adjusted over all pairs; negative means that the first is better.";
/// Heads of the tests.
pub const TEST_HEADS: [&str; 5] = ["Pair", "Verdict", "p (Holm)", "MSE difference, 10⁻⁶", "95 % interval, 10⁻⁶"];
/// Heading of the parts.
pub const PARTS: &str = "Parts";
/// A part that has not begun.
pub const WAITING: &str = "waiting";
/// A finished part.
pub const PART_DONE: &str = "✓";
/// Partial results.
pub const PARTIAL: &str = "partial";
/// What does not exist.
pub const UNDEFINED: &str = "undefined";
/// Reason.
pub const NO_MAPE: &str = "undefined: no value reaches 0.05, so there is nothing to divide by";
/// Reason.
pub const NO_WAPE: &str = "undefined: all values of the test part are 0";
/// Reason.
pub const NO_MASE: &str = "undefined: the training series never changes";
/// Reason.
pub const NO_SKILL: &str = "undefined: persistence has no error on these points, or was not run";
/// Reason.
pub const NO_RMSE: &str = "undefined: no part of this model is finished";

/// Head of a column.
pub fn column(column: Column) -> &'static str {
    match column {
        Column::Model => "Model",
        Column::Rmse => "RMSE",
        Column::Mae => "MAE",
        Column::Mse => "MSE",
        Column::Mape => "MAPE, %",
        Column::Wape => "WAPE, %",
        Column::Mase => "MASE",
        Column::Skill => "Skill",
        Column::Params => "Parameters",
        Column::Time => "Time",
    }
}

/// What a column says.
pub fn column_text(column: Column) -> &'static str {
    match column {
        Column::Model => "Model",
        Column::Rmse => "Root mean squared error, on the scale 0 to 1, ± standard deviation over seeds",
        Column::Mae => "Mean absolute error, on the scale 0 to 1",
        Column::Mse => "Mean squared error, on the scale 0 to 1",
        Column::Mape => "Mean absolute percentage error; values below 0.05 are left out, their share is in brackets",
        Column::Wape => "Sum of the absolute errors over the sum of the values",
        Column::Mase => "MAE over the training MAE of persistence",
        Column::Skill => "1 − MSE over that of persistence on the same points: 0 is as good, 1 is perfect",
        Column::Params => "Number of fitted numbers",
        Column::Time => "Training time of all seeds together",
    }
}

/// The error of the chosen model where there is no naive baseline.
pub fn headline_error(model: &str, rmse: &str) -> String {
    format!("{model} has RMSE {rmse}")
}

/// Change of the error against the naive baseline.
pub fn rmse_change(percent: &str) -> String {
    format!("RMSE {percent} %")
}

/// Verdict on the chosen model.
pub fn headline_better(model: &str) -> String {
    format!("{model} is clearly better than repeating the last value")
}

/// Verdict on the chosen model.
pub fn headline_worse(model: &str) -> String {
    format!("{model} is clearly worse than repeating the last value")
}

/// Verdict on the chosen model.
pub fn headline_no_difference(model: &str) -> String {
    format!("{model} shows no clear difference to repeating the last value")
}

/// Verdict on the chosen model.
pub fn headline_undefined(model: &str, reason: &str) -> String {
    format!("{model} against repeating the last value is undefined: {reason}")
}

/// The second half of the headline.
pub fn second_verdict(outcome: Outcome, other: &str, reason: &str) -> String {
    match outcome {
        Outcome::Better => format!("clearly better than {other}"),
        Outcome::Worse => format!("clearly worse than {other}"),
        Outcome::NoDifference => format!("no clear difference to {other}"),
        Outcome::Undefined => format!("against {other} undefined: {reason}"),
    }
}

/// A verdict alone.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Better => "clearly better",
        Outcome::Worse => "clearly worse",
        Outcome::NoDifference => "no clear difference",
        Outcome::Undefined => UNDEFINED,
    }
}

/// What the numbers are, below the headline.
pub fn protocol_line(test_percent: &str, seeds: usize, ranks: bool) -> String {
    let seeds = if ranks { format::count(seeds, "seed", "seeds") } else { ONE_SEED.to_owned() };
    format!("RMSE on the last {test_percent} of the time, never seen in training; {seeds}; Diebold-Mariano, Holm")
}

/// The Results row.
pub fn results_summary(models: usize, parts: usize, time: Option<&str>) -> String {
    let models = format::count(models, "model", "models");
    let parts = format::count(parts, "part", "parts");
    time.map_or_else(|| format!("{models}, {parts}"), |time| format!("{models}, {parts} done in {time}"))
}

/// MAPE with the share that it leaves out.
pub fn mape(percent: &str, dropped: &str) -> String {
    format!("{percent} ({dropped} left out)")
}

/// First line of the protocol card.
pub fn purge(split: &str, bins: usize) -> String {
    format!("{split}; {} purged between the parts", format::count(bins, "step", "steps"))
}

/// Points and machines.
pub fn points(points: &str, machines: usize, origins: usize) -> String {
    let machines = format::count(machines, "machine", "machines");
    format!("{points} scored points: {machines} × {} of the test part", format::count(origins, "origin", "origins"))
}

/// Scale of the input.
pub fn scale(name: &str) -> String {
    if name == "unit" {
        return "Input in percent / 100, nothing fitted".to_owned();
    }
    format!("Input scale {name}, fitted on the training part alone")
}

/// Sources of edges.
pub fn edge_sources(list: &str) -> String {
    format!("Edges from {list}")
}

/// Machines that were left out.
pub fn left_out(n: usize) -> String {
    format!("{} left out for missing values", format::count(n, "machine", "machines"))
}

/// Windows that were left out.
pub fn windows_left_out(n: usize) -> String {
    format!("{} left out for missing inputs", format::count(n, "window", "windows"))
}

/// A repair of the input.
pub fn repair(rule: &str, count: u64) -> String {
    format!("{}: {}", format::capital(rule), format::whole(count))
}

/// Checks on leaks.
pub fn leak_checks(passed: usize, total: usize) -> String {
    format!("Leak check {passed} of {total}")
}

/// State of a check.
pub fn check(passed: Option<bool>) -> &'static str {
    match passed {
        Some(true) => "passed",
        Some(false) => "failed",
        None => "does not apply",
    }
}

/// A pair of models.
pub fn pair(a: &str, b: &str) -> String {
    format!("{a} to {b}")
}

/// Head of a column of parts.
pub fn seed(seed: u32) -> String {
    format!("seed {seed}")
}

/// Title of the graph that was learned.
pub const LEARNED_GRAPH: &str = "Learned graph";
/// Title of the graph that the data give.
pub const GRAPH_OVER_TIME: &str = "Graph over time";
/// Before a moment was chosen.
pub const NO_FRAME: &str = "Move the slider to see the graph of a moment.";
/// A graph without edges.
pub const NOTHING_CONNECTED: &str = "Nothing connects these nodes at this time.";
/// Loads the data that a stored result was made from.
pub const SHOW_OVER_TIME: &str = "Load the data to look at";

/// Label of the time slider.
pub fn moment(stamp: &str) -> String {
    format!("At {stamp}")
}

/// Shows graph after graph.
pub const PLAY: &str = "Play";
/// Stops at the present graph.
pub const PAUSE: &str = "Pause";
/// Shows the next graph, for readers who want nothing to move by itself.
pub const NEXT_GRAPH: &str = "Next graph";

/// Name of the button beside the time slider.
pub fn of_graphs(label: &str) -> String {
    format!("{label}, graph over time")
}

/// What the red marks above the time slider are.
pub fn faults_marked(n_within: usize, n_outside: usize) -> String {
    let within = format::count(n_within, "labelled fault", "labelled faults");
    let outside = format::whole(n_outside as u64);
    match n_outside {
        0 => format!("Red marks: {within}."),
        1 => format!("Red marks: {within}; {outside} more lies outside the time of the data."),
        _ => format!("Red marks: {within}; {outside} more lie outside the time of the data."),
    }
}

/// A fault on the time slider; what the label does not say is left out.
pub fn fault_marked((kind, target): (&str, &str), (from, to): (&str, &str)) -> String {
    let what = if kind.is_empty() { "fault" } else { kind };
    let whom = if target.is_empty() { String::new() } else { format!(" of {target}") };
    format!("{what}{whom}, from {from} to {to}")
}

/// Faults that are marked and not read out.
pub fn more_faults(n: usize) -> String {
    format!("and {} more; the stage Data lists them", format::whole(n as u64))
}

/// What changed since the graph before.
pub fn frame_reading(n_came: usize, n_went: usize) -> String {
    let came = format::count(n_came, "edge", "edges");
    match (n_came, n_went) {
        (0, 0) => "No edge came and none went since the graph before.".to_owned(),
        _ => format!("{came} came since the graph before, and {} went.", format::whole(n_went as u64)),
    }
}

/// What the edges are made of.
pub fn frame_caption(sources: &[String]) -> String {
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    format!("From {}; every graph uses only what lies before it.", format::list(&sources))
}

/// Saves all snapshots.
pub const SAVE_SNAPSHOTS: &str = "Save all snapshots (JSON)";
/// Name of that file.
pub const SNAPSHOTS_FILE: &str = "snapshots.json";
/// The learned graph over the whole test part.
pub const MEAN_GRAPH: &str = "Mean over the test part";
