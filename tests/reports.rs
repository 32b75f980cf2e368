//! The reports that README quotes: finished, of the presets that they are named after, with the numbers that stand there.

use std::fs;
use std::path::{Path, PathBuf};

use loadstone::config::preset;
use loadstone::evaluate::spread;
use loadstone::report::{DetectDifference, DetectorResult, Report};

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

/// The rows of README's tables that begin with `| ` and a name in quotes, cells without their spaces.
fn rows<'a>(section: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let start = format!("| `{name}` |");
    let row = section.lines().find(|line| line.starts_with(&start))?;
    Some(row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).skip(1).collect())
}

#[test]
fn readme_says_what_the_reports_say() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    for (id, report) in published() {
        assert!(readme.contains(&format!("run preset:{id} ")), "README has no command for {id}");
        let link = format!("static/reports/{id}.json");
        let (_, section) = readme.split_once(&link).unwrap_or_else(|| panic!("README does not link {id}"));
        for group in report.study.iter().flat_map(|study| &study.groups) {
            let cells = rows(section, &group.id).unwrap_or_else(|| panic!("{id}: README has no {}", group.id));
            let told = group.cells.iter().map(|cell| {
                let rmse = cell.models[0].rmse.expect("finished");
                format!("{}: {:.4} ± {:.4}", cell.label, rmse.mean, rmse.sd.expect("several seeds"))
            });
            assert_eq!(cells, told.collect::<Vec<_>>(), "{id}, {}", group.id);
        }
        let Some(detection) = &report.detection else { continue };
        for detector in &detection.cells[0].detectors {
            let cells = rows(section, &detector.id).unwrap_or_else(|| panic!("{id}: README has no {}", detector.id));
            assert_eq!(cells, cells_of(detector, &detection.cells[0].differences), "{id}, {}", detector.id);
        }
    }
}

/// What README says of a detector: means over seeds, and the difference of its average precision from that of `zmax`.
fn cells_of(detector: &DetectorResult, differences: &[DetectDifference]) -> Vec<String> {
    let values = |measure: &str| -> Vec<f64> {
        let seeds = detector.seeds.iter();
        seeds.filter_map(|seed| seed.measures.iter().find(|known| known.id == measure)?.value).collect()
    };
    let mean = |measure: &str| spread(values(measure).into_iter().map(Some)).expect("defined").mean;
    let signed = |value: f64| format!("{}{:.3}", if value < 0.0 { "−" } else { "+" }, value.abs());
    let mut cells = vec![format!("{:.3}", mean("ap")), format!("{:.3}", mean("auc"))];
    cells.extend(spread(values("ap").into_iter().map(Some)).and_then(|spread| spread.sd).map(|sd| format!("{sd:.3}")));
    cells.push(format!("{:.1} of 4", mean("episodes_found")));
    cells.push(format!("{:.1}", mean("false_alarms_per_hour")));
    cells.push(detector.supervision.replace("normal_only", "normal windows").replace("none", "nothing"));
    cells.extend(differences.iter().filter(|of| of.a == detector.id && of.b == "zmax").map(|of| {
        let (low, high) = of.interval.expect("several episodes");
        format!("{} [{}, {}]", signed(of.difference.expect("defined")), signed(low), signed(high))
    }));
    cells
}
