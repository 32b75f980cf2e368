//! A plain table.

use yew::prelude::*;

/// Properties of [`Table`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct TableProps {
    /// What it is, for the ear.
    pub caption: AttrValue,
    /// Heads.
    pub head: Vec<AttrValue>,
    /// Cells; the first of a row is its header.
    pub rows: Vec<Vec<Html>>,
    /// Columns from this one on hold numbers.
    #[prop_or(usize::MAX)]
    pub numbers_from: usize,
    /// Stable id for scripts.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// A table that scrolls in its own box.
#[component]
pub(crate) fn Table(props: &TableProps) -> Html {
    let kind = |idx: usize| (idx >= props.numbers_from).then_some("num");
    let cell = |(idx, cell): (usize, &Html)| match idx {
        0 => html! { <th scope="row">{ cell.clone() }</th> },
        _ => html! { <td class={classes!(kind(idx))}>{ cell.clone() }</td> },
    };
    let head = |(idx, head): (usize, &AttrValue)| html! { <th scope="col" class={classes!(kind(idx))}>{ head }</th> };
    html! {
        <div class="table-box" tabindex="0" role="region" aria-label={props.caption.clone()}>
            <table class="table" data-testid={props.testid.clone()}>
                <caption class="spoken">{ &props.caption }</caption>
                <thead><tr>{ for props.head.iter().enumerate().map(head) }</tr></thead>
                <tbody>
                    { for props.rows.iter().map(|row| html! { <tr>{ for row.iter().enumerate().map(cell) }</tr> }) }
                </tbody>
            </table>
        </div>
    }
}
