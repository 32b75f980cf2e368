//! Saved models: written after a run, scored without one.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use loadstone::experiment::{Experiment, ModelFile};

/// Writes the trained models of a finished run.
pub(crate) fn save(whole: &Experiment, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("Cannot make {}", folder.display()))?;
    for file in whole.model_files()? {
        let path = folder.join(file.file_name());
        std::fs::write(&path, file.to_bytes()?).with_context(|| format!("Cannot write {}", path.display()))?;
        eprintln!("{}", path.display());
    }
    Ok(())
}

/// Scores a saved model and prints its table.
pub(crate) fn score(args: &[&str]) -> Result<ExitCode> {
    let (out, args) = super::take_out(args)?;
    let (path, files) = args.split_first().context(super::USAGE)?;
    ModelFile::check_size(std::fs::metadata(path).map_or(0, |found| found.len()))?;
    let bytes = std::fs::read(path).with_context(|| format!("Cannot read {path}"))?;
    let file = ModelFile::from_bytes(&bytes)?;
    let dataset = super::open(files, &file.about.config.data)?;
    let mut experiment = Experiment::of_model(Arc::new(dataset), file)?;
    let mut start = Instant::now();
    while let Some(progress) = experiment.step()? {
        experiment.add_secs(&progress, start.elapsed().as_secs_f64());
        start = Instant::now();
    }
    let report = experiment.report().context("Nothing was finished")?;
    if out.is_some() {
        super::write_report(&report, out)?;
    }
    super::print_table(&report);
    Ok(ExitCode::SUCCESS)
}
