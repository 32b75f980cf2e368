//! The tables of a detection; a field is empty where a measure is undefined.

use super::csv::{CsvTable, number, table};
use super::{DetectBoard, DetectionReport, Located, Measured};

impl DetectionReport {
    /// Measures of every detector and seed, differences, scores of the first cell, lies and audit.
    pub(super) fn tables(&self) -> Vec<CsvTable> {
        let mut tables = vec![self.detector_table(), self.difference_table()];
        tables.extend(self.board.iter().map(score_table));
        tables.extend([self.lie_table(), self.audit_table()]);
        // Of runs that asked for them.
        let asked = [self.shift_table(), self.cost_table()];
        tables.extend(
            asked
                .into_iter()
                .zip([self.shifts.is_empty(), self.costs.is_empty()])
                .filter_map(|(table, is_empty)| (!is_empty).then_some(table)),
        );
        tables
    }

    fn shift_table(&self) -> CsvTable {
        let rows = self.shifts.iter().map(|line| {
            let numbers = [line.mean, line.standard_error].map(|value| number(Some(value)));
            let ends = [line.id.clone(), line.n.to_string()];
            ends.into_iter().chain(numbers).chain([line.holds_half().to_string()]).collect()
        });
        table("label_shift", &["detector", "n_shifts", "mean_auc", "standard_error", "holds_half"], rows)
    }

    fn cost_table(&self) -> CsvTable {
        let rows = self.costs.iter().map(|row| {
            let counts = [row.value, row.nodes, row.edges, row.nonzeros, row.structured, row.blocks, row.dense];
            std::iter::once(row.axis.clone()).chain(counts.iter().map(u64::to_string)).collect()
        });
        let header = ["axis", "value", "nodes", "edges", "nonzeros", "structured", "blocks", "dense"];
        table("costs", &header, rows)
    }

    /// One row per cell, detector and seed, one column per measure that any of them has.
    fn detector_table(&self) -> CsvTable {
        let seeds = || {
            let cells = self.cells.iter();
            let detectors = cells.flat_map(|cell| cell.detectors.iter().map(move |detector| (cell, detector)));
            detectors.flat_map(|(cell, detector)| detector.seeds.iter().map(move |seed| (cell, detector, seed)))
        };
        let ids = ids(seeds().flat_map(|(_, _, seed)| &seed.measures));
        let first = ["group", "cell", "x", "detector", "learned_from", "n_params", "backend", "seed"];
        let second =
            ["threshold", "true_negatives", "false_positives", "false_negatives", "true_positives", "best_epoch"];
        let is_located = seeds().any(|(_, _, seed)| seed.located.is_some());
        let last = if is_located { &LOCATED[..] } else { &[] };
        let header: Vec<&str> = first.iter().chain(&second).chain(&ids).chain(last).copied().collect();
        let rows = seeds().map(|(cell, detector, seed)| {
            let place = [
                cell.group.clone(),
                cell.label.clone(),
                number(cell.x),
                detector.id.clone(),
                detector.supervision.clone(),
                detector.n_params.to_string(),
                detector.backend.clone(),
                seed.seed.to_string(),
                // One per fold.
                seed.thresholds.iter().map(|threshold| number(*threshold)).collect::<Vec<_>>().join(" "),
            ];
            let counts = seed.confusion.iter().map(u64::to_string).chain([seed.best_epoch.to_string()]);
            let found = located(seed.located.as_ref());
            let found = found.into_iter().filter(|_| is_located);
            place.into_iter().chain(counts).chain(values(&ids, &seed.measures)).chain(found).collect()
        });
        table("detectors", &header, rows)
    }

    fn difference_table(&self) -> CsvTable {
        let all = self.cells.iter().flat_map(|cell| cell.differences.iter().map(move |line| (cell, line)));
        let rows = all.map(|(cell, line)| {
            let (low, high) = line.interval.unzip();
            let place = [cell.group.clone(), cell.label.clone(), line.a.clone(), line.b.clone()];
            place.into_iter().chain([line.difference, low, high].map(number)).collect()
        });
        let header = ["group", "cell", "a", "b", "ap_difference", "interval_low", "interval_high"];
        table("detect_differences", &header, rows)
    }

