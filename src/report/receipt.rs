//! The receipt of a run: enough to run it again and to say whether the same came out.

use serde::{Deserialize, Serialize};

use super::Report;
use crate::config::RunConfig;
use crate::data::FileReceipt;

/// What a link carries: config, input hashes and digests, never data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Version of the program.
    pub app_version: String,
    /// `wasm32` or the native target.
    pub target: String,
    /// What was asked, seeds included.
    pub config: RunConfig,
    /// SHA-256 of the canonical config.
    pub config_sha256: String,
    /// Simulated data: id of the scenario instead of files.
    pub scenario: Option<String>,
    /// Input files.
    pub files: Vec<FileReceipt>,
    /// SHA-256 of the split: parts, nodes and purge.
    pub split_sha256: String,
    /// RMSE of every model and seed in the order of the report, for a comparison between targets.
    pub scores: Vec<f64>,
    /// SHA-256 of all metrics.
    pub metrics_sha256: String,
    /// SHA-256 of the weight digests.
    pub weights_sha256: String,
    /// SHA-256 of the whole report without timings.
    pub report_sha256: String,
}

/// Answer of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All digests are equal.
    Identical,
    /// The inputs are equal and every error measure agrees to 1e-3 relative; expected between targets.
    WithinTolerance,
    /// Something differs.
    Different,
}

/// One line of a receipt that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which line.
    pub part: String,
    /// Value in the receipt.
    pub expected: String,
    /// Value found now.
    pub found: String,
}

impl Receipt {
    /// The receipt of a report. `scenario` names simulated data.
    pub fn of(report: &Report, scenario: Option<&str>) -> Self {
        let metrics: Vec<_> = report.models.iter().flat_map(|model| &model.seeds).map(|seed| &seed.metrics).collect();
        let detectors = || report.detection.iter().flat_map(|found| &found.cells).flat_map(|cell| &cell.detectors);
        let detected = || detectors().flat_map(|detector| &detector.seeds);
        let weights = report.models.iter().flat_map(|model| &model.seeds).map(|seed| &seed.weights_sha256);
        let weights: Vec<_> = weights.chain(detected().map(|seed| &seed.weights_sha256)).collect();
        let measured = || detected().flat_map(|seed| &seed.measures);
        let protocol = &report.protocol;
        Self {
            app_version: report.app_version.clone(),
            target: report.target.clone(),
            config: report.config.clone(),
            config_sha256: report.config_sha256.clone(),
            scenario: scenario.map(str::to_owned),
            files: report.dataset.files.clone(),
            split_sha256: crate::digest::sha256_of(&(&protocol.parts, protocol.purge_bins, &protocol.nodes)),
            scores: metrics.iter().map(|m| m.rmse).chain(measured().filter_map(|measure| measure.value)).collect(),
            metrics_sha256: match &report.detection {
                None => crate::digest::sha256_of(&metrics),
                Some(_) => crate::digest::sha256_of(&measured().collect::<Vec<_>>()),
            },
            weights_sha256: crate::digest::sha256_of(&weights),
            report_sha256: report.digest(),
        }
    }

    /// Compares this receipt with that of a new run.
    pub fn compare(&self, now: &Self) -> (Verdict, Vec<Difference>) {
        let lines = [
            ("app version", &self.app_version, &now.app_version),
            ("target", &self.target, &now.target),
            ("config", &self.config_sha256, &now.config_sha256),
            ("split", &self.split_sha256, &now.split_sha256),
            ("metrics", &self.metrics_sha256, &now.metrics_sha256),
            ("weights", &self.weights_sha256, &now.weights_sha256),
            ("report", &self.report_sha256, &now.report_sha256),
        ];
        let mut differences: Vec<Difference> =
            self.files.iter().zip(&now.files).filter(|(a, b)| a.sha256 != b.sha256).map(file_difference).collect();
        let changed = lines.iter().filter(|(_, expected, found)| expected != found);
        differences.extend(changed.map(|(part, expected, found)| Difference {
            part: (*part).to_owned(),
            expected: (*expected).clone(),
            found: (*found).clone(),
        }));
        let verdict = match (differences.is_empty(), self.agrees_with(now, &differences)) {
            (true, _) => Verdict::Identical,
            (false, true) => Verdict::WithinTolerance,
            (false, false) => Verdict::Different,
        };
        (verdict, differences)
    }

    /// Whether only rounding differs: the same inputs, and every RMSE to 1e-3 of itself.
    fn agrees_with(&self, now: &Self, differences: &[Difference]) -> bool {
        let is_rounding = |difference: &Difference| {
            matches!(difference.part.as_str(), "app version" | "target" | "metrics" | "weights" | "report")
        };
        let is_close = |(a, b): (&f64, &f64)| (a - b).abs() <= TOLERANCE * a.abs().max(b.abs());
        differences.iter().all(is_rounding)
            && self.scores.len() == now.scores.len()
            && self.scores.iter().zip(&now.scores).all(is_close)
    }
}

/// Relative difference of two RMSE that counts as rounding.
const TOLERANCE: f64 = 1e-3;

fn file_difference((expected, found): (&FileReceipt, &FileReceipt)) -> Difference {
    Difference {
        part: format!("file “{}”", expected.name),
        expected: expected.sha256.clone(),
        found: found.sha256.clone(),
    }
}
