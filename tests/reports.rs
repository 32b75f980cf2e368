//! The reports that README and RESULTS.md quote: finished, of the presets that they are named after, with the numbers that stand there.

use std::fs;
use std::path::{Path, PathBuf};

use loadstone::config::preset;
use loadstone::report::{
    CellResult, Comparison, DetectCellResult, DetectDifference, DetectorResult, Measure, ModelResult, Report, Spread,
    StudyGroup, TABLE_1,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Id of the preset and report, in the order of their names.
fn published() -> Vec<(String, Report)> {
    let folder = fs::read_dir(root().join("static/reports")).expect("a folder");
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let reports = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json"));
    reports
        .map(|file| {
            let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
            let id = name.strip_suffix(".json").expect("a report").to_owned();
            let text = fs::read_to_string(file).expect("a text");
            (id, serde_json::from_str(&text).expect("a report"))
        })
        .collect()
}

#[test]
fn each_is_the_finished_run_of_the_preset_of_its_name() {
    let published = published();
    assert!(!published.is_empty());
    for (id, report) in published {
        let preset = preset(&id).unwrap_or_else(|| panic!("there is no preset {id}"));
        assert!(report.complete, "{id}");
        assert_eq!(report.config, preset.config, "{id}");
        assert_eq!(report.config_sha256, preset.config.sha256(), "{id}");
    }
}

/// What README and RESULTS.md say below the link to a report, up to the next heading.
fn section(id: &str) -> String {
    let read = |name: &str| fs::read_to_string(root().join(name)).expect("a text");
    let documents = [read("README.md"), read("RESULTS.md")];
    let link = format!("(static/reports/{id}.json)");
    let document =
        documents.iter().find(|document| document.contains(&link)).unwrap_or_else(|| panic!("no link: {id}"));
    let below = document.split_once(&link).expect("the link").1;
    below.split("\n#").next().expect("a section").to_owned()
}

/// The cells of the row of a table that begins with a name in quotes, without the name.
fn row<'a>(section: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let start = format!("| `{name}` |");
    let row = section.lines().find(|line| line.starts_with(&start))?;
    Some(row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).skip(1).collect())
}

#[test]
fn the_documents_say_what_the_reports_say() {
    for (id, report) in published() {
        let section = section(&id);
        assert!(section.contains(&format!("run preset:{id} ")), "no command for {id}");
        let rows = rows(&report);
        assert!(!rows.is_empty(), "{id}");
        for (name, cells) in rows {
            let said =
                row(&section, &name).unwrap_or_else(|| panic!("{id}: no row {name}, which is {}", cells.join(" | ")));
            assert_eq!(said, cells, "{id}, {name}");
        }
    }
}

/// Name and cells of each row that a report gives.
fn rows(report: &Report) -> Vec<(String, Vec<String>)> {
    if let Some(detection) = &report.detection {
        let is_study = detection.cells.len() > 1;
        let of_cell = |cell: &DetectCellResult| {
            let detectors = cell.detectors.iter().filter(|detector| !is_study || detector.id != "zmax");
            let name = |detector: &DetectorResult| if is_study { cell.label.clone() } else { detector.id.clone() };
            detectors.map(|detector| (name(detector), of_detector(detector, &cell.differences))).collect::<Vec<_>>()
        };
        return detection.cells.iter().flat_map(of_cell).collect();
    }
    match &report.study {
        Some(study) => study.groups.iter().flat_map(of_group).collect(),
        None => report.models.iter().map(|model| (model.id.clone(), of_model(model, report))).collect(),
    }
}