    fn lie_table(&self) -> CsvTable {
        let ids = ids(self.lies.iter().flat_map(|row| &row.measures));
        let header: Vec<&str> = std::iter::once("detector").chain(ids.iter().copied()).collect();
        let rows = self.lies.iter();
        let rows = rows.map(|row| std::iter::once(row.id.clone()).chain(values(&ids, &row.measures)).collect());
        table("lies", &header, rows)
    }

    fn audit_table(&self) -> CsvTable {
        let rows = self.audit.iter().map(|check| {
            let passed = check.passed.map_or_else(String::new, |passed| passed.to_string());
            vec![check.id.clone(), passed, check.title.clone(), check.detail.clone()]
        });
        table("audit", &["id", "passed", "title", "detail"], rows)
    }
}

/// Columns of runs in which it is asked where a fault is: windows with a known target, and in how many of them it is in the
/// first and in the first three places.
const LOCATED: [&str; 3] = ["located_windows", "located_first", "located_first_three"];

fn located(found: Option<&Located>) -> [String; 3] {
    let told = |of: fn(&Located) -> u64| found.map_or_else(String::new, |found| of(found).to_string());
    [told(|found| found.n), told(|found| found.first), told(|found| found.three)]
}

/// One row per test window: where it is, its label, and every detector's score.
fn score_table(board: &DetectBoard) -> CsvTable {
    let first = ["window", "run", "end_secs", "faulty", "at_edge", "fold"];
    let header: Vec<&str> = first.into_iter().chain(board.lines.iter().map(|line| line.id.as_str())).collect();
    let rows = (0..board.last.len()).map(|idx| {
        let label = board.label.get(idx).copied().unwrap_or(0);
        let run = board.run.get(idx).and_then(|run| board.runs.get(*run as usize)).cloned().unwrap_or_default();
        let place = [
            idx.to_string(),
            run,
            board.end_secs(idx).to_string(),
            (label % 2 == 1).to_string(),
            (label >= 2).to_string(),
            board.fold.get(idx).map_or_else(String::new, u32::to_string),
        ];
        let score = |line: &super::ScoreLine| line.scores.get(idx).map_or_else(String::new, f32::to_string);
        place.into_iter().chain(board.lines.iter().map(score)).collect()
    });
    table("scores", &header, rows)
}

/// Ids of measures, each once, in the order in which they come.
fn ids<'a>(measures: impl Iterator<Item = &'a Measured>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for measure in measures {
        if !found.contains(&measure.id.as_str()) {
            found.push(&measure.id);
        }
    }
    found
}

fn values<'a>(ids: &'a [&'a str], measures: &'a [Measured]) -> impl Iterator<Item = String> + 'a {
    let of = move |id: &&str| measures.iter().find(|measure| measure.id == **id).and_then(|measure| measure.value);
    ids.iter().map(move |id| number(of(id)))
}

#[cfg(test)]
mod tests {
    use super::super::{
        AuditResult, CostRow, DetectCellResult, DetectSeed, DetectorResult, LieRow, ScoreLine, ShiftResult,
    };
    use super::*;

    fn measured(id: &str, value: Option<f64>) -> Measured {
        Measured { id: id.to_owned(), value }
    }

    fn found() -> DetectionReport {
        let seed = |seed, measures| DetectSeed {
            seed,
            thresholds: vec![Some(0.5), None],
            confusion: [1, 2, 3, 4],
            measures,
            ..DetectSeed::default()
        };
        let detector = DetectorResult {
            id: "zmax".to_owned(),
            supervision: "normal_only".to_owned(),
            seeds: vec![
                seed(1, vec![measured("ap", Some(0.5))]),
                seed(2, vec![measured("auc", None), measured("ap", Some(0.25))]),
            ],
            ..DetectorResult::default()
        };
        let cell = DetectCellResult {
            group: "protocols".to_owned(),
            detectors: vec![detector],
            ..DetectCellResult::default()
        };
        let board = DetectBoard {
            window_secs: 5.0,
            runs: vec!["run 4".to_owned()],
            run: vec![0, 0],
            last: vec![4, 5],
            label: vec![1, 2],
            fold: vec![0, 0],
            lines: vec![ScoreLine { id: "zmax".to_owned(), scores: vec![0.5, 0.25], thresholds: Vec::new() }],
            ..DetectBoard::default()
        };
        DetectionReport {
            cells: vec![cell],
            board: Some(board),
            lies: vec![LieRow { id: "random".to_owned(), measures: vec![measured("f1", Some(0.125))] }],
            audit: vec![AuditResult {
                id: "overlap".to_owned(),
                title: "no overlap".to_owned(),
                passed: None,
                detail: "1, 2".to_owned(),
            }],
            ..DetectionReport::default()
        }
    }

