//! Times of a data set as the charts write them, for what stands beside a chart.

use super::text::Clock;

/// A moment on the clock of data that start at `start_secs`: "day 2, 15:30".
pub fn stamp(start_secs: i64, at_secs: i64) -> String {
    Clock::starting(start_secs).stamp(at_secs)
}

/// Whole times from the start of data to a moment, with the labels of an axis; at most `most + 1`.
pub fn time_labels(start_secs: i64, end_secs: i64, most: usize) -> Vec<(i64, String)> {
    Clock::starting(start_secs).labelled(start_secs, end_secs, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_on_an_axis() {
        assert_eq!(stamp(0, 86_400 + 55_800), "day 2, 15:30");
        let labels = time_labels(100, 7200, 2);
        assert_eq!(labels, [(3600, "day 1, 01:00".to_owned()), (7200, "02:00".to_owned())]);
    }
}
