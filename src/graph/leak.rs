//! The check that graphs make on themselves: the future is changed, and the past must not notice (MODELS.md E).

use super::channels::ChannelGraphs;
use crate::config::Checked;
use crate::data::{CallStat, ContainerSighting, Dataset, Relation, TaskRun};
use crate::prepare::{Prepared, perturbed_after, target_metric};
use crate::report::LeakCheck;

/// Changes all values and records behind some origins and compares every graph up to them, bit by bit.
///
/// `graphs` are those of the same data and config.
pub fn leak_check(dataset: &Dataset, prepared: &Prepared, graphs: &ChannelGraphs, config: &Checked) -> LeakCheck {
    let test = &prepared.split.test;
    let origins = [prepared.split.training.last(), test.first(), test.get(test.len() / 2)];
    let passed = origins.into_iter().flatten().all(|&origin| is_causal(dataset, prepared, config, (graphs, origin)));
    LeakCheck {
        id: "graph_causal".into(),
        title: "Changing every value and record behind an origin leaves all graphs up to it unchanged, bit by bit"
            .into(),
        passed: Some(passed),
    }
}

fn is_causal(
    dataset: &Dataset,
    prepared: &Prepared,
    config: &Checked,
    (graphs, origin): (&ChannelGraphs, usize),
) -> bool {
    let mut changed = perturbed_after(dataset, origin);
    let bins = (origin as i64).saturating_add(1);
    change_records(&mut changed, dataset.start_secs.saturating_add(bins.saturating_mul(i64::from(dataset.grid_secs))));
    let Ok(metric) = target_metric(dataset, config) else { return false };
    let unit = dataset.metrics[metric].unit;
    let target: Vec<f32> = (0..dataset.n_bins)
        .flat_map(|bin| prepared.node_idx.iter().map(move |&node| (bin, node)))
        .map(|(bin, node)| unit.to_unit(changed.at(bin, node, metric)))
        .collect();
    let has_records = Some(graphs.records_at(0).is_some());
    ChannelGraphs::of_target(&changed, &target, &prepared.node_idx, (config, has_records)).is_ok_and(|other| {
        (0..=origin).step_by(graphs.renew_bins()).all(|bin| {
            graphs.correlation_at(bin) == other.correlation_at(bin) && graphs.records_at(bin) == other.records_at(bin)
        })
    })
}

/// Changes every record from a moment on: what was moves elsewhere, what ran ends at another time or never.
pub(super) fn change_records(dataset: &mut Dataset, end_secs: i64) {
    let n_nodes = dataset.n_nodes() as u32;
    let is_future = |at_secs: i64| at_secs >= end_secs;
    dataset.relations.iter_mut().filter(|relation| is_future(relation.at_secs)).for_each(change_relation);
    let schedule = &mut dataset.system.schedule;
    let sightings = schedule.containers.iter_mut().filter(|sighting| is_future(sighting.at_secs));
    sightings.for_each(|sighting| change_sighting(sighting, n_nodes));
    for run in &mut schedule.task_runs {
        change_run(run, end_secs, n_nodes);
    }
    let n_services = dataset.system.services.len() as u32;
    let calls = dataset.system.calls.iter_mut().filter(|call| is_future(call.at_secs));
    calls.for_each(|call| change_call(call, n_services));
}

fn change_relation(relation: &mut Relation) {
    relation.weight = 2.0 * relation.weight + 5.0;
    std::mem::swap(&mut relation.from, &mut relation.to);
}

fn change_sighting(sighting: &mut ContainerSighting, n_nodes: u32) {
    sighting.node = match sighting.node {
        Some(_) if sighting.container.is_multiple_of(5) => None,
        Some(node) => Some((node + 1) % n_nodes.max(1)),
        None => Some(sighting.container % n_nodes.max(1)),
    };
    sighting.app /= 2;
}

