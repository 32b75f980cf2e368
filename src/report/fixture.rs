//! A small report, for tests of what follows from one.

use crate::config::{RunConfig, preset};
use crate::data::{Coverage, DatasetSummary, Metric, Unit};
use crate::report::{
    Comparison, ForecastBoard, Metrics, ModelResult, Outcome, Part, ProtocolSummary, REPORT_SCHEMA, Report, SeedResult,
    Spread, StopReason, Timing,
};

pub(crate) fn dataset() -> DatasetSummary {
    DatasetSummary {
        name: "Simulated cluster: 24 machines, 2 days".to_owned(),
        format: "simulated".to_owned(),
        synthetic: true,
        files: Vec::new(),
        nodes: vec!["m_1".to_owned(), "m_2".to_owned()],
        metrics: vec![Metric { id: "cpu".to_owned(), label: "CPU".to_owned(), unit: Unit::Percent }],
        n_rows: 5_760,
        n_bins: 2_880,
        grid_secs: 60,
        grid_reason: "given".to_owned(),
        start_secs: 0,
        missing_share: 0.0,
        n_relations: 4,
        system: Default::default(),
        level: Default::default(),
        tables: Vec::new(),
        findings: Vec::new(),
        coverage: Coverage::default(),
    }
}

pub(crate) fn config() -> RunConfig {
    let mut config = preset("class").expect("preset").config;
    config.models.retain(|model| model.id() != "lstm");
    config
}

fn metrics(rmse: f64) -> Metrics {
    Metrics {
        n: 1_000,
        mse: rmse * rmse,
        mae: rmse * 0.7,
        rmse,
        mape: Some(12.5),
        mape_dropped: 0.031,
        wape: Some(10.0),
        mape_clipped: 10.0,
        smape: 10.0,
        mase: Some(0.9),
        skill: Some(0.2),
    }
}

pub(crate) fn model(id: &str, learned: bool, rmse: f64, n_seeds: u32) -> ModelResult {
    let seed = |seed: u32| SeedResult {
        seed,
        metrics: metrics(rmse),
        curve: Vec::new(),
        best_epoch: 0,
        stop: if learned { StopReason::Planned } else { StopReason::Fitted },
        weights_sha256: format!("{id}{seed}"),
        pretraining: Vec::new(),
        mixing: Vec::new(),
    };
    let spread = |mean: f64| Some(Spread { mean, sd: learned.then_some(0.0005) });
    ModelResult {
        id: id.to_owned(),
        learned,
        n_params: 100,
        backend: String::new(),
        seeds: (1..=n_seeds).map(seed).collect(),
        rmse: spread(rmse),
        mae: spread(rmse * 0.7),
        mse: spread(rmse * rmse),
        skill: spread(0.2),
        mape: spread(12.5),
        wape: spread(10.0),
        mase: None,
        rmse_by_node: vec![Some(rmse), None],
        chosen: String::new(),
        by_horizon: Vec::new(),
        by_decile: Vec::new(),
        interval: None,
        core: None,
        conditions: Vec::new(),
    }
}

pub(crate) fn comparison(a: &str, b: &str, outcome: Outcome) -> Comparison {
    Comparison {
        a: a.to_owned(),
        b: b.to_owned(),
        difference: -0.000_4,
        interval: Some((-0.000_6, -0.000_2)),
        p: Some(0.01),
        p_holm: Some(0.03),
        outcome,
        reason: String::new(),
    }
}

pub(crate) fn report() -> Report {
    let part = |name: &str, first_bin, end_bin| Part { name: name.to_owned(), first_bin, end_bin, n_origins: 500 };
    Report {
        schema: REPORT_SCHEMA,
        app_version: "0.1.0".to_owned(),
        target: "wasm32".to_owned(),
        complete: true,
        config_sha256: config().sha256(),
        config: config(),
        dataset: dataset(),
        protocol: ProtocolSummary {
            parts: vec![part("training", 0, 1728), part("validation", 1752, 2304), part("test", 2328, 2880)],
            purge_bins: 24,
            nodes: dataset().nodes,
            left_out: Vec::new(),
            windows_left_out: 0,
            n_points: 1_000,
            repairs: Vec::new(),
            edge_sources: vec!["correlation".to_owned()],
            leak_checks: Vec::new(),
            remarks: Vec::new(),
        },
        models: vec![
            model("tsf", true, 0.0412, 3),
            model("gru", true, 0.0429, 3),
            model("ar", false, 0.0416, 1),
            model("persistence", false, 0.0463, 1),
        ],
        comparisons: vec![
            comparison("tsf", "ar", Outcome::NoDifference),
            comparison("tsf", "gru", Outcome::Better),
            comparison("tsf", "persistence", Outcome::Better),
        ],
        horizons: Vec::new(),
        study: None,
        forecast: ForecastBoard::default(),
        graph: None,
        timings: vec![Timing { model: "tsf".to_owned(), seed: 1, secs: 62.0, forecast_millis: None, cell: 0 }],
    }
}
