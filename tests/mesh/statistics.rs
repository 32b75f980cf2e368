//! Statistics by which the parameters of the mesh were chosen, the same code for simulated and real counters.

use loadstone::sandbox::mesh::{MeshConfig, MeshRun, Pod, simulate_mesh};

use super::common::real_file;
use super::quiet;

/// Samples of a rate: seconds and cores.
type Rates = Vec<(f64, f64)>;

/// What the parameters of the mesh were chosen by.
#[derive(Debug)]
struct Statistics {
    /// Medians over series.
    lag_5: f64,
    lag_60: f64,
    variation: f64,
    /// Smallest and largest mean in cores.
    means: (f64, f64),
    /// Over pairs of series.
    correlation: (f64, f64),
}

/// Counters to rates at midpoints; a counter that fell back gives none.
fn rates(samples: &[(f64, f64)]) -> Rates {
    let pairs = samples.windows(2).filter(|pair| pair[1].0 > pair[0].0 && pair[1].1 >= pair[0].1);
    pairs.map(|pair| ((pair[0].0 + pair[1].0) / 2.0, (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0))).collect()
}

/// Linear interpolation at every fifth second, as the anomaly paper resamples: the first step, and the values.
fn on_grid(rates: &Rates) -> (i64, Vec<f64>) {
    let first = (rates[0].0 / 5.0).ceil() as i64;
    let last = (rates[rates.len() - 1].0 / 5.0).floor() as i64;
    let mut at = 0;
    let values = (first..=last).map(|step| {
        let secs = 5.0 * step as f64;
        while rates[at + 1].0 < secs {
            at += 1;
        }
        let ((t0, x0), (t1, x1)) = (rates[at], rates[at + 1]);
        x0 + (x1 - x0) * (secs - t0) / (t1 - t0)
    });
    (first, values.collect())
}

fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len());
    let mean = |x: &[f64]| x[..n].iter().sum::<f64>() / n as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sum = |x: &[f64], mean_x: f64, y: &[f64], mean_y: f64| {
        x[..n].iter().zip(&y[..n]).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>()
    };
    let (aa, bb) = (sum(a, mean_a, a, mean_a), sum(b, mean_b, b, mean_b));
    (n >= 30 && aa > 0.0 && bb > 0.0).then(|| sum(a, mean_a, b, mean_b) / (aa * bb).sqrt())
}

fn quantile(mut x: Vec<f64>, q: f64) -> f64 {
    x.sort_by(f64::total_cmp);
    let place = (x.len() - 1) as f64 * q;
    let below = place as usize;
    x[below] + (x[(below + 1).min(x.len() - 1)] - x[below]) * (place - below as f64)
}

/// Statistics of series that are long enough and not silent.
fn statistics(series: &[Rates]) -> Statistics {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let grids: Vec<(i64, Vec<f64>)> = series.iter().filter(|rates| rates.len() >= 60).map(on_grid).collect();
    let grids: Vec<(i64, Vec<f64>)> = grids.into_iter().filter(|(_, x)| mean(x) > 0.0).collect();
    let lag = |steps: usize| {
        let all = grids.iter().filter_map(|(_, x)| correlation(&x[steps..], &x[..x.len() - steps]));
        quantile(all.collect(), 0.5)
    };
    let variation = |x: &[f64]| {
        let mean_x = mean(x);
        (x.iter().map(|x| (x - mean_x) * (x - mean_x)).sum::<f64>() / x.len() as f64).sqrt() / mean_x
    };
    let mut pairs = Vec::new();
    for (i, (first_a, a)) in grids.iter().enumerate() {
        for (first_b, b) in &grids[..i] {
            let first = *first_a.max(first_b);
            let skip = |own: i64, x: &'_ [f64]| x.get((first - own) as usize..).unwrap_or_default().to_vec();
            pairs.extend(correlation(&skip(*first_a, a), &skip(*first_b, b)));
        }
    }
    let means: Vec<f64> = grids.iter().map(|(_, x)| mean(x)).collect();
    Statistics {
        lag_5: lag(1),
        lag_60: lag(12),
        variation: quantile(grids.iter().map(|(_, x)| variation(x)).collect(), 0.5),
        means: (quantile(means.clone(), 0.0), quantile(means, 1.0)),
        correlation: (quantile(pairs.clone(), 0.5), quantile(pairs, 0.9)),
    }
}

