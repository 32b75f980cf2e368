//! Which series of one metric and instance are used: the whole, else the sum of its parts, never a mixture.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::DataError;
use super::super::intake::Intake;
use super::super::tally::Rule;
use super::counter::Quality;
use super::meaning::Meaning;
use super::rules;
use crate::config::NodeLevel as Level;

/// Of what several series may be candidates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub(super) level: Level,
    pub(super) metric: String,
    pub(super) namespace: String,
    pub(super) name: String,
}

/// One series.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) meaning: Meaning,
    pub(super) service: String,
    pub(super) host: String,
    /// The smallest is the whole, or its largest parts.
    pub(super) fineness: [u8; 3],
    /// What tells the parts of one whole from each other.
    pub(super) part: String,
    pub(super) quality: Quality,
    /// Milliseconds and values, ordered by time; of counters, rates.
    pub(super) samples: Samples,
}

type Samples = Vec<(i64, f32)>;

/// All series of a file.
#[derive(Debug, Default)]
pub(super) struct Selection {
    file: String,
    groups: BTreeMap<Group, Vec<Candidate>>,
    /// Counts with the first place in the order of names, so that the order of the series does not matter.
    counts: BTreeMap<&'static str, (&'static Rule, u64, String)>,
    longest_gap: (i64, String),
}

/// A series that is used.
struct Chosen {
    quality: Quality,
    samples: Samples,
}

impl Selection {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    pub(super) fn add(&mut self, group: Group, candidate: Candidate) {
        self.groups.entry(group).or_default().push(candidate);
    }

    pub(super) fn count(&mut self, rule: &'static Rule, n: u64, place: &str) {
        if n == 0 {
            return;
        }
        let (_, count, first) = self.counts.entry(rule.id).or_insert_with(|| (rule, 0, place.to_owned()));
        *count += n;
        if place < first.as_str() {
            place.clone_into(first);
        }
    }

    /// Hands on all series that are used, and what was found.
    ///
    /// # Errors
    /// When there are too many samples or names, or no series can be told from the others.
    pub(super) fn finish(mut self, intake: &mut Intake) -> Result<(), DataError> {
        if let (true, Some((_, n, _))) = (self.groups.is_empty(), self.counts.get(rules::UNNAMED_SERIES.id)) {
            let found = format!("{n} series with none of the labels pod, name, node and instance");
            return Err(DataError::NoRow { file: self.file, line: 1, found });
        }
        let ranks = self.ranks();
        let names = Names::new(&self.groups);
        while let Some((group, candidates)) = self.groups.pop_first() {
            let rank = ranks.get(&(group.level, group.metric.clone())).copied().unwrap_or(0);
            let name = names.instance(&group);
            let (candidates, others): (Vec<_>, Vec<_>) =
                candidates.into_iter().partition(|candidate| candidate.meaning.rank == rank);
            self.count(&rules::OTHER_MEASURES, others.len() as u64, &name);
            let entity = intake.entity(group.level, &name)?;
            for candidate in &candidates {
                intake.place(entity, &names.service(&group.namespace, &candidate.service), &candidate.host);
            }
            let meaning = candidates.first().map(|first| first.meaning.clone());
            let part = cpu_part(&candidates);
            let (Some(mut meaning), Some(chosen)) = (meaning, self.choose(candidates, &name)) else { continue };
            match part {
                Some(_) if intake.repairs(rules::CPU_PART.id) => self.count(&rules::CPU_PART, 1, &name),
                Some(part) => (meaning.id, meaning.label) = (format!("cpu_{part}"), format!("CPU, {part} time")),
                None => {}
            }
            self.judge(&chosen.quality, &name);
            let metric = intake.metric(&meaning.id, &meaning.label, meaning.unit);
            for (at_millis, value) in chosen.samples {
                intake.sample(entity, metric, at_millis, value)?;
            }
        }
        self.report(intake);
        Ok(())
    }

    /// The best measure of each metric: the same for all instances, so that they can be compared.
    fn ranks(&self) -> BTreeMap<(Level, String), u8> {
        let mut ranks = BTreeMap::new();
        for (group, candidates) in &self.groups {
            let best = ranks.entry((group.level, group.metric.clone())).or_insert(u8::MAX);
            *best = candidates.iter().map(|candidate| candidate.meaning.rank).fold(*best, u8::min);
        }
        ranks
    }

