//! What is judged: the windows of some runs, what was true in them, and what a detector said.

use std::ops::Range;

/// One window that was scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Index of the run.
    pub run: u32,
    /// When the window is decided, on the clock of the data.
    pub millis: i64,
    /// Whether a fault was active.
    pub label: bool,
    /// Whether the window is near the edge of a fault and scored separately (MODELS.md B.3).
    pub buffer: bool,
}

/// One fault of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Index of the run.
    pub run: u32,
    /// From when, on the clock of the data.
    pub start_millis: i64,
    /// Until when, not included.
    pub end_millis: i64,
}

/// The windows that all detectors are judged on, and the faults among them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth<'a> {
    /// Windows by run and time.
    pub windows: &'a [Instant],
    /// Time from one window to the next.
    pub step_millis: i64,
    /// Faults by run and start.
    pub episodes: &'a [Span],
}

/// What a detector said: a score per window, and the threshold that was frozen before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alarms<'a> {
    /// One score per window of the [`Truth`].
    pub scores: &'a [f32],
    /// A window whose score is at least this raises an alarm.
    pub threshold: f32,
}

impl Alarms<'_> {
    /// Which windows raise an alarm.
    pub fn flags(self) -> Vec<bool> {
        self.scores.iter().map(|&score| score >= self.threshold).collect()
    }
}

impl Truth<'_> {
    /// The label of each window.
    pub fn labels(&self) -> Vec<bool> {
        self.windows.iter().map(|window| window.label).collect()
    }

    /// Scores and labels of the windows outside all buffers.
    pub fn core(&self, scores: &[f32]) -> (Vec<f32>, Vec<bool>) {
        self.scored(scores, false)
    }

    /// Scores and labels of the windows inside a buffer.
    pub fn buffer(&self, scores: &[f32]) -> (Vec<f32>, Vec<bool>) {
        self.scored(scores, true)
    }

    fn scored(&self, scores: &[f32], buffer: bool) -> (Vec<f32>, Vec<bool>) {
        let pairs = self.windows.iter().zip(scores).filter(|(window, _)| window.buffer == buffer);
        pairs.map(|(window, &score)| (score, window.label)).unzip()
    }

    /// The windows of each run.
    pub(super) fn runs(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        let runs = self.windows.chunk_by(|a, b| a.run == b.run).map(|run| {
            start += run.len();
            start - run.len()..start
        });
        runs.collect()
    }

    /// Maximal ranges of labelled windows, none of which crosses from one run to the next.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let labels = self.labels();
        self.runs().into_iter().flat_map(|run| true_ranges(&labels, run)).collect()
    }
}

/// Maximal ranges of true flags inside a range.
pub(super) fn true_ranges(flags: &[bool], inside: Range<usize>) -> Vec<Range<usize>> {
    let mut start = inside.start;
    let runs = flags[inside].chunk_by(|a, b| a == b).filter_map(|run| {
        start += run.len();
        run[0].then_some(start - run.len()..start)
    });
    runs.collect()
}

/// Windows of one run, one every 5 s, without episodes.
#[cfg(test)]
pub(super) fn instants(labels: &[bool]) -> Vec<Instant> {
    let windows = labels.iter().zip(1..);
    windows.map(|(&label, step)| Instant { run: 0, millis: 5000 * step, label, buffer: false }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_with_their_run() {
        let mut windows = instants(&[true, true, false, true, true]);
        windows[4].run = 1;
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        assert_eq!(truth.runs(), [0..4, 4..5]);
        assert_eq!(truth.ranges(), [0..2, 3..4, 4..5]);
        assert!(Truth { windows: &[], ..truth }.ranges().is_empty());
    }

    #[test]
    fn a_score_that_is_not_a_number_is_no_alarm() {
        let scores = [0.5, f32::NAN, 0.4];
        assert_eq!(Alarms { scores: &scores, threshold: 0.5 }.flags(), [true, false, false]);
        assert_eq!(Alarms { scores: &scores, threshold: f32::NEG_INFINITY }.flags(), [true, false, true]);
    }
}
