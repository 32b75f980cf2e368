//! A trained model as a file: its weights, what preparation fitted, and the config, so that it forecasts again without
//! training.

mod bytes;
mod error;

pub use error::ModelFileError;

use serde::{Deserialize, Serialize};

use super::part::{PartResult, Weights};
use crate::config::{Checked, InputScale, ModelConfig, RunConfig};
use crate::data::{Dataset, Metric};
use crate::models::Network;
use crate::prepare::{Preparation, Prepared};
use crate::report::{EpochPoint, Mixing, StopReason, model_file};
use crate::train::Finished;

/// Version of [`ModelFile`]; a file with a higher one was saved by a newer program.
pub const MODEL_FORMAT: u32 = 1;

/// Bytes of the largest file that is written or read, so that opening one takes bounded memory.
pub const MOST_MODEL_BYTES: usize = 64 << 20;

/// All of a saved model but its numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelAbout {
    /// [`MODEL_FORMAT`].
    pub format: u32,
    /// Program that saved it.
    pub app_version: String,
    /// Settings of the run, with this model and this seed alone.
    pub config: RunConfig,
    /// Name of the data set that it was trained on.
    pub trained_on: String,
    /// Width of its bins.
    pub grid_secs: u32,
    /// Metrics of every node, in the order in which the model reads them.
    pub metrics: Vec<Metric>,
    /// Nodes that took part.
    pub nodes: Vec<String>,
    /// First bin that scales and means were fitted on, and one past the last.
    pub fitted_on: (usize, usize),
    /// Whether the data held records for the graph.
    pub has_records: bool,
    /// Names of the parameters, in the order of the network.
    pub parameters: Vec<String>,
    /// SHA-256 of the weights, as in the report.
    pub weights_sha256: String,
    /// Losses of the epochs.
    pub curve: Vec<EpochPoint>,
    /// Losses of the epochs before those.
    pub pretraining: Vec<f64>,
    /// Mixing weights before training and after each epoch.
    pub mixing: Vec<Mixing>,
    /// Epoch of the weights.
    pub best_epoch: usize,
    /// Why training ended.
    pub stop: StopReason,
}

/// A trained model with all that it needs to forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// Settings and history.
    pub about: ModelAbout,
    /// The weights of the best epoch.
    pub weights: Weights,
    /// Scales and means of the training part.
    pub preparation: Preparation,
}

impl ModelFile {
    /// The model of a finished part; `None` if it kept no weights or no epoch was finished.
    pub(super) fn of_part(
        (dataset, config): (&Dataset, &Checked),
        preparation: Preparation,
        model: &ModelConfig,
        part: &PartResult,
    ) -> Option<Self> {
        let weights = part.weights.clone().filter(|_| part.best_epoch > 0)?;
        let config = RunConfig { models: vec![model.clone()], seeds: vec![part.seed], ..(**config).clone() };
        let about = ModelAbout {
            format: MODEL_FORMAT,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            config,
            trained_on: dataset.summary.name.clone(),
            grid_secs: dataset.grid_secs,
            metrics: dataset.metrics.clone(),
            nodes: preparation.nodes.clone(),
            fitted_on: (preparation.fitted_on.start, preparation.fitted_on.end),
            has_records: weights.has_records,
            parameters: weights.tensors.iter().map(|tensor| tensor.name.clone()).collect(),
            weights_sha256: part.weights_sha256.clone(),
            curve: part.curve.clone(),
            pretraining: part.pretraining.clone(),
            mixing: part.mixing.clone(),
            best_epoch: part.best_epoch,
            stop: part.stop,
        };
        Some(Self { about, weights, preparation })
    }

