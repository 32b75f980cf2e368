//! What the columns of a table are taken for: the guess, examples, and a choice for each column.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::config::{DataConfig, Mapping, TableLayout, TimeUnit};
use crate::data::{DatasetSummary, TableView};
use crate::ui::columns::{METRICS, Role, role, with_layout, with_role};
use crate::ui::components::{Card, Table, fold};
use crate::ui::ctx::Ctx;
use crate::ui::state::Action;
use crate::ui::strings;

const UNITS: [(TimeUnit, &str); 5] = [
    (TimeUnit::Seconds, "seconds"),
    (TimeUnit::Millis, "milliseconds"),
    (TimeUnit::Micros, "microseconds"),
    (TimeUnit::Nanos, "nanoseconds"),
    (TimeUnit::Date, "dates"),
];
/// Word of a metric that keeps the name of its column.
const OWN: &str = "own";

/// One form per table whose columns were guessed or given.
pub(super) fn columns(ctx: &Ctx, dataset: Option<&DatasetSummary>) -> Html {
    html! { <>{ for dataset.into_iter().flat_map(|dataset| &dataset.tables).map(|view| form(ctx, view)) }</> }
}

/// The mapping as edited, or the one in force.
fn edited(ctx: &Ctx, view: &TableView) -> Mapping {
    ctx.state.config.data.mapping.clone().filter(|mapping| mapping.is_for(&view.file)).unwrap_or(view.mapping.clone())
}

fn form(ctx: &Ctx, view: &TableView) -> Html {
    let mapping = edited(ctx, view);
    let is_wide = matches!(mapping.layout, TableLayout::Wide(_));
    let rows = view.header.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let rows: Vec<Vec<Html>> = rows.map(|(idx, name)| row(ctx, view, &mapping, (idx, name))).collect();
    let head = if is_wide { &strings::WIDE_HEADS[..] } else { &strings::LONG_HEADS[..] };
    let (summary, open) = (strings::n_columns(rows.len()).into(), rows.len() <= 12);
    let body = html! {
        <>
            <div class="mapping-head">{ layout_choice(ctx, &mapping) }{ time_choice(ctx, &mapping) }{ switches(ctx, &mapping) }</div>
            { fold(summary, open, Table::new(strings::COLUMNS, head, rows).view()) }
        </>
    };
    Card {
        title: strings::columns_of(&view.file).into(),
        reading: strings::columns_reading(view.is_guessed).into(),
        testid: Some("mapping".into()),
        body,
        ..Card::default()
    }
    .view()
}

fn change(ctx: &Ctx, mapping: Mapping) -> Action {
    Action::ReadingChanged(Box::new(DataConfig { mapping: Some(mapping), ..ctx.state.config.data.clone() }))
}

/// A list of words; `make` turns the chosen word into a mapping.
fn choice(
    ctx: &Ctx,
    (label, testid): (&str, String),
    words: &[(String, String)],
    chosen: &str,
    make: impl Fn(&str) -> Mapping + 'static,
) -> Html {
    let page = ctx.clone();
    let onchange = Callback::from(move |event: Event| {
        let word = event.target_unchecked_into::<HtmlSelectElement>().value();
        page.send(change(&page, make(&word)));
    });
    let option = |(value, label): &(String, String)| {
        html! { <option value={value.clone()} selected={value == chosen}>{ label }</option> }
    };
    html! {
        <select aria-label={label.to_owned()} data-testid={testid} disabled={ctx.state.is_busy()} {onchange}>
            { for words.iter().map(option) }
        </select>
    }
}

