//! What a report found beyond its table, one picture each: sweeps, variants, conditions and courses.

mod conditions;
mod courses;
mod deciles;
mod over_time;
mod sweep;
mod variants;
mod words;

#[cfg(test)]
mod tests;

pub(super) use words::target;

use serde::{Deserialize, Serialize};

use super::lines::{Series, Value};
use super::picture::{Choices, Picture};
use crate::report::{ModelResult, Report, StudyGroup};

/// A picture that a report can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// The curve of one setting: the group with this index.
    Sweep(usize),
    /// Variants of the model beside each other: ablations, graph controls, folds, trials.
    Variants,
    /// The trained models under noise, gaps and lost edges.
    Conditions,
    /// Error over the test part.
    OverTime,
    /// Error by tenth of the load.
    Deciles,
    /// Mixing weights over the epochs.
    Mixing,
    /// How alike the nodes become, layer by layer.
    Smoothing,
}

impl Finding {
    /// What the report has numbers for, in the order of the page.
    pub fn all(report: &Report) -> Vec<Self> {
        let sweeps = (0..groups(report).len()).filter(|idx| sweep::axis(&groups(report)[*idx].id).is_some());
        let rest = [Self::Variants, Self::Conditions, Self::OverTime, Self::Deciles, Self::Mixing, Self::Smoothing];
        sweeps.map(Self::Sweep).chain(rest.into_iter().filter(|finding| finding.is_there(report))).collect()
    }

    fn is_there(self, report: &Report) -> bool {
        match self {
            Self::Sweep(_) => true,
            Self::Variants => groups(report).iter().any(variants::is_one),
            Self::Conditions => report.models.iter().any(|model| !model.conditions.is_empty()),
            Self::OverTime => over_time::is_there(report),
            Self::Deciles => report.models.iter().any(|model| model.by_decile.len() > 1),
            Self::Mixing => courses::mixed(report).is_some(),
            Self::Smoothing => report.graph.as_ref().is_some_and(|graph| graph.smoothing.len() > 1),
        }
    }

    /// What there is to choose from; one entry or none is no choice.
    fn choices(self, report: &Report) -> Vec<String> {
        match self {
            Self::Sweep(_) => sweep::MEASURES.iter().map(|measure| measure.name.to_owned()).collect(),
            Self::Variants => variants::choices(report),
            Self::Conditions => conditions::choices(report),
            Self::Deciles => deciles::CHOICES.map(str::to_owned).to_vec(),
            Self::Smoothing => courses::SMOOTHING.map(str::to_owned).to_vec(),
            Self::OverTime | Self::Mixing => Vec::new(),
        }
    }

    /// What the choice is of.
    fn choice_word(self) -> &'static str {
        match self {
            Self::Variants => "Model",
            Self::Conditions => "Condition",
            _ => "Measure",
        }
    }

    /// The choice before the reader makes one.
    fn first_choice(self, report: &Report) -> usize {
        match self {
            Self::Sweep(idx) => {
                groups(report).get(idx).and_then(|group| sweep::axis(&group.id)).map_or(0, |axis| axis.measure)
            }
            _ => 0,
        }
    }

    /// The picture; a choice that the report does not have is that of the first.
    pub(super) fn picture(self, report: &Report, choice: Option<usize>) -> Picture {
        let names = self.choices(report);
        let chosen = choice.filter(|choice| *choice < names.len()).unwrap_or_else(|| self.first_choice(report));
        let choices = Choices { word: self.choice_word().to_owned(), names, chosen };
        Picture { choices, ..self.chosen(report, chosen) }
    }

    fn chosen(self, report: &Report, choice: usize) -> Picture {
        match self {
            Self::Sweep(idx) => sweep::picture(report, idx, choice),
            Self::Variants => variants::picture(report, choice),
            Self::Conditions => conditions::picture(report, choice),
            Self::OverTime => over_time::picture(report),
            Self::Deciles => deciles::picture(report, choice),
            Self::Mixing => courses::mixing(report),
            Self::Smoothing => courses::smoothing(report, choice),
        }
    }
}

fn groups(report: &Report) -> &[StudyGroup] {
    report.study.as_ref().map_or(&[], |study| study.groups.as_slice())
}

/// The model that a study is about: `tsf`, else the first learned one, else the first.
fn subject(models: &[ModelResult]) -> Option<&ModelResult> {
    let learned = || models.iter().find(|model| model.learned);
    models.iter().find(|model| model.id == "tsf").or_else(learned).or_else(|| models.first())
}

/// One line per model that has a value, the subject first.
fn by_model(models: &[ModelResult], values: impl Fn(&ModelResult) -> Vec<Option<Value>>) -> Vec<Series> {
    let first = subject(models).map(|model| model.id.as_str());
    let rest = models.iter().filter(|model| Some(model.id.as_str()) != first);
    let series = |model: &ModelResult| Series {
        name: model.id.clone(),
        look: super::ink::look(&model.id),
        values: values(model),
    };
    let all = subject(models).into_iter().chain(rest).map(series);
    all.filter(|series| series.values.iter().any(Option::is_some)).collect()
}
