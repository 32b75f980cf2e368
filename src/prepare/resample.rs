//! Irregular samples onto a regular grid (MODELS.md B.2, oracle F.8).
//!
//! [`linear`] draws a line to the next sample and so looks ahead by up to one sampling period; [`hold`] and [`delayed`]
//! use only what was known at the grid time.

/// A sample: time and value; times ascend.
pub type Sample = (f64, f64);

/// Linear interpolation between the two neighbouring samples; `None` outside the samples. Looks ahead.
pub fn linear(samples: &[Sample], at: f64) -> Option<f64> {
    let next = samples.partition_point(|&(time, _)| time < at);
    let &(later, value) = samples.get(next)?;
    if later == at {
        return Some(value);
    }
    let &(earlier, before) = samples.get(next.checked_sub(1)?)?;
    Some(before + (value - before) * (at - earlier) / (later - earlier))
}

/// The last sample at or before a time; `None` before the first.
pub fn hold(samples: &[Sample], at: f64) -> Option<f64> {
    let next = samples.partition_point(|&(time, _)| time <= at);
    samples.get(next.checked_sub(1)?).map(|&(_, value)| value)
}

/// The line between the last two samples, drawn one period late: at the last sample its value is that of the sample
/// before, one period later that of the last, and then it stays. `None` before the first sample.
pub fn delayed(samples: &[Sample], at: f64) -> Option<f64> {
    let next = samples.partition_point(|&(time, _)| time <= at);
    let &(later, value) = samples.get(next.checked_sub(1)?)?;
    let Some(&(earlier, before)) = next.checked_sub(2).and_then(|idx| samples.get(idx)) else { return Some(value) };
    let period = later - earlier;
    if at - later >= period {
        return Some(value);
    }
    Some(before + (value - before) * (at - later) / period)
}

/// Rates of a cumulative counter between neighbouring samples, at the later time; `None` where the counter fell
/// (a restart) or time stood still.
pub fn counter_rates(samples: &[Sample]) -> Vec<(f64, Option<f64>)> {
    let rate = |pair: &[Sample]| {
        let ((earlier, before), (later, after)) = (pair[0], pair[1]);
        let valid = after >= before && later > earlier;
        (later, valid.then(|| (after - before) / (later - earlier)))
    };
    samples.windows(2).map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_invented_outside_the_samples() {
        let samples = [(1.0, 2.0), (3.0, 4.0)];
        assert_eq!((linear(&samples, 0.5), linear(&samples, 3.5)), (None, None));
        assert_eq!((hold(&samples, 0.5), hold(&samples, 9.0)), (None, Some(4.0)));
        assert_eq!((linear(&[], 0.0), hold(&[], 0.0)), (None, None));
    }

    #[test]
    fn hold_never_looks_ahead_and_linear_does() {
        let (now, changed) = ([(0.0, 1.0), (5.0, 2.0)], [(0.0, 1.0), (5.0, 9.0)]);
        assert_eq!(hold(&now, 4.0), hold(&changed, 4.0));
        assert_ne!(linear(&now, 4.0), linear(&changed, 4.0));
    }

    #[test]
    fn a_delayed_line_arrives_one_period_late_and_stays() {
        let samples = [(0.0, 10.0), (4.0, 20.0), (9.0, 0.0)];
        let line: Vec<Option<f64>> = [-1.0, 3.0, 4.0, 6.0, 8.0, 9.0, 14.0, 99.0].map(|at| delayed(&samples, at)).into();
        let wanted = [None, Some(10.0), Some(10.0), Some(15.0), Some(20.0), Some(20.0), Some(0.0), Some(0.0)];
        assert_eq!(line, wanted);
    }

    #[test]
    fn a_restart_has_no_rate() {
        assert_eq!(counter_rates(&[(0.0, 5.0), (1.0, 1.0)]), [(1.0, None)]);
    }
}
