//! Cleaning, splitting and graphs: what a run learns from, and that none of it knows the future.

mod common;

use common::{config, dataset, read, real_file};
use loadstone::config::{
    CORE_NODES, Checked, DataConfig, Imputation, InputScale, NodeSample, RunConfig, Study, paper_sweeps,
};
use loadstone::data::{Dataset, Relation, RelationKind};
use loadstone::graph::{self, ChannelGraphs};
use loadstone::prepare::{Prepared, leak_checks, perturbed_after, prepare};
use loadstone::stream::Stream;
use proptest::prelude::*;

const NAN: f32 = f32::NAN;

/// CPU only, one node, a value per bin.
fn one_node(n_bins: usize) -> Dataset {
    dataset(&["cpu"], 1, 900, (0..n_bins).map(|bin| (bin % 100) as f32).collect())
}

fn failed(checks: &[loadstone::report::LeakCheck]) -> Vec<&str> {
    checks.iter().filter(|check| check.passed != Some(true)).map(|check| check.id.as_str()).collect()
}

#[test]
fn the_split_of_768_bins_is_the_published_one() {
    let config = config(|c| (c.window.input_steps, c.window.train_stride) = (24, 1));
    let split = prepare(&one_node(768), &config).expect("a full series").split;
    assert_eq!((split.training.len(), split.validation.len(), split.test.len()), (437, 129, 130));
    assert_eq!((split.training[0], split.training[436]), (23, 459));
    assert_eq!((split.validation[0], split.test[0], split.test[129]), (484, 637, 766));
    assert_eq!(split.purge_bins, 24);
    assert_eq!(split.validation[0] - split.training[436] - 1, split.purge_bins);
    let bins: Vec<(usize, usize)> = split.parts.iter().map(|part| (part.first_bin, part.end_bin)).collect();
    assert_eq!(bins, [(0, 461), (461, 614), (614, 768)]);
}

#[test]
fn training_origins_keep_their_stride() {
    let config = config(|c| (c.window.input_steps, c.window.train_stride) = (12, 3));
    let split = prepare(&one_node(100), &config).expect("a full series").split;
    assert_eq!(split.training[..3], [11, 14, 17]);
    assert_eq!(split.test[..3], [91, 92, 93]);
}

#[test]
fn rolling_origin_has_three_folds_whose_parts_are_apart() {
    let base = config(|c| {
        (c.window.input_steps, c.window.output_steps, c.window.train_stride) = (24, 4, 1);
        c.study = Study::Rolling;
    });
    let (data, cells) = (one_node(768), base.cells());
    let mut last_ends = Vec::new();
    for cell in &cells {
        let checked = cell.config.check().expect("a fold can run");
        let prepared = prepare(&data, &checked).expect("a full series");
        let (split, window) = (&prepared.split, &checked.window);
        assert_eq!(failed(&leak_checks(&data, &checked, &prepared)), [""; 0], "{}", cell.label);
        assert_eq!(split.purge_bins, 27);
        for pair in [[&split.training, &split.validation], [&split.validation, &split.test]] {
            let (last, first) = (pair[0].last().expect("origins"), pair[1][0]);
            assert_eq!(first - last - 1, split.purge_bins, "{}", cell.label);
            assert!(last + window.output_steps < first + 1 - window.input_steps, "{}", cell.label);
        }
        for (part, origins) in split.parts.iter().zip([&split.training, &split.validation, &split.test]) {
            assert!(origins[0] + 1 - window.input_steps >= part.first_bin);
            assert!(origins[origins.len() - 1] + window.output_steps < part.end_bin);
        }
        last_ends.push(split.parts.iter().map(|part| (part.first_bin, part.end_bin)).collect::<Vec<_>>());
    }
    let folds =
        [[(0, 384), (384, 461), (461, 614)], [(0, 461), (461, 538), (538, 691)], [(0, 538), (538, 614), (614, 768)]];
    assert_eq!(last_ends, folds);
}

#[test]
fn bins_behind_the_test_part_are_not_read() {
    let part = config(|c| {
        (c.window.input_steps, c.split.train_share, c.split.validation_share) = (4, 0.5, 0.1);
        (c.split.test_share, c.prepare.input_scale) = (Some(0.2), InputScale::Minmax);
    });
    let data = random_data(5, 3, 200);
    let (before, after) = (prepare(&data, &part), prepare(&perturbed_after(&data, 159), &part));
    let (before, after) = (before.expect("enough data"), after.expect("enough data"));
    assert_eq!(before.split, after.split);
    assert_eq!(before.split.parts[2].end_bin, 160);
    assert_eq!(before.split.test.last(), Some(&158));
    assert!(past(&before, 159).into_iter().zip(past(&after, 159)).all(|(a, b)| same_bits(a, b)));
}

