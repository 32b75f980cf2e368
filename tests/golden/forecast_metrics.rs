//! F.7: forecast metrics.

use loadstone::evaluate::{Point, score};

use crate::harness::golden_test;

golden_test!(f7_forecast_metrics, {
    let pairs = [(0.0, 0.1), (0.5, 0.4), (0.02, 0.03), (0.8, 1.0)];
    let points = pairs.map(|(truth, forecast)| Point { truth, forecast, naive: 0.0 });
    let metrics = score(points.into_iter(), 0.1).expect("four points");
    let found = [
        metrics.mse,
        metrics.mae,
        metrics.rmse,
        metrics.mape.expect("defined"),
        metrics.wape.expect("defined"),
        metrics.mape_clipped,
        metrics.smape,
    ];
    for (found, wanted) in found.iter().zip([0.015025, 0.1025, 0.122577, 22.5, 31.0606, 66.25, 71.1111]) {
        assert!((found - wanted).abs() < 1e-4 * wanted, "{found} is not {wanted}");
    }
    assert_eq!(metrics.mape_dropped, 0.5);
});