    fn choose(&mut self, candidates: Vec<Candidate>, name: &str) -> Option<Chosen> {
        let is_additive = candidates.iter().all(|candidate| candidate.meaning.is_additive);
        let coarsest = candidates.iter().map(|candidate| candidate.fineness).min()?;
        let (candidates, finer): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|candidate| candidate.fineness == coarsest);
        self.count(&rules::FINER_SERIES, finer.len() as u64, name);
        let n = candidates.len() as u64;
        let parts = chains(candidates);
        let n_parts = parts.as_ref().map_or(0, Vec::len) as u64;
        let chosen = parts.and_then(|parts| if is_additive || parts.len() == 1 { sum(parts) } else { None });
        match &chosen {
            None => self.count(&rules::AMBIGUOUS_SERIES, n, name),
            Some(_) if n_parts > 1 => self.count(&rules::SUMMED_SERIES, n, name),
            Some(_) => {}
        }
        chosen
    }

    fn judge(&mut self, quality: &Quality, name: &str) {
        self.count(&rules::COUNTER_RESETS, quality.n_resets, name);
        self.count(&rules::SERIES_GAPS, quality.n_gaps, name);
        self.count(&rules::CONSTANT_SERIES, u64::from(quality.is_constant), name);
        self.count(&rules::SINGLE_SAMPLES, u64::from(quality.is_single), name);
        if quality.longest_gap_millis > self.longest_gap.0 {
            self.longest_gap = (quality.longest_gap_millis, name.to_owned());
        }
    }

    fn report(self, intake: &mut Intake) {
        let Self { file, counts, longest_gap: (longest, longest_in), .. } = self;
        for (rule, n, first) in counts.into_values() {
            let place = match rule.id {
                id if id == rules::SERIES_GAPS.id => {
                    format!("{longest_in}: the longest, {:.1} s", longest as f64 / 1000.0)
                }
                _ => first,
            };
            intake.note(rule, n, || format!("“{file}”, {place}"));
        }
    }
}

/// The one mode of which all series of CPU are, if they are of one.
fn cpu_part(candidates: &[Candidate]) -> Option<&'static str> {
    let first = &candidates.first()?.meaning;
    let is_part = first.id == "cpu" && !first.part.is_empty();
    (is_part && candidates.iter().all(|candidate| candidate.meaning == *first)).then_some(first.part)
}

/// Series of each part one after the other; `None` if two of one part overlap.
///
/// A part gets a new series when its container or pod was made anew under the same name.
fn chains(candidates: Vec<Candidate>) -> Option<Vec<Chosen>> {
    let mut by_part: BTreeMap<String, Vec<Chosen>> = BTreeMap::new();
    for Candidate { part, quality, samples, .. } in candidates {
        by_part.entry(part).or_default().push(Chosen { quality, samples });
    }
    by_part.into_values().map(chain).collect()
}

fn chain(mut series: Vec<Chosen>) -> Option<Chosen> {
    series.sort_by_key(|one| one.samples.first().map_or(i64::MIN, |sample| sample.0));
    series.into_iter().map(Some).reduce(|before, next| {
        let (mut before, next) = (before?, next?);
        let follows = match (before.samples.last(), next.samples.first()) {
            (Some(last), Some(first)) => last.0 < first.0,
            _ => true,
        };
        before.quality = joined(before.quality, next.quality, false);
        before.samples.extend(next.samples);
        follows.then_some(before)
    })?
}

/// Parts that are reported at the same times, added up; `None` if they are not.
///
/// Before its first and after its last sample a part did not exist and adds nothing; between them, a missing sample makes
/// the sum missing.
fn sum(mut parts: Vec<Chosen>) -> Option<Chosen> {
    parts.sort_by_key(|part| std::cmp::Reverse(part.samples.len()));
    let mut parts = parts.into_iter();
    let longest = parts.next()?;
    let mut total: Vec<(i64, f64, bool)> =
        longest.samples.iter().map(|&(at_millis, value)| (at_millis, f64::from(value), true)).collect();
    let mut quality = longest.quality;
    for part in parts {
        add(&mut total, &part.samples)?;
        quality = joined(quality, part.quality, true);
    }
    let whole = total.into_iter().filter(|sample| sample.2);
    Some(Chosen { quality, samples: whole.map(|(at_millis, value, _)| (at_millis, value as f32)).collect() })
}