#[test]
fn a_node_sample_keeps_the_order_of_the_data_and_is_no_missing_data() {
    let mut data = random_data(6, 40, 120);
    // Node 3 misses half of its targets.
    (0..120).step_by(2).for_each(|bin| data.values[(bin * 40 + 3) * 3] = NAN);
    let sampled = |count| {
        let config = config(|c| {
            c.window.input_steps = 4;
            c.prepare.max_node_missing = 0.4;
            c.prepare.nodes = Some(NodeSample { count, seed: 2 });
        });
        prepare(&data, &config).expect("enough data")
    };
    let (small, large, all) = (sampled(CORE_NODES), sampled(30), sampled(100));
    assert_eq!((small.n_nodes(), large.n_nodes(), all.n_nodes()), (20, 30, 39));
    assert!(small.node_idx.is_sorted() && large.node_idx.is_sorted());
    let core = |prepared: &Prepared| -> Vec<usize> {
        let flags = prepared.core.as_ref().expect("a sample");
        prepared.node_idx.iter().zip(flags).filter(|(_, core)| **core).map(|(&node, _)| node).collect()
    };
    assert_eq!(core(&small), small.node_idx);
    assert_eq!((core(&large), core(&all)), (core(&small), core(&small)));
    assert_eq!((large.not_sampled.len(), all.not_sampled.len()), (9, 0));
    for prepared in [&small, &large, &all] {
        let left_out: Vec<&str> = prepared.left_out.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left_out, ["m_3"], "only missing data are reported as such");
        assert!(!prepared.not_sampled.contains(&"m_3".to_owned()));
    }
    assert_eq!(
        large.sample_remark(("machine", "machines")).as_deref(),
        Some("30 of 39 machines with enough values take part, drawn at random; 20 of them are the common core.")
    );
    let whole = prepare(&data, &config(|c| c.window.input_steps = 4)).expect("enough data");
    assert_eq!((whole.core.as_ref(), whole.sample_remark(("machine", "machines"))), (None, None));
}

#[test]
fn the_papers_node_sweep_scores_one_core() {
    let data = random_data(7, 110, 120);
    let base = config(|c| {
        c.window.input_steps = 4;
        (c.prepare.max_node_missing, c.prepare.max_window_missing) = (1.0, 1.0);
        c.study = Study::Sensitivity { sweeps: paper_sweeps() };
    });
    let cells = base.cells();
    let of_nodes: Vec<Prepared> = cells
        .iter()
        .filter(|cell| cell.group == "nodes")
        .map(|cell| prepare(&data, &cell.config.check().expect("a cell can run")).expect("enough data"))
        .collect();
    assert_eq!(of_nodes.iter().map(Prepared::n_nodes).collect::<Vec<_>>(), [20, 40, 60, 80, 100]);
    for prepared in &of_nodes {
        let flags = prepared.core.as_ref().expect("a sample");
        let core = prepared.node_names.iter().zip(flags).filter(|(_, core)| **core).map(|(name, _)| name);
        assert!(core.eq(&of_nodes[0].node_names));
    }
}

#[test]
fn a_node_is_judged_by_its_training_part_alone() {
    let mut values = vec![50.0; 200];
    // Node 0 misses 14 of 60 training bins; node 1 misses every other bin behind them.
    (0..14).for_each(|bin| values[2 * bin] = NAN);
    (60..100).step_by(2).for_each(|bin| values[2 * bin + 1] = NAN);
    let data = dataset(&["cpu"], 2, 900, values);
    let config = config(|c| (c.window.input_steps, c.prepare.max_window_missing) = (4, 0.6));
    let prepared = prepare(&data, &config).expect("node 1 is left");
    assert_eq!(prepared.node_names, ["m_1"]);
    assert_eq!(prepared.left_out, [("m_0".to_owned(), 14.0 / 60.0)]);
}

