//! F.8: resampling, counters and correlation.

use loadstone::graph::pearson;
use loadstone::prepare::{counter_rates, hold, linear};

use crate::harness::golden_test;

const RAW: [(f64, f64); 4] = [(0.0, 10.0), (5.2, 20.0), (9.8, 12.0), (15.1, 12.0)];

#[track_caller]
fn close(found: &[f64], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-5, "{found} is not {wanted}");
    }
}

golden_test!(f8_linear_interpolation_at_one_second, {
    let grid: Vec<f64> = (0..10).filter_map(|second| linear(&RAW, f64::from(second))).collect();
    let wanted =
        [10.0, 11.923077, 13.846154, 15.769231, 17.692308, 19.615385, 18.608696, 16.869565, 15.130435, 13.391304];
    close(&grid, &wanted);
});

golden_test!(f8_hold_at_one_second, {
    let grid: Vec<f64> = (0..10).filter_map(|second| hold(&RAW, f64::from(second))).collect();
    close(&grid, &[10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 20.0, 20.0, 20.0, 20.0]);
});

golden_test!(f8_counter_to_rates, {
    let rates = counter_rates(&[(0.0, 100.0), (5.0, 101.5), (10.0, 101.5), (14.0, 102.3)]);
    close(&rates.iter().filter_map(|(_, rate)| *rate).collect::<Vec<_>>(), &[0.3, 0.0, 0.2]);
});

golden_test!(f8_pearson, {
    close(&[pearson(&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0]).expect("both vary")], &[0.6]);
});
