//! Training of detectors: early stopping, the best weights, shared snapshots, thinning, weights of classes.

#[path = "common/detectors.rs"]
mod detectors;

use std::rc::Rc;

use detectors::{CLASSIFIERS, LABEL_FREE};
use loadstone::config::{
    Backend, Balance, CheckedDetect, DetectConfig, DetectSplit, DetectStudy, DetectTrain, Detector, HostFeature,
    NetworkConfig, SetupConfig, SnapshotConfig, ThresholdRule,
};
use loadstone::detect::{Calls, Episode, Fold, RunCalls, RunValues, Synthetic, Window};
use loadstone::report::StopReason;
use loadstone::snapshot::{FeatureLayout, Hierarchy};
use loadstone::stream::Stream;
use loadstone::train::{Criterion, DetectSession, DetectTrainError, DetectUnit};

const I: usize = 4;
const W: usize = 2;
const Q: usize = 3;
const SNAPSHOTS: u32 = 60;
/// Snapshots with a fault: all slices of instance 1 are three higher.
const FAULT: std::ops::Range<u32> = 20..40;

fn run(seed: u32) -> RunValues {
    let rng = &mut Stream::Data.rng(seed, "detect training");
    let cell = |idx: usize| (idx / (I * W), idx / W % I);
    let value = |idx: usize, noise: f32| {
        let (snapshot, instance) = cell(idx);
        noise + if FAULT.contains(&(snapshot as u32)) && instance == 1 { 3.0 } else { 0.0 }
    };
    let n = SNAPSHOTS as usize * I;
    RunValues {
        name: format!("run {seed}"),
        start_millis: 0,
        slices: (0..n * W).map(|idx| value(idx, rng.uniform(-1.0, 1.0))).collect(),
        missing: vec![false; n],
    }
}

fn windows(run: u32) -> Vec<Window> {
    let window = |last: u32| {
        let label = FAULT.contains(&last);
        let first = last + 1 - Q as u32;
        let buffer = FAULT.contains(&first) != label;
        Window { run, last, label, buffer, episode: label.then_some(run) }
    };
    (Q as u32 - 1..SNAPSHOTS).map(window).collect()
}

fn fold() -> Fold {
    let episode = |run: u32| Episode {
        run,
        start_millis: i64::from(FAULT.start) * 5000,
        end_millis: i64::from(FAULT.end) * 5000,
        kind: "stress".to_owned(),
        target: "b".to_owned(),
        instances: vec![1],
    };
    let train = [windows(0), windows(1)].concat();
    Fold {
        hierarchy: Hierarchy { n_types: 2, n_hosts: 2, members: vec![(0, 0), (0, 1), (1, 0), (1, 1)], n_slices: W },
        layout: FeatureLayout { host: HostFeature::Mean, typed: false, mask: false },
        sequence: Q,
        window_millis: 5000,
        runs: (0..4).map(run).collect(),
        episodes: (0..4).map(episode).collect(),
        normal: train.iter().copied().filter(|window| !window.label && !window.buffer).collect(),
        train,
        validation: windows(2),
        test: windows(3),
        synthetic: Vec::new(),
        calls: Some(Calls {
            edges: vec![(0, 1), (1, 0)],
            runs: (0..4).map(calls).collect(),
            n_patterns: 1,
            on_graph: false,
        }),
    }
}

/// One call each way in every snapshot, which takes longer while something is broken.
fn calls(seed: u32) -> RunCalls {
    let rng = &mut Stream::Data.rng(seed, "calls");
    let n = 2 * SNAPSHOTS as usize;
    let duration = |idx: usize, noise: f32| noise + if FAULT.contains(&(idx as u32 / 2)) { 6.0 } else { 0.0 };
    RunCalls {
        values: (0..n).map(|idx| duration(idx, rng.uniform(-1.0, 1.0))).collect(),
        present: vec![true; n],
        counts: vec![1.0; n],
        patterns: vec![0; SNAPSHOTS as usize],
    }
}

fn config(train: DetectTrain, balance: Balance) -> CheckedDetect {
    let config = DetectConfig {
        snapshot: SnapshotConfig::default(),
        setup: SetupConfig::default(),
        split: DetectSplit::default(),
        balance,
        threshold: ThresholdRule::default(),
        detectors: vec![Detector::Integrated],
        network: NetworkConfig { hidden: 8, units: 4, ..NetworkConfig::default() },
        train,
        study: DetectStudy::Comparison,
        alarms_per_day: None,
    };
    config.check().expect("a valid config")
}

