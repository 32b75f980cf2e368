//! Ticks in 1-2-5 steps, decades and whole time units; one function serves the drawn and the written layer.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Steps of a time axis in seconds: whole parts of a minute, an hour and a day.
const TIME_STEPS: [i64; 20] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 5 * DAY];

/// The 1-2-5 step that cuts `span` into at most `most` pieces; 0 where there is no span to cut.
pub(super) fn step_125(span: f64, most: usize) -> f64 {
    if !(span.is_finite() && span > 0.0) || most == 0 {
        return 0.0;
    }
    let raw = span / most as f64;
    let decade = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * decade >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * decade
}

/// Multiples of a 1-2-5 step from `low` to `high`, at most `most + 1` of them.
pub(super) fn linear(low: f64, high: f64, most: usize) -> Vec<f64> {
    let step = step_125(high - low, most);
    if step == 0.0 {
        return if low.is_finite() { vec![low] } else { Vec::new() };
    }
    let slack = step * 1e-6;
    let first = ((low - slack) / step).ceil() as i64;
    let last = ((high + slack) / step).floor() as i64;
    (first..=last).map(|count| clean(count as f64 * step, step)).collect()
}

/// Removes the rounding tail of a multiple, so that 3 × 0.1 reads 0.3.
fn clean(value: f64, step: f64) -> f64 {
    let scale = 10f64.powf((1.0 - step.log10().floor()).clamp(0.0, 15.0));
    (value * scale).round() / scale
}

/// Whole numbers from `low` to `high` in 1-2-5 steps of at least 1, for epochs and counts.
pub(super) fn whole(low: usize, high: usize, most: usize) -> Vec<usize> {
    let step = step_125(high.saturating_sub(low) as f64, most).max(1.0) as usize;
    (low.div_ceil(step) * step..=high).step_by(step).filter(|&tick| tick > 0 || low == 0).collect()
}

/// Ticks of a logarithmic axis: decades, joined by their 2 and 5 folds where there are few.
pub(super) fn log(low: f64, high: f64, most: usize) -> Vec<f64> {
    if !(low > 0.0 && high.is_finite() && low <= high) {
        return Vec::new();
    }
    let decades = folds(low, high, &[1.0]);
    let all = folds(low, high, &[1.0, 2.0, 5.0]);
    let few = folds(low, high, &[1.0, 3.0]);
    let chosen = [all, few, decades].into_iter().find(|ticks| ticks.len() <= most.max(2));
    chosen.unwrap_or_else(|| every_nth_decade(low, high, most.max(2)))
}

fn folds(low: f64, high: f64, factors: &[f64]) -> Vec<f64> {
    let (first, last) = decade_range(low, high);
    let inside = |tick: &f64| *tick >= low * (1.0 - 1e-9) && *tick <= high * (1.0 + 1e-9);
    (first..=last)
        .flat_map(|power| factors.iter().map(move |factor| factor * power_of_ten(power)))
        .filter(inside)
        .collect()
}

fn every_nth_decade(low: f64, high: f64, most: usize) -> Vec<f64> {
    let decades = folds(low, high, &[1.0]);
    let stride = decades.len().div_ceil(most).max(1);
    decades.into_iter().step_by(stride).collect()
}

fn decade_range(low: f64, high: f64) -> (i32, i32) {
    (low.log10().floor() as i32, high.log10().ceil() as i32)
}

fn power_of_ten(power: i32) -> f64 {
    if power < 0 { 1.0 / 10f64.powi(-power) } else { 10f64.powi(power) }
}

/// Extends a range outwards to 1-2-5 multiples, so that an axis moves in few and readable steps.
pub(super) fn nice_range(low: f64, high: f64, most: usize) -> (f64, f64) {
    let step = step_125(high - low, most);
    if step == 0.0 {
        let pad = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
        return (low - pad, high + pad);
    }
    (clean((low / step + 1e-9).floor() * step, step), clean((high / step - 1e-9).ceil() * step, step))
}

