//! What one machine of a simulated cluster reports of its work.

use super::process::Ar1;
use crate::stream::{Stream, StreamRng};

/// Ids and names of the metrics, all in per cent.
pub(super) const METRICS: [(&str, &str); 5] =
    [("cpu", "CPU"), ("mem", "Memory"), ("net_in", "Network in"), ("net_out", "Network out"), ("disk", "Disk")];
/// Share of reports that are lost whole, and of single values that are lost.
const LOST_REPORTS: f32 = 0.015;
const LOST_VALUES: f32 = 0.005;
/// Lag-1 correlation at one minute and standard deviation of CPU noise (MODELS.md G: about 0.2).
const NOISE: (f64, f64) = (0.2, 1.2);

/// Work on a machine in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Work {
    /// CPU in per cent.
    pub(super) cpu: f64,
    /// Containers and the like, each counted by its load.
    pub(super) calls: f64,
}

/// How a minute's report reaches the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Always: the first and the last minute say how long the trace is.
    Sure,
    /// Now and then it is lost.
    Usual,
    /// Never: the machine is out of order.
    Out,
}

/// One machine's own state and noise.
#[derive(Debug)]
pub(super) struct Machine {
    base_cpu: f64,
    base_mem: f64,
    slow_cpu: Option<f64>,
    cpu_noise: Ar1,
    mem_noise: Ar1,
    net_noise: [Ar1; 2],
    disk_noise: Ar1,
    losses: StreamRng,
}

impl Machine {
    /// Machine `idx` of the cluster whose streams begin with `scope`.
    pub(super) fn new(scope: &str, seed: u32, idx: usize) -> Self {
        let stream = |name: &str| Stream::Data.rng(seed, &format!("{scope}/machine/{idx}/{name}"));
        let mut base = stream("base");
        Self {
            base_cpu: f64::from(base.uniform(4.0, 12.0)),
            base_mem: f64::from(base.uniform(35.0, 60.0)),
            slow_cpu: None,
            cpu_noise: Ar1::new(NOISE.0, NOISE.1, stream("cpu")),
            mem_noise: Ar1::new(0.9, 0.4, stream("mem")),
            net_noise: [Ar1::new(0.2, 1.0, stream("net_in")), Ar1::new(0.2, 1.0, stream("net_out"))],
            disk_noise: Ar1::new(0.5, 1.0, stream("disk")),
            losses: stream("losses"),
        }
    }

    /// The five metrics of a minute in per cent, with two decimals as in the official table; NaN where lost.
    pub(super) fn report(&mut self, work: Work, delivery: Delivery) -> [f32; 5] {
        let cpu = self.base_cpu + work.cpu + self.cpu_noise.next();
        let slow = self.slow_cpu.map_or(cpu, |slow| slow + 0.02 * (cpu - slow));
        self.slow_cpu = Some(slow);
        let [net_in, net_out] = &mut self.net_noise;
        let reported = [
            cpu,
            self.base_mem + 0.25 * slow + self.mem_noise.next(),
            3.0 + 8.0 * work.calls + net_in.next(),
            2.0 + 6.5 * work.calls + net_out.next(),
            2.0 + 0.1 * cpu + self.disk_noise.next(),
        ];
        let reported = reported.map(two_decimals);
        // All draws are made in any case, so that one loss does not move the next.
        let is_lost = self.losses.unit() < LOST_REPORTS;
        let lost_values = METRICS.map(|_| self.losses.unit() < LOST_VALUES);
        std::array::from_fn(|metric| {
            let is_missing = match delivery {
                Delivery::Sure => false,
                Delivery::Usual => is_lost || lost_values[metric],
                Delivery::Out => true,
            };
            if is_missing { f32::NAN } else { reported[metric] }
        })
    }
}

fn two_decimals(percent: f64) -> f32 {
    ((percent.clamp(0.0, 100.0) * 100.0).round() / 100.0) as f32
}
