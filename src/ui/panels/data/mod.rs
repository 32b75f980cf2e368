//! Files, and what is in them.

mod columns;
mod files;
mod findings;
mod system;

use yew::prelude::*;

use super::setting::{fields, more};
use super::{open_word, row};
use crate::protocol::Stage as Where;
use crate::ui::charts::CoverageChart;
use crate::ui::components::{Button, Stage};
use crate::ui::ctx::{Ctx, PanelProps};
use crate::ui::settings::Place;
use crate::ui::state::{Phase, SAMPLE, StageId, is_read_otherwise, scenario_of};
use crate::ui::{actions, browser, format, strings};

/// Stage Data.
#[component]
pub(crate) fn DataPanel(props: &PanelProps) -> Html {
    let ctx = &props.ctx;
    let row = row(ctx, StageId::Data);
    let offers_file = matches!(ctx.state.phase, Phase::Sample) && !row.open;
    let action = if offers_file { AttrValue::from(strings::USE_OWN_FILE) } else { open_word(row.open) };
    let on_action = offers_file.then(|| Callback::from(|()| browser::click("file")));
    html! {
        <Stage id="data" name={row.name} glyph={row.glyph} glyph_text={row.glyph_text} open={row.open}
            on_toggle={row.on_toggle} summary={summary(ctx)} summary_testid="dataset-summary" {action} {on_action}
            message={message(ctx)}>
            <div class="decisions">
                { files::files(ctx) }
                { fields(ctx, Place::Data) }
                { more(ctx, Place::MoreData) }
                { read_again(ctx) }
            </div>
            <div class="evidence">
                if let Some(dataset) = &ctx.state.dataset {
                    <CoverageChart summary={dataset.clone()} />
                }
                { columns::columns(ctx, ctx.state.dataset.as_deref()) }
                { system::system(ctx.state.dataset.as_deref()) }
                { findings::findings(ctx) }
            </div>
        </Stage>
    }
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
                <Button label={strings::SKIP_BAD_ROWS} on_press={skip} />
            } else {
                <Button label={strings::ADD_FILES} on_press={Callback::from(|()| browser::click("file"))} />
            }
        </div>
    }
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
            <Button label={strings::READ_AGAIN} on_press={Callback::from(move |()| actions::read_again(&page))} />
        </div>
    }
}
