//! The paper's printed numbers beside those of the run.

use yew::prelude::*;

use crate::report::Report;
use crate::report::paper::{ReplayRow, footnotes, replay};
use crate::ui::components::{Card, Table};
use crate::ui::{format, strings};

/// The card; nothing where the run has none of the paper's models.
pub(super) fn replay_table(report: &Report) -> Html {
    let lines: Vec<ReplayRow> = replay(report);
    if lines.iter().all(|line| line.ours.is_none()) {
        return Html::default();
    }
    let rows: Vec<Vec<Html>> = lines.iter().map(|line| row(line).map(|cell| html! { cell }).to_vec()).collect();
    html! {
        <Card title={strings::REPLAY} reading={strings::REPLAY_READING}>
            <Table caption={strings::REPLAY} head={strings::REPLAY_HEADS.map(AttrValue::from).to_vec()} {rows}
                testid="replay-table" />
            <ul class="facts remarks">
                { for used(&lines).into_iter().map(|note| html! { <li>{ format!("{}  {}", note + 1, footnotes()[note]) }</li> }) }
            </ul>
        </Card>
    }
}

/// Footnotes that a row points to, ascending.
fn used(lines: &[ReplayRow]) -> Vec<usize> {
    (0..footnotes().len()).filter(|note| lines.iter().any(|line| line.notes.contains(note))).collect()
}

fn row(line: &ReplayRow) -> [String; 6] {
    // Percentages have two decimals in the paper, errors four.
    let decimals = if line.metric.contains("MAPE") { 2 } else { 4 };
    let ours = line.ours.map_or_else(
        || strings::UNDEFINED.to_owned(),
        |ours| {
            let sd = ours.sd.map_or_else(String::new, |sd| format!(" ± {}", format::fixed(sd, decimals)));
            format::fixed(ours.mean, decimals) + &sd
        },
    );
    let difference = line.difference.map_or_else(|| strings::UNDEFINED.to_owned(), |d| format::signed(d, decimals));
    let notes: Vec<String> = line.notes.iter().map(|note| (note + 1).to_string()).collect();
    [
        strings::replay_row(&line.model, line.metric),
        format::fixed(line.published, decimals),
        ours,
        difference,
        line.flag.to_owned(),
        notes.join(", "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Spread;

    #[test]
    fn a_row_reads_like_the_paper_and_says_the_difference() {
        let line = ReplayRow {
            model: "LSTM".into(),
            metric: "RMSE",
            published: 0.0693,
            ours: Some(Spread { mean: 0.0631, sd: Some(0.0011) }),
            difference: Some(-0.0062),
            flag: "differs",
            notes: vec![0, 2],
        };
        assert_eq!(row(&line), ["LSTM, RMSE", "0.0693", "0.0631 ± 0.0011", "−0.0062", "differs", "1, 3"]);
        let none = ReplayRow { metric: "MAPE", published: 6.37, ours: None, difference: None, notes: vec![], ..line };
        assert_eq!(row(&none), ["LSTM, MAPE", "6.37", "undefined", "undefined", "differs", ""]);
    }
}
