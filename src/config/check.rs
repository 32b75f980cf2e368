//! From what was asked to what may run.

use super::{CONFIG_SCHEMA, ModelConfig, Protocol, RunConfig, Study, TsfConfig};

/// A setting that cannot be used, and what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be {expected}, found {found}")]
pub struct ConfigError {
    /// Path of the setting, as in the JSON.
    pub field: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// A config that has passed every check; only this starts a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked(RunConfig);

impl std::ops::Deref for Checked {
    type Target = RunConfig;

    fn deref(&self) -> &RunConfig {
        &self.0
    }
}

impl RunConfig {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<Checked, ConfigError> {
        check_schema(self)?;
        check_data(self)?;
        if let Some(detect) = &self.detect {
            require(self.models.is_empty(), "models", "empty in a run of detection", self.models.len())?;
            check_seeds(self)?;
            detect.check()?;
            return Ok(Checked(self.clone()));
        }
        check_window(self)?;
        check_budget(self)?;
        check_models(self)?;
        check_study(self)?;
        Ok(Checked(self.clone()))
    }
}

fn check_schema(config: &RunConfig) -> Result<(), ConfigError> {
    require(
        config.schema == CONFIG_SCHEMA,
        "schema",
        format!("{CONFIG_SCHEMA} (a higher one was made by a newer version; reload to update)"),
        config.schema,
    )
}

fn check_data(config: &RunConfig) -> Result<(), ConfigError> {
    if let Some(secs) = config.data.grid_secs {
        whole("data.grid_secs", secs as usize, 1, 86_400)?;
    }
    // Two days to either side cover every time zone, and keep times far from overflow.
    let offset = config.data.label_offset_secs;
    require(offset.unsigned_abs() <= 172_800, "data.label_offset_secs", "from -172800 to 172800", offset)?;
    let split = &config.split;
    share("split.train_share", split.train_share, 0.1, 0.9)?;
    share("split.validation_share", split.validation_share, 0.05, 0.5)?;
    let learned = split.train_share + split.validation_share;
    require(learned < 0.96, "split.validation_share", "small enough to leave at least 4 % for the test", learned)?;
    if let Some(test) = split.test_share {
        share("split.test_share", test, 0.04, 1.0 - learned + 1e-9)?;
    }
    if let Some(sample) = config.prepare.nodes {
        whole("prepare.nodes.count", sample.count, 1, 100_000)?;
    }
    share("prepare.max_node_missing", config.prepare.max_node_missing, 0.0, 1.0)?;
    share("prepare.max_window_missing", config.prepare.max_window_missing, 0.0, 1.0)?;
    whole("prepare.max_carry_bins", config.prepare.max_carry_bins, 0, 1000)?;
    whole("graph.renew_secs", config.graph.renew_secs as usize, 1, 86_400)?;
    whole("graph.min_joint_observations", config.graph.min_joint_observations, 2, 10_000)?;
    config.graph.correlation_steps.map_or(Ok(()), |steps| whole("graph.correlation_steps", steps, 2, 10_000))
}

fn check_window(config: &RunConfig) -> Result<(), ConfigError> {
    let window = &config.window;
    whole("window.input_steps", window.input_steps, 1, 96)?;
    whole("window.output_steps", window.output_steps, 1, 96)?;
    whole("window.score_step", window.score_step, 1, window.output_steps)?;
    let ascending = window.also_score.is_sorted_by(|a, b| a < b);
    require(ascending, "window.also_score", "ascending steps, each once", format!("{:?}", window.also_score))?;
    window.also_score.iter().try_for_each(|&step| whole("window.also_score", step, 1, window.output_steps))?;
    whole("window.train_stride", window.train_stride, 1, 64)?;
    require(window.target.as_deref() != Some(""), "window.target", "the id of a metric, or absent", "an empty text")
}

fn check_budget(config: &RunConfig) -> Result<(), ConfigError> {
    let train = &config.train;
    whole("train.epochs", train.epochs, 1, 1000)?;
    whole("train.patience", train.patience, 1, 1000)?;
    whole("train.batch", train.batch, 1, 1024)?;
    share("train.learning_rate", train.learning_rate, 1e-7, 1.0)?;
    share("train.clip_norm", train.clip_norm, 1e-6, 1e6)?;
    share("train.weight_decay", train.weight_decay, 0.0, 1.0)?;
    check_seeds(config)
}

fn check_seeds(config: &RunConfig) -> Result<(), ConfigError> {
    whole("seeds (their number)", config.seeds.len(), 1, 20)?;
    let mut seeds = config.seeds.clone();
    seeds.sort_unstable();
    seeds.dedup();
    require(seeds.len() == config.seeds.len(), "seeds", "all different", format!("{:?}", config.seeds))
}

fn check_models(config: &RunConfig) -> Result<(), ConfigError> {
    whole("models (their number)", config.models.len(), 1, 32)?;
    for (idx, model) in config.models.iter().enumerate() {
        let twice = config.models[..idx].iter().any(|other| other.id() == model.id());
        require(!twice, "models", "each model at most once", model.id())?;
        check_model(model)?;
        check_fit(model, config)?;
        require(
            config.protocol == Protocol::Headline || !model.is_learned(),
            "models",
            "closed-form models only under the protocol anchor-118",
            model.id(),
        )?;
    }
    Ok(())
}

/// Every cell of a study is a config of its own and is checked as one.
fn check_study(config: &RunConfig) -> Result<(), ConfigError> {
    match &config.study {
        Study::Comparison => return Ok(()),
        Study::Sensitivity { sweeps } => {
            whole("study.sweeps (their number)", sweeps.len(), 1, 7)?;
            let n_values: usize = sweeps.iter().map(|sweep| sweep.values.len()).sum();
            whole("study.sweeps (values in all)", n_values, 1, 100)?;
        }
        Study::Search { trials } => whole("study.trials", *trials, 1, 100)?,
        Study::Ablation | Study::Necessity => {
            let has_tsf = config.models.iter().any(|model| model.id() == "tsf");
            require(has_tsf, "models", "with tsf, which this study takes apart", "a list without it")?;
        }
        // Disturbed values would be told from the undisturbed last one.
        Study::Robustness => require(!config.window.relative, "window.relative", "off for a robustness study", "on")?,
        Study::Rolling => {}
    }
    let headline = config.protocol == Protocol::Headline;
    require(headline, "study", "comparison under the protocol anchor-118", "another")?;
    let cells = config.cells();
    whole("study (its parts)", cells.len() * config.seeds.len(), 1, 2000)?;
    cells.iter().try_for_each(|cell| cell.config.check().map(|_| ()))
}

fn check_model(model: &ModelConfig) -> Result<(), ConfigError> {
    match model {
        ModelConfig::Persistence {} | ModelConfig::Nlinear {} => Ok(()),
        ModelConfig::Ar(ar) => {
            whole("ar.lags", ar.lags, 0, 96)?;
            whole("ar.ridge (number of values)", ar.ridge.len(), 1, 20)?;
            ar.ridge.iter().try_for_each(|&value| share("ar.ridge", value, 0.0, 1e9))
        }
        ModelConfig::Gru(size) | ModelConfig::Lstm(size) | ModelConfig::Bilstm(size) => {
            whole("width", size.width, 1, 512)?;
            whole("layers", size.layers, 1, 6)
        }
        ModelConfig::Dlinear(dlinear) => {
            whole("dlinear.kernel", dlinear.kernel, 1, 95)?;
            require(!dlinear.kernel.is_multiple_of(2), "dlinear.kernel", "odd", dlinear.kernel)
        }
        ModelConfig::Mlp(mlp) => {
            whole("mlp.width", mlp.width, 1, 1024)?;
            whole("mlp.second_width", mlp.second_width, 1, 1024)
        }
        ModelConfig::Transformer(size) => {
            check_encoder("transformer", [size.width, size.heads, size.layers, size.feed_forward], size.dropout)
        }
        ModelConfig::Bert(bert) => {
            check_encoder("bert", [bert.width, bert.heads, bert.layers, bert.feed_forward], bert.dropout)?;
            whole("bert.patch", bert.patch, 1, 96)?;
            share("bert.mask_share", bert.mask_share, 0.01, 0.9)?;
            whole("bert.pretrain_epochs", bert.pretrain_epochs, 1, 1000)
        }
        ModelConfig::InformerTs(size) => {
            check_encoder("informer_ts", [size.width, size.heads, size.layers, size.feed_forward], size.dropout)?;
            whole("informer_ts.factor", size.factor, 1, 50)?;
            whole("informer_ts.label_steps", size.label_steps, 0, 96)
        }
        ModelConfig::Tsf(tsf) => check_tsf(tsf),
    }
}

fn check_encoder(id: &str, [width, heads, layers, feed_forward]: [usize; 4], dropout: f64) -> Result<(), ConfigError> {
    whole(&format!("{id}.width"), width, 1, 512)?;
    whole(&format!("{id}.heads"), heads, 1, 64)?;
    whole(&format!("{id}.layers"), layers, 1, 6)?;
    whole(&format!("{id}.feed_forward"), feed_forward, 1, 2048)?;
    share(&format!("{id}.dropout"), dropout, 0.0, 0.9)?;
    require(width.is_multiple_of(heads), &format!("{id}.heads"), format!("a divisor of {id}.width"), heads)
}

/// What a model asks of the window and the budget.
fn check_fit(model: &ModelConfig, config: &RunConfig) -> Result<(), ConfigError> {
    let steps = config.window.input_steps;
    match model {
        ModelConfig::Ar(ar) if config.protocol == Protocol::Headline => whole("ar.lags", ar.lags, 0, steps),
        ModelConfig::Bert(bert) => {
            let whole_patches = steps.is_multiple_of(bert.patch);
            require(whole_patches, "bert.patch", format!("a divisor of the {steps} input steps"), bert.patch)?;
            let epochs = config.train.epochs;
            let rest = bert.pretrain_epochs < epochs;
            require(rest, "bert.pretrain_epochs", format!("below the {epochs} epochs in all"), bert.pretrain_epochs)
        }
        ModelConfig::InformerTs(informer) => whole("informer_ts.label_steps", informer.label_steps, 0, steps),
        _ => Ok(()),
    }
}

fn check_tsf(tsf: &TsfConfig) -> Result<(), ConfigError> {
    whole("tsf.width", tsf.width, 1, 512)?;
    whole("tsf.layers", tsf.layers, 1, 12)?;
    whole("tsf.heads", tsf.heads, 1, 64)?;
    whole("tsf.attention_width", tsf.attention_width, 1, 512)?;
    whole("tsf.refresh_steps", tsf.refresh_steps, 1, 96)?;
    share("tsf.sparsity", tsf.sparsity, 0.0, 1.0)?;
    share("tsf.dropout", tsf.dropout, 0.0, 0.9)?;
    require(tsf.width.is_multiple_of(tsf.heads), "tsf.heads", "a divisor of tsf.width", tsf.heads)?;
    require(tsf.attention_width.is_multiple_of(tsf.heads), "tsf.heads", "a divisor of tsf.attention_width", tsf.heads)?;
    let channels = tsf.channels;
    let any = channels.records || channels.correlation || channels.attention;
    require(any, "tsf.channels", "at least one channel on", "none")
}

pub(super) fn whole(field: &str, found: usize, low: usize, high: usize) -> Result<(), ConfigError> {
    require((low..=high).contains(&found), field, format!("a whole number from {low} to {high}"), found)
}

/// NaN fails too: it is in no range.
pub(super) fn share(field: &str, found: f64, low: f64, high: f64) -> Result<(), ConfigError> {
    require((low..=high).contains(&found), field, format!("a number from {low} to {high}"), found)
}

pub(super) fn require(ok: bool, field: &str, expected: impl ToString, found: impl ToString) -> Result<(), ConfigError> {
    if ok {
        return Ok(());
    }
    Err(ConfigError { field: field.to_owned(), expected: expected.to_string(), found: found.to_string() })
}

#[cfg(test)]
mod tests {
    use super::super::presets;
    use super::*;

