//! The tables of a report as CSV; a field is empty where a measure is undefined.
//!
//! Errors are on the scale percent / 100; numbers are the shortest that read back as the same.

use super::{ModelResult, Report, SeedResult, StopReason, Timing};

/// One table: a header, then its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvTable {
    /// Stable name: `metrics`, `study`, `horizons`, `deciles`, `intervals`, `conditions`, `comparisons`, `replay`,
    /// `claims`, `detectors`, `detect_differences`, `scores`, `lies` or `audit`.
    pub name: &'static str,
    /// Rows below the header.
    pub n_rows: usize,
    /// The table by RFC 4180.
    pub text: String,
}

const HEADER: [&str; 19] = [
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
    "mape_clipped_percent",
    "smape_percent",
    "wape_percent",
    "mase",
    "skill",
    "best_epoch",
    "stop",
    "secs",
];

impl Report {
    /// All tables in one text: the metrics first, then each further table that has rows, behind an empty line and a
    /// line with its name.
    pub fn to_csv(&self) -> String {
        let mut tables = self.tables().into_iter();
        let first = tables.next().map_or_else(String::new, |metrics| metrics.text);
        tables.fold(first, |text, table| text + "\r\n" + table.name + "\r\n" + &table.text)
    }

    /// The metrics, one row per model and seed in the order of the report, and every further table that has rows.
    pub fn tables(&self) -> Vec<CsvTable> {
        let seeds = self.models.iter().flat_map(|model| model.seeds.iter().map(move |seed| (model, seed)));
        let metrics = table("metrics", &HEADER, seeds.map(|(model, seed)| self.fields(model, seed).to_vec()));
        let further = self.further_tables().into_iter().filter(|table| table.n_rows > 0);
        std::iter::once(metrics).chain(further).collect()
    }

    fn fields(&self, model: &ModelResult, seed: &SeedResult) -> [String; 19] {
        let metrics = &seed.metrics;
        let is_its = |timing: &&Timing| timing.cell == 0 && timing.model == model.id && timing.seed == seed.seed;
        let timing = self.timings.iter().find(is_its);
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
            metrics.mape_clipped.to_string(),
            metrics.smape.to_string(),
            number(metrics.wape),
            number(metrics.mase),
            number(metrics.skill),
            seed.best_epoch.to_string(),
            word(seed.stop).to_owned(),
            number(timing.map(|timing| timing.secs)),
        ]
    }
}

pub(super) fn table(name: &'static str, header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> CsvTable {
    let header: Vec<String> = header.iter().map(|&field| field.to_owned()).collect();
    let start = CsvTable { name, n_rows: 0, text: line(&header) };
    rows.fold(start, |table, row| CsvTable { n_rows: table.n_rows + 1, text: table.text + &line(&row), ..table })
}