/// A run that begins later moves to another node; one that is running gets another end.
fn change_run(run: &mut TaskRun, end_secs: i64, n_nodes: u32) {
    if run.start_secs >= end_secs {
        run.node = (run.node + 1) % n_nodes.max(1);
    }
    run.end_secs = match run.end_secs {
        None => Some(end_secs.max(run.start_secs)),
        Some(end) if end >= end_secs && end % 16 == 0 => None,
        Some(end) if end >= end_secs => Some(end.saturating_add(4000)),
        past => past,
    };
}

fn change_call(call: &mut CallStat, n_services: u32) {
    call.count = call.count.saturating_mul(3).saturating_add(7);
    (call.caller, call.callee) = (call.callee, (call.caller + 1) % n_services.max(1));
}

#[cfg(test)]
pub(super) use tests::{N_BINS, config, random_data};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::preset;
    use crate::data::{Metric, Placement, Schedule, System, Unit};
    use crate::prepare::prepare;
    use crate::sandbox::simulate;
    use crate::stream::{Stream, StreamRng};

    const N_NODES: usize = 5;
    pub(in super::super) const N_BINS: usize = 120;
    const GRID_SECS: u32 = 50;

    /// Two series per node on some unit, and records of every kind, all from one seed.
    pub(in super::super) fn random_data(seed: u32, unit: Unit) -> Dataset {
        let mut rng = Stream::Data.rng(seed, "test");
        let mut data = simulate("sample").expect("a scenario");
        data.nodes = (0..N_NODES).map(|node| format!("n_{node}")).collect();
        data.metrics = ["cores", "other"].map(|id| Metric { id: id.into(), label: id.into(), unit }).into();
        (data.grid_secs, data.start_secs, data.n_bins) = (GRID_SECS, 30, N_BINS);
        data.values =
            (0..N_BINS * N_NODES * 2)
                .map(|_| {
                    if rng.unit() < 0.05 {
                        f32::NAN
                    } else {
                        rng.uniform(0.0, if unit.is_share() { 100.0 } else { 1e9 })
                    }
                })
                .collect();
        data.relations = Vec::new();
        data.system = random_system(&mut rng);
        data
    }

    fn stamp(rng: &mut StreamRng) -> i64 {
        rng.below(N_BINS * GRID_SECS as usize) as i64
    }

    fn random_system(rng: &mut StreamRng) -> System {
        let mut containers: Vec<ContainerSighting> = (0..150)
            .map(|_| ContainerSighting {
                at_secs: stamp(rng),
                container: rng.below(20) as u32,
                app: rng.below(4) as u32,
                node: (rng.unit() < 0.8).then(|| rng.below(N_NODES) as u32),
            })
            .collect();
        containers.sort();
        let mut task_runs: Vec<TaskRun> = (0..150)
            .map(|_| {
                let start_secs = stamp(rng);
                let length = rng.below(900) as i64;
                TaskRun {
                    start_secs,
                    end_secs: (rng.unit() < 0.9).then_some(start_secs + length),
                    node: rng.below(N_NODES) as u32,
                    job: rng.below(3) as u32,
                    task: rng.below(4) as u32,
                }
            })
            .collect();
        task_runs.sort();
        let mut calls: Vec<CallStat> = (0..150)
            .map(|_| CallStat {
                at_secs: stamp(rng),
                caller: rng.below(3) as u32,
                callee: rng.below(3) as u32,
                count: rng.below(50) as u32,
                mean_millis: 1.0,
                p95_millis: 1.0,
            })
            .collect();
        calls.sort_by_key(|call| (call.at_secs, call.caller, call.callee));
        let place = |node: usize| Placement {
            service: ["a", "b", "c", "c", ""][node].to_owned(),
            domains: vec!["1".to_owned(), (node / 2).to_string()],
            ..Placement::default()
        };
        System {
            placements: (0..N_NODES).map(place).collect(),
            schedule: Schedule {
                containers,
                apps: ["w", "x", "y", "z"].map(str::to_owned).into(),
                task_runs,
                dependencies: vec![vec![(0, 1), (1, 2)], vec![], vec![(0, 3)]],
            },
            services: ["a", "b", "c"].map(str::to_owned).into(),
            calls,
            ..System::default()
        }
    }

    pub(in super::super) fn config(change: impl FnOnce(&mut crate::config::RunConfig)) -> Checked {
        let mut config = preset("quick").expect("a preset").config;
        config.prepare = Default::default();
        config.window.input_steps = 4;
        (config.graph.renew_secs, config.graph.failure_domains) = (150, true);
        (config.graph.correlation_steps, config.graph.min_joint_observations) = (Some(10), 4);
        change(&mut config);
        config.check().expect("settings in range")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_changed_future_leaves_every_graph_unchanged(seed: u32, origin in 1_usize..N_BINS - 1, share: bool, renew in 40_u32..700) {
            let data = random_data(seed, if share { Unit::Percent } else { Unit::Bytes });
            let config = config(|c| c.graph.renew_secs = renew);
            let Ok(prepared) = prepare(&data, &config) else { return Err(TestCaseError::reject("no node is left")) };
            let graphs = ChannelGraphs::build(&data, &prepared, &config).expect("small");
            prop_assert!(is_causal(&data, &prepared, &config, (&graphs, origin)));
            let weights = graphs.records_at(origin).expect("records");
            prop_assert!(weights.iter().all(|weight| (0.0..=1.0).contains(weight)));
            prop_assert!((0..prepared.n_nodes()).all(|row| weights[row * (prepared.n_nodes() + 1)] == 0.0));
        }
    }

    #[test]
    fn every_source_is_named_with_its_count() {
        let data = random_data(1, Unit::Cores);
        let config = config(|c| c.window.target = Some("other".to_owned()));
        let prepared = prepare(&data, &config).expect("enough data");
        let graphs = ChannelGraphs::build(&data, &prepared, &config).expect("small");
        let titles: Vec<String> = graphs
            .edge_sources()
            .iter()
            .map(|source| source.split(" (").next().unwrap_or_default().to_owned())
            .collect();
        let wanted = [
            "correlation of other over 10 bins",
            "shared applications",
            "migrations",
            "shared jobs",
            "calls between services",
            "failure domains",
        ];
        assert_eq!(titles, wanted);
        let last = graphs.edge_sources().pop().unwrap_or_default();
        assert_eq!(last, "failure domains (2 pairs)");
        assert_eq!(leak_check(&data, &prepared, &graphs, &config).passed, Some(true));
    }

    #[test]
    fn graphs_that_know_the_future_are_caught() {
        let data = random_data(2, Unit::Percent);
        let config = config(|_| {});
        let prepared = prepare(&data, &config).expect("enough data");
        // Every record is known a thousand seconds early.
        let mut early = data.clone();
        early.system.schedule.containers.iter_mut().for_each(|sighting| sighting.at_secs -= 1000);
        let graphs = ChannelGraphs::build(&early, &prepared, &config).expect("small");
        assert_eq!(leak_check(&data, &prepared, &graphs, &config).passed, Some(false));
    }

    #[test]
    fn a_changed_record_really_changes_later_graphs() {
        let data = random_data(3, Unit::Percent);
        let config = config(|_| {});
        let prepared = prepare(&data, &config).expect("enough data");
        let build = |data: &Dataset| ChannelGraphs::build(data, &prepared, &config).expect("small");
        let only = |keep: fn(&mut System)| {
            let mut data = data.clone();
            keep(&mut data.system);
            let mut changed = data.clone();
            change_records(&mut changed, 2000);
            build(&data).records_at(N_BINS - 1) != build(&changed).records_at(N_BINS - 1)
        };
        assert!(only(|system| (system.schedule.task_runs, system.calls) = (Vec::new(), Vec::new())), "containers");
        assert!(only(|system| (system.schedule.containers, system.calls) = (Vec::new(), Vec::new())), "runs");
        assert!(only(|system| system.schedule = Schedule::default()), "calls");
    }
}