    fn refused(change: impl FnOnce(&mut RunConfig)) -> String {
        let mut config = presets()[0].config.clone();
        change(&mut config);
        config.check().map_or_else(|error| error.field, |_| "accepted".to_owned())
    }

    #[test]
    fn every_preset_passes() {
        for preset in presets() {
            assert_eq!(preset.config.check().err(), None, "{}", preset.id);
        }
    }

    #[test]
    fn each_bad_setting_is_named() {
        assert_eq!(refused(|c| c.schema = 99), "schema");
        assert_eq!(refused(|c| c.window.input_steps = 0), "window.input_steps");
        assert_eq!(refused(|c| c.window.score_step = 2), "window.score_step");
        assert_eq!(refused(|c| c.window.target = Some(String::new())), "window.target");
        assert_eq!(refused(|c| c.split.train_share = f64::NAN), "split.train_share");
        assert_eq!(refused(|c| c.seeds = vec![1, 1]), "seeds");
        assert_eq!(refused(|c| c.models.push(c.models[0].clone())), "models");
        assert_eq!(refused(|c| c.train.learning_rate = 0.0), "train.learning_rate");
        assert_eq!(
            refused(|c| c.models = vec![ModelConfig::Tsf(TsfConfig { heads: 3, ..TsfConfig::default() })]),
            "tsf.heads"
        );
    }

    #[test]
    fn the_sentence_says_what_was_expected_and_found() {
        let mut config = presets()[0].config.clone();
        config.window.input_steps = 0;
        let sentence = config.check().expect_err("0 steps").to_string();
        assert_eq!(sentence, "window.input_steps must be a whole number from 1 to 96, found 0");
    }

    #[test]
    fn unknown_fields_are_refused() {
        let mut value = serde_json::to_value(&presets()[0].config).expect("plain data");
        value["windw"] = serde_json::json!(1);
        let error = serde_json::from_value::<RunConfig>(value).expect_err("unknown field").to_string();
        assert!(error.contains("windw"), "{error}");
    }
}
