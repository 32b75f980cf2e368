//! The hierarchical snapshot graphs of a data set: cut from its samples, or as they were stored.

use std::sync::Arc;

use super::around::{Around, last_calls};
use crate::config::SnapshotConfig;
use crate::data::Dataset;
use crate::snapshot::{
    Layer, Scaling, SnapshotDocument, SnapshotError, SnapshotHeader, SnapshotRecord, SnapshotSeries, SnapshotView,
};

/// All snapshots, one of which is shown.
#[derive(Debug)]
pub(super) enum Snapshots {
    /// Cut from the samples.
    Cut {
        series: Box<SnapshotSeries>,
        header: Box<SnapshotHeader>,
        /// Fitted on the whole trace: this is for looking at, and says so on the page; no model sees it.
        scaling: Scaling,
    },
    /// Read from a document.
    Stored(Arc<SnapshotDocument>),
}

impl Snapshots {
    /// `None` where the data hold neither snapshots nor instances with samples of their own.
    pub(super) fn of(dataset: &Dataset) -> Option<Self> {
        if let Some(stored) = &dataset.system.snapshots {
            return Some(Self::Stored(Arc::clone(stored)));
        }
        let (series, scaling) = scaled_series(dataset, true).ok()?;
        Some(Self::Cut { header: Box::new(SnapshotHeader::of(&series)), series: Box::new(series), scaling })
    }

    /// The snapshot of a bin, from its start. What is cut has begun by the start of the bin; what is stored has a bin for
    /// each snapshot, and begins within it.
    pub(super) fn at(&self, dataset: &Dataset, at_secs: i64) -> Option<SnapshotView> {
        let start_millis = at_secs.saturating_mul(1000);
        match self {
            Self::Cut { series, header, scaling } => {
                let number = begun(series.n_snapshots(), |snapshot| series.at_millis(snapshot) <= start_millis)?;
                let calls = last_calls(dataset, series, series.at_millis(number));
                let view = SnapshotView::of(header, &SnapshotRecord::of(series, number, scaling), true);
                Some(SnapshotView { calls, ..view })
            }
            Self::Stored(document) => {
                let end_millis = start_millis.saturating_add(1000 * i64::from(dataset.grid_secs));
                let snapshots = &document.snapshots;
                let number = begun(snapshots.len(), |snapshot| snapshots[snapshot].at_millis < end_millis)?;
                Some(SnapshotView::of(&document.header, &snapshots[number], false))
            }
        }
    }

    /// What one instance did about the start of a bin, of which the snapshot is shown; nothing is known of it where snapshots
    /// were stored.
    pub(super) fn around(&self, dataset: &Dataset, at_secs: i64, shown: &SnapshotView) -> Option<Around> {
        let Self::Cut { series, .. } = self else { return None };
        Around::of(dataset, series, at_secs.saturating_mul(1000), highest(shown)?)
    }
}

/// The instance with the highest value.
fn highest(view: &SnapshotView) -> Option<usize> {
    let instances = view.nodes.iter().filter(|node| node.layer == Layer::Instance);
    instances.enumerate().max_by(|(_, a), (_, b)| a.value.total_cmp(&b.value)).map(|(number, _)| number)
}

/// The last of `n` snapshots in the order of time that has begun.
fn begun(n: usize, has_begun: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if has_begun(middle) { low = middle + 1 } else { high = middle }
    }
    low.checked_sub(1)
}

/// All snapshots of a data set as one JSON document, with features, edges and labels; stored ones as they were read.
///
/// # Errors
/// When the data hold no instances with samples of their own, or the document would be too large.
pub fn snapshot_document(dataset: &Dataset) -> Result<String, SnapshotError> {
    if let Some(stored) = &dataset.system.snapshots {
        return Ok(stored.to_json());
    }
    let (series, scaling) = scaled_series(dataset, false)?;
    Ok(SnapshotDocument::of(&series, &scaling)?.to_json())
}

/// All snapshots of a data set, with a scale of the whole trace.
pub(super) fn scaled_series(dataset: &Dataset, is_scaled: bool) -> Result<(SnapshotSeries, Scaling), SnapshotError> {
    let series = SnapshotSeries::build(dataset, &snapshot_config(dataset))?;
    let all: Vec<usize> = (0..series.n_snapshots()).collect();
    let scaling = series.fit_scaling(&all, is_scaled);
    Ok((series, scaling))
}

/// Five slices of a second where samples are a few seconds apart, one slice per sample where they are rarer.
fn snapshot_config(dataset: &Dataset) -> SnapshotConfig {
    let default = SnapshotConfig::default();
    if dataset.grid_secs <= default.window_secs {
        return default;
    }
    let secs = dataset.grid_secs;
    SnapshotConfig {
        delta_millis: secs.saturating_mul(1000),
        window_secs: secs,
        block_secs: secs.saturating_mul(10),
        crash_after_secs: secs.saturating_mul(3),
        ..default
    }
}

#[cfg(test)]
mod tests {
    use super::begun;

    #[test]
    fn the_last_one_that_has_begun_is_shown() {
        for n in 0..9 {
            for n_begun in 0..=n {
                assert_eq!(begun(n, |snapshot| snapshot < n_begun), n_begun.checked_sub(1));
            }
        }
    }
}
