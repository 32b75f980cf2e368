//! The series of one machine out of a report.

use crate::charts::found::target;
use crate::report::{IntervalResult, Part, Report};

/// Models laid over the truth at a time.
pub const MOST_MODELS: usize = 3;

/// Forecast of one model for the machine.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::charts) struct Line {
    /// Model id.
    pub model: String,
    /// Per bin, in the unit of the target.
    pub values: Vec<Option<f64>>,
    /// Mean absolute error over the bins with truth and forecast.
    pub mae: Option<f64>,
    /// Level and half width of its prediction interval, in the unit of the values.
    pub interval: Option<(f64, f64)>,
}

impl Line {
    /// Ends of the interval about a value.
    pub(super) fn ends(&self, value: f64) -> Option<(f64, f64)> {
        self.interval.map(|(_, half)| (value - half, value + half))
    }

    /// Whether a truth lies inside the interval about a value; `None` without an interval.
    pub(super) fn holds(&self, value: f64, truth: f64) -> Option<bool> {
        self.ends(value).map(|(low, high)| truth >= low && truth <= high)
    }

    /// Share of the truths inside their intervals.
    pub(super) fn coverage(&self, truth: &[Option<f64>]) -> Option<f64> {
        let held = truth.iter().zip(&self.values).filter_map(|(truth, value)| self.holds((*value)?, (*truth)?));
        let (inside, n) = held.fold((0, 0), |(inside, n), held| (inside + usize::from(held), n + 1));
        (n > 0).then(|| inside as f64 / n as f64)
    }
}

/// What the chart shows of one machine.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::charts) struct NodeView {
    /// Name of the machine.
    pub name: String,
    /// Start of the data in its own seconds.
    pub start_secs: i64,
    /// Width of a bin.
    pub grid_secs: i64,
    /// First bin shown.
    pub first_bin: usize,
    /// Truth per bin, in the unit of the target.
    pub truth: Vec<Option<f64>>,
    /// Chosen models.
    pub lines: Vec<Line>,
    /// Bins of the whole data set.
    pub n_bins: usize,
    /// Training, validation and test.
    pub parts: Vec<Part>,
    /// Step ahead that is shown.
    pub step: usize,
    /// Seeds that the forecasts are means over.
    pub n_seeds: usize,
    /// Short name of the target.
    pub target: String,
    /// Its unit; empty where it has none.
    pub unit: &'static str,
}

impl NodeView {
    /// Whether there is neither truth nor forecast.
    pub(super) fn is_empty(&self) -> bool {
        self.truth.is_empty()
    }

    /// Seconds at the start of a shown bin.
    pub(super) fn secs(&self, idx: usize) -> i64 {
        self.start_secs + (self.first_bin + idx) as i64 * self.grid_secs
    }

    /// Number of shown bins without an observed value.
    pub(super) fn n_missing(&self) -> usize {
        self.truth.iter().filter(|value| value.is_none()).count()
    }
}

/// The series of a machine; empty where the report has none for it.
pub(super) fn node_view(report: &Report, node: usize, models: &[String]) -> NodeView {
    let n_nodes = report.protocol.nodes.len();
    let column = |values: &[Option<f32>]| column(values, node, n_nodes, report.forecast.n_bins);
    let truth = column(&report.forecast.truth);
    let shown = report.forecast.models.iter().filter(|line| models.contains(&line.id)).take(MOST_MODELS);
    let metric = target(report);
    let factor = metric.map_or(1.0, |metric| f64::from(metric.unit.factor()));
    let lines = shown.map(|line| {
        let values = column(&line.values);
        let interval = report.model(&line.id).and_then(|model| model.interval.as_ref());
        Line {
            model: line.id.clone(),
            mae: mean_absolute_error(&truth, &values),
            values,
            interval: interval.and_then(|interval| half_width(interval, factor)),
        }
    });
    NodeView {
        name: report.protocol.nodes.get(node).cloned().unwrap_or_default(),
        start_secs: report.dataset.start_secs,
        grid_secs: i64::from(report.dataset.grid_secs),
        first_bin: report.forecast.first_bin,
        lines: lines.collect(),
        truth,
        n_bins: report.dataset.n_bins,
        parts: report.protocol.parts.clone(),
        step: report.config.window.score_step,
        n_seeds: report.models.iter().map(|model| model.seeds.len()).max().unwrap_or(0),
        target: metric.map(|metric| metric.label.clone()).unwrap_or_default(),
        unit: metric.map_or("", |metric| metric.unit.symbol()),
    }
}

