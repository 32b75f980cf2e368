//! Sentences and the table of the loss chart.

use super::data::{Curve, Group};
use super::plot::is_log;
use crate::charts::order::sort_by;
use crate::charts::text::{column, count};
use crate::charts::twin::Twin;
use crate::report::{EpochPoint, StopReason};

/// Models told one by one in the reading.
const MOST_TOLD: usize = 3;

/// Sentence in place of the plot.
pub(super) fn empty(running: bool) -> &'static str {
    if running { "The first epoch is running." } else { "Press Run to watch the loss fall." }
}

/// Title; says a logarithmic axis.
pub(super) fn title(models: &[Group]) -> &'static str {
    if is_log(models) { "Validation and training loss, log scale" } else { "Validation and training loss" }
}

/// What the curves say, model by model.
pub(super) fn reading(models: &[Group], planned: usize) -> String {
    let told: Vec<String> = models.iter().filter_map(|model| sentence(model, planned)).collect();
    match told.len() {
        0 => String::new(),
        n if n <= MOST_TOLD => format!("{}.", told.join("; ")),
        n => format!("{}; and {} more.", told[..MOST_TOLD].join("; "), n - MOST_TOLD),
    }
}

fn sentence(model: &Group, planned: usize) -> Option<String> {
    let (name, last) = (&model.model, model.last_epoch()?);
    let seeds = if model.n_seeds > 1 { format!(" ({} seeds)", model.n_seeds) } else { String::new() };
    let best = range(&model.best);
    if model.is_running() {
        let best = if model.best.is_empty() { String::new() } else { format!(", best so far {best}") };
        return Some(format!("{name} is at epoch {last} of {planned}{best}{seeds}"));
    }
    let has = |reason: StopReason| model.ended.iter().any(|(_, stop)| *stop == reason);
    let mut ends: Vec<usize> = model.ended.iter().map(|(epoch, _)| *epoch).collect();
    sort_by(&mut ends, usize::cmp);
    let end = range(&ends);
    Some(if has(StopReason::Diverged) {
        format!("the loss of {name} was no longer a number after epoch {end}{seeds}")
    } else if has(StopReason::Asked) {
        format!("{name} was stopped by hand at {end}, best at {best}{seeds}")
    } else if has(StopReason::Early) {
        format!("{name} was best at epoch {best} and stopped at {end}{seeds}")
    } else if model.best == ends {
        format!("{name} was still falling at {end}{seeds}")
    } else {
        format!("{name} was best at epoch {best} of {end}{seeds}")
    })
}

/// "11" or "9 to 12".
fn range(sorted: &[usize]) -> String {
    match (sorted.first(), sorted.last()) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(first), _) => first.to_string(),
        _ => "none".to_owned(),
    }
}

/// Unit of analysis, parts and seeds.
pub(super) fn caption(models: &[Group]) -> String {
    let line = "Mean squared error in the scale of the model. Thick: validation part; thin: training part; never the test part.";
    let seeds = models.iter().map(|model| model.n_seeds).max().unwrap_or(0);
    match seeds {
        0 | 1 => line.to_owned(),
        n => format!("{line} Line: median over {} seeds; band: smallest to largest.", count(n)),
    }
}

/// One row per model, seed and epoch.
pub(in crate::charts) fn twin(curves: &[Curve]) -> Twin {
    let mut twin =
        Twin::with_head(["Model", "Seed", "Epoch", "Validation MSE", "Training MSE", "Rate", "Gradient norm"]);
    let points = || curves.iter().flat_map(|curve| curve.points.iter().map(move |point| (curve, point)));
    let pick: [fn(&EpochPoint) -> f64; 4] = [|p| p.validation, |p| p.train, |p| p.rate, |p| p.gradient_norm];
    let numbers = pick.map(|number| column(&points().map(|(_, point)| number(point)).collect::<Vec<_>>()));
    twin.rows = points()
        .enumerate()
        .map(|(idx, (curve, point))| {
            let names = [curve.model.clone(), curve.seed.to_string(), point.epoch.to_string()];
            names.into_iter().chain(numbers.iter().map(|column| column[idx].clone())).collect()
        })
        .collect();
    twin
}

#[cfg(test)]
mod tests {
    use super::super::data::{group, tests::curve};
    use super::*;

    #[test]
    fn the_reading_says_best_and_end() {
        let curves = [
            curve("tsf", 1, &[3.0, 1.0, 2.0, 2.0], 2, Some(StopReason::Early)),
            curve("gru", 1, &[3.0, 2.0], 2, Some(StopReason::Planned)),
        ];
        assert_eq!(
            reading(&group(&curves), 2),
            "tsf was best at epoch 2 and stopped at 4; gru was still falling at 2."
        );
    }

    #[test]
    fn the_reading_of_a_run_under_way_says_where_it_is() {
        let curves = [curve("tsf", 1, &[3.0, 1.0], 2, None)];
        assert_eq!(reading(&group(&curves), 50), "tsf is at epoch 2 of 50, best so far 2.");
        assert_eq!(reading(&group(&[curve("tsf", 1, &[], 0, None)]), 50), "");
    }

    #[test]
    fn several_seeds_are_said_as_ranges() {
        let early = Some(StopReason::Early);
        let curves = [curve("tsf", 1, &[3.0, 1.0, 2.0], 2, early), curve("tsf", 2, &[3.0, 2.0], 1, early)];
        assert_eq!(reading(&group(&curves), 9), "tsf was best at epoch 1 to 2 and stopped at 2 to 3 (2 seeds).");
    }

    #[test]
    fn the_twin_has_every_epoch_of_every_seed() {
        let twin = twin(&[curve("tsf", 1, &[3.0, 1.0], 2, None), curve("tsf", 2, &[3.0], 1, None)]);
        assert_eq!(twin.rows.len(), 3);
        assert_eq!(twin.rows[1][..4], ["tsf", "1", "2", "1.00"]);
    }
}
