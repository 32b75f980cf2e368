//! What varies beside the models.

use super::super::access::{list, numbers, put};
use super::super::{Kind, Place, Setting};
use crate::config::{Axis, RunConfig, Study, Sweep, paper_sweeps};

/// Trials of a search that was just chosen (MODELS.md A.12).
const TRIALS: usize = 12;

/// Name of a study, as in the JSON.
fn study_id(study: &Study) -> &'static str {
    match study {
        Study::Comparison => "comparison",
        Study::Sensitivity { .. } => "sensitivity",
        Study::Ablation => "ablation",
        Study::Necessity => "necessity",
        Study::Robustness => "robustness",
        Study::Rolling => "rolling",
        Study::Search { .. } => "search",
    }
}

/// The study with this name; what is set in a present one of the same name stays.
fn choose_study(config: &mut RunConfig, id: &str) -> bool {
    if id == study_id(&config.study) {
        return true;
    }
    config.study = match id {
        "comparison" => Study::Comparison,
        "sensitivity" => Study::Sensitivity { sweeps: paper_sweeps() },
        "ablation" => Study::Ablation,
        "necessity" => Study::Necessity,
        "robustness" => Study::Robustness,
        "rolling" => Study::Rolling,
        "search" => Study::Search { trials: TRIALS },
        _ => return false,
    };
    true
}

/// Values of an axis that was just switched on (MODELS.md A.11).
fn first_values(axis: Axis) -> Vec<f64> {
    if let Some(sweep) = paper_sweeps().into_iter().find(|sweep| sweep.axis == axis) {
        return sweep.values;
    }
    let values: &[f64] = match axis {
        Axis::Window => &[12.0, 24.0, 48.0],
        Axis::Horizon => &[1.0, 3.0, 6.0, 12.0],
        _ => &[16.0, 32.0, 64.0],
    };
    values.to_vec()
}

fn sweeps(config: &RunConfig) -> Option<&[Sweep]> {
    match &config.study {
        Study::Sensitivity { sweeps } => Some(sweeps),
        _ => None,
    }
}

fn sweeps_mut(config: &mut RunConfig) -> Option<&mut Vec<Sweep>> {
    match &mut config.study {
        Study::Sensitivity { sweeps } => Some(sweeps),
        _ => None,
    }
}

fn is_swept(config: &RunConfig, axis: Axis) -> Option<String> {
    Some(sweeps(config)?.iter().any(|sweep| sweep.axis == axis).to_string())
}

/// Sweeps keep the order of the axes, whatever the order in which they were switched on.
fn switch(config: &mut RunConfig, axis: Axis, text: &str) -> bool {
    let (Some(sweeps), Ok(on)) = (sweeps_mut(config), text.parse::<bool>()) else { return false };
    if !on {
        sweeps.retain(|sweep| sweep.axis != axis);
    } else if sweeps.iter().all(|sweep| sweep.axis != axis) {
        let place = sweeps.iter().position(|sweep| sweep.axis as usize > axis as usize).unwrap_or(sweeps.len());
        sweeps.insert(place, Sweep { axis, values: first_values(axis) });
    }
    true
}

fn values(config: &RunConfig, axis: Axis) -> Option<String> {
    sweeps(config)?.iter().find(|sweep| sweep.axis == axis).map(|sweep| list(&sweep.values))
}

fn put_values(config: &mut RunConfig, axis: Axis, text: &str) -> bool {
    let sweep = sweeps_mut(config).and_then(|sweeps| sweeps.iter_mut().find(|sweep| sweep.axis == axis));
    let (Some(sweep), Some(values)) = (sweep, numbers(text, axis != Axis::Sparsity)) else { return false };
    sweep.values = values;
    true
}

/// Name in the JSON, axis, label of the switch, label of the values, whole numbers, explanation.
macro_rules! axis {
    ($id:literal, $axis:ident, $label:literal, $values:literal, $whole:literal, $explain:literal) => {
        [
            Setting {
                id: concat!("study.", $id, ".on"),
                label: $label,
                explain: $explain,
                place: Place::Study,
                kind: Kind::Toggle("varied", "as set"),
                get: |c| is_swept(c, Axis::$axis),
                set: |c, text| switch(c, Axis::$axis, text),
            },
            Setting {
                id: concat!("study.", $id),
                label: $values,
                explain: "One run of its own for each value, all else as set.",
                place: Place::Study,
                kind: Kind::Numbers { whole: $whole, auto: "" },
                get: |c| values(c, Axis::$axis),
                set: |c, text| put_values(c, Axis::$axis, text),
            },
        ]
    };
}

pub(super) static SETTINGS: &[Setting] = {
    const HEAD: Setting = Setting {
        id: "study",
        label: "What varies",
        explain: "A study runs several configs and compares them; a comparison is one config with its models side by side.",
        place: Place::Study,
        kind: Kind::Choice(&[
            ("comparison", "Comparison"),
            ("sensitivity", "Sensitivity"),
            ("ablation", "Ablation"),
            ("necessity", "Graph necessity"),
            ("robustness", "Robustness"),
            ("rolling", "Rolling origin"),
            ("search", "Random search"),
        ]),
        get: |c| Some(study_id(&c.study).to_owned()),
        set: choose_study,
    };
    const TRIALS_EACH: Setting = Setting {
        id: "study.trials",
        label: "Trials",
        explain: "Settings that are tried for each learned model; the first trial is the config as it stands.",
        place: Place::Study,
        kind: Kind::Number { min: 1.0, max: 100.0, step: 1.0, unit: "", auto: "" },
        get: |c| match c.study {
            Study::Search { trials } => Some(trials.to_string()),
            _ => None,
        },
        set: |c, text| match &mut c.study {
            Study::Search { trials } => put(trials, text),
            _ => false,
        },
    };
    const LAYERS: [Setting; 2] = axis!("layers", Layers, "Layers", "Numbers of layers", true, "Graph layers of tsf.");
    const HEADS: [Setting; 2] =
        axis!("heads", Heads, "Heads", "Numbers of heads", true, "Attention heads of tsf, the attention width fixed.");
    const SPARSITY: [Setting; 2] = axis!(
        "sparsity",
        Sparsity,
        "Dropped pairs",
        "Dropped shares",
        false,
        "Share of the weakest neighbours that tsf drops in each row."
    );
    const NODES: [Setting; 2] = axis!(
        "nodes",
        Nodes,
        "Number of nodes",
        "Numbers of nodes",
        true,
        "Nested sets of nodes; the nodes that all sets share are scored by themselves, too."
    );
    const WINDOW: [Setting; 2] = axis!("window", Window, "Window", "Windows", true, "Past steps that a forecast sees.");
    const HORIZON: [Setting; 2] =
        axis!("horizon", Horizon, "Horizon", "Horizons", true, "The step ahead that is predicted and scored.");
    const WIDTH: [Setting; 2] =
        axis!("width", Width, "Width", "Widths", true, "Hidden width of every learned model that has one.");
    const ALL: [Setting; 16] = {
        let [a, b] = LAYERS;
        let [c, d] = HEADS;
        let [e, f] = SPARSITY;
        let [g, h] = NODES;
        let [i, j] = WINDOW;
        let [k, l] = HORIZON;
        let [m, n] = WIDTH;
        [HEAD, TRIALS_EACH, a, b, c, d, e, f, g, h, i, j, k, l, m, n]
    };
    &ALL
};
