//! Truth and alarms of one run as spans of time.

use crate::charts::text::Clock;
use crate::report::{BoardEpisode, DetectBoard, ScoreLine, sees_onset};

/// Lanes of detectors at most; more are not told apart.
const MOST_LANES: usize = 6;

/// A stretch of seconds.
pub(super) type Span = (f64, f64);

/// What an alarm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alarm {
    /// Inside a fault.
    Hit,
    /// Outside of faults.
    False,
    /// At the edge of a fault, where nothing is judged.
    Edge,
}

/// A test window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    /// Its index on the board.
    pub idx: u32,
    /// Second in which it ends.
    pub end: f64,
    /// 0 normal, 1 faulty, plus 2 at an edge.
    pub label: u8,
    /// It is selected.
    pub selected: bool,
}

/// A fault that the run has test windows of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    /// From when to when.
    pub span: Span,
    /// Fault type and target.
    pub name: String,
    /// It has faulty test windows, so that it can be found.
    pub is_judged: bool,
    /// Its onset was seen, so that a delay can be told.
    pub has_delay: bool,
}

/// Alarms of one detector.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lane {
    /// Id of the detector.
    pub id: String,
    /// Stretches of alarms.
    pub alarms: Vec<(Span, Alarm)>,
    /// One per fault: seconds from its onset to the end of the first window with an alarm; `None` if it was missed.
    pub delays: Vec<Option<f64>>,
    /// No threshold could be chosen.
    pub blind: bool,
    /// One per window.
    pub scores: Vec<f32>,
    /// The same; absent without a threshold.
    pub thresholds: Vec<Option<f64>>,
}

impl Lane {
    /// Stretches of false alarms.
    pub(super) fn n_false(&self) -> usize {
        self.alarms.iter().filter(|(_, alarm)| *alarm == Alarm::False).count()
    }

    /// Faults that were found, of those that are judged.
    pub(super) fn n_found(&self, faults: &[Fault]) -> usize {
        faults.iter().zip(&self.delays).filter(|(fault, delay)| fault.is_judged && delay.is_some()).count()
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::charts) struct Timeline {
    /// Name of the run.
    pub(super) name: String,
    /// Second of the data's clock at which the run starts.
    pub(super) start: f64,
    /// The data's clock.
    pub(super) clock: Clock,
    /// Seconds of a window's last snapshot.
    pub(super) step: f64,
    /// Rising in time.
    pub(super) windows: Vec<Window>,
    /// In the order of time.
    pub(super) faults: Vec<Fault>,
    /// The one whose scores are drawn comes first.
    pub(super) lanes: Vec<Lane>,
}

impl Timeline {
    /// A run of the board; `first` is the detector whose scores are drawn.
    pub(in crate::charts) fn of(board: &DetectBoard, run: u32, first: &str, selected: &[u32]) -> Self {
        let of_run = |idx: &usize| board.run.get(*idx) == Some(&run);
        let window = |idx: usize| Window {
            idx: idx as u32,
            end: board.end_secs(idx),
            label: board.label.get(idx).copied().unwrap_or(0),
            selected: selected.binary_search(&(idx as u32)).is_ok(),
        };
        let windows: Vec<Window> = (0..board.last.len()).filter(of_run).map(window).collect();
        let step = board.window_secs;
        let faults: Vec<Fault> = board
            .episodes
            .iter()
            .filter(|episode| episode.run == run)
            .map(|episode| fault(episode, &windows, step))
            .collect();
        let start = board.start_millis.get(run as usize).map_or(0.0, |millis| *millis as f64 / 1000.0);
        let (leading, rest): (Vec<&ScoreLine>, Vec<&ScoreLine>) = board.lines.iter().partition(|line| line.id == first);
        let lines = leading.into_iter().chain(rest).take(MOST_LANES);
        Self {
            name: board.runs.get(run as usize).cloned().unwrap_or_default(),
            start,
            clock: Clock::starting(start as i64),
            step,
            lanes: lines.map(|line| lane(board, line, &windows, &faults)).collect(),
            windows,
            faults,
        }
    }

    /// Seconds of the run from the beginning of its first to the end of its last window.
    pub(super) fn range(&self) -> Span {
        let first = self.windows.first().map_or(0.0, |window| window.end - self.step);
        let last = self.windows.last().map_or(first + self.step, |window| window.end);
        (first, last)
    }

    /// Stretches at the edges of faults.
    ///
    /// Where nothing at all is judged, none is.
    pub(super) fn edges(&self) -> Vec<Span> {
        if self.windows.iter().all(|window| window.label >= 2) {
            return Vec::new();
        }
        self.spans(|_, window| window.label >= 2)
    }

    /// Stretches that are selected.
    pub(super) fn selected(&self) -> Vec<Span> {
        self.spans(|_, window| window.selected)
    }