fn words(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

fn layout_choice(ctx: &Ctx, mapping: &Mapping) -> Html {
    let chosen = if matches!(mapping.layout, TableLayout::Wide(_)) { "wide" } else { "long" };
    let before = mapping.clone();
    let make = move |word: &str| with_layout(&before, word == "wide");
    choice(ctx, (strings::LAYOUT, "mapping-layout".to_owned()), &words(&strings::LAYOUTS), chosen, make)
}

fn time_choice(ctx: &Ctx, mapping: &Mapping) -> Html {
    let units: Vec<(String, String)> =
        UNITS.iter().map(|(_, word)| ((*word).to_owned(), strings::time_in(word))).collect();
    let chosen = UNITS.iter().find(|(unit, _)| *unit == mapping.time.unit).map_or("", |(_, word)| word);
    let before = mapping.clone();
    let make = move |word: &str| {
        let mut mapping = before.clone();
        if let Some((unit, _)) = UNITS.iter().find(|(_, name)| *name == word) {
            mapping.time.unit = *unit;
        }
        mapping
    };
    choice(ctx, (strings::TIME_UNIT, "mapping-time-unit".to_owned()), &units, chosen, make)
}

fn switches(ctx: &Ctx, mapping: &Mapping) -> Html {
    let switch = |label: &'static str, on: bool, make: fn(&mut Mapping)| {
        let (page, before) = (ctx.clone(), mapping.clone());
        let onchange = Callback::from(move |_: Event| {
            let mut mapping = before.clone();
            make(&mut mapping);
            page.send(change(&page, mapping));
        });
        html! {
            <label class="model-box"><input type="checkbox" checked={on} disabled={ctx.state.is_busy()} {onchange} />{ label }</label>
        }
    };
    html! {
        <>
            { switch(strings::DAY_FIRST, mapping.time.day_first, |mapping| mapping.time.day_first = !mapping.time.day_first) }
            { switch(strings::DECIMAL_COMMA, mapping.decimal_comma, |mapping| mapping.decimal_comma = !mapping.decimal_comma) }
        </>
    }
}

fn row(ctx: &Ctx, view: &TableView, mapping: &Mapping, (idx, name): (usize, &String)) -> Vec<Html> {
    let examples: Vec<&str> = view.rows.iter().take(2).filter_map(|row| row.get(idx)).map(String::as_str).collect();
    let present = role(mapping, name);
    let mut cells = vec![html! { name }, html! { examples.join(", ") }, role_choice(ctx, mapping, name, &present)];
    if matches!(mapping.layout, TableLayout::Wide(_)) {
        cells.extend(names(ctx, mapping, name, &present));
    }
    cells
}

fn role_choice(ctx: &Ctx, mapping: &Mapping, column: &str, present: &Role) -> Html {
    let is_wide = matches!(mapping.layout, TableLayout::Wide(_));
    let mut choices = words(if is_wide { &strings::WIDE_ROLES } else { &strings::LONG_ROLES });
    if !is_wide {
        choices.extend(METRICS.iter().map(|(id, word)| ((*id).to_owned(), strings::metric_role(word))));
        choices.push((OWN.to_owned(), strings::metric_role(column)));
    }
    let chosen = word_of(present);
    let (before, name) = (mapping.clone(), column.to_owned());
    let make = move |word: &str| with_role(&before, &name, role_of(word, &name));
    choice(ctx, (&strings::role_of_column(column), format!("role-{column}")), &choices, &chosen, make)
}

fn word_of(role: &Role) -> String {
    let word = match role {
        Role::Ignored => "ignored",
        Role::Time => "time",
        Role::Entity => "entity",
        Role::Service => "service",
        Role::Host => "host",
        Role::Label => "label",
        Role::Series { .. } => "series",
        Role::Metric(id) if METRICS.iter().any(|(known, _)| known == id) => id,
        Role::Metric(_) => OWN,
    };
    word.to_owned()
}

fn role_of(word: &str, column: &str) -> Role {
    match word {
        "ignored" => Role::Ignored,
        "time" => Role::Time,
        "entity" => Role::Entity,
        "service" => Role::Service,
        "host" => Role::Host,
        "label" => Role::Label,
        "series" => Role::Series { entity: column.to_owned(), id: "cpu".to_owned() },
        OWN => Role::Metric(column.to_owned()),
        id => Role::Metric(id.to_owned()),
    }
}

/// Entity and metric of a column that is a series.
fn names(ctx: &Ctx, mapping: &Mapping, column: &str, present: &Role) -> [Html; 2] {
    let Role::Series { entity, id } = present else { return [Html::default(), Html::default()] };
    let field = |value: &str, label: String, make: fn(Role, String) -> Role| {
        let (page, before, column, present) = (ctx.clone(), mapping.clone(), column.to_owned(), present.clone());
        let onchange = Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let text = text.trim();
            if !text.is_empty() {
                page.send(change(&page, with_role(&before, &column, make(present.clone(), text.to_owned()))));
            }
        });
        html! { <input type="text" value={value.to_owned()} aria-label={label} disabled={ctx.state.is_busy()} {onchange} /> }
    };
    let with_entity = |role: Role, entity: String| match role {
        Role::Series { id, .. } => Role::Series { entity, id },
        other => other,
    };
    let with_id = |role: Role, id: String| match role {
        Role::Series { entity, .. } => Role::Series { entity, id },
        other => other,
    };
    [
        field(entity, strings::entity_of_column(column), with_entity),
        field(id, strings::metric_of_column(column), with_id),
    ]
}
