//! Saved models in a run: a finished part becomes a file, and a file takes the place of a training.

use std::rc::Rc;
use std::sync::Arc;

use super::ExperimentError;
use super::learned::Learned;
use super::model_file::{ModelFile, ModelFileError};
use super::run::ForecastRun;
use crate::config::{ModelConfig, RunConfig};
use crate::data::Dataset;
use crate::prepare::Preparation;
use crate::train::Problem;

impl ForecastRun {
    /// The trained model of a finished part of the first cell, with all that it needs to forecast again.
    ///
    /// # Errors
    /// For a part that is not finished, not trained or of another cell.
    pub(super) fn model_file(&self, part: usize) -> Result<ModelFile, ExperimentError> {
        let none = || ExperimentError("This part has no weights that could be saved".to_owned());
        if !self.is_trained(part) {
            return Err(none());
        }
        let preparation = self.cells[self.parts.plan[part].cell].preparation(&self.dataset)?;
        self.file_of(part, &preparation).ok_or_else(none)
    }

    /// All of them, in the order of the parts.
    ///
    /// # Errors
    /// When the data cannot be prepared again.
    pub(super) fn model_files(&self) -> Result<Vec<ModelFile>, ExperimentError> {
        let parts: Vec<usize> = (0..self.parts.plan.len()).filter(|&part| self.is_trained(part)).collect();
        let Some(&first) = parts.first() else { return Ok(Vec::new()) };
        // Only the first cell keeps weights, so that all parts share what its preparation fitted.
        let preparation = self.cells[self.parts.plan[first].cell].preparation(&self.dataset)?;
        Ok(parts.into_iter().filter_map(|part| self.file_of(part, &preparation)).collect())
    }

    fn is_trained(&self, part: usize) -> bool {
        self.parts.results.get(part).is_some_and(|result| result.as_ref().is_some_and(|part| part.weights.is_some()))
    }

    fn file_of(&self, part: usize, preparation: &Preparation) -> Option<ModelFile> {
        let (plan, result) = (self.parts.plan.get(part)?, self.parts.results.get(part)?.as_ref()?);
        let cell = &self.cells[plan.cell];
        let model = cell.config.models.iter().find(|model| model.id() == plan.model)?;
        ModelFile::of_part((&self.dataset, &cell.config), preparation.clone(), model, result)
    }

    /// A run that trains nothing: it scores a saved model on a data set, beside persistence, on the test part that the
    /// model's settings cut.
    ///
    /// Scales and means are those of the model's own training part. Steps, stops and report are those of any run.
    ///
    /// # Errors
    /// When the model does not fit the data; nodes and records are compared when the data are prepared.
    pub(super) fn of_model(dataset: Arc<Dataset>, file: ModelFile) -> Result<Self, ExperimentError> {
        file.check_data(&dataset).map_err(sentence)?;
        let mut models = file.about.config.models.clone();
        models.push(ModelConfig::Persistence {});
        let config = RunConfig { models, ..file.about.config.clone() };
        let config = config.check().map_err(|error| sentence(ModelFileError::Config(error.to_string())))?;
        let mut experiment = Self::new(dataset, config);
        let given = Rc::new(file.preparation.clone());
        experiment.cells.iter_mut().for_each(|cell| cell.given = Some(given.clone()));
        experiment.loaded = Some(Rc::new(file));
        Ok(experiment)
    }
}

/// Puts a saved model in the place of a training that has not begun.
pub(super) fn take_over(learned: &mut Learned, problem: &Problem, file: &ModelFile) -> Result<(), ExperimentError> {
    file.check_prepared(&problem.prepared, problem.shape().has_records).map_err(sentence)?;
    file.check_shapes(&learned.parameters()).map_err(sentence)?;
    learned.restore(file.finished(), file.about.mixing.clone());
    Ok(())
}

fn sentence(error: ModelFileError) -> ExperimentError {
    ExperimentError(error.to_string())
}
