//! The panels: each shows a part of the state and says what the reader did.

mod banner;
mod data;
mod detect;
mod further;
mod graph;
mod horizons;
mod live;
mod metrics;
mod models;
mod over_time;
mod protocol;
mod replay;
mod results;
mod run_bar;
mod setting;
mod share;
mod significance;
mod top_bar;

pub(crate) use banner::{banner, intro, toast, use_toast_end};
pub(crate) use data::data_panel;
pub(crate) use graph::{graph_panel, use_graphs};
pub(crate) use models::models_panel;
pub(crate) use results::results_panel;
pub(crate) use run_bar::run_bar;
pub(crate) use share::{share_panel, use_shared};
pub(crate) use top_bar::{top_bar, use_current_stage};

use super::components::Stage;
use super::ctx::Ctx;
use super::state::{Action, StageId, glyph};
use super::strings;

/// What every stage has; its button says `closed` while it is closed.
fn stage(ctx: &Ctx, stage: StageId, closed: &'static str) -> Stage {
    let mark = glyph(&ctx.state, stage);
    let open = ctx.state.open.contains(&stage);
    Stage {
        id: stage.anchor().into(),
        name: strings::stage(stage).into(),
        glyph: strings::glyph(mark).into(),
        glyph_text: strings::glyph_text(mark).into(),
        open,
        action: if open { strings::CLOSE } else { closed }.into(),
        on_toggle: ctx.on(Action::StageToggled(stage)),
        ..Stage::default()
    }
}