fn budget(epochs: usize) -> DetectTrain {
    DetectTrain { epochs, learning_rate: 1e-2, ..DetectTrain::default() }
}

fn session(fold: Fold, detector: Detector, config: &CheckedDetect) -> DetectSession {
    DetectSession::new(Rc::new(fold), detector, config, (Backend::Auto, 1)).expect("a detector that is built")
}

fn finish(session: &mut DetectSession) -> StopReason {
    for _ in 0..100_000 {
        if let DetectUnit::Ended(reason) = session.step() {
            return reason;
        }
    }
    panic!("training never ends")
}

#[test]
fn every_variant_finds_an_obvious_fault() {
    for detector in CLASSIFIERS {
        let mut session = session(fold(), detector, &config(budget(60), Balance::None));
        finish(&mut session);
        let mut scorer = session.scorer(session.best_network());
        let test: Vec<Window> = fold().test.into_iter().filter(|window| !window.buffer).collect();
        let scores: Vec<f32> = test.chunks(scorer.windows_per_call()).flat_map(|part| scorer.scores(part)).collect();
        // Training may end before the probabilities are on their sides of a half, but not before they are in order.
        let of =
            |label: bool| scores.iter().zip(&test).filter(move |(_, window)| window.label == label).map(|(s, _)| *s);
        let in_order = of(true).map(|fault| of(false).filter(|&normal| normal < fault).count()).sum::<usize>();
        let pairs = of(true).count() * of(false).count();
        assert!(in_order * 100 >= pairs * 99, "{}: {in_order} of {pairs} pairs are in order", detector.id());
        assert_eq!(session.criterion(), Criterion::AveragePrecision);
    }
}

#[test]
fn detectors_without_labels_score_an_obvious_fault_higher() {
    for detector in LABEL_FREE {
        let mut session = session(fold(), detector, &config(budget(8), Balance::None));
        finish(&mut session);
        assert_eq!(session.criterion(), Criterion::ValidationLoss);
        assert!(session.curve().iter().all(|epoch| epoch.validation_ap.is_none() && epoch.train_accuracy.is_none()));
        let mut scorer = session.scorer(session.best_network());
        while !scorer.calibrate() {}
        let test = fold().test;
        let scores: Vec<f32> = test.chunks(7).flat_map(|part| scorer.scores(part)).collect();
        let alone: Vec<f32> = test.iter().rev().flat_map(|&window| scorer.scores(&[window])).collect();
        scores.iter().zip(alone.iter().rev()).for_each(|(a, b)| {
            assert!((a - b).abs() < 1e-4 * a.abs().max(1.0), "{}: {a} and {b}", detector.id());
        });
        // A predictor sees the fault begin and end; the others see it last.
        let is_faulty = |window: &Window| match detector {
            Detector::GruPred | Detector::StaticPred | Detector::Gdn | Detector::RpcStgcn => {
                (FAULT.start..FAULT.start + 3).contains(&window.last)
            }
            _ => window.label && !window.buffer,
        };
        let of = |wanted: bool| {
            let is_wanted = move |window: &Window| if wanted { is_faulty(window) } else { window.last < FAULT.start };
            let scores: Vec<f32> = test.iter().zip(&scores).filter(|(w, _)| is_wanted(w)).map(|(_, &s)| s).collect();
            scores
        };
        let highest = of(false).into_iter().fold(f32::NEG_INFINITY, f32::max);
        let faulty = of(true);
        let higher = faulty.iter().filter(|score| **score > highest).count();
        assert!(higher * 10 >= faulty.len() * 9, "{}: {higher} of {}", detector.id(), faulty.len());
    }
}

#[test]
fn labels_do_not_matter_to_detectors_without() {
    for detector in LABEL_FREE {
        let train = |fold: Fold| {
            let mut session = session(fold, detector, &config(budget(2), Balance::None));
            finish(&mut session);
            session.best_weights().to_vec()
        };
        let mut blind = fold();
        blind.train.clear();
        blind.test.clear();
        blind.validation.retain(|window| !window.label);
        assert_eq!(train(fold()), train(blind), "{}", detector.id());
    }
}

