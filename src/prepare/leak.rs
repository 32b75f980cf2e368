//! Checks that preparation makes on itself: the future is changed, and the past must not notice (MODELS.md E).

use super::clean::{Cleaned, clean, target_metric};
use super::prepared::Prepared;
use super::split::part_bins;
use crate::config::Checked;
use crate::data::{Dataset, System};
use crate::report::LeakCheck;

/// The same data set with every value behind a bin changed: values mirrored, gaps closed, some values removed.
///
/// Samples before any grid and stored snapshots, which are large and which nothing on a grid reads, are left out.
pub fn perturbed_after(dataset: &Dataset, last_bin: usize) -> Dataset {
    let system = System {
        placements: dataset.system.placements.clone(),
        schedule: dataset.system.schedule.clone(),
        services: dataset.system.services.clone(),
        calls: dataset.system.calls.clone(),
        timeless_calls: dataset.system.timeless_calls.clone(),
        faults: dataset.system.faults.clone(),
        recording: Vec::new(),
        snapshots: None,
    };
    Dataset { relations: dataset.relations.clone(), ..series_after(dataset, system, last_bin) }
}

/// The series alone, changed behind a bin, beside some system.
fn series_after(dataset: &Dataset, system: System, last_bin: usize) -> Dataset {
    let mut changed = Dataset {
        nodes: dataset.nodes.clone(),
        metrics: dataset.metrics.clone(),
        values: dataset.values.clone(),
        relations: Vec::new(),
        summary: dataset.summary.clone(),
        system,
        ..*dataset
    };
    let per_bin = dataset.n_nodes() * dataset.n_metrics();
    for (idx, value) in changed.values.iter_mut().enumerate().skip((last_bin + 1) * per_bin) {
        *value = match (value.is_nan(), idx % 7) {
            (true, _) => 55.0,
            (false, 0) => f32::NAN,
            (false, _) => 100.0 - 0.7 * *value,
        };
    }
    changed
}

/// Really runs the checks on scale, nodes, inputs, purge and targets; the graph has its own check.
pub fn leak_checks(dataset: &Dataset, config: &Checked, prepared: &Prepared) -> Vec<LeakCheck> {
    let check =
        |id: &str, title: &str, passed: bool| LeakCheck { id: id.into(), title: title.into(), passed: Some(passed) };
    let training = part_bins(dataset.n_bins, config)[0].clone();
    let given = prepared.given.as_deref();
    let after_training = clean(&series_after(dataset, System::default(), training.end - 1), config, given).ok();
    let is_same = |same: &dyn Fn(&Cleaned) -> bool| after_training.as_ref().is_some_and(same);
    vec![
        check(
            "scale_from_training",
            "Changing every value behind the training part leaves the scales and training means unchanged",
            (given.is_some() || prepared.scaler.fitted_on.end <= training.end)
                && is_same(&|other| other.scaler == prepared.scaler),
        ),
        check(
            "nodes_from_training",
            "Changing every value behind the training part leaves the choice of machines unchanged",
            is_same(&|other| other.node_idx == prepared.node_idx && other.core == prepared.core),
        ),
        check(
            "inputs_causal",
            "Changing every value behind an origin leaves all inputs up to it unchanged, bit by bit",
            inputs_are_causal(dataset, config, prepared),
        ),
        check("purge", "No target of one part is an input or a target of another", parts_are_apart(config, prepared)),
        check(
            "targets_not_imputed",
            "A target exists exactly where the trace has an observation, with its value",
            targets_are_observations(dataset, config, prepared),
        ),
    ]
}

/// Tries the last training bin, and the first, middle and last origin of the test part.
fn inputs_are_causal(dataset: &Dataset, config: &Checked, prepared: &Prepared) -> bool {
    let test = &prepared.split.test;
    let last_training = part_bins(dataset.n_bins, config)[0].end - 1;
    let origins = [Some(last_training), test.first().copied(), test.get(test.len() / 2).copied(), test.last().copied()];
    origins.into_iter().flatten().all(|origin| {
        clean(&series_after(dataset, System::default(), origin), config, prepared.given.as_deref()).is_ok_and(|other| {
            let n_inputs = (origin + 1) * prepared.n_nodes() * prepared.n_features();
            let n_targets = (origin + 1) * prepared.n_nodes();
            other.node_idx == prepared.node_idx
                && same_bits(&other.inputs[..n_inputs], &prepared.inputs[..n_inputs])
                && same_bits(&other.last_value[..n_targets], &prepared.last_value[..n_targets])
        })
    })
}

fn same_bits(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Compares the bins that the windows of the three parts really touch.
fn parts_are_apart(config: &Checked, prepared: &Prepared) -> bool {
    let window = &config.window;
    let split = &prepared.split;
    let touched = [&split.training, &split.validation, &split.test].map(|origins| {
        let first = origins.iter().min().map(|&origin| origin + 1 - window.input_steps);
        let last = origins.iter().max().map(|&origin| origin + window.output_steps);
        first.zip(last)
    });
    let [Some(training), Some(validation), Some(test)] = touched else { return false };
    training.1 < validation.0 && validation.1 < test.0
}

fn targets_are_observations(dataset: &Dataset, config: &Checked, prepared: &Prepared) -> bool {
    let Ok(metric) = target_metric(dataset, config) else { return false };
    let unit = dataset.metrics[metric].unit;
    (0..prepared.n_bins).all(|bin| {
        prepared.node_idx.iter().zip(prepared.target_at(bin)).all(|(&node, &target)| {
            let raw = unit.to_unit(dataset.at(bin, node, metric));
            raw.is_nan() == target.is_nan() && (raw.is_nan() || raw == target)
        })
    })
}
