//! What the worker does for the page, and what a run has found so far.

use std::rc::Rc;

use crate::config::RunConfig;
use crate::protocol::{PartPlan, RunId};
use crate::report::{DetectorResult, EpochPoint, ModelResult, Receipt, StopReason};

/// Where the data are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// There are none.
    Nothing,
    /// Only their description is here: they belong to a stored or opened report.
    Described,
    /// The worker holds simulated data of this scenario.
    Sandbox(String),
    /// The worker holds the reader's files.
    Files,
}

/// What the worker is doing for the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    /// Making a data set.
    Open(Source),
    /// Training.
    Run,
    /// Reading a saved model.
    Model,
    /// Scoring a saved model.
    Score,
    /// Training again to compare with a receipt.
    Verify(Rc<Receipt>),
}

/// Work that was sent to the worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Its id; events with another one are dropped.
    pub run: RunId,
    /// What it is.
    pub job: Job,
}

/// A run that waits until its data are in the worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// What to run.
    pub config: Box<RunConfig>,
    /// What to compare with.
    pub verify: Option<Rc<Receipt>>,
}

/// One part, as far as it is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LiveCurve {
    /// Finished epochs.
    pub points: Vec<EpochPoint>,
    /// Best epoch so far.
    pub best_epoch: usize,
    /// Present epoch, from 1; 0 before the part has begun.
    pub epoch: usize,
    /// Share of the present epoch that is done.
    pub share: f32,
    /// The part is done.
    pub done: bool,
}

/// What is known of a model of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Index of the cell.
    pub cell: usize,
    /// All seeds so far.
    pub model: ModelResult,
}

/// The parts of one model in one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRow {
    /// The cell.
    pub cell: usize,
    /// Its words, empty in a plain run.
    pub label: String,
    /// Model id.
    pub model: String,
    /// Indices of the parts by seed, in the order of [`Live::seeds`]; a closed-form model has its one part first.
    pub parts: Vec<Option<usize>>,
}

/// What a run has found so far. Several parts may be at work at once, and several cells have the same models.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Live {
    /// The plan.
    pub parts: Vec<PartPlan>,
    /// One per part; without points for closed-form models.
    pub curves: Vec<LiveCurve>,
    /// Models with at least one finished part, the one that finished last at the end.
    pub found: Vec<Found>,
    /// The same of detectors: cell and all seeds so far.
    pub detected: Vec<(usize, DetectorResult)>,
}

impl Live {
    /// Number of finished parts.
    pub fn n_done(&self) -> usize {
        self.curves.iter().filter(|curve| curve.done).count()
    }

    /// Indices of the parts at work, rising.
    pub fn running(&self) -> impl Iterator<Item = usize> {
        self.curves.iter().enumerate().filter(|(_, curve)| curve.epoch > 0 && !curve.done).map(|(idx, _)| idx)
    }

    /// Whether the run has several cells, or one that is named.
    pub fn is_study(&self) -> bool {
        self.parts.iter().any(|part| part.cell > 0 || !part.label.is_empty())
    }

    /// The cell whose curves are shown: that of the first part at work, else that of the last one that is done. It
    /// does not change while its parts go on, whatever the other workers report.
    pub fn cell_in_view(&self) -> usize {
        let last_done = || self.curves.iter().rposition(|curve| curve.done);
        self.running().next().or_else(last_done).and_then(|idx| self.parts.get(idx)).map_or(0, |part| part.cell)
    }

    /// Models of a cell with at least one finished part, in the order in which they were first finished.
    pub fn models_of(&self, cell: usize) -> impl Iterator<Item = &ModelResult> {
        self.found.iter().filter(move |found| found.cell == cell).map(|found| &found.model)
    }

    /// The model of a part, with the seeds that are done.
    pub fn model_of(&self, part: &PartPlan) -> Option<&ModelResult> {
        self.models_of(part.cell).find(|model| model.id == part.model)
    }

    /// Takes in a model of a cell; in a study the cells that finished last stand last.
    pub(super) fn take_in(&mut self, cell: usize, model: ModelResult) {
        match self.found.iter_mut().find(|found| found.cell == cell && found.model.id == model.id) {
            Some(found) => found.model = model,
            None => self.found.push(Found { cell, model }),
        }
    }

    /// The same of a detector.
    pub(super) fn take_in_detector(&mut self, cell: usize, detector: DetectorResult) {
        match self.detected.iter_mut().find(|(its, found)| *its == cell && found.id == detector.id) {
            Some((_, found)) => *found = detector,
            None => self.detected.push((cell, detector)),
        }
    }

