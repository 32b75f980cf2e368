//! A whole run of detection, from simulated recording to report, as a driver does it.

use std::sync::Arc;

use loadstone::config::{
    DetectConfig, DetectProtocol, DetectStudy, DetectTrain, Detector, NetworkConfig, RunConfig, ThresholdRule, preset,
};
use loadstone::data::Dataset;
use loadstone::experiment::{Experiment, Progress, Scored};
use loadstone::report::{DetectCellResult, DetectSeed, DetectionReport, Receipt, Report, Verdict};
use loadstone::sandbox::simulate;

/// The quick preset with as small a network as there can be, on a coarse clock.
fn small(change: impl FnOnce(&mut DetectConfig)) -> RunConfig {
    let mut config = preset("detect-quick").expect("the preset").config;
    let detect = config.detect.as_mut().expect("a config of detection");
    detect.network = NetworkConfig { hidden: 4, units: 4, ..NetworkConfig::default() };
    detect.train = DetectTrain { epochs: 2, thin: 16, ..DetectTrain::default() };
    detect.snapshot.delta_millis = 5000;
    change(detect);
    config
}

fn recording() -> Arc<Dataset> {
    Arc::new(simulate("mesh-paper").expect("the scenario"))
}

fn finish(mut experiment: Experiment) -> Report {
    while experiment.step().expect("the data allow the run").is_some() {}
    experiment.report().expect("parts were finished")
}

fn run(dataset: &Arc<Dataset>, config: &RunConfig) -> Report {
    finish(Experiment::new(dataset.clone(), config.check().expect("a valid config")))
}

fn detection(report: &Report) -> &DetectionReport {
    report.detection.as_deref().expect("a report of detection")
}

fn seed_of<'a>(cell: &'a DetectCellResult, id: &str) -> &'a DetectSeed {
    let detector = cell.detectors.iter().find(|detector| detector.id == id);
    detector.and_then(|detector| detector.seeds.first()).unwrap_or_else(|| panic!("{id} was run"))
}

fn measure(seed: &DetectSeed, id: &str) -> Option<f64> {
    seed.measures.iter().find(|measure| measure.id == id).unwrap_or_else(|| panic!("{id} is measured")).value
}

#[test]
fn the_same_run_gives_the_same_report_wherever_its_parts_are_done() {
    let dataset = recording();
    let config = small(|_| ());
    let first = run(&dataset, &config);
    let checked = config.check().expect("a valid config");
    let mut whole = Experiment::new(dataset.clone(), checked.clone());
    for part in 0..whole.parts().len() {
        let mut helper = Experiment::new(dataset.clone(), checked.clone());
        helper.only(part);
        while helper.step().expect("the data allow the run").is_some() {}
        let text = helper.result(part).expect("a result").to_json().expect("plain data");
        whole.accept(part, loadstone::experiment::PartResult::from_json(&text).expect("its own text"));
        assert!(matches!(whole.scored(part), Some(Scored::Detector(_))));
    }
    let second = finish(whole);
    assert_eq!(first.digest(), second.digest());
    let (verdict, differences) = Receipt::of(&first, None).compare(&Receipt::of(&second, None));
    assert_eq!((verdict, differences.len()), (Verdict::Identical, 0));
    let other = run(&dataset, &RunConfig { seeds: vec![2], ..config });
    assert_eq!(Receipt::of(&first, None).compare(&Receipt::of(&other, None)).0, Verdict::Different);
}

#[test]
fn every_detector_is_judged_on_the_same_windows() {
    let report = run(&recording(), &small(|_| ()));
    let found = detection(&report);
    let cell = &found.cells[0];
    assert!(report.complete);
    assert_eq!(cell.detectors.len(), 5);
    let board = found.board.as_ref().expect("a board");
    let test = cell.parts.iter().find(|part| part.name == "test").expect("a test part");
    assert_eq!(board.label.len() as u64, test.normal + test.faulty + test.buffer);
    for detector in &cell.detectors {
        let seed = &detector.seeds[0];
        assert_eq!(seed.confusion.iter().sum::<u64>(), test.normal + test.faulty, "{}", detector.id);
        // Weighted recall is accuracy by identity (MODELS.md B.14).
        let [recall, accuracy] = ["weighted_recall", "accuracy"].map(|id| measure(seed, id).expect("two classes"));
        assert!((recall - accuracy).abs() < 1e-12, "{}", detector.id);
    }
    assert!(board.lines.iter().all(|line| line.scores.len() == board.label.len()));
    let shown: Vec<(&str, &str)> =
        board.embeddings.iter().map(|view| (view.id.as_str(), view.state.as_str())).collect();
    assert_eq!(shown, [("raw", "raw"), ("integrated", "trained"), ("integrated", "untrained")]);
    assert!(found.lies.iter().any(|row| row.id == "integrated, untrained"));
    assert!(found.lies.iter().any(|row| row.id == "always"));
    assert!(!found.audit.is_empty());
}

