//! The pairwise tests.

use yew::prelude::*;

use crate::report::{Comparison, Outcome};
use crate::ui::components::{Card, Table};
use crate::ui::{format, strings};

/// The card with the tests; nothing where none was made.
pub(super) fn significance_card(tests: &[Comparison]) -> Html {
    if tests.is_empty() {
        return Html::default();
    }
    let table = Table::new(strings::SIGNIFICANCE, &strings::TEST_HEADS, tests.iter().map(row).collect());
    Card {
        title: strings::SIGNIFICANCE.into(),
        reading: strings::SIGNIFICANCE_READING.into(),
        testid: Some("significance".into()),
        body: Table { numbers_from: 2, ..table }.view(),
        ..Card::default()
    }
    .view()
}

fn row(test: &Comparison) -> Vec<Html> {
    let undefined = || strings::UNDEFINED.to_owned();
    let interval =
        test.interval.map_or_else(undefined, |(low, high)| format!("[{}, {}]", millionths(low), millionths(high)));
    let p = test.p_holm.map_or_else(undefined, format::p_value);
    let verdict = match test.outcome {
        Outcome::Undefined => format!("{}: {}", strings::outcome(test.outcome), test.reason),
        outcome => strings::outcome(outcome).to_owned(),
    };
    [strings::pair(&test.a, &test.b), verdict, p, millionths(test.difference), interval]
        .map(|text| html! { text })
        .to_vec()
}

/// Differences of squared errors are small; the head of the column says the unit.
fn millionths(value: f64) -> String {
    format::signed(value * 1e6, 1)
}
