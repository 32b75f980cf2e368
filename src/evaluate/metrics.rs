//! Error measures over scored points (MODELS.md A.10).

use crate::report::{Metrics, Spread};

/// Targets below this are left out of MAPE.
pub const MAPE_FLOOR: f64 = 0.05;

/// One scored point, on the scale percent / 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Observed target.
    pub truth: f64,
    /// Forecast.
    pub forecast: f64,
    /// Forecast of persistence at the same point, for the skill; NaN if there is none.
    pub naive: f64,
}

/// All error measures in one pass; sums and counts, never means of means. `None` without any point.
///
/// `train_naive_mae` is the MAE of persistence over the training part, the denominator of MASE.
pub fn score(points: impl Iterator<Item = Point>, train_naive_mae: f64) -> Option<Metrics> {
    let mut sums = Sums::default();
    points.for_each(|point| sums.add(point));
    if sums.n == 0 {
        return None;
    }
    let n = sums.n as f64;
    let (mse, mae) = (sums.squared / n, sums.absolute / n);
    Some(Metrics {
        n: sums.n,
        mse,
        mae,
        rmse: mse.sqrt(),
        mape: ratio(100.0 * sums.relative, sums.n_relative as f64),
        mape_dropped: 1.0 - sums.n_relative as f64 / n,
        mape_clipped: 100.0 * sums.clipped / n,
        smape: 100.0 * sums.symmetric / n,
        wape: ratio(100.0 * sums.absolute, sums.truth),
        mase: ratio(mae, train_naive_mae),
        skill: ratio(mse, sums.naive_squared / n).map(|share| 1.0 - share),
    })
}

#[derive(Debug, Default)]
struct Sums {
    n: u64,
    squared: f64,
    absolute: f64,
    relative: f64,
    n_relative: u64,
    clipped: f64,
    symmetric: f64,
    truth: f64,
    naive_squared: f64,
}

impl Sums {
    fn add(&mut self, point: Point) {
        let error = point.forecast - point.truth;
        self.n += 1;
        self.squared += error * error;
        self.absolute += error.abs();
        self.truth += point.truth.abs();
        self.naive_squared += (point.naive - point.truth).powi(2);
        self.clipped += error.abs() / point.truth.max(MAPE_FLOOR);
        // Both 0: nothing to divide by, and no error.
        self.symmetric += ratio(2.0 * error.abs(), point.truth.abs() + point.forecast.abs()).unwrap_or(0.0);
        if point.truth >= MAPE_FLOOR {
            self.relative += error.abs() / point.truth;
            self.n_relative += 1;
        }
    }
}

/// A quotient, or `None` where it would divide by 0 or by something undefined.
fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    (denominator > 0.0).then(|| numerator / denominator)
}

/// Mean and sample standard deviation; `None` without values or if one is undefined.
pub fn spread(values: impl Iterator<Item = Option<f64>>) -> Option<Spread> {
    let values: Vec<f64> = values.collect::<Option<_>>()?;
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some(Spread { mean, sd: (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(truth: f64, forecast: f64, naive: f64) -> Point {
        Point { truth, forecast, naive }
    }

    #[test]
    fn persistence_has_no_skill_over_itself() {
        let points = [(0.2, 0.3), (0.5, 0.4)].map(|(y, p)| point(y, p, p));
        let metrics = score(points.into_iter(), 0.1).expect("points");
        assert_eq!(metrics.skill, Some(0.0));
        assert!((metrics.mase.expect("defined") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_would_divide_by_zero_is_undefined() {
        let metrics = score([point(0.0, 0.1, 0.0)].into_iter(), 0.0).expect("a point");
        assert_eq!((metrics.mape, metrics.wape, metrics.mase, metrics.skill), (None, None, None, None));
        assert_eq!(metrics.mape_dropped, 1.0);
        assert_eq!(score(std::iter::empty(), 1.0), None);
    }

    #[test]
    fn all_measures_are_those_of_the_oracle() {
        // MODELS.md F.7; MASE is 0.1025 / 0.05, and a forecast of 0 has the squared errors 0.8904 in all.
        let points = [(0.0, 0.1), (0.5, 0.4), (0.02, 0.03), (0.8, 1.0)].map(|(y, p)| point(y, p, 0.0));
        let found = score(points.into_iter(), 0.05).expect("four points");
        let wanted = [
            ("mse", found.mse, 0.015_025),
            ("mae", found.mae, 0.1025),
            ("rmse", found.rmse, 0.122_577),
            ("mape", found.mape.expect("two targets"), 22.5),
            ("mape_dropped", found.mape_dropped, 0.5),
            ("mape_clipped", found.mape_clipped, 66.25),
            ("smape", found.smape, 71.111_1),
            ("wape", found.wape.expect("load"), 31.060_6),
            ("mase", found.mase.expect("a scale"), 2.05),
            ("skill", found.skill.expect("a reference"), 1.0 - 0.0601 / 0.8904),
        ];
        for (name, found, wanted) in wanted {
            assert!((found - wanted).abs() < 1e-5 * wanted, "{name}: {found} is not {wanted}");
        }
    }

    #[test]
    fn no_load_forecast_as_no_load_is_no_error() {
        let found = score([point(0.0, 0.0, 0.0)].into_iter(), 1.0).expect("a point");
        assert_eq!((found.smape, found.mape_clipped), (0.0, 0.0));
    }

    proptest::proptest! {
        #[test]
        fn the_order_of_points_changes_nothing(
            pairs in proptest::collection::vec((0.0_f64..1.0, -0.2_f64..1.2, 0.0_f64..1.0), 1..60), seed: u32,
        ) {
            let mut points: Vec<Point> = pairs.iter().map(|&(y, p, naive)| point(y, p, naive)).collect();
            let before = score(points.iter().copied(), 0.1).expect("points");
            crate::stream::Stream::Data.rng(seed, "order").shuffle(&mut points);
            let after = score(points.into_iter(), 0.1).expect("points");
            let all = |m: &Metrics| {
                let plain = [m.mse, m.mae, m.rmse, m.mape_dropped, m.mape_clipped, m.smape].map(Some);
                [plain.to_vec(), vec![m.mape, m.wape, m.mase, m.skill]].concat()
            };
            proptest::prop_assert_eq!(before.n, after.n);
            for (a, b) in all(&before).into_iter().zip(all(&after)) {
                proptest::prop_assert_eq!(a.is_some(), b.is_some());
                let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
                proptest::prop_assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{} and {}", a, b);
            }
        }
    }

    #[test]
    fn the_spread_of_one_seed_has_no_sd() {
        assert_eq!(spread([Some(2.0)].into_iter()), Some(Spread { mean: 2.0, sd: None }));
        let two = spread([Some(1.0), Some(3.0)].into_iter()).expect("two values");
        assert_eq!((two.mean, two.sd), (2.0, Some(2f64.sqrt())));
        assert_eq!(spread([Some(1.0), None].into_iter()), None);
    }
}