#[test]
fn windows_with_holes_and_windows_without_targets_are_left_out_and_counted() {
    let mut data = one_node(100);
    (85..89).for_each(|bin| data.values[bin] = NAN);
    let config = config(|c| (c.window.input_steps, c.window.train_stride) = (4, 1));
    let prepared = prepare(&data, &config).expect("most windows are left");
    // Windows that end at 86..=90 hold two or more of the four missing bins; 84 and 85 predict a missing bin.
    assert_eq!(prepared.split.windows_left_out, 5);
    assert_eq!(prepared.split.windows_without_target, 2);
    assert_eq!(prepared.split.test[..3], [83, 91, 92]);
    assert!(prepared.repairs.iter().any(|(rule, n)| rule.starts_with("windows without") && *n == 2));
    let missing: Vec<usize> = (0..100).filter(|&bin| prepared.target_at(bin)[0].is_nan()).collect();
    assert_eq!(missing, [85, 86, 87, 88], "targets are never filled");
    assert_eq!(prepared.last_value_at(88), [0.84]);
}

#[test]
fn naive_error_is_the_mean_change_over_the_training_part() {
    let data = dataset(&["cpu"], 1, 900, (0..100).map(|bin| if bin % 2 == 0 { 10.0 } else { 40.0 }).collect());
    for (step, expected) in [(1, 0.3), (2, 0.0)] {
        let config = config(|c| (c.window.input_steps, c.window.output_steps, c.window.score_step) = (4, 2, step));
        let prepared = prepare(&data, &config).expect("a full series");
        assert!((prepared.naive_mae - expected).abs() < 1e-6, "{}", prepared.naive_mae);
    }
}

#[test]
fn mask_and_clock_are_appended() {
    let mut data = one_node(100);
    data.values[24] = NAN;
    let config = config(|c| {
        c.window.input_steps = 4;
        (c.prepare.mask_feature, c.prepare.clock_features) = (true, true);
    });
    let prepared = prepare(&data, &config).expect("a full series");
    assert_eq!(prepared.feature_names, ["cpu", "observed", "clock_sin", "clock_cos"]);
    // Bin 24 of 900 s begins at 06:00.
    let row = prepared.inputs_at(24);
    assert_eq!(row[..3], [0.23, 0.0, 1.0]);
    assert!(row[3].abs() < 1e-6);
    assert_eq!(prepared.inputs_at(25)[1], 1.0);
}

#[test]
fn what_cannot_be_prepared_is_said_in_one_sentence() {
    let config = config(|c| c.window.input_steps = 24);
    let said = |data: &Dataset| prepare(data, &config).expect_err("it cannot be prepared").to_string();
    let named = common::config(|c| c.window.target = Some("cpu".to_owned()));
    assert_eq!(
        prepare(&dataset(&["mem", "disk"], 1, 900, vec![1.0; 200]), &named).expect_err("no such metric").to_string(),
        "The data hold no metric cpu (found: mem, disk); set window.target to one that they hold"
    );
    assert_eq!(
        said(&one_node(100)),
        "The validation part has 20 bins of 900 s, and one forecast needs 25; choose a longer trace, a narrower grid, \
         fewer input steps or another split"
    );
    assert_eq!(
        said(&dataset(&["cpu"], 2, 900, vec![NAN; 400])),
        "All 2 nodes miss more than 20 % of their cpu values in the training part; choose a wider grid or raise \
         prepare.max_node_missing"
    );
    let mut data = one_node(200);
    data.values[160..].fill(NAN);
    assert_eq!(
        said(&data),
        "None of the 16 windows of the test part can be used, because too many of their values are missing; choose a \
         wider grid, another split or raise prepare.max_window_missing"
    );
}

#[test]
fn every_check_holds_under_causal_preparation_and_interpolation_is_caught() {
    let data = random_data(3, 3, 120);
    let causal = config(|c| c.window.input_steps = 4);
    let prepared = prepare(&data, &causal).expect("enough data");
    assert_eq!(failed(&leak_checks(&data, &causal, &prepared)), [""; 0]);
    let graphs = ChannelGraphs::build(&data, &prepared, &causal).expect("small");
    assert_eq!(graph::leak_check(&data, &prepared, &graphs, &causal).passed, Some(true));

    let paper = config(|c| (c.window.input_steps, c.prepare.imputation) = (4, Imputation::Paper));
    let prepared = prepare(&data, &paper).expect("enough data");
    assert_eq!(failed(&leak_checks(&data, &paper, &prepared)), ["inputs_causal"]);
}

