//! Saved models: kept after a run, written when they are asked for, read from a file of the reader.

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::desk::Halt;
use super::read::unreadable;
use crate::experiment::{Experiment, ModelFile};
use crate::protocol::SavedModel;

/// What the last run of forecasting trained. Its models are no more than that run itself held, and those of the next
/// take their place.
#[derive(Debug, Default)]
pub(super) struct Shelf(RefCell<Vec<ModelFile>>);

impl Shelf {
    /// Takes the models of a run that is over.
    pub(super) fn keep(&self, experiment: &Experiment) {
        // The data were prepared for the run, so they can be prepared.
        *self.0.borrow_mut() = experiment.model_files().unwrap_or_default();
    }

    /// The file of the model with these weights.
    pub(super) fn bytes(&self, weights_sha256: &str) -> Result<Vec<u8>, String> {
        let kept = self.0.borrow();
        let file = kept.iter().find(|file| file.about.weights_sha256 == weights_sha256);
        let file = file.ok_or(
            "The weights of this result are not at hand, because it was not the last run on this page; \
             run it again, then save the model",
        )?;
        file.to_bytes().map_err(|error| error.to_string())
    }
}

/// The model in a file of the reader, with the name of the file.
pub(super) async fn read(files: &[File]) -> Result<(String, ModelFile), Halt> {
    let file = files.first().ok_or_else(|| Halt::failed("No saved model was chosen: choose a file"))?;
    ModelFile::check_size(file.size() as u64).map_err(Halt::failed)?;
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| unreadable(file))?;
    let model = ModelFile::from_bytes(&Uint8Array::new(&buffer).to_vec()).map_err(Halt::failed)?;
    Ok((file.name(), model))
}

/// What the page shows of a model.
pub(super) fn told(name: String, model: &ModelFile) -> SavedModel {
    SavedModel { name, words: model.words(), settings: model.settings() }
}
