//! The Hampel rule: a value far from the median of its recent past is an outlier (MODELS.md A.3, step 5).

/// Bins of the trailing window, the judged one included.
const WINDOW: usize = 11;
/// Fewest observed values for a judgement.
const MIN_OBSERVED: usize = 5;
/// Makes the median absolute deviation of normal values equal their standard deviation.
const MAD_TO_SD: f32 = 1.4826;
/// Deviations from which a value is an outlier.
const N_DEVIATIONS: f32 = 3.0;

/// Replaces outliers by NaN and counts them.
///
/// Each value is judged by the raw values before it, so no judgement depends on another or on the future.
/// Where the deviation is 0 (a counter that rests at one whole per cent) there is no scale to judge by, and the value
/// is kept.
pub(crate) fn remove_outliers(series: &mut [f32]) -> u64 {
    let raw = series.to_vec();
    let mut n_removed = 0;
    for (bin, value) in series.iter_mut().enumerate() {
        if is_outlier(&raw[(bin + 1).saturating_sub(WINDOW)..=bin]) {
            *value = f32::NAN;
            n_removed += 1;
        }
    }
    n_removed
}

/// Whether the last value of a window is an outlier.
fn is_outlier(window: &[f32]) -> bool {
    let last = window[window.len() - 1];
    let mut buffer = [0.0; WINDOW];
    let mut n = 0;
    for &value in window.iter().filter(|value| !value.is_nan()) {
        buffer[n] = value;
        n += 1;
    }
    if last.is_nan() || n < MIN_OBSERVED {
        return false;
    }
    let median = median_of(&mut buffer[..n]);
    buffer[..n].iter_mut().for_each(|value| *value = (*value - median).abs());
    let deviation = median_of(&mut buffer[..n]);
    deviation > 0.0 && (last - median).abs() > N_DEVIATIONS * MAD_TO_SD * deviation
}

/// The median of at least one number; sorts them.
fn median_of(values: &mut [f32]) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let n = values.len();
    (values[(n - 1) / 2] + values[n / 2]) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_an_outlier() {
        // MODELS.md F.8: median 1.1, MAD 0.1, cut 0.44478, |9 - 1.1| = 7.9.
        let mut series = [1.0, 1.2, 0.9, 1.1, 9.0];
        assert_eq!(remove_outliers(&mut series), 1);
        assert!(series[4].is_nan() && series[..4] == [1.0, 1.2, 0.9, 1.1]);
        // Just inside and just outside of the cut.
        let mut inside = [1.0, 1.2, 0.9, 1.1, 1.54];
        assert_eq!(remove_outliers(&mut inside), 0);
        let mut outside = [1.0, 1.2, 0.9, 1.1, 1.55];
        assert_eq!(remove_outliers(&mut outside), 1);
    }

    #[test]
    fn a_constant_past_or_a_short_one_judges_nothing() {
        assert_eq!(remove_outliers(&mut [2.0, 2.0, 2.0, 2.0, 2.0, 3.0]), 0);
        assert_eq!(remove_outliers(&mut [1.0, 1.2, 0.9, 9.0]), 0);
        assert_eq!(remove_outliers(&mut [1.0, f32::NAN, 1.2, 0.9, 9.0]), 0);
    }
}