#[test]
fn a_check_fails_when_the_result_was_fitted_on_everything() {
    let data = random_data(4, 3, 120);
    let honest = config(|c| (c.window.input_steps, c.prepare.input_scale) = (4, InputScale::Zscore));
    let greedy = config(|c| {
        (c.window.input_steps, c.prepare.input_scale) = (4, InputScale::Zscore);
        (c.split.train_share, c.split.validation_share) = (0.8, 0.1);
    });
    let prepared = prepare(&data, &greedy).expect("enough data");
    let failed_ids = leak_checks(&data, &honest, &prepared);
    assert!(failed(&failed_ids).contains(&"scale_from_training"), "{failed_ids:?}");
}

#[test]
fn the_real_table_is_prepared_as_specified() {
    let Some(bytes) =
        real_file("the_real_table_is_prepared_as_specified", "alibaba2018/machine_usage_15min_118nodes.csv")
    else {
        return;
    };
    let data = read(&DataConfig::default(), &bytes).expect("the headed table");
    let config = config(|c| (c.window.input_steps, c.window.train_stride) = (24, 1));
    let prepared = prepare(&data, &config).expect("a real trace");
    assert_eq!(prepared.n_nodes() + prepared.left_out.len(), 118);
    assert!((86..118).contains(&prepared.n_nodes()), "{} machines", prepared.n_nodes());
    assert!(prepared.inputs.iter().all(|value| value.is_finite()));
    assert!(prepared.split.windows_left_out > 0, "the hole at bins 158 to 177 leaves windows out");
    assert_eq!((prepared.split.validation.len(), prepared.split.test.len()), (129, 130));
    assert_eq!(failed(&leak_checks(&data, &config, &prepared)), [""; 0]);

    let graphs = ChannelGraphs::build(&data, &prepared, &config).expect("43 MiB");
    assert_eq!(graph::leak_check(&data, &prepared, &graphs, &config).passed, Some(true));
    assert_eq!(graphs.edge_sources(), ["correlation of CPU over 48 bins"]);
    assert_eq!(graphs.records_at(700), None);
    let last = graphs.correlation_at(767);
    let mean = last.iter().sum::<f32>() / last.len() as f32;
    assert!((0.1..0.9).contains(&mean), "machines of one cluster move together: mean correlation {mean}");
}

/// Random values with gaps, three metrics, and records.
fn random_data(seed: u32, n_nodes: usize, n_bins: usize) -> Dataset {
    let mut rng = Stream::Data.rng(seed, "test");
    let mut level = 50.0;
    let values = (0..n_bins * n_nodes * 3)
        .map(|_| {
            level = (level + 5.0 * rng.normal()).clamp(0.0, 100.0);
            if rng.unit() < 0.08 { NAN } else { level }
        })
        .collect();
    let mut data = dataset(&["cpu", "net_in", "disk"], n_nodes, 300, values);
    let kinds = [RelationKind::SharedApp, RelationKind::SharedJob, RelationKind::Migration];
    data.relations = (0..n_bins)
        .map(|bin| Relation {
            at_secs: 300 * bin as i64 + rng.below(300) as i64,
            from: rng.below(n_nodes),
            to: rng.below(n_nodes),
            kind: kinds[rng.below(3)],
            weight: rng.uniform(0.0, 5.0),
        })
        .collect();
    data
}

