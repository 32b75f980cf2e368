//! Everything handed on becomes values on a grid and the system behind them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::cells::MAX_CELLS;
use super::super::dataset::{Finding, Metric};
use super::super::error::DataError;
use super::super::system::{Fault, Placement, Series, System, TimelessCalls};
use super::super::tally::{COLUMN_LISTS, DUPLICATE_LABELS, DUPLICATE_ROWS, NO_SERIES, NOT_A_NODE, REPLACED, Tallies};
use super::Intake;
use super::entities::{Entity, MetricId};
use super::logical::{self, Node};
use super::samples::Key;
use crate::config::{DataConfig, NodeLevel as Level};

/// Widths that a grid takes by itself.
const NICE_SECS: [u32; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 3600];

/// A data set without its files.
#[derive(Debug)]
pub(in super::super) struct Gathered {
    pub(in super::super) nodes: Vec<String>,
    pub(in super::super) level: Level,
    pub(in super::super) metrics: Vec<Metric>,
    pub(in super::super) grid_secs: u32,
    pub(in super::super) grid_reason: &'static str,
    pub(in super::super) start_secs: i64,
    pub(in super::super) n_bins: usize,
    /// `[T, N, F]`.
    pub(in super::super) values: Vec<f32>,
    pub(in super::super) system: System,
    pub(in super::super) findings: Vec<Finding>,
}

/// What stands beside a data set whose values came another way.
#[derive(Debug)]
pub(in super::super) struct Beside {
    pub(in super::super) system: System,
    pub(in super::super) findings: Vec<Finding>,
}

impl Intake {
    /// A data set of everything handed on; without nodes if there is no series.
    ///
    /// # Errors
    /// When the grid would be too large.
    pub(in super::super) fn finish(mut self, config: &DataConfig) -> Result<Gathered, DataError> {
        self.samples.sort();
        if config.repairs(DUPLICATE_ROWS.id) {
            self.tallies.note(&DUPLICATE_ROWS, self.samples.drop_repeated(), || "in a series".to_owned());
        }
        let Some(level) = config.nodes.or_else(|| self.finest_level()) else { return Ok(self.without_series(config)) };
        let nodes = self.nodes(level, config.repairs(REPLACED.id));
        let metrics = self.metrics(&nodes);
        let (grid_secs, grid_reason) = self.grid(config);
        let Some((first_bin, n_bins)) = self.span(&nodes, grid_secs) else { return Ok(self.without_series(config)) };
        check_size(n_bins, nodes.len() * metrics.len(), grid_secs)?;
        let values = self.values(&nodes, &metrics, (first_bin, n_bins, grid_secs));
        let recording = self.recording(&nodes, &metrics);
        let names: Vec<String> = nodes.iter().map(|node| node.name.clone()).collect();
        let placements = nodes.into_iter().map(|node| node.placement).collect();
        let Beside { mut system, findings } = self.beside(placements, &names, config);
        system.recording = recording;
        Ok(Gathered {
            nodes: names,
            level,
            metrics: metrics.into_iter().map(|(_, metric)| metric).collect(),
            grid_secs,
            grid_reason,
            start_secs: first_bin * i64::from(grid_secs),
            n_bins,
            values,
            system,
            findings,
        })
    }

    /// Files that say something of a system but hold no series: they open, and nothing can be run on them.
    fn without_series(mut self, config: &DataConfig) -> Gathered {
        let first = self.entities.first_name().map_or_else(|| "in these files".to_owned(), str::to_owned);
        self.tallies.note(&NO_SERIES, self.entities.len().max(1) as u64, || first);
        let Beside { system, findings } = self.beside(Vec::new(), &[], config);
        Gathered {
            nodes: Vec::new(),
            level: Level::default(),
            metrics: Vec::new(),
            grid_secs: config.grid_secs.unwrap_or(60),
            grid_reason: "no series",
            start_secs: 0,
            n_bins: 0,
            values: Vec::new(),
            system,
            findings,
        }
    }

    /// What is known of machines whose values came another way.
    pub(in super::super) fn finish_beside(self, nodes: &[String], config: &DataConfig) -> Beside {
        let of_level = self.entities.of_level(Level::Machine);
        let by_name: BTreeMap<&str, &Placement> =
            of_level.iter().map(|&entity| (self.entities.name(entity), self.entities.placement(entity))).collect();
        let known = |name: &String| by_name.get(name.as_str()).map(|&placement| placement.clone()).unwrap_or_default();
        let placements: Vec<Placement> = nodes.iter().map(known).collect();
        let is_known = placements.iter().any(|placement| *placement != Placement::default());
        self.beside(if is_known { placements } else { Vec::new() }, nodes, config)
    }