#[test]
fn protocols_stand_side_by_side_and_what_is_undefined_says_so() {
    use DetectProtocol::{P0Chron, P0Class, P0Rand, P1};
    let config = small(|detect| {
        detect.study = DetectStudy::Protocols { protocols: vec![P0Rand, P0Class, P0Chron, P1] };
        detect.detectors = vec![Detector::Zmax, Detector::Clock];
    });
    let report = run(&recording(), &config);
    let cells = &detection(&report).cells;
    let labels: Vec<&str> = cells.iter().map(|cell| cell.label.as_str()).collect();
    assert_eq!(labels, ["p0-rand", "p0-class", "p0-chron", "p1"]);
    // The fault lies in the training part, so the test has none (MODELS.md B.7, fact 1).
    let chronological = seed_of(&cells[2], "zmax");
    for id in ["recall", "auc", "ap", "fpr_at_recall_95"] {
        assert_eq!(measure(chronological, id), None, "{id}");
    }
    assert!(chronological.roc.is_empty() && cells[2].remarks.iter().any(|remark| remark.contains("undefined")));
    assert!(cells[0].remarks.iter().any(|remark| remark.contains("Leaky on purpose")));
    // One run cannot be told apart by runs; the others can be scored all the same.
    assert!(cells[3].detectors.is_empty() && cells[3].remarks[0].starts_with("Protocol p1 needs"), "{:?}", cells[3]);
    assert!(report.complete);
    // A shuffled split knows the time of the fault from its neighbours.
    assert!(measure(seed_of(&cells[0], "clock"), "auc").expect("two classes") > 0.95);
}

#[test]
fn a_stopped_run_keeps_what_is_finished() {
    let mut experiment = Experiment::new(recording(), small(|_| ()).check().expect("a valid config"));
    while let Some(progress) = experiment.step().expect("the data allow the run") {
        if matches!(progress, Progress::Epoch { .. }) {
            experiment.stop();
        }
    }
    let report = experiment.report().expect("parts were finished");
    assert!(!report.complete);
    let seed = seed_of(&detection(&report).cells[0], "integrated");
    assert_eq!((seed.best_epoch, seed.curve.len()), (1, 1));
}

#[test]
fn the_threshold_comes_from_validation_and_the_rules_stand_side_by_side() {
    let report = run(&recording(), &small(|detect| detect.threshold = ThresholdRule::Alarms { per_hour: 1.0 }));
    let cell = &detection(&report).cells[0];
    for detector in &cell.detectors {
        let seed = &detector.seeds[0];
        let rules: Vec<&str> = seed.choices.iter().map(|choice| choice.rule.as_str()).collect();
        assert!(rules.starts_with(&["paper", "half", "best_f1", "alarms"]), "{rules:?}");
        let by_alarms = seed.choices.iter().find(|choice| choice.rule == "alarms").and_then(|choice| choice.threshold);
        assert_eq!(seed.thresholds, [by_alarms], "{}", detector.id);
    }
}

#[test]
fn a_config_of_detection_names_no_forecasters_and_survives_its_json() {
    for id in ["detect-quick", "detect-protocols", "detect-class", "detect-full", "detect-sensitivity"] {
        let config = preset(id).expect(id).config;
        assert!(config.check().is_ok(), "{id}: {:?}", config.check().err());
        let text = serde_json::to_string(&config).expect("plain data");
        assert_eq!(serde_json::from_str::<RunConfig>(&text).expect("its own text"), config);
    }
    let mut both = preset("detect-quick").expect("the preset").config;
    both.models = preset("sample").expect("the preset").config.models;
    assert_eq!(both.check().expect_err("two tasks").to_string(), "models must be empty in a run of detection, found 4");
}

