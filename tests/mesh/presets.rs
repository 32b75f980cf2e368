//! Runs with a name, and the runs of protocol P1.

use std::collections::BTreeSet;

use loadstone::data::{Dataset, Unit};
use loadstone::sandbox::mesh::{FaultKind, FaultPlan, Part, Regime, p1_runs};
use loadstone::sandbox::{file_names, scenarios, simulate};

#[test]
fn the_paper_preset_has_one_fault_in_windows_720_to_1259() {
    let data = simulate("mesh-paper").expect("a scenario");
    assert_eq!((data.n_nodes(), data.n_bins, data.grid_secs), (48, 2880, 5));
    let services: BTreeSet<&str> = data.system.placements.iter().map(|p| p.service.as_str()).collect();
    let hosts: BTreeSet<&str> = data.system.placements.iter().map(|p| p.host.as_str()).collect();
    assert_eq!((services.len(), hosts.len()), (26, 5));
    let [fault] = data.system.faults.as_slice() else { panic!("one fault, not {:?}", data.system.faults) };
    let window = |millis: i64| (millis - 1000 * data.start_secs) / 5000;
    assert_eq!((window(fault.start_millis), window(fault.end_millis)), (720, 1260));
    assert!(data.system.placements.iter().any(|placement| placement.names.contains(&fault.target)));
    assert!(data.summary.synthetic && data.summary.format.starts_with("simulated service mesh, config "));
    assert_eq!(data.metrics[0].unit, Unit::Cores);
    assert!(data.system.calls.iter().all(|call| call.mean_millis <= call.p95_millis && call.count > 0));
    assert!(data.system.calls.is_sorted_by_key(|call| (call.at_secs, call.caller, call.callee)));
    grid_agrees_with_recording(&data);
}

fn grid_agrees_with_recording(data: &Dataset) {
    for series in &data.system.recording {
        assert!(series.at_millis.is_sorted() && series.at_millis.len() == series.values.len());
        let in_bin = |bin: i64| {
            let samples = series.at_millis.iter().zip(&series.values);
            let of_bin = samples.filter(|(at, _)| (*at - 1000 * data.start_secs).div_euclid(5000) == bin);
            of_bin.map(|(_, x)| f64::from(*x)).collect::<Vec<f64>>()
        };
        let values = in_bin(1000);
        let expected = values.iter().sum::<f64>() / values.len() as f64;
        let seen = data.at(1000, series.node as usize, 0);
        assert!(if values.is_empty() { seen.is_nan() } else { (f64::from(seen) - expected).abs() < 1e-6 });
    }
}

#[test]
fn every_scenario_can_be_opened_by_its_name() {
    let ids: Vec<&str> = scenarios().iter().map(|scenario| scenario.id).collect();
    let single = ["sample", "sample-uncoupled", "cluster", "cluster-uncoupled", "mesh-paper", "mesh-quiet"];
    assert_eq!(ids, [&single[..], &["mesh-p1", "mesh-p1-hard", "mesh-p1-uncoupled"]].concat());
    let data = simulate("mesh-quiet").expect("a scenario");
    assert_eq!(data.summary.name, scenarios()[5].title);
    assert!(data.system.faults.is_empty() && scenarios()[5].coupling == 0.0);
}

#[test]
fn twenty_runs_are_one_data_set_on_one_clock() {
    let data = simulate("mesh-p1").expect("a scenario");
    assert_eq!((data.n_nodes(), data.n_bins, data.grid_secs), (48, 19 * 360 + 240, 60));
    let services: BTreeSet<&str> = data.system.placements.iter().map(|p| p.service.as_str()).collect();
    assert_eq!((services.len(), data.system.faults.len()), (26, 16));
    let is_known = |target: &String| data.system.placements.iter().any(|place| place.names.contains(target));
    assert!(data.system.faults.iter().all(|fault| is_known(&fault.target)));
    assert!(data.system.recording.iter().all(|series| series.at_millis.is_sorted()));
    let n_samples: usize = data.system.recording.iter().map(|series| series.at_millis.len()).sum();
    // 12 bytes each: far below the memory of a tab.
    assert!((2_000_000..3_000_000).contains(&n_samples), "{n_samples}");
    assert_eq!(data.summary.name, scenarios()[6].title);
    assert!(file_names("mesh-p1").is_empty());
    // The second run is that with its own id, 6 hours later than it would be by itself.
    let alone = simulate("mesh-p1-2").expect("a scenario");
    let later = |series: &loadstone::data::Series| -> Vec<(i64, u32)> {
        let from = 1000 * (data.start_secs + 6 * 3600);
        let samples = series.at_millis.iter().zip(&series.values);
        let of_run = samples.filter(|(at, _)| (from..from + 4 * 3_600_000).contains(*at));
        of_run.map(|(at, value)| (at - 6 * 3_600_000, value.to_bits())).collect()
    };
    let of_alone = |node: usize| -> Vec<(i64, u32)> {
        let series = &alone.system.recording[node];
        series.at_millis.iter().copied().zip(series.values.iter().map(|value| value.to_bits())).collect()
    };
    // Pods of one service change places with their names; as a set they are the same.
    let sets = |of: &dyn Fn(usize) -> Vec<(i64, u32)>| (0..48).map(of).collect::<BTreeSet<_>>();
    assert_eq!(sets(&|node| later(&data.system.recording[node])), sets(&of_alone));
}