    /// Id of the model, as in reports.
    pub fn id(&self) -> &'static str {
        self.about.config.models.first().map_or("", ModelConfig::id)
    }

    /// Name under which it is saved: model and seed.
    pub fn file_name(&self) -> String {
        model_file(self.id(), self.seed())
    }

    /// What it is, in one sentence: model and seed, what it was trained on, and how long.
    pub fn words(&self) -> String {
        let about = &self.about;
        let metrics: Vec<&str> = about.metrics.iter().map(|metric| metric.id.as_str()).collect();
        format!(
            "{}, seed {}, trained on “{}” ({} nodes, {}, in bins of {} s); weights of epoch {} of {}",
            self.id(),
            self.seed(),
            about.trained_on,
            about.nodes.len(),
            metrics.join(", "),
            about.grid_secs,
            about.best_epoch,
            about.curve.len(),
        )
    }

    /// The settings of its run, as JSON text for people.
    pub fn settings(&self) -> String {
        // A config is plain data, which always has a JSON form.
        serde_json::to_string_pretty(&self.about.config).unwrap_or_default()
    }

    /// The seed of its training.
    fn seed(&self) -> u32 {
        self.about.config.seeds.first().copied().unwrap_or_default()
    }

    /// What a report says of a model that was not trained in its run.
    pub(super) fn remark(&self) -> String {
        format!(
            "{} was not trained here: its weights were saved after training on “{}”.",
            self.id(),
            self.about.trained_on
        )
    }

    /// Whether a file of so many bytes can be one, so that others need not be read.
    ///
    /// # Errors
    /// When it is too large.
    pub fn check_size(n_bytes: u64) -> Result<(), ModelFileError> {
        bytes::check_size(n_bytes)
    }

    /// Whether the model can read a data set at all: the same metrics on the same grid.
    ///
    /// # Errors
    /// What does not fit.
    pub fn check_data(&self, dataset: &Dataset) -> Result<(), ModelFileError> {
        let ids = |metrics: &[Metric]| metrics.iter().map(|metric| metric.id.clone()).collect::<Vec<_>>();
        let same = |(a, b): (&Metric, &Metric)| a.id == b.id && a.unit == b.unit;
        let (known, found) = (&self.about.metrics, &dataset.metrics);
        if known.len() != found.len() || !known.iter().zip(found).all(same) {
            return Err(ModelFileError::Metrics { expected: ids(known).join(", "), found: ids(found).join(", ") });
        }
        if self.about.grid_secs != dataset.grid_secs {
            return Err(ModelFileError::Grid { expected: self.about.grid_secs, found: dataset.grid_secs });
        }
        Ok(())
    }

    /// Whether the model can read prepared data: nodes that it has scales of, and records if it was trained with them.
    ///
    /// # Errors
    /// What does not fit.
    pub(super) fn check_prepared(&self, prepared: &Prepared, has_records: bool) -> Result<(), ModelFileError> {
        let config = &self.about.config;
        let unknown = prepared.node_names.iter().find(|name| !self.about.nodes.contains(name));
        if let (InputScale::Zscore, Some(node)) = (config.prepare.input_scale, unknown) {
            return Err(ModelFileError::Node(node.clone()));
        }
        let reads_graph = |model: &ModelConfig| !Network::graph_steps(model, config.window.input_steps).is_empty();
        if config.models.iter().any(reads_graph) && has_records != self.about.has_records {
            return Err(ModelFileError::Records { trained_with: self.about.has_records });
        }
        Ok(())
    }

    /// Whether the weights are those of a network with these parameters.
    ///
    /// # Errors
    /// The first one that differs.
    pub(super) fn check_shapes(&self, parameters: &[(String, Vec<usize>)]) -> Result<(), ModelFileError> {
        let tensors = &self.weights.tensors;
        if tensors.len() != parameters.len() {
            let (expected, found) = (parameters.len().to_string(), tensors.len().to_string());
            return Err(ModelFileError::Shape { name: "the number of parameters".into(), expected, found });
        }
        let differs = tensors.iter().zip(parameters).find(|(a, b)| a.name != b.0 || a.shape != b.1);
        differs.map_or(Ok(()), |(found, (name, shape))| {
            let (expected, found) = (format!("{name} {shape:?}"), format!("{} {:?}", found.name, found.shape));
            Err(ModelFileError::Shape { name: name.clone(), expected, found })
        })
    }

    /// What its training found.
    pub(super) fn finished(&self) -> Finished {
        let about = &self.about;
        Finished {
            weights: self.weights.tensors.iter().flat_map(|tensor| tensor.values.clone()).collect(),
            curve: about.curve.clone(),
            pretraining: about.pretraining.clone(),
            best_epoch: about.best_epoch,
            stop: about.stop,
        }
    }
}
