//! Tables written by hand, read through the same door as files.

use crate::config::DataConfig;
use crate::data::{DataError, Dataset, Ingest};

/// Usage of two machines, so that scheduling records have nodes.
pub(super) const MACHINES: &str = "m_1,0,41,92,,,43.04,33.08,5\nm_2,0,10,20,,,1,1,1\n";

pub(super) fn try_read(config: &DataConfig, files: &[&str]) -> Result<Dataset, DataError> {
    let mut ingest = Ingest::new(config);
    for (idx, text) in files.iter().enumerate() {
        ingest.begin_file(&format!("{idx}.csv"));
        ingest.push(text.as_bytes())?;
        ingest.end_file()?;
    }
    ingest.finish()
}

#[track_caller]
pub(super) fn read(files: &[&str]) -> Dataset {
    try_read(&DataConfig::default(), files).expect("a data set")
}

/// How often something was found; 0 if never.
pub(super) fn found(dataset: &Dataset, id: &str) -> u64 {
    dataset.summary.findings.iter().filter(|finding| finding.id == id).map(|finding| finding.count).sum()
}

pub(super) fn metric_ids(dataset: &Dataset) -> Vec<&str> {
    dataset.metrics.iter().map(|metric| metric.id.as_str()).collect()
}

/// All values of one bin, nodes after nodes.
pub(super) fn bin(dataset: &Dataset, bin: usize) -> &[f32] {
    let n = dataset.n_nodes() * dataset.n_metrics();
    &dataset.values[bin * n..(bin + 1) * n]
}
