//! `mstl`: seasons taken off by MSTL, and exponential smoothing of the rest (Bandara, Hyndman and Bergmeir,
//! arXiv:2107.13462; MODELS.md A.9).

use super::ets::Ets;

/// The last fitted season of each length, repeated, and `ets` of what is left.
#[derive(Debug, Clone, PartialEq)]
pub struct Mstl {
    /// One value per step of the season; the step is the number of the value, modulo the length.
    seasons: Vec<Vec<f64>>,
    rest: Ets,
    n_told: usize,
}

impl Mstl {
    /// Seasons as of [`last_seasons`] and a model of the rest.
    pub fn new(seasons: Vec<Vec<f64>>, rest: Ets) -> Self {
        Self { seasons, rest, n_told: 0 }
    }

    /// The model of the rest.
    pub fn rest(&self) -> &Ets {
        &self.rest
    }

    /// Lengths of the seasons.
    pub fn lengths(&self) -> impl Iterator<Item = usize> {
        self.seasons.iter().map(Vec::len)
    }

    fn seasonal(&self, step: usize) -> f64 {
        self.seasons.iter().map(|season| season[step % season.len()]).sum()
    }

    /// The seasons, then what the rest has.
    pub(super) fn coefficients(&self) -> Vec<f64> {
        self.seasons.iter().flatten().copied().chain(self.rest.coefficients()).collect()
    }

    pub(super) fn push(&mut self, value: f64) {
        self.rest.push(value - self.seasonal(self.n_told));
        self.n_told += 1;
    }

    pub(super) fn forecast(&self, ahead: usize) -> f64 {
        let step = (self.n_told + ahead).saturating_sub(1);
        self.rest.forecast(ahead) + self.seasonal(step)
    }
}

/// The last season of each length, by MSTL with its published defaults; index `i` belongs to the steps `i` modulo the
/// length.
///
/// `None` if a length is below 2 or the series holds less than two seasons of it.
pub fn last_seasons(series: &[f64], lengths: &[usize]) -> Option<Vec<Vec<f64>>> {
    let parts = stlrs::MstlParams::new().fit(series, lengths).ok()?;
    let last = |(component, &length): (&Vec<f64>, &usize)| {
        let mut season = vec![0.0; length];
        for step in component.len() - length..component.len() {
            season[step % length] = component[step];
        }
        season
    };
    Some(parts.seasonal().iter().zip(lengths).map(last).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(step: usize) -> f64 {
        [0.0, 3.0, -1.0, -2.0][step % 4]
    }

    #[test]
    fn a_season_on_a_slow_trend_is_taken_off_and_put_back() {
        let series: Vec<f64> = (0..82).map(|step| 10.0 + 0.01 * step as f64 + wave(step)).collect();
        let seasons = last_seasons(&series, &[4]).expect("twenty seasons");
        for (step, value) in seasons[0].iter().enumerate() {
            assert!((value - wave(step)).abs() < 0.05, "{value} at {step}");
        }
        let mut model = Mstl::new(seasons, Ets::of_level(1.0));
        series.iter().for_each(|&value| model.push(value));
        for ahead in 1..=6 {
            let wanted = 10.0 + 0.01 * 81.0 + wave(81 + ahead);
            assert!((model.forecast(ahead) - wanted).abs() < 0.1, "{} at {ahead}", model.forecast(ahead));
        }
    }

    #[test]
    fn two_seasons_of_different_length_are_told_apart() {
        let long = |step: usize| if step % 20 < 10 { 5.0 } else { -5.0 };
        let series: Vec<f64> = (0..200).map(|step| wave(step) + long(step)).collect();
        let seasons = last_seasons(&series, &[4, 20]).expect("ten long seasons");
        assert_eq!((seasons[0].len(), seasons[1].len()), (4, 20));
        for step in 0..20 {
            let both = seasons[0][step % 4] + seasons[1][step];
            assert!((both - wave(step) - long(step)).abs() < 0.6, "{both} at {step}");
        }
    }

    #[test]
    fn less_than_two_seasons_are_refused() {
        assert_eq!(last_seasons(&[1.0; 7], &[4]), None);
        assert_eq!(last_seasons(&[1.0; 7], &[1]), None);
        assert!(last_seasons(&[1.0; 8], &[4]).is_some());
    }
}
