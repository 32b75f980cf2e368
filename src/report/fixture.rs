//! A small report, for tests of what follows from one.

use crate::config::{RunConfig, preset};
use crate::data::{Coverage, DatasetSummary, Metric, Unit};
use crate::report::{
    AuditResult, BoardEpisode, BudgetRow, Comparison, DetectBoard, DetectCellResult, DetectDifference, DetectSeed,
    DetectionReport, DetectorResult, EmbeddingView, EpochPoint, ForecastBoard, KindResult, LieRow, MeasureSpread,
    Measured, Metrics, ModelResult, Outcome, Part, ProtocolSummary, REPORT_SCHEMA, Report, ScoreLine, SeedResult,
    Spread, StopReason, ThresholdChoice, Timing, WindowCount,
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
        detection: None,
        timings: vec![Timing { model: "tsf".to_owned(), seed: 1, secs: 62.0, forecast_millis: None, cell: 0 }],
    }
}

/// Test windows of each of the two runs of [`detection`].
const N_WINDOWS: u32 = 12;

/// Windows 3 to 6 of run 0 and 7 to 9 of run 1 are faulty; the window behind each fault is at its edge.
fn label(window: u32) -> u8 {
    match (window / N_WINDOWS, window % N_WINDOWS) {
        (0, 3..=6) | (1, 7..=9) => 1,
        (0, 7) | (1, 10) => 2,
        _ => 0,
    }
}

fn detector(id: &str, supervision: &str, learned: bool, values: &[(&str, f64)], sd: Option<f64>) -> DetectorResult {
    let n_seeds = if learned { 2 } else { 1 };
    let measures: Vec<Measured> =
        values.iter().map(|(id, value)| Measured { id: (*id).to_owned(), value: Some(*value) }).collect();
    let point = |epoch: usize| EpochPoint {
        epoch,
        train: 0.6 / epoch as f64,
        validation: 0.7 / epoch as f64,
        rate: 1e-3,
        gradient_norm: 1.0,
    };
    let seed = |seed: u32| DetectSeed {
        seed: if learned { seed } else { 0 },
        thresholds: vec![Some(0.5)],
        confusion: [14, 1, 1, 6],
        measures: measures.clone(),
        kinds: vec![KindResult { kind: "hang".to_owned(), n: 7, auc: Some(0.9), ap: None, episodes: 2, found: 2 }],
        roc: vec![(0.0, 0.0), (0.1, 0.9), (1.0, 1.0)],
        pr: vec![(0.0, 1.0), (0.9, 0.8), (1.0, 0.3)],
        choices: vec![ThresholdChoice {
            rule: "half".to_owned(),
            threshold: Some(0.5),
            f1: Some(0.8),
            alarms_per_hour: Some(0.8),
            found: Some(1.0),
        }],
        budget: vec![
            BudgetRow {
                threshold: 0.9,
                validation_per_week: 0.0,
                test_per_week: 2.0,
                found: 1,
                delay_secs: Some(10.0),
            },
            BudgetRow { threshold: 0.5, validation_per_week: 40.0, test_per_week: 60.0, found: 2, delay_secs: None },
        ],
        curve: if learned { (1..=3).map(point).collect() } else { Vec::new() },
        accuracy: if learned { vec![(0.7, 0.6), (0.8, 0.7), (0.9, 0.75)] } else { Vec::new() },
        best_epoch: if learned { 3 } else { 0 },
        stop: if learned { StopReason::Planned } else { StopReason::Fitted },
        chosen: String::new(),
        weights_sha256: format!("{id}{seed}"),
        located: None,
    };
    let spread = |(id, mean): &(&str, f64)| {
        let counted = matches!(*id, "episodes" | "episodes_found" | "false_alarms_per_hour");
        MeasureSpread { id: (*id).to_owned(), spread: Spread { mean: *mean, sd: sd.filter(|_| !counted) } }
    };
    DetectorResult {
        id: id.to_owned(),
        title: id.to_owned(),
        supervision: supervision.to_owned(),
        learned,
        n_params: 1_000,
        backend: String::new(),
        seeds: (1..=n_seeds).map(seed).collect(),
        spreads: values.iter().map(spread).collect(),
    }
}

fn windows(name: &str, normal: u64, faulty: u64) -> WindowCount {
    WindowCount { name: name.to_owned(), runs: 2, normal, faulty, buffer: 2, episodes: usize::from(faulty > 0) * 2 }
}

fn score(window: u32, flip: bool) -> f32 {
    let high = label(window) == 1 && !(flip && window % N_WINDOWS == 3);
    if high || window == 14 { 0.9 } else { 0.1 + (window % 3) as f32 / 100.0 }
}

