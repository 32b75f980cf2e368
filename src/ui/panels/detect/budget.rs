//! A threshold by the alarms that one can bear.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::report::{BudgetRow, DetectorResult};
use crate::ui::components::Card;
use crate::ui::ctx::Ctx;
use crate::ui::state::{Action, View};
use crate::ui::{format, strings};

/// A slider over thresholds; few alarms stand left.
pub(super) fn budget(ctx: &Ctx, detector: &DetectorResult) -> Html {
    let Some(seed) = detector.seeds.first().filter(|seed| !seed.budget.is_empty()) else { return Html::default() };
    let rows = &seed.budget;
    let frozen = seed.thresholds.first().copied().flatten();
    let chosen = ctx.state.view.budget.filter(|chosen| *chosen < rows.len()).unwrap_or_else(|| nearest(rows, frozen));
    let row = &rows[chosen];
    let all = detector.measured("episodes").map(|all| format::fixed(all.mean, 0));
    let text = told(row, all.as_deref());
    let view = ctx.state.view.clone();
    let oninput = ctx.with(move |event: InputEvent| {
        let place = event.target_unchecked_into::<HtmlInputElement>().value().parse().ok();
        Action::Viewed(View { budget: place, ..view.clone() })
    });
    let body = html! {
        <div class="slider">
            <label for="alarm-budget">{ strings::BUDGET_LABEL }</label>
            <input id="alarm-budget" type="range" min="0" max={(rows.len() - 1).to_string()} step="1"
                value={chosen.to_string()} {oninput} aria-valuetext={text.clone()} data-testid="alarm-budget" />
            <p class="hint">{ strings::budget_test(&format::fixed(row.test_per_week, 1)) }</p>
        </div>
    };
    let testid = Some("budget".into());
    Card { title: strings::BUDGET.into(), reading: text.into(), testid, body, ..Card::default() }.view()
}

/// The row nearest to the frozen threshold; without one, the one with the fewest alarms.
fn nearest(rows: &[BudgetRow], frozen: Option<f64>) -> usize {
    let Some(frozen) = frozen else { return 0 };
    let distance = |idx: &usize| (rows[*idx].threshold - frozen).abs();
    (0..rows.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

fn told(row: &BudgetRow, all: Option<&str>) -> String {
    let found = row.found.to_string();
    strings::budget_row(
        &format::fixed(row.validation_per_week, 1),
        &format::fixed(row.threshold, 3),
        &all.map_or(found.clone(), |all| strings::of(&found, all)),
        &row.delay_secs.map_or_else(|| strings::UNDEFINED.to_owned(), format::duration),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_begins_at_the_frozen_threshold() {
        let row = |threshold| BudgetRow {
            threshold,
            validation_per_week: 5.0,
            test_per_week: 7.0,
            found: 3,
            delay_secs: None,
        };
        let rows = [row(0.9), row(0.7), row(0.52)];
        assert_eq!((nearest(&rows, Some(0.5)), nearest(&rows, Some(0.82)), nearest(&rows, None)), (2, 0, 0));
        assert_eq!(
            told(&rows[2], Some("4")),
            "5.0 false alarms a week on validation → threshold 0.520, episodes 3 of 4, median delay undefined"
        );
    }
}
