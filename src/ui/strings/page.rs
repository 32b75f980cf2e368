//! Frame of the page: bars, stages, settings.

use crate::ui::format;
use crate::ui::state::{Glyph, StageId, Theme};

/// Name of the product.
pub const NAME: &str = "Loadstone";
/// First heading.
pub const TAGLINE: &str = "Train graph models on machine and service traces, in this tab. Nothing is uploaded.";
/// Why nothing can be uploaded; true while the policy of the page holds `connect-src 'self'`.
pub const PRIVACY: &str = "Your files are read in this tab and never uploaded; the browser blocks this page from contacting \
                           any other site.";
/// The same, short, in the run bar.
pub const PRIVACY_SHORT: &str = "Your files stay in this tab";
/// Heading of the explanation under the tagline.
pub const HOW_IT_WORKS: &str = "How it works";
/// What happens between a file and a result.
pub const HOW_IT_WORKS_TEXT: &str = "A trace is cut into a regular grid of machines and time. The first part of the time trains the models, the next \
     one picks their best epoch, and the last one, never seen before, gives the errors. Each learned model is trained \
     once per seed and stands beside baselines on the same points.";
/// Skip link.
pub const SKIP_RESULTS: &str = "Skip to results";
/// Skip link.
pub const SKIP_RUN: &str = "Skip to run bar";
/// Label of the task.
pub const TASK: &str = "Task";
/// The only task there is so far.
pub const TASK_FORECAST: &str = "Forecast load";
/// Name of the navigation.
pub const STAGES: &str = "Stages";
/// Shown while a file is dragged over the page.
pub const DROP_HERE: &str = "Drop to read here. Nothing is uploaded";
/// Label of the list of models.
pub const MODELS_LABEL: &str = "models";
/// Closes a stage.
pub const CLOSE: &str = "Close";
/// Opens a stage.
pub const CHANGE: &str = "Change";
/// In an empty field that the program fills.
pub const AUTO: &str = "auto";
/// Resets a setting.
pub const RESET: &str = "reset";
/// Spoken before the label of a changed setting.
pub const CHANGED: &str = "changed";
/// Why the settings cannot be edited now.
pub const READ_ONLY: &str = "Settings are read-only during a run; editing afterwards starts a new run.";
/// The page and its worker do not fit.
pub const OTHER_VERSION: &str = "The page and its worker are of different versions; reload the page to update both.";

/// Name of a stage.
pub fn stage(stage: StageId) -> &'static str {
    match stage {
        StageId::Data => "Data",
        StageId::Graph => "Graph",
        StageId::Models => "Models",
        StageId::Results => "Results",
        StageId::Share => "Share",
    }
}

/// Mark of a stage.
pub fn glyph(glyph: Glyph) -> &'static str {
    match glyph {
        Glyph::Empty => "○",
        Glyph::Ready => "●",
        Glyph::Working => "◐",
        Glyph::Done => "✓",
        Glyph::Needed => "!",
        Glyph::Stale => "↻",
    }
}

/// Spoken form of the mark.
pub fn glyph_text(glyph: Glyph) -> &'static str {
    match glyph {
        Glyph::Empty => "not started",
        Glyph::Ready => "ready with defaults",
        Glyph::Working => "working",
        Glyph::Done => "done",
        Glyph::Needed => "needs you",
        Glyph::Stale => "settings changed since this result",
    }
}

/// Label of the theme button.
pub fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "Auto",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

/// Spoken form of the theme button.
pub fn theme_text(now: Theme, next: Theme) -> String {
    format!("Theme {}, switch to {}", theme(now).to_ascii_lowercase(), theme(next).to_ascii_lowercase())
}

/// Button that shows the explanation of a setting.
pub fn explain(label: &str) -> String {
    format!("What is {label}?")
}

/// Summary of a fold.
pub fn more_settings(n: usize) -> String {
    format!("More settings ({n})")
}

/// Range and default of a number.
pub fn hint(min: &str, max: &str, default: &str) -> String {
    if default.is_empty() { format!("{min} to {max}") } else { format!("{min} to {max}, default {default}") }
}

/// What a number must be.
pub fn expected_number(whole: bool, min: &str, max: &str) -> String {
    format!("a {} from {min} to {max}", if whole { "whole number" } else { "number" })
}

/// A setting that cannot be used.
pub fn must_be(label: &str, expected: &str) -> String {
    format!("{} must be {expected}", format::capital(label))
}

/// What the graph is made of.
pub fn graph_summary(channels: &[&str], renewed: &str, kept: &str) -> String {
    let list = format::capital(&format::list(channels));
    format!("{list}, renewed every {renewed}, {kept} of the pairs kept")
}

/// No model needs a graph.
pub const GRAPH_UNUSED: &str = "None of the chosen models uses a graph";
/// The same for files without records.
pub fn without_records(summary: &str) -> String {
    format!("No schedules and no calls in these files. {summary}")
}

/// Empty picture of the graph.
pub const GRAPH_EMPTY: &str = "These files hold no calls and no schedules, so the graph comes from correlation alone. Add a call table to use records.";
/// Channel.
pub const RECORDS: &str = "scheduling records";
/// Channel.
pub const CORRELATION: &str = "correlation";
/// Channel.
pub const ATTENTION: &str = "learned attention";

/// What will be compared.
pub fn models_summary(learned: &[&str], baselines: &[&str], seeds: usize, window: usize, horizon: usize) -> String {
    let seeds = format::count(seeds, "seed", "seeds");
    let steps = format::count(horizon, "step", "steps");
    let who = match (learned, baselines) {
        ([], []) => return "No model is chosen".to_owned(),
        (learned, []) => format!("{}, {seeds}", format::list(learned)),
        ([], baselines) => format!("{}, closed form", format::list(baselines)),
        (learned, baselines) => format!("{} against {}, {seeds}", format::list(learned), format::list(baselines)),
    };
    format!("{who}, {window} steps in, {steps} ahead")
}

/// What a model is, in a sentence.
pub fn model_text(id: &str) -> &'static str {
    match id {
        "tsf" => "Graph attention and a GRU, fused: the load-forecasting paper's model",
        "gru" => "Stacked GRU over each machine's own series",
        "lstm" => "Stacked LSTM over each machine's own series",
        "ar" => "Ridge regression on past values, closed form",
        "persistence" => "The last value again: the baseline every model must beat",
        _ => "",
    }
}

/// Label of the choice of a preset.
pub const PRESET: &str = "Preset";
/// Heading of the list of models.
pub const MODELS_HEADING: &str = "Models";
/// Heading of the parts table.
pub const PLAN_HEADING: &str = "What will run";
/// Heads of the parts table.
pub const PLAN_HEADS: [&str; 3] = ["Model", "What it is", "Parts"];
/// Reading of the parts table.
pub fn plan_reading(parts: usize) -> String {
    format!("{}; every model is scored on the same points.", format::count(parts, "part", "parts"))
}
/// A closed-form model.
pub const CLOSED_FORM: &str = "closed form";
/// A preset whose settings were changed.
pub fn preset_changed(n: usize) -> String {
    format!("{} from this preset", format::count(n, "setting differs", "settings differ"))
}
