//! Where samples came from, and faults that are counted from the first sample of a recording.

use std::collections::{BTreeMap, BTreeSet};

use super::super::system::Fault;
use super::super::tally::{INFERRED_FAULTS, RECORDINGS_NOT_OPEN, Tallies};

/// Recordings that are named in one finding.
const MAX_NAMED: usize = 6;

/// What someone inferred was broken in one recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct InferredFaults {
    /// Name of the recording: that of its file without folder and extension.
    pub(in super::super) recording: String,
    /// What it was; may be empty.
    pub(in super::super) kind: String,
    /// Start and end, in milliseconds since the first sample of the recording.
    pub(in super::super) windows: Vec<(i64, i64)>,
    /// The pods that it was about.
    pub(in super::super) pods: Vec<String>,
}

/// The first sample of every file that has samples, by the name of the recording.
#[derive(Debug, Default)]
pub(super) struct Recordings {
    file: String,
    first_millis: Option<i64>,
    /// More than one where several files have the same name and begin at different times.
    by_name: BTreeMap<String, BTreeSet<i64>>,
    inferred: Vec<InferredFaults>,
}

impl Recordings {
    pub(super) fn begin(&mut self, file: &str) {
        self.close();
        file.clone_into(&mut self.file);
    }

    /// Name of the present file.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    pub(super) fn sampled(&mut self, at_millis: i64) {
        self.first_millis = Some(self.first_millis.map_or(at_millis, |first| first.min(at_millis)));
    }

    pub(super) fn inferred(&mut self, faults: InferredFaults) {
        self.inferred.push(faults);
    }

    fn close(&mut self) {
        if let Some(first) = self.first_millis.take() {
            self.by_name.entry(name(&self.file).to_owned()).or_default().insert(first);
        }
    }

    /// The inferred faults on the clocks of their recordings. Those of recordings that are not open, or of which several
    /// files could be meant, are not used.
    pub(super) fn finish(mut self, tallies: &mut Tallies) -> Vec<Fault> {
        self.close();
        self.inferred.sort();
        self.inferred.dedup();
        let (mut faults, mut missing) = (Vec::new(), BTreeSet::new());
        for of in &self.inferred {
            match self.by_name.get(&of.recording).and_then(only) {
                Some(first) => faults.extend(on_clock(of, first)),
                None => drop(missing.insert(of.recording.as_str())),
            }
        }
        tallies.note(&INFERRED_FAULTS, faults.len() as u64, || {
            faults.first().map_or_else(String::new, |fault: &Fault| format!("{}, {}", fault.target, fault.kind))
        });
        tallies.note(&RECORDINGS_NOT_OPEN, missing.len() as u64, || {
            let more = missing.len().saturating_sub(MAX_NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            missing.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ") + &more
        });
        faults
    }
}

fn only(firsts: &BTreeSet<i64>) -> Option<i64> {
    if firsts.len() == 1 { firsts.first().copied() } else { None }
}

fn on_clock(of: &InferredFaults, first_millis: i64) -> impl Iterator<Item = Fault> {
    let kind = Fault::inferred_kind(&of.kind);
    of.windows.iter().flat_map(move |&(start, end)| {
        let kind = kind.clone();
        of.pods.iter().map(move |pod| Fault {
            start_millis: first_millis.saturating_add(start),
            end_millis: first_millis.saturating_add(end),
            target: pod.clone(),
            kind: kind.clone(),
        })
    })
}

/// The name of a recording: a file's without folders, archives and extension.
fn name(file: &str) -> &str {
    let name = file.rsplit(['/', '\\', '›']).next().unwrap_or(file).trim();
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.rsplit_once('.').map(|(stem, _)| stem).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(tallies: Tallies) -> Vec<(String, u64, String)> {
        tallies.into_findings().into_iter().map(|finding| (finding.id, finding.count, finding.first)).collect()
    }

    fn inferred(recording: &str) -> InferredFaults {
        let pods = vec!["b-0".to_owned(), "a-0".to_owned()];
        InferredFaults { recording: recording.into(), kind: "burst".into(), windows: vec![(1000, 2000)], pods }
    }

    #[test]
    fn a_recording_is_named_after_its_file() {
        for (file, expected) in [
            ("test-failure.json", "test-failure"),
            ("data/run.1.json", "run.1"),
            ("C:\\data\\run.json.gz", "run"),
            ("all.zip › traces/run.json", "run"),
            ("run", "run"),
            (".json", ".json"),
            ("", ""),
        ] {
            assert_eq!(name(file), expected, "{file}");
        }
    }

    #[test]
    fn faults_count_from_the_first_sample_of_their_recording() {
        let (mut recordings, mut tallies) = (Recordings::default(), Tallies::default());
        recordings.inferred(inferred("run"));
        recordings.inferred(inferred("elsewhere"));
        recordings.begin("other.json");
        recordings.sampled(3);
        recordings.begin("run.json");
        for at in [70_000, 50_000, 60_000] {
            recordings.sampled(at);
        }
        let faults = recordings.finish(&mut tallies);
        let of = |fault: &Fault| (fault.start_millis, fault.end_millis, fault.target.clone());
        let expected = [(51_000, 52_000, "b-0".to_owned()), (51_000, 52_000, "a-0".to_owned())];
        assert_eq!(faults.iter().map(of).collect::<Vec<_>>(), expected);
        assert!(faults.iter().all(|fault| fault.is_inferred() && fault.kind == "inferred: burst"));
        let not_open = ("recordings_not_open".to_owned(), 1, "elsewhere".to_owned());
        assert_eq!(found(tallies)[1..], [not_open]);
    }

    #[test]
    fn of_two_files_with_one_name_neither_is_meant() {
        let (mut recordings, mut tallies) = (Recordings::default(), Tallies::default());
        for (folder, at) in [("a", 5), ("b", 6)] {
            recordings.begin(&format!("{folder}/run.json"));
            recordings.sampled(at);
        }
        recordings.inferred(inferred("run"));
        assert!(recordings.finish(&mut tallies).is_empty());
        assert_eq!(found(tallies), [("recordings_not_open".to_owned(), 1, "run".to_owned())]);
    }
}
