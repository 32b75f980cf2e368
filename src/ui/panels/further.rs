//! Below the numbers and the first figures: a figure for every other finding, and two tables.

use std::rc::Rc;

use yew::prelude::*;

use super::horizons::horizon_table;
use super::replay::replay_table;
use crate::charts::{Finding, Source};
use crate::report::Report;
use crate::ui::charts::{Chart, number};

/// Everything that the report has numbers for.
pub(super) fn further(report: &Rc<Report>) -> Html {
    let chart = |finding: &Finding| html! { <Chart source={Source::Finding(number(report), *finding, None)} /> };
    html! {
        <div class="further">
            { for Finding::all(report).iter().map(chart) }
            { horizon_table(report) }
            { replay_table(report) }
        </div>
    }
}