#[test]
fn labels_that_were_moved_are_told_as_a_control() {
    let dataset = recording();
    let config = small(|detect| {
        detect.study = DetectStudy::LabelShift { shifts: 3 };
        detect.detectors = vec![Detector::Zmax, Detector::Prior];
    });
    let report = run(&dataset, &config);
    let found = detection(&report);
    let told: Vec<(&str, usize)> = found.shifts.iter().map(|result| (result.id.as_str(), result.n)).collect();
    assert_eq!(told, [("zmax", 3), ("prior", 3)]);
    assert_eq!(found.cells.len(), 3);
    assert!(found.cells[0].remarks[0].starts_with("Control: with the labels of each run moved in a circle"));
    assert!(found.cells.iter().all(|cell| cell.remarks.iter().any(|remark| remark.contains("nothing to learn"))));
    assert!(report.tables().iter().any(|table| table.name == "label_shift"));
    // Scores come from the values alone; with other labels they are worth something else.
    let areas: Vec<f64> = found.cells.iter().filter_map(|cell| measure(seed_of(cell, "zmax"), "auc")).collect();
    assert!(areas.len() == 3 && areas[0] != areas[1] && areas[1] != areas[2], "{areas:?}");
    assert_eq!(report.digest(), run(&dataset, &config).digest());
    let plain = run(&dataset, &small(|detect| detect.detectors = vec![Detector::Zmax]));
    assert!(detection(&plain).shifts.is_empty() && !plain.tables().iter().any(|table| table.name == "label_shift"));
}

#[test]
fn what_the_graph_costs_is_counted_where_it_is_asked_for() {
    let report = run(&recording(), &preset("detect-cost").expect("the preset").config);
    let found = detection(&report);
    let nodes = found.board.as_ref().map(|board| board.instances.len() as u64).expect("a board");
    let five = found.costs.iter().find(|row| row.axis == "slices" && row.value == 5).expect("five slices");
    assert!(five.nodes > 6 * nodes && five.structured < five.blocks && five.blocks < five.dense, "{five:?}");
    let grown: Vec<&String> =
        found.cells[0].remarks.iter().filter(|remark| remark.starts_with("Multiply-adds")).collect();
    assert_eq!(grown.len(), 3, "snapshots, services and slices");
    assert!(report.tables().iter().any(|table| table.name == "costs"));
}

#[test]
fn recall_at_a_daily_budget_is_told_of_every_detector_if_it_is_asked_for() {
    let config = small(|detect| {
        detect.detectors = vec![Detector::Logreg, Detector::Zmax, Detector::Clock];
        detect.alarms_per_day = Some(1.0);
    });
    let report = run(&recording(), &config);
    let cell = &detection(&report).cells[0];
    for detector in &cell.detectors {
        let found = measure(&detector.seeds[0], "found_at_budget").expect("an episode and normal windows");
        assert!((0.0..=1.0).contains(&found), "{}: {found}", detector.id);
    }
    assert!(cell.remarks.iter().any(|remark| remark.starts_with("Average precision: ")), "{:?}", cell.remarks);
    assert!(cell.remarks.iter().any(|remark| remark.contains("only an oracle can do")), "{:?}", cell.remarks);
    let plain = run(&recording(), &small(|detect| detect.detectors = vec![Detector::Zmax]));
    let seed = seed_of(&detection(&plain).cells[0], "zmax");
    assert!(seed.measures.iter().all(|measure| measure.id != "found_at_budget"), "only where it is asked for");
}

/// The 2 × 2 of MODELS.md B.11 under a protocol of one run.
fn features() -> RunConfig {
    small(|detect| {
        detect.study = DetectStudy::Features;
        detect.detectors = vec![Detector::Integrated];
        detect.train.epochs = 1;
    })
}

#[test]
fn slices_and_calls_stand_in_a_square() {
    let report = run(&recording(), &features());
    let cells = &detection(&report).cells;
    let labels: Vec<&str> = cells.iter().map(|cell| cell.label.as_str()).collect();
    assert_eq!(labels, ["slices", "no slices", "slices, calls", "no slices, calls"]);
    assert!(cells.iter().all(|cell| cell.detectors.len() == 1 && cell.detectors[0].seeds.len() == 1));
    let n_params = |cell: usize| cells[cell].detectors[0].n_params;
    assert_eq!((n_params(2), n_params(3)), (n_params(0) + 2, n_params(1) + 2));
    let says = |cell: usize| cells[cell].remarks.iter().any(|remark| remark.starts_with("Setup B: durations of calls"));
    assert_eq!([0, 1, 2, 3].map(says), [false, false, true, true]);
    let scores = |cell: usize| measure(&cells[cell].detectors[0].seeds[0], "auc");
    assert_ne!(scores(2), scores(0));
}

