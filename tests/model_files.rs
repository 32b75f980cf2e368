//! Saved models: what comes back is what was saved, bit by bit, or one sentence on why not.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::{Arc, OnceLock};

use loadstone::config::{
    BertConfig, InformerConfig, ModelConfig, RecurrentConfig, RunConfig, TrainConfig, TsfConfig, WindowConfig, preset,
};
use loadstone::data::Dataset;
use loadstone::experiment::{Experiment, ModelFile, ModelFileError};
use loadstone::prepare::{prepare, prepare_as};
use loadstone::report::{Receipt, Report};
use loadstone::sandbox::simulate;
use proptest::prelude::*;

fn gru() -> ModelConfig {
    ModelConfig::Gru(RecurrentConfig { width: 3, layers: 1 })
}

fn tsf() -> ModelConfig {
    ModelConfig::Tsf(TsfConfig { width: 4, layers: 1, heads: 2, attention_width: 2, ..TsfConfig::default() })
}

fn config(models: Vec<ModelConfig>) -> RunConfig {
    RunConfig {
        models,
        window: WindowConfig { input_steps: 8, output_steps: 2, train_stride: 64, ..WindowConfig::default() },
        train: TrainConfig { epochs: 2, residual_output: true, ..TrainConfig::default() },
        seeds: vec![3],
        ..preset("sample").expect("the preset").config
    }
}

fn sample() -> Arc<Dataset> {
    Arc::new(simulate("sample").expect("the scenario"))
}

fn finish(experiment: &mut Experiment) -> Report {
    while experiment.step().expect("the data allow the run").is_some() {}
    experiment.report().expect("parts were finished")
}

fn trained(dataset: &Arc<Dataset>, config: &RunConfig) -> (Experiment, Report) {
    let mut experiment = Experiment::new(dataset.clone(), config.check().expect("settings in range"));
    let report = finish(&mut experiment);
    (experiment, report)
}

fn part_of(experiment: &Experiment, id: &str) -> usize {
    experiment.parts().iter().position(|part| part.model == id).expect("it was planned")
}

/// A saved `gru`, trained once.
fn saved() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let (experiment, _) = trained(&sample(), &config(vec![gru()]));
        experiment.model_file(0).expect("a trained part").to_bytes().expect("plain numbers")
    })
}

fn opened() -> ModelFile {
    ModelFile::from_bytes(saved()).expect("its own bytes")
}

/// Why a model cannot be scored on some data.
fn refusal(dataset: Dataset, file: ModelFile) -> String {
    let mut experiment = match Experiment::of_model(Arc::new(dataset), file) {
        Ok(experiment) => experiment,
        Err(error) => return error.to_string(),
    };
    loop {
        match experiment.step() {
            Ok(Some(_)) => {}
            Ok(None) => return "accepted".to_owned(),
            Err(error) => return error.to_string(),
        }
    }
}

#[test]
fn what_is_loaded_scores_as_what_was_trained() {
    let dataset = sample();
    let small = InformerConfig { width: 4, heads: 2, layers: 2, feed_forward: 4, ..InformerConfig::default() };
    let bert =
        BertConfig { width: 4, heads: 2, layers: 1, feed_forward: 4, pretrain_epochs: 1, ..BertConfig::default() };
    for model in &[tsf(), gru(), ModelConfig::InformerTs(small), ModelConfig::Bert(bert)] {
        let (run, report) = trained(&dataset, &config(vec![model.clone(), ModelConfig::Persistence {}]));
        let part = part_of(&run, model.id());
        let file = run.model_file(part).expect("a trained part");
        assert_eq!(file.file_name(), format!("{}-3.safetensors", model.id()));
        let bytes = file.to_bytes().expect("plain numbers");
        let back = ModelFile::from_bytes(&bytes).expect("its own bytes");
        assert_eq!(back, file, "{}", model.id());
        let mut loaded = Experiment::of_model(dataset.clone(), back).expect("the same data");
        let scored = finish(&mut loaded);
        let (before, after) = (run.result(part), loaded.result(part_of(&loaded, model.id())));
        assert_eq!(before, after, "{}: forecasts, curve, weights or graph differ", model.id());
        let (before, after) = (Receipt::of(&report, None), Receipt::of(&scored, None));
        assert_eq!((before.metrics_sha256, before.weights_sha256), (after.metrics_sha256, after.weights_sha256));
        assert!(scored.complete && scored.models == report.models, "{}", model.id());
        assert!(scored.protocol.leak_checks.iter().all(|check| check.passed == Some(true)), "{:?}", scored.protocol);
        let remark = format!("{} was not trained here: its weights were saved after training on", model.id());
        assert!(scored.protocol.remarks.iter().any(|found| found.starts_with(&remark)), "{:?}", scored.protocol);
        let again = loaded.model_file(part_of(&loaded, model.id())).expect("it can be saved again");
        assert_eq!(again.to_bytes().expect("plain numbers"), bytes, "{}", model.id());
    }
}

