//! The run bar.

use crate::ui::format;
use crate::ui::settings::Change;

/// Starts a run.
pub const RUN: &str = "Run";
/// Starts the same run again.
pub const RUN_AGAIN: &str = "Run again";
/// The same button while a run is going on.
pub const RUNNING: &str = "Running";
/// Stops reading or training.
pub const STOP: &str = "Stop";
/// Stop was pressed.
pub const STOPPING: &str = "Stopping";
/// Goes to the results.
pub const SEE_RESULTS: &str = "See results";
/// Back to the settings of the result on screen.
pub const UNDO: &str = "Undo";
/// Copies an error.
pub const COPY_DETAILS: &str = "Copy details";
/// Between Run and the first part.
pub const PREPARING: &str = "Preparing windows and graphs";
/// Reading without a known size.
pub const READING: &str = "Reading";
/// Training.
pub const TRAINING: &str = "Training";
/// Progress, said aloud.
pub fn spoken(work: &str, percent: usize) -> String {
    if percent == 0 { format!("{work} has begun") } else { format!("{work}: {percent} % done") }
}
/// Simulating.
pub const SIMULATING: &str = "Simulating the sample";
/// Stopped without a result.
pub const STOPPED: &str = "Stopped; nothing was finished, so nothing changed";
/// Work is going on.
pub const BUSY: &str = "Other work is going on; wait for its end, or stop it first";
/// The worker ended before it gave a file.
pub const NO_ANSWER: &str = "The worker ended before the file was written; try again";
/// Files without series are open.
pub const NO_SERIES: &str =
    "These files hold no series over time; choose metrics of machines, services or instances together with them";
/// Nothing to run on.
pub const NO_DATA: &str = "Choose a trace or use the sample, then press Run";
/// Data known by name only.
pub const FILES_NEEDED: &str = "Choose the files of this result to run it again";
/// Reading failed; the sentence stands at the stage.
pub const NOT_READ: &str = "The file could not be read; see Data";
/// Name of the bar.
pub const RUN_BAR: &str = "Run";
/// Name of the bar of progress.
pub const PROGRESS: &str = "Progress";

/// Progress of reading.
pub fn reading(done: &str, total: &str, rows: &str) -> String {
    format!("Reading: {done} of {total}, {rows} rows")
}

/// Words of a training.
#[derive(Debug)]
pub struct Training<'a> {
    /// Model id, behind the cell of a study.
    pub model: &'a str,
    /// Seed.
    pub seed: u32,
    /// Present epoch.
    pub epoch: usize,
    /// Planned epochs.
    pub epochs: usize,
    /// Best epoch; 0 before the first.
    pub best: usize,
    /// Time left, if known.
    pub left: Option<&'a str>,
    /// Parts done.
    pub parts: &'a str,
}

/// Progress of training.
pub fn training(now: &Training<'_>) -> String {
    let best = if now.best == 0 { String::new() } else { format!(" · best {}", now.best) };
    let left =
        now.left.map_or_else(|| "the estimate comes after the first epoch".to_owned(), |left| format!("{left} left"));
    format!("{} seed {} · epoch {} of {}{best} · {left} · {}", now.model, now.seed, now.epoch, now.epochs, now.parts)
}

/// Progress of a closed-form model.
pub fn fitting(model: &str, parts: &str) -> String {
    format!("Fitting {model} · {parts}")
}

/// Parts of a run.
pub fn parts_done(done: usize, total: usize) -> String {
    format!("{done} of {total} parts done")
}

/// The same, where several parts are at work at once.
pub fn parts_at_work(parts: &str, running: usize) -> String {
    if running > 1 { format!("{parts}, {running} at work") } else { parts.to_owned() }
}

/// A model in a cell of a study.
pub fn in_cell(label: &str, model: &str) -> String {
    if label.is_empty() { model.to_owned() } else { format!("{label}: {model}") }
}

/// The same as a badge.
pub fn parts_badge(done: usize, total: usize) -> String {
    format!("{done} of {total} parts")
}

/// First visit.
pub fn sample_status(expected: Option<&str>) -> String {
    match expected {
        Some(time) => format!("Stored result of the sample. A new run takes about {time}"),
        None => "Stored result of the sample. The time of a new run is known after its first epoch".to_owned(),
    }
}

/// A finished run.
pub fn done(time: &str, repeat: &str) -> String {
    if repeat.is_empty() { format!("Done in {time}") } else { format!("Done in {time}. {repeat}") }
}

/// The same digest as before.
pub const REPEAT_IDENTICAL: &str = "Identical to the stored result";
/// Other digest, equal errors.
pub const REPEAT_WITHIN: &str = "Within tolerance of the stored result";
/// Other errors.
pub const REPEAT_DIFFERENT: &str = "Different from the stored result; the receipt says where";

/// A stopped run that kept something.
pub fn stopped(kept: usize, planned: usize) -> String {
    format!("Stopped; {kept} of {planned} parts are kept")
}

/// What a run would do.
pub fn plan(learned: usize, seeds: usize, baselines: usize) -> String {
    let models = format!("{} × {}", format::count(learned, "model", "models"), format::count(seeds, "seed", "seeds"));
    let base = format::count(baselines, "baseline", "baselines");
    match (learned, baselines) {
        (0, _) => format!("{base}, no training"),
        (_, 0) => format!("{models}; the estimate comes after the first epoch"),
        _ => format!("{models} and {base}; the estimate comes after the first epoch"),
    }
}

/// What a study would do.
pub fn study_plan(study: &str, cells: usize, parts: usize) -> String {
    let parts = format::count(parts, "part", "parts");
    let cells = if cells == 1 { String::new() } else { format!(" in {cells} configs") };
    format!("{study}: {parts}{cells}; the estimate comes after the first epoch")
}

/// Counts of a run with many parts.
pub fn part_counts(done: usize, running: usize, waiting: usize) -> String {
    format!("{done} done, {running} running, {waiting} waiting")
}

/// A part at work.
pub fn part_at_work(name: &str, seed: u32, epochs: &str) -> String {
    format!("{name} seed {seed}, epoch {epochs}")
}

/// Heading of what the cells of a study have found so far.
pub const FOUND: &str = "Finished last";
/// Heads of that table.
pub const FOUND_HEADS: [&str; 4] = ["Config", "Model", "RMSE", "Seeds"];

/// Settings that differ from those of the result.
pub fn differs(changes: &[Change]) -> String {
    // Three are read at a glance; the rest is counted.
    let shown: Vec<String> =
        changes.iter().take(3).map(|change| format!("{} {} → {}", change.label, change.from, change.to)).collect();
    let rest = changes.len().saturating_sub(3);
    let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    let count = format::count(changes.len(), "setting differs", "settings differ");
    format!("{count} from this result: {}{rest}", shown.join(", "))
}
