//! The classical models in whole runs: on the same points as all others, blind to what comes, and as published.

mod common;

use std::sync::Arc;

use common::{dataset, real_file};
use loadstone::config::{
    ArmaConfig, DataConfig, EtsConfig, ModelConfig, MovingAverageConfig, MstlConfig, RunConfig, SeasonalNaiveConfig,
    Study, WindowConfig, preset,
};
use loadstone::data::Dataset;
use loadstone::experiment::{Experiment, PartResult};
use loadstone::report::Report;

const N_NODES: usize = 3;
const N_BINS: usize = 240;
/// A season of 12 bins.
const SEASON_SECS: usize = 12 * 900;

fn models() -> Vec<ModelConfig> {
    vec![
        ModelConfig::SeasonalNaive(SeasonalNaiveConfig { season_secs: SEASON_SECS }),
        ModelConfig::MovingAverage(MovingAverageConfig::default()),
        ModelConfig::Ets(EtsConfig::default()),
        ModelConfig::Arma(ArmaConfig { max_ar: 2, max_ma: 1 }),
        ModelConfig::Mstl(MstlConfig { season_secs: vec![SEASON_SECS, 7 * 86_400] }),
        ModelConfig::Persistence {},
    ]
}

fn config() -> RunConfig {
    let window =
        WindowConfig { input_steps: 6, output_steps: 14, score_step: 1, also_score: vec![14], ..Default::default() };
    RunConfig { models: models(), window, ..preset("quick").expect("a preset").config }
}

/// A season, a slow wave and noise, with a gap.
fn series() -> Dataset {
    let mut values = Vec::new();
    for bin in 0..N_BINS {
        for node in 0..N_NODES {
            let noise = (43758.545 * (12.99 * (bin * N_NODES + node) as f32 + 1.0).sin()).abs().fract();
            let season = (std::f32::consts::TAU * (bin % 12) as f32 / 12.0 + node as f32).sin();
            let slow = (bin as f32 / 30.0).sin();
            let gap = node == 1 && (40..45).contains(&bin);
            values.push(if gap { f32::NAN } else { 40.0 + 8.0 * season + 6.0 * slow + 5.0 * noise });
        }
    }
    dataset(&["cpu"], N_NODES, 900, values)
}

fn run(dataset: &Dataset, config: &RunConfig) -> (Report, Vec<PartResult>) {
    let checked = config.check().expect("settings in range");
    let mut experiment = Experiment::new(Arc::new(dataset.clone()), checked);
    while experiment.step().expect("the data allow the run").is_some() {}
    let parts = (0..experiment.parts().len()).map(|part| experiment.result(part).cloned().expect("finished")).collect();
    (experiment.report().expect("finished"), parts)
}

fn failure(dataset: &Dataset, config: &RunConfig) -> String {
    let mut experiment = Experiment::new(Arc::new(dataset.clone()), config.check().expect("settings in range"));
    loop {
        match experiment.step() {
            Ok(Some(_)) => {}
            Ok(None) => return "the run was finished".to_owned(),
            Err(error) => return error.to_string(),
        }
    }
}

#[test]
fn all_stand_on_the_same_points_at_every_step() {
    let (report, parts) = run(&series(), &config());
    assert_eq!(report.models.len(), 6);
    for model in &report.models {
        assert_eq!(model.seeds[0].metrics.n, report.protocol.n_points, "{}", model.id);
        assert_eq!(model.by_horizon.iter().map(|at| at.step).collect::<Vec<_>>(), [1, 14], "{}", model.id);
        assert!(!model.learned && model.by_horizon.iter().all(|at| at.n > 0), "{}", model.id);
    }
    assert!(parts.iter().flat_map(|part| &part.forecasts).all(|at| at.test.iter().all(|value| value.is_finite())));
    let rmse = |id: &str| report.model(id).and_then(|model| model.by_horizon[1].rmse).expect("scored").mean;
    assert!(rmse("mstl") < 0.9 * rmse("persistence"), "the season is known 14 steps ahead");
}

#[test]
fn the_same_run_gives_the_same_report() {
    assert_eq!(run(&series(), &config()).0.digest(), run(&series(), &config()).0.digest());
}

#[test]
fn what_comes_changes_no_earlier_forecast() {
    let (plain, changed_from) = (series(), 215);
    let mut later = plain.clone();
    later.values[changed_from * N_NODES..].iter_mut().for_each(|value| *value = 90.0 - *value);
    let ((report, before), (_, after)) = (run(&plain, &config()), run(&later, &config()));
    let test = &report.protocol.parts[2];
    assert!(test.first_bin < 200, "{test:?}");
    // The first origin of the test part ends its window of 6 steps inside it.
    let n_known = changed_from - (test.first_bin + 5);
    let mut n_changed = 0;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.weights_sha256, after.weights_sha256, "{}", before.chosen);
        n_changed += usize::from(before.forecasts != after.forecasts);
        for (before, after) in before.forecasts.iter().zip(&after.forecasts) {
            assert_eq!(before.test[..n_known * N_NODES], after.test[..n_known * N_NODES]);
            assert_eq!(before.validation, after.validation);
        }
    }
    // What repeats the season before is told of the change only after the end of the series.
    assert!(n_changed >= before.len() - 1, "{n_changed} of {} models see the change later on", before.len());
}