/// Extends a positive range outwards to 1, 2 or 5 times a power of ten.
pub(super) fn nice_log_range(low: f64, high: f64) -> (f64, f64) {
    let (first, last) = decade_range(low, high);
    let marks: Vec<f64> =
        (first - 1..=last + 1).flat_map(|power| [1.0, 2.0, 5.0].map(|f| f * power_of_ten(power))).collect();
    let below = marks.iter().rev().find(|mark| **mark <= low * (1.0 + 1e-9));
    let above = marks.iter().find(|mark| **mark >= high * (1.0 - 1e-9));
    (below.copied().unwrap_or(low), above.copied().unwrap_or(high))
}

/// Ticks of a time axis at whole units, at most `most + 1`, and the step in seconds.
pub(super) fn time(low: i64, high: i64, most: usize) -> (Vec<i64>, i64) {
    let span = high.saturating_sub(low).max(1);
    let most = most.max(1) as i64;
    let step = TIME_STEPS.into_iter().find(|step| span / step <= most).unwrap_or_else(|| long_step(span, most));
    let first = low.div_euclid(step) * step;
    let ticks = (0..).map(|count| first + count * step).take_while(|tick| *tick <= high);
    (ticks.filter(|tick| *tick >= low).collect(), step)
}

fn long_step(span: i64, most: i64) -> i64 {
    (step_125(span as f64 / DAY as f64, most as usize).max(1.0) as i64).saturating_mul(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_ticks_are_multiples_of_1_2_or_5() {
        assert_eq!(linear(0.0, 100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(linear(0.0, 0.9, 4), [0.0, 0.5]);
        assert_eq!(linear(0.0, 0.31, 4), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(linear(-3.0, 3.0, 3), [-2.0, 0.0, 2.0]);
    }

    #[test]
    fn no_span_gives_one_tick_and_no_number_gives_none() {
        assert_eq!(linear(4.0, 4.0, 5), [4.0]);
        assert!(linear(f64::NAN, 1.0, 5).is_empty());
        assert!(log(0.0, 1.0, 4).is_empty());
    }

    #[test]
    fn never_more_than_asked_plus_one() {
        for most in 1..8 {
            for high in [0.003, 0.7, 1.0, 13.0, 99.0, 4321.0] {
                assert!(linear(0.0, high, most).len() <= most + 1, "{high} in {most}");
                assert!(log(high / 1e5, high, most).len() <= most.max(2), "{high} in {most}");
            }
        }
    }

    #[test]
    fn epochs_are_whole_and_start_after_zero() {
        assert_eq!(whole(1, 50, 5), [10, 20, 30, 40, 50]);
        assert_eq!(whole(1, 3, 6), [1, 2, 3]);
        assert_eq!(whole(1, 1, 6), [1]);
    }

    #[test]
    fn log_ticks_stand_at_decades_and_their_folds() {
        assert_eq!(log(0.01, 1.0, 3), [0.01, 0.1, 1.0]);
        assert_eq!(log(0.02, 0.6, 5), [0.02, 0.05, 0.1, 0.2, 0.5]);
    }

    #[test]
    fn ranges_grow_to_readable_ends() {
        assert_eq!(nice_range(0.013, 0.087, 4), (0.0, 0.1));
        assert_eq!(nice_log_range(0.0013, 0.42), (0.001, 0.5));
        assert_eq!(nice_range(2.0, 2.0, 4), (1.8, 2.2));
    }

    #[test]
    fn time_ticks_stand_at_whole_units() {
        assert_eq!(time(0, 4 * 3600, 4), (vec![0, 3600, 7200, 10_800, 14_400], 3600));
        assert_eq!(time(100, DAY, 4), (vec![21_600, 43_200, 64_800, DAY], 21_600));
        assert_eq!(time(0, 40 * DAY, 4).1, 10 * DAY);
    }

    #[test]
    fn time_before_zero_is_cut_at_the_same_units() {
        assert_eq!(time(-7200, 0, 2).0, [-7200, -3600, 0]);
    }
}
