//! The paper's printed numbers beside those of the run.

use yew::prelude::*;

use crate::report::{Measure, REMARKS, ReplayRow, Report, Standing, replay};
use crate::ui::components::{Card, Table};
use crate::ui::{format, strings};

/// The card, with the models of the run; nothing where it has none of the paper's, and on simulated data, whose level
/// the paper's numbers have nothing to do with.
pub(super) fn replay_table(report: &Report) -> Html {
    let lines: Vec<ReplayRow> = replay(report).into_iter().filter(|line| line.standing != Standing::NotRun).collect();
    if lines.is_empty() || report.dataset.synthetic {
        return Html::default();
    }
    let notes = notes(&lines);
    let rows: Vec<Vec<Html>> = lines.iter().map(|line| row(line, &notes).map(|cell| html! { cell }).to_vec()).collect();
    let table = Table::new(strings::REPLAY, &strings::REPLAY_HEADS, rows);
    let body = html! {
        <>
            { Table { testid: Some("replay-table".into()), ..table }.view() }
            <ul class="facts remarks">
                { for notes.iter().enumerate().map(|(idx, note)| html! { <li>{ format!("{}  {note}", idx + 1) }</li> }) }
                { for REMARKS.iter().map(|note| html! { <li>{ *note }</li> }) }
            </ul>
        </>
    };
    Card { title: strings::REPLAY.into(), reading: strings::REPLAY_READING.into(), body, ..Card::default() }.view()
}

/// Remarks on single cells, each once, in the order of the table.
fn notes(lines: &[ReplayRow]) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = Vec::new();
    for note in lines.iter().flat_map(|line| &line.footnotes) {
        if !out.contains(note) {
            out.push(note);
        }
    }
    out
}

fn row(line: &ReplayRow, notes: &[&str]) -> [String; 6] {
    // Percentages have two decimals in the paper, errors four.
    let decimals = if line.measure == Measure::Mape { 2 } else { 4 };
    let ours = line.ours.map_or_else(
        || strings::UNDEFINED.to_owned(),
        |ours| {
            let sd = ours.sd.map_or_else(String::new, |sd| format!(" ± {}", format::fixed(sd, decimals)));
            format::fixed(ours.mean, decimals) + &sd
        },
    );
    let difference = line.difference.map_or_else(|| strings::UNDEFINED.to_owned(), |d| format::signed(d, decimals));
    let places = notes.iter().enumerate().filter(|(_, note)| line.footnotes.contains(note));
    let places: Vec<String> = places.map(|(idx, _)| (idx + 1).to_string()).collect();
    [
        strings::replay_row(line.model, line.measure.name()),
        format::fixed(line.published, decimals),
        ours,
        difference,
        line.standing.words().to_owned(),
        places.join(", "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Spread;

    #[test]
    fn a_row_reads_like_the_paper_and_says_the_difference() {
        let line = ReplayRow {
            model: "LSTM",
            id: "lstm",
            measure: Measure::Rmse,
            published: 0.0693,
            ours: Some(Spread { mean: 0.0631, sd: Some(0.0011) }),
            difference: Some(-0.0062),
            standing: Standing::Smaller,
            footnotes: vec!["one", "three"],
        };
        let notes = ["one", "two", "three"];
        let found = row(&line, &notes);
        assert_eq!(found, ["LSTM, RMSE", "0.0693", "0.0631 ± 0.0011", "−0.0062", "ours smaller", "1, 3"]);
        let none = ReplayRow { measure: Measure::Mape, published: 6.37, ours: None, difference: None, ..line };
        assert_eq!(row(&none, &notes)[..4], ["LSTM, MAPE", "6.37", "undefined", "undefined"]);
    }
}
