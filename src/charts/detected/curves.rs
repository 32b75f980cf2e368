//! ROC and precision-recall curves with the operating point.

use std::rc::Rc;

use super::words::{ONE_CLASS, interval, prevalence, ratio, test_windows};
use super::{Focus, first, focused};
use crate::charts::ink::look;
use crate::charts::picture::{Body, Picture};
use crate::charts::plane::{Course, Plane, Spot, SpotKind};
use crate::charts::text::fixed;
use crate::charts::twin::Twin;
use crate::report::{DetectSeed, DetectorResult, Report, Spread};

/// Curves that are told apart.
const MOST_CURVES: usize = 6;
/// Points of a curve that can be pointed at.
const MOST_POINTS: usize = 200;

/// What sets the two kinds of curves apart.
struct Kind {
    testid: &'static str,
    title: &'static str,
    measure: &'static str,
    measure_name: &'static str,
    axes: [&'static str; 2],
    points: fn(&DetectSeed) -> &Vec<(f64, f64)>,
    /// Of true negatives, false positives, false negatives and true positives.
    operating: fn([u64; 4]) -> Option<(f64, f64)>,
}

const ROC: Kind = Kind {
    testid: "roc-chart",
    title: "ROC: true against false alarms",
    measure: "auc",
    measure_name: "Area under the curve",
    axes: ["False alarm rate", "True alarm rate"],
    points: |seed| &seed.roc,
    operating: |[tn, fp, fneg, tp]| Some((share(fp, tn)?, share(tp, fneg)?)),
};

const PR: Kind = Kind {
    testid: "pr-chart",
    title: "Precision and recall",
    measure: "ap",
    measure_name: "Average precision",
    axes: ["Recall", "Precision"],
    points: |seed| &seed.pr,
    operating: |[_, fp, fneg, tp]| Some((share(tp, fneg)?, share(tp, fp)?)),
};

/// `a / (a + b)`; undefined where both are 0.
fn share(a: u64, b: u64) -> Option<f64> {
    (a + b > 0).then(|| a as f64 / (a + b) as f64)
}

pub(super) fn roc(report: &Report, focus: &Focus) -> Picture {
    picture(report, focus, &ROC, Some(([(0.0, 0.0), (1.0, 1.0)], "chance".to_owned())), 0.5)
}

pub(super) fn precision_recall(report: &Report, focus: &Focus) -> Picture {
    let chance = prevalence(first(report)).unwrap_or(0.0);
    let name = format!("{} = random", fixed(chance, 3));
    picture(report, focus, &PR, Some(([(0.0, chance), (1.0, chance)], name)), chance)
}

/// The detector in focus first, then the others in their order.
fn detectors<'a>(report: &'a Report, focus: &Focus) -> Vec<&'a DetectorResult> {
    let id = focused(report, focus);
    let all = || first(report).into_iter().flat_map(|cell| &cell.detectors);
    let leading = all().filter(|detector| detector.id == id);
    leading.chain(all().filter(|detector| detector.id != id)).take(MOST_CURVES).collect()
}

fn picture(
    report: &Report,
    focus: &Focus,
    kind: &Kind,
    reference: Option<([(f64, f64); 2], String)>,
    chance: f64,
) -> Picture {
    let detectors = detectors(report, focus);
    let drawn = |detector: &&&DetectorResult| detector.seeds.first().is_some_and(|seed| (kind.points)(seed).len() > 1);
    let courses: Vec<Course> = detectors.iter().filter(drawn).map(|detector| course(detector, kind)).collect();
    let spots: Vec<Spot> = detectors.iter().filter(drawn).flat_map(|detector| spots(detector, kind)).collect();
    let is_empty = courses.is_empty();
    let plane = Plane {
        x_title: kind.axes[0].to_owned(),
        y_title: kind.axes[1].to_owned(),
        range: Some((0.0, 1.0)),
        courses,
        names_above: false,
        reference,
        spots,
        table: table(&detectors, kind),
    };
    let reading = detectors.first().map(|detector| reading(detector, kind, chance)).unwrap_or_default();
    Picture {
        testid: kind.testid.to_owned(),
        title: kind.title.to_owned(),
        reading,
        caption: format!("{}; first seed. Ring: the frozen threshold, from validation.", test_windows(first(report))),
        empty: is_empty.then_some(ONE_CLASS),
        choices: Default::default(),
        body: Body::Plane(Rc::new(plane)),
    }
}

/// "Average precision of integrated 0.910 ± 0.020 [0.850, 0.950], where chance gives 0.318."
fn reading(detector: &DetectorResult, kind: &Kind, chance: f64) -> String {
    let spread = detector.measured(kind.measure);
    let end = |end: &str| detector.measured(&format!("{}_{end}", kind.measure)).map(|spread: Spread| spread.mean);
    let interval = interval(end("low").zip(end("high")));
    let space = if interval.is_empty() { "" } else { " " };
    let (name, value) = (kind.measure_name, ratio(spread));
    format!("{name} of {} {value}{space}{interval}, where chance gives {}.", detector.id, fixed(chance, 3))
}

fn course(detector: &DetectorResult, kind: &Kind) -> Course {
    let seed = detector.seeds.first();
    let decided = seed.filter(|seed| seed.thresholds.iter().any(Option::is_some));
    Course {
        name: detector.id.clone(),
        look: look(&detector.id),
        points: seed.map(|seed| (kind.points)(seed).clone()).unwrap_or_default(),
        ring: decided.and_then(|seed| (kind.operating)(seed.confusion)),
    }
}

fn spots<'a>(detector: &'a DetectorResult, kind: &'a Kind) -> impl Iterator<Item = Spot> + use<'a> {
    let points = detector.seeds.first().map_or(&[][..], |seed| (kind.points)(seed).as_slice());
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    points.iter().step_by(every).map(move |&(x, y)| Spot {
        at: (x, y),
        kind: SpotKind::OfCurve,
        selected: false,
        title: detector.id.clone(),
        rows: kind.axes.iter().zip([x, y]).map(|(name, value)| ((*name).to_owned(), fixed(value, 3))).collect(),
        pick: None,
    })
}

fn table(detectors: &[&DetectorResult], kind: &Kind) -> Twin {
    let mut twin = Twin::with_head(["Detector", kind.axes[0], kind.axes[1]]);
    for detector in detectors {
        let points = detector.seeds.first().map_or(&[][..], |seed| (kind.points)(seed).as_slice());
        let row = |(x, y): &(f64, f64)| vec![detector.id.clone(), fixed(*x, 4), fixed(*y, 4)];
        twin.rows.extend(points.iter().map(row));
    }
    twin
}
