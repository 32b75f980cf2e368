//! `seasonal_naive` and `moving_average`: models that keep the last values.

use std::collections::VecDeque;

/// `seasonal_naive`: the value one season before the predicted step, or as many seasons as it takes to be known.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonalNaive {
    season: usize,
    recent: VecDeque<f64>,
}

impl SeasonalNaive {
    /// With a season of this many steps, at least 1.
    pub fn new(season: usize) -> Self {
        Self { season: season.max(1), recent: VecDeque::new() }
    }

    pub(super) fn push(&mut self, value: f64) {
        keep(&mut self.recent, self.season, value);
    }

    /// `y[t + h − k m]` with the smallest `k` that gives a known value. Before one season is known, the last value.
    pub(super) fn forecast(&self, ahead: usize) -> f64 {
        let steps_back = seasons_back(ahead, self.season) * self.season - ahead;
        let place = self.recent.len().checked_sub(steps_back + 1);
        place.map_or_else(|| self.recent.back(), |place| self.recent.get(place)).copied().unwrap_or(0.0)
    }
}

/// Whole seasons between a step ahead and the last one of its kind that is known at the origin.
pub fn seasons_back(ahead: usize, season: usize) -> usize {
    ahead.div_ceil(season)
}

/// `moving_average`: the mean of the last values.
#[derive(Debug, Clone, PartialEq)]
pub struct MovingAverage {
    window: usize,
    recent: VecDeque<f64>,
}

impl MovingAverage {
    /// Over this many values, at least 1; over all there are while there are fewer.
    pub fn new(window: usize) -> Self {
        Self { window: window.max(1), recent: VecDeque::new() }
    }

    /// How many values.
    pub fn window(&self) -> usize {
        self.window
    }

    pub(super) fn push(&mut self, value: f64) {
        keep(&mut self.recent, self.window, value);
    }

    pub(super) fn forecast(&self) -> f64 {
        self.recent.iter().sum::<f64>() / self.recent.len().max(1) as f64
    }
}

fn keep(recent: &mut VecDeque<f64>, len: usize, value: f64) {
    if recent.len() == len {
        recent.pop_front();
    }
    recent.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_season_before_is_repeated_and_further_ahead_the_one_before_that() {
        let mut model = SeasonalNaive::new(3);
        assert_eq!(model.forecast(1), 0.0);
        model.push(9.0);
        assert_eq!(model.forecast(1), 9.0, "less than a season is known");
        (0..7).for_each(|t| model.push(f64::from(t)));
        // Known up to 6: the next ones are 4, 5, 6, and then 4, 5, 6 again.
        let ahead: Vec<f64> = (1..=6).map(|step| model.forecast(step)).collect();
        assert_eq!(ahead, [4.0, 5.0, 6.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn the_mean_is_over_the_last_values_only() {
        let mut model = MovingAverage::new(2);
        assert_eq!(model.forecast(), 0.0);
        model.push(8.0);
        assert_eq!(model.forecast(), 8.0);
        model.push(2.0);
        model.push(5.0);
        assert_eq!(model.forecast(), 3.5);
    }
}