#[test]
fn each_variant_changes_one_thing() {
    let study = |detect: &mut DetectConfig| {
        detect.study = DetectStudy::Variants;
        detect.detectors = vec![Detector::Integrated, Detector::Zmax];
        detect.train.epochs = 1;
    };
    let report = run(&recording(), &small(study));
    let cells = &detection(&report).cells;
    let labels = ["as configured", "mean alone", "maximum alone", "merged", "no slices", "calls", "no slices, calls"];
    assert_eq!(cells.iter().map(|cell| cell.label.as_str()).collect::<Vec<_>>(), labels);
    let networks: Vec<_> = cells.iter().map(|cell| &cell.detectors[0]).collect();
    let ids: Vec<&str> = networks.iter().map(|network| network.id.as_str()).collect();
    assert_eq!(ids, ["integrated", "integrated", "integrated", "integrated", "static", "integrated", "static"]);
    let params = |cell: usize| networks[cell].n_params as i64;
    // Half of what the LSTM's four gates read, of width 4: pooled vectors are half as long.
    assert_eq!([1, 2, 3, 4, 5, 6].map(|cell| params(cell) - params(0)), [-64, -64, 0, 0, 2, 2]);
    let auc = |cell: usize| measure(&networks[cell].seeds[0], "auc");
    (1..7).for_each(|cell| assert_ne!(auc(cell), auc(0), "{}", labels[cell]));
    let plain: Vec<_> = cells.iter().map(|cell| measure(seed_of(cell, "zmax"), "auc")).collect();
    assert!([1, 2, 4, 5, 6].iter().all(|&cell| plain[cell] == plain[0]), "{plain:?}");
    assert_ne!(plain[3], plain[0], "the mean of a service's instances hides the one that is off");
}

#[test]
fn without_calls_the_square_says_why_it_is_a_half() {
    let mut data = simulate("mesh-paper").expect("the scenario");
    data.system.calls.clear();
    let report = run(&Arc::new(data), &features());
    let cells = &detection(&report).cells;
    for cell in &cells[2..] {
        let why = &cell.remarks[0];
        assert!(why.starts_with("The data hold no calls between services"), "{why}");
        assert!(cell.detectors.is_empty());
    }
    assert!(cells[..2].iter().all(|cell| cell.detectors.len() == 1));
}

fn on_calls() -> RunConfig {
    small(|detect| detect.detectors = vec![Detector::Zmax, Detector::TegGgnnSvdd, Detector::RpcStgcn])
}

#[test]
fn detectors_of_calls_stand_beside_the_others() {
    let report = run(&recording(), &on_calls());
    let cell = &detection(&report).cells[0];
    let ids: Vec<&str> = cell.detectors.iter().map(|detector| detector.id.as_str()).collect();
    assert_eq!(ids, ["zmax", "teg_ggnn_svdd", "rpc_stgcn"]);
    assert!(cell.detectors.iter().all(|detector| measure(&detector.seeds[0], "auc").is_some()));
}

#[test]
fn detectors_of_calls_are_refused_in_a_sentence_where_there_are_none() {
    let mut data = simulate("mesh-paper").expect("the scenario");
    data.system.calls.clear();
    let data = Arc::new(data);
    let report = run(&data, &on_calls());
    let cell = &detection(&report).cells[0];
    assert_eq!(cell.detectors.len(), 1);
    let says = |id: &str| cell.remarks.iter().filter(|remark| remark.starts_with(&format!("{id} reads calls"))).count();
    assert_eq!(["teg_ggnn_svdd", "rpc_stgcn"].map(says), [1, 1]);
    let alone = small(|detect| detect.detectors = vec![Detector::RpcStgcn]);
    let mut experiment = Experiment::new(data, alone.check().expect("a valid config"));
    let why = loop {
        match experiment.step() {
            Ok(step) => assert!(step.is_some(), "the run ends without a word"),
            Err(why) => break why.to_string(),
        }
    };
    assert!(why.starts_with("rpc_stgcn reads calls between services, and the data hold none"), "{why}");
}

