//! From counters to rates on a grid, as a reader of Prometheus answers makes them (MODELS.md B.2).

use super::run::{MeshRun, Pod};
use super::sampled::sampled_calls;
use super::topology::N_INSTANCES;
use crate::config::NodeLevel;
use crate::data::{Dataset, DatasetSummary, Metric, Placement, Series, System, Unit, grid_facts, natural_order};

/// Seconds of a bin.
const GRID_SECS: u32 = 5;

impl Pod {
    /// Cores between every two samples: milliseconds at the midpoint, and the rate. A counter that fell back gives none.
    pub fn rates(&self) -> impl Iterator<Item = (i64, f32)> {
        let pairs = self.at_millis.windows(2).zip(self.cpu_secs.windows(2));
        pairs.filter(|(at, counter)| at[1] > at[0] && counter[1] >= counter[0]).map(|(at, counter)| {
            let secs = (at[1] - at[0]) as f64 / 1000.0;
            (at[0] + (at[1] - at[0]) / 2, ((counter[1] - counter[0]) / secs) as f32)
        })
    }
}

impl MeshRun {
    /// Pods that took each place, in the order of their lives; places by the natural order of their first pod's name.
    fn nodes(&self) -> Vec<Vec<&Pod>> {
        let mut nodes: Vec<Vec<&Pod>> = vec![Vec::new(); N_INSTANCES];
        for pod in &self.pods {
            nodes[pod.instance as usize].push(pod);
        }
        nodes.retain(|pods| !pods.is_empty());
        nodes.sort_by(|a, b| natural_order(first_by_name(a), first_by_name(b)));
        nodes
    }

    /// The run as a data set: one node per instance, CPU in cores, means of 5 s.
    pub fn to_dataset(&self) -> Dataset {
        let nodes = self.nodes();
        let names: Vec<String> = nodes.iter().map(|pods| pods[0].name.clone()).collect();
        let metrics = vec![Metric { id: "cpu".into(), label: "CPU".into(), unit: Unit::Cores }];
        let recording: Vec<Series> = nodes.iter().enumerate().map(|(idx, pods)| series(idx, pods)).collect();
        let n_bins = (self.config.duration_secs / GRID_SECS).max(1) as usize;
        let values = bin_means(&recording, n_bins, (self.config.start_secs, GRID_SECS));
        // Of all calls a data set knows those that its traces show, like one that was read from files.
        let (services, calls) = sampled_calls(&self.traces);
        let system = System {
            placements: nodes.iter().map(|pods| placement(pods)).collect(),
            services,
            calls,
            faults: self.faults.clone(),
            recording,
            ..System::default()
        };
        let summary = self.summary(&names, &metrics, &values, &system);
        Dataset {
            nodes: names,
            metrics,
            grid_secs: GRID_SECS,
            start_secs: self.config.start_secs,
            n_bins,
            values,
            relations: Vec::new(),
            system,
            summary,
        }
    }

    fn summary(&self, nodes: &[String], metrics: &[Metric], values: &[f32], system: &System) -> DatasetSummary {
        let n_bins = values.len() / nodes.len().max(1);
        let facts = grid_facts(nodes, values, 1, (n_bins, GRID_SECS, self.config.start_secs));
        DatasetSummary {
            level: NodeLevel::Instance,
            tables: Vec::new(),
            name: "Simulated service mesh".to_owned(),
            format: format!("simulated service mesh, config {:.12}, seed {}", self.config.hash(), self.seed),
            synthetic: true,
            files: Vec::new(),
            nodes: nodes.to_vec(),
            metrics: metrics.to_vec(),
            n_rows: self.pods.iter().map(|pod| pod.at_millis.len() as u64).sum(),
            n_bins,
            grid_secs: GRID_SECS,
            grid_reason: "given".to_owned(),
            start_secs: self.config.start_secs,
            missing_share: facts.missing_share,
            n_relations: system.n_records(),
            system: system.summary(),
            findings: facts.findings,
            coverage: facts.coverage,
        }
    }
}

fn first_by_name<'a>(pods: &[&'a Pod]) -> &'a str {
    let names = pods.iter().map(|pod| pod.name.as_str());
    names.min_by(|a, b| natural_order(a, b)).unwrap_or_default()
}

fn placement(pods: &[&Pod]) -> Placement {
    Placement {
        service: pods[0].service.clone(),
        host: pods[0].host.clone(),
        names: pods.iter().map(|pod| pod.name.clone()).collect(),
        domains: Vec::new(),
    }
}

fn series(node: usize, pods: &[&Pod]) -> Series {
    let (at_millis, values) = pods.iter().flat_map(|pod| pod.rates()).unzip();
    Series { node: node as u32, metric: 0, at_millis, values }
}

/// Shape `[T, N]`; NaN where a bin has no midpoint.
pub(super) fn bin_means(recording: &[Series], n_bins: usize, (start_secs, grid_secs): (i64, u32)) -> Vec<f32> {
    let mut sums = vec![(0.0_f64, 0_u32); n_bins * recording.len()];
    for (node, series) in recording.iter().enumerate() {
        for (at_millis, value) in series.at_millis.iter().zip(&series.values) {
            let bin = (at_millis - 1000 * start_secs).div_euclid(1000 * i64::from(grid_secs));
            if let Some(cell) = usize::try_from(bin).ok().and_then(|bin| sums.get_mut(bin * recording.len() + node)) {
                *cell = (cell.0 + f64::from(*value), cell.1 + 1);
            }
        }
    }
    sums.into_iter().map(|(sum, n)| if n == 0 { f32::NAN } else { (sum / f64::from(n)) as f32 }).collect()
}