#[test]
fn only_runs_with_a_fault_have_labels() {
    let runs = p1_runs(1, Regime::Plain);
    for (idx, run) in runs.iter().enumerate() {
        let has_labels = file_names(&format!("mesh-p1-{}", idx + 1)).contains(&"labels.csv");
        assert_eq!(has_labels, !run.config.faults.is_empty(), "run {}", idx + 1);
    }
    assert!(file_names("mesh-paper").contains(&"labels.csv") && !file_names("mesh-quiet").contains(&"labels.csv"));
}

#[test]
fn p1_has_whole_runs_in_parts_by_family() {
    let runs = p1_runs(1, Regime::Plain);
    assert_eq!(runs.len(), 20);
    let n = |part: Part| runs.iter().filter(|run| run.part == part).count();
    assert_eq!([n(Part::Train), n(Part::Validation), n(Part::Test)], [10, 5, 5]);
    for kind in [FaultKind::Crash, FaultKind::ResourceExhaustion, FaultKind::Deadlock, FaultKind::Hang] {
        assert_eq!(runs.iter().filter(|run| run.kind == Some(kind)).count(), 4);
    }
    assert_eq!(runs.iter().filter(|run| run.config.faults.is_empty()).count(), 4);
    let seeds: BTreeSet<u32> = runs.iter().map(|run| run.seed).collect();
    assert_eq!(seeds.len(), 20);
    assert!(runs.iter().all(|run| run.config.deployment == 1));
    for fault in runs.iter().flat_map(|run| &run.config.faults) {
        assert!((600..=2700).contains(&fault.duration_secs) && fault.active_secs(14_400).is_some());
    }
}

/// Area under the ROC curve with ties counted as one half.
fn auc(scored: &mut [(f64, bool)]) -> Option<f64> {
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (n_positive, n) = (scored.iter().filter(|(_, is_fault)| *is_fault).count() as f64, scored.len() as f64);
    let mut rank_sum = 0.0;
    let mut start = 0;
    while start < scored.len() {
        let end = start + scored[start..].iter().take_while(|(score, _)| *score == scored[start].0).count();
        let rank = (start + end + 1) as f64 / 2.0;
        rank_sum += rank * scored[start..end].iter().filter(|(_, is_fault)| *is_fault).count() as f64;
        start = end;
    }
    let pairs = n_positive * (n - n_positive);
    (pairs > 0.0).then(|| (rank_sum - n_positive * (n_positive + 1.0) / 2.0) / pairs)
}

#[test]
fn elapsed_time_tells_nothing_about_faults() {
    // Labels of 240 minutes per run; the score of a minute is the share of training runs that are faulty within 10
    // minutes of it.
    let labels = |faults: &[FaultPlan]| -> Vec<bool> {
        let active: Vec<(u32, u32)> = faults.iter().filter_map(|fault| fault.active_secs(14_400)).collect();
        (0..240).map(|minute| active.iter().any(|(start, end)| (*start..*end).contains(&(60 * minute + 30)))).collect()
    };
    let clock_only = |seed: u32| -> Option<(f64, f64)> {
        let runs = p1_runs(seed, Regime::Plain);
        let of_part = |part: Part| {
            let runs = runs.iter().filter(move |run| run.part == part);
            runs.map(|run| labels(&run.config.faults)).collect::<Vec<Vec<bool>>>()
        };
        let (train, test) = (of_part(Part::Train), of_part(Part::Test));
        let score = |minute: usize| {
            let near = minute.saturating_sub(10)..(minute + 11).min(240);
            let n = near.len() as f64;
            train.iter().map(|run| run[near.clone()].iter().filter(|is_fault| **is_fault).count() as f64).sum::<f64>()
                / n
        };
        let pairs = |score: &dyn Fn(usize) -> f64| {
            test.iter()
                .flat_map(|run| run.iter().enumerate().map(|(minute, y)| (score(minute), *y)))
                .collect::<Vec<_>>()
        };
        Some((auc(&mut pairs(&score))?, auc(&mut pairs(&|minute| minute as f64))?))
    };
    let all: Vec<(f64, f64)> = (1..=400).filter_map(clock_only).collect();
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    // Twenty seeds as one would run them; all seeds, to tell chance from a tendency.
    for (n_seeds, tolerance) in [(20, 0.05), (all.len(), 0.02)] {
        let (fitted, raw): (Vec<f64>, Vec<f64>) = all[..n_seeds].iter().copied().unzip();
        println!("clock-only AUC, {n_seeds} seeds: fitted {:.3}, elapsed time {:.3}", mean(&fitted), mean(&raw));
        assert!((mean(&fitted) - 0.5).abs() <= tolerance, "{n_seeds} seeds: fitted {}", mean(&fitted));
        assert!((mean(&raw) - 0.5).abs() <= tolerance, "{n_seeds} seeds: elapsed {}", mean(&raw));
    }
}
