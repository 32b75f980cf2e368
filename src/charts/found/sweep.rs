//! Sensitivity curves: one setting moved, all else as configured (the paper's Figures 2 to 5).

use std::rc::Rc;

use super::{by_model, groups, subject, words};
use crate::charts::ink::{Look, Marker, look};
use crate::charts::lines::{Lines, Place, Series, Value};
use crate::charts::order::sort_by;
use crate::charts::picture::{Body, Picture};
use crate::charts::series::extent;
use crate::charts::text::count;
use crate::config::RunConfig;
use crate::report::{CLAIMS, CellResult, Claim, CoreResult, ModelResult, Report, Spread, StudyGroup};

/// A measure to choose.
pub(super) struct Measure {
    /// Its name.
    pub name: &'static str,
    /// Decimals.
    decimals: usize,
    of: fn(&ModelResult) -> Option<Spread>,
    of_core: fn(&CoreResult) -> Option<Spread>,
}

/// The paper's four.
pub(super) const MEASURES: [Measure; 4] = [
    Measure { name: "MSE", decimals: 6, of: |model| model.mse, of_core: |core| Some(core.mse) },
    Measure { name: "MAE", decimals: 4, of: |model| model.mae, of_core: |core| Some(core.mae) },
    Measure { name: "MAPE", decimals: 2, of: |model| model.mape, of_core: |core| core.mape },
    Measure { name: "RMSE", decimals: 4, of: |model| model.rmse, of_core: |core| Some(core.rmse) },
];

const MSE: usize = 0;
const MAPE: usize = 2;
const RMSE: usize = 3;

/// A setting that was moved.
pub(super) struct Axis {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    /// Measure of the paper's figure, an index into [`MEASURES`].
    pub measure: usize,
    configured: fn(&RunConfig, usize) -> Option<f64>,
}

const AXES: [Axis; 7] = [
    Axis {
        id: "layers",
        title: "graph layers",
        unit: "layers",
        measure: MAPE,
        configured: |config, _| Some(config.tsf()?.layers as f64),
    },
    Axis {
        id: "heads",
        title: "attention heads",
        unit: "heads",
        measure: RMSE,
        configured: |config, _| Some(config.tsf()?.heads as f64),
    },
    Axis {
        id: "sparsity",
        title: "graph sparsity",
        unit: "sparsity",
        measure: MSE,
        configured: |config, _| Some(config.tsf()?.sparsity),
    },
    Axis {
        id: "nodes",
        title: "the number of nodes",
        unit: "nodes",
        measure: RMSE,
        configured: |config, all| Some(config.prepare.nodes.map_or(all, |sample| sample.count) as f64),
    },
    Axis {
        id: "window",
        title: "the input window",
        unit: "steps in",
        measure: RMSE,
        configured: |config, _| Some(config.window.input_steps as f64),
    },
    Axis {
        id: "horizon",
        title: "the horizon",
        unit: "steps ahead",
        measure: RMSE,
        configured: |config, _| Some(config.window.score_step as f64),
    },
    Axis {
        id: "width",
        title: "hidden width",
        unit: "width",
        measure: RMSE,
        configured: |config, _| Some(config.tsf()?.width as f64),
    },
];

impl Axis {
    /// What the paper claims of the setting.
    fn claim(&self) -> Option<&'static Claim> {
        CLAIMS.iter().find(|claim| claim.axis == self.id)
    }
}

/// The setting with this id; nothing for groups of variants.
pub(super) fn axis(id: &str) -> Option<&'static Axis> {
    AXES.iter().find(|axis| axis.id == id)
}

/// The curve of a group.
pub(super) fn picture(report: &Report, idx: usize, choice: usize) -> Picture {
    let group = groups(report).get(idx);
    let (axis, cells) = (group.and_then(|group| axis(&group.id)).unwrap_or(&AXES[0]), group.map(cells));
    let (cells, measure) = (cells.unwrap_or_default(), &MEASURES[choice.min(RMSE)]);
    let lines = Lines {
        x_title: axis.unit,
        y_title: if choice == MAPE { "MAPE, %".to_owned() } else { words::measured(report, measure.name) },
        places: cells.iter().map(|cell| place(report, axis, cell)).collect(),
        series: series(report, axis, &cells, measure),
        decimals: measure.decimals,
        ring: (axis.configured)(&report.config, report.dataset.nodes.len()),
        rule: axis.claim().map(|claim| (claim.best, "paper")),
        reference: persistence(report, &cells, measure),
        reach: shared(report, axis, measure),
        ..Lines::default()
    };
    Picture {
        testid: format!("sensitivity-{}", axis.id),
        title: format!("Sensitivity to {}", axis.title),
        reading: group.map(|group| reading(group, axis, measure, &lines)).unwrap_or_default(),
        caption: caption(report, axis, &cells),
        empty: None,
        choices: Default::default(),
        body: Body::Lines(Rc::new(lines)),
    }
}

/// Cells with a place, in rising order.
fn cells(group: &StudyGroup) -> Vec<(f64, &CellResult)> {
    let placed = group.cells.iter().filter_map(|cell| Some((cell.x.filter(|x| x.is_finite())?, cell)));
    let mut cells: Vec<(f64, &CellResult)> = placed.collect();
    sort_by(&mut cells, |a, b| a.0.total_cmp(&b.0));
    cells
}

