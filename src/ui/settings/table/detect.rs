//! Settings of fault detection; a config of forecasting has none of them.

use super::super::access::{auto, list, numbers, put, put_auto, put_word, word};
use super::super::{Kind, Place, Setting};
use crate::config::{
    Balance, DetectAxis, DetectConfig, DetectProtocol, DetectStudy, DetectSweep, RunConfig, ThresholdRule,
    paper_detect_sweeps,
};

/// Protocols that a study of detection compares at first (MODELS.md B.7).
const PROTOCOLS: [DetectProtocol; 4] =
    [DetectProtocol::P0Rand, DetectProtocol::P0Class, DetectProtocol::P0Chron, DetectProtocol::P1];

/// Protocols of a sensitivity study at first (MODELS.md B.16).
const SWEPT: [DetectProtocol; 2] = [DetectProtocol::P1, DetectProtocol::P0Rand];

fn detect(config: &RunConfig) -> Option<&DetectConfig> {
    config.detect.as_deref()
}

fn with(config: &mut RunConfig, write: impl FnOnce(&mut DetectConfig) -> bool) -> bool {
    config.detect.as_deref_mut().is_some_and(write)
}

fn study_id(study: &DetectStudy) -> &'static str {
    match study {
        DetectStudy::Comparison => "comparison",
        DetectStudy::Protocols { .. } => "protocols",
        DetectStudy::Features => "features",
        DetectStudy::Balance => "balance",
        DetectStudy::Sensitivity { .. } => "sensitivity",
    }
}

/// The study with this name; what is set in a present one of the same name stays.
fn choose_study(detect: &mut DetectConfig, id: &str) -> bool {
    if id == study_id(&detect.study) {
        return true;
    }
    detect.study = match id {
        "comparison" => DetectStudy::Comparison,
        "protocols" => DetectStudy::Protocols { protocols: PROTOCOLS.to_vec() },
        "features" => DetectStudy::Features,
        "balance" => DetectStudy::Balance,
        "sensitivity" => DetectStudy::Sensitivity { sweeps: paper_detect_sweeps(), protocols: SWEPT.to_vec() },
        _ => return false,
    };
    true
}

fn protocols(detect: &DetectConfig) -> Option<&Vec<DetectProtocol>> {
    match &detect.study {
        DetectStudy::Protocols { protocols } | DetectStudy::Sensitivity { protocols, .. } => Some(protocols),
        _ => None,
    }
}

fn has_protocol(config: &RunConfig, protocol: DetectProtocol) -> Option<String> {
    Some(protocols(detect(config)?)?.contains(&protocol).to_string())
}

/// A protocol that is switched on comes last: the first one is the reference.
fn switch_protocol(config: &mut RunConfig, protocol: DetectProtocol, text: &str) -> bool {
    let Ok(on) = text.parse::<bool>() else { return false };
    with(config, |detect| {
        let (DetectStudy::Protocols { protocols } | DetectStudy::Sensitivity { protocols, .. }) = &mut detect.study
        else {
            return false;
        };
        if !on {
            protocols.retain(|other| *other != protocol);
        } else if !protocols.contains(&protocol) {
            protocols.push(protocol);
        }
        true
    })
}

fn sweeps(config: &RunConfig) -> Option<&Vec<DetectSweep>> {
    match &detect(config)?.study {
        DetectStudy::Sensitivity { sweeps, .. } => Some(sweeps),
        _ => None,
    }
}

fn sweeps_mut(config: &mut RunConfig) -> Option<&mut Vec<DetectSweep>> {
    match &mut config.detect.as_deref_mut()?.study {
        DetectStudy::Sensitivity { sweeps, .. } => Some(sweeps),
        _ => None,
    }
}

fn is_swept(config: &RunConfig, axis: DetectAxis) -> Option<String> {
    Some(sweeps(config)?.iter().any(|sweep| sweep.axis == axis).to_string())
}

