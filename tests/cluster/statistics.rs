//! Statistics by which the parameters of the cluster were fixed, the same code for simulated and real machines.

use loadstone::config::DataConfig;
use loadstone::data::Dataset;

use super::common::{read, real_file};
use super::simulated;

/// Of one machine's CPU in means of a minute.
#[derive(Debug, Clone, Copy)]
struct Facts {
    mean: f64,
    variation: f64,
    lag_1: f64,
    change_sd: f64,
}

fn moments(x: &[f64]) -> (f64, f64) {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    (mean, (x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / x.len() as f64).sqrt())
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let ((mean_a, sd_a), (mean_b, sd_b)) = (moments(&a), moments(&b));
    pairs.iter().map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>() / (pairs.len() as f64 * sd_a * sd_b)
}

/// Machines that do something: two of the real ones idle at 5 per cent.
fn busy_machines(data: &Dataset) -> Vec<Facts> {
    let facts = |node: usize| {
        let at = |bin: usize| f64::from(data.at(bin, node, 0));
        let seen: Vec<f64> = (0..data.n_bins).map(at).filter(|x| !x.is_nan()).collect();
        let pairs: Vec<(f64, f64)> =
            (1..data.n_bins).map(|bin| (at(bin - 1), at(bin))).filter(|(a, b)| !a.is_nan() && !b.is_nan()).collect();
        let (mean, sd) = moments(&seen);
        let changes: Vec<f64> = pairs.iter().map(|(a, b)| b - a).collect();
        Facts { mean, variation: sd / mean, lag_1: correlation(&pairs), change_sd: moments(&changes).1 }
    };
    (0..data.n_nodes()).map(facts).filter(|facts| facts.mean > 10.0).collect()
}

/// Smallest, median and largest.
fn spread(facts: &[Facts], of: impl Fn(&Facts) -> f64) -> [f64; 3] {
    let mut all: Vec<f64> = facts.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    [all[0], all[all.len() / 2], all[all.len() - 1]]
}

#[test]
fn machines_are_as_busy_and_as_unsteady_as_real_ones() {
    let (own, alone) = (busy_machines(&simulated("cluster")), busy_machines(&simulated("cluster-uncoupled")));
    assert_eq!((own.len(), alone.len()), (40, 40));
    let test = "machines_are_as_busy_and_as_unsteady_as_real_ones";
    let real = real_file(test, "alibaba2018/machine_usage.csv").map(|bytes| {
        let config = DataConfig { grid_secs: Some(60), ..DataConfig::default() };
        busy_machines(&read(&config, &bytes).expect("the real table"))
    });
    type Of = fn(&Facts) -> f64;
    let statistics: [(&str, Of, std::ops::RangeInclusive<f64>); 4] = [
        ("mean", |facts| facts.mean, 32.0..=46.0),
        ("coefficient of variation", |facts| facts.variation, 0.24..=0.42),
        ("lag-1 min correlation", |facts| facts.lag_1, 0.68..=0.93),
        ("sd of changes", |facts| facts.change_sd, 6.0..=10.6),
    ];
    for (name, of, range) in statistics {
        let (own, alone) = (spread(&own, of), spread(&alone, of));
        println!("{name}, smallest, median, largest: simulated {own:.3?}, uncoupled {alone:.3?}");
        assert!(range.contains(&own[1]) && range.contains(&alone[1]), "{name}");
        if let Some(real) = &real {
            let real = spread(real, of);
            println!("{name}: {real:.3?} of real machines");
            assert!(range.contains(&real[0]) && range.contains(&real[2]), "{name}: {real:?}");
        }
    }
}

#[test]
fn changes_of_machines_are_uncorrelated_at_coupling_0() {
    let data = simulated("cluster-uncoupled");
    let changes: Vec<Vec<f64>> = (0..data.n_nodes())
        .map(|node| (1..data.n_bins).map(|bin| f64::from(data.at(bin, node, 0) - data.at(bin - 1, node, 0))).collect())
        .collect();
    for lag in [0, 1, 2] {
        let mut all = Vec::new();
        for i in 0..data.n_nodes() {
            for j in (0..data.n_nodes()).filter(|&j| j != i) {
                let joint = changes[i][lag..].iter().zip(&changes[j]).map(|(a, b)| (*a, *b));
                all.push(correlation(&joint.filter(|(a, b)| !a.is_nan() && !b.is_nan()).collect::<Vec<_>>()));
            }
        }
        let (mean, sd) = moments(&all);
        println!("lag {lag}: mean {mean:.4}, sd {sd:.4}");
        // Independent series of about 4,140 joint changes: sd about 1 / sqrt(4140) = 0.016 per pair.
        assert!(mean.abs() < 0.003 && sd < 0.02, "lag {lag}: mean {mean}, sd {sd}");
    }
}