fn place(report: &Report, axis: &Axis, (x, cell): &(f64, &CellResult)) -> Place {
    let done = subject(&cell.models).map_or(0, |model| model.seeds.len());
    let seeds = format!("{done} of {} seeds", report.config.seeds.len());
    let kept = cell.kept_per_row.filter(|_| matches!(axis.id, "sparsity" | "nodes"));
    let note = kept.map_or_else(|| seeds.clone(), |kept| format!("{kept} neighbours kept per row, {seeds}"));
    Place { x: *x, name: format!("{} {}", axis.unit, cell.label), note }
}

/// The measure of a model in a cell.
fn value(report: &Report, cell: &CellResult, id: &str, measure: &Measure) -> Option<Value> {
    let model = cell.models.iter().find(|model| model.id == id)?;
    let partial = model.learned && model.seeds.len() < report.config.seeds.len();
    Value::of((measure.of)(model)).map(|value| Value { partial, ..value })
}

/// A line per model; for the number of nodes the model on all nodes and on the common core.
fn series(report: &Report, axis: &Axis, cells: &[(f64, &CellResult)], measure: &Measure) -> Vec<Series> {
    let Some(largest) = cells.iter().map(|(_, cell)| &cell.models).max_by_key(|models| models.len()) else {
        return Vec::new();
    };
    let of = |id: &str| cells.iter().map(|(_, cell)| value(report, cell, id, measure)).collect::<Vec<_>>();
    if axis.id != "nodes" {
        return by_model(largest, |model| of(&model.id));
    }
    let Some(id) = subject(largest).map(|model| model.id.as_str()) else { return Vec::new() };
    let core = |cell: &CellResult| {
        let model = cell.models.iter().find(|model| model.id == id)?;
        Value::of(model.core.as_ref().and_then(measure.of_core))
    };
    let core: Vec<Option<Value>> = cells.iter().map(|(_, cell)| core(cell)).collect();
    let grey = Look { slot: 8, dash: 2, marker: Marker::Diamond };
    let all = Series { name: "all nodes".to_owned(), look: look(id), values: of(id) };
    let core = Series { name: "common core".to_owned(), look: grey, values: core };
    [all, core].into_iter().filter(|series| series.values.iter().any(Option::is_some)).collect()
}

/// Error of repeating the last value, where all cells have the points that it was scored on.
fn persistence(report: &Report, cells: &[(f64, &CellResult)], measure: &Measure) -> Option<(f64, &'static str)> {
    let same = cells.iter().all(|(_, cell)| cell.n_points == report.protocol.n_points);
    let spread = report.model("persistence").filter(|_| same).and_then(measure.of)?;
    Some((spread.mean, "persistence"))
}

/// Range of the subject over all settings, so that panels of one measure have one axis; other horizons are another
/// task and keep their own.
fn shared(report: &Report, axis: &Axis, measure: &Measure) -> Option<(f64, f64)> {
    if axis.id == "horizon" {
        return None;
    }
    let others = groups(report).iter().filter(|group| group.id != "horizon" && self::axis(&group.id).is_some());
    let values = others.flat_map(|group| &group.cells).filter_map(|cell| {
        let spread = subject(&cell.models).and_then(measure.of)?;
        let sd = spread.sd.unwrap_or(0.0);
        Some([spread.mean - sd, spread.mean + sd])
    });
    extent(values.flatten())
}

fn reading(group: &StudyGroup, axis: &Axis, measure: &Measure, lines: &Lines) -> String {
    let Some(first) = lines.series.first() else { return "No value is finished yet.".to_owned() };
    let found = lines.places.iter().zip(&first.values).filter_map(|(place, value)| Some((place, (*value)?)));
    let best = found.fold(None, |best: Option<(&Place, Value)>, found| match best {
        Some(best) if best.1.mean <= found.1.mean => Some(best),
        _ => Some(found),
    });
    let Some((place, value)) = best else { return "No value is finished yet.".to_owned() };
    let paper = match axis.claim() {
        Some(claim) if claim.best == place.x => ", as in the paper".to_owned(),
        Some(claim) => format!("; the paper has its best at {}", claim.best),
        None => String::new(),
    };
    let smallest = format!("{} is smallest at {} ({}){paper}", measure.name, place.name, value.text(measure.decimals));
    let one_seed = subject_seeds(group) < 2;
    let tests = if one_seed { "one seed: no ranking".to_owned() } else { words::verdicts(&group.comparisons) };
    format!("{smallest}; {tests}.")
}

fn subject_seeds(group: &StudyGroup) -> usize {
    group.cells.iter().filter_map(|cell| subject(&cell.models)).map(|model| model.seeds.len()).min().unwrap_or(0)
}

fn caption(report: &Report, axis: &Axis, cells: &[(f64, &CellResult)]) -> String {
    let n = |cell: &CellResult| usize::try_from(cell.n_points).unwrap_or(usize::MAX);
    let points = || cells.iter().map(|(_, cell)| n(cell));
    let points = match (points().min(), points().max()) {
        (Some(low), Some(high)) if low != high => format!("{} to {} points", count(low), count(high)),
        (Some(low), _) => format!("{} points", count(low)),
        _ => "no points".to_owned(),
    };
    let seeds = words::over_seeds(cells.iter().flat_map(|(_, cell)| &cell.models));
    let paper = axis.claim().map_or_else(String::new, |claim| {
        format!(" Dotted: the optimum that the paper claims in its Figure {}.", claim.figure)
    });
    let core = match cells.iter().flat_map(|(_, cell)| &cell.models).find_map(|model| model.core) {
        Some(core) if axis.id == "nodes" => {
            format!(" The common core is the {} nodes that all samples share.", core.n_nodes)
        }
        _ => String::new(),
    };
    format!(
        "Test part, {points} per value, {}; {seeds}. Ringed: the value of this config.{paper}{core}",
        words::scale(report)
    )
}
