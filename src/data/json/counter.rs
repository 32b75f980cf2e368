//! One series as it was reported: counters become rates, and its quality is measured.

use std::cmp::Ordering;

/// What is known of the quality of a series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Quality {
    /// Times at which a counter fell.
    pub(super) n_resets: u64,
    /// Distances between samples of more than three median distances.
    pub(super) n_gaps: u64,
    /// The longest of them, in milliseconds.
    pub(super) longest_gap_millis: i64,
    /// All of at least two samples are equal.
    pub(super) is_constant: bool,
    /// A counter with one sample.
    pub(super) is_single: bool,
}

/// Samples of a series by time: milliseconds and value.
pub(super) type Raw = Vec<(i64, f64)>;

/// Sorts samples by time, which they are unless the file was edited.
pub(super) fn sort(raw: &mut Raw) {
    raw.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
}

/// Quality of a sorted series.
pub(super) fn quality(raw: &Raw, is_counter: bool) -> Quality {
    let mut gaps: Vec<i64> = raw.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let n_resets = raw.windows(2).filter(|pair| is_counter && pair[1].1 < pair[0].1).count() as u64;
    gaps.sort_unstable();
    let median = gaps.get(gaps.len().saturating_sub(1) / 2).copied().unwrap_or(0);
    let n_gaps = gaps.iter().filter(|&&gap| gap > 3 * median).count() as u64;
    let longest_gap_millis = if n_gaps > 0 { gaps.last().copied().unwrap_or(0) } else { 0 };
    let is_constant = raw.len() > 1 && raw.windows(2).all(|pair| pair[0].1.total_cmp(&pair[1].1) == Ordering::Equal);
    Quality { n_resets, n_gaps, longest_gap_millis, is_constant, is_single: is_counter && raw.len() == 1 }
}

/// Rates per second of a sorted counter, each at the middle of its two samples (MODELS.md, B.2).
///
/// A counter that falls was restarted: no rate, or that of a counter which restarted at 0.
pub(super) fn rates(raw: &Raw, restarts_at_zero: bool) -> impl Iterator<Item = (i64, f64)> {
    raw.windows(2).filter_map(move |pair| {
        let [(from, before), (until, after)] = [pair[0], pair[1]];
        let has_restarted = after < before;
        let is_known = until > from && (!has_restarted || restarts_at_zero && after >= 0.0);
        let increase = if has_restarted { after } else { after - before };
        // Time stamps are at most 10¹⁴ ms.
        is_known.then(|| ((from + until).div_euclid(2), increase / ((until - from) as f64 / 1000.0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oracle_f8() {
        let raw = vec![(0, 100.0), (5000, 101.5), (10_000, 101.5), (14_000, 102.3)];
        let found: Vec<(i64, f64)> = rates(&raw, false).collect();
        assert_eq!(found.iter().map(|rate| rate.0).collect::<Vec<_>>(), [2500, 7500, 12_000]);
        for ((_, rate), expected) in found.iter().zip([0.3, 0.0, 0.2]) {
            assert!((rate - expected).abs() < 1e-12, "{rate} is not {expected}");
        }
    }

    #[test]
    fn a_restart_gives_no_rate_and_is_counted() {
        let raw = vec![(0, 5.0), (1000, 6.0), (2000, 0.5), (3000, 1.0)];
        assert_eq!(rates(&raw, false).collect::<Vec<_>>(), [(500, 1.0), (2500, 0.5)]);
        assert_eq!(rates(&raw, true).collect::<Vec<_>>(), [(500, 1.0), (1500, 0.5), (2500, 0.5)]);
        assert_eq!(quality(&raw, true).n_resets, 1);
        assert_eq!(quality(&raw, false).n_resets, 0);
    }

    #[test]
    fn gaps_are_measured_against_the_median() {
        let raw: Raw = [0, 5, 10, 15, 30, 46].map(|secs| (secs * 1000, 1.0)).into();
        let found = quality(&raw, true);
        assert_eq!((found.n_gaps, found.longest_gap_millis, found.is_constant), (1, 16_000, true));
        assert_eq!(quality(&vec![(0, 1.0)], true), Quality { is_single: true, ..Quality::default() });
        assert_eq!(quality(&Vec::new(), true), Quality::default());
    }
}