fn of_group(group: &StudyGroup) -> Vec<(String, Vec<String>)> {
    let models = |cell: &CellResult| cell.models.iter().map(|model| spread_text(model.rmse)).collect();
    match group.id.as_str() {
        "rolling" => group.cells.iter().map(|cell| (cell.label.clone(), models(cell))).collect(),
        "ablation" | "necessity" => {
            let of_cell = |cell: &CellResult| {
                let mut cells = vec![spread_text(cell.models[0].rmse)];
                cells.extend(difference_text(&group.comparisons, &cell.label, "full"));
                (cell.label.clone(), cells)
            };
            group.cells.iter().map(of_cell).collect()
        }
        _ => {
            let of_cell = |cell: &CellResult| format!("{}: {}", cell.label, spread_text(cell.models[0].rmse));
            vec![(group.id.clone(), group.cells.iter().map(of_cell).collect())]
        }
    }
}

/// Errors of a model, and its difference from `ar`, at every scored step if there are several; with one step also the
/// error that the paper publishes.
fn of_model(model: &ModelResult, report: &Report) -> Vec<String> {
    let (mut cells, families): (Vec<String>, Vec<&[Comparison]>) = if report.horizons.is_empty() {
        let mape = model.mape.expect("targets of at least 0.05").mean;
        let mae = model.mae.expect("finished").mean;
        (vec![spread_text(model.rmse), format!("{mae:.4}"), format!("{mape:.1}")], vec![&report.comparisons])
    } else {
        let further = report.horizons.iter().map(|horizon| horizon.comparisons.as_slice());
        (model.by_horizon.iter().map(|horizon| spread_text(horizon.rmse)).collect(), further.collect())
    };
    cells.extend(families.into_iter().filter_map(|family| difference_text(family, &model.id, "ar")));
    let published = TABLE_1.iter().find(|row| report.horizons.is_empty() && row.id == model.id);
    cells.extend(published.map(|row| format!("{:.4}", row.values[Measure::Rmse as usize])));
    cells
}

fn spread_text(spread: Option<Spread>) -> String {
    let spread = spread.expect("finished");
    let sd = spread.sd.map(|sd| format!(" ± {sd:.4}")).unwrap_or_default();
    format!("{:.4}{sd}", spread.mean)
}

fn signed(value: f64, digits: usize) -> String {
    format!("{}{:.digits$}", if value < 0.0 { "−" } else { "+" }, value.abs())
}

/// Mean squared error of `a` minus that of `b` in units of 0.0001, its interval, and the corrected p value; nothing for
/// a model and itself.
fn difference_text(family: &[Comparison], a: &str, b: &str) -> Option<String> {
    let found = family.iter().find(|of| (of.a == a && of.b == b) || (of.a == b && of.b == a))?;
    let sign = if found.a == a { 1e4 } else { -1e4 };
    let Some(p) = found.p_holm else {
        return Some(if found.difference == 0.0 { "the same" } else { "undefined" }.to_owned());
    };
    let (low, high) = found.interval.expect("as it was tested");
    let (low, high) = if sign > 0.0 { (low, high) } else { (high, low) };
    let text = |value: f64| signed(value * sign, 1);
    Some(format!("{} [{}, {}], p {:.2}", text(found.difference), text(low), text(high), p))
}

/// Means over seeds, and the difference of average precision from that of `zmax`.
fn of_detector(detector: &DetectorResult, differences: &[DetectDifference]) -> Vec<String> {
    let over_seeds = |measure: &str| detector.measured(measure).expect("defined");
    let mean = |measure: &str| over_seeds(measure).mean;
    let mut cells = vec![format!("{:.3}", mean("ap")), format!("{:.3}", mean("auc"))];
    cells.extend(over_seeds("ap").sd.map(|sd| format!("{sd:.3}")));
    cells.push(format!("{:.1} of 4", mean("episodes_found")));
    cells.push(format!("{:.1}", mean("false_alarms_per_hour")));
    cells.push(detector.supervision.replace("normal_only", "normal windows").replace("none", "nothing"));
    cells.extend(differences.iter().filter(|of| of.a == detector.id && of.b == "zmax").map(|of| {
        let (low, high) = of.interval.expect("several episodes");
        format!("{} [{}, {}]", signed(of.difference.expect("defined"), 3), signed(low, 3), signed(high, 3))
    }));
    cells
}
