//! The native door to the same core: `loadstone run config.json files… --out report.json`.
#![allow(clippy::disallowed_methods, reason = "this binary is the native driver: it reads files and measures time")]

mod models;
mod run;

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use loadstone::config::{Checked, DataConfig, RunConfig, preset};
use loadstone::data::{Dataset, Ingest};
use loadstone::report::{DetectionReport, Receipt, Report, Verdict};

const USAGE: &str = "usage:
  loadstone run CONFIG [FILES…] [--out REPORT] [--jobs N] [--parts FOLDER] [--save-models FOLDER]
                                                    CONFIG is a JSON file or preset:ID; FILES may be sandbox:ID;
                                                    without files, the sample;
                                                    N threads; finished parts are kept in FOLDER and found there again;
                                                    trained models are saved as MODEL-SEED.safetensors
  loadstone score MODEL [FILES…] [--out REPORT]     scores a saved model on other data, without training
  loadstone verify REPORT [FILES…]                  runs the report's config again and compares
  loadstone inspect FILES… [--json]                 what is in the files: nodes, metrics, findings
  loadstone snapshots FILES… --out DOCUMENT         the snapshot graphs of a deployment as JSON
  loadstone snapshots --check DOCUMENT              reads such a document back and says what is in it
  loadstone simulate SCENARIO FOLDER                writes a simulated trace in the formats that are read
  loadstone schema                                  the JSON Schema of a config
  loadstone presets                                 the presets as JSON";