#[test]
fn other_data_are_scaled_as_the_training_part_was() {
    let (dataset, file) = (sample(), opened());
    let mut other = (*dataset).clone();
    other.values.iter_mut().for_each(|value| *value = 0.5 * *value + 20.0);
    let checked = file.about.config.check().expect("settings in range");
    let given = prepare_as(&other, &checked, Some(file.preparation.clone().into())).expect("enough data");
    let (first, refit) = [&*dataset, &other].map(|data| prepare(data, &checked).expect("enough data")).into();
    assert_eq!((&given.scaler, &given.means), (&first.scaler, &first.means));
    assert_ne!(given.scaler, refit.scaler);
    assert_eq!(refusal(other, file), "accepted");
}

#[test]
fn parts_without_a_training_are_not_saved() {
    let (experiment, _) = trained(&sample(), &config(vec![gru(), ModelConfig::Persistence {}]));
    let closed = part_of(&experiment, "persistence");
    let error = experiment.model_file(closed).expect_err("nothing was trained").to_string();
    assert_eq!(error, "This part has no weights that could be saved");
    assert!(experiment.model_file(99).is_err());
}

#[test]
fn all_models_of_a_run_are_told_apart_by_their_weights() {
    let wanted =
        RunConfig { seeds: vec![3, 4], ..config(vec![gru(), ModelConfig::Nlinear {}, ModelConfig::Persistence {}]) };
    let (experiment, report) = trained(&sample(), &wanted);
    let files = experiment.model_files().expect("the data were prepared");
    let one_by_one = (0..experiment.parts().len()).filter_map(|part| experiment.model_file(part).ok());
    assert_eq!(files, one_by_one.collect::<Vec<_>>());
    let learned = report.models.iter().filter(|model| model.learned);
    let of_report: Vec<(String, String)> = learned
        .flat_map(|model| model.seeds.iter().map(|seed| (model.id.clone(), seed.seed, seed.weights_sha256.clone())))
        .map(|(id, seed, sha256)| (format!("{id}-{seed}.safetensors"), sha256))
        .collect();
    let of_files: Vec<(String, String)> =
        files.iter().map(|file| (file.file_name(), file.about.weights_sha256.clone())).collect();
    assert_eq!((of_files, files.len()), (of_report, 4));
    let words = files[1].words();
    assert!(words.starts_with("gru, seed 4, trained on “") && words.ends_with("weights of epoch 2 of 2"), "{words}");
}

#[test]
fn what_does_not_fit_is_refused_in_one_sentence() {
    let dataset = sample();
    let changed = |change: &dyn Fn(&mut Dataset)| {
        let mut other = (*dataset).clone();
        change(&mut other);
        refusal(other, opened())
    };
    assert!(changed(&|data| data.metrics[1].id = "gpu".into()).starts_with("The model reads the metrics cpu, "));
    assert_eq!(
        changed(&|data| data.grid_secs = 300),
        "The model was trained on bins of 60 s, and the data have bins of 300 s; set data.grid_secs"
    );
    let sentence = changed(&|data| data.nodes[2] = "m_new".into());
    assert_eq!(sentence, "The model scales each node by its own training part, and m_new was not among its nodes");
    let mut wider = opened();
    wider.about.config.models = vec![ModelConfig::Gru(RecurrentConfig { width: 5, layers: 1 })];
    let sentence = refusal((*dataset).clone(), wider);
    assert!(sentence.starts_with("The weights do not fit the network of the saved settings at "), "{sentence}");
}