/// Adds a part; `None` if it has a time stamp of its own. The last field says whether all parts are there.
fn add(total: &mut [(i64, f64, bool)], part: &Samples) -> Option<()> {
    let (Some(first), Some(last)) = (part.first(), part.last()) else { return Some(()) };
    let mut rest = part.iter().peekable();
    for (at_millis, value, is_whole) in total.iter_mut() {
        match rest.next_if(|sample| sample.0 == *at_millis) {
            Some(sample) => *value += f64::from(sample.1),
            None if (first.0..=last.0).contains(at_millis) => *is_whole = false,
            None => {}
        }
    }
    rest.next().is_none().then_some(())
}

/// Quality of two series that become one: parts have their gaps at the same time.
fn joined(a: Quality, b: Quality, are_parts: bool) -> Quality {
    Quality {
        n_resets: if are_parts { a.n_resets.max(b.n_resets) } else { a.n_resets + b.n_resets },
        n_gaps: if are_parts { a.n_gaps.max(b.n_gaps) } else { a.n_gaps + b.n_gaps },
        longest_gap_millis: a.longest_gap_millis.max(b.longest_gap_millis),
        is_constant: a.is_constant && b.is_constant,
        is_single: a.is_single && b.is_single,
    }
}

/// Names that occur in several name spaces get theirs in front.
struct Names {
    instances: BTreeMap<String, BTreeSet<String>>,
    services: BTreeMap<String, BTreeSet<String>>,
}

impl Names {
    fn new(groups: &BTreeMap<Group, Vec<Candidate>>) -> Self {
        let (mut instances, mut services) = (BTreeMap::new(), BTreeMap::new());
        let note = |known: &mut BTreeMap<String, BTreeSet<String>>, name: &str, namespace: &str| {
            known.entry(name.to_owned()).or_default().insert(namespace.to_owned());
        };
        for (group, candidates) in groups {
            note(&mut instances, &group.name, &group.namespace);
            for candidate in candidates {
                note(&mut services, &candidate.service, &group.namespace);
            }
        }
        Self { instances, services }
    }

    fn instance(&self, group: &Group) -> String {
        full_name(&self.instances, &group.namespace, &group.name)
    }

    fn service(&self, namespace: &str, service: &str) -> String {
        if service.is_empty() { String::new() } else { full_name(&self.services, namespace, service) }
    }
}

fn full_name(known: &BTreeMap<String, BTreeSet<String>>, namespace: &str, name: &str) -> String {
    let is_shared = known.get(name).is_some_and(|namespaces| namespaces.len() > 1);
    if is_shared && !namespace.is_empty() { format!("{namespace}/{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(samples: &[(i64, f32)]) -> Chosen {
        Chosen { quality: Quality::default(), samples: samples.to_vec() }
    }

    fn summed(parts: &[&[(i64, f32)]]) -> Option<Samples> {
        sum(parts.iter().map(|samples| series(samples)).collect()).map(|chosen| chosen.samples)
    }

    #[test]
    fn parts_are_added_at_common_time_stamps() {
        let whole = [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0)];
        assert_eq!(summed(&[&whole, &[(2, 10.0), (3, 10.0)]]), Some(vec![(1, 1.0), (2, 12.0), (3, 13.0), (4, 4.0)]));
        assert_eq!(summed(&[&[(1, 10.0), (3, 10.0)], &whole]), Some(vec![(1, 11.0), (3, 13.0), (4, 4.0)]));
        assert_eq!(summed(&[&whole, &[(5, 1.0)]]), None);
        assert_eq!(summed(&[&whole, &[(2, 1.0), (9, 1.0)]]), None);
        assert_eq!(summed(&[&whole, &[]]), Some(whole.to_vec()));
    }

    #[test]
    fn series_of_one_part_may_follow_each_other_but_not_overlap() {
        let joined = chain(vec![series(&[(5, 1.0)]), series(&[(1, 0.5), (2, 0.5)])]).map(|chosen| chosen.samples);
        assert_eq!(joined, Some(vec![(1, 0.5), (2, 0.5), (5, 1.0)]));
        assert!(chain(vec![series(&[(1, 1.0), (3, 1.0)]), series(&[(2, 0.5)])]).is_none());
        assert!(chain(vec![series(&[(1, 1.0)]), series(&[(1, 1.0)])]).is_none());
    }
}
