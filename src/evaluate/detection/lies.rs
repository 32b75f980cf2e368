//! Which measures can be lied with: the same scores under all of them, beside detectors that know nothing
//! (MODELS.md B.14).

use super::judge::adjusted_f1;
use super::outcome::LieRow;
use super::{
    Alarms, Ranking, Truth, VUS_BUFFER, accuracy, affiliation, average_precision, classes, confusion, events, ratio,
    roc_auc, volumes, weighted_scores,
};
use crate::stream::Stream;

/// Draws of the random detector; its row is their mean.
const DRAWS: u32 = 20;
/// Share of windows that it flags.
const RANDOM_SHARE: f32 = 0.01;

/// One row per detector, then `random` (flags 1 % of the windows, whatever happens) and `always` (flags all).
///
/// Other detectors that should know nothing, say a clock or an untrained network, come as `detectors`.
pub fn lies(truth: &Truth, detectors: &[(&str, Alarms)], seed: u32) -> Vec<LieRow> {
    let constant = vec![1.0; truth.windows.len()];
    let always = ("always", Alarms { scores: &constant, threshold: 1.0 });
    let mut rows: Vec<LieRow> = detectors.iter().map(|(id, alarms)| row(id, truth, *alarms)).collect();
    rows.extend(random(truth, seed));
    rows.push(row(always.0, truth, always.1));
    rows
}

fn row(id: &str, truth: &Truth, alarms: Alarms) -> LieRow {
    let (scores, labels) = truth.core(alarms.scores);
    let counts = confusion(&Alarms { scores: &scores, ..alarms }.flags(), &labels);
    let by_class = classes(&counts);
    let cuts = Ranking::new(&scores, &labels).cuts();
    let areas = volumes(truth, alarms.scores, VUS_BUFFER);
    let (affiliation_precision, affiliation_recall) = affiliation(truth, &alarms.flags());
    let events = events(truth, alarms);
    LieRow {
        id: id.to_owned(),
        alarm_share: ratio((counts.tp + counts.fp) as f64, counts.n() as f64),
        accuracy: accuracy(&counts),
        f1: by_class[1].f1,
        weighted_f1: weighted_scores(&by_class).f1,
        point_adjusted_f1: adjusted_f1(truth, alarms),
        roc_auc: roc_auc(&cuts),
        average_precision: average_precision(&cuts),
        vus_roc: areas.roc,
        vus_pr: areas.pr,
        affiliation_precision,
        affiliation_recall,
        episodes_found: ratio(events.found as f64, events.n_episodes as f64),
        false_alarms_per_hour: events.false_alarms_per_hour,
    }
}

/// The mean row of detectors that guess.
fn random(truth: &Truth, seed: u32) -> Option<LieRow> {
    let draws: Vec<LieRow> = (0..DRAWS).map(|draw| guess(truth, seed, draw)).collect();
    let fields: [fn(&mut LieRow) -> &mut Option<f64>; 13] = [
        |row| &mut row.alarm_share,
        |row| &mut row.accuracy,
        |row| &mut row.f1,
        |row| &mut row.weighted_f1,
        |row| &mut row.point_adjusted_f1,
        |row| &mut row.roc_auc,
        |row| &mut row.average_precision,
        |row| &mut row.vus_roc,
        |row| &mut row.vus_pr,
        |row| &mut row.affiliation_precision,
        |row| &mut row.affiliation_recall,
        |row| &mut row.episodes_found,
        |row| &mut row.false_alarms_per_hour,
    ];
    let mut mean = draws.first()?.clone();
    for field in fields {
        // Undefined draws have no part: few windows may all go unflagged.
        let values: Vec<f64> = draws.iter().filter_map(|draw| *field(&mut draw.clone())).collect();
        *field(&mut mean) = ratio(values.iter().sum(), values.len() as f64);
    }
    Some(mean)
}

fn guess(truth: &Truth, seed: u32, draw: u32) -> LieRow {
    let mut rng = Stream::Guess.rng(seed, &draw.to_string());
    let scores: Vec<f32> = truth.windows.iter().map(|_| rng.unit()).collect();
    row("random", truth, Alarms { scores: &scores, threshold: 1.0 - RANDOM_SHARE })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::truth::instants;
    use crate::evaluate::detection::{Span, f1};

    const FAULT: Span = Span { run: 0, start_millis: 3_600_000, end_millis: 6_300_000 };

    /// The paper's layout: a run of 2 880 windows, 540 of them in one fault.
    fn layout() -> Vec<bool> {
        (0..2880).map(|step| (720..1260).contains(&step)).collect()
    }

    #[test]
    fn random_flags_have_a_point_adjusted_f1_of_98_percent() {
        let (labels, windows) = (layout(), instants(&layout()));
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[FAULT] };
        let (mut adjusted, mut plain) = (0.0, 0.0);
        for draw in 0..200 {
            let mut rng = Stream::Guess.rng(0, &format!("draw {draw}"));
            let scores: Vec<f32> = labels.iter().map(|_| rng.unit()).collect();
            let alarms = Alarms { scores: &scores, threshold: 1.0 - RANDOM_SHARE };
            adjusted += adjusted_f1(&truth, alarms).expect("a fault") / 200.0;
            plain += f1(&confusion(&alarms.flags(), &labels)).expect("a fault") / 200.0;
        }
        // MODELS.md B.14 has 0.979 and 0.019. A hit earns 540 of 540 beside 23.4 false alarms, F1 0.9788; a draw without
        // one has 0, and of those are 0.99^540 = 0.4 %, about one in 200: each takes 0.005 off the mean.
        assert!((adjusted - 0.9788 * (1.0 - 0.0044)).abs() < 0.01, "{adjusted}");
        assert!((plain - 0.019).abs() < 0.003, "{plain}");
    }

    #[test]
    fn each_measure_is_told_what_it_is_worth() {
        let (labels, windows) = (layout(), instants(&layout()));
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[FAULT] };
        let perfect: Vec<f32> = labels.iter().map(|&label| f32::from(u8::from(label))).collect();
        let rows = lies(&truth, &[("perfect", Alarms { scores: &perfect, threshold: 0.5 })], 1);
        assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["perfect", "random", "always"]);
        let [perfect, random, always] = [&rows[0], &rows[1], &rows[2]];
        assert_eq!(
            (perfect.f1, perfect.point_adjusted_f1, perfect.affiliation_precision),
            (Some(1.0), Some(1.0), Some(1.0))
        );
        assert!(random.point_adjusted_f1.expect("a fault") > 0.95 && random.f1.expect("a fault") < 0.05);
        assert!((random.roc_auc.expect("two classes") - 0.5).abs() < 0.03);
        assert!((random.affiliation_precision.expect("flags") - 0.5).abs() < 0.2);
        assert_eq!(
            (always.affiliation_recall, always.episodes_found, always.roc_auc),
            (Some(1.0), Some(1.0), Some(0.5))
        );
        assert_eq!(lies(&truth, &[], 1)[0], *random);
    }

    #[test]
    fn without_windows_all_is_undefined() {
        let truth = Truth { windows: &[], step_millis: 5000, episodes: &[] };
        let rows = lies(&truth, &[], 0);
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.f1.is_none() && row.alarm_share.is_none() && row.vus_pr.is_none()));
    }
}
