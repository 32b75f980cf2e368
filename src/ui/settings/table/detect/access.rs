//! How settings of detection are read and written where a slot alone does not say it.

use super::super::super::Kind;
use super::super::super::access::{list, numbers};
use crate::config::{
    Balance, DetectAxis, DetectConfig, DetectProtocol, DetectStudy, DetectSweep, RunConfig, ThresholdRule,
    paper_detect_sweeps,
};

/// Protocols that a study of detection compares at first (MODELS.md B.7).
const PROTOCOLS: [DetectProtocol; 4] =
    [DetectProtocol::P0Rand, DetectProtocol::P0Class, DetectProtocol::P0Chron, DetectProtocol::P1];

/// Protocols of a sensitivity study at first (MODELS.md B.16).
const SWEPT: [DetectProtocol; 2] = [DetectProtocol::P1, DetectProtocol::P0Rand];

pub(super) fn detect(config: &RunConfig) -> Option<&DetectConfig> {
    config.detect.as_deref()
}

pub(super) fn with(config: &mut RunConfig, write: impl FnOnce(&mut DetectConfig) -> bool) -> bool {
    config.detect.as_deref_mut().is_some_and(write)
}

pub(super) fn study_id(study: &DetectStudy) -> &'static str {
    match study {
        DetectStudy::Comparison => "comparison",
        DetectStudy::Protocols { .. } => "protocols",
        DetectStudy::Features => "features",
        DetectStudy::Variants => "variants",
        DetectStudy::Balance => "balance",
        DetectStudy::Sensitivity { .. } => "sensitivity",
        DetectStudy::LabelShift { .. } => "label_shift",
        DetectStudy::Complexity => "complexity",
    }
}

/// The study with this name; what is set in a present one of the same name stays.
pub(super) fn choose_study(detect: &mut DetectConfig, id: &str) -> bool {
    if id == study_id(&detect.study) {
        return true;
    }
    detect.study = match id {
        "comparison" => DetectStudy::Comparison,
        "protocols" => DetectStudy::Protocols { protocols: PROTOCOLS.to_vec() },
        "features" => DetectStudy::Features,
        "variants" => DetectStudy::Variants,
        "balance" => DetectStudy::Balance,
        "sensitivity" => DetectStudy::Sensitivity { sweeps: paper_detect_sweeps(), protocols: SWEPT.to_vec() },
        "label_shift" => DetectStudy::LabelShift { shifts: 20 },
        "complexity" => DetectStudy::Complexity,
        _ => return false,
    };
    true
}

pub(super) fn protocols(detect: &DetectConfig) -> Option<&Vec<DetectProtocol>> {
    match &detect.study {
        DetectStudy::Protocols { protocols } | DetectStudy::Sensitivity { protocols, .. } => Some(protocols),
        _ => None,
    }
}

pub(super) fn has_protocol(config: &RunConfig, protocol: DetectProtocol) -> Option<String> {
    Some(protocols(detect(config)?)?.contains(&protocol).to_string())
}

/// A protocol that is switched on comes last: the first one is the reference.
pub(super) fn switch_protocol(config: &mut RunConfig, protocol: DetectProtocol, text: &str) -> bool {
    let Ok(on) = text.parse::<bool>() else { return false };
    with(config, |detect| {
        let (DetectStudy::Protocols { protocols } | DetectStudy::Sensitivity { protocols, .. }) = &mut detect.study
        else {
            return false;
        };
        if !on {
            protocols.retain(|other| *other != protocol);
        } else if !protocols.contains(&protocol) {
            protocols.push(protocol);
        }
        true
    })
}

pub(super) fn sweeps(config: &RunConfig) -> Option<&Vec<DetectSweep>> {
    match &detect(config)?.study {
        DetectStudy::Sensitivity { sweeps, .. } => Some(sweeps),
        _ => None,
    }
}

