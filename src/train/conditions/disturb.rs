//! Noise and gaps in the inputs.

use super::Condition;
use crate::models::{FURTHER_STRIDES, HostBatch};
use crate::stream::{Stream, StreamRng};
use crate::train::Problem;

/// Steps of a gap.
const GAP_STEPS: usize = 6;

/// Disturbs the inputs at every stride, and the last known target with them.
pub(super) fn disturb(problem: &Problem, host: &mut HostBatch, condition: Condition, seed: u32) {
    let layout = Layout::new(problem, host);
    let per_window = layout.n_steps * layout.n_nodes * layout.n_features;
    let furthest = if host.strided.is_empty() { 1 } else { FURTHER_STRIDES[FURTHER_STRIDES.len() - 1] };
    let n_back = furthest * (layout.n_steps - 1) + 1;
    for (window, &origin) in host.origins.iter().enumerate() {
        let changes = changes(condition, layout.n_nodes * layout.n_metrics, n_back, (seed, origin));
        let place = window * per_window..(window + 1) * per_window;
        layout.change(&mut host.inputs[place.clone()], &changes, (1, origin));
        for (strided, stride) in host.strided.iter_mut().zip(FURTHER_STRIDES) {
            layout.change(&mut strided[place.clone()], &changes, (stride, origin));
        }
        for node in 0..layout.n_nodes {
            let at = place.end - (layout.n_nodes - node) * layout.n_features + layout.target;
            host.last[window * layout.n_nodes + node] = host.inputs[at];
        }
    }
}

/// Where the values of a window stand.
#[derive(Debug, Clone, Copy)]
struct Layout {
    n_steps: usize,
    n_nodes: usize,
    n_features: usize,
    n_metrics: usize,
    target: usize,
    /// Place of the feature `observed` behind the metrics.
    mask: Option<usize>,
}

impl Layout {
    fn new(problem: &Problem, host: &HostBatch) -> Self {
        let (names, n_metrics) = (&problem.prepared.feature_names, problem.n_metrics());
        Self {
            n_steps: host.n_steps,
            n_nodes: host.n_nodes,
            n_features: host.n_features,
            n_metrics,
            target: problem.target_feature(),
            mask: names.iter().skip(n_metrics).position(|name| name == "observed"),
        }
    }

    /// Applies the changes `[steps back, N · metrics]` to a window `[T, N, F]`; NaN is a value that is not there.
    fn change(self, window: &mut [f32], changes: &[f32], (stride, origin): (usize, usize)) {
        let per_step = self.n_nodes * self.n_features;
        for step in 0..self.n_steps {
            // A bin before the data begin is the first bin.
            let back = (stride * (self.n_steps - 1 - step)).min(origin);
            for node in 0..self.n_nodes {
                let at = step * per_step + node * self.n_features;
                for metric in 0..self.n_metrics {
                    let change = changes[(back * self.n_nodes + node) * self.n_metrics + metric];
                    if change.is_nan() {
                        let before = (at + metric).checked_sub(per_step);
                        window[at + metric] = before.map_or(0.0, |before| window[before]);
                    } else {
                        window[at + metric] += change;
                    }
                    if let (true, Some(mask)) = (change.is_nan() && metric == self.target, self.mask) {
                        window[at + self.n_metrics + mask] = 0.0;
                    }
                }
            }
        }
    }
}

/// What happens to each value before an origin, `[steps back, series]`: what is added, or NaN where it is not there.
///
/// Drawn backwards from the origin, so that a model that looks further back sees the same changes where others look.
fn changes(condition: Condition, n_series: usize, n_back: usize, (seed, origin): (u32, usize)) -> Vec<f32> {
    let rng = &mut Stream::Data.rng(seed, &format!("{} at {origin}", condition.kind()));
    let gone = |rng: &mut StreamRng, share: f64| if f64::from(rng.unit()) < share { f32::NAN } else { 0.0 };
    match condition {
        Condition::Noise(sd) => (0..n_back * n_series).map(|_| sd as f32 * rng.normal()).collect(),
        Condition::Missing(share) => (0..n_back * n_series).map(|_| gone(rng, share)).collect(),
        Condition::MissingBlocks(share) => {
            let phases: Vec<usize> = (0..n_series).map(|_| rng.below(GAP_STEPS)).collect();
            let mut now = vec![0.0; n_series];
            let mut out = Vec::with_capacity(n_back * n_series);
            for back in 0..n_back {
                for (now, phase) in now.iter_mut().zip(&phases) {
                    if back == 0 || (back + phase).is_multiple_of(GAP_STEPS) {
                        *now = gone(rng, share);
                    }
                }
                out.extend(&now);
            }
            out
        }
        _ => vec![0.0; n_back * n_series],
    }
}
