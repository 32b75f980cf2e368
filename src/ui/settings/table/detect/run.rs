//! What varies, how windows are told apart, and how detectors are trained.

use super::super::super::access::{put, put_word, word};
use super::super::super::{Kind, Place, Setting};
use super::access::*;
use crate::config::{Balance, DetectAxis, DetectProtocol, ThresholdRule};

pub(in super::super) static SETTINGS: &[Setting] = &[
    Setting {
        id: "detect.study",
        label: "What varies",
        explain: "A study runs several configs and compares them; a comparison is one config with its detectors side by side.",
        place: Place::Study,
        kind: Kind::Choice(&[
            ("comparison", "Comparison"),
            ("protocols", "Protocols"),
            ("features", "Slices and calls"),
            ("variants", "Pooling and setups"),
            ("balance", "SMOTE and controls"),
            ("sensitivity", "Sensitivity"),
            ("label_shift", "Moved labels"),
            ("complexity", "Cost"),
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
    protocol!("p1-folds", P1Folds, "P1-folds", "Cross-validation within the training runs of P1."),
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
            ("p1-folds", "P1-folds: folds of its training"),
            ("p1-target", "P1-target: new targets"),
            ("p2", "P2: new fault types"),
            ("p3", "P3: folds of a stream"),
            ("p4", "P4: normal windows only"),
            ("testbed", "Testbed: normal, then faults"),
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
    plain!(
        "split.folds",
        MoreModels,
        "Folds",
        whole(2.0, 20.0, ""),
        split.folds,
        "Folds of protocols P3 and P1-folds."
    ),
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
];