fn board() -> DetectBoard {
    let all = || 0..2 * N_WINDOWS;
    let episode = |run: u32, start_secs: f64, end_secs: f64| BoardEpisode {
        run,
        start_secs,
        end_secs,
        kind: "hang".to_owned(),
        target: "text-service".to_owned(),
    };
    let line = |id: &str, flip| ScoreLine {
        id: id.to_owned(),
        scores: all().map(|window| score(window, flip)).collect(),
        thresholds: vec![Some(0.5)],
    };
    let embedding = |id: &str, state: &str| EmbeddingView {
        id: id.to_owned(),
        state: state.to_owned(),
        explained: vec![0.41, 0.2],
        window: (0..N_WINDOWS).collect(),
        x: (0..N_WINDOWS).map(|window| f32::from(label(window)) * 3.0 + window as f32 / 20.0).collect(),
        y: (0..N_WINDOWS).map(|window| window as f32 / 10.0).collect(),
        silhouette: Some(0.31),
        auc: Some(0.9),
    };
    DetectBoard {
        window_secs: 5.0,
        instances: vec!["a".to_owned(), "b".to_owned()],
        runs: vec!["run 4".to_owned(), "run 9".to_owned()],
        start_millis: vec![0, 36_000_000],
        run: all().map(|window| window / N_WINDOWS).collect(),
        last: all().map(|window| window % N_WINDOWS + 4).collect(),
        label: all().map(label).collect(),
        fold: all().map(|_| 0).collect(),
        // The last snapshot of window 3 is 7 and ends at 40 s.
        episodes: vec![episode(0, 35.0, 55.0), episode(1, 55.0, 70.0)],
        lines: vec![line("integrated", false), line("zmax", true)],
        embeddings: vec![
            embedding("raw", "raw"),
            embedding("integrated", "trained"),
            embedding("integrated", "untrained"),
        ],
        located: Vec::new(),
        calls: None,
    }
}

/// A small study of two protocols, the second of which has no fault in its test part.
pub(crate) fn detection() -> Report {
    let events = [("episodes", 2.0), ("episodes_found", 2.0), ("false_alarms_per_hour", 0.8)];
    let found = [events.as_slice(), &[("ap", 0.91), ("auc", 0.95), ("f1", 0.86)]].concat();
    let less = [("episodes", 2.0), ("episodes_found", 1.0), ("false_alarms_per_hour", 2.0), ("ap", 0.8), ("auc", 0.9)];
    let first = DetectCellResult {
        group: "protocols".to_owned(),
        label: "p1".to_owned(),
        parts: vec![windows("training", 30, 9), windows("validation", 20, 4), windows("test", 15, 7)],
        remarks: vec!["5 runs of the test have 2 faults".to_owned()],
        detectors: vec![
            detector("integrated", "labels", true, &found, Some(0.02)),
            detector("zmax", "normal_only", false, &less, None),
            detector("clock", "labels", false, &[("episodes", 2.0), ("episodes_found", 0.0)], None),
        ],
        differences: vec![
            DetectDifference {
                a: "integrated".to_owned(),
                b: "zmax".to_owned(),
                difference: Some(0.11),
                interval: Some((-0.02, 0.2)),
            },
            DetectDifference { a: "clock".to_owned(), b: "zmax".to_owned(), difference: None, interval: None },
        ],
        ..DetectCellResult::default()
    };
    let mut blind = detector("integrated", "labels", true, &[("episodes", 0.0)], None);
    blind.seeds.iter_mut().for_each(|seed| {
        (seed.thresholds, seed.confusion) = (vec![None], [0; 4]);
        (seed.roc, seed.pr) = (Vec::new(), Vec::new());
    });
    let second = DetectCellResult {
        label: "p0-chron".to_owned(),
        parts: vec![windows("training", 30, 9), windows("validation", 20, 0), windows("test", 15, 0)],
        detectors: vec![blind],
        remarks: Vec::new(),
        differences: Vec::new(),
        ..first.clone()
    };
    let lie = |id: &str, f1: f64, adjusted: f64| LieRow {
        id: id.to_owned(),
        measures: vec![
            Measured { id: "f1".to_owned(), value: Some(f1) },
            Measured { id: "point_adjusted_f1".to_owned(), value: Some(adjusted) },
            Measured { id: "auc".to_owned(), value: None },
        ],
    };
    let audit = |id: &str, passed: Option<bool>| AuditResult {
        id: id.to_owned(),
        title: format!("Check {id}"),
        passed,
        detail: "0 of 22 windows".to_owned(),
    };
    let config = preset("detect-protocols").expect("preset").config;
    Report {
        config_sha256: config.sha256(),
        config,
        models: Vec::new(),
        comparisons: Vec::new(),
        dataset: DatasetSummary { name: "Simulated service mesh".to_owned(), ..dataset() },
        detection: Some(Box::new(DetectionReport {
            cells: vec![first, second],
            board: Some(board()),
            lies: vec![lie("integrated", 0.86, 0.99), lie("random", 0.02, 0.98), lie("always", 0.48, 0.48)],
            audit: vec![audit("overlap", Some(false)), audit("scaler", Some(true)), audit("smote", None)],
            ..DetectionReport::default()
        })),
        ..report()
    }
}
