//! What the timeline says.

use super::Timeline;
use super::data::{Alarm, Fault, Lane};
use crate::charts::text::{count, span};
use crate::charts::twin::Twin;

/// Rows of a detector.
const MISSED: &str = "missed";

pub(in crate::charts) fn title(timeline: &Timeline) -> String {
    format!("Truth and alarms, {}", timeline.name)
}

/// "integrated: 1 of 1 episodes found, first alarm after 10 s, 2 false alarms."
pub(in crate::charts) fn reading(timeline: &Timeline) -> String {
    let Some(lane) = timeline.lanes.first() else { return String::new() };
    if lane.blind {
        return format!("{}: no alarms, because no threshold could be chosen.", lane.id);
    }
    let judged = timeline.faults.iter().filter(|fault| fault.is_judged).count();
    let found = match judged {
        0 => "no fault in the test windows of this run".to_owned(),
        _ => format!("{} of {judged} episodes found", lane.n_found(&timeline.faults)),
    };
    let seen = timeline.faults.iter().zip(&lane.delays).filter(|(fault, _)| fault.has_delay);
    let first = seen.filter_map(|(_, delay)| *delay).reduce(f64::min);
    let first = first.map_or_else(String::new, |delay| format!(", first alarm after {}", span(delay as i64)));
    let n_false = lane.n_false();
    let alarms = if n_false == 1 { "false alarm" } else { "false alarms" };
    format!("{}: {found}{first}, {} {alarms}.", lane.id, count(n_false))
}

pub(in crate::charts) fn caption(timeline: &Timeline) -> String {
    let windows = count(timeline.windows.len());
    format!(
        "Test part, {windows} windows of this run, first seed; red: truth and alarms inside it, ▲ hatched: false alarm, \
         dashed: missed, light hatch: edge of a fault, judged by nothing. Where windows are missing, they are in other parts."
    )
}

/// When something happens, on the data's clock.
pub(super) fn when(timeline: &Timeline, secs: f64) -> String {
    timeline.clock.stamp((timeline.start + secs) as i64)
}

fn outcome(fault: &Fault, delay: Option<f64>, lane: &Lane) -> String {
    match delay {
        _ if !fault.is_judged => "undefined: no test windows".to_owned(),
        _ if lane.blind => "undefined: no threshold".to_owned(),
        Some(_) if !fault.has_delay => "found; its onset was not scored".to_owned(),
        Some(delay) => format!("after {}", span(delay as i64)),
        None => MISSED.to_owned(),
    }
}

impl Timeline {
    /// Episodes with their delays, then false alarms.
    pub(in crate::charts) fn twin(&self) -> Twin {
        let heads = ["What".to_owned(), "From".to_owned(), "To".to_owned()];
        let mut twin = Twin::with_head(heads.into_iter().chain(self.lanes.iter().map(|lane| lane.id.clone())));
        for (idx, fault) in self.faults.iter().enumerate() {
            let told = self.lanes.iter().map(|lane| outcome(fault, lane.delays[idx], lane));
            let place = [fault.name.clone(), when(self, fault.span.0), when(self, fault.span.1)];
            twin.rows.push(place.into_iter().chain(told).collect());
        }
        for (idx, lane) in self.lanes.iter().enumerate() {
            for ((from, to), _) in lane.alarms.iter().filter(|(_, alarm)| *alarm == Alarm::False) {
                let mut row = vec!["false alarm".to_owned(), when(self, *from), when(self, *to)];
                row.extend((0..self.lanes.len()).map(|other| if other == idx { "alarm" } else { "" }.to_owned()));
                twin.rows.push(row);
            }
        }
        twin
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::timeline;
    use super::*;

    #[test]
    fn the_reading_counts_what_the_first_lane_finds() {
        assert_eq!(reading(&timeline(0, &[])), "zmax: 1 of 1 episodes found, first alarm after 10 s, 0 false alarms.");
        assert_eq!(reading(&timeline(1, &[])), "zmax: 1 of 1 episodes found, first alarm after 5 s, 1 false alarm.");
    }

    #[test]
    fn the_table_lists_episodes_then_false_alarms() {
        let twin = timeline(1, &[]).twin();
        assert_eq!(twin.head, ["What", "From", "To", "zmax", "integrated"]);
        assert_eq!(twin.rows[0][0], "hang, text-service");
        assert_eq!(twin.rows[0][3..], ["after 5 s", "after 5 s"]);
        assert_eq!((twin.rows[1][0].as_str(), twin.rows[1][3].as_str(), twin.rows.len()), ("false alarm", "alarm", 3));
        assert!(twin.rows.iter().all(|row| row.len() == twin.head.len()));
    }
}
