//! What a report of detection says: which detector it is about, its measures, the reason where one is undefined, and
//! the sentence over the numbers.

use super::format;
use super::headline::Headline;
use super::order::sort_by;
use super::strings::{self, Form, MeasureWords};
use crate::report::{DetectCellResult, DetectDifference, DetectorResult, Outcome, Spread, WindowCount};

/// The detector that has to be beaten.
const BAR: &str = "zmax";

/// Best average precision first; what is undefined comes last.
pub fn ranked(detectors: &[DetectorResult]) -> Vec<&DetectorResult> {
    let mut rows: Vec<&DetectorResult> = detectors.iter().collect();
    let place = |detector: &DetectorResult| detector.measured("ap").map_or(f64::NEG_INFINITY, |ap| ap.mean);
    sort_by(&mut rows, |a, b| place(b).total_cmp(&place(a)));
    rows
}

fn test_part(cell: &DetectCellResult) -> Option<&WindowCount> {
    cell.parts.iter().find(|part| part.name == "test")
}

fn found_one(detector: &DetectorResult) -> bool {
    detector.measured("episodes_found").is_some_and(|found| found.mean > 0.0)
}

/// Why a measure of a detector is undefined.
pub fn reason(cell: &DetectCellResult, detector: &DetectorResult, id: &str) -> &'static str {
    let (faulty, normal) = test_part(cell).map_or((1, 1), |part| (part.faulty, part.normal));
    let seeds = || detector.seeds.iter();
    let is_of_normal = matches!(id, "precision_normal" | "recall_normal" | "f1_normal" | "false_alarms_per_hour");
    let needs_threshold =
        !matches!(id, "auc" | "ap" | "vus_roc" | "vus_pr" | "fpr_at_recall_95" | "brier" | "episodes");
    let needs_alarm = matches!(id, "precision" | "f1" | "macro_precision" | "weighted_precision" | "mcc")
        || id.starts_with("affiliation");
    if normal == 0 && id != "recall" {
        strings::NO_NORMAL
    } else if faulty == 0 && !is_of_normal {
        strings::NO_FAULT
    } else if needs_threshold && seeds().any(|seed| seed.thresholds.iter().all(Option::is_none)) {
        strings::NO_THRESHOLD
    } else if needs_alarm && seeds().any(|seed| seed.confusion[1] + seed.confusion[3] == 0) {
        strings::NO_ALARM
    } else {
        match id {
            "delay_secs" if found_one(detector) => strings::NO_ONSET,
            "delay_secs" => strings::NONE_FOUND,
            "brier" => strings::NO_PROBABILITY,
            _ => strings::NOT_MEASURED,
        }
    }
}

/// A value as its measure is written.
pub fn written(value: f64, form: Form) -> String {
    match form {
        Form::Ratio => format::fixed(value, 3),
        Form::Rate => format::fixed(value, 2),
        Form::Count if value.fract() == 0.0 => format::fixed(value, 0),
        Form::Count => format::fixed(value, 1),
        Form::Secs => format::duration(value),
    }
}

/// Mean ± standard deviation.
pub fn with_spread(spread: Spread, form: Form) -> String {
    let mean = written(spread.mean, form);
    match spread.sd {
        Some(sd) if form != Form::Count || sd > 0.0 => format!("{mean} ± {}", written(sd, form)),
        _ => mean,
    }
}

/// A measure of a detector as text, or the reason why there is none.
pub fn told(cell: &DetectCellResult, detector: &DetectorResult, words: &MeasureWords) -> Result<String, &'static str> {
    let spread = detector.measured(words.id).ok_or_else(|| reason(cell, detector, words.id))?;
    let text = with_spread(spread, words.form);
    let all = detector.measured("episodes").filter(|_| words.id == "episodes_found");
    Ok(all.map_or(text.clone(), |all| strings::of(&text, &written(all.mean, Form::Count))))
}

/// The headline of a cell: what its detector finds, then what the bar finds.
pub fn headline(cell: &DetectCellResult) -> Option<Headline> {
    let first = cell.chosen()?;
    Some(Headline { first: finds(cell, first), change: String::new(), second: against_bar(cell, first) })
}

fn finds(cell: &DetectCellResult, detector: &DetectorResult) -> String {
    let count = |id| detector.measured(id).map(|spread| written(spread.mean, Form::Count));
    let alarms = detector.measured("false_alarms_per_hour").map(|spread| written(spread.mean, Form::Rate));
    match (count("episodes_found"), count("episodes")) {
        (Some(found), Some(all)) => strings::finds(&detector.id, &found, &all, alarms.as_deref()),
        _ => strings::finds_nothing(&detector.id, reason(cell, detector, "episodes_found")),
    }
}

