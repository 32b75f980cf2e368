//! Filling gaps of the model input (MODELS.md A.3, step 6).

/// How many values were filled, and with what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Filled {
    /// Last observation carried forward.
    pub(super) carried: u64,
    /// Straight line between two observations, or the nearest one at an end.
    pub(super) interpolated: u64,
    /// Mean of the training part.
    pub(super) mean: u64,
}

impl std::ops::AddAssign for Filled {
    fn add_assign(&mut self, other: Self) {
        self.carried += other.carried;
        self.interpolated += other.interpolated;
        self.mean += other.mean;
    }
}

/// Carries the last observation forward for at most `max_carry` bins, then takes `mean`; never looks ahead.
pub(super) fn carry_forward(series: &mut [f32], max_carry: usize, mean: f32) -> Filled {
    let mut filled = Filled::default();
    let mut last: Option<(usize, f32)> = None;
    for (bin, value) in series.iter_mut().enumerate() {
        if !value.is_nan() {
            last = Some((bin, *value));
            continue;
        }
        match last.filter(|(seen, _)| bin - seen <= max_carry) {
            Some((_, carried)) => {
                *value = carried;
                filled.carried += 1;
            }
            None => {
                *value = mean;
                filled.mean += 1;
            }
        }
    }
    filled
}

/// Draws straight lines between observations, as the paper does; looks ahead. Without any observation, takes `mean`.
pub(super) fn interpolate(series: &mut [f32], mean: f32) -> Filled {
    let seen: Vec<usize> = (0..series.len()).filter(|&bin| !series[bin].is_nan()).collect();
    let n_missing = (series.len() - seen.len()) as u64;
    let (Some(&first), Some(&last)) = (seen.first(), seen.last()) else {
        series.fill(mean);
        return Filled { mean: n_missing, ..Filled::default() };
    };
    let (start, end) = (series[first], series[last]);
    series[..first].fill(start);
    series[last + 1..].fill(end);
    for pair in seen.windows(2) {
        let (left, right) = (series[pair[0]], series[pair[1]]);
        let length = (pair[1] - pair[0]) as f32;
        for (step, value) in series[pair[0]..pair[1]].iter_mut().enumerate().skip(1) {
            *value = left + (right - left) * (step as f32 / length);
        }
    }
    Filled { interpolated: n_missing, ..Filled::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f32 = f32::NAN;

    #[test]
    fn an_observation_is_carried_for_the_given_bins_and_then_the_mean_is_taken() {
        let mut series = [NAN, 1.0, NAN, NAN, NAN, 2.0, NAN];
        let filled = carry_forward(&mut series, 2, 9.0);
        assert_eq!(series, [9.0, 1.0, 1.0, 1.0, 9.0, 2.0, 2.0]);
        assert_eq!(filled, Filled { carried: 3, mean: 2, interpolated: 0 });
    }

    #[test]
    fn interpolation_draws_lines_and_holds_the_ends() {
        let mut series = [NAN, 1.0, NAN, NAN, 4.0, NAN];
        let filled = interpolate(&mut series, 9.0);
        assert_eq!(series, [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
        assert_eq!(filled.interpolated, 4);
        let mut empty = [NAN; 3];
        assert_eq!(interpolate(&mut empty, 9.0).mean, 3);
        assert_eq!(empty, [9.0; 3]);
    }
}