/// Sweeps keep the order of the axes, whatever the order in which they were switched on.
fn switch_axis(config: &mut RunConfig, axis: DetectAxis, text: &str) -> bool {
    let (Some(sweeps), Ok(on)) = (sweeps_mut(config), text.parse::<bool>()) else { return false };
    if !on {
        sweeps.retain(|sweep| sweep.axis != axis);
    } else if sweeps.iter().all(|sweep| sweep.axis != axis) {
        let place = sweeps.iter().position(|sweep| sweep.axis as usize > axis as usize).unwrap_or(sweeps.len());
        let first = paper_detect_sweeps().into_iter().find(|sweep| sweep.axis == axis);
        sweeps.insert(place, first.unwrap_or(DetectSweep { axis, values: Vec::new() }));
    }
    true
}

fn values(config: &RunConfig, axis: DetectAxis) -> Option<String> {
    sweeps(config)?.iter().find(|sweep| sweep.axis == axis).map(|sweep| list(&sweep.values))
}

fn put_values(config: &mut RunConfig, axis: DetectAxis, text: &str) -> bool {
    let sweep = sweeps_mut(config).and_then(|sweeps| sweeps.iter_mut().find(|sweep| sweep.axis == axis));
    let (Some(sweep), Some(values)) = (sweep, numbers(text, true)) else { return false };
    sweep.values = values;
    true
}

fn balance_id(balance: &Balance) -> &'static str {
    match balance {
        Balance::None => "none",
        Balance::Smote { .. } => "smote",
        Balance::Weights => "weights",
        Balance::Duplicate { .. } => "duplicate",
    }
}

fn choose_balance(detect: &mut DetectConfig, id: &str) -> bool {
    if id == balance_id(&detect.balance) {
        return true;
    }
    detect.balance = match id {
        "none" => Balance::None,
        "smote" => Balance::Smote { ratio: 1.0, neighbours: 5 },
        "weights" => Balance::Weights,
        "duplicate" => Balance::Duplicate { ratio: 1.0 },
        _ => return false,
    };
    true
}

fn ratio(balance: &mut Balance) -> Option<&mut f64> {
    match balance {
        Balance::Smote { ratio, .. } | Balance::Duplicate { ratio } => Some(ratio),
        Balance::None | Balance::Weights => None,
    }
}

fn threshold_id(rule: ThresholdRule) -> &'static str {
    match rule {
        ThresholdRule::Paper => "paper",
        ThresholdRule::Half => "half",
        ThresholdRule::BestF1 => "best_f1",
        ThresholdRule::Alarms { .. } => "alarms",
    }
}

fn choose_threshold(detect: &mut DetectConfig, id: &str) -> bool {
    if id == threshold_id(detect.threshold) {
        return true;
    }
    detect.threshold = match id {
        "paper" => ThresholdRule::Paper,
        "half" => ThresholdRule::Half,
        "best_f1" => ThresholdRule::BestF1,
        "alarms" => ThresholdRule::Alarms { per_hour: 1.0 },
        _ => return false,
    };
    true
}

const fn whole(min: f64, max: f64, unit: &'static str) -> Kind {
    Kind::Number { min, max, step: 1.0, unit, auto: "" }
}

const fn share(min: f64, max: f64) -> Kind {
    Kind::Number { min, max, step: 0.05, unit: "", auto: "" }
}

/// A number or a switch: path below `detect`, place, label, kind, slot, explanation.
macro_rules! plain {
    ($id:literal, $place:ident, $label:literal, $kind:expr, $($slot:ident).+, $explain:literal) => {
        Setting {
            id: concat!("detect.", $id),
            label: $label,
            explain: $explain,
            place: Place::$place,
            kind: $kind,
            get: |c| Some(detect(c)?.$($slot).+.to_string()),
            set: |c, text| with(c, |d| put(&mut d.$($slot).+, text)),
        }
    };
}

/// The same for a choice that is a word in the JSON.
macro_rules! choice {
    ($id:literal, $place:ident, $label:literal, $choices:expr, $($slot:ident).+, $explain:literal) => {
        Setting {
            id: concat!("detect.", $id),
            label: $label,
            explain: $explain,
            place: Place::$place,
            kind: Kind::Choice(&$choices),
            get: |c| Some(word(&detect(c)?.$($slot).+)),
            set: |c, text| with(c, |d| put_word(&mut d.$($slot).+, text)),
        }
    };
}

