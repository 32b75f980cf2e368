//! Irregular samples onto slices of a regular grid (MODELS.md B.2).

use super::error::SnapshotError;
use super::track::{Track, Tracks};
use crate::config::{Resampling, SnapshotConfig};
use crate::prepare::{delayed, hold, linear};

/// Most slices of all instances together: 5 bytes each.
const MAX_VALUES: usize = 40_000_000;
/// Periods of silence that are no crash: one sample may be late, and one lost.
const MIN_SILENT_PERIODS: i64 = 3;

/// Values of all instances on one grid.
///
/// In the causal modes, a slice knows the samples up to its time and nothing later.
#[derive(Debug, Clone, PartialEq)]
pub struct Slices {
    /// Time of the first slice, on the clock of the data.
    pub start_millis: i64,
    /// `δ`: distance of two slices.
    pub delta_millis: i64,
    /// Slices of each instance, a whole number of snapshots.
    pub n: usize,
    /// Values, `[I, n]`, instance by instance; NaN before an instance's first sample.
    pub values: Vec<f32>,
    /// Whether the instance is taken as crashed, `[I, n]`.
    pub crashed: Vec<bool>,
    /// Samples that the Hampel rule took out.
    pub n_outliers: u64,
}

impl Slices {
    pub(super) fn new(tracks: &Tracks, config: &SnapshotConfig) -> Result<Self, SnapshotError> {
        let delta = i64::from(config.delta_millis);
        let n = whole_snapshots(tracks, config)?;
        let n_values = n.saturating_mul(tracks.tracks.len().max(1));
        if n_values > MAX_VALUES {
            return Err(SnapshotError::TooLarge {
                what: "This recording",
                needed: n_values.to_string(),
                limit: MAX_VALUES,
                advice: "choose a shorter recording or a larger snapshot.delta_millis",
            });
        }
        let reports = Reports::new(tracks, config, n);
        let mut slices = Self {
            start_millis: tracks.start_millis,
            delta_millis: delta,
            n,
            values: Vec::with_capacity(n_values),
            crashed: Vec::with_capacity(n_values),
            n_outliers: tracks.n_outliers,
        };
        for track in &tracks.tracks {
            slices.push(track, &reports, config);
        }
        Ok(slices)
    }

    fn push(&mut self, track: &Track, reports: &Reports, config: &SnapshotConfig) {
        let per_snapshot = config.n_slices().max(1);
        for slice in 0..self.n {
            let is_crashed = config.crash_as_zero && reports.is_silent(track, slice, config.mode);
            let drawn = if config.hold { slice - slice % per_snapshot } else { slice };
            let at = drawn as f64 * self.delta_millis as f64;
            let value = value_at(track, at, config.mode).map_or(f32::NAN, |value| value as f32);
            self.values.push(if is_crashed { 0.0 } else { value });
            self.crashed.push(is_crashed);
        }
    }

    /// One instance's value in a slice.
    pub fn at(&self, instance: usize, slice: usize) -> f32 {
        self.values[instance * self.n + slice]
    }
}

/// Slices of whole snapshots.
fn whole_snapshots(tracks: &Tracks, config: &SnapshotConfig) -> Result<usize, SnapshotError> {
    let window = 1000 * i64::from(config.window_secs);
    let n_snapshots = tracks.length_millis / window;
    if n_snapshots < 1 {
        return Err(SnapshotError::TooShort { found_millis: tracks.length_millis, needed_millis: window });
    }
    Ok(usize::try_from(n_snapshots).unwrap_or(usize::MAX).saturating_mul(config.n_slices()))
}

/// The value of a track at a time; beyond the last sample the paper's mode keeps that one.
fn value_at(track: &Track, at: f64, mode: Resampling) -> Option<f64> {
    match mode {
        Resampling::Causal => hold(&track.samples, at),
        Resampling::Delayed => delayed(&track.samples, at),
        Resampling::Paper => linear(&track.samples, at).or_else(|| hold(&track.samples, at)),
    }
}

/// Who reported when.
struct Reports {
    delta_millis: i64,
    silent_millis: i64,
    /// Samples of all instances in slices before each one, one longer than the slices.
    n_before: Vec<u64>,
}

