//! The anomaly paper's experiments, each in a size for a lesson, and in full.

use super::Preset;
use crate::config::{
    Backend, Balance, CONFIG_SCHEMA, DataConfig, DetectConfig, DetectProtocol, DetectSplit, DetectStudy, DetectTrain,
    Detector, GraphConfig, NetworkConfig, PrepareConfig, Protocol, RunConfig, SetupConfig, SnapshotConfig, SplitConfig,
    Study, ThresholdRule, TrainConfig, WindowConfig, paper_detect_sweeps,
};

pub(super) fn presets() -> Vec<Preset> {
    let preset =
        |id, title, (detect, seeds): (DetectConfig, Vec<u32>)| Preset { id, title, config: run(detect, seeds) };
    vec![
        preset("detect-quick", "Detection, quick look: one run, 5 detectors", quick()),
        preset("detect-protocols", "Detection: four protocols side by side", protocols()),
        preset("detect-class", "Detection, class size: 20 runs, 9 detectors", class_size()),
        preset("detect-complete", "All detectors, class size, 5 seeds", complete()),
        preset("detect-full", "Detection, full size: all detectors, 5 seeds", full()),
        preset("detect-ablation", "Ablation of D-GNN-LSTM, class size", ablation()),
        preset("detect-features", "Slices and call durations, with and without", features()),
        preset("detect-variants", "Pooling, merged instances, setups, 5 seeds", variants()),
        preset("detect-smote", "SMOTE and its controls", smote()),
        preset("sockshop", "Sock Shop: 5 folds of a real stream", sockshop()),
        preset("anchor-sockshop", "Published anchor: largest |z| on Sock Shop", anchor()),
        preset("detect-sensitivity", "Sensitivity of D-GNN-LSTM, class size", sensitivity()),
        preset("detect-shift", "Control: labels moved in a circle, 20 times", shift()),
        preset("detect-testbed", "The paper's testbed: scores, no accuracy", testbed()),
        preset("detect-cost", "What the graph costs, counted", cost()),
    ]
}

/// Only what a run of detection reads differs from the defaults.
fn run(detect: DetectConfig, seeds: Vec<u32>) -> RunConfig {
    RunConfig {
        schema: CONFIG_SCHEMA,
        protocol: Protocol::Headline,
        data: DataConfig::default(),
        prepare: PrepareConfig::default(),
        split: SplitConfig::default(),
        window: WindowConfig::default(),
        graph: GraphConfig::default(),
        models: Vec::new(),
        train: TrainConfig::default(),
        seeds,
        backend: Backend::Auto,
        study: Study::Comparison,
        detect: Some(Box::new(detect)),
    }
}

fn base(protocol: DetectProtocol, detectors: Vec<Detector>) -> DetectConfig {
    DetectConfig {
        snapshot: SnapshotConfig::default(),
        setup: SetupConfig::default(),
        split: DetectSplit { protocol, ..DetectSplit::default() },
        balance: Balance::None,
        threshold: ThresholdRule::Paper,
        detectors,
        network: NetworkConfig::default(),
        train: DetectTrain::default(),
        study: DetectStudy::Comparison,
        alarms_per_day: None,
    }
}

/// The sizes of MODELS.md D.2 for a browser, with weights in place of SMOTE, which would cost five encodings a sample.
fn small(protocol: DetectProtocol, detectors: Vec<Detector>) -> DetectConfig {
    DetectConfig {
        network: NetworkConfig { hidden: 32, units: 16, ..NetworkConfig::default() },
        train: DetectTrain { epochs: 8, patience: 4, thin: 4, ..DetectTrain::default() },
        balance: Balance::Weights,
        ..base(protocol, detectors)
    }
}

fn quick() -> (DetectConfig, Vec<u32>) {
    let detectors = vec![Detector::Integrated, Detector::Logreg, Detector::Zmax, Detector::Clock, Detector::Prior];
    (small(DetectProtocol::P0Class, detectors), vec![1])
}

fn protocols() -> (DetectConfig, Vec<u32>) {
    use DetectProtocol::{P0Chron, P0Class, P0Rand, P1};
    let detectors = vec![Detector::Integrated, Detector::Logreg, Detector::Zmax, Detector::Clock, Detector::Prior];
    let study = DetectStudy::Protocols { protocols: vec![P0Rand, P0Class, P0Chron, P1] };
    (DetectConfig { study, ..small(P1, detectors) }, vec![1])
}

fn class_size() -> (DetectConfig, Vec<u32>) {
    let detectors = vec![
        Detector::Integrated,
        Detector::GcnOnly,
        Detector::SepParallel,
        Detector::Static,
        Detector::NoGraphEdges,
        Detector::Logreg,
        Detector::Zmax,
        Detector::Iforest,
        Detector::Clock,
    ];
    (small(DetectProtocol::P1, detectors), vec![1])
}

