//! Saved models as safetensors: a header of JSON, then the numbers. What is no tensor is JSON text in the metadata,
//! under one key, and begins with a seal: the SHA-256 of the whole file with zeros in the place of the seal.

use std::ops::Range;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors, serialize};
use serde::Deserialize;

use super::{MODEL_FORMAT, MOST_MODEL_BYTES, ModelAbout, ModelFile, ModelFileError};
use crate::digest::{StreamingSha256, sha256_hex};
use crate::experiment::part::{NamedTensor, Weights};
use crate::prepare::{Preparation, Scale};

const KEY: &str = "loadstone";
/// The start of the seal as it stands in the file, where JSON text is inside JSON text.
const SEAL: &[u8] = br#"{\"sha256\":\""#;
/// A seal that is not yet known; as long as any.
const NO_SEAL: [u8; 64] = [b'0'; 64];
/// In front of the names of parameters, so that they cannot be names of anything else.
const NETWORK: &str = "network.";
const OFFSETS: &str = "preparation.offset";
const FACTORS: &str = "preparation.factor";
const MEANS: &str = "preparation.mean";

impl ModelFile {
    /// The file; the same model gives the same bytes.
    ///
    /// # Errors
    /// When a number has no JSON form, or the model is larger than the format allows.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelFileError> {
        let write = |error: &dyn ToString| ModelFileError::Write(error.to_string());
        let about = serde_json::to_string(&self.about).map_err(|error| write(&error))?;
        let seal = String::from_utf8_lossy(&NO_SEAL);
        let text = format!("{{\"sha256\":\"{seal}\",{}", about.strip_prefix('{').unwrap_or_default());
        let data: Vec<(String, Vec<usize>, Vec<u8>)> = self
            .tensors()
            .into_iter()
            .map(|tensor| (tensor.name, tensor.shape, tensor.values.iter().flat_map(|x| x.to_le_bytes()).collect()))
            .collect();
        let mut views = Vec::new();
        for (name, shape, bytes) in &data {
            views.push((name, TensorView::new(Dtype::F32, shape.clone(), bytes).map_err(|error| write(&error))?));
        }
        let metadata = [(KEY.to_owned(), text)].into_iter().collect();
        let mut bytes = serialize(views, Some(metadata)).map_err(|error| write(&error))?;
        check_size(bytes.len() as u64)?;
        let place = seal_place(&bytes).ok_or_else(|| write(&"the seal has no place"))?;
        let seal = sha256_hex(&bytes);
        bytes[place].copy_from_slice(seal.as_bytes());
        Ok(bytes)
    }

    /// Reads a file and checks all of it.
    ///
    /// # Errors
    /// One sentence on what is wrong; never panics, whatever the bytes are.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelFileError> {
        check_size(bytes.len() as u64)?;
        check_seal(bytes)?;
        // Offsets that lie inside the file cannot overflow; the reader would not notice if they did.
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| not_a_model(&error))?;
        if header.data_len() > bytes.len() {
            return Err(not_a_model(&"its tensors are larger than the file"));
        }
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
        let about = read_about(text.ok_or_else(|| not_a_model(&"it says nothing about the model"))?)?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| not_a_model(&error))?;
        let named = |name: &String| -> Result<NamedTensor, ModelFileError> {
            Ok(NamedTensor { name: name.clone(), ..read(&file, &format!("{NETWORK}{name}"))? })
        };
        let tensors = about.parameters.iter().map(named).collect::<Result<Vec<_>, ModelFileError>>()?;
        if file.len() != tensors.len() + 3 {
            return Err(not_a_model(&"it holds other tensors beside those of the model"));
        }
        let weights = Weights { tensors, has_records: about.has_records };
        if weights.sha256() != about.weights_sha256 {
            return Err(ModelFileError::Damaged);
        }
        let preparation = read_preparation(&file, &about)?;
        Ok(Self { about, weights, preparation })
    }

    /// Parameters, then scales and means, each `[N, metrics]`.
    fn tensors(&self) -> Vec<NamedTensor> {
        let prepared = &self.preparation;
        let table = |name: &str, values: Vec<f32>| NamedTensor {
            name: name.to_owned(),
            shape: vec![prepared.nodes.len(), prepared.n_metrics],
            values,
        };
        let parameter =
            |tensor: &NamedTensor| NamedTensor { name: format!("{NETWORK}{}", tensor.name), ..tensor.clone() };
        let mut out: Vec<NamedTensor> = self.weights.tensors.iter().map(parameter).collect();
        out.push(table(OFFSETS, prepared.scales.iter().map(|scale| scale.offset).collect()));
        out.push(table(FACTORS, prepared.scales.iter().map(|scale| scale.factor).collect()));
        out.push(table(MEANS, prepared.means.clone()));
        out
    }
}

fn not_a_model(reason: &dyn ToString) -> ModelFileError {
    ModelFileError::NotAModel(reason.to_string())
}