/// Level and half width in the unit of the values; `factor` leads from there to the unit of the errors.
fn half_width(interval: &IntervalResult, factor: f64) -> Option<(f64, f64)> {
    let half = interval.half_width.mean / factor;
    (half.is_finite() && half >= 0.0).then_some((interval.level, half))
}

/// Column of `[n_bins, N]`; a value that is no number counts as missing.
fn column(values: &[Option<f32>], node: usize, n_nodes: usize, n_bins: usize) -> Vec<Option<f64>> {
    if node >= n_nodes {
        return Vec::new();
    }
    let at = |bin: usize| values.get(bin * n_nodes + node).copied().flatten().map(f64::from).filter(|v| v.is_finite());
    (0..n_bins).map(at).collect()
}

/// Mean absolute error over the bins that have both.
pub(super) fn mean_absolute_error(truth: &[Option<f64>], forecast: &[Option<f64>]) -> Option<f64> {
    let errors: Vec<f64> = truth.iter().zip(forecast).filter_map(|(a, b)| Some(((*a)? - (*b)?).abs())).collect();
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

/// The models after one is switched on or off; never more than [`MOST_MODELS`].
pub fn toggled(models: &[String], id: &str, on: bool) -> Vec<String> {
    let mut chosen: Vec<String> = models.iter().filter(|model| *model != id).cloned().collect();
    if on && chosen.len() < MOST_MODELS {
        chosen.push(id.to_owned());
    }
    chosen
}

/// Models to show at first: the first of the run and the best other one, so that the doubt is on the picture.
pub fn default_models(report: &Report) -> Vec<String> {
    let ids = || report.forecast.models.iter().map(|line| line.id.as_str());
    let rmse = |id: &str| report.model(id).and_then(|model| model.rmse).map_or(f64::INFINITY, |spread| spread.mean);
    let first = ids().next();
    let other = ids().skip(1).min_by(|a, b| rmse(a).total_cmp(&rmse(b)));
    first.into_iter().chain(other).map(str::to_owned).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn view(truth: &[Option<f64>], forecast: &[Option<f64>]) -> NodeView {
        let part = |name: &str, first_bin, end_bin| Part { name: name.into(), first_bin, end_bin, n_origins: 1 };
        NodeView {
            name: "m_07".into(),
            start_secs: 0,
            grid_secs: 900,
            first_bin: 80,
            truth: truth.to_vec(),
            lines: vec![Line {
                model: "tsf".into(),
                values: forecast.to_vec(),
                mae: mean_absolute_error(truth, forecast),
                interval: None,
            }],
            n_bins: 100,
            parts: vec![part("training", 0, 60), part("validation", 61, 79), part("test", 80, 100)],
            step: 1,
            n_seeds: 3,
            target: "CPU".into(),
            unit: "%",
        }
    }

    #[test]
    fn errors_count_only_where_both_are_known() {
        let view = view(&[Some(10.0), None, Some(30.0)], &[Some(14.0), Some(1.0), Some(28.0)]);
        assert_eq!((view.lines[0].mae, view.n_missing()), (Some(3.0), 1));
        assert_eq!(mean_absolute_error(&[None], &[Some(1.0)]), None);
    }

    #[test]
    fn the_interval_counts_where_truth_and_forecast_are_known() {
        let mut view =
            view(&[Some(10.0), Some(20.0), None, Some(40.0)], &[Some(12.0), Some(14.0), Some(1.0), Some(35.0)]);
        assert_eq!(view.lines[0].coverage(&view.truth), None);
        view.lines[0].interval = Some((0.9, 5.0));
        assert_eq!(view.lines[0].coverage(&view.truth), Some(2.0 / 3.0));
        let spread = |mean| crate::report::Spread { mean, sd: None };
        let interval =
            IntervalResult { level: 0.9, half_width: spread(0.05), coverage: spread(0.9), n_validation: 100 };
        assert_eq!(half_width(&interval, 0.01), Some((0.9, 5.0)));
    }

    #[test]
    fn a_column_that_is_not_there_is_empty_or_missing() {
        assert_eq!(column(&[Some(1.0), Some(2.0), None, Some(f32::NAN)], 1, 2, 2), [Some(2.0), None]);
        assert!(column(&[Some(1.0)], 5, 2, 2).is_empty());
        assert_eq!(column(&[], 0, 2, 2), [None, None]);
    }

    #[test]
    fn a_fourth_model_is_not_added() {
        let three: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        assert_eq!(toggled(&three, "d", true), three);
        assert_eq!(toggled(&three, "b", false), ["a", "c"]);
    }
}