#[test]
fn the_best_epoch_is_the_one_with_the_best_validation() {
    let train = DetectTrain { patience: 3, ..budget(30) };
    let mut session = session(fold(), Detector::Integrated, &config(train, Balance::None));
    let reason = finish(&mut session);
    let value = |epoch: usize| {
        let epoch = &session.curve()[epoch - 1];
        (epoch.validation_ap.expect("both classes"), -epoch.validation_loss.expect("windows"))
    };
    let n = session.curve().len();
    let best = session.best_epoch();
    assert!((1..=n).all(|epoch| value(epoch) <= value(best)));
    match reason {
        StopReason::Early => assert_eq!(n, best + 3),
        StopReason::Planned => assert_eq!(n, 30),
        other => panic!("{other:?}"),
    }
    // The weights are those of that epoch: its validation loss comes out again.
    let mut scorer = session.scorer(session.best_network());
    let windows: Vec<Window> = fold().validation.into_iter().filter(|window| !window.buffer).collect();
    let loss: f64 = windows
        .iter()
        .map(|&window| {
            let logit = f64::from(scorer.readings(&[window]).logits[0]);
            (1.0 + logit.exp()).ln() - if window.label { logit } else { 0.0 }
        })
        .sum();
    assert!((loss / windows.len() as f64 + value(best).1).abs() < 1e-5);
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_does_not() {
    let config = config(budget(3), Balance::None);
    let train = |seed: u32| {
        let mut session =
            DetectSession::new(Rc::new(fold()), Detector::Integrated, &config, (Backend::Auto, seed)).expect("built");
        finish(&mut session);
        (session.best_weights().to_vec(), session.curve().to_vec())
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
}

// F.13 h. Without dropout, and with all windows in one batch, the order of the windows is all that differs.
#[test]
fn chunks_and_single_sequences_give_the_same_loss() {
    let loss = |chunk: usize| {
        let mut config = (*config(DetectTrain { chunk, batch: 1024, ..budget(2) }, Balance::None)).clone();
        config.network = NetworkConfig { dropout: 0.0, head_dropout: 0.0, ..config.network };
        let mut session = session(fold(), Detector::Integrated, &config.check().expect("valid"));
        finish(&mut session);
        session.curve().iter().map(|epoch| epoch.train_loss).collect::<Vec<_>>()
    };
    for (a, b) in loss(1).iter().zip(loss(4)) {
        assert!((a / b - 1.0).abs() < 1e-4, "{a} and {b}");
    }
}

#[test]
fn scores_do_not_depend_on_how_windows_are_asked_for() {
    for detector in CLASSIFIERS {
        let session = session(fold(), detector, &config(budget(1), Balance::None));
        let network = session.initial_network().expect("a detector that is built");
        let test = fold().test;
        let together = session.scorer(network.clone()).readings(&test);
        let mut scorer = session.scorer(network);
        let by_seven: Vec<f32> = test.chunks(7).flat_map(|part| scorer.readings(part).logits).collect();
        let alone: Vec<f32> = test.iter().rev().flat_map(|&window| scorer.readings(&[window]).logits).collect();
        for ((a, b), c) in together.logits.iter().zip(&by_seven).zip(alone.iter().rev()) {
            assert!((a - b).abs() < 1e-5 && (a - c).abs() < 1e-5, "{}: {a}, {b}, {c}", detector.id());
        }
    }
}

#[test]
fn embeddings_have_the_widths_of_the_network() {
    let session = session(fold(), Detector::Integrated, &config(budget(1), Balance::None));
    let found = session.scorer(session.best_network()).readings(&fold().test[..5]);
    assert_eq!((found.states.len(), found.pooled.len()), (5 * 4, 5 * 16));
    assert!(found.instance_logits.is_empty());
}

#[test]
fn windows_at_fault_boundaries_are_not_trained_on() {
    let curve = |fold: Fold| {
        let mut session = session(fold, Detector::Integrated, &config(budget(2), Balance::None));
        finish(&mut session);
        session.curve().to_vec()
    };
    let mut flipped = fold();
    let windows = flipped.train.iter_mut().chain(&mut flipped.validation).filter(|window| window.buffer);
    windows.for_each(|window| window.label = !window.label);
    assert_eq!(curve(fold()), curve(flipped));
    let mut blurred = fold();
    blurred.train.iter_mut().for_each(|window| window.buffer = true);
    let error = DetectSession::new(
        Rc::new(blurred),
        Detector::Integrated,
        &config(budget(1), Balance::None),
        (Backend::Auto, 1),
    );
    assert_eq!(error.map(|_| ()).expect_err("nothing to train on"), DetectTrainError::NoWindows);
}

#[test]
fn one_class_in_validation_is_said() {
    let criterion = |fold: Fold| {
        let mut session = session(fold, Detector::Sgc, &config(budget(2), Balance::None));
        finish(&mut session);
        assert_eq!(session.curve().iter().filter(|epoch| epoch.validation_ap.is_some()).count(), 0);
        session.criterion()
    };
    let mut normal = fold();
    normal.validation.retain(|window| !window.label);
    assert_eq!(criterion(normal), Criterion::ValidationLoss);
    assert_eq!(criterion(Fold { validation: Vec::new(), ..fold() }), Criterion::TrainingLoss);
}

#[test]
fn stopping_keeps_the_best_weights() {
    let mut session = session(fold(), Detector::Integrated, &config(budget(30), Balance::None));
    while session.curve().len() < 2 {
        session.step();
    }
    session.step();
    let best = session.best_weights().to_vec();
    session.stop();
    assert_eq!(session.step(), DetectUnit::Ended(StopReason::Asked));
    assert_eq!((session.best_weights(), session.curve().len()), (&best[..], 2));
}

#[test]
fn a_loss_that_is_no_number_ends_the_training() {
    let mut broken = fold();
    broken.runs[0].slices.fill(f32::NAN);
    let mut session = session(broken, Detector::Integrated, &config(budget(3), Balance::None));
    let before = session.best_weights().to_vec();
    assert_eq!(finish(&mut session), StopReason::Diverged);
    assert_eq!(session.best_weights(), before);
}

#[test]
fn copies_as_synthetic_windows_weigh_like_weights() {
    // One faulty window, copied until faults are as many as normal windows, and weighed as much instead.
    let mut rare = fold();
    rare.train.retain(|window| !window.buffer && (!window.label || window.run == 0 && window.last == 30));
    let n_normal = rare.train.iter().filter(|window| !window.label).count();
    let at = rare.train.iter().position(|window| window.label).expect("one fault") as u32;
    let copy = Synthetic { parents: [at, at], share: 0.5 };
    let copied = Fold { synthetic: vec![copy; n_normal - 1], ..rare.clone() };
    let loss = |fold: Fold, balance: Balance| {
        let mut config = (*config(DetectTrain { batch: 1024, ..budget(1) }, balance)).clone();
        config.network = NetworkConfig { dropout: 0.0, head_dropout: 0.0, ..config.network };
        let mut session = session(fold, Detector::Integrated, &config.check().expect("valid"));
        finish(&mut session);
        let n = if config.balance == Balance::Weights { n_normal + 1 } else { 2 * n_normal };
        session.curve()[0].train_loss * n as f64
    };
    let (weighed, copied) = (loss(rare, Balance::Weights), loss(copied, Balance::None));
    assert!((weighed / copied - 1.0).abs() < 1e-5, "{weighed} and {copied}");
}

#[test]
fn thinning_leaves_normal_chunks_out_and_no_fault() {
    let n_steps = |thin: usize| {
        let train = DetectTrain { thin, batch: 4, chunk: 4, ..budget(1) };
        let mut session = session(fold(), Detector::LstmOnly, &config(train, Balance::None));
        let mut shares = Vec::new();
        while let DetectUnit::Windows(share) = session.step() {
            shares.push(share);
        }
        assert!(shares.is_sorted(), "{shares:?}");
        shares.len()
    };
    assert!(n_steps(4) < n_steps(1));
}

#[test]
fn what_is_no_network_is_refused() {
    let error =
        DetectSession::new(Rc::new(fold()), Detector::Zmax, &config(budget(1), Balance::None), (Backend::Auto, 1));
    let error = error.map(|_| ()).expect_err("no network");
    assert_eq!(error, DetectTrainError::NotBuilt { id: "zmax" });
    assert_eq!(error.to_string(), "The detector zmax is not built as a network yet; leave it out of detectors");
}