/// Whether a file of so many bytes is one that is written and read.
///
/// # Errors
/// When it is too large.
pub(super) fn check_size(found: u64) -> Result<(), ModelFileError> {
    let most = MOST_MODEL_BYTES as u64;
    if found <= most { Ok(()) } else { Err(ModelFileError::Size { found, most }) }
}

/// Where the digits of the seal stand.
fn seal_place(bytes: &[u8]) -> Option<Range<usize>> {
    let start = bytes.windows(SEAL.len()).position(|window| window == SEAL)? + SEAL.len();
    let end = start + NO_SEAL.len();
    (end <= bytes.len()).then_some(start..end)
}

/// Compares the seal with the rest of the file. It comes before anything is read, so that a file that was damaged by
/// chance is called that.
fn check_seal(bytes: &[u8]) -> Result<(), ModelFileError> {
    let place = seal_place(bytes).ok_or_else(|| not_a_model(&"it has no seal"))?;
    let mut hash = StreamingSha256::default();
    [&bytes[..place.start], &NO_SEAL, &bytes[place.end..]].into_iter().for_each(|piece| hash.push(piece));
    if hash.finish().as_bytes() == &bytes[place] { Ok(()) } else { Err(ModelFileError::Damaged) }
}

fn read_about(text: &str) -> Result<ModelAbout, ModelFileError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let Version { format } = serde_json::from_str(text).map_err(|error| not_a_model(&error))?;
    if format > MODEL_FORMAT {
        return Err(ModelFileError::Newer { found: format, known: MODEL_FORMAT });
    }
    let about: ModelAbout = serde_json::from_str(text).map_err(|error| not_a_model(&error))?;
    about.config.check().map_err(|error| ModelFileError::Config(error.to_string()))?;
    let config = &about.config;
    if about.nodes.is_empty() || about.metrics.is_empty() {
        return Err(not_a_model(&"it names no nodes or no metrics"));
    }
    let is_one = config.seeds.len() == 1 && config.models.len() == 1 && config.models[0].is_learned();
    if is_one { Ok(about) } else { Err(not_a_model(&"its settings are not those of one trained model")) }
}

fn read(file: &SafeTensors<'_>, name: &str) -> Result<NamedTensor, ModelFileError> {
    let view = file.tensor(name).map_err(|error| not_a_model(&error))?;
    let (values, rest) = view.data().as_chunks::<4>();
    if view.dtype() != Dtype::F32 || !rest.is_empty() {
        return Err(not_a_model(&format!("the tensor {name} holds no 32-bit floats")));
    }
    let values = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Ok(NamedTensor { name: name.to_owned(), shape: view.shape().to_vec(), values })
}

fn read_preparation(file: &SafeTensors<'_>, about: &ModelAbout) -> Result<Preparation, ModelFileError> {
    let shape = [about.nodes.len(), about.metrics.len()];
    let table = |name: &str| {
        let tensor = read(file, name)?;
        let fits = tensor.shape == shape;
        if fits { Ok(tensor.values) } else { Err(not_a_model(&format!("the tensor {name} is not {shape:?}"))) }
    };
    let (offsets, factors, means) = (table(OFFSETS)?, table(FACTORS)?, table(MEANS)?);
    let is_usable = |(&offset, &factor): (&f32, &f32)| offset.is_finite() && factor.is_finite() && factor > 0.0;
    if !offsets.iter().zip(&factors).all(is_usable) || !means.iter().all(|mean| mean.is_finite()) {
        return Err(not_a_model(&"its scales are not numbers that can be divided by"));
    }
    let scales = offsets.into_iter().zip(factors).map(|(offset, factor)| Scale { offset, factor });
    Ok(Preparation {
        nodes: about.nodes.clone(),
        n_metrics: about.metrics.len(),
        fitted_on: about.fitted_on.0..about.fitted_on.1,
        scales: scales.collect(),
        means,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seal_is_found_where_it_is_whole() {
        let text = br#"....{\"sha256\":\"0123456789012345678901234567890123456789012345678901234567890123\",..."#;
        assert_eq!(seal_place(text).map(|place| text[place].len()), Some(64));
        assert_eq!(seal_place(&text[..60]), None);
        assert_eq!(seal_place(b""), None);
    }

    #[test]
    fn a_file_that_is_too_large_is_not_looked_into() {
        let most = MOST_MODEL_BYTES as u64;
        assert_eq!(check_size(most), Ok(()));
        let sentence = check_size(most + 1).map_err(|error| error.to_string());
        assert_eq!(sentence, Err("A saved model has at most 67108864 bytes, and this one has 67108865".to_owned()));
    }

    #[test]
    fn anything_else_is_no_model() {
        for bytes in [&b""[..], b"PK\x03\x04", &[0; 100], &[255; 100]] {
            assert!(matches!(ModelFile::from_bytes(bytes), Err(ModelFileError::NotAModel(_))));
        }
    }
}