pub(super) fn number(value: Option<f64>) -> String {
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
    use super::super::{CellResult, Spread, StudyGroup, StudyResult};
    use super::*;

    fn report() -> Report {
        serde_json::from_str(include_str!("../../tests/fixtures/report.json")).expect("a report")
    }

    fn text(report: &Report, name: &str) -> Option<String> {
        report.tables().into_iter().find(|table| table.name == name).map(|table| table.text)
    }

    /// The rows of a table, its header left out.
    fn rows(report: &Report, name: &str) -> Vec<String> {
        let text = text(report, name).unwrap_or_default();
        text.split_terminator("\r\n").skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn one_line_per_model_and_seed_with_empty_cells_for_undefined() {
        let mut report = report();
        report.models[0].backend = "ndarray, \"simd\"".to_owned();
        let csv = text(&report, "metrics").expect("the first table");
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines.len(), 5, "{csv}");
        assert_eq!(lines[0].split(',').count(), HEADER.len());
        assert_eq!(
            lines[1],
            "gru,true,12345,\"ndarray, \"\"simd\"\"\",1,212,0.00360000000000001,0.0421,0.06,12.5,0.031,14.5,13.25,9.1,\
             0.98,0.30000000000000004,2,early,9.25"
        );
        assert!(lines[2].ends_with(",2,asked,"), "no timing: {}", lines[2]);
        assert_eq!(lines[3], "persistence,false,0,,0,0,0,0,0,,0,0,0,,,,0,fitted,0.001");
        assert_eq!(lines[4], "");
    }

    #[test]
    fn further_tables_follow_behind_an_empty_line_and_their_name() {
        let report = report();
        let names: Vec<&str> = report.tables().iter().map(|table| table.name).collect();
        assert_eq!(names, ["metrics", "horizons", "deciles", "intervals", "conditions", "comparisons"]);
        let csv = report.to_csv();
        assert!(csv.starts_with("model,learned,"));
        assert!(csv.contains("\r\n\r\nhorizons\r\ngroup,cell,model,step,"), "{csv}");
        assert_eq!(csv.matches("\r\n\r\n").count(), names.len() - 1);
    }

    #[test]
    fn every_row_is_as_wide_as_its_header() {
        let mut report = with_study();
        report.models[0].id = "tsf".to_owned();
        assert_eq!(report.tables().len(), 9);
        for table in report.tables() {
            let mut reader = csv_core::ReaderBuilder::new().build();
            let (mut output, mut ends) = (vec![0; table.text.len() + 1], vec![0; 64]);
            let (mut input, mut widths) = (table.text.as_bytes(), Vec::new());
            loop {
                let (result, n_in, _, n_ends) = reader.read_record(input, &mut output, &mut ends);
                input = &input[n_in..];
                match result {
                    csv_core::ReadRecordResult::Record => widths.push(n_ends),
                    csv_core::ReadRecordResult::End => break,
                    _ => assert!(input.is_empty(), "{} has more than 64 fields", table.name),
                }
            }
            assert_eq!(widths.len(), table.n_rows + 1, "{}", table.name);
            assert!(widths.iter().all(|width| *width == widths[0]), "{}: {widths:?}", table.name);
        }
    }

    #[test]
    fn lines_of_models_name_their_place() {
        let report = report();
        assert_eq!(rows(&report, "horizons"), [",,gru,1,212,0.06,0.0005,,,0.3,", ",,gru,4,210,0.09,0.001,,,,"]);
        assert_eq!(
            rows(&report, "deciles"),
            [",,gru,1,0,0.25,110,0.04,0.0005,0.01,", ",,gru,2,0.26,0.99,102,0.08,0.0005,-0.02,"]
        );
        assert_eq!(rows(&report, "intervals"), [",,gru,0.9,200,0.1,0.01,0.87,0.02"]);
        assert_eq!(rows(&report, "conditions"), [",,gru,noise,0,0.06,0.0005", ",,gru,noise,0.5,0.07,0.0005"]);
        assert_eq!(
            rows(&report, "comparisons"),
            [
                ",1,gru,persistence,-0,-0.0001,0.0002,0.03,,no difference,",
                ",1,gru,ar,0.25,,,,,undefined,one origin",
                ",4,gru,persistence,-0.001,-0.002,-0.0005,0.004,0.008,better,",
            ]
        );
    }

    /// The fixture as the study of two numbers of nodes, with `tsf` in both.
    fn with_study() -> Report {
        let mut report = report();
        let cell = |n_nodes: usize, mean: f64| {
            let mut model = report.models[0].clone();
            model.id = "tsf".to_owned();
            model.rmse = Some(Spread { mean, sd: Some(0.001) });
            CellResult {
                label: n_nodes.to_string(),
                x: Some(n_nodes as f64),
                config_sha256: "ab".to_owned(),
                n_nodes,
                kept_per_row: Some(n_nodes / 2),
                n_points: 7,
                models: vec![model],
                validation: Some(0.5),
            }
        };
        let cells = vec![cell(20, 0.07), cell(60, 0.06)];
        let comparisons = report.comparisons[..1].to_vec();
        report.study = Some(StudyResult { groups: vec![StudyGroup { id: "nodes".to_owned(), cells, comparisons }] });
        report
    }

    #[test]
    fn a_study_has_a_row_per_cell_and_model_and_its_claims() {
        let report = with_study();
        assert_eq!(
            rows(&report, "study")[1],
            "nodes,60,60,60,30,7,0.5,ab,tsf,12345,2,0.06,0.0005,,,0.06,0.001,,,0.06,0.0005,0.05,"
        );
        assert_eq!(rows(&report, "conditions")[3], "nodes,60,tsf,noise,0.5,0.07,0.0005", "no model twice");
        assert_eq!(rows(&report, "comparisons")[3], "nodes,1,gru,persistence,-0,-0.0001,0.0002,0.03,,no difference,");
        let claims = rows(&report, "claims");
        let rmse = claims.iter().find(|row| row.starts_with("5,nodes,RMSE,all,")).expect("the claim on nodes");
        assert!(rmse.starts_with("5,nodes,RMSE,all,60,0.06,0.001,60,0.06,0.001,-0.01"), "{rmse}");
        assert!(rmse.ends_with(",confirmed"), "{rmse}");
    }

    #[test]
    fn the_replay_is_left_out_when_none_of_the_papers_models_was_run() {
        let mut report = report();
        assert_eq!(text(&report, "replay"), None);
        report.models[0].id = "lstm".to_owned();
        let replay = rows(&report, "replay");
        assert_eq!(replay.len(), 28);
        assert!(replay[0].starts_with("LSTM,lstm,MSE,0.0048,0.06,0.0005,0.0552,ours larger,"), "{}", replay[0]);
        assert!(replay[27].starts_with("Ours,tsf,RMSE,0.052,,,,not run,"), "{}", replay[27]);
    }

    #[test]
    fn a_report_read_from_json_keeps_its_digest() {
        let report = report();
        let again: Report =
            serde_json::from_str(&serde_json::to_string(&report).expect("plain data")).expect("a report");
        assert_eq!(again.digest(), report.digest());
        assert!(again.comparisons[0].difference.is_sign_negative());
    }
}
