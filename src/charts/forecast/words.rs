//! Sentences and the table of the forecast chart.

use super::data::NodeView;
use super::plot::decimal;
use crate::charts::text::{Clock, count, fixed, span, with_unit};
use crate::charts::twin::Twin;

/// Title with the machine.
pub(super) fn title(view: &NodeView) -> String {
    format!("Forecast and truth, {}", view.name)
}

/// How closely the chosen models follow.
pub(super) fn reading(view: &NodeView) -> String {
    let told: Vec<(&str, Option<f64>)> = view.lines.iter().map(|line| (line.model.as_str(), line.mae)).collect();
    match told.as_slice() {
        _ if view.is_empty() => String::new(),
        [] => format!("Truth of {}; choose a model to lay its forecast over it.", view.name),
        [(model, None), ..] => format!("{model} cannot be compared with {}: no bin has truth and forecast.", view.name),
        [(model, Some(mae)), rest @ ..] => {
            let unit = if view.unit == "%" { "points" } else { view.unit };
            let mae = with_unit(&decimal(*mae, view.unit), unit, " ");
            let first = format!("{model} follows {} with MAE {mae}", view.name);
            let rest =
                rest.iter().filter_map(|(model, mae)| Some(format!("{model} with {}", decimal((*mae)?, view.unit))));
            format!("{}.", std::iter::once(first).chain(rest).collect::<Vec<_>>().join(", "))
        }
    }
}

/// How much of the truth the shown interval held; it was made for all nodes together.
fn interval(view: &NodeView) -> String {
    let found = view.lines.iter().find_map(|line| Some((line, line.interval?.0)));
    let held = found.and_then(|(line, level)| Some((line, level, line.coverage(&view.truth)?)));
    held.map_or_else(String::new, |(line, level, share)| {
        let percent = |share: f64| fixed(share * 100.0, 0);
        format!(" The {} % interval of {} held {} % of the values.", percent(level), line.model, percent(share))
    })
}

/// Part, number of bins, step ahead and seeds.
pub(super) fn caption(view: &NodeView) -> String {
    if view.is_empty() {
        return String::new();
    }
    let missing = match view.n_missing() {
        0 => String::new(),
        n => format!(", {} without an observed value (open gaps)", count(n)),
    };
    let steps = if view.step == 1 { "1 step".to_owned() } else { format!("{} steps", view.step) };
    let seeds = if view.n_seeds > 1 { format!(", mean over {} seeds", view.n_seeds) } else { String::new() };
    let band = if view.lines.iter().any(|line| line.interval.is_some()) {
        " Band: the interval that held this share of the validation errors of all nodes; ringed: outside it."
    } else {
        ""
    };
    format!(
        "Test part, {} bins of {}{missing}; forecasts {steps} ahead{seeds}.{}{band} Times as in the data.",
        count(view.truth.len()),
        span(view.grid_secs),
        interval(view)
    )
}

/// Time, truth and forecasts.
pub(in crate::charts) fn twin(view: &NodeView) -> Twin {
    let clock = Clock::starting(view.start_secs);
    let head = |name: &str| with_unit(name, view.unit, ", ");
    let names = view.lines.iter().flat_map(|line| {
        let ends = line.interval.map(|_| [format!("{} low", line.model), format!("{} high", line.model)]);
        std::iter::once(head(&line.model)).chain(ends.into_iter().flatten())
    });
    let mut twin = Twin::with_head(["Time".to_owned(), head("Truth")].into_iter().chain(names));
    twin.rows = (0..view.truth.len())
        .map(|idx| {
            let time = clock.stamp(view.secs(idx));
            let said = |value: Option<f64>, none: &str| {
                value.map_or_else(|| none.to_owned(), |value| decimal(value, view.unit))
            };
            let lines = view.lines.iter().flat_map(|line| {
                let value = line.values.get(idx).copied().flatten();
                let ends = value.and_then(|value| line.ends(value));
                let ends = line.interval.map(|_| [ends.map(|ends| ends.0), ends.map(|ends| ends.1)]);
                std::iter::once(value)
                    .chain(ends.into_iter().flatten())
                    .map(|value| said(value, "none"))
                    .collect::<Vec<_>>()
            });
            [time, said(view.truth[idx], "missing")].into_iter().chain(lines).collect()
        })
        .collect();
    twin
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::view;
    use super::*;

    #[test]
    fn the_reading_says_machine_and_error() {
        let view = view(&[Some(10.0), Some(20.0)], &[Some(14.0), Some(16.2)]);
        assert_eq!(reading(&view), "tsf follows m_07 with MAE 3.9 points.");
        assert_eq!(
            caption(&view),
            "Test part, 2 bins of 15 min; forecasts 1 step ahead, mean over 3 seeds. Times as in the data."
        );
    }

    #[test]
    fn the_interval_is_said_and_stands_in_the_table() {
        let mut view = view(&[Some(10.0), Some(20.0)], &[Some(14.0), Some(26.2)]);
        view.lines[0].interval = Some((0.9, 5.0));
        assert_eq!(reading(&view), "tsf follows m_07 with MAE 5.1 points.");
        let caption = caption(&view);
        assert!(caption.contains("The 90 % interval of tsf held 50 % of the values."), "{caption}");
        let twin = twin(&view);
        assert_eq!(twin.head, ["Time", "Truth, %", "tsf, %", "tsf low", "tsf high"]);
        assert_eq!(twin.rows[0][2..], ["14.0", "9.0", "19.0"]);
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let view = view(&[None], &[Some(14.0)]);
        assert!(reading(&view).contains("no bin has truth and forecast"), "{}", reading(&view));
    }

    #[test]
    fn missing_values_are_words_in_the_table() {
        let twin = twin(&view(&[None, Some(2.0)], &[Some(1.0), None]));
        assert_eq!(twin.rows[0], ["day 1, 20:00", "missing", "1.0"]);
        assert_eq!(twin.rows[1], ["day 1, 20:15", "2.0", "none"]);
    }
}
