//! From the cells of a study to its groups, with each variant compared to the full model.

use super::assemble::Assembly;
use super::cell::CellState;
use crate::config::ModelConfig;
use crate::evaluate::{LossSeries, compare_to};
use crate::models::keep_per_row;
use crate::report::{CellResult, StudyGroup, StudyResult};

/// Label of the cell that the variants of an ablation are compared with.
const REFERENCE: &str = "full";

/// All groups, in the order of the cells.
pub(super) fn study_result(cells: &[CellState], assemblies: &[Option<Assembly<'_>>]) -> StudyResult {
    let mut groups: Vec<StudyGroup> = Vec::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (idx, cell) in cells.iter().enumerate() {
        let Some(assembly) = assemblies[idx].as_ref().filter(|assembly| !assembly.parts.is_empty()) else { continue };
        if groups.last().is_none_or(|group| group.id != cell.group) {
            groups.push(StudyGroup { id: cell.group.clone(), cells: Vec::new(), comparisons: Vec::new() });
            members.push(Vec::new());
        }
        if let (Some(group), Some(members)) = (groups.last_mut(), members.last_mut()) {
            group.cells.push(cell_result(cell, assembly));
            members.push(idx);
        }
    }
    for (group, members) in groups.iter_mut().zip(members) {
        group.comparisons = comparisons(cells, assemblies, &members);
    }
    StudyResult { groups }
}

fn cell_result(cell: &CellState, assembly: &Assembly<'_>) -> CellResult {
    let n_nodes = assembly.board.n_nodes;
    let kept = |model: &ModelConfig| match model {
        ModelConfig::Tsf(tsf) => Some(keep_per_row(tsf.sparsity, n_nodes)),
        _ => None,
    };
    CellResult {
        label: cell.label.clone(),
        x: cell.x,
        config_sha256: cell.config.sha256(),
        n_nodes,
        kept_per_row: cell.config.models.iter().find_map(kept),
        n_points: assembly.board.main().truth.iter().filter(|truth| !truth.is_nan()).count() as u64,
        models: assembly.ids().iter().map(|id| assembly.model(id)).collect(),
        validation: assembly.validation(),
    }
}

/// `tsf` of each cell against `tsf` of the reference; nothing where there is no reference, or other points.
fn comparisons(
    cells: &[CellState],
    assemblies: &[Option<Assembly<'_>>],
    members: &[usize],
) -> Vec<crate::report::Comparison> {
    let series = |idx: usize| -> Option<LossSeries> {
        let step = cells[idx].config.window.score_step;
        let losses = assemblies[idx].as_ref()?.losses(step).into_iter().find(|series| series.id == "tsf")?;
        Some(LossSeries { id: cells[idx].label.clone(), ..losses })
    };
    let Some((&first, rest)) = members.split_first() else { return Vec::new() };
    let Some(reference) = series(first).filter(|reference| reference.id == REFERENCE) else { return Vec::new() };
    let others: Vec<LossSeries> = rest.iter().filter_map(|&idx| series(idx)).collect();
    compare_to(&reference, &others, cells[first].config.window.score_step)
}
