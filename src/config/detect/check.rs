//! From what was asked to what may run.

use super::{Balance, DetectConfig, DetectProtocol, DetectStudy, Detector, NetworkConfig, ThresholdRule};
use crate::config::ConfigError;
use crate::config::check::{require, share, whole};

/// A detection config that has passed every check; only this starts a run.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedDetect(DetectConfig);

impl std::ops::Deref for CheckedDetect {
    type Target = DetectConfig;

    fn deref(&self) -> &DetectConfig {
        &self.0
    }
}

impl DetectConfig {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<CheckedDetect, ConfigError> {
        self.snapshot.check()?;
        check_setup(self)?;
        check_split(self)?;
        check_detectors(self)?;
        check_network(&self.network)?;
        check_budget(self)?;
        if self.study != DetectStudy::Comparison {
            if let DetectStudy::LabelShift { shifts } = self.study {
                whole("study.shifts", shifts as usize, 2, 100)?;
            }
            let cells = self.cells();
            whole("study (its cells)", cells.len(), 1, 100)?;
            cells.iter().try_for_each(|cell| cell.config.check().map(|_| ()))?;
        }
        Ok(CheckedDetect(self.clone()))
    }
}

fn check_setup(config: &DetectConfig) -> Result<(), ConfigError> {
    whole("setup.commission_minutes", config.setup.commission_minutes as usize, 1, 600)?;
    let millis = config.setup.call_millis;
    require([250, 500, 1000].contains(&millis), "setup.call_millis", "250, 500 or 1000", millis)
}

fn check_split(config: &DetectConfig) -> Result<(), ConfigError> {
    let split = &config.split;
    share("split.train_share", split.train_share, 0.1, 0.9)?;
    share("split.validation_share", split.validation_share, 0.05, 0.5)?;
    let learned = split.train_share + split.validation_share;
    require(learned < 0.96, "split.validation_share", "small enough to leave at least 4 % for the test", learned)?;
    whole("split.folds", split.folds, 3, 20)?;
    whole("split.purge_secs", split.purge_secs as usize, 0, 86_400)?;
    whole("split.embargo_secs", split.embargo_secs as usize, 0, 86_400)?;
    whole("split.label_shift", split.label_shift as usize, 0, 1000)?;
    match config.balance {
        Balance::Smote { ratio, neighbours } => {
            share("balance.ratio", ratio, 0.01, 1.0)?;
            whole("balance.neighbours", neighbours, 1, 50)
        }
        Balance::Duplicate { ratio } => share("balance.ratio", ratio, 0.01, 1.0),
        Balance::None | Balance::Weights => Ok(()),
    }?;
    match config.threshold {
        ThresholdRule::Alarms { per_hour } => share("threshold.per_hour", per_hour, 0.0, 3600.0),
        _ => Ok(()),
    }
}

fn check_detectors(config: &DetectConfig) -> Result<(), ConfigError> {
    whole("detectors (their number)", config.detectors.len(), 1, 40)?;
    let is_anchor = config.split.protocol == DetectProtocol::AnchorSockshop;
    let fits = !is_anchor || (config.detectors == [Detector::Zmax] && config.study == DetectStudy::Comparison);
    require(fits, "detectors", "zmax alone, without a study, under the protocol anchor-sockshop", "others")?;
    for (idx, detector) in config.detectors.iter().enumerate() {
        require(!config.detectors[..idx].contains(detector), "detectors", "each detector at most once", detector.id())?;
    }
    Ok(())
}

fn check_network(network: &NetworkConfig) -> Result<(), ConfigError> {
    whole("network.hidden", network.hidden, 1, 512)?;
    whole("network.units", network.units, 1, 256)?;
    share("network.dropout", network.dropout, 0.0, 0.9)?;
    share("network.head_dropout", network.head_dropout, 0.0, 0.9)
}

fn check_budget(config: &DetectConfig) -> Result<(), ConfigError> {
    let train = &config.train;
    whole("train.epochs", train.epochs, 1, 1000)?;
    whole("train.patience", train.patience, 1, 1000)?;
    whole("train.batch", train.batch, 1, 1024)?;
    whole("train.chunk", train.chunk, 1, train.batch)?;
    whole("train.thin", train.thin, 1, 1000)?;
    share("train.learning_rate", train.learning_rate, 1e-7, 1.0)?;
    share("train.clip_norm", train.clip_norm, 1e-6, 1e6)?;
    config.alarms_per_day.map_or(Ok(()), |per_day| share("alarms_per_day", per_day, 0.01, 1000.0))
}