    fn beside(self, placements: Vec<Placement>, nodes: &[String], config: &DataConfig) -> Beside {
        let mut idx_by_name: BTreeMap<&str, u32> = BTreeMap::new();
        for (idx, name) in nodes.iter().enumerate() {
            idx_by_name.insert(name, idx as u32);
        }
        let mut tallies = self.tallies;
        let (schedule, n_elsewhere) = self.records.finish(|name| idx_by_name.get(name).copied());
        tallies.note(&NOT_A_NODE, n_elsewhere, || "scheduling records".to_owned());
        let (services, calls) = self.calls.finish();
        let timeless_calls = timeless(self.timeless, config, &mut tallies);
        note_column_lists(self.column_lists, &mut tallies);
        let shift = config.label_offset_secs.saturating_mul(1000);
        let shifted = |fault: Fault| Fault {
            start_millis: fault.start_millis.saturating_add(shift),
            end_millis: fault.end_millis.saturating_add(shift),
            ..fault
        };
        let shifted = self.faults.into_iter().map(shifted);
        let faults = ordered(shifted.chain(self.recordings.finish(&mut tallies)).collect(), config, &mut tallies);
        let system = System {
            placements,
            schedule,
            services,
            calls,
            timeless_calls,
            faults,
            recording: Vec::new(),
            snapshots: self.snapshots,
        };
        Beside { system, findings: tallies.into_findings() }
    }

    /// The level with series that says most about a deployment: services, then instances, then machines.
    fn finest_level(&self) -> Option<Level> {
        let has = |level: Level| self.keys().any(|(entity, _)| self.entities.level(entity) == level);
        [Level::Service, Level::Instance, Level::Machine].into_iter().find(|&level| has(level))
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        self.samples.by_key.keys().copied().chain(self.sums.keys())
    }

    fn nodes(&mut self, level: Level, joins: bool) -> Vec<Node> {
        let mut with_series: Vec<Entity> = self.keys().map(|(entity, _)| entity).collect();
        with_series.sort();
        with_series.dedup();
        let of_level = self.entities.of_level(level);
        let entities: Vec<Entity> =
            of_level.into_iter().filter(|entity| with_series.binary_search(entity).is_ok()).collect();
        let (nodes, n_replaced) =
            logical::nodes(&self.entities, &self.samples, &entities, joins && level == Level::Instance);
        self.tallies.note(&REPLACED, n_replaced, || first_joined(&nodes));
        nodes
    }

    fn metrics(&self, nodes: &[Node]) -> Vec<(MetricId, Metric)> {
        let of_nodes: BTreeSet<Entity> = nodes.iter().flat_map(|node| &node.entities).copied().collect();
        let used = self.keys().filter(|(entity, _)| of_nodes.contains(entity)).map(|(_, metric)| metric);
        self.entities.sorted_metrics(used.collect())
    }

    fn grid(&self, config: &DataConfig) -> (u32, &'static str) {
        if let Some(secs) = config.grid_secs {
            return (secs.max(1), "given");
        }
        if let Some(width) = self.sums.width_secs() {
            // A width comes from a u32.
            return (width as u32, "default of this format");
        }
        let period = self.samples.period_millis().unwrap_or(1000).clamp(1000, 86_400_000) as f64 / 1000.0;
        let ratio = |secs: u32| (f64::from(secs) / period).ln().abs();
        let nearest = NICE_SECS.into_iter().min_by(|&a, &b| ratio(a).total_cmp(&ratio(b))).unwrap_or(60);
        (nearest, "step of the file")
    }

    /// First bin and number of bins.
    fn span(&self, nodes: &[Node], grid_secs: u32) -> Option<(i64, usize)> {
        let width = i64::from(grid_secs);
        let of_nodes = nodes.iter().flat_map(|node| &node.entities).copied();
        let of_samples = of_nodes.flat_map(|entity| self.samples.of(entity)).flat_map(|(_, series)| {
            let ends = [series.first(), series.last()].into_iter().flatten();
            ends.map(|(at_millis, _)| at_millis.div_euclid(1000 * width)).collect::<Vec<i64>>()
        });
        let of_nodes = nodes.iter().flat_map(|node| &node.entities).copied();
        let of_sums = of_nodes.filter_map(|entity| self.sums.span(entity)).flat_map(|(first, last)| [first, last]);
        let bins: Vec<i64> = of_samples.chain(of_sums).collect();
        let (first, last) = (*bins.iter().min()?, *bins.iter().max()?);
        Some((first, usize::try_from(last.checked_sub(first)?).ok()?.checked_add(1)?))
    }

    fn values(
        &self,
        nodes: &[Node],
        metrics: &[(MetricId, Metric)],
        (first_bin, n_bins, grid_secs): (i64, usize, u32),
    ) -> Vec<f32> {
        let row = nodes.len() * metrics.len();
        let mut values = vec![f32::NAN; n_bins * row];
        for (node_idx, node) in nodes.iter().enumerate() {
            for (metric_idx, (metric, _)) in metrics.iter().enumerate() {
                for (bin, mean) in self.bin_means(node, *metric, grid_secs) {
                    values[(bin - first_bin) as usize * row + node_idx * metrics.len() + metric_idx] = mean;
                }
            }
        }
        values
    }