fn main() -> ExitCode {
    match dispatch(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<ExitCode> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.split_first() {
        Some((&"run", rest)) => run_config(rest),
        Some((&"score", rest)) => models::score(rest),
        Some((&"verify", rest)) => verify(rest),
        Some((&"inspect", rest)) => inspect(rest),
        Some((&"snapshots", ["--check", path])) => check_snapshots(path),
        Some((&"snapshots", rest)) => snapshots(rest),
        Some((&"simulate", [scenario, folder])) => simulate(scenario, folder),
        Some((&"schema", [])) => print_json(&schemars::schema_for!(RunConfig)),
        Some((&"presets", [])) => print_json(&loadstone::config::presets()),
        _ => bail!("{USAGE}"),
    }
}

fn run_config(args: &[&str]) -> Result<ExitCode> {
    let (out, args) = take_out(args)?;
    let (jobs, args) = take("--jobs", &args)?;
    let (parts, args) = take("--parts", &args)?;
    let (models, args) = take("--save-models", &args)?;
    let jobs = jobs.map_or(Ok(1), str::parse).context("--jobs needs a number")?;
    let means = run::Means { jobs, parts: parts.map(Into::into), models: models.map(Into::into) };
    let (config, files) = args.split_first().context(USAGE)?;
    let report = execute(load_config(config)?, files, &means)?;
    write_report(&report, out)?;
    print_table(&report);
    Ok(ExitCode::SUCCESS)
}

/// To a file, or to the standard output.
fn write_report(report: &Report, out: Option<&str>) -> Result<()> {
    let json = serde_json::to_string(report)?;
    match out {
        Some(path) => std::fs::write(path, json).with_context(|| format!("Cannot write {path}")),
        None => Ok(std::io::stdout().write_all(json.as_bytes())?),
    }
}

fn verify(args: &[&str]) -> Result<ExitCode> {
    let (path, files) = args.split_first().context(USAGE)?;
    let text = std::fs::read_to_string(path).with_context(|| format!("Cannot read {path}"))?;
    let before: Report = serde_json::from_str(&text).with_context(|| format!("{path} is not a report"))?;
    let now = execute(before.config.clone(), files, &run::Means::default())?;
    let (verdict, differences) = Receipt::of(&before, None).compare(&Receipt::of(&now, None));
    println!("{}", serde_json::to_string(&verdict)?.trim_matches('"'));
    for line in differences {
        println!("{}: {} in the report, {} now", line.part, line.expected, line.found);
    }
    Ok(if verdict == Verdict::Different { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The facts of a data set and what was found in it.
fn inspect(args: &[&str]) -> Result<ExitCode> {
    let (flags, files): (Vec<&str>, Vec<&str>) = args.iter().partition(|word| word.starts_with("--"));
    if files.is_empty() {
        bail!("{USAGE}");
    }
    let summary = read(&files, &DataConfig::default())?.summary;
    if flags == ["--json"] {
        return print_json(&summary);
    }
    let (_, nodes) = summary.level.words();
    let metrics: Vec<&str> = summary.metrics.iter().map(|metric| metric.id.as_str()).collect();
    println!("format    {}", summary.format);
    println!("{nodes:<9} {}", summary.nodes.len());
    println!("metrics   {}", metrics.join(", "));
    println!("grid      {} bins of {} s ({})", summary.n_bins, summary.grid_secs, summary.grid_reason);
    println!("rows      {}", summary.n_rows);
    println!("missing   {:.1} %", 100.0 * summary.missing_share);
    println!("calls     {} along {} edges", summary.system.n_calls, summary.system.n_call_edges);
    println!("labels    {}", summary.system.faults.len());
    if let Some(counts) = summary.system.snapshots {
        let (n, nodes, edges) = (counts.n_snapshots, counts.n_nodes, counts.n_edges);
        println!("snapshots {n} of {nodes} nodes and {edges} edges, {} labelled", counts.n_labels);
    }
    for finding in &summary.findings {
        let mark = if finding.severity == loadstone::data::Severity::Warning { "!" } else { "i" };
        println!(
            "{mark} {}: {} {} (first: {}); {}",
            finding.title, finding.count, finding.unit, finding.first, finding.action
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn snapshots(args: &[&str]) -> Result<ExitCode> {
    let (out, files) = take_out(args)?;
    let (Some(out), false) = (out, files.is_empty()) else { bail!("{USAGE}") };
    let document = loadstone::explore::snapshot_document(&read(&files, &DataConfig::default())?)?;
    std::fs::write(out, document).with_context(|| format!("Cannot write {out}"))?;
    check_snapshots(out)
}

/// The document as the page would read it.
fn check_snapshots(path: &str) -> Result<ExitCode> {
    let counts = read(&[path], &DataConfig::default())?.summary.system.snapshots;
    let counts = counts.with_context(|| format!("{path} holds no snapshots"))?;
    println!(
        "{} snapshots of {} nodes and {} edges, {} of them labelled",
        counts.n_snapshots, counts.n_nodes, counts.n_edges, counts.n_labels
    );
    Ok(ExitCode::SUCCESS)
}

/// All files of a scenario.
fn simulate(scenario: &str, folder: &str) -> Result<ExitCode> {
    let names = loadstone::sandbox::file_names(scenario);
    if names.is_empty() {
        bail!("There is no simulated scenario “{scenario}”: expected one of {}", scenario_ids().join(", "));
    }
    std::fs::create_dir_all(folder).with_context(|| format!("Cannot make {folder}"))?;
    for name in names {
        let text = loadstone::sandbox::file(scenario, name).context("a listed file can be written")?;
        let path = std::path::Path::new(folder).join(name);
        std::fs::write(&path, text).with_context(|| format!("Cannot write {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn scenario_ids() -> Vec<&'static str> {
    loadstone::sandbox::scenarios().into_iter().map(|scenario| scenario.id).collect()
}

fn take_out<'a>(args: &[&'a str]) -> Result<(Option<&'a str>, Vec<&'a str>)> {
    take("--out", args)
}

/// The word behind a flag, and the words without both.
fn take<'a>(flag: &str, args: &[&'a str]) -> Result<(Option<&'a str>, Vec<&'a str>)> {
    let Some(at) = args.iter().position(|&word| word == flag) else { return Ok((None, args.to_vec())) };
    let value = *args.get(at + 1).with_context(|| format!("{flag} needs a value behind it"))?;
    Ok((Some(value), [&args[..at], &args[at + 2..]].concat()))
}

fn load_config(word: &str) -> Result<RunConfig> {
    if let Some(id) = word.strip_prefix("preset:") {
        return Ok(preset(id).with_context(|| format!("There is no preset {id}"))?.config);
    }
    let text = std::fs::read_to_string(word).with_context(|| format!("Cannot read {word}"))?;
    serde_json::from_str(&text).with_context(|| format!("{word} is not a config"))
}

/// On files, on `sandbox:ID`, or without either on the sample.
fn execute(config: RunConfig, files: &[&str], means: &run::Means) -> Result<Report> {
    let config: Checked = config.check()?;
    let dataset = open(files, &config.data)?;
    run::execute(&Arc::new(dataset), &config, means)
}

/// Files, `sandbox:ID`, or without either the sample.
fn open(files: &[&str], config: &DataConfig) -> Result<Dataset> {
    Ok(match files {
        [] => loadstone::sandbox::simulate("sample").context("The sample is gone")?,
        [word] if word.starts_with("sandbox:") => {
            let id = word.trim_start_matches("sandbox:");
            loadstone::sandbox::simulate(id).with_context(|| {
                format!("There is no scenario “{id}”: expected one of {}", scenario_ids().join(", "))
            })?
        }
        files => read(files, config)?,
    })
}

fn read(files: &[&str], config: &DataConfig) -> Result<Dataset> {
    let mut ingest = Ingest::new(config);
    let mut buffer = vec![0; 1 << 20];
    for path in files {
        let mut file = File::open(path).with_context(|| format!("Cannot open {path}"))?;
        let name = std::path::Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        ingest.begin_file(&name);
        loop {
            let n = file.read(&mut buffer).with_context(|| format!("Cannot read {path}"))?;
            if n == 0 {
                break;
            }
            ingest.push(&buffer[..n])?;
        }
        ingest.end_file()?;
    }
    Ok(ingest.finish()?)
}

fn print_table(report: &Report) {
    if let Some(detection) = &report.detection {
        return print_detectors(detection);
    }
    eprintln!("{:12} {:>8} {:>8} {:>8} {:>7} {:>8} {:>9}", "model", "RMSE", "± sd", "MAE", "skill", "n", "secs");
    for model in &report.models {
        let secs: f64 = report.timings.iter().filter(|t| t.model == model.id).map(|t| t.secs).sum();
        let cell = |value: Option<f64>| value.map_or_else(|| "undefined".to_owned(), |value| format!("{value:.4}"));
        let mean = |spread: Option<loadstone::report::Spread>| cell(spread.map(|spread| spread.mean));
        let sd = model.rmse.and_then(|spread| spread.sd).map_or_else(String::new, |sd| format!("{sd:.4}"));
        let n = model.seeds.first().map_or(0, |seed| seed.metrics.n);
        eprintln!(
            "{:12} {:>8} {sd:>8} {:>8} {:>7} {n:>8} {secs:>9.1}",
            model.id,
            mean(model.rmse),
            mean(model.mae),
            mean(model.skill)
        );
    }
}

fn print_detectors(detection: &DetectionReport) {
    for cell in &detection.cells {
        eprintln!("{} {}", cell.group, cell.label);
        cell.remarks.iter().for_each(|remark| eprintln!("  {remark}"));
        let heads = ["episodes", "alarms/h", "delay s", "AUC", "AP", "VUS-PR", "at budget"];
        let heads = heads.map(|head| format!(" {head:>9}")).concat();
        eprintln!("  {:14}{heads}", "detector");
        for detector in &cell.detectors {
            let value = |id: &str| {
                let found = detector.spreads.iter().find(|spread| spread.id == id).map(|spread| spread.spread.mean);
                found.map_or_else(|| "undefined".to_owned(), |value| format!("{value:.3}"))
            };
            let at_budget = detector.spreads.iter().find(|spread| spread.id == "found_at_budget");
            let at_budget = at_budget.map_or_else(String::new, |found| format!("{:.3}", found.spread.mean));
            eprintln!(
                "  {:14} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {at_budget:>9}",
                detector.id,
                value("episodes_found"),
                value("false_alarms_per_hour"),
                value("delay_secs"),
                value("auc"),
                value("ap"),
                value("vus_pr")
            );
        }
    }
}

fn print_json(value: &impl serde::Serialize) -> Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(ExitCode::SUCCESS)
}
