//! The confusion matrix as buttons: a cell selects its windows everywhere.

use yew::prelude::*;

use super::tables::kinds;
use crate::report::{DetectBoard, DetectorResult, Report, ScoreLine};
use crate::ui::components::{Card, Table};
use crate::ui::ctx::Ctx;
use crate::ui::state::Action;
use crate::ui::{format, strings};

/// Decisions of the first seed of a detector.
pub(super) fn decisions(ctx: &Ctx, report: &Report, detector: &DetectorResult) -> Html {
    let board = report.detection.as_ref().and_then(|found| found.board.as_ref());
    let line = board.and_then(|board| Some((board, board.lines.iter().find(|line| line.id == detector.id)?)));
    let seed = detector.seeds.first().filter(|seed| seed.thresholds.iter().any(Option::is_some));
    let matrix = match (seed, line) {
        (Some(seed), Some((board, line))) => matrix(ctx, board, line, seed.confusion),
        _ => html! { <p class="empty">{ strings::NO_DECISION }</p> },
    };
    let reading = seed.map_or_else(String::new, |seed| strings::confusion_reading(&detector.id, seed.confusion));
    let body = html! { <>{ matrix }{ kinds(detector) }</> };
    Card { title: strings::CONFUSION.into(), reading: reading.into(), body, ..Card::default() }.view()
}

/// Windows of a cell of the matrix: `None` for the edges of faults.
pub(super) fn windows_of(board: &DetectBoard, line: &ScoreLine, faulty: bool, alarm: Option<bool>) -> Vec<u32> {
    let belongs = |idx: &usize| {
        let label = board.label[*idx];
        let is_its = (label % 2 == 1) == faulty;
        match alarm {
            None => is_its && label >= 2,
            Some(_) => is_its && label < 2 && board.alarm(line, *idx) == alarm,
        }
    };
    (0..board.label.len()).filter(belongs).map(|idx| idx as u32).collect()
}

fn matrix(ctx: &Ctx, board: &DetectBoard, line: &ScoreLine, [tn, fp, fneg, tp]: [u64; 4]) -> Html {
    let cell = |n: u64, of: u64, faulty: bool, alarm: Option<bool>| {
        let windows = windows_of(board, line, faulty, alarm);
        // Windows at an edge are counted nowhere else.
        let n = if alarm.is_none() { windows.len() as u64 } else { n };
        button(ctx, n, of, faulty, alarm, windows)
    };
    let row = |faulty: bool, alarms: u64, quiet: u64| {
        let of = alarms + quiet;
        let truth = if faulty { strings::TRUTH_FAULT } else { strings::TRUTH_NORMAL };
        vec![
            html! { truth },
            cell(alarms, of, faulty, Some(true)),
            cell(quiet, of, faulty, Some(false)),
            cell(0, 0, faulty, None),
        ]
    };
    let rows = vec![row(true, tp, fneg), row(false, fp, tn)];
    let table = Table::new(strings::CONFUSION, &strings::CONFUSION_HEADS, rows);
    html! { <div class="confusion">{ Table { testid: Some("confusion-matrix".into()), ..table }.view() }</div> }
}

fn button(ctx: &Ctx, n: u64, of: u64, faulty: bool, alarm: Option<bool>, windows: Vec<u32>) -> Html {
    let share = if of > 0 { n as f64 / of as f64 } else { 0.0 };
    let written = if of > 0 { format::percent(share) } else { strings::UNDEFINED.to_owned() };
    let name = strings::confusion_cell(n, faulty, alarm, &written);
    // The darker half of the scale would need another ink for the number.
    let step = if alarm.is_some() { (share * 4.0).round() as usize } else { 0 };
    let pressed = !windows.is_empty() && *ctx.state.selected == *windows;
    let empty = windows.is_empty();
    let page = ctx.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if !windows.is_empty() {
            page.send(Action::WindowsChosen(windows.clone()));
        }
    });
    html! {
        <button type="button" class={format!("decision q{step}")} {onclick} aria-label={name}
            aria-pressed={pressed.to_string()} aria-disabled={empty.then_some("true")}>
            <strong>{ format::whole(n) }</strong>
            if alarm.is_some() {
                <span>{ written }</span>
            }
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::fixture::detection;

    #[test]
    fn every_window_is_in_one_cell() {
        let board = detection().detection.and_then(|found| found.board).expect("a board");
        let line = &board.lines[0];
        let cells = [
            (true, Some(true)),
            (true, Some(false)),
            (true, None),
            (false, Some(true)),
            (false, Some(false)),
            (false, None),
        ];
        let cells = cells.map(|(faulty, alarm)| windows_of(&board, line, faulty, alarm));
        assert_eq!(cells[0], [3, 4, 5, 6, 19, 20, 21]);
        assert_eq!(cells[3], [14]);
        assert_eq!(cells[5], [7, 22]);
        let mut all = cells.concat();
        all.sort_unstable();
        assert_eq!(all, (0..24).collect::<Vec<u32>>());
    }

    #[test]
    fn without_a_threshold_no_window_is_decided() {
        let mut board = detection().detection.and_then(|found| found.board).expect("a board");
        board.lines[0].thresholds = vec![None];
        let line = &board.lines[0];
        assert!(windows_of(&board, line, true, Some(true)).is_empty());
        assert!(windows_of(&board, line, true, Some(false)).is_empty());
    }
}