fn same_bits(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Inputs, filled and observed targets of the bins up to one.
fn past(prepared: &Prepared, last_bin: usize) -> [&[f32]; 3] {
    let n_nodes = prepared.n_nodes();
    let n_targets = (last_bin + 1) * n_nodes;
    [
        &prepared.inputs[..n_targets * prepared.n_features()],
        &prepared.last_value[..n_targets],
        &prepared.target[..n_targets],
    ]
}

fn any_preparation(scale: usize, mask: bool, hampel: bool) -> Checked {
    config(|c: &mut RunConfig| {
        c.window.input_steps = 4;
        c.prepare.input_scale = [InputScale::Unit, InputScale::Minmax, InputScale::Zscore][scale];
        (c.prepare.mask_feature, c.prepare.hampel) = (mask, hampel);
        (c.graph.correlation_steps, c.graph.min_joint_observations) = (Some(10), 4);
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_changed_future_leaves_every_input_scale_and_graph_unchanged(
        seed: u32, scale in 0_usize..3, mask: bool, hampel: bool, origin in 71_usize..118, n_nodes in 1_usize..5,
    ) {
        let data = random_data(seed, n_nodes, 120);
        let config = any_preparation(scale, mask, hampel);
        let (Ok(before), Ok(after)) = (prepare(&data, &config), prepare(&perturbed_after(&data, origin), &config)) else {
            // Too many gaps for a node or a part; the error sentences have their own test.
            return Err(TestCaseError::reject("nothing to compare"));
        };
        prop_assert_eq!(&before.node_idx, &after.node_idx);
        prop_assert_eq!(&before.scaler, &after.scaler);
        for (a, b) in past(&before, origin).into_iter().zip(past(&after, origin)) {
            prop_assert!(same_bits(a, b));
        }
        let graphs = ChannelGraphs::build(&data, &before, &config).expect("small");
        let mut changed = perturbed_after(&data, origin);
        changed.relations.retain(|relation| relation.at_secs < 300 * (origin as i64 + 1));
        let other = ChannelGraphs::build(&changed, &after, &config).expect("small");
        for bin in 0..=origin {
            prop_assert!(same_bits(graphs.correlation_at(bin), other.correlation_at(bin)));
            prop_assert!(same_bits(graphs.records_at(bin).expect("records"), other.records_at(bin).expect("records")));
        }
    }

    #[test]
    fn changed_test_targets_change_nothing_that_is_fitted(
        seed: u32, scale in 0_usize..3, mask: bool, hampel: bool, n_nodes in 2_usize..8, count in 1_usize..8,
    ) {
        let data = random_data(seed, n_nodes, 120);
        let config = config(|c| {
            *c = (*any_preparation(scale, mask, hampel)).clone();
            c.prepare.nodes = Some(NodeSample { count, seed });
        });
        // Bins 96 to 119 are the test part.
        let (Ok(before), Ok(after)) = (prepare(&data, &config), prepare(&perturbed_after(&data, 95), &config)) else {
            return Err(TestCaseError::reject("nothing to compare"));
        };
        prop_assert_eq!(before.split.parts[2].first_bin, 96);
        let fitted = |p: &Prepared| {
            let names = (p.node_names.clone(), p.node_idx.clone(), p.not_sampled.clone(), p.left_out.clone());
            let numbers = (p.scaler.clone(), p.target_scale.clone(), p.core.clone(), p.naive_mae.to_bits());
            (names, numbers, p.split.training.clone(), p.split.validation.clone())
        };
        prop_assert_eq!(fitted(&before), fitted(&after));
        // All that weights are trained on, and all that a penalty or an epoch is chosen on.
        for (a, b) in past(&before, 95).into_iter().zip(past(&after, 95)) {
            prop_assert!(same_bits(a, b));
        }
    }

    #[test]
    fn inputs_are_finite_and_targets_are_observations(seed: u32, scale in 0_usize..3, mask: bool, hampel: bool) {
        let data = random_data(seed, 3, 120);
        let Ok(prepared) = prepare(&data, &any_preparation(scale, mask, hampel)) else {
            return Err(TestCaseError::reject("nothing to compare"));
        };
        prop_assert!(prepared.inputs.iter().chain(&prepared.last_value).all(|value| value.is_finite()));
        for bin in 0..120 {
            for (&node, &target) in prepared.node_idx.iter().zip(prepared.target_at(bin)) {
                let raw = data.at(bin, node, 0) / 100.0;
                prop_assert!(raw.to_bits() == target.to_bits() || raw.is_nan() && target.is_nan());
            }
        }
    }
}

#[test]
fn the_target_is_one_of_the_inputs_in_the_scale_of_the_model() {
    let values = (0..100).flat_map(|bin| [7.0, (bin * 37 % 100) as f32]).collect();
    let data = dataset(&["mem", "cpu"], 1, 900, values);
    let config = config(|c| {
        (c.window.input_steps, c.prepare.input_scale) = (4, InputScale::Zscore);
        (c.prepare.mask_feature, c.prepare.clock_features) = (true, true);
    });
    let prepared = prepare(&data, &config).expect("a full series");
    assert_eq!(prepared.feature_names[prepared.target_feature], "cpu");
    for bin in 0..100 {
        let input = prepared.inputs_at(bin)[prepared.target_feature];
        assert_eq!(input, prepared.target_scale[0].apply(prepared.last_value_at(bin)[0]));
    }
}