    /// Why a part ended; `None` while it runs.
    pub fn stop_of(&self, part: &PartPlan) -> Option<StopReason> {
        let of_model = self.model_of(part).into_iter().flat_map(|model| &model.seeds);
        let of_model = of_model.map(|seed| (seed.seed, seed.stop));
        let detectors = self.detected.iter().filter(|(cell, found)| *cell == part.cell && found.id == part.model);
        let of_detector = detectors.flat_map(|(_, found)| &found.seeds).map(|seed| (seed.seed, seed.stop));
        of_model.chain(of_detector).find(|(seed, _)| *seed == part.seed).map(|(_, stop)| stop)
    }

    /// Seeds of what depends on one, rising.
    pub fn seeds(&self) -> Vec<u32> {
        let mut seeds: Vec<u32> = self.parts.iter().filter(|part| is_seeded(part)).map(|part| part.seed).collect();
        seeds.sort_unstable();
        seeds.dedup();
        seeds
    }

    /// One row per model and cell, in the order of the plan.
    pub fn rows(&self) -> Vec<LiveRow> {
        let seeds = self.seeds();
        let mut rows: Vec<LiveRow> = Vec::new();
        for (idx, part) in self.parts.iter().enumerate() {
            // Without a learned model there is one column all the same: that of the closed-form parts.
            let column = if !is_seeded(part) { 0 } else { seeds.binary_search(&part.seed).unwrap_or(0) };
            let row = match rows.iter().position(|row| row.cell == part.cell && row.model == part.model) {
                Some(place) => &mut rows[place],
                None => {
                    let (label, model) = (part.label.clone(), part.model.clone());
                    rows.push(LiveRow { cell: part.cell, label, model, parts: vec![None; seeds.len().max(1)] });
                    let last = rows.len() - 1;
                    &mut rows[last]
                }
            };
            row.parts[column] = Some(idx);
        }
        rows
    }
}

/// Learned, or drawn at random.
fn is_seeded(part: &PartPlan) -> bool {
    part.epochs > 0 || part.seed > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::fixture::model;

    fn part(cell: usize, model: &str, seed: u32, epochs: usize) -> PartPlan {
        let label = if cell == 0 { String::new() } else { format!("layers {cell}") };
        PartPlan { model: model.to_owned(), seed, epochs, cell, label }
    }

    fn live(parts: Vec<PartPlan>) -> Live {
        Live { curves: vec![LiveCurve::default(); parts.len()], parts, ..Live::default() }
    }

    #[test]
    fn rows_hold_each_part_once_and_keep_cells_apart() {
        let live = live(vec![part(1, "ar", 0, 0), part(1, "tsf", 1, 6), part(1, "tsf", 2, 6), part(2, "tsf", 1, 6)]);
        let rows = live.rows();
        let parts: Vec<(usize, &str, &[Option<usize>])> =
            rows.iter().map(|row| (row.cell, row.model.as_str(), row.parts.as_slice())).collect();
        assert_eq!(
            parts,
            [(1, "ar", &[Some(0), None][..]), (1, "tsf", &[Some(1), Some(2)]), (2, "tsf", &[Some(3), None])]
        );
    }

    #[test]
    fn closed_form_models_alone_have_one_column() {
        let live = live(vec![part(0, "ar", 0, 0), part(0, "persistence", 0, 0)]);
        assert_eq!(live.rows().iter().map(|row| row.parts.clone()).collect::<Vec<_>>(), [[Some(0)], [Some(1)]]);
        assert!(!live.is_study());
    }

    #[test]
    fn what_is_drawn_at_random_has_a_column_per_seed() {
        let live = live(vec![part(0, "zmax", 0, 0), part(0, "prior", 1, 0), part(0, "prior", 2, 0)]);
        assert_eq!(
            live.rows().iter().map(|row| row.parts.clone()).collect::<Vec<_>>(),
            [[Some(0), None], [Some(1), Some(2)]]
        );
    }

    #[test]
    fn the_cell_in_view_stays_while_its_first_part_goes_on() {
        let mut live = live(vec![part(1, "tsf", 1, 6), part(2, "tsf", 1, 6), part(3, "tsf", 1, 6)]);
        (live.curves[0].epoch, live.curves[1].epoch) = (2, 5);
        assert_eq!((live.running().collect::<Vec<_>>(), live.cell_in_view()), (vec![0, 1], 1));
        live.curves[0].done = true;
        assert_eq!(live.cell_in_view(), 2);
        live.curves[1].done = true;
        assert_eq!(live.cell_in_view(), 2);
    }

    #[test]
    fn the_same_model_of_two_cells_is_two_results() {
        let mut live = live(vec![part(1, "tsf", 1, 6), part(2, "tsf", 1, 6)]);
        live.take_in(1, model("tsf", true, 0.04, 1));
        live.take_in(2, model("tsf", true, 0.05, 1));
        live.take_in(1, model("tsf", true, 0.03, 2));
        assert_eq!(live.found.len(), 2);
        assert_eq!(live.model_of(&live.parts[0]).map(|model| model.seeds.len()), Some(2));
        assert_eq!(live.models_of(2).count(), 1);
    }
}
