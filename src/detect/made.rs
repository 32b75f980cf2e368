//! Small data for tests.
#![cfg(test)]

use super::episode::{Clock, window};
use super::fold::Episode;
use super::run::Run;
use super::runs::RunSpan;
use crate::config::{CheckedDetect, DetectConfig, DetectProtocol, SnapshotConfig};
use crate::data::{Dataset, Fault, Placement, Series, Unit};
use crate::sandbox::simulate;
use crate::snapshot::{ByClass, Faulty, majority_labels, sequences};

/// Samples every 5 s that repeat after 35 s.
pub(super) fn samples(from: i64, to: i64) -> Vec<(i64, f32)> {
    (from / 5000..to / 5000).map(|k| (5000 * k, 1.0 + (k % 7) as f32 / 8.0)).collect()
}

/// Recorded CPU of some pods, in cores.
pub(super) fn recorded(series: &[&[(i64, f32)]]) -> Dataset {
    let mut dataset = simulate("sample").expect("a scenario");
    dataset.nodes = (0..series.len()).map(|node| format!("pod-{node}")).collect();
    dataset.metrics.truncate(1);
    dataset.metrics[0].unit = Unit::Cores;
    let series = series.iter().enumerate().map(|(node, samples)| {
        let (at_millis, values) = samples.iter().copied().unzip();
        Series { node: node as u32, metric: 0, at_millis, values }
    });
    dataset.system.recording = series.collect();
    dataset
}

const MINUTE: i64 = 60_000;

/// Runs of 40 minutes, three hours apart, each with the fault type and the target (a pod) that is given for it, in minutes
/// 10 to 20 (in the first run), 11 to 21, …; empty: none. Three pods.
pub(super) fn many_runs(faults: &[(&str, &str)]) -> Dataset {
    let start = |run: usize| 180 * MINUTE * run as i64;
    let pod = |pod: usize| -> Vec<(i64, f32)> {
        let of_run = |run: usize| {
            let fault = (start(run) + (10 + run as i64) * MINUTE, start(run) + (20 + run as i64) * MINUTE);
            let is_hit = faults[run].1 == format!("pod-{pod}");
            let value = move |(at, value): (i64, f32)| {
                let is_broken = is_hit && (fault.0..fault.1).contains(&at);
                (at, (1 + pod) as f32 * value + if is_broken { 2.0 } else { 0.0 } + run as f32 / 100.0)
            };
            samples(start(run), start(run) + 40 * MINUTE).into_iter().map(value).collect::<Vec<_>>()
        };
        (0..faults.len()).flat_map(of_run).collect()
    };
    let pods = [pod(0), pod(1), pod(2)];
    let mut dataset = recorded(&pods.each_ref().map(Vec::as_slice));
    let fault = |(run, (kind, target)): (usize, &(&str, &str))| {
        (!kind.is_empty()).then(|| Fault {
            start_millis: start(run) + (10 + run as i64) * MINUTE,
            end_millis: start(run) + (20 + run as i64) * MINUTE,
            target: (*target).to_owned(),
            kind: (*kind).to_owned(),
        })
    };
    dataset.system.faults = faults.iter().enumerate().filter_map(fault).collect();
    dataset
}

/// Two kinds, four runs each, with targets of their own, and four runs without a fault.
pub(super) fn twelve_runs() -> Dataset {
    let mut faults = [("crash", "pod-0"), ("hang", "pod-1")].repeat(4);
    faults.extend([("", ""); 4]);
    many_runs(&faults)
}

/// The same, of pods of these services, which calls name by their place in `named`.
pub(super) fn twelve_runs_of(services: &[&str], named: &[&str]) -> Dataset {
    let mut dataset = twelve_runs();
    let place = |service: &&str| Placement { service: (*service).to_owned(), ..Placement::default() };
    dataset.system.placements = services.iter().map(place).collect();
    dataset.system.services = named.iter().map(|&name| name.to_owned()).collect();
    dataset
}

/// One run of ten hours with a fault of 5 minutes in every half an hour.
pub(super) fn stream() -> Dataset {
    let pods = [samples(0, 600 * MINUTE), samples(0, 600 * MINUTE)];
    let mut dataset = recorded(&pods.each_ref().map(Vec::as_slice));
    let fault = |k: i64| Fault {
        start_millis: (10 + 30 * k) * MINUTE,
        end_millis: (15 + 30 * k) * MINUTE,
        target: format!("pod-{}", k % 2),
        kind: if k % 3 == 0 { "crash" } else { "hang" }.to_owned(),
    };
    dataset.system.faults = (0..20).map(fault).collect();
    dataset
}

/// The published run: 2880 snapshots of 5 s and a fault in minutes 60 to 105, without values.
pub(super) fn published() -> Run {
    let fault = (60 * MINUTE, 105 * MINUTE);
    let faults = Faulty::new(&[Fault {
        start_millis: fault.0,
        end_millis: fault.1,
        target: String::new(),
        kind: String::new(),
    }]);
    let labels = majority_labels(&faults, 0, 5, 2880);
    let episodes = vec![Episode {
        run: 0,
        start_millis: fault.0,
        end_millis: fault.1,
        kind: String::new(),
        target: String::new(),
        instances: Vec::new(),
    }];
    let clock = Clock { start_millis: 0, window_millis: 5000, sequence: 5, recovery_millis: 120_000 };
    let sequences = sequences((&labels, &[true; 2880]), (&faults, 0), &SnapshotConfig::default());
    let windows = sequences.into_iter().map(|sequence| window(0, sequence, (&episodes, 0), clock)).collect();
    Run {
        span: RunSpan { name: "run 1".to_owned(), begin_millis: 0, end_millis: 240 * MINUTE },
        start_millis: 0,
        n_instances: 1,
        values: vec![0.0; 5 * 2880],
        missing: vec![false; 2880],
        episodes,
        windows,
        calls: Default::default(),
        blocks: ByClass::default(),
        dropped: ByClass::default(),
        marked: ByClass::default(),
    }
}

/// Defaults under a protocol.
pub(super) fn config(protocol: DetectProtocol) -> CheckedDetect {
    changed(protocol, |_| {})
}

/// Defaults under a protocol, with some settings changed.
pub(super) fn changed(protocol: DetectProtocol, change: impl FnOnce(&mut DetectConfig)) -> CheckedDetect {
    let mut config: DetectConfig = serde_json::from_str(r#"{"detectors": ["zmax"]}"#).expect("all else has defaults");
    config.split.protocol = protocol;
    change(&mut config);
    config.check().expect("settings in range")
}