    fn spans(&self, keep: impl Fn(usize, &Window) -> bool) -> Vec<Span> {
        joined(self.windows.iter().enumerate().map(|(place, window)| (window.end, keep(place, window))), self.step)
    }
}

/// Neighbouring windows that are kept become one stretch.
fn joined(windows: impl Iterator<Item = (f64, bool)>, step: f64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (end, _) in windows.filter(|(_, keep)| *keep) {
        match spans.last_mut() {
            Some(last) if end - step <= last.1 + step * 1e-6 => last.1 = end,
            _ => spans.push((end - step, end)),
        }
    }
    spans
}

/// Whether a window lies in a stretch.
pub(super) fn lies_in(window: &Window, (from, to): Span, step: f64) -> bool {
    window.end > from && window.end - step < to
}

fn fault(episode: &BoardEpisode, windows: &[Window], step: f64) -> Fault {
    let span = (episode.start_secs, episode.end_secs);
    let is_judged = windows.iter().any(|window| window.label == 1 && lies_in(window, span, step));
    let millis = |secs: f64| (secs * 1000.0) as i64;
    let first = windows.iter().find(|window| window.end > span.0);
    let has_delay = first.is_some_and(|first| sees_onset(millis(first.end - span.0), millis(step)));
    Fault { span, name: format!("{}, {}", episode.kind, episode.target), is_judged, has_delay }
}

fn lane(board: &DetectBoard, line: &ScoreLine, windows: &[Window], faults: &[Fault]) -> Lane {
    let step = board.window_secs;
    let alarm = |window: &Window| board.alarm(line, window.idx as usize) == Some(true);
    let of = |wanted: Alarm| {
        let kind = |window: &Window| match window.label {
            0 => Alarm::False,
            1 => Alarm::Hit,
            _ => Alarm::Edge,
        };
        let kept = windows.iter().map(move |window| (window.end, alarm(window) && kind(window) == wanted));
        joined(kept, step).into_iter().map(move |span| (span, wanted))
    };
    let delay = |fault: &Fault| {
        let hit = |window: &&Window| window.label == 1 && alarm(window) && lies_in(window, fault.span, step);
        windows.iter().find(hit).map(|window| (window.end - fault.span.0).max(0.0))
    };
    let threshold = |window: &Window| {
        let fold = board.fold.get(window.idx as usize).copied().unwrap_or(0);
        line.thresholds.get(fold as usize).copied().flatten()
    };
    Lane {
        id: line.id.clone(),
        alarms: of(Alarm::Hit).chain(of(Alarm::False)).chain(of(Alarm::Edge)).collect(),
        delays: faults.iter().map(delay).collect(),
        blind: line.thresholds.iter().all(Option::is_none),
        scores: windows
            .iter()
            .map(|window| line.scores.get(window.idx as usize).copied().unwrap_or(f32::NAN))
            .collect(),
        thresholds: windows.iter().map(threshold).collect(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::words::reading;
    use super::*;
    use crate::report::fixture::detection;

    pub(crate) fn timeline(run: u32, selected: &[u32]) -> Timeline {
        let report = detection();
        let board = report.detection.as_ref().and_then(|found| found.board.as_ref()).expect("a board");
        Timeline::of(board, run, "zmax", selected)
    }

    #[test]
    fn alarms_are_hits_or_false_and_delays_start_at_the_onset() {
        let run = timeline(0, &[]);
        assert_eq!(run.lanes.iter().map(|lane| lane.id.as_str()).collect::<Vec<_>>(), ["zmax", "integrated"]);
        assert_eq!(run.lanes[1].alarms, [((35.0, 55.0), Alarm::Hit)]);
        assert_eq!(run.lanes[0].alarms, [((40.0, 55.0), Alarm::Hit)], "zmax misses the first window");
        assert_eq!((run.lanes[0].delays.clone(), run.lanes[1].delays.clone()), (vec![Some(10.0)], vec![Some(5.0)]));
        assert_eq!(run.edges(), [(55.0, 60.0)]);
        let other = timeline(1, &[]);
        assert_eq!(other.lanes[1].alarms[1], ((30.0, 35.0), Alarm::False));
        assert_eq!((other.lanes[1].n_false(), other.lanes[1].n_found(&other.faults)), (1, 1));
    }

    #[test]
    fn a_fault_without_an_alarm_is_missed_and_one_without_windows_is_not_judged() {
        let report = detection();
        let mut board = report.detection.and_then(|found| found.board).expect("a board");
        board.lines[0].scores.iter_mut().for_each(|score| *score = 0.0);
        board.episodes[0].start_secs = 500.0;
        board.episodes[0].end_secs = 600.0;
        let run = Timeline::of(&board, 0, "integrated", &[]);
        assert_eq!((run.lanes[0].delays.clone(), run.faults[0].is_judged), (vec![None], false));
        let other = Timeline::of(&board, 1, "integrated", &[]);
        assert_eq!((other.lanes[0].delays.clone(), other.faults[0].is_judged), (vec![None], true));
    }

    #[test]
    fn a_run_that_begins_in_mid_fault_tells_no_delay() {
        let report = detection();
        let mut board = report.detection.and_then(|found| found.board).expect("a board");
        // The first window ends at 25 s.
        for (onset, has_delay) in [(35.0, true), (-35.0, true), (-36.0, false)] {
            board.episodes[0].start_secs = onset;
            let run = Timeline::of(&board, 0, "zmax", &[]);
            assert_eq!(run.faults[0].has_delay, has_delay, "{onset}");
            assert_eq!(reading(&run).contains("first alarm after"), has_delay, "{onset}");
            assert_eq!(run.twin().rows[0][3].starts_with("after"), has_delay, "{onset}");
        }
    }

    #[test]
    fn selected_windows_become_stretches() {
        assert_eq!(timeline(0, &[3, 4, 9]).selected(), [(35.0, 45.0), (65.0, 70.0)]);
        assert_eq!(timeline(1, &[3, 4, 9]).selected(), []);
    }
}
