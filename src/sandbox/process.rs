//! Random series with known correlation, and the shape of a day.

use crate::stream::StreamRng;

/// Minutes of a day.
pub(super) const DAY_MINUTES: usize = 1440;

/// `x_t = φ x_{t−1} + √(1 − φ²) · sd · e_t`: mean 0, standard deviation `sd`, lag-1 correlation `φ`.
#[derive(Debug)]
pub(super) struct Ar1 {
    phi: f64,
    step: f64,
    value: f64,
    rng: StreamRng,
}

impl Ar1 {
    /// A series that starts in its stationary distribution.
    pub(super) fn new(phi: f64, sd: f64, mut rng: StreamRng) -> Self {
        let value = sd * f64::from(rng.normal());
        Self { phi, step: (1.0 - phi * phi).sqrt() * sd, value, rng }
    }

    /// The next value.
    pub(super) fn next(&mut self) -> f64 {
        self.value = self.phi * self.value + self.step * f64::from(self.rng.normal());
        self.value
    }
}

/// One day as two parabolas, from −1 to 1: a sine without a mathematics library.
pub(super) fn daily_wave(minute: usize, phase_minutes: usize) -> f64 {
    let share = ((minute + phase_minutes) % DAY_MINUTES) as f64 / DAY_MINUTES as f64;
    if share < 0.5 { 16.0 * share * (0.5 - share) } else { -16.0 * (share - 0.5) * (1.0 - share) }
}

/// Pearson correlation, for the tests of this module.
#[cfg(test)]
pub(super) fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(x, y)| f(x - mean_x, y - mean_y)).sum::<f64>();
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn the_series_has_the_promised_spread_and_correlation() {
        let mut series = Ar1::new(0.2, 1.5, Stream::Data.rng(1, "test"));
        let x: Vec<f64> = (0..50_000).map(|_| series.next()).collect();
        let sd = (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt();
        let lag_1 = correlation(&x[1..], &x[..x.len() - 1]);
        assert!((sd - 1.5).abs() < 0.03, "sd {sd}");
        assert!((lag_1 - 0.2).abs() < 0.02, "lag-1 correlation {lag_1}");
    }

    #[test]
    fn the_wave_has_its_peak_trough_and_zeros_where_a_sine_has() {
        let at = |minute| daily_wave(minute, 0);
        assert_eq!([at(0), at(360), at(720), at(1080), at(1440)], [0.0, 1.0, 0.0, -1.0, 0.0]);
        assert_eq!(daily_wave(100, 260), 1.0);
    }
}
