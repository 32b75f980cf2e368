//! Runs a config natively, its parts side by side; results never depend on how many threads there are.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use loadstone::config::Checked;
use loadstone::data::Dataset;
use loadstone::experiment::{Experiment, PartResult, Progress};
use loadstone::report::Report;

/// How a run is carried out; says nothing about its results.
#[derive(Debug, Clone, Default)]
pub(crate) struct Means {
    /// Threads, at least one.
    pub(crate) jobs: usize,
    /// Folder in which finished parts are kept, so that an interrupted run can go on.
    pub(crate) parts: Option<PathBuf>,
}

/// Runs all parts.
pub(crate) fn execute(dataset: &Arc<Dataset>, config: &Checked, means: &Means) -> Result<Report> {
    let mut whole = Experiment::new(dataset.clone(), config.clone());
    let known = known_parts(&whole, dataset, means)?;
    let missing: Vec<usize> =
        (0..whole.parts().len()).filter(|part| known.iter().all(|(idx, _)| idx != part)).collect();
    known.into_iter().for_each(|(part, result)| whole.accept(part, result));
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| -> Result<()> {
        for _ in 0..means.jobs.clamp(1, missing.len().max(1)) {
            let (sender, next, missing) = (sender.clone(), &next, &missing);
            scope.spawn(move || work(dataset, config, missing, next, &sender));
        }
        drop(sender);
        for (part, result) in receiver {
            let result = result?;
            keep(&whole, part, &result, dataset, means)?;
            whole.accept(part, result);
        }
        Ok(())
    })?;
    while whole.step()?.is_some() {}
    whole.report().context("Nothing was finished")
}

type Finished = (usize, Result<PartResult>);

/// One thread: takes the next part until there is none.
fn work(
    dataset: &Arc<Dataset>,
    config: &Checked,
    missing: &[usize],
    next: &AtomicUsize,
    sender: &mpsc::Sender<Finished>,
) {
    let mut experiment = Experiment::new(dataset.clone(), config.clone());
    while let Some(&part) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
        let result = one_part(&mut experiment, part);
        let failed = result.is_err();
        // A receiver that is gone has failed already.
        if sender.send((part, result)).is_err() || failed {
            return;
        }
    }
}

fn one_part(experiment: &mut Experiment, part: usize) -> Result<PartResult> {
    experiment.only(part);
    loop {
        let start = Instant::now();
        let progress = experiment.step()?.with_context(|| format!("Part {part} ended without a result"))?;
        experiment.add_secs(&progress, start.elapsed().as_secs_f64());
        note(experiment, &progress);
        if matches!(progress, Progress::PartDone { .. }) {
            return experiment.result(part).cloned().ok_or_else(|| anyhow!("Part {part} has no result"));
        }
    }
}

fn note(experiment: &Experiment, progress: &Progress) {
    if let Progress::Epoch { part, point, best_epoch } = progress {
        let plan = &experiment.parts()[*part];
        let label = if plan.label.is_empty() { String::new() } else { format!("{}: ", plan.label) };
        eprintln!(
            "{label}{} seed {} epoch {}: training {:.6}, validation {:.6}, best {best_epoch}",
            plan.model, plan.seed, point.epoch, point.train, point.validation
        );
    }
}

fn known_parts(whole: &Experiment, dataset: &Dataset, means: &Means) -> Result<Vec<(usize, PartResult)>> {
    let Some(folder) = &means.parts else { return Ok(Vec::new()) };
    std::fs::create_dir_all(folder).with_context(|| format!("Cannot make {}", folder.display()))?;
    let mut known = Vec::new();
    for part in 0..whole.parts().len() {
        let path = path_of(folder, whole, part, dataset);
        if let Ok(text) = std::fs::read_to_string(&path) {
            let result = PartResult::from_json(&text).with_context(|| format!("{} is not a part", path.display()))?;
            known.push((part, result));
        }
    }
    Ok(known)
}

fn keep(whole: &Experiment, part: usize, result: &PartResult, dataset: &Dataset, means: &Means) -> Result<()> {
    let Some(folder) = &means.parts else { return Ok(()) };
    let path = path_of(folder, whole, part, dataset);
    std::fs::write(&path, result.to_json()?).with_context(|| format!("Cannot write {}", path.display()))
}

/// A part is known by the version, the data and all that is asked of it; not by the other models and seeds.
fn path_of(folder: &Path, whole: &Experiment, part: usize, dataset: &Dataset) -> PathBuf {
    let plan = &whole.parts()[part];
    let files: Vec<&str> = dataset.summary.files.iter().map(|file| file.sha256.as_str()).collect();
    let asked = whole.key_of(part);
    let key = loadstone::digest::sha256_of(&(env!("CARGO_PKG_VERSION"), &dataset.summary.name, files, asked));
    folder.join(format!("{}-{}-{}.json", plan.model, plan.seed, &key[..16]))
}
