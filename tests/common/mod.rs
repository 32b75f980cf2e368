//! Helpers of the integration tests.
#![allow(dead_code, reason = "each test crate uses some of them")]

use std::path::PathBuf;

use loadstone::config::{Checked, DataConfig, PrepareConfig, RunConfig, preset};
use loadstone::data::{DataError, Dataset, DatasetSummary, Ingest, Metric, System, Unit};

/// Reads one file given in pieces.
pub(crate) fn read_chunks<'a>(
    config: &DataConfig,
    name: &str,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Dataset, DataError> {
    let mut ingest = Ingest::new(config);
    ingest.begin_file(name);
    for chunk in chunks {
        ingest.push(chunk)?;
    }
    ingest.end_file()?;
    ingest.finish()
}

/// Reads one file in one piece.
pub(crate) fn read(config: &DataConfig, bytes: &[u8]) -> Result<Dataset, DataError> {
    read_chunks(config, "t.csv", [bytes])
}

/// Values with NaN comparable.
pub(crate) fn bits(dataset: &Dataset) -> Vec<u32> {
    dataset.values.iter().map(|value| value.to_bits()).collect()
}

/// A file of the shared research data, or `None` with a line that says which test was skipped.
pub(crate) fn real_file(test: &str, path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("LOADSTONE_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = root.join(path);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {test}: {} is not there", path.display());
    }
    bytes
}

/// A checked config: the smallest preset, inputs as percent / 100, with some settings changed.
pub(crate) fn config(change: impl FnOnce(&mut RunConfig)) -> Checked {
    let mut config = preset("quick").expect("a preset").config;
    config.prepare = PrepareConfig::default();
    change(&mut config);
    config.check().expect("settings in range")
}

/// A data set of shape `[T, N, F]` in per cent.
pub(crate) fn dataset(metrics: &[&str], n_nodes: usize, grid_secs: u32, values: Vec<f32>) -> Dataset {
    let nodes: Vec<String> = (0..n_nodes).map(|node| format!("m_{node}")).collect();
    let metrics: Vec<Metric> =
        metrics.iter().map(|&id| Metric { id: id.into(), label: id.into(), unit: Unit::Percent }).collect();
    let n_bins = values.len() / (n_nodes * metrics.len());
    let summary = DatasetSummary {
        name: "test".into(),
        format: "test".into(),
        synthetic: true,
        files: Vec::new(),
        nodes: nodes.clone(),
        metrics: metrics.clone(),
        n_rows: 0,
        n_bins,
        grid_secs,
        grid_reason: "given".into(),
        start_secs: 0,
        missing_share: 0.0,
        n_relations: 0,
        system: Default::default(),
        level: Default::default(),
        tables: Vec::new(),
        findings: Vec::new(),
        coverage: Default::default(),
    };
    Dataset {
        nodes,
        metrics,
        grid_secs,
        start_secs: 0,
        n_bins,
        values,
        relations: Vec::new(),
        system: System::default(),
        summary,
    }
}