/// Counters of a run, in seconds from its start.
fn counters(run: &MeshRun) -> Vec<Rates> {
    let secs = |millis: &i64| (millis - 1000 * run.config.start_secs) as f64 / 1000.0;
    let samples = |pod: &Pod| pod.at_millis.iter().map(secs).zip(pod.cpu_secs.iter().copied()).collect::<Vec<_>>();
    run.pods.iter().map(|pod| rates(&samples(pod))).collect()
}

/// Counters of a Prometheus answer, in seconds from its first sample.
fn real_counters(bytes: &[u8]) -> Vec<Rates> {
    let json: serde_json::Value = serde_json::from_slice(bytes).expect("a Prometheus answer");
    let series = json["data"]["result"].as_array().expect("a matrix");
    let samples = |series: &serde_json::Value| {
        let values = series["values"].as_array().expect("samples").iter();
        let number = |text: &serde_json::Value| text.as_str().and_then(|text| text.parse::<f64>().ok());
        values.filter_map(|pair| Some((pair[0].as_f64()?, number(&pair[1])?))).collect::<Vec<(f64, f64)>>()
    };
    let all: Vec<Vec<(f64, f64)>> = series.iter().map(samples).collect();
    let start = all.iter().filter_map(|samples| samples.first()).map(|first| first.0).fold(f64::INFINITY, f64::min);
    all.iter().map(|samples| rates(&samples.iter().map(|(at, x)| (at - start, *x)).collect::<Vec<_>>())).collect()
}

/// An hour without events, in a deployment of its own: the pilot runs are 20 to 66 minutes long.
fn simulated(seed: u32) -> Statistics {
    let run = simulate_mesh(&MeshConfig { deployment: seed, duration_secs: 3600, ..quiet(1.0) }, seed);
    let seen = statistics(&counters(&run));
    println!("simulated, seed {seed}: {seen:.3?}");
    seen
}

#[test]
fn counters_vary_like_those_of_the_pilot_runs() {
    let runs: Vec<Statistics> = (1..=8).map(simulated).collect();
    let mean = |of: &dyn Fn(&Statistics) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
    let in_range = |name: &str, of: &dyn Fn(&Statistics) -> f64, range: std::ops::Range<f64>| {
        println!("mean of simulated runs, {name}: {:.3}", mean(of));
        assert!(range.contains(&mean(of)), "{name} {} is not in {range:?}", mean(of));
    };
    // MODELS.md G.
    in_range("lag 5 s", &|run| run.lag_5, 0.5..0.65);
    in_range("lag 60 s", &|run| run.lag_60, 0.15..0.25);
    in_range("coefficient of variation", &|run| run.variation, 0.22..0.3);
    in_range("median correlation", &|run| run.correlation.0, 0.06..0.16);
    in_range("90th percentile of correlations", &|run| run.correlation.1, 0.3..0.5);
    in_range("smallest mean", &|run| run.means.0, 1.8e-4..3e-4);
    in_range("largest mean", &|run| run.means.1, 0.18..0.27);
    for file in ["sample_1hr", "pod-fail-test", "test-failure", "expdelay-compose-3i", "rfluc-userr"] {
        let path = format!("chaosstarbench/{file}.json");
        if let Some(bytes) = real_file("counters_vary_like_those_of_the_pilot_runs", &path) {
            println!("{file}: {:.3?}", statistics(&real_counters(&bytes)));
        }
    }
}

#[test]
fn instances_are_independent_without_coupling_and_not_with_it() {
    // Correlations of true CPU, means of a minute: own noise is slow, so that 240 minutes are about 100 free ones.
    let all = |coupling: f64| -> Vec<f64> {
        let run = simulate_mesh(&quiet(coupling), 9);
        let minutes: Vec<Vec<f64>> = run
            .true_cpu
            .iter()
            .map(|cpu| cpu.chunks(60).map(|minute| minute.iter().map(|x| f64::from(*x)).sum::<f64>()).collect())
            .collect();
        let pairs = (0..48).flat_map(|i| (0..i).map(move |j| (i, j)));
        pairs.filter_map(|(i, j)| correlation(&minutes[i], &minutes[j])).collect()
    };
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let spread = |x: &[f64]| (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt();
    let (apart, half, together) = (all(0.0), all(0.5), all(1.0));
    println!("mean {:.3} {:.3} {:.3}, spread {:.3}", mean(&apart), mean(&half), mean(&together), spread(&apart));
    // Under independence the mean of 1128 pairs has a standard error of about spread / sqrt(1128), and a bit more.
    assert!(mean(&apart).abs() < 3.0 * spread(&apart) / 48.0, "mean {}", mean(&apart));
    assert!(mean(&half) > 0.005 && mean(&together) > mean(&half));
}
