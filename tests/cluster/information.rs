//! What the neighbours of the record graph tell of a machine's next minute, shown by linear algebra alone.

use loadstone::data::Dataset;
use loadstone::graph::ChannelGraphs;
use loadstone::sandbox::colocated::{ColocatedConfig, simulate_colocated};

use super::common::config;
use super::ridge::{Ridge, Row};

/// Lags of a machine's own CPU, and of the mean of its neighbours.
const N_LAGS: usize = 12;
/// The first two days are for fitting, the third is for scoring.
const FIRST_TEST_BIN: usize = 2880;
/// Small: there are 2,868 rows for at most 28 weights.
const PENALTY: f64 = 10.0;

/// Whose past a forecast may use beside the machine's own.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Others {
    Nobody,
    /// Mean over the record graph, weighted as it is.
    Records,
    /// The same over the next machines to those: as many, but the wrong ones.
    WrongRecords,
    /// Mean over all machines.
    Everybody,
}

/// CPU of all machines, `[T, N]`, less its mean over the first two days; gaps hold the value before.
struct Series {
    n_nodes: usize,
    filled: Vec<f64>,
    is_seen: Vec<bool>,
    graphs: ChannelGraphs,
}

impl Series {
    fn new(data: &Dataset) -> Self {
        let (n_nodes, n_bins) = (data.n_nodes(), data.n_bins);
        let mut filled = vec![0.0; n_nodes * n_bins];
        let mut is_seen = vec![false; n_nodes * n_bins];
        for node in 0..n_nodes {
            let cpu: Vec<f64> = (0..n_bins).map(|bin| f64::from(data.at(bin, node, 0))).collect();
            let fitted: Vec<f64> = cpu[..FIRST_TEST_BIN].iter().copied().filter(|x| !x.is_nan()).collect();
            let mean = fitted.iter().sum::<f64>() / fitted.len() as f64;
            let mut last = 0.0;
            for (bin, x) in cpu.into_iter().enumerate() {
                last = if x.is_nan() { last } else { x - mean };
                filled[bin * n_nodes + node] = last;
                is_seen[bin * n_nodes + node] = !x.is_nan();
            }
        }
        let graphs = ChannelGraphs::of_all(data, &config(|_| {})).expect("small graphs");
        Self { n_nodes, filled, is_seen, graphs }
    }

    fn n_bins(&self) -> usize {
        self.filled.len() / self.n_nodes
    }

    fn at(&self, bin: usize, node: usize) -> f64 {
        self.filled[bin * self.n_nodes + node]
    }

    /// Weights of all machines for one machine, from what is known at a bin.
    fn weights(&self, bin: usize, node: usize, others: Others) -> Vec<f64> {
        let n = self.n_nodes;
        let graph = self.graphs.records_at(bin).expect("records");
        // The next machines to its neighbours: as many, with the same weights, but the wrong ones.
        let next = |idx: usize| (idx + 1) % n;
        let weight = |other: usize| match others {
            Others::Nobody => 0.0,
            Others::Everybody => f64::from(u8::from(other != node)),
            Others::Records => f64::from(graph[node * n + other]),
            Others::WrongRecords if other == node => 0.0,
            Others::WrongRecords => f64::from(graph[node * n + next(other)]),
        };
        (0..n).map(weight).collect()
    }

    /// Inputs for the bin after `bin`.
    fn inputs(&self, bin: usize, node: usize, others: Others, with_clock: bool) -> Vec<f64> {
        let lags = (0..N_LAGS).map(|lag| bin - lag);
        let mut inputs: Vec<f64> = lags.clone().map(|bin| self.at(bin, node)).collect();
        if with_clock {
            let angle = std::f64::consts::TAU * (bin + 1) as f64 / 1440.0;
            inputs.extend([angle.sin(), angle.cos(), (3.0 * angle).sin(), (3.0 * angle).cos()]);
        }
        if others != Others::Nobody {
            let weights = self.weights(bin, node, others);
            let sum = weights.iter().sum::<f64>().max(1e-9);
            let mean =
                |bin: usize| (0..self.n_nodes).map(|other| weights[other] * self.at(bin, other)).sum::<f64>() / sum;
            inputs.extend(lags.map(mean));
        }
        inputs
    }

    /// Mean squared error on the third day over all machines, one minute ahead, one ridge regression per machine.
    fn mse(&self, others: Others, with_clock: bool) -> f64 {
        let (mut sum, mut n) = (0.0, 0.0);
        for node in 0..self.n_nodes {
            let row = |bin: usize| (self.inputs(bin, node, others, with_clock), self.at(bin + 1, node));
            let seen = |bin: &usize| self.is_seen[(bin + 1) * self.n_nodes + node];
            let fitted: Vec<Row> = (N_LAGS - 1..FIRST_TEST_BIN - 1).filter(seen).map(row).collect();
            let ridge = Ridge::fit(&fitted, PENALTY);
            for (inputs, target) in (FIRST_TEST_BIN - 1..self.n_bins() - 1).filter(seen).map(row) {
                let error = ridge.predict(&inputs) - target;
                (sum, n) = (sum + error * error, n + 1.0);
            }
        }
        sum / n
    }
}

/// Share of the squared error that goes away with the record graph's neighbours, with the wrong ones, and with all.
fn gains(coupling: f64, seed: u32, with_clock: bool) -> [f64; 3] {
    let series = Series::new(&simulate_colocated(ColocatedConfig { coupling, seed }).to_dataset());
    let alone = series.mse(Others::Nobody, with_clock);
    let gains = [Others::Records, Others::WrongRecords, Others::Everybody]
        .map(|others| 1.0 - series.mse(others, with_clock) / alone);
    let [records, wrong, all] = gains.map(|gain| 100.0 * gain);
    println!(
        "coupling {coupling}, seed {seed}, {} clock: MSE {alone:.2} alone; less with record graph {records:.2} %, wrong \
         record graph {wrong:.2} %, all machines {all:.2} %",
        if with_clock { "with" } else { "without" }
    );
    gains
}

#[test]
fn neighbours_of_the_record_graph_tell_of_the_next_minute_at_coupling_1() {
    for seed in 1..=3 {
        for with_clock in [false, true] {
            let [records, wrong, all] = gains(1.0, seed, with_clock);
            assert!(records > 0.05, "seed {seed}: {records}");
            assert!(records - wrong > 0.03 && records - all > 0.03, "seed {seed}: {records}, {wrong}, {all}");
        }
    }
}

#[test]
fn neighbours_tell_nothing_at_coupling_0() {
    for seed in 1..=3 {
        for with_clock in [false, true] {
            let gains = gains(0.0, seed, with_clock);
            assert!(gains.iter().all(|gain| *gain < 0.005), "seed {seed}: {gains:?}");
        }
    }
}

#[test]
fn half_the_coupling_tells_less() {
    let [half, full] = [0.5, 1.0].map(|coupling| gains(coupling, 1, true)[0]);
    assert!(half < full, "{half} and {full}");
}