/// A protocol of a study: id, value, label, explanation.
macro_rules! protocol {
    ($id:literal, $protocol:ident, $label:literal, $explain:literal) => {
        Setting {
            id: concat!("detect.study.", $id),
            label: $label,
            explain: $explain,
            place: Place::Study,
            kind: Kind::Toggle("compared", "left out"),
            get: |c| has_protocol(c, DetectProtocol::$protocol),
            set: |c, text| switch_protocol(c, DetectProtocol::$protocol, text),
        }
    };
}

/// The switch of an axis: id, axis, label, explanation.
macro_rules! axis {
    ($id:literal, $axis:ident, $label:literal, $explain:literal) => {
        Setting {
            id: concat!("detect.study.", $id, ".on"),
            label: $label,
            explain: $explain,
            place: Place::Study,
            kind: Kind::Toggle("varied", "as set"),
            get: |c| is_swept(c, DetectAxis::$axis),
            set: |c, text| switch_axis(c, DetectAxis::$axis, text),
        }
    };
}

/// Its values: id, axis, label.
macro_rules! axis_values {
    ($id:literal, $axis:ident, $label:literal) => {
        Setting {
            id: concat!("detect.study.", $id),
            label: $label,
            explain: "One run of its own for each value and protocol, all else as set.",
            place: Place::Study,
            kind: Kind::Numbers { whole: true, auto: "" },
            get: |c| values(c, DetectAxis::$axis),
            set: |c, text| put_values(c, DetectAxis::$axis, text),
        }
    };
}