/// Against the bar, or the first detector that the chosen one was compared with.
fn against_bar(cell: &DetectCellResult, chosen: &DetectorResult) -> String {
    let of_chosen = |test: &&DetectDifference| test.a == chosen.id || test.b == chosen.id;
    let tests = || cell.differences.iter().filter(of_chosen);
    let with_bar = tests().find(|test| test.a == BAR || test.b == BAR);
    let Some(test) = with_bar.or_else(|| tests().next()) else { return String::new() };
    let other = if test.a == chosen.id { &test.b } else { &test.a };
    let is_better = |better: bool| strings::is_clearly(&chosen.id, better == (test.a == chosen.id));
    let verdict = match test.outcome() {
        Outcome::Better => is_better(true),
        Outcome::Worse => is_better(false),
        Outcome::NoDifference => strings::NO_CLEAR_DIFFERENCE.to_owned(),
        Outcome::Undefined => strings::NOT_COMPARED.to_owned(),
    };
    let found = cell.detectors.iter().find(|detector| detector.id == *other);
    match found.and_then(|detector| detector.measured("episodes_found")) {
        Some(found) => strings::other_finds(other, &written(found.mean, Form::Count), &verdict),
        None => strings::against_other(other, &verdict),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::fixture::detection;

    fn cell() -> DetectCellResult {
        detection().detection.expect("a detection").cells.swap_remove(0)
    }

    #[test]
    fn the_headline_tells_events_first_and_the_verdict_of_the_interval() {
        let mut cell = cell();
        assert_eq!(
            headline(&cell).map(|headline| headline.sentence()).as_deref(),
            Some("integrated finds 2 of 2 episodes at 0.80 false alarms an hour; zmax finds 1: no clear difference")
        );
        cell.differences[0].interval = Some((0.1, 0.3));
        let second = |cell: &DetectCellResult| headline(cell).map(|headline| headline.second);
        assert_eq!(second(&cell).as_deref(), Some("zmax finds 1: integrated is clearly better"));
        let test = &mut cell.differences[0];
        std::mem::swap(&mut test.a, &mut test.b);
        assert_eq!(second(&cell).as_deref(), Some("zmax finds 1: integrated is clearly worse"));
        cell.differences[0].interval = None;
        assert_eq!(
            second(&cell).as_deref(),
            Some("zmax finds 1: not compared, because too few faults were tested for an interval")
        );
    }

    #[test]
    fn a_test_part_without_fault_is_said_to_be_undefined() {
        let report = detection();
        let cell = &report.detection.as_ref().expect("a detection").cells[1];
        let first = headline(cell).expect("a detector").first;
        assert_eq!(first, "integrated: undefined: the test part has no fault");
        let detector = cell.chosen().expect("a detector");
        assert_eq!(reason(cell, detector, "auc"), strings::NO_FAULT);
        assert_eq!(reason(cell, detector, "false_alarms_per_hour"), strings::NO_THRESHOLD);
    }

    #[test]
    fn each_reason_names_what_is_missing() {
        let mut cell = cell();
        let detector = cell.detectors[0].clone();
        assert_eq!(reason(&cell, &detector, "delay_secs"), strings::NO_ONSET);
        assert_eq!(reason(&cell, &cell.detectors[2], "delay_secs"), strings::NONE_FOUND);
        assert_eq!(reason(&cell, &detector, "brier"), strings::NO_PROBABILITY);
        cell.detectors[0].seeds[0].confusion = [100, 0, 40, 0];
        assert_eq!(reason(&cell, &cell.detectors[0], "precision"), strings::NO_ALARM);
        cell.detectors[0].seeds[0].thresholds = vec![None];
        assert_eq!(reason(&cell, &cell.detectors[0], "precision"), strings::NO_THRESHOLD);
        assert_eq!(reason(&cell, &cell.detectors[0], "auc"), strings::NOT_MEASURED, "curves need no threshold");
    }

    #[test]
    fn undefined_comes_last_and_values_carry_their_spread() {
        let cell = cell();
        assert_eq!(
            ranked(&cell.detectors).iter().map(|row| row.id.as_str()).collect::<Vec<_>>(),
            ["integrated", "zmax", "clock"]
        );
        let told = |idx: usize, id: &str| told(&cell, &cell.detectors[idx], strings::measure(id).expect(id));
        assert_eq!(told(0, "ap").as_deref(), Ok("0.910 ± 0.020"));
        assert_eq!(told(0, "episodes_found").as_deref(), Ok("2 of 2"));
        assert_eq!(told(2, "ap"), Err(strings::NOT_MEASURED));
    }

    #[test]
    fn every_measure_has_words_of_its_own() {
        for (idx, measure) in strings::MEASURES.iter().enumerate() {
            assert!(strings::MEASURES[..idx].iter().all(|other| other.id != measure.id), "{}", measure.id);
            assert!(!measure.head.is_empty() && !measure.text.is_empty(), "{}", measure.id);
        }
    }
}
