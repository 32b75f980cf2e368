//! Models by error, the best group and the verdicts on the others.

use crate::charts::order::sort_by;
use crate::charts::text::{count, fixed, listed};
use crate::charts::twin::Twin;
use crate::report::{Comparison, Outcome, Report};

/// Spread of all values below which bars would hide the differences: 20 %.
const CLOSE: f64 = 0.2;

/// One model.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::charts) struct Bar {
    /// Model id.
    pub model: String,
    /// Mean over seeds.
    pub mean: f64,
    /// Standard deviation over seeds.
    pub sd: Option<f64>,
    /// One value per seed.
    pub seeds: Vec<f64>,
    /// Trained, so that several seeds are possible.
    pub learned: bool,
    /// Verdict of the test on this model against the best one; `None` for the best itself and where none was made.
    pub against_best: Option<Outcome>,
    /// Adjusted p value of that test.
    pub p: Option<f64>,
}

/// All models, smallest error first.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::charts) struct Bars {
    /// Models with a result.
    pub rows: Vec<Bar>,
    /// Points scored.
    pub n_points: u64,
}

impl Bars {
    /// A learned model with one seed only: no ranking.
    pub(super) fn has_single_seed(&self) -> bool {
        self.rows.iter().any(|bar| bar.learned && bar.seeds.len() < 2)
    }

    /// Rows of the best group: the first model and those not clearly different from it. Empty without a ranking.
    pub(super) fn best_group(&self) -> Vec<usize> {
        if self.has_single_seed() || self.rows.iter().skip(1).all(|bar| bar.against_best.is_none()) {
            return Vec::new();
        }
        let in_group = |idx: &usize| *idx == 0 || self.rows[*idx].against_best == Some(Outcome::NoDifference);
        (0..self.rows.len()).filter(in_group).collect()
    }

    /// Error of repeating the last value.
    pub(super) fn persistence(&self) -> Option<f64> {
        self.rows.iter().find(|bar| bar.model == "persistence").map(|bar| bar.mean)
    }

    /// Whether all values lie within 20 % of each other, so that dots on a cut axis replace bars.
    pub(super) fn is_close(&self) -> bool {
        let means = || self.rows.iter().map(|bar| bar.mean);
        let (low, high) = (means().fold(f64::INFINITY, f64::min), means().fold(0.0, f64::max));
        low > 0.0 && high <= low * (1.0 + CLOSE)
    }
}

/// The models of a report that have an error, smallest first.
pub(super) fn bars(report: &Report) -> Bars {
    let found = report.models.iter().filter_map(|model| Some((model, model.rmse?)));
    let mut rows: Vec<Bar> = found
        .filter(|(_, spread)| spread.mean.is_finite())
        .map(|(model, spread)| Bar {
            model: model.id.clone(),
            mean: spread.mean,
            sd: spread.sd.filter(|sd| sd.is_finite()),
            seeds: model.seeds.iter().map(|seed| seed.metrics.rmse).filter(|rmse| rmse.is_finite()).collect(),
            learned: model.learned,
            against_best: None,
            p: None,
        })
        .collect();
    sort_by(&mut rows, |a, b| a.mean.total_cmp(&b.mean));
    if let Some(best) = rows.first().map(|bar| bar.model.clone()) {
        for bar in rows.iter_mut().skip(1) {
            let verdict = verdict(&report.comparisons, &bar.model, &best);
            (bar.against_best, bar.p) = (verdict.map(|found| found.0), verdict.and_then(|found| found.1));
        }
    }
    Bars { rows, n_points: report.protocol.n_points }
}

/// Verdict on `model` against `other` with its adjusted p value, whichever of them is named first.
pub fn verdict(comparisons: &[Comparison], model: &str, other: &str) -> Option<(Outcome, Option<f64>)> {
    comparisons.iter().find_map(|test| {
        if test.a == model && test.b == other {
            return Some((test.outcome, test.p_holm));
        }
        (test.a == other && test.b == model).then(|| (reversed(test.outcome), test.p_holm))
    })
}

fn reversed(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Better => Outcome::Worse,
        Outcome::Worse => Outcome::Better,
        other => other,
    }
}

/// Who is best, and who is clearly worse.
pub(super) fn reading(bars: &Bars) -> String {
    let [best, rest @ ..] = bars.rows.as_slice() else { return String::new() };
    if rest.is_empty() {
        return String::new();
    }
    let smallest = format!("{} has the smallest RMSE, {}", best.model, fixed(best.mean, 4));
    if bars.has_single_seed() {
        return format!("{smallest}; one seed: no ranking.");
    }
    let with = |outcome: Outcome| -> Vec<&str> {
        rest.iter().filter(|bar| bar.against_best == Some(outcome)).map(|bar| bar.model.as_str()).collect()
    };
    let (same, worse, undefined) = (with(Outcome::NoDifference), with(Outcome::Worse), with(Outcome::Undefined));
    let mut parts = Vec::new();
    if !same.is_empty() {
        let group: Vec<&str> = std::iter::once(best.model.as_str()).chain(same.iter().copied()).collect();
        parts.push(format!("{}: no clear difference", listed(&group)));
    }
    if !worse.is_empty() {
        let than = if same.is_empty() { best.model.as_str() } else { "the best" };
        let verb = if worse.len() == 1 { "is" } else { "are" };
        parts.push(format!("{} {verb} clearly worse than {than}", listed(&worse)));
    }
    if !undefined.is_empty() {
        parts.push(format!("{} against {}: undefined", listed(&undefined), best.model));
    }
    if parts.is_empty() {
        format!("{smallest}; differences were not tested.")
    } else {
        format!("{}.", parts.join("; "))
    }
}

