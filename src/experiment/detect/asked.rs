//! What only some runs ask for: controls, who is ahead, costs, and scores without measures.

use crate::config::{DetectConfig, DetectStudy, Detector};
use crate::detect::COST_AXES;
use crate::evaluate::{exponent, spread};
use crate::report::{
    CostRow, DetectBoard, DetectCellResult, DetectDifference, DetectSeed, DetectorResult, Outcome, ShiftResult,
};

/// Why a report on inferred faults has no measures.
pub(super) const WITHHELD: &str = "These fault intervals were inferred from the same recording and are no ground truth: \
                                   scores are shown and the intervals are marked, and no accuracy is given";

/// How far the mean area of a control may be from one half.
const NEAR_HALF: f64 = 0.05;

/// Mean area of each detector over the draws of a control.
pub(super) fn shifts(config: &DetectConfig, cells: &[DetectCellResult]) -> Vec<ShiftResult> {
    if !matches!(config.study, DetectStudy::LabelShift { .. }) {
        return Vec::new();
    }
    let of = |detector: &Detector| {
        let found = |cell: &DetectCellResult| {
            let known = cell.detectors.iter().find(|known| known.id == detector.id())?;
            Some(known.measured("auc")?.mean)
        };
        let areas: Vec<f64> = cells.iter().filter_map(found).collect();
        let over = spread(areas.iter().copied().map(Some))?;
        let standard_error = over.sd? / (areas.len() as f64).sqrt();
        Some(ShiftResult { id: detector.id().to_owned(), n: areas.len(), mean: over.mean, standard_error })
    };
    config.detectors.iter().filter_map(of).collect()
}

/// "Control: with the labels of each run moved in a circle, the mean ROC AUC of integrated over 20 shifts is …"
pub(super) fn shift_sentence(result: &ShiftResult) -> String {
    let ShiftResult { id, n, mean, standard_error } = result;
    let two = if result.holds_half() { "within" } else { "outside of" };
    let near = if (mean - 0.5).abs() <= NEAR_HALF { "within" } else { "outside of" };
    format!(
        "Control: with the labels of each run moved in a circle, the mean ROC AUC of {id} over {n} shifts is {mean:.3} \
         with a standard error of {standard_error:.3}; 0.5 lies {two} two standard errors, and the mean {near} \
         0.5 ± {NEAR_HALF}"
    )
}

/// Whether the detector with the best average precision is ahead of the bar.
pub(super) fn ahead(bar: Detector, detectors: &[DetectorResult], differences: &[DetectDifference]) -> Option<String> {
    let precision = |id: &str| Some(detectors.iter().find(|known| known.id == id)?.measured("ap")?.mean);
    let of_bar = differences.iter().filter(|difference| difference.b == bar.id());
    let ranked = of_bar.filter_map(|difference| Some((precision(&difference.a)?, difference)));
    let (best, test) = ranked.reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    let (id, bar) = (&test.a, bar.id());
    let numbers = match (test.difference, test.interval) {
        (Some(difference), Some((low, high))) => {
            format!("{difference:+.3}, 95 % interval over episodes {low:+.3} to {high:+.3}")
        }
        _ => "no interval".to_owned(),
    };
    let verdict = match test.outcome() {
        Outcome::Better => format!("{id} is ahead of {bar}"),
        Outcome::Worse => format!("no detector is ahead of {bar}: the best of the others, {id}, is behind"),
        Outcome::NoDifference => format!("no detector is clearly ahead of {bar}: the best of the others is {id}"),
        Outcome::Undefined => format!("{id} cannot be compared with {bar}: too few faults were tested"),
    };
    Some(format!(
        "Average precision: {verdict} ({best:.3}, difference {numbers}); the best was picked on the test windows, which \
         flatters it"
    ))
}

/// What the measure [`FOUND_AT_BUDGET`] is.
pub(super) fn budget_sentence(per_day: f64) -> String {
    format!(
        "Episode recall with at most {per_day} false alarm(s) a day: the threshold is chosen on the scored windows, which \
         only an oracle can do; it compares scores and promises nothing"
    )
}

/// Id of the share of faults found at a daily budget of false alarms.
pub(super) const FOUND_AT_BUDGET: &str = "found_at_budget";

/// How counted multiply-adds grow along each axis.
pub(super) fn cost_sentences(rows: &[CostRow]) -> Vec<String> {
    let sentence = |axis: &str| {
        let counts: [fn(&CostRow) -> u64; 3] = [|row| row.structured, |row| row.blocks, |row| row.dense];
        let grown = counts.map(|count| exponent(rows, axis, count));
        let [Some(structured), Some(blocks), Some(dense)] = grown else { return None };
        Some(format!(
            "Multiply-adds of one propagation, counted, grow with {axis} to the power of {structured:.2} entry by entry, \
             {blocks:.2} in blocks and {dense:.2} dense"
        ))
    };
    COST_AXES.iter().filter_map(|axis| sentence(axis)).collect()
}

