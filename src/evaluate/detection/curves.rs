//! ROC and precision-recall curves, thin enough to be drawn and sent.

use super::outcome::CurvePoint;
use super::{Cut, finite};

/// Most points of a curve.
pub const MAX_POINTS: usize = 400;

/// False positive rate against recall, from (0, 0) to (1, 1). Empty unless both classes occur.
///
/// The point at `threshold` is always kept.
pub fn roc_curve(cuts: &[Cut], threshold: f32) -> Vec<CurvePoint> {
    let end = cuts.last().filter(|end| end.tp > 0.0 && end.fp > 0.0);
    let Some(end) = end else { return Vec::new() };
    let origin = CurvePoint { threshold: None, x: 0.0, y: 0.0 };
    let point = |cut: &Cut| CurvePoint { threshold: finite(cut.threshold), x: cut.fp / end.fp, y: cut.tp / end.tp };
    thin(std::iter::once(origin).chain(cuts.iter().map(point)).collect(), operating(cuts, threshold).map(|idx| idx + 1))
}

/// Recall against precision, by descending threshold. Empty without a labelled window.
///
/// The point at `threshold` is always kept.
pub fn pr_curve(cuts: &[Cut], threshold: f32) -> Vec<CurvePoint> {
    let end = cuts.last().filter(|end| end.tp > 0.0);
    let Some(end) = end else { return Vec::new() };
    let point = |cut: &Cut| {
        let precision = cut.tp / (cut.tp + cut.fp);
        CurvePoint { threshold: finite(cut.threshold), x: cut.tp / end.tp, y: precision }
    };
    thin(cuts.iter().map(point).collect(), operating(cuts, threshold))
}

/// The last cut that the threshold still flags.
fn operating(cuts: &[Cut], threshold: f32) -> Option<usize> {
    cuts.partition_point(|cut| cut.threshold >= threshold).checked_sub(1)
}

/// At most [`MAX_POINTS`] points, evenly spaced along the curve, with both ends and one that must stay.
fn thin(points: Vec<CurvePoint>, stays: Option<usize>) -> Vec<CurvePoint> {
    if points.len() <= MAX_POINTS {
        return points;
    }
    let mut lengths = vec![0.0];
    lengths.extend(points.windows(2).scan(0.0, |sum, pair| {
        *sum += (pair[1].x - pair[0].x).abs() + (pair[1].y - pair[0].y).abs();
        Some(*sum)
    }));
    let total = lengths[points.len() - 1];
    // The first point of each of at most `MAX_POINTS − 2` equal pieces, the end of the curve, and the one that stays.
    let piece = |idx: usize| (lengths[idx] / total * (MAX_POINTS - 3) as f64) as usize;
    let kept =
        |idx: &usize| *idx == 0 || *idx == points.len() - 1 || Some(*idx) == stays || piece(*idx) != piece(*idx - 1);
    (0..points.len()).filter(kept).map(|idx| points[idx]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::Ranking;
    use crate::stream::Stream;

    #[test]
    fn a_long_curve_keeps_its_ends_and_the_operating_point() {
        let mut rng = Stream::Data.rng(0, "curve");
        let (scores, labels): (Vec<f32>, Vec<bool>) = (0..5000).map(|_| (rng.unit(), rng.unit() < 0.2)).unzip();
        let cuts = Ranking::new(&scores, &labels).cuts();
        let threshold = cuts[1234].threshold;
        let (roc, pr) = (roc_curve(&cuts, threshold), pr_curve(&cuts, threshold));
        for curve in [&roc, &pr] {
            assert!((100..=MAX_POINTS).contains(&curve.len()), "{} points", curve.len());
            assert!(curve.iter().any(|point| point.threshold == Some(f64::from(threshold))));
            assert!(curve.windows(2).all(|pair| pair[0].x <= pair[1].x));
        }
        assert_eq!((roc[0].x, roc[0].y), (0.0, 0.0));
        assert_eq!(roc.last().map(|point| (point.x, point.y)), Some((1.0, 1.0)));
        assert_eq!(pr.last().map(|point| point.x), Some(1.0));
    }

    #[test]
    fn a_short_curve_is_kept_whole() {
        let cuts = Ranking::new(&[0.9, f32::NEG_INFINITY], &[true, false]).cuts();
        let xy = |curve: Vec<CurvePoint>| curve.iter().map(|p| (p.threshold, p.x, p.y)).collect::<Vec<_>>();
        let high = Some(f64::from(0.9_f32));
        assert_eq!(xy(roc_curve(&cuts, 0.5)), [(None, 0.0, 0.0), (high, 0.0, 1.0), (None, 1.0, 1.0)]);
        assert_eq!(xy(pr_curve(&cuts, 0.5)), [(high, 1.0, 1.0), (None, 1.0, 0.5)]);
    }

    #[test]
    fn without_both_classes_there_is_no_roc_curve() {
        let cuts = Ranking::new(&[0.9, 0.1], &[false, false]).cuts();
        assert_eq!((roc_curve(&cuts, 0.5), pr_curve(&cuts, 0.5)), (Vec::new(), Vec::new()));
        assert_eq!(roc_curve(&[], 0.5), []);
    }
}
