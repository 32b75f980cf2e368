//! The table twin in the page: the numbers of a chart, in the same box.

use yew::prelude::*;

use crate::charts::Twin;
use crate::ui::format;

/// Rows shown in the page; the file holds all.
const ROWS_SHOWN: usize = 200;

/// The table.
pub(super) fn table(twin: &Twin, label: &str) -> Html {
    let left_out = twin.rows.len().saturating_sub(ROWS_SHOWN);
    html! {
        <div class="twin" tabindex="0" role="region" aria-label={format!("{label}, table")}>
            <table>
                <thead><tr>{ for twin.head.iter().map(|head| html! { <th scope="col">{ head }</th> }) }</tr></thead>
                <tbody>{ for twin.rows.iter().take(ROWS_SHOWN).map(|row| row_view(row)) }</tbody>
            </table>
            if left_out > 0 {
                <p class="twin-rest">{ rest_sentence(left_out) }</p>
            }
        </div>
    }
}

fn rest_sentence(left_out: usize) -> String {
    format!("The first {ROWS_SHOWN} rows are shown; {} more are in the CSV file.", format::whole(left_out as u64))
}

fn row_view(row: &[String]) -> Html {
    html! {
        <tr>{ for row.iter().enumerate().map(|(idx, cell)| match idx {
            0 => html! { <th scope="row">{ cell }</th> },
            _ => html! { <td>{ cell }</td> },
        }) }</tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_counted() {
        assert_eq!(rest_sentence(1200), "The first 200 rows are shown; 1,200 more are in the CSV file.");
    }
}
