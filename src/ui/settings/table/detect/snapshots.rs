//! How snapshots are cut and what they carry.

use super::super::super::access::{auto, put, put_auto, put_word, word};
use super::super::super::{Kind, Place, Setting};
use super::access::*;

pub(in super::super) static SETTINGS: &[Setting] = &[
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