#[test]
fn fits_see_the_training_part_only() {
    let plain = series();
    let mut later = plain.clone();
    // The training part is the first 144 bins.
    later.values[144 * N_NODES..].iter_mut().for_each(|value| *value = 90.0 - *value);
    let only = |model: &ModelConfig| RunConfig { models: vec![model.clone()], ..config() };
    let arma = only(&models()[3]);
    let sha = |dataset: &Dataset, config: &RunConfig| run(dataset, config).1[0].weights_sha256.clone();
    assert_eq!(sha(&plain, &arma), sha(&later, &arma));
    let mut earlier = plain.clone();
    earlier.values[143 * N_NODES] += 20.0;
    assert_ne!(sha(&plain, &arma), sha(&earlier, &arma));
}

#[test]
fn under_a_condition_that_leaves_a_node_as_it_was_its_forecast_is_the_same() {
    let config = RunConfig { study: Study::Robustness, ..config() };
    let (report, _) = run(&series(), &config);
    for model in &report.models {
        let rmse = |kind: &str, level: f64| {
            let of_kind = model.conditions.iter().find(|found| found.kind == kind && found.level == level);
            of_kind.and_then(|found| found.rmse).unwrap_or_else(|| panic!("{} under {kind}", model.id)).mean
        };
        // Lost edges and added nodes change nothing for a model of one node's series, so the path that reads windows
        // agrees with the one that reads the series.
        assert_eq!(rmse("edges", 0.0), rmse("edges", 0.5), "{}", model.id);
        assert_eq!(rmse("nodes-added", 0.0), rmse("nodes-added", 5.0), "{}", model.id);
        assert_eq!(rmse("nodes-removed", 0.0), rmse("nodes-removed", 5.0), "{}", model.id);
        if model.id != "seasonal_naive" {
            assert!(rmse("noise", 2.0) > rmse("noise", 0.0), "{}", model.id);
        }
    }
}

#[test]
fn with_all_of_the_error_or_one_value_a_model_is_persistence() {
    let models = vec![
        ModelConfig::MovingAverage(MovingAverageConfig { windows: vec![1] }),
        ModelConfig::SeasonalNaive(SeasonalNaiveConfig { season_secs: 900 }),
        ModelConfig::Persistence {},
    ];
    let (_, parts) = run(&series(), &RunConfig { models, ..config() });
    assert_eq!(parts[0].forecasts, parts[2].forecasts);
    assert_eq!(parts[1].forecasts, parts[2].forecasts);
}

#[test]
fn a_training_part_without_two_seasons_is_refused_in_one_sentence() {
    let day = |model| RunConfig { models: vec![model], ..config() };
    let ten_days = SeasonalNaiveConfig { season_secs: 864_000 };
    assert_eq!(
        failure(&series(), &day(ModelConfig::SeasonalNaive(ten_days))),
        "seasonal_naive needs two seasons of 960 bins in the training part, which has 144 bins; choose a longer trace or \
         a shorter season"
    );
    let sentence = failure(&series(), &day(ModelConfig::Mstl(MstlConfig::default())));
    assert!(sentence.starts_with("mstl needs two seasons of 96 bins"), "{sentence}");
}

#[test]
fn the_published_anchor_of_the_season_is_met() {
    let name = "alibaba2018/machine_usage_15min_118nodes.csv";
    let Some(bytes) = real_file("the_published_anchor_of_the_season_is_met", name) else { return };
    let dataset = common::read(&DataConfig::default(), &bytes).expect("the file can be read");
    let mut config = preset("anchor-118").expect("a preset").config;
    config.models.push(ModelConfig::SeasonalNaive(SeasonalNaiveConfig::default()));
    let (report, _) = run(&dataset, &config);
    let metrics = |id: &str| report.model(id).expect("it was run").seeds[0].metrics.clone();
    let close =
        |found: f64, wanted: f64, tolerance: f64| assert!((found - wanted).abs() < tolerance, "{found} {wanted}");
    close(metrics("seasonal_naive").rmse, 0.1373, 5e-5);
    close(metrics("seasonal_naive").mae, 0.0853, 5e-5);
    close(metrics("persistence").rmse, 0.0630, 5e-5);
    close(metrics("ar").rmse, 0.0602, 5e-5);
}