#[test]
fn who_is_behind_an_alarm_is_told_when_it_is_asked() {
    let detectors = vec![Detector::Zmax, Detector::Clock, Detector::Integrated, Detector::GruPred];
    let asked = |node_head| {
        let detectors = detectors.clone();
        small(move |detect| (detect.network.node_head, detect.detectors) = (node_head, detectors))
    };
    // The target of the one fault is made busy beyond doubt.
    let mut data = simulate("mesh-paper").expect("the scenario");
    let fault = data.system.faults[0].clone();
    let was = |node: usize| data.system.placements.get(node).is_some_and(|place| place.names.contains(&fault.target));
    let node = (0..data.nodes.len()).find(|&node| data.nodes[node] == fault.target || was(node));
    let node = node.expect("the target is an instance");
    let name = data.nodes[node].clone();
    for series in data.system.recording.iter_mut().filter(|series| series.node as usize == node) {
        let is_faulty = |at: i64| (fault.start_millis..fault.end_millis).contains(&at);
        series.at_millis.iter().zip(&mut series.values).filter(|(at, _)| is_faulty(**at)).for_each(|(_, v)| *v += 50.0);
    }
    let data = Arc::new(data);
    let report = run(&data, &asked(true));
    let found = detection(&report);
    let located = |id: &str| seed_of(&found.cells[0], id).located;
    let zmax = located("zmax").expect("zmax says where");
    assert!(zmax.n > 50 && zmax.episodes == 1, "{zmax:?}");
    assert!(zmax.first * 10 >= zmax.n * 9 && zmax.three >= zmax.first && zmax.n >= zmax.three, "{zmax:?}");
    assert_eq!(located("clock"), None);
    for id in ["integrated", "gru_pred"] {
        let of_network = located(id).unwrap_or_else(|| panic!("{id} says where"));
        assert!(of_network.n == zmax.n && of_network.three >= of_network.first, "{id}: {of_network:?}");
    }
    let board = found.board.as_ref().expect("a board");
    let ids: Vec<&str> = board.located.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(ids, ["zmax", "integrated", "gru_pred"]);
    let line = &board.located[0];
    assert!(!line.windows.is_empty() && line.windows.len() <= 200);
    let of_zmax = board.lines.iter().find(|line| line.id == "zmax").expect("a line");
    for &window in &line.windows {
        let (instances, scores) = board.located("zmax", window).expect("an alarm");
        assert!(instances.len() == 3 && scores[0] >= scores[1] && scores[1] >= scores[2]);
        assert_eq!(board.alarm(of_zmax, window as usize), Some(true));
        // The score of the window is that of its first instance.
        assert!((of_zmax.scores[window as usize] - scores[0]).abs() < 2e-3);
    }
    let faulty = line.windows.iter().zip(&line.instances).filter(|(window, _)| board.label[**window as usize] == 1);
    let firsts: Vec<&str> = faulty.map(|(_, them)| board.instances[them[0] as usize].as_str()).collect();
    assert!(firsts.iter().filter(|first| **first == name).count() * 10 >= firsts.len() * 9, "{name}: {firsts:?}");
    // Without the question nothing of it is in the report, and the scores are the same.
    let plain = run(&data, &asked(false));
    let text = serde_json::to_string(detection(&plain)).expect("plain data");
    assert!(!text.contains("\"located\"") && !text.contains("\"unusual\""));
    assert_eq!(detection(&plain).board.as_ref().expect("a board").lines[0], board.lines[0]);
}

#[test]
fn a_fault_without_a_target_is_no_hit_and_no_miss() {
    let config = small(|detect| (detect.network.node_head, detect.detectors) = (true, vec![Detector::Zmax]));
    let mut data = simulate("mesh-paper").expect("the scenario");
    data.system.faults[0].target.clear();
    let report = run(&Arc::new(data), &config);
    let located = seed_of(&detection(&report).cells[0], "zmax").located.expect("zmax says where");
    assert_eq!((located.n, located.first, located.three), (0, 0, 0));
}

#[test]
fn unusual_calls_stand_beside_the_instances() {
    let config = small(|detect| {
        detect.network.node_head = true;
        detect.setup.calls = true;
        detect.detectors = vec![Detector::Zmax];
    });
    let report = run(&recording(), &config);
    let board = detection(&report).board.as_ref().expect("a board");
    let calls = board.calls.as_ref().expect("calls");
    assert_eq!(calls.windows, board.located[0].windows);
    assert!(calls.unusual.iter().any(|edges| !edges.is_empty()));
    for edges in &calls.unusual {
        assert!(edges.iter().all(|(edge, duration)| (*edge as usize) < calls.edges.len() && duration.is_finite()));
        assert!(edges.windows(2).all(|pair| pair[0].1.abs() >= pair[1].1.abs()));
    }
}