impl Reports {
    fn new(tracks: &Tracks, config: &SnapshotConfig, n_slices: usize) -> Self {
        let delta_millis = i64::from(config.delta_millis);
        let mut n_in = vec![0_u64; n_slices];
        for at in tracks.tracks.iter().flat_map(|track| &track.received) {
            // The first slice that knows the sample.
            let slice = usize::try_from((at + delta_millis - 1) / delta_millis).unwrap_or(usize::MAX);
            n_in.get_mut(slice).into_iter().for_each(|n| *n += 1);
        }
        let mut n_before = vec![0];
        let mut sum = 0;
        n_before.extend(n_in.into_iter().map(|n| {
            sum += n;
            sum
        }));
        let least = MIN_SILENT_PERIODS.saturating_mul(tracks.period_millis);
        let silent_millis = (1000 * i64::from(config.crash_after_secs)).max(least);
        Self { delta_millis, silent_millis, n_before }
    }

    /// Whether an instance has reported, has not done so for a while, and others have. The paper's mode, which looks
    /// ahead in any case, asks as well whether it never reports again.
    fn is_silent(&self, track: &Track, slice: usize, mode: Resampling) -> bool {
        let now = slice as i64 * self.delta_millis;
        let n_known = track.received.partition_point(|&at| at <= now);
        let Some(&last) = n_known.checked_sub(1).and_then(|idx| track.received.get(idx)) else { return false };
        let is_over = mode != Resampling::Paper || n_known == track.received.len();
        is_over && now - last >= self.silent_millis && self.is_scraping(slice)
    }

    /// Whether anything was received within the time of silence. That is not the silent instance itself.
    fn is_scraping(&self, slice: usize) -> bool {
        let back = usize::try_from(self.silent_millis / self.delta_millis).unwrap_or(usize::MAX).max(1);
        self.n_before[slice + 1] > self.n_before[(slice + 1).saturating_sub(back)]
    }
}