#[test]
fn a_graph_model_asks_for_the_records_that_it_was_trained_with() {
    let dataset = sample();
    let (experiment, _) = trained(&dataset, &config(vec![tsf()]));
    let file = experiment.model_file(0).expect("a trained part");
    assert!(file.about.has_records);
    let without = Dataset { relations: Vec::new(), ..(*dataset).clone() };
    assert!(refusal(without, file).starts_with("The model was trained with records of the graph"));
}

#[test]
fn a_newer_format_and_other_settings_are_refused() {
    let resealed = |change: &dyn Fn(&mut ModelFile)| {
        let mut file = opened();
        change(&mut file);
        ModelFile::from_bytes(&file.to_bytes().expect("plain numbers")).map(|_| ())
    };
    assert_eq!(resealed(&|_| {}), Ok(()));
    assert_eq!(resealed(&|file| file.about.format = 2), Err(ModelFileError::Newer { found: 2, known: 1 }));
    assert!(matches!(resealed(&|file| file.about.config.window.input_steps = 0), Err(ModelFileError::Config(_))));
    assert!(matches!(resealed(&|file| file.about.config.seeds.clear()), Err(ModelFileError::Config(_))));
    assert_eq!(resealed(&|file| file.weights.tensors[0].values[0] += 1.0), Err(ModelFileError::Damaged));
    let two = |file: &mut ModelFile| file.about.config.models.push(ModelConfig::Nlinear {});
    assert!(matches!(resealed(&two), Err(ModelFileError::NotAModel(_))));
    let flat = |file: &mut ModelFile| file.preparation.scales[0].factor = 0.0;
    assert!(matches!(resealed(&flat), Err(ModelFileError::NotAModel(_))));
    let fewer = |file: &mut ModelFile| file.about.nodes.truncate(1);
    assert!(matches!(resealed(&fewer), Err(ModelFileError::NotAModel(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_is_an_error(place in any::<prop::sample::Index>(), mask in 1_u8..) {
        let mut bytes = saved().to_vec();
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        prop_assert!(ModelFile::from_bytes(&bytes).is_err(), "byte {} changed by {}", place, mask);
    }

    #[test]
    fn lost_and_added_bytes_are_an_error(end in any::<prop::sample::Index>(), more in prop::collection::vec(any::<u8>(), 1..9)) {
        let whole = saved();
        prop_assert!(ModelFile::from_bytes(&whole[..end.index(whole.len())]).is_err());
        prop_assert!(ModelFile::from_bytes(&[whole, &more].concat()).is_err());
    }

    #[test]
    fn any_bytes_are_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(ModelFile::from_bytes(&bytes).is_err());
    }

    /// A header that passes for sealed must still not break the reader.
    #[test]
    fn a_header_of_any_json_is_an_error(head in "[ -~]{0,80}", tail in prop::collection::vec(any::<u8>(), 0..80)) {
        let zeros = "0".repeat(64);
        let text = format!("{{\"__metadata__\":{{\"loadstone\":\"{{\\\"sha256\\\":\\\"{zeros}\\\",{head}\"}}}}");
        let blank = [&(text.len() as u64).to_le_bytes()[..], text.as_bytes(), &tail].concat();
        let seal = loadstone::digest::sha256_hex(&blank);
        let text = text.replacen(&zeros, &seal, 1);
        let bytes = [&(text.len() as u64).to_le_bytes()[..], text.as_bytes(), &tail].concat();
        prop_assert!(ModelFile::from_bytes(&bytes).is_err());
    }
}