pub(super) fn sweeps_mut(config: &mut RunConfig) -> Option<&mut Vec<DetectSweep>> {
    match &mut config.detect.as_deref_mut()?.study {
        DetectStudy::Sensitivity { sweeps, .. } => Some(sweeps),
        _ => None,
    }
}

pub(super) fn is_swept(config: &RunConfig, axis: DetectAxis) -> Option<String> {
    Some(sweeps(config)?.iter().any(|sweep| sweep.axis == axis).to_string())
}

/// Sweeps keep the order of the axes, whatever the order in which they were switched on.
pub(super) fn switch_axis(config: &mut RunConfig, axis: DetectAxis, text: &str) -> bool {
    let (Some(sweeps), Ok(on)) = (sweeps_mut(config), text.parse::<bool>()) else { return false };
    if !on {
        sweeps.retain(|sweep| sweep.axis != axis);
    } else if sweeps.iter().all(|sweep| sweep.axis != axis) {
        let place = sweeps.iter().position(|sweep| sweep.axis as usize > axis as usize).unwrap_or(sweeps.len());
        let first = paper_detect_sweeps().into_iter().find(|sweep| sweep.axis == axis);
        sweeps.insert(place, first.unwrap_or(DetectSweep { axis, values: Vec::new() }));
    }
    true
}

pub(super) fn values(config: &RunConfig, axis: DetectAxis) -> Option<String> {
    sweeps(config)?.iter().find(|sweep| sweep.axis == axis).map(|sweep| list(&sweep.values))
}

pub(super) fn put_values(config: &mut RunConfig, axis: DetectAxis, text: &str) -> bool {
    let sweep = sweeps_mut(config).and_then(|sweeps| sweeps.iter_mut().find(|sweep| sweep.axis == axis));
    let (Some(sweep), Some(values)) = (sweep, numbers(text, true)) else { return false };
    sweep.values = values;
    true
}

pub(super) fn balance_id(balance: &Balance) -> &'static str {
    match balance {
        Balance::None => "none",
        Balance::Smote { .. } => "smote",
        Balance::Weights => "weights",
        Balance::Duplicate { .. } => "duplicate",
    }
}

pub(super) fn choose_balance(detect: &mut DetectConfig, id: &str) -> bool {
    if id == balance_id(&detect.balance) {
        return true;
    }
    detect.balance = match id {
        "none" => Balance::None,
        "smote" => Balance::Smote { ratio: 1.0, neighbours: 5 },
        "weights" => Balance::Weights,
        "duplicate" => Balance::Duplicate { ratio: 1.0 },
        _ => return false,
    };
    true
}

pub(super) fn ratio(balance: &mut Balance) -> Option<&mut f64> {
    match balance {
        Balance::Smote { ratio, .. } | Balance::Duplicate { ratio } => Some(ratio),
        Balance::None | Balance::Weights => None,
    }
}

pub(super) fn threshold_id(rule: ThresholdRule) -> &'static str {
    match rule {
        ThresholdRule::Paper => "paper",
        ThresholdRule::Half => "half",
        ThresholdRule::BestF1 => "best_f1",
        ThresholdRule::Alarms { .. } => "alarms",
    }
}

pub(super) fn choose_threshold(detect: &mut DetectConfig, id: &str) -> bool {
    if id == threshold_id(detect.threshold) {
        return true;
    }
    detect.threshold = match id {
        "paper" => ThresholdRule::Paper,
        "half" => ThresholdRule::Half,
        "best_f1" => ThresholdRule::BestF1,
        "alarms" => ThresholdRule::Alarms { per_hour: 1.0 },
        _ => return false,
    };
    true
}

pub(super) const fn whole(min: f64, max: f64, unit: &'static str) -> Kind {
    Kind::Number { min, max, step: 1.0, unit, auto: "" }
}

pub(super) const fn share(min: f64, max: f64) -> Kind {
    Kind::Number { min, max, step: 0.05, unit: "", auto: "" }
}
