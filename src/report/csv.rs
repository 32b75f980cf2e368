//! The table of a report as CSV: one row per model and seed, empty where a measure is undefined.

use super::{ModelResult, Report, SeedResult, StopReason};

const HEADER: [&str; 17] = [
    "model",
    "learned",
    "n_params",
    "backend",
    "seed",
    "n_points",
    "mse",
    "mae",
    "rmse",
    "mape_percent",
    "mape_dropped_share",
    "wape_percent",
    "mase",
    "skill",
    "best_epoch",
    "stop",
    "secs",
];

impl Report {
    /// The metrics table: a header, then one line per model and seed, in the order of the report. Errors are on the
    /// scale percent / 100; numbers are the shortest that read back as the same.
    pub fn to_csv(&self) -> String {
        let mut table = line(&HEADER.map(str::to_owned));
        for model in &self.models {
            for seed in &model.seeds {
                table += &line(&self.fields(model, seed));
            }
        }
        table
    }

    fn fields(&self, model: &ModelResult, seed: &SeedResult) -> [String; 17] {
        let metrics = &seed.metrics;
        let timing = self.timings.iter().find(|timing| timing.model == model.id && timing.seed == seed.seed);
        [
            model.id.clone(),
            model.learned.to_string(),
            model.n_params.to_string(),
            model.backend.clone(),
            seed.seed.to_string(),
            metrics.n.to_string(),
            metrics.mse.to_string(),
            metrics.mae.to_string(),
            metrics.rmse.to_string(),
            number(metrics.mape),
            metrics.mape_dropped.to_string(),
            number(metrics.wape),
            number(metrics.mase),
            number(metrics.skill),
            seed.best_epoch.to_string(),
            word(seed.stop).to_owned(),
            number(timing.map(|timing| timing.secs)),
        ]
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

const fn word(stop: StopReason) -> &'static str {
    match stop {
        StopReason::Fitted => "fitted",
        StopReason::Planned => "planned",
        StopReason::Early => "early",
        StopReason::Asked => "asked",
        StopReason::Diverged => "diverged",
    }
}

/// A line by RFC 4180: quoted where needed, CRLF at its end.
fn line(fields: &[String]) -> String {
    let quoted: Vec<String> = fields.iter().map(|field| quote(field)).collect();
    quoted.join(",") + "\r\n"
}

fn quote(field: &str) -> String {
    if field.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_per_model_and_seed_with_empty_cells_for_undefined() {
        let mut report: Report =
            serde_json::from_str(include_str!("../../tests/fixtures/report.json")).expect("a report");
        report.models[0].backend = "ndarray, \"simd\"".to_owned();
        let csv = report.to_csv();
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines.len(), 5, "{csv}");
        assert_eq!(lines[0].split(',').count(), HEADER.len());
        assert_eq!(
            lines[1],
            "gru,true,12345,\"ndarray, \"\"simd\"\"\",1,212,0.00360000000000001,0.0421,0.06,12.5,0.031,9.1,0.98,\
             0.30000000000000004,2,early,9.25"
        );
        assert!(lines[2].ends_with(",2,asked,"), "no timing: {}", lines[2]);
        assert_eq!(lines[3], "persistence,false,0,,0,0,0,0,0,,0,,,,0,fitted,0.001");
        assert_eq!(lines[4], "");
    }

    #[test]
    fn a_report_read_from_json_keeps_its_digest() {
        let report: Report = serde_json::from_str(include_str!("../../tests/fixtures/report.json")).expect("a report");
        let again: Report =
            serde_json::from_str(&serde_json::to_string(&report).expect("plain data")).expect("a report");
        assert_eq!(again.digest(), report.digest());
        assert!(again.comparisons[0].difference.is_sign_negative());
    }
}
