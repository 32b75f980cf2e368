//! Files, and what is in them.

mod columns;
mod files;
mod findings;
mod system;

use yew::prelude::*;

use super::setting::{fields, more};
use super::stage;
use crate::charts::{ByRef, Source};
use crate::protocol::Stage as Where;
use crate::ui::charts::Chart;
use crate::ui::components::{Button, Stage};
use crate::ui::ctx::Ctx;
use crate::ui::settings::Place;
use crate::ui::state::{Phase, SAMPLE, StageId, is_read_otherwise, scenario_of};
use crate::ui::{actions, browser, format, strings};

/// Stage Data.
pub(crate) fn data_panel(ctx: &Ctx) -> Html {
    let is_sample = matches!(ctx.state.phase, Phase::Sample);
    let stage = stage(ctx, StageId::Data, if is_sample { strings::USE_OWN_FILE } else { strings::CHANGE });
    let on_action = (is_sample && !stage.open).then(|| Callback::from(|()| browser::click("file")));
    let body = html! {
        <>
            <div class="decisions">
                { files::files(ctx) }
                { fields(ctx, Place::Data) }
                { more(ctx, Place::MoreData) }
                { read_again(ctx) }
            </div>
            <div class="evidence">
                if let Some(dataset) = &ctx.state.dataset {
                    <Chart source={Source::Coverage(ByRef(dataset.clone()))} />
                }
                { columns::columns(ctx, ctx.state.dataset.as_deref()) }
                { system::system(ctx.state.dataset.as_deref()) }
                { findings::findings(ctx) }
            </div>
        </>
    };
    let (summary, message) = (summary(ctx).into(), message(ctx));
    Stage { summary, summary_testid: Some("dataset-summary".into()), on_action, message, body, ..stage }.view()
}

fn summary(ctx: &Ctx) -> String {
    let Some(dataset) = &ctx.state.dataset else { return strings::DATA_EMPTY.to_owned() };
    let span = format::span(dataset.n_bins as u64 * u64::from(dataset.grid_secs));
    let grid = format::span(u64::from(dataset.grid_secs));
    let nodes = format::count_of(dataset.nodes.len(), dataset.level.words());
    if dataset.synthetic {
        let name = if scenario_of(dataset) == Some(SAMPLE) { strings::SYNTHETIC } else { &dataset.name };
        return strings::synthetic_dataset(name, &nodes, &span, &grid);
    }
    strings::dataset(&dataset.name, &nodes, &span, &format::whole(dataset.n_rows), &grid, &dataset.grid_reason)
}

/// A file that cannot be read is said here, with the one button that may help.
fn message(ctx: &Ctx) -> Html {
    let Phase::Failed { stage: Where::Read, message } = &ctx.state.phase else { return Html::default() };
    let can_skip = message.contains("Skip bad rows") && !ctx.state.config.data.skip_bad_rows;
    let page = ctx.clone();
    let skip = Callback::from(move |()| actions::skip_bad_rows(&page));
    html! {
        <div class="message bad" role="alert">
            <p data-testid="error">{ "! " }{ message }</p>
            if can_skip {
                { Button::new(strings::SKIP_BAD_ROWS, skip).view() }
            } else {
                { add_files() }
            }
        </div>
    }
}

/// Opens the choice of files.
pub(super) fn add_files() -> Html {
    Button::new(strings::ADD_FILES, Callback::from(|()| browser::click("file"))).view()
}

/// Settings of reading that are not in force yet.
fn read_again(ctx: &Ctx) -> Html {
    if !is_read_otherwise(&ctx.state) {
        return Html::default();
    }
    let page = ctx.clone();
    html! {
        <div class="message" data-testid="read-again">
            <p>{ strings::READ_OTHERWISE }</p>
            { Button::new(strings::READ_AGAIN, Callback::from(move |()| actions::read_again(&page))).view() }
        </div>
    }
}
