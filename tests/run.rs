//! A whole run, from data set to report, as a driver does it.

use std::rc::Rc;

use loadstone::config::{
    ArConfig, Checked, ModelConfig, RecurrentConfig, RunConfig, TrainConfig, TsfConfig, WindowConfig, preset,
};
use loadstone::data::Dataset;
use loadstone::experiment::{Experiment, Progress};
use loadstone::report::{Receipt, Report, StopReason, Verdict};
use loadstone::sandbox::simulate;

/// All five models, as small as they get.
fn small() -> RunConfig {
    let size = RecurrentConfig { width: 4, layers: 1 };
    let tsf = TsfConfig { width: 4, layers: 1, heads: 2, attention_width: 2, ..TsfConfig::default() };
    RunConfig {
        models: vec![
            ModelConfig::Tsf(tsf),
            ModelConfig::Gru(size.clone()),
            ModelConfig::Lstm(size),
            ModelConfig::Ar(ArConfig::default()),
            ModelConfig::Persistence {},
        ],
        window: WindowConfig { input_steps: 6, output_steps: 2, score_step: 2, train_stride: 32, ..WindowConfig::default() },
        train: TrainConfig { epochs: 2, residual_output: true, ..TrainConfig::default() },
        seeds: vec![1, 2],
        ..preset("sample").expect("the preset").config
    }
}

fn checked(config: &RunConfig) -> Checked {
    config.check().expect("a valid config")
}

fn sample() -> Rc<Dataset> {
    Rc::new(simulate("sample").expect("the scenario"))
}

fn run(dataset: &Rc<Dataset>, config: &RunConfig) -> Report {
    let mut experiment = Experiment::new(dataset.clone(), checked(config));
    while experiment.step().expect("the data allow the run").is_some() {}
    experiment.report().expect("parts were finished")
}

#[test]
fn the_same_run_gives_the_same_report() {
    let dataset = sample();
    let (first, second) = (run(&dataset, &small()), run(&dataset, &small()));
    assert_eq!(first.digest(), second.digest());
    let (verdict, differences) = Receipt::of(&first, None).compare(&Receipt::of(&second, None));
    assert_eq!((verdict, differences.len()), (Verdict::Identical, 0));
}

#[test]
fn another_seed_gives_another_report_and_the_receipt_says_where() {
    let dataset = sample();
    let first = run(&dataset, &small());
    let second = run(&dataset, &RunConfig { seeds: vec![1, 3], ..small() });
    let (verdict, differences) = Receipt::of(&first, None).compare(&Receipt::of(&second, None));
    assert_eq!(verdict, Verdict::Different);
    let parts: Vec<&str> = differences.iter().map(|difference| difference.part.as_str()).collect();
    assert_eq!(parts, ["config", "metrics", "weights", "report"]);
}

#[test]
fn a_rounding_difference_is_within_tolerance_and_a_larger_one_is_not() {
    let receipt = Receipt::of(&run(&sample(), &small()), None);
    let moved = |share: f64| {
        let scores = receipt.scores.iter().map(|score| score * (1.0 + share)).collect();
        Receipt { scores, metrics_sha256: "other".to_owned(), ..receipt.clone() }
    };
    assert_eq!(receipt.compare(&moved(1e-5)).0, Verdict::WithinTolerance);
    assert_eq!(receipt.compare(&moved(1e-2)).0, Verdict::Different);
    let config_sha256 = "other".to_owned();
    assert_eq!(receipt.compare(&Receipt { config_sha256, ..receipt.clone() }).0, Verdict::Different);
}

#[test]
fn all_models_stand_on_identical_points() {
    let report = run(&sample(), &small());
    assert!(report.complete);
    assert_eq!(report.models.len(), 5);
    for model in &report.models {
        assert_eq!(model.seeds.len(), if model.learned { 2 } else { 1 }, "{}", model.id);
        for seed in &model.seeds {
            assert_eq!(seed.metrics.n, report.protocol.n_points, "{}", model.id);
        }
    }
    let persistence = report.model("persistence").expect("it was run");
    assert_eq!(persistence.seeds[0].metrics.skill, Some(0.0));
    assert!(report.protocol.leak_checks.iter().all(|check| check.passed == Some(true)), "{:?}", report.protocol);
    assert_eq!(report.comparisons.len(), 10);
}

#[test]
fn a_report_survives_json_with_its_digest() {
    let report = run(&sample(), &small());
    let text = serde_json::to_string(&report).expect("plain data");
    let back: Report = serde_json::from_str(&text).expect("the same structure");
    assert_eq!(back.digest(), report.digest());
}

#[test]
fn a_stop_keeps_finished_parts_and_scores_the_best_weights_so_far() {
    let mut config = small();
    config.train.epochs = 50;
    config.train.patience = 50;
    let mut experiment = Experiment::new(sample(), checked(&config));
    while let Some(progress) = experiment.step().expect("the data allow the run") {
        if matches!(progress, Progress::Epoch { point, .. } if point.epoch == 2) {
            experiment.stop();
        }
    }
    let report = experiment.report().expect("closed-form parts were finished");
    assert!(!report.complete);
    let ids: Vec<&str> = report.models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["tsf", "ar", "persistence"]);
    let stopped = &report.models[0].seeds[0];
    assert_eq!((stopped.stop, stopped.curve.len()), (StopReason::Asked, 2));
    assert!(stopped.best_epoch >= 1);
}

#[test]
fn a_stop_before_the_first_epoch_leaves_no_untrained_result() {
    let mut experiment = Experiment::new(sample(), checked(&small()));
    while let Some(progress) = experiment.step().expect("the data allow the run") {
        if matches!(progress, Progress::Step { epoch: 1, .. }) {
            experiment.stop();
        }
    }
    let report = experiment.report().expect("closed-form parts were finished");
    assert!(report.models.iter().all(|model| !model.learned));
}

#[test]
fn a_rate_that_diverges_is_reported_and_the_run_goes_on() {
    let mut config = small();
    config.train.learning_rate = 1.0;
    config.train.clip_norm = 1e6;
    config.models.truncate(2);
    let report = run(&sample(), &config);
    let text = serde_json::to_string(&report).expect("plain data");
    assert!(serde_json::from_str::<Report>(&text).is_ok(), "a number is not finite");
}