    fn text(name: &str) -> String {
        let table = found().tables().into_iter().find(|table| table.name == name);
        table.expect(name).text
    }

    #[test]
    fn a_detector_has_a_row_per_seed_and_a_column_per_measure() {
        let text = text("detectors");
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert!(lines[0].ends_with(",best_epoch,ap,auc"), "{}", lines[0]);
        assert_eq!(lines[1], "protocols,,,zmax,normal_only,0,,1,0.5 ,1,2,3,4,0,0.5,");
        assert_eq!(lines[2], "protocols,,,zmax,normal_only,0,,2,0.5 ,1,2,3,4,0,0.25,");
        assert!(lines.iter().all(|line| line.split(',').count() == 16));
    }

    #[test]
    fn where_it_is_asked_who_is_at_fault_hits_are_columns() {
        let mut found = found();
        found.cells[0].detectors[0].seeds[1].located = Some(Located { n: 40, episodes: 2, first: 30, three: 36 });
        let text = found.detector_table().text;
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert!(lines[0].ends_with(",auc,located_windows,located_first,located_first_three"), "{}", lines[0]);
        assert!(lines[1].ends_with(",0.5,,,,") && lines[2].ends_with(",0.25,,40,30,36"), "{text}");
    }

    #[test]
    fn controls_and_costs_are_tables_where_they_were_asked_for() {
        let mut found = found();
        let names = |found: &DetectionReport| found.tables().into_iter().map(|table| table.name).collect::<Vec<_>>();
        assert!(!names(&found).iter().any(|name| ["label_shift", "costs"].contains(name)));
        let shift = |id: &str, mean: f64| ShiftResult { id: id.to_owned(), n: 20, mean, standard_error: 0.0625 };
        found.shifts = vec![shift("zmax", 0.625), shift("clock", 0.75)];
        found.costs = vec![CostRow {
            axis: "slices".to_owned(),
            value: 5,
            nodes: 319,
            edges: 528,
            nonzeros: 1375,
            structured: 1375,
            blocks: 4735,
            dense: 101_761,
        }];
        let text = |name: &str| found.tables().into_iter().find(|table| table.name == name).expect(name).text;
        assert_eq!(
            text("label_shift"),
            "detector,n_shifts,mean_auc,standard_error,holds_half\r\nzmax,20,0.625,0.0625,true\r\nclock,20,0.75,0.0625,false\r\n"
        );
        assert!(text("costs").ends_with("\r\nslices,5,319,528,1375,1375,4735,101761\r\n"), "{}", text("costs"));
        let json = serde_json::to_string(&DetectionReport::default()).expect("plain data");
        assert_eq!(json, r#"{"cells":[],"board":null,"lies":[],"audit":[]}"#, "old reports keep their text");
    }

    #[test]
    fn windows_lie_in_a_stretch_of_their_own_run() {
        let board = found().board.expect("a board");
        assert_eq!((board.windows_in(0, 20.0, 25.0), board.windows_in(0, 24.0, 26.0)), (vec![0], vec![0, 1]));
        assert!(board.windows_in(0, 30.0, 40.0).is_empty() && board.windows_in(1, 0.0, 99.0).is_empty());
    }

    #[test]
    fn scores_lies_and_audit_are_tables_of_their_own() {
        assert_eq!(
            text("scores"),
            "window,run,end_secs,faulty,at_edge,fold,zmax\r\n0,run 4,25,true,false,0,0.5\r\n1,run 4,30,false,true,0,0.25\r\n"
        );
        assert_eq!(text("lies"), "detector,f1\r\nrandom,0.125\r\n");
        assert_eq!(text("audit"), "id,passed,title,detail\r\noverlap,,no overlap,\"1, 2\"\r\n");
    }
}