#[cfg(test)]
pub(super) use tests::recorded;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::{Dataset, Series, Unit};
    use crate::sandbox::simulate;

    /// A recording of one metric, in cores.
    pub(in super::super) fn recorded(series: &[&[(i64, f32)]]) -> Dataset {
        let mut dataset = simulate("sample").expect("a scenario");
        dataset.nodes = (0..series.len()).map(|node| format!("pod-{node}")).collect();
        dataset.metrics.truncate(1);
        dataset.metrics[0].unit = Unit::Cores;
        dataset.system.recording = series
            .iter()
            .enumerate()
            .filter(|(_, samples)| !samples.is_empty())
            .map(|(node, samples)| {
                let (at_millis, values) = samples.iter().copied().unzip();
                Series { node: node as u32, metric: 0, at_millis, values }
            })
            .collect();
        dataset
    }

    fn slices(series: &[&[(i64, f32)]], config: &SnapshotConfig) -> Slices {
        let tracks = Tracks::new(&recorded(series), 0, config).expect("samples");
        Slices::new(&tracks, config).expect("long enough")
    }

    const RAW: [(i64, f32); 4] = [(0, 10.0), (5200, 20.0), (9800, 12.0), (15_100, 12.0)];

    // MODELS.md F.8.
    #[test]
    fn the_published_example_in_all_modes() {
        let of = |mode: Resampling| {
            slices(&[&RAW], &SnapshotConfig { mode, ..SnapshotConfig::default() }).values[..10].to_vec()
        };
        let linear =
            [10.0, 11.923077, 13.846154, 15.769231, 17.692308, 19.615385, 18.608696, 16.869565, 15.130435, 13.391304];
        assert!(of(Resampling::Paper).iter().zip(linear).all(|(a, b): (&f32, f32)| (a - b).abs() < 1e-5));
        assert_eq!(of(Resampling::Causal), [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 20.0, 20.0, 20.0, 20.0]);
        let delayed = of(Resampling::Delayed);
        assert_eq!(delayed[..6], [10.0; 6]);
        assert!((delayed[6] - (10.0 + 10.0 * 0.8 / 5.2)).abs() < 1e-5);
    }

    #[test]
    fn four_hours_of_samples_make_whole_snapshots_on_every_grid() {
        let samples: Vec<(i64, f32)> = (0..2880).map(|k| (5000 * k, k as f32)).collect();
        for (delta_millis, n) in [(5000, 2880), (1000, 14_400), (500, 28_800)] {
            let config = SnapshotConfig { delta_millis, ..SnapshotConfig::default() };
            assert_eq!(slices(&[&samples], &config).n, n);
        }
    }

    #[test]
    fn the_control_repeats_the_first_slice() {
        let config = SnapshotConfig { hold: true, mode: Resampling::Paper, ..SnapshotConfig::default() };
        let held = slices(&[&RAW], &config).values;
        assert_eq!(held[..5], [10.0; 5]);
        assert!(held[5..10].iter().all(|value| *value == held[5]) && (held[5] - 19.615_385).abs() < 1e-5);
    }

    #[test]
    fn a_silent_instance_uses_nothing_after_a_while_if_others_go_on() {
        let other: Vec<(i64, f32)> = (0..12).map(|k| (5000 * k, 1.0)).collect();
        let silent = [(0, 3.0), (5000, 3.0)];
        let back = [(0, 3.0), (5000, 3.0), (40_000, 3.0)];
        let zeros = |series: &[(i64, f32)], mode: Resampling, crash_as_zero: bool| {
            let config = SnapshotConfig { mode, crash_as_zero, ..SnapshotConfig::default() };
            let slices = slices(&[series, &other], &config);
            (0..slices.n).filter(|&slice| slices.at(0, slice) == 0.0 && slices.crashed[slice]).collect::<Vec<_>>()
        };
        assert_eq!(zeros(&silent, Resampling::Causal, true), (20..60).collect::<Vec<_>>());
        assert_eq!(zeros(&back, Resampling::Causal, true), (20..40).chain(55..60).collect::<Vec<_>>());
        assert_eq!(zeros(&back, Resampling::Paper, true), (55..60).collect::<Vec<_>>());
        assert_eq!(zeros(&silent, Resampling::Causal, false), [0; 0]);
    }

    #[test]
    fn without_any_report_nobody_has_crashed() {
        let pause = [(0, 1.0), (5000, 1.0), (60_000, 1.0), (65_000, 1.0)];
        let slices = slices(&[&pause, &pause], &SnapshotConfig::default());
        assert!(!slices.crashed.contains(&true));
    }

    #[test]
    fn nothing_is_known_before_the_first_sample() {
        let slices = slices(&[&RAW, &[(7000, 1.0), (12_000, 1.0)]], &SnapshotConfig::default());
        assert!((0..7).all(|slice| slices.at(1, slice).is_nan()) && slices.at(1, 7) == 1.0);
    }

    proptest! {
        #[test]
        fn changed_later_samples_leave_earlier_causal_slices_unchanged(
            gaps in proptest::collection::vec(2600_i64..9000, 12..40),
            lost in proptest::collection::vec(any::<bool>(), 40),
            later in proptest::collection::vec(-50_f32..50.0, 40),
            cut_secs in 1_i64..60,
            delayed: bool,
            hold: bool,
            hampel: bool,
            grid in 0_usize..3,
        ) {
            let mut at = 0;
            let base: Vec<(i64, f32)> = gaps.iter().enumerate().map(|(k, gap)| {
                at += gap;
                (at - gaps[0], (k % 7) as f32)
            }).collect();
            let end = base[base.len() - 1].0;
            // The other series marks start and end of the run; the length of a recording is no secret.
            let steady: Vec<(i64, f32)> = (0..=end / 5000).map(|k| (5000 * k, 1.0)).chain([(end, 1.0)]).collect();
            let cut = 1000 * cut_secs;
            let changed: Vec<(i64, f32)> = base.iter().zip(&lost).zip(&later)
                .filter(|((sample, lost), _)| sample.0 <= cut || !**lost)
                .map(|((sample, _), later)| if sample.0 <= cut { *sample } else { (sample.0, *later) })
                .collect();
            let config = SnapshotConfig {
                delta_millis: [5000, 1000, 500][grid],
                mode: if delayed { Resampling::Delayed } else { Resampling::Causal },
                period_millis: Some(5000),
                hold,
                hampel,
                ..SnapshotConfig::default()
            };
            let (before, after) = (slices(&[&base, &steady], &config), slices(&[&changed, &steady], &config));
            prop_assert_eq!(before.n, after.n);
            for slice in (0..before.n).filter(|&slice| slice as i64 * before.delta_millis <= cut) {
                prop_assert_eq!(before.at(0, slice).to_bits(), after.at(0, slice).to_bits());
                prop_assert_eq!(before.crashed[slice], after.crashed[slice]);
            }
        }
    }
}
