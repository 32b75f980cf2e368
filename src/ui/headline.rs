//! What a report says in one sentence, in the four verdict phrases, and which models share the best place.

use super::{format, strings};
use crate::report::{Comparison, ModelResult, Outcome, Report};

/// Id of the naive baseline.
pub const NAIVE: &str = "persistence";

/// The sentence over the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// The chosen model against the naive baseline, or its error where there is none.
    pub first: String,
    /// By how much; empty where there is no naive baseline.
    pub change: String,
    /// The chosen model against the best other one; empty where there is none.
    pub second: String,
}

impl Headline {
    /// All of it as one sentence.
    pub fn sentence(&self) -> String {
        let change = if self.change.is_empty() { String::new() } else { format!(" ({})", self.change) };
        let second = if self.second.is_empty() { String::new() } else { format!("; {}", self.second) };
        format!("{}{change}{second}", self.first)
    }
}

/// The headline of a report; nothing where no model has a result.
pub fn headline(report: &Report) -> Option<Headline> {
    let chosen = chosen(report)?;
    let (first, change) = against_naive(report, chosen);
    Some(Headline { first, change, second: against_best_other(report, chosen) })
}

/// The model the report is about: `tsf`, else the first learned one, else the first other than the naive one.
pub fn chosen(report: &Report) -> Option<&ModelResult> {
    let scored = || report.models.iter().filter(|model| model.rmse.is_some());
    scored()
        .find(|model| model.id == "tsf")
        .or_else(|| scored().find(|model| model.learned))
        .or_else(|| scored().find(|model| model.id != NAIVE))
        .or_else(|| scored().next())
}

fn against_naive(report: &Report, chosen: &ModelResult) -> (String, String) {
    let (id, rmse) = (chosen.id.as_str(), mean_rmse(chosen));
    let Some(naive) = report.model(NAIVE).filter(|naive| naive.id != id && naive.rmse.is_some()) else {
        return (strings::headline_error(id, &format::error(rmse)), String::new());
    };
    let sentence = match verdict(report, id, NAIVE) {
        (Outcome::Better, _) => strings::headline_better(id),
        (Outcome::Worse, _) => strings::headline_worse(id),
        (Outcome::NoDifference, _) => strings::headline_no_difference(id),
        (Outcome::Undefined, reason) => strings::headline_undefined(id, &reason),
    };
    let percent = (rmse / mean_rmse(naive) - 1.0) * 100.0;
    // Whole above ten, so that a small change is not shown as none.
    let decimals = usize::from(percent.abs() < 9.95);
    (sentence, strings::rmse_change(&format::signed(percent, decimals)))
}

fn against_best_other(report: &Report, chosen: &ModelResult) -> String {
    let Some(other) = best(report.models.iter().filter(|model| model.id != chosen.id && model.id != NAIVE)) else {
        return String::new();
    };
    let (outcome, reason) = verdict(report, &chosen.id, &other.id);
    strings::second_verdict(outcome, &other.id, &reason)
}

/// Verdict on `a` against `b`, with the reason where it is undefined.
pub fn verdict(report: &Report, a: &str, b: &str) -> (Outcome, String) {
    match find(report, a, b) {
        None => (Outcome::Undefined, strings::NOT_TESTED.to_owned()),
        Some(test) if test.a == a => (test.outcome, test.reason.clone()),
        Some(test) => (flipped(test.outcome), test.reason.clone()),
    }
}

fn find<'a>(report: &'a Report, a: &str, b: &str) -> Option<&'a Comparison> {
    report.comparisons.iter().find(|test| (test.a == a && test.b == b) || (test.a == b && test.b == a))
}

fn flipped(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Better => Outcome::Worse,
        Outcome::Worse => Outcome::Better,
        other => other,
    }
}

fn mean_rmse(model: &ModelResult) -> f64 {
    model.rmse.map_or(f64::NAN, |spread| spread.mean)
}

fn best<'a>(models: impl Iterator<Item = &'a ModelResult>) -> Option<&'a ModelResult> {
    models.filter(|model| model.rmse.is_some()).min_by(|a, b| mean_rmse(a).total_cmp(&mean_rmse(b)))
}

/// Whether the seeds allow a ranking: no learned model has fewer than two of them.
pub fn ranks(report: &Report) -> bool {
    report.models.iter().all(|model| !model.learned || model.seeds.len() > 1)
}

/// Ids of the best model and of those without a clear difference to it; empty where no ranking is allowed.
pub fn best_group(report: &Report) -> Vec<String> {
    let Some(first) = best(report.models.iter()).filter(|_| ranks(report) && !report.comparisons.is_empty()) else {
        return Vec::new();
    };
    let same = |model: &&ModelResult| model.id == first.id || no_difference(report, &first.id, &model.id);
    report.models.iter().filter(same).map(|model| model.id.clone()).collect()
}

fn no_difference(report: &Report, a: &str, b: &str) -> bool {
    find(report, a, b).is_some_and(|test| test.outcome == Outcome::NoDifference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::fixture::{comparison, report};

    #[test]
    fn the_sentence_uses_the_fixed_phrases() {
        let sentence = headline(&report()).expect("models").sentence();
        assert_eq!(
            sentence,
            "tsf is clearly better than repeating the last value (RMSE −11 %); no clear difference to ar"
        );
    }

    #[test]
    fn a_test_the_other_way_round_is_turned() {
        let mut report = report();
        report.comparisons = vec![comparison(NAIVE, "tsf", Outcome::Better), comparison("ar", "tsf", Outcome::Better)];
        let headline = headline(&report).expect("models");
        assert!(headline.first.starts_with("tsf is clearly worse than repeating the last value"), "{headline:?}");
        assert_eq!(headline.second, "clearly worse than ar");
    }

    #[test]
    fn what_was_not_tested_is_undefined_with_a_reason() {
        let mut report = report();
        report.comparisons.clear();
        let sentence = headline(&report).expect("models").sentence();
        assert!(sentence.contains("undefined: the two models were not tested"), "{sentence}");
    }

    #[test]
    fn without_tsf_the_first_learned_model_is_the_subject() {
        let mut report = report();
        report.models.retain(|model| model.id != "tsf");
        assert_eq!(chosen(&report).expect("models").id, "gru");
        report.models.retain(|model| model.id != "gru");
        assert_eq!(chosen(&report).expect("models").id, "ar");
    }

    #[test]
    fn without_the_naive_baseline_the_error_itself_is_said() {
        let mut report = report();
        report.models.retain(|model| model.id == "tsf");
        assert_eq!(headline(&report).expect("models").sentence(), "tsf has RMSE 0.0412");
    }

    #[test]
    fn the_best_group_holds_all_without_a_clear_difference() {
        assert_eq!(best_group(&report()), ["tsf", "ar"]);
    }

    #[test]
    fn one_seed_gives_no_ranking() {
        let mut report = report();
        report.models[0].seeds.truncate(1);
        assert!(!ranks(&report));
        assert!(best_group(&report).is_empty());
    }
}