    /// Observed bins of one node and metric: means over all entities of the node.
    fn bin_means(&self, node: &Node, metric: MetricId, grid_secs: u32) -> BTreeMap<i64, f32> {
        let width = 1000 * i64::from(grid_secs);
        let mut sums: BTreeMap<i64, (f64, u64)> = BTreeMap::new();
        let mut add = |bin: i64, sum: f64, n: u64| {
            let into = sums.entry(bin).or_default();
            *into = (into.0 + sum, into.1 + n);
        };
        for &entity in &node.entities {
            for &(at_millis, value) in self.samples.by_key.get(&(entity, metric)).into_iter().flatten() {
                add(at_millis.div_euclid(width), f64::from(value), 1);
            }
            for (bin, n, mean) in self.sums.means((entity, metric)) {
                add(bin, f64::from(mean) * n as f64, n);
            }
        }
        sums.into_iter().map(|(bin, (sum, n))| (bin, (sum / n as f64) as f32)).collect()
    }

    fn recording(&self, nodes: &[Node], metrics: &[(MetricId, Metric)]) -> Vec<Series> {
        let mut recording = Vec::new();
        for (node_idx, node) in nodes.iter().enumerate() {
            for (metric_idx, (metric, _)) in metrics.iter().enumerate() {
                let of_node = node.entities.iter().filter_map(|&entity| self.samples.by_key.get(&(entity, *metric)));
                let mut samples: Vec<(i64, f32)> = of_node.flatten().copied().collect();
                samples.sort_by_key(|sample| sample.0);
                if !samples.is_empty() {
                    let (at_millis, values) = samples.into_iter().unzip();
                    recording.push(Series { node: node_idx as u32, metric: metric_idx as u32, at_millis, values });
                }
            }
        }
        recording
    }
}

/// Faults by start; the same label twice is one.
fn ordered(mut faults: Vec<Fault>, config: &DataConfig, tallies: &mut Tallies) -> Vec<Fault> {
    faults.sort_by(|a, b| {
        (a.start_millis, a.end_millis, &a.target, &a.kind).cmp(&(b.start_millis, b.end_millis, &b.target, &b.kind))
    });
    if config.repairs(DUPLICATE_LABELS.id) {
        let n_given = faults.len();
        let twice = faults.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone());
        faults.dedup();
        tallies.note(&DUPLICATE_LABELS, (n_given - faults.len()) as u64, || {
            twice.map_or_else(String::new, |fault| format!("{} of {}", fault.kind, fault.target))
        });
    }
    faults
}

/// Calls without time in the order of their names; the same row twice is one.
fn timeless(mut calls: Vec<TimelessCalls>, config: &DataConfig, tallies: &mut Tallies) -> Vec<TimelessCalls> {
    // Durations are not negative, so that their bits have the order of their values.
    let numbers = |of: &TimelessCalls| (of.count, of.mean_micros.map(f64::to_bits), of.p95_micros.map(f64::to_bits));
    calls.sort_by(|a, b| {
        let names = (&a.caller, &a.callee, &a.operation).cmp(&(&b.caller, &b.callee, &b.operation));
        names.then_with(|| numbers(a).cmp(&numbers(b)))
    });
    if config.repairs(DUPLICATE_ROWS.id) {
        let n_given = calls.len();
        calls.dedup();
        tallies.note(&DUPLICATE_ROWS, (n_given - calls.len()) as u64, || "among calls without time".to_owned());
    }
    calls
}

/// Says which tables each file describes.
fn note_column_lists(mut lists: Vec<(String, Vec<(String, u64)>)>, tallies: &mut Tallies) {
    const SHOWN: usize = 12;
    lists.sort();
    lists.dedup();
    let shown = |(file, tables): &(String, Vec<(String, u64)>)| {
        let first: Vec<String> = tables.iter().take(SHOWN).map(|(table, n)| format!("{table} {n}")).collect();
        let more = tables.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("“{file}”, with the columns of each: {}{more}", first.join(", "))
    };
    let n_tables = lists.iter().map(|(_, tables)| tables.len() as u64).sum();
    tallies.note(&COLUMN_LISTS, n_tables, || lists.iter().map(shown).collect::<Vec<_>>().join("; "));
}

fn first_joined(nodes: &[Node]) -> String {
    let joined = nodes.iter().find(|node| node.entities.len() > 1);
    joined.map_or_else(String::new, |node| format!("{}: {}", node.name, node.placement.names.join(", then ")))
}

fn check_size(n_bins: usize, n_series: usize, grid_secs: u32) -> Result<(), DataError> {
    let n_cells = (n_bins as u64).saturating_mul(n_series as u64);
    if n_cells <= MAX_CELLS {
        return Ok(());
    }
    Err(DataError::TooLarge {
        what: format!("A grid of {grid_secs} s over {n_bins} bins"),
        needed: format!("{n_cells} values ({n_series} series)"),
        limit: format!("{MAX_CELLS} values"),
        advice: "choose a wider grid, or look for a time stamp far from all others".into(),
    })
}
