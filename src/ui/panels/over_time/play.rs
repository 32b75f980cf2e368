//! Graph after graph, until the end.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::explore::Slider;
use crate::ui::ctx::Ctx;
use crate::ui::state::{StageId, State};
use crate::ui::{actions, browser};

/// Milliseconds for which a graph stands before the next one is asked for.
const STANDS_MILLIS: u32 = 800;

/// What comes next while the graphs play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Nothing, before the worker has answered.
    Wait,
    /// The graph at a bin, after a while.
    Show(usize),
    /// It is over.
    Stop,
}

/// Whether the graphs play. They stop by themselves at the end, with the panel, and when the worker has other work.
#[hook]
pub(super) fn use_play(ctx: &Ctx, slider: Option<Slider>) -> UseStateHandle<bool> {
    let playing = use_state_eq(|| false);
    let ended = playing.setter();
    use_effect_with((*playing, ctx.clone(), slider), move |(is_playing, ctx, slider)| {
        let turn = match *is_playing {
            true if browser::wants_no_motion() => Turn::Stop,
            true => turn(&ctx.state, *slider),
            false => Turn::Wait,
        };
        if turn == Turn::Stop {
            ended.set(false);
        }
        let page = ctx.clone();
        let timer = match turn {
            Turn::Show(bin) => Some(Timeout::new(STANDS_MILLIS, move || actions::look(&page, bin))),
            Turn::Wait | Turn::Stop => None,
        };
        // Dropping it ends it: what comes next is decided anew after every change.
        move || drop(timer)
    });
    playing
}

fn turn(state: &State, slider: Option<Slider>) -> Turn {
    let Some(slider) = slider.filter(|_| state.open.contains(&StageId::Graph) && !state.is_busy()) else {
        return Turn::Stop;
    };
    let shown = state.look.frame.as_ref().map(|frame| frame.bin);
    match state.look.bin {
        Some(_) if state.look.asked.is_some() => Turn::Wait,
        Some(_) if state.look.error.is_some() => Turn::Stop,
        Some(bin) if shown == Some(bin) => slider.next(bin).map_or(Turn::Stop, Turn::Show),
        Some(_) | None => Turn::Wait,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::data::DatasetSummary;
    use crate::explore::Frame;
    use crate::ui::state::fixture::report;
    use crate::ui::state::{Look, Source, Work};

    fn slider() -> Slider {
        let dataset = DatasetSummary { n_bins: 25, grid_secs: 60, ..report().dataset };
        Slider::new(&dataset, 600)
    }

    fn frame(bin: usize) -> Option<Rc<Frame>> {
        Some(Rc::new(Frame {
            bin,
            n_bins: 25,
            renew_bins: 10,
            at_secs: 0,
            nodes: Vec::new(),
            weights: Vec::new(),
            sources: Vec::new(),
            n_came: 0,
            n_went: 0,
            has_snapshots: false,
            snapshot_json: None,
            around_json: None,
        }))
    }

    fn state(look: Look) -> State {
        State { look, open: [StageId::Graph].into(), ..State::default() }
    }

    #[test]
    fn the_next_graph_waits_for_the_present_one() {
        let look = |bin, asked, shown: Option<usize>| Look { bin, asked, frame: shown.and_then(frame), error: None };
        let of = |look| turn(&state(look), Some(slider()));
        assert_eq!(of(look(Some(3), None, Some(3))), Turn::Show(10));
        assert_eq!(of(look(Some(3), Some(3), Some(0))), Turn::Wait);
        assert_eq!(of(look(Some(3), None, Some(0))), Turn::Wait);
        assert_eq!(of(look(None, None, None)), Turn::Wait);
        assert_eq!(of(look(Some(20), None, Some(20))), Turn::Stop, "the end");
    }

    #[test]
    fn playing_ends_with_an_error_the_panel_and_other_work() {
        let look = Look { bin: Some(3), asked: None, frame: frame(3), error: None };
        let failed = Look { error: Some("no".to_owned()), ..look.clone() };
        assert_eq!(turn(&state(failed), Some(slider())), Turn::Stop);
        let closed = State { open: Default::default(), ..state(look.clone()) };
        assert_eq!(turn(&closed, Some(slider())), Turn::Stop);
        let work = Work { run: Default::default(), job: crate::ui::state::Job::Open(Source::Files) };
        let busy = State { work: Some(work), ..state(look.clone()) };
        assert_eq!(turn(&busy, Some(slider())), Turn::Stop);
        assert_eq!(turn(&state(look), None), Turn::Stop);
    }
}
