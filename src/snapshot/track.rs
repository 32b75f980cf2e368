//! The samples of each instance on one clock: milliseconds since the start of the run.

use std::collections::BTreeMap;

use crate::config::SnapshotConfig;
use crate::data::{Dataset, Series};
use crate::prepare::{Sample, remove_outliers};

/// Samples of one instance, ordered by time.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// Times and values to resample, in the unit in which errors are measured; one per time.
    pub(super) samples: Vec<Sample>,
    /// When samples were received, outliers included.
    pub(super) received: Vec<i64>,
}

/// Samples of all instances.
#[derive(Debug)]
pub(super) struct Tracks {
    /// The second in which the first sample of all was received.
    pub(super) start_millis: i64,
    /// From the start to one period behind the last sample.
    pub(super) length_millis: i64,
    /// Distance of two samples.
    pub(super) period_millis: i64,
    /// One per instance.
    pub(super) tracks: Vec<Track>,
    /// Samples that the Hampel rule took out.
    pub(super) n_outliers: u64,
}

impl Tracks {
    /// The samples of one metric; `None` if there is none.
    pub(super) fn new(dataset: &Dataset, metric: usize, config: &SnapshotConfig) -> Option<Self> {
        let of_metric: Vec<&Series> =
            dataset.system.recording.iter().filter(|series| series.metric as usize == metric).collect();
        let first = of_metric.iter().filter_map(|series| series.at_millis.first()).min()?;
        let last = of_metric.iter().filter_map(|series| series.at_millis.last()).max()?;
        let start_millis = first.saturating_sub(first.rem_euclid(1000));
        let period_millis = config.period_millis.map_or_else(|| middle_gap(&of_metric), i64::from).max(1);
        // A length that does not fit is too long for any grid.
        let length_millis = last.saturating_sub(start_millis).saturating_add(period_millis);
        let unit = dataset.metrics[metric].unit;
        let mut tracks: Vec<Track> = (0..dataset.n_nodes()).map(|_| Track::default()).collect();
        let mut n_outliers = 0;
        for series in of_metric {
            let Some(track) = tracks.get_mut(series.node as usize) else { continue };
            let mut values: Vec<f32> = series.values.iter().map(|&value| unit.to_unit(value)).collect();
            if config.hampel {
                n_outliers += remove_outliers(&mut values);
            }
            for (at_millis, value) in series.at_millis.iter().zip(values) {
                track.push(at_millis.saturating_sub(start_millis), value);
            }
        }
        Some(Self { start_millis, length_millis, period_millis, tracks, n_outliers })
    }
}

impl Track {
    /// Of two samples of one time the later one counts.
    fn push(&mut self, at: i64, value: f32) {
        if self.received.last() != Some(&at) {
            self.received.push(at);
        }
        if !value.is_finite() {
            return;
        }
        // Milliseconds of a run are far below 2⁵³.
        let sample = (at as f64, f64::from(value));
        match self.samples.last_mut() {
            Some(last) if last.0 == sample.0 => *last = sample,
            _ => self.samples.push(sample),
        }
    }
}

/// Middle distance of two samples of a series, over all series; 5 s if no series has two.
fn middle_gap(series: &[&Series]) -> i64 {
    let mut n_by_gap: BTreeMap<i64, u64> = BTreeMap::new();
    for pair in series.iter().flat_map(|series| series.at_millis.windows(2)) {
        let gap = pair[1].saturating_sub(pair[0]);
        if gap > 0 {
            *n_by_gap.entry(gap).or_default() += 1;
        }
    }
    let n_gaps: u64 = n_by_gap.values().sum();
    let mut n_below = 0;
    let middle = n_by_gap.into_iter().find_map(|(gap, n)| {
        n_below += n;
        (2 * n_below >= n_gaps).then_some(gap)
    });
    middle.unwrap_or(5000)
}