/// A seed with nothing that compares scores with labels.
pub(super) fn without_measures(seed: DetectSeed) -> DetectSeed {
    DetectSeed {
        seed: seed.seed,
        thresholds: seed.thresholds,
        best_epoch: seed.best_epoch,
        stop: seed.stop,
        chosen: seed.chosen,
        curve: seed.curve,
        weights_sha256: seed.weights_sha256,
        ..DetectSeed::default()
    }
}

/// A board on which every window is at an edge, where nothing is judged; the intervals stay marked.
pub(super) fn unjudged(mut board: DetectBoard) -> DetectBoard {
    board.label.fill(2);
    for view in &mut board.embeddings {
        (view.silhouette, view.auc) = (None, None);
    }
    board
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{MeasureSpread, Spread};

    fn detector(id: &str, measure: &str, mean: f64) -> DetectorResult {
        let spread = Spread { mean, sd: None };
        let spreads = vec![MeasureSpread { id: measure.to_owned(), spread }];
        DetectorResult { id: id.to_owned(), spreads, ..DetectorResult::default() }
    }

    fn shifted(areas: &[f64]) -> Vec<ShiftResult> {
        let mut config = crate::config::preset("detect-shift").expect("the preset").config.detect.expect("detection");
        let cell = |&area: &f64| DetectCellResult {
            detectors: vec![detector("integrated", "auc", area)],
            ..DetectCellResult::default()
        };
        let mut cells: Vec<DetectCellResult> = areas.iter().map(cell).collect();
        // One more draw whose area is undefined.
        cells.push(DetectCellResult::default());
        let found = shifts(&config, &cells);
        config.study = DetectStudy::Comparison;
        assert!(shifts(&config, &cells).is_empty(), "only where it is asked for");
        found
    }

    #[test]
    fn the_mean_of_a_control_has_its_standard_error_and_a_verdict() {
        let found = shifted(&[0.4, 0.5, 0.6, 0.7]);
        let [result] = &found[..] else { panic!("one detector") };
        let wanted = (0.05_f64 / 3.0).sqrt() / 2.0;
        assert!((result.mean - 0.55).abs() < 1e-12 && (result.standard_error - wanted).abs() < 1e-12);
        assert!(result.n == 4 && result.holds_half());
        let sentence = shift_sentence(result);
        assert!(
            sentence.contains("over 4 shifts is 0.550 with a standard error of 0.065; 0.5 lies within"),
            "{sentence}"
        );
        let found = shifted(&[0.71, 0.7, 0.72, 0.7]);
        let [leaky] = &found[..] else { panic!("one detector") };
        assert!(!leaky.holds_half());
        assert_eq!(shift_sentence(leaky).matches("outside of").count(), 2);
        assert!(shifted(&[]).is_empty() && shifted(&[0.5]).is_empty(), "one draw has no error");
    }

    #[test]
    fn the_best_is_ahead_only_if_the_interval_says_so() {
        let detectors = [detector("zmax", "ap", 0.4), detector("logreg", "ap", 0.5), detector("iforest", "ap", 0.45)];
        let told = |interval| {
            let against = |id: &str, difference| DetectDifference {
                a: id.to_owned(),
                b: "zmax".to_owned(),
                difference: Some(difference),
                interval,
            };
            ahead(Detector::Zmax, &detectors, &[against("iforest", 0.05), against("logreg", 0.1)]).expect("a sentence")
        };
        let clear = told(Some((0.02, 0.2)));
        assert!(
            clear.contains("logreg is ahead of zmax (0.500, difference +0.100, 95 % interval over episodes +0.020")
        );
        for unclear in [Some((-0.1, 0.2)), Some((-0.3, -0.1)), None] {
            assert!(!told(unclear).contains("logreg is ahead"), "{}", told(unclear));
        }
        assert_eq!(ahead(Detector::Zmax, &detectors, &[]), None);
    }

    #[test]
    fn nothing_that_needs_truth_is_left() {
        let seed = DetectSeed {
            seed: 3,
            thresholds: vec![Some(0.5)],
            confusion: [1, 2, 3, 4],
            roc: vec![(0.0, 0.0)],
            accuracy: vec![(1.0, 1.0)],
            ..DetectSeed::default()
        };
        let left = without_measures(seed);
        assert_eq!(left, DetectSeed { seed: 3, thresholds: vec![Some(0.5)], ..DetectSeed::default() });
    }
}
