//! Frame of the page: bars, stages, settings.

use crate::ui::format;
use crate::ui::settings::Place;
use crate::ui::state::{Glyph, StageId, Task, Theme};

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
/// Name of a task.
pub fn task(task: Task) -> &'static str {
    match task {
        Task::Forecast => "Forecast load",
        Task::Detect => "Detect faults",
    }
}
/// Name of the navigation.
pub const STAGES: &str = "Stages";
/// Shown while a file is dragged over the page.
pub const DROP_HERE: &str = "Drop to read here. Nothing is uploaded";
/// Label of the list of models, or of that of detectors.
pub fn list_label(detect: bool) -> &'static str {
    if detect { "detectors" } else { "models" }
}
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
pub fn more_settings(place: Place, n: usize) -> String {
    let what = if place == Place::EachModel { "Settings of each model" } else { "More settings" };
    format!("{what} ({n})")
}

/// Range and default of a number.
pub fn hint(min: &str, max: &str, default: &str) -> String {
    if default.is_empty() { format!("{min} to {max}") } else { format!("{min} to {max}, default {default}") }
}

/// What a number must be.
pub fn expected_number(whole: bool, min: &str, max: &str) -> String {
    format!("a {} from {min} to {max}", if whole { "whole number" } else { "number" })
}

/// What a list of numbers must be.
pub fn expected_numbers(whole: bool) -> &'static str {
    if whole {
        "rising whole numbers from 1, with commas between them"
    } else {
        "rising numbers from 0, with commas between them"
    }
}

/// A list with a number that cannot be used.
pub fn each_must_be(label: &str, expected: &str) -> String {
    format!("{label}: each must be {expected}")
}

/// A study that cannot be run, where the name of the setting says too little.
pub fn study_error(field: &str, expected: &str) -> Option<&'static str> {
    match field {
        "study.sweeps (their number)" => Some("Choose at least one setting that varies"),
        "study.sweeps (values in all)" => Some("Give at least one value, and at most 100 in all"),
        "study (its parts)" => Some("The study has more than 2,000 parts; take fewer values, trials or seeds"),
        "study (its cells)" => Some("Give the study at least one config, and at most 100"),
        "study" => Some("Choose Comparison: the protocol anchor-118 allows no study"),
        // The same field carries other errors of the list.
        "models" if expected.starts_with("with tsf") => Some("This study takes tsf apart; add tsf to the models"),
        _ => None,
    }
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
        "stgcn" => "STGCN: temporal and graph convolutions in turn, on the mean graph of the training part",
        "gwnet" => "Graph WaveNet: dilated convolutions, diffusion on the mean graph and on a learned one",
        "dcrnn" => "DCRNN: a recurrent encoder and decoder that diffuse over the mean graph of the training part",
        "agcrn" => "AGCRN: a GRU with weights of each node, on a learned graph",
        "mtgnn" => "MTGNN: dilated inception convolutions, propagation on a learned sparse graph",
        "timegnn" => "TimeGNN: a graph over the steps of each node's window, learned from the window",
        "gru" => "Stacked GRU over each node's own series",
        "lstm" => "Stacked LSTM over each node's own series",
        "bilstm" => "LSTM that reads the window forwards and backwards",
        "mlp" => "Two hidden layers on the flattened window",
        "transformer" => "Attention encoder over the steps of the window",
        "bert" => "BERT-style masked-pretrained encoder: guesses hidden patches first, trained from scratch",
        "informer_ts" => "Informer (per node series): sparse attention, distilling, a decoder in one pass",
        "nlinear" => "One linear map on the differences from the last value",
        "dlinear" => "Trend and remainder, one linear map each",
        "ar" => "Ridge regression on past values, closed form",
        "arma" => "ARMA of each node's own series, orders by AIC",
        "ets" => "Exponential smoothing of each node's own series, with or without a damped trend",
        "mstl" => "Seasons taken off each node's own series, the rest smoothed exponentially",
        "moving_average" => "The mean of the last few values",
        "seasonal_naive" => "The value one season before, a day unless set otherwise",
        "persistence" => "The last value again: the baseline every model must beat",
        _ => "",
    }
}

/// Headings of the groups of models.
pub const MODEL_GROUP_NAMES: [&str; 3] = ["Graph models", "Sequence models", "Simple"];
/// Headings of the groups of presets.
pub const PRESET_GROUPS: [&str; 3] = ["Quick", "The paper", "Controls"];

/// The heading that a preset stands under.
pub fn preset_group(id: &str) -> &'static str {
    match id {
        "sample" | "quick" | "class" | "detect-quick" | "detect-protocols" => PRESET_GROUPS[0],
        "detect-smote" | "anchor-118" | "tsf-chosen" | "necessity" | "robustness" | "rolling" | "search" => {
            PRESET_GROUPS[2]
        }
        _ => PRESET_GROUPS[1],
    }
}

/// What a study does, in a sentence.
pub fn study_text(id: &str) -> &'static str {
    match id {
        "sensitivity" => "One setting after the other is moved, all else stays.",
        "ablation" => "Parts of tsf are taken away or exchanged, one at a time, and compared with the full model.",
        "necessity" => "tsf is trained on graphs that carry no information, or less of it: does it need the graph?",
        "robustness" => "The trained models are scored under noise, gaps and lost edges.",
        "rolling" => {
            "Three folds, whose training part ends at 50, 60 and 70 % of the time; the next 10 % are validation, the next 20 % test."
        }
        "search" => {
            "Every learned model gets the same number of random settings; validation judges them, one seed each."
        }
        _ => "The models side by side, on one config.",
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
/// Caption of the table of a study.
pub const STUDY_PLAN: &str = "What varies";
/// Heads of the table of a study.
pub const STUDY_HEADS: [&str; 3] = ["What varies", "Values", "Parts"];
/// Reading of the parts table.
pub fn plan_reading(cells: usize, parts: usize) -> String {
    let parts = format::count(parts, "part", "parts");
    match cells {
        1 => format!("{parts}; every model is scored on the same points."),
        _ => format!("{parts} in {}; a part is one model, trained with one seed.", configs(cells)),
    }
}
/// Number of configs of a study.
pub fn configs(n: usize) -> String {
    format::count(n, "config", "configs")
}
/// Number of parts.
pub fn parts(n: usize) -> String {
    format::count(n, "part", "parts")
}
/// First and last of many.
pub fn range(first: &str, last: &str, n: usize) -> String {
    format!("{first} to {last}, {n} in all")
}
/// Name of what varies, from its id in the config.
pub fn varies(group: &str) -> String {
    match group {
        "sparsity" => "Dropped pairs".to_owned(),
        "necessity" => "Graph".to_owned(),
        "rolling" => "Fold".to_owned(),
        group => format::capital(group),
    }
}
/// A closed-form model.
pub const CLOSED_FORM: &str = "closed form";
/// A preset whose settings were changed.
pub fn preset_changed(n: usize) -> String {
    format!("{} from this preset", format::count(n, "setting differs", "settings differ"))
}
