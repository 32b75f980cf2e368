//! Labels of rows become intervals: consecutive labelled rows of one entity, up to one period behind the last.

use std::collections::BTreeMap;

use super::super::error::DataError;
use super::super::intake::Intake;
use super::super::system::Fault;
use super::super::tally::SHARED_LABELS;
use super::names::Words;

/// Most labelled or unlabelled rows of one file: 16 bytes each.
const MAX_ROWS: usize = 4_000_000;
/// Most different labels of one file.
const MAX_KINDS: usize = 10_000;
/// Period of an entity with a single row.
const DEFAULT_PERIOD_MILLIS: i64 = 1000;

/// All labels of a file.
#[derive(Debug, Default)]
pub(super) struct RowLabels {
    /// Stamp and number of the label, 0 for none.
    by_entity: BTreeMap<String, Vec<(i64, u32)>>,
    kinds: BTreeMap<String, u32>,
    n_rows: usize,
}

/// What a label says: `None` if nothing was broken; empty if something was, without saying what.
fn kind(label: &str) -> Option<&str> {
    const NOTHING: Words =
        Words("0 0.0 false f no n none normal nan null nil ok healthy benign no_fault nofault no-fault -");
    const SOMETHING: Words = Words("1 1.0 true t yes y anomaly anomalous abnormal fault faulty attack failure error");
    match label.to_ascii_lowercase().replace(' ', "_").as_str() {
        word if word.is_empty() || NOTHING.has(word) => None,
        word if SOMETHING.has(word) => Some(""),
        _ => Some(label),
    }
}

impl RowLabels {
    /// Takes note of the label of one row.
    ///
    /// # Errors
    /// When there are too many rows or labels.
    pub(super) fn note(&mut self, entity: &str, at_millis: i64, label: &str) -> Result<(), DataError> {
        let n_kinds = self.kinds.len();
        let number = match kind(label) {
            None => 0,
            Some(kind) => match self.kinds.get(kind) {
                Some(&number) => number,
                None => *self.kinds.entry(kind.to_owned()).or_insert(n_kinds as u32 + 1),
            },
        };
        self.n_rows += 1;
        if self.n_rows > MAX_ROWS || self.kinds.len() > MAX_KINDS {
            return Err(DataError::TooLarge {
                what: "The labels of this table".into(),
                needed: format!("more than {MAX_ROWS} rows or {MAX_KINDS} different labels"),
                limit: format!("{MAX_ROWS} rows and {MAX_KINDS} different labels"),
                advice: "choose a shorter span, or another label column in the mapping".into(),
            });
        }
        match self.by_entity.get_mut(entity) {
            Some(stamps) => stamps.push((at_millis, number)),
            None => drop(self.by_entity.insert(entity.to_owned(), vec![(at_millis, number)])),
        }
        Ok(())
    }

    /// Hands on the intervals. One that all of several entities share is about none of them.
    pub(super) fn finish(&mut self, intake: &mut Intake) {
        let n_entities = self.by_entity.len();
        let mut targets: BTreeMap<(i64, i64, u32), Vec<String>> = BTreeMap::new();
        for (entity, stamps) in std::mem::take(&mut self.by_entity) {
            for interval in intervals(stamps) {
                targets.entry(interval).or_default().push(entity.clone());
            }
        }
        let kinds: BTreeMap<u32, &String> = self.kinds.iter().map(|(kind, &number)| (number, kind)).collect();
        for ((start_millis, end_millis, number), entities) in targets {
            let kind = kinds.get(&number).map(|kind| (*kind).clone()).unwrap_or_default();
            let is_of_all = n_entities > 1 && entities.len() == n_entities && intake.repairs(SHARED_LABELS.id);
            if is_of_all {
                intake.note(&SHARED_LABELS, 1, || format!("{kind} at {} s", start_millis.div_euclid(1000)));
            }
            let entities = if is_of_all { vec![String::new()] } else { entities };
            for target in entities {
                intake.fault(Fault { start_millis, end_millis, target, kind: kind.clone() });
            }
        }
    }
}

/// The labelled intervals of one entity: start, end and label. A stamp with and without a label has it.
fn intervals(mut stamps: Vec<(i64, u32)>) -> Vec<(i64, i64, u32)> {
    stamps.sort_unstable();
    stamps.dedup();
    let period = period(&stamps);
    // Label, first and last stamp of the intervals that still go on.
    let mut open: Vec<(u32, i64, i64)> = Vec::new();
    let mut closed = Vec::new();
    for rows in stamps.chunk_by(|a, b| a.0 == b.0) {
        let has = |kind: u32| rows.iter().any(|row| row.1 == kind);
        let (going_on, over): (Vec<_>, Vec<_>) = open.into_iter().partition(|&(kind, ..)| has(kind));
        closed.extend(over);
        open = going_on;
        for &(at, kind) in rows.iter().filter(|row| row.1 > 0) {
            match open.iter_mut().find(|interval| interval.0 == kind) {
                Some(interval) => interval.2 = at,
                None => open.push((kind, at, at)),
            }
        }
    }
    closed.extend(open);
    closed.into_iter().map(|(kind, first, last)| (first, last.saturating_add(period), kind)).collect()
}

/// Middle distance between two stamps.
fn period(stamps: &[(i64, u32)]) -> i64 {
    let gaps = stamps.windows(2).map(|pair| pair[1].0.saturating_sub(pair[0].0)).filter(|gap| *gap > 0);
    let mut gaps: Vec<i64> = gaps.collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied().unwrap_or(DEFAULT_PERIOD_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_what_was_broken() {
        for (label, expected) in [
            ("0", None),
            ("Normal", None),
            ("", None),
            ("FALSE", None),
            ("1", Some("")),
            ("Anomaly", Some("")),
            ("cpu-hog", Some("cpu-hog")),
            ("3", Some("3")),
        ] {
            assert_eq!(kind(label), expected, "{label}");
        }
    }

    #[test]
    fn consecutive_rows_are_one_interval_up_to_the_next_stamp() {
        let rows = vec![(0, 0), (60, 1), (120, 1), (180, 0), (240, 2), (300, 1), (300, 2), (360, 1)];
        assert_eq!(intervals(rows.clone()), [(60, 180, 1), (240, 360, 2), (300, 420, 1)]);
        assert_eq!(intervals(rows.into_iter().rev().collect()), [(60, 180, 1), (240, 360, 2), (300, 420, 1)]);
        assert_eq!(intervals(vec![(5, 1)]), [(5, 1005, 1)]);
        assert_eq!(intervals(vec![(5, 0)]), []);
    }
}