/// Unit of analysis, part, seeds and the cut axis.
pub(super) fn caption(bars: &Bars) -> String {
    if bars.rows.len() < 2 {
        return String::new();
    }
    let seeds = bars.rows.iter().map(|bar| bar.seeds.len()).max().unwrap_or(0);
    let spread = if seeds > 1 {
        format!("whisker: ± sd over {seeds} seeds, one dot per seed")
    } else {
        "one seed, no spread".to_owned()
    };
    let cut =
        if bars.is_close() { format!("; axis starts at {}", fixed(axis_range(bars).0, 4)) } else { String::new() };
    let group = if bars.best_group().is_empty() { "" } else { "; ▌ best group: no clear difference inside it" };
    let n = usize::try_from(bars.n_points).unwrap_or(usize::MAX);
    format!("Test part, {} points, scale percent / 100; {spread}{group}{cut}.", count(n))
}

/// Ends of the axis: from 0, or cut where the values lie close.
pub(super) fn axis_range(bars: &Bars) -> (f64, f64) {
    let ends = bars.rows.iter().flat_map(|bar| {
        let sd = bar.sd.unwrap_or(0.0);
        bar.seeds.iter().copied().chain([bar.mean - sd, bar.mean + sd])
    });
    let (low, high) = crate::charts::series::extent(ends).unwrap_or((0.0, 1.0));
    if bars.is_close() {
        let pad = ((high - low) * 0.1).max(high.abs() * 1e-3);
        let step = crate::charts::ticks::step_125(high - low + 2.0 * pad, 8);
        return (((low - pad) / step).floor() * step, high + pad);
    }
    (0.0, if high > 0.0 { high } else { 1.0 })
}

/// Model, mean, sd and the test against the best.
pub(in crate::charts) fn twin(bars: &Bars) -> Twin {
    let mut twin = Twin::with_head(["Model", "RMSE", "sd", "Seeds", "Against the best", "p (Holm)"]);
    twin.rows = bars.rows.iter().enumerate().map(|(idx, bar)| twin_row(bar, idx == 0)).collect();
    twin
}

fn twin_row(bar: &Bar, is_best: bool) -> Vec<String> {
    let none = if bar.learned { "one seed" } else { "closed form" };
    let sd = bar.sd.map_or_else(|| none.to_owned(), |sd| fixed(sd, 4));
    let verdict = if is_best { "smallest RMSE" } else { phrase(bar.against_best) };
    let p = bar.p.map_or_else(|| if is_best { String::new() } else { "undefined".to_owned() }, p_value);
    vec![bar.model.clone(), fixed(bar.mean, 4), sd, bar.seeds.len().to_string(), verdict.to_owned(), p]
}

/// One of the four fixed phrases.
pub(in crate::charts) fn phrase(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Better) => "clearly better",
        Some(Outcome::Worse) => "clearly worse",
        Some(Outcome::NoDifference) => "no clear difference",
        Some(Outcome::Undefined) => "undefined",
        None => "not tested",
    }
}

/// "0.03" or "< 0.001".
pub(in crate::charts) fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { fixed(p, if p < 0.1 { 3 } else { 2 }) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn bar(model: &str, seeds: &[f64], against_best: Option<Outcome>) -> Bar {
        let mean = seeds.iter().sum::<f64>() / seeds.len().max(1) as f64;
        let learned = matches!(model, "tsf" | "gru" | "lstm");
        let sd = (seeds.len() > 1)
            .then(|| (seeds.iter().map(|seed| (seed - mean).powi(2)).sum::<f64>() / (seeds.len() - 1) as f64).sqrt());
        Bar { model: model.into(), mean, sd, seeds: seeds.to_vec(), learned, against_best, p: None }
    }

    pub(crate) fn four() -> Bars {
        let rows = vec![
            bar("tsf", &[0.041, 0.042], None),
            bar("ar", &[0.0418], Some(Outcome::NoDifference)),
            bar("gru", &[0.043, 0.0435], Some(Outcome::Worse)),
            bar("persistence", &[0.0463], Some(Outcome::Worse)),
        ];
        Bars { rows, n_points: 13_800 }
    }

    #[test]
    fn the_reading_uses_the_verdicts() {
        assert_eq!(
            reading(&four()),
            "tsf and ar: no clear difference; gru and persistence are clearly worse than the best."
        );
        assert_eq!(four().best_group(), [0, 1]);
    }

    #[test]
    fn one_seed_gives_no_ranking() {
        let mut bars = four();
        bars.rows[0] = bar("tsf", &[0.041], None);
        assert_eq!(reading(&bars), "tsf has the smallest RMSE, 0.0410; one seed: no ranking.");
        assert!(bars.best_group().is_empty());
    }

    #[test]
    fn a_verdict_is_read_from_either_side() {
        let test = Comparison {
            a: "tsf".into(),
            b: "gru".into(),
            difference: -1e-4,
            interval: None,
            p: None,
            p_holm: Some(0.01),
            outcome: Outcome::Better,
            reason: String::new(),
        };
        assert_eq!(verdict(&[test], "gru", "tsf"), Some((Outcome::Worse, Some(0.01))));
    }

    #[test]
    fn close_values_cut_the_axis_and_say_so() {
        assert!(four().is_close());
        assert!(caption(&four()).contains("axis starts at 0.04"), "{}", caption(&four()));
        let far = Bars { rows: vec![bar("ar", &[0.01], None), bar("persistence", &[0.05], None)], n_points: 1 };
        assert_eq!(axis_range(&far), (0.0, 0.05));
    }
}