/// The complete table, more than an hour of one core.
fn complete() -> (DetectConfig, Vec<u32>) {
    (small(DetectProtocol::P1, Detector::ALL.to_vec()), vec![1, 2, 3, 4, 5])
}

fn full() -> (DetectConfig, Vec<u32>) {
    let balance = Balance::Smote { ratio: 1.0, neighbours: 5 };
    (DetectConfig { balance, ..base(DetectProtocol::P1, Detector::ALL.to_vec()) }, vec![1, 2, 3, 4, 5])
}

/// One sample a minute; faults of five minutes; five days without any before them (MODELS.md G).
fn sockshop() -> (DetectConfig, Vec<u32>) {
    let detectors = vec![
        Detector::Integrated,
        Detector::Logreg,
        Detector::GbmLite,
        Detector::Zmax,
        Detector::Ztop3,
        Detector::Ewma,
        Detector::Cusum,
        Detector::Iforest,
        Detector::PcaSpe,
        Detector::DbscanCpu,
        Detector::Clock,
        Detector::Prior,
    ];
    let detect = small(DetectProtocol::P3, detectors);
    let snapshot = SnapshotConfig {
        delta_millis: 60_000,
        window_secs: 60,
        sequence: 3,
        block_secs: 600,
        crash_after_secs: 180,
        recovery_secs: 60,
        ..SnapshotConfig::default()
    };
    let train = DetectTrain { thin: 1, ..detect.train };
    (DetectConfig { snapshot, train, alarms_per_day: Some(1.0), ..detect }, vec![1])
}

fn anchor() -> (DetectConfig, Vec<u32>) {
    (base(DetectProtocol::AnchorSockshop, vec![Detector::Zmax]), vec![1])
}

fn ablation() -> (DetectConfig, Vec<u32>) {
    let detectors = vec![
        Detector::Integrated,
        Detector::GcnOnly,
        Detector::GcnAvg,
        Detector::Gcn25,
        Detector::LstmOnly,
        Detector::SepParallel,
        Detector::SepStaged,
        Detector::Static,
        Detector::NoGraphEdges,
        Detector::Sgc,
    ];
    (small(DetectProtocol::P1, detectors), vec![1])
}

fn features() -> (DetectConfig, Vec<u32>) {
    (DetectConfig { study: DetectStudy::Features, ..small(DetectProtocol::P1, vec![Detector::Integrated]) }, vec![1])
}

/// Beside `zmax`, which knows neither pooling nor slices; half an hour of one core.
fn variants() -> (DetectConfig, Vec<u32>) {
    let detectors = vec![Detector::Integrated, Detector::Zmax];
    let study = DetectStudy::Variants;
    (DetectConfig { study, ..small(DetectProtocol::P1, detectors) }, vec![1, 2, 3, 4, 5])
}

fn smote() -> (DetectConfig, Vec<u32>) {
    (DetectConfig { study: DetectStudy::Balance, ..small(DetectProtocol::P1, vec![Detector::Integrated]) }, vec![1])
}

fn sensitivity() -> (DetectConfig, Vec<u32>) {
    let study = DetectStudy::Sensitivity {
        sweeps: paper_detect_sweeps(),
        protocols: vec![DetectProtocol::P1, DetectProtocol::P0Rand],
    };
    let detect = small(DetectProtocol::P1, vec![Detector::Integrated]);
    let train = DetectTrain { epochs: 4, thin: 16, ..detect.train };
    (DetectConfig { study, train, ..detect }, vec![1])
}

/// Twenty trainings: the network of class size, two epochs each, on one of 16 normal chunks. The control asks what the
/// pipeline gives away, not how good the network can get.
fn shift() -> (DetectConfig, Vec<u32>) {
    let detect = small(DetectProtocol::P1, vec![Detector::Integrated]);
    let train = DetectTrain { epochs: 2, patience: 2, thin: 16, ..detect.train };
    (DetectConfig { study: DetectStudy::LabelShift { shifts: 20 }, train, ..detect }, vec![1])
}

/// Detectors that learn without labels, on recordings whose faults were inferred (MODELS.md B.1).
fn testbed() -> (DetectConfig, Vec<u32>) {
    let detectors = vec![
        Detector::Zmax,
        Detector::Ztop3,
        Detector::Ewma,
        Detector::Cusum,
        Detector::Iforest,
        Detector::PcaSpe,
        Detector::LstmAe,
    ];
    let detect = small(DetectProtocol::Testbed, detectors);
    let train = DetectTrain { thin: 1, ..detect.train };
    (DetectConfig { balance: Balance::None, train, ..detect }, vec![1])
}

/// Beside the counts, the smallest run there is.
fn cost() -> (DetectConfig, Vec<u32>) {
    let detectors = vec![Detector::Zmax];
    (DetectConfig { study: DetectStudy::Complexity, ..small(DetectProtocol::P0Class, detectors) }, vec![1])
}
