//! A plain table.

use yew::prelude::*;

/// A table that scrolls in its own box.
#[derive(Debug)]
pub(crate) struct Table {
    /// What it is, for the ear.
    pub caption: AttrValue,
    /// Heads.
    pub head: Vec<AttrValue>,
    /// Cells; the first of a row is its header.
    pub rows: Vec<Vec<Html>>,
    /// Columns from this one on hold numbers.
    pub numbers_from: usize,
    /// Stable id for scripts.
    pub testid: Option<AttrValue>,
}

impl Table {
    /// A table without numbers; its caption and its heads are fixed words.
    pub(crate) fn new(caption: &'static str, head: &[&'static str], rows: Vec<Vec<Html>>) -> Self {
        let head = head.iter().map(|head| AttrValue::Static(head)).collect();
        Self { caption: caption.into(), head, rows, numbers_from: usize::MAX, testid: None }
    }

    /// The element.
    pub(crate) fn view(self) -> Html {
        let kind = |idx: usize| (idx >= self.numbers_from).then_some("num");
        let cell = |(idx, cell): (usize, &Html)| match idx {
            0 => html! { <th scope="row">{ cell.clone() }</th> },
            _ => html! { <td class={classes!(kind(idx))}>{ cell.clone() }</td> },
        };
        let head =
            |(idx, head): (usize, &AttrValue)| html! { <th scope="col" class={classes!(kind(idx))}>{ head }</th> };
        html! {
            <div class="table-box" tabindex="0" role="region" aria-label={self.caption.clone()}>
                <table class="table" data-testid={self.testid.clone()}>
                    <caption class="spoken">{ &self.caption }</caption>
                    <thead><tr>{ for self.head.iter().enumerate().map(head) }</tr></thead>
                    <tbody>
                        { for self.rows.iter().map(|row| html! { <tr>{ for row.iter().enumerate().map(cell) }</tr> }) }
                    </tbody>
                </table>
            </div>
        }
    }
}
