//! The panels: each shows a part of the state and says what the reader did.

mod banner;
mod data;
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

pub(crate) use banner::{Banner, Intro, Toast};
pub(crate) use data::DataPanel;
pub(crate) use graph::GraphPanel;
pub(crate) use models::ModelsPanel;
pub(crate) use results::ResultsPanel;
pub(crate) use run_bar::RunBar;
pub(crate) use share::SharePanel;
pub(crate) use top_bar::TopBar;

use super::ctx::Ctx;
use super::state::{Action, StageId, glyph};
use super::strings;
use yew::{AttrValue, Callback};

/// What every stage row is made of.
struct Row {
    name: &'static str,
    glyph: &'static str,
    glyph_text: &'static str,
    open: bool,
    on_toggle: Callback<()>,
}

fn row(ctx: &Ctx, stage: StageId) -> Row {
    let mark = glyph(&ctx.state, stage);
    Row {
        name: strings::stage(stage),
        glyph: strings::glyph(mark),
        glyph_text: strings::glyph_text(mark),
        open: ctx.state.open.contains(&stage),
        on_toggle: ctx.on(Action::StageToggled(stage)),
    }
}

fn open_word(open: bool) -> AttrValue {
    AttrValue::from(if open { strings::CLOSE } else { strings::CHANGE })
}
