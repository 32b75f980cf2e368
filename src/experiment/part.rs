//! One part of a run, finished: all that the report needs of it. Parts are independent, so they may come from other
//! threads or from an earlier, interrupted run.

use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::report::{ConditionError, EpochPoint, LearnedGraph, Mixing, StopReason};

/// Forecasts at one step ahead, in the unit in which errors are measured; NaN where the model has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepForecast {
    /// Steps ahead.
    pub step: usize,
    /// `[test origins, N]`.
    #[serde(with = "packed")]
    pub test: Vec<f32>,
    /// `[validation origins, N]`; empty under the anchor protocol.
    #[serde(with = "packed")]
    pub validation: Vec<f32>,
}

/// Scores of one detector on one fold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DetectScores {
    /// Index of the fold.
    pub fold: usize,
    /// Scores are probabilities.
    pub is_probability: bool,
    /// One per validation window.
    #[serde(with = "packed")]
    pub validation: Vec<f32>,
    /// One per test window.
    #[serde(with = "packed")]
    pub test: Vec<f32>,
    /// One per normal training window; empty for networks that learn from labels.
    #[serde(with = "packed")]
    pub normal: Vec<f32>,
    /// Scores of the test windows by the same network before training; empty for all but the first seed.
    #[serde(with = "packed")]
    pub untrained: Vec<f32>,
    /// State of the LSTM on some training windows, `[n, u]`, row-major; empty without an LSTM and for all but the first seed.
    #[serde(with = "packed")]
    pub train_states: Vec<f32>,
    /// The same on some test windows.
    #[serde(with = "packed")]
    pub test_states: Vec<f32>,
    /// The same by the network before training, training windows before test windows.
    #[serde(with = "packed")]
    pub untrained_states: Vec<f32>,
    /// Accuracy on training and validation windows after each epoch.
    pub accuracy: Vec<(f64, f64)>,
    /// Of each test window the most suspicious instances, the first first, at most three; empty unless it is asked where a
    /// fault is, and for detectors that cannot say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Vec<u32>>,
    /// What they are suspected by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicion: Vec<Vec<f32>>,
}

/// A parameter of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedTensor {
    /// Path of the parameter, as `layers.0.weight`.
    pub name: String,
    /// Lengths of its sides.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    #[serde(with = "packed")]
    pub values: Vec<f32>,
}

/// Weights of a trained network, in the order of its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// All parameters.
    pub tensors: Vec<NamedTensor>,
    /// Whether the data held records for the graph.
    pub has_records: bool,
}

impl Weights {
    /// SHA-256 of the little-endian bytes of all values.
    pub fn sha256(&self) -> String {
        crate::digest::sha256_of_floats(self.tensors.iter().flat_map(|tensor| &tensor.values))
    }
}

/// A finished part.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PartResult {
    /// Seed; 0 for closed-form models.
    pub seed: u32,
    /// Trained by gradient steps.
    pub learned: bool,
    /// Number of fitted numbers.
    pub n_params: usize,
    /// Tensor library; empty for closed-form models.
    pub backend: String,
    /// Losses of the epochs.
    pub curve: Vec<EpochPoint>,
    /// Losses of the epochs before those.
    pub pretraining: Vec<f64>,
    /// Mixing weights before training and after each epoch; empty for models without.
    pub mixing: Vec<Mixing>,
    /// Epoch whose weights are scored.
    pub best_epoch: usize,
    /// Why training ended.
    pub stop: StopReason,
    /// SHA-256 of the scored weights.
    pub weights_sha256: String,
    /// The scored weights; of the first cell only, because a study has many parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weights>,
    /// What validation chose.
    pub chosen: String,
    /// One entry per scored step ahead, ascending.
    pub forecasts: Vec<StepForecast>,
    /// The graph of the paper's model.
    pub graph: Option<LearnedGraph>,
    /// Errors under the conditions of a robustness study.
    pub conditions: Vec<ConditionError>,
    /// Scores of a detector; absent for forecasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detection: Option<Box<DetectScores>>,
    /// Wall-clock seconds.
    pub secs: f64,
    /// Milliseconds for the forecast of all nodes at one origin.
    pub forecast_millis: Option<f64>,
}

impl PartResult {
    /// As JSON text, to be read by [`PartResult::from_json`] of the same version.
    ///
    /// # Errors
    /// When a number has no JSON form.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// From its JSON text.
    ///
    /// # Errors
    /// Where and why the text is none.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Validation error of the scored weights, in the scale of the model.
    pub fn validation(&self) -> Option<f64> {
        self.curve.iter().find(|point| point.epoch == self.best_epoch).map(|point| point.validation)
    }

    /// Whether it was trained to the end, so that it may stand for the part in a later run.
    pub fn is_whole(&self) -> bool {
        self.stop != StopReason::Asked
    }
}

/// Numbers as the base64 of their little-endian bytes: JSON has no NaN, and digits would cost twice the room.
mod packed {
    use base64::Engine as _;

    use super::{Deserialize, Deserializer, STANDARD, Serializer};
    use serde::de::Error;

    pub(super) fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)?;
        let (values, rest) = bytes.as_chunks::<4>();
        if rest.is_empty() {
            return Ok(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
        }
        Err(D::Error::custom("expected a whole number of 32-bit floats"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forecasts_keep_every_bit() {
        let whole = StepForecast { step: 4, test: vec![0.1, f32::NAN, -0.0], validation: Vec::new() };
        let text = serde_json::to_string(&whole).expect("plain data");
        let back: StepForecast = serde_json::from_str(&text).expect("its own text");
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!((back.step, bits(&back.test)), (4, bits(&whole.test)));
    }

    #[test]
    fn broken_bytes_are_refused() {
        let text = r#"{"step":1,"test":"AAA=","validation":""}"#;
        assert!(serde_json::from_str::<StepForecast>(text).is_err());
    }
}
