//! `arma`, `ets` and `mstl` against statsmodels and SciPy (`classical_models.py`).

use loadstone::models::{Arma, Ets, Univariate, fit_arma_orders, last_seasons};
use serde_json::Value;

use crate::harness::golden_test;

const N: usize = 240;

fn fixtures() -> Value {
    serde_json::from_str(include_str!("classical_models.json")).expect("the fixtures are JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn noise(step: usize) -> f64 {
    (43758.5453 * (12.9898 * (step as f64 + 1.0)).sin()).abs().fract() - 0.5
}

fn series() -> Vec<f64> {
    let (mut z, mut error) = ([0.0; 2], 0.0);
    let next = |step: usize| {
        let now = noise(step);
        let value = 0.9 * z[0] - 0.4 * z[1] + now + 0.5 * error;
        (z, error) = ([value, z[0]], now);
        3.0 + value
    };
    (0..N).map(next).collect()
}

fn seasonal() -> Vec<f64> {
    let wave = |step: usize, period: f64| std::f64::consts::TAU * step as f64 / period;
    (0..N).map(|t| 0.02 * t as f64 + 2.0 * wave(t, 8.0).sin() + wave(t, 40.0).cos() + noise(t)).collect()
}

fn close(found: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() < tolerance, "{found} is not {wanted}");
    }
}

fn forecasts(mut model: Univariate) -> Vec<f64> {
    series().into_iter().for_each(|value| model.push(value));
    (1..=5).map(|ahead| model.forecast(ahead)).collect()
}

golden_test!(the_series_is_that_of_the_script, {
    close(&series()[..6], &numbers(&fixtures()["series"]), 1e-9);
});

golden_test!(arma_fits_follow_scipy, {
    let fits = fit_arma_orders(&series(), &[true; N], (3, 3)).expect("enough values");
    for wanted in fixtures()["arma_fits"].as_array().expect("a list") {
        let order = |key: &str| wanted[key].as_u64().expect("an order") as usize;
        let fit = &fits[order("p") * 4 + order("q")];
        let squares = wanted["squares"].as_f64().expect("a number");
        assert!((fit.squares - squares).abs() < 1e-6 * squares, "{} is not {squares}", fit.squares);
        close(&fit.model.coefficients(), &numbers(&wanted["coefficients"]), 1e-3);
    }
});

golden_test!(arma_forecasts_follow_the_kalman_filter, {
    let wanted = &fixtures()["arma_forecast"];
    let mean = wanted["mean"].as_f64().expect("a number");
    let model = Arma::new(mean, numbers(&wanted["ar"]), numbers(&wanted["ma"]), 3);
    close(&forecasts(Univariate::Arma(model)), &numbers(&wanted["forecast"]), 1e-9);
});

golden_test!(ets_follows_statsmodels, {
    for wanted in fixtures()["ets"].as_array().expect("a list") {
        let number = |key: &str| wanted[key].as_f64();
        let (alpha, phi) = (number("alpha").expect("a number"), number("phi").expect("a number"));
        let model = number("beta").map_or_else(|| Ets::of_level(alpha), |beta| Ets::damped(alpha, beta, phi));
        close(&forecasts(Univariate::Ets(model)), &numbers(&wanted["forecast"]), 1e-9);
    }
});

golden_test!(seasons_follow_statsmodels, {
    for wanted in fixtures()["mstl"].as_array().expect("a list") {
        let period = wanted["period"].as_u64().expect("a length") as usize;
        let seasons = last_seasons(&seasonal(), &[period]).expect("enough values");
        close(&seasons[0], &numbers(&wanted["season"]), 1e-6);
    }
});