pub(super) static SETTINGS: &[Setting] = &[
    Setting {
        id: "detect.study",
        label: "What varies",
        explain: "A study runs several configs and compares them; a comparison is one config with its detectors side by side.",
        place: Place::Study,
        kind: Kind::Choice(&[
            ("comparison", "Comparison"),
            ("protocols", "Protocols"),
            ("features", "Slices and calls"),
            ("balance", "SMOTE and controls"),
            ("sensitivity", "Sensitivity"),
        ]),
        get: |c| Some(study_id(&detect(c)?.study).to_owned()),
        set: |c, text| with(c, |d| choose_study(d, text)),
    },
    protocol!(
        "p0-rand",
        P0Rand,
        "P0-rand",
        "One run, windows drawn at random: leaky on purpose, as the paper's numbers need it."
    ),
    protocol!("p0-class", P0Class, "P0-class", "One run, each class cut by time: the same fault stands on all sides."),
    protocol!(
        "p0-chron",
        P0Chron,
        "P0-chron",
        "One run, cut by time as the paper says: with one fault most measures are undefined."
    ),
    protocol!("p1", P1, "P1", "Whole runs, stratified by fault type: new runs are what is asked about."),
    protocol!("p1-target", P1Target, "P1-target", "As P1, and no target of the test is ever faulted in training."),
    protocol!("p2", P2, "P2", "As P1, one fault type left out of training at a time."),
    protocol!("p3", P3, "P3", "One long stream, folds cut between faults."),
    protocol!("p4", P4, "P4", "Training on normal windows only; all that is labelled is test."),
    axis!("delta", Delta, "Slice", "Milliseconds between two slices."),
    axis_values!("delta", Delta, "Slices, ms"),
    axis!("window", Window, "Snapshot", "Seconds of a snapshot."),
    axis_values!("window", Window, "Snapshots, s"),
    axis!("sequence", Sequence, "Sequence", "Snapshots of a sequence."),
    axis_values!("sequence", Sequence, "Sequences"),
    axis!("hidden", Hidden, "Graph width", "Width of the graph convolutions."),
    axis_values!("hidden", Hidden, "Graph widths"),
    axis!("batch", Batch, "Batch", "Sequences per optimiser step."),
    axis_values!("batch", Batch, "Batches"),
    axis!("units", Units, "LSTM units", "Units of the LSTM."),
    axis_values!("units", Units, "Numbers of units"),
    choice!(
        "split.protocol",
        Models,
        "Protocol",
        [
            ("p0-rand", "P0-rand: one run, at random (leaky)"),
            ("p0-class", "P0-class: one run, by class"),
            ("p0-chron", "P0-chron: one run, by time"),
            ("p1", "P1: whole runs"),
            ("p1-target", "P1-target: new targets"),
            ("p2", "P2: new fault types"),
            ("p3", "P3: folds of a stream"),
            ("p4", "P4: normal windows only"),
        ],
        split.protocol,
        "How windows are told apart into training, validation and test; it decides what the numbers mean."
    ),
    plain!(
        "train.epochs",
        Models,
        "Epochs",
        whole(1.0, 1000.0, ""),
        train.epochs,
        "Most passes over the training windows; the best on validation is scored."
    ),
    Setting {
        id: "detect.balance",
        label: "Rare faults",
        explain: "What is done about the rarity of faults, in training alone: weights, interpolated windows (SMOTE) or copies.",
        place: Place::Models,
        kind: Kind::Choice(&[("none", "nothing"), ("weights", "weights"), ("smote", "SMOTE"), ("duplicate", "copies")]),
        get: |c| Some(balance_id(&detect(c)?.balance).to_owned()),
        set: |c, text| with(c, |d| choose_balance(d, text)),
    },
    Setting {
        id: "detect.balance.ratio",
        label: "Faulty per normal",
        explain: "Faulty windows per normal one that SMOTE or copying aims at.",
        place: Place::Models,
        kind: Kind::Number { min: 0.01, max: 1.0, step: 0.05, unit: "", auto: "" },
        get: |c| ratio(&mut detect(c)?.balance.clone()).map(|ratio| ratio.to_string()),
        set: |c, text| with(c, |d| ratio(&mut d.balance).is_some_and(|slot| put(slot, text))),
    },
    Setting {
        id: "detect.balance.neighbours",
        label: "SMOTE neighbours",
        explain: "Neighbours of the same run and fault type to interpolate towards.",
        place: Place::Models,
        kind: whole(1.0, 50.0, ""),
        get: |c| match &detect(c)?.balance {
            Balance::Smote { neighbours, .. } => Some(neighbours.to_string()),
            _ => None,
        },
        set: |c, text| {
            with(c, |d| match &mut d.balance {
                Balance::Smote { neighbours, .. } => put(neighbours, text),
                _ => false,
            })
        },
    },
    Setting {
        id: "detect.threshold",
        label: "Threshold",
        explain: "How the threshold is chosen, on validation alone: the best F1 from 0.470 to 0.520 (paper), one half, the best F1 of all, or by false alarms.",
        place: Place::Models,
        kind: Kind::Choice(&[
            ("paper", "0.47 to 0.52"),
            ("half", "0.5"),
            ("best_f1", "best F1"),
            ("alarms", "by alarms"),
        ]),
        get: |c| Some(threshold_id(detect(c)?.threshold).to_owned()),
        set: |c, text| with(c, |d| choose_threshold(d, text)),
    },
    Setting {
        id: "detect.threshold.per_hour",
        label: "False alarms an hour",
        explain: "At most so many false alarms an hour on the normal windows of validation.",
        place: Place::Models,
        kind: Kind::Number { min: 0.0, max: 3600.0, step: 0.5, unit: "", auto: "" },
        get: |c| match detect(c)?.threshold {
            ThresholdRule::Alarms { per_hour } => Some(per_hour.to_string()),
            _ => None,
        },
        set: |c, text| {
            with(c, |d| match &mut d.threshold {
                ThresholdRule::Alarms { per_hour } => put(per_hour, text),
                _ => false,
            })
        },
    },
    plain!(
        "split.train_share",
        MoreModels,
        "Training share",
        share(0.1, 0.9),
        split.train_share,
        "Share of runs, windows or time for training."
    ),
    plain!(
        "split.validation_share",
        MoreModels,
        "Validation share",
        share(0.05, 0.5),
        split.validation_share,
        "Share that chooses epoch and threshold; the rest is test."
    ),
    plain!("split.folds", MoreModels, "Folds", whole(2.0, 20.0, ""), split.folds, "Folds of protocol P3."),
    plain!(
        "split.purge_secs",
        MoreModels,
        "Purge",
        whole(0.0, 86400.0, "s"),
        split.purge_secs,
        "Time left out at each cut inside a run, beyond the length of a sequence."
    ),
    plain!(
        "split.embargo_secs",
        MoreModels,
        "Embargo",
        whole(0.0, 86400.0, "s"),
        split.embargo_secs,
        "Time left out behind each test block of protocol P3."
    ),
    plain!(
        "split.seed",
        MoreModels,
        "Seed of the split",
        whole(0.0, 4_294_967_295.0, ""),
        split.seed,
        "Draws which runs and which windows go where."
    ),
    plain!(
        "network.hidden",
        MoreModels,
        "Graph width",
        whole(1.0, 512.0, ""),
        network.hidden,
        "Width of the graph convolutions; cost grows with its square."
    ),
    plain!(
        "network.units",
        MoreModels,
        "LSTM units",
        whole(1.0, 256.0, ""),
        network.units,
        "Units of the LSTM over the snapshots of a sequence."
    ),
    plain!(
        "network.dropout",
        MoreModels,
        "Dropout",
        share(0.0, 0.9),
        network.dropout,
        "Dropout between graph convolutions."
    ),
    plain!(
        "network.head_dropout",
        MoreModels,
        "Dropout of the head",
        share(0.0, 0.9),
        network.head_dropout,
        "Dropout before the last layer."
    ),
    choice!(
        "network.pooling",
        MoreModels,
        "Pooling",
        [("both", "mean and max"), ("sum", "their mean"), ("mean", "mean"), ("max", "max")],
        network.pooling,
        "How the nodes of a snapshot become one vector."
    ),
    choice!(
        "network.pool_over",
        MoreModels,
        "Pooled nodes",
        [("all", "all"), ("instances", "instances")],
        network.pool_over,
        "All nodes, slices included, as the paper says, or instances only."
    ),
    plain!(
        "network.node_head",
        MoreModels,
        "Say where",
        Kind::Toggle("on", "off"),
        network.node_head,
        "Adds a score per instance, trained on the target of the fault."
    ),
    plain!(
        "train.patience",
        MoreModels,
        "Patience",
        whole(1.0, 1000.0, "epochs"),
        train.patience,
        "Epochs without a better validation before training stops."
    ),
    plain!("train.batch", MoreModels, "Batch", whole(1.0, 1024.0, ""), train.batch, "Sequences per optimiser step."),
    plain!(
        "train.chunk",
        MoreModels,
        "Drawn together",
        whole(1.0, 1024.0, ""),
        train.chunk,
        "Consecutive sequences that are drawn together and share their snapshots; at most the batch."
    ),
    plain!(
        "train.thin",
        MoreModels,
        "Thinning",
        whole(1.0, 1000.0, ""),
        train.thin,
        "Of the chunks that are all normal, one of so many is used in each epoch; 1 uses all."
    ),
    plain!(
        "train.learning_rate",
        MoreModels,
        "Learning rate",
        Kind::Number { min: 1e-7, max: 1.0, step: 0.0005, unit: "", auto: "" },
        train.learning_rate,
        "Step of the optimiser."
    ),
    plain!(
        "train.clip_norm",
        MoreModels,
        "Gradient limit",
        Kind::Number { min: 1e-6, max: 1e6, step: 1.0, unit: "", auto: "" },
        train.clip_norm,
        "Largest norm of the gradient; larger ones are scaled down."
    ),
    plain!(
        "snapshot.delta_millis",
        Graph,
        "Slice",
        Kind::Number { min: 100.0, max: 60000.0, step: 100.0, unit: "ms", auto: "" },
        snapshot.delta_millis,
        "Time between two slices; it divides the snapshot."
    ),
    plain!(
        "snapshot.window_secs",
        Graph,
        "Snapshot",
        whole(1.0, 60.0, "s"),
        snapshot.window_secs,
        "Length of a snapshot, which is one graph."
    ),
    plain!(
        "snapshot.sequence",
        Graph,
        "Sequence",
        whole(1.0, 64.0, "snapshots"),
        snapshot.sequence,
        "Consecutive snapshots that are judged together."
    ),
    choice!(
        "snapshot.mode",
        Graph,
        "Resampling",
        [("causal", "causal"), ("delayed", "delayed"), ("paper", "paper")],
        snapshot.mode,
        "Causal holds the last sample; delayed draws a line one period late; paper draws a line to the next sample and looks ahead."
    ),
    choice!(
        "setup.scale",
        Graph,
        "Scale",
        [("training_normal", "training"), ("commission", "first minutes"), ("raw", "none")],
        setup.scale,
        "Where mean and deviation of an instance come from: normal windows of training, or the first minutes of each run."
    ),
    plain!(
        "setup.commission_minutes",
        Graph,
        "First minutes",
        whole(1.0, 600.0, "min"),
        setup.commission_minutes,
        "Taken for healthy where the scale comes from the first minutes of each run."
    ),
    plain!(
        "setup.merged",
        Graph,
        "One node per service",
        Kind::Toggle("on", "off"),
        setup.merged,
        "Averages the instances of a service into one node."
    ),
    plain!(
        "setup.calls",
        Graph,
        "Call durations",
        Kind::Toggle("on edges", "off"),
        setup.calls,
        "Weighs edges between services by how long calls take."
    ),
    Setting {
        id: "detect.setup.call_millis",
        label: "Calls averaged over",
        explain: "Time over which call durations are averaged before snapshots are cut.",
        place: Place::Graph,
        kind: Kind::Choice(&[("250", "250 ms"), ("500", "500 ms"), ("1000", "1 s")]),
        get: |c| Some(detect(c)?.setup.call_millis.to_string()),
        set: |c, text| with(c, |d| put(&mut d.setup.call_millis, text)),
    },
    plain!(
        "snapshot.hold",
        Graph,
        "Hold the first slice",
        Kind::Toggle("on", "off"),
        snapshot.hold,
        "Control: repeats the first slice of a snapshot in all its slices, on the same graph."
    ),
    Setting {
        id: "detect.snapshot.period_millis",
        label: "Sample period",
        explain: "Time between two samples of a series. Empty takes the middle distance of the recording.",
        place: Place::Graph,
        kind: Kind::Number { min: 100.0, max: 3_600_000.0, step: 100.0, unit: "ms", auto: "auto: of the recording" },
        get: |c| Some(auto(detect(c)?.snapshot.period_millis)),
        set: |c, text| with(c, |d| put_auto(&mut d.snapshot.period_millis, text)),
    },
    plain!(
        "snapshot.missing_rule",
        Graph,
        "Leave out gaps",
        Kind::Toggle("on", "off"),
        snapshot.missing_rule,
        "Leaves out blocks in which too many samples are missing, and marks instances that miss too many."
    ),
    plain!(
        "snapshot.block_secs",
        Graph,
        "Block",
        whole(1.0, 86400.0, "s"),
        snapshot.block_secs,
        "Length of a block of that rule."
    ),
    plain!(
        "snapshot.max_missing",
        Graph,
        "Missing at most",
        share(0.0, 1.0),
        snapshot.max_missing,
        "Largest share of missing samples of a block, and of an instance in it."
    ),
    plain!(
        "snapshot.crash_as_zero",
        Graph,
        "Silence",
        Kind::Toggle("crash as zero", "crash as gap"),
        snapshot.crash_as_zero,
        "An instance that falls silent while others report uses nothing, or is missing."
    ),
    plain!(
        "snapshot.crash_after_secs",
        Graph,
        "Silent for",
        whole(1.0, 3600.0, "s"),
        snapshot.crash_after_secs,
        "Silence after which an instance counts as crashed."
    ),
    plain!(
        "snapshot.hampel",
        Graph,
        "Hampel rule",
        Kind::Toggle("on", "off"),
        snapshot.hampel,
        "Replaces samples far from the median of the last 11."
    ),
    plain!(
        "snapshot.recovery_secs",
        Graph,
        "Recovery",
        whole(0.0, 86400.0, "s"),
        snapshot.recovery_secs,
        "Time after a fault that is scored by itself."
    ),
    choice!(
        "snapshot.host_feature",
        Graph,
        "Hosts carry",
        [("mean", "mean"), ("sum", "sum")],
        snapshot.host_feature,
        "Mean or sum of the instances of a host."
    ),
    plain!(
        "snapshot.typed_features",
        Graph,
        "Layer features",
        Kind::Toggle("on", "off"),
        snapshot.typed_features,
        "Appends four features that say which layer a node is in."
    ),
    plain!(
        "snapshot.mask_feature",
        Graph,
        "Missing feature",
        Kind::Toggle("on", "off"),
        snapshot.mask_feature,
        "Appends one feature that is 1 where an instance is marked as missing."
    ),
];
