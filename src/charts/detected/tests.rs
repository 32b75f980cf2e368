//! Figures of the small study.

use super::*;
use crate::charts::picture::Body;
use crate::report::MeasureSpread;
use crate::report::fixture::detection;

fn focus(selected: &[u32]) -> Focus {
    Focus { selected: selected.to_vec(), ..Focus::default() }
}

#[test]
fn the_curves_name_their_chance_and_ring_the_operating_point() {
    let report = detection();
    let roc = Exhibit::Roc.picture(&report, &focus(&[]));
    assert_eq!(roc.reading, "Area under the curve of integrated 0.950 ± 0.020, where chance gives 0.500.");
    let Body::Plane(plane) = &roc.body else { panic!("a square") };
    let ring = plane.courses[0].ring.expect("a threshold");
    assert!((ring.0 - 1.0 / 15.0).abs() < 1e-12 && (ring.1 - 6.0 / 7.0).abs() < 1e-12);
    let pr = Exhibit::PrecisionRecall.picture(&report, &focus(&[]));
    assert!(pr.reading.ends_with("where chance gives 0.318."), "{}", pr.reading);
    assert_eq!((pr.empty, roc.twin().rows.len()), (None, 9));
}

#[test]
fn curves_of_one_class_are_undefined() {
    let mut report = detection();
    report.detection.as_mut().expect("a detection").cells.remove(0);
    for exhibit in [Exhibit::Roc, Exhibit::PrecisionRecall] {
        let picture = exhibit.picture(&report, &focus(&[]));
        assert!(picture.empty.is_some_and(|sentence| sentence.starts_with("undefined: ")), "{picture:?}");
    }
}

#[test]
fn an_interval_stands_behind_its_measure() {
    let mut report = detection();
    let detector = &mut report.detection.as_mut().expect("a detection").cells[0].detectors[0];
    for (id, mean) in [("ap_low", 0.85), ("ap_high", 0.95)] {
        detector.spreads.push(MeasureSpread { id: id.to_owned(), spread: crate::report::Spread { mean, sd: None } });
    }
    let picture = Exhibit::PrecisionRecall.picture(&report, &focus(&[]));
    assert!(
        picture.reading.starts_with("Average precision of integrated 0.910 ± 0.020 [0.850, 0.950], "),
        "{}",
        picture.reading
    );
}

#[test]
fn embeddings_stand_trained_first_and_mark_what_is_selected() {
    let report = detection();
    assert_eq!(
        Exhibit::embeddings(&report, "integrated"),
        [Exhibit::Embedding(1), Exhibit::Embedding(2), Exhibit::Embedding(0)]
    );
    assert_eq!(Exhibit::embeddings(&report, "zmax"), [Exhibit::Embedding(0)], "raw features belong to nobody");
    let picture = Exhibit::Embedding(1).picture(&report, &focus(&[4, 20]));
    assert_eq!(picture.testid, "pca-chart");
    assert_eq!(picture.reading, "Silhouette 0.31, AUC of PC1 alone 0.90.");
    let Body::Plane(plane) = &picture.body else { panic!("a square") };
    let selected: Vec<Option<u32>> = plane.spots.iter().filter(|spot| spot.selected).map(|spot| spot.pick).collect();
    assert_eq!(selected, [Some(4)], "window 20 is not in the picture");
    assert_eq!(plane.spots.last().map(|spot| spot.rows[1].1.as_str()), Some("hang"), "faults stand above the rest");
    assert_eq!(plane.x_title, "PC1 (41 % of variance)");
}

#[test]
fn differences_say_their_verdicts() {
    let report = detection();
    let picture = Exhibit::Differences.picture(&report, &focus(&[]));
    assert_eq!(picture.title, "Average precision against zmax");
    assert_eq!(picture.reading, "No clear difference: integrated; undefined: clock.");
}

#[test]
fn a_study_of_protocols_has_variants_and_one_of_settings_has_curves() {
    let mut report = detection();
    assert_eq!(Exhibit::further(&report), [Exhibit::Differences, Exhibit::Variants, Exhibit::Accuracy]);
    let found = report.detection.as_mut().expect("a detection");
    found.cells[1].detectors = found.cells[0].detectors.clone();
    for (cell, (group, x)) in found.cells.iter_mut().zip([("hidden p1", 32.0), ("hidden p1", 64.0)]) {
        (cell.group, cell.label, cell.x) = (group.to_owned(), x.to_string(), Some(x));
    }
    assert_eq!(Exhibit::further(&report)[0], Exhibit::Sweep(0));
    let picture = Exhibit::Sweep(0).picture(&report, &focus(&[]));
    assert_eq!(
        (picture.testid.as_str(), picture.title.as_str()),
        ("sensitivity-hidden", "Sensitivity to the graph width")
    );
    let Body::Lines(lines) = &picture.body else { panic!("lines") };
    assert_eq!((lines.series.len(), lines.places.len()), (1, 2));
    assert!(picture.reading.starts_with("P1: best at "), "{}", picture.reading);
}

#[test]
fn accuracy_falls_back_to_a_detector_that_was_trained() {
    let of_zmax = Focus { detector: "zmax".to_owned(), ..Focus::default() };
    let picture = Exhibit::Accuracy.picture(&detection(), &of_zmax);
    assert_eq!(picture.reading, "integrated ends at 0.900 on training and 0.750 on validation windows.");
}

#[test]
fn every_figure_is_drawn_at_every_width() {
    let report = detection();
    let all = [Exhibit::Timeline, Exhibit::Roc, Exhibit::PrecisionRecall];
    let all = all.into_iter().chain(Exhibit::embeddings(&report, "integrated")).chain(Exhibit::further(&report));
    for exhibit in all {
        let picture = exhibit.picture(&report, &focus(&[3, 4]));
        for width in [10, 320, 700] {
            let plot = picture.plot(width, picture.reserve().height(width));
            assert!(plot.svg().ends_with("</svg>"), "{exhibit:?}");
            (0..plot.hits.len()).for_each(|place| assert!(!(plot.tip)(place).title.is_empty(), "{exhibit:?} {place}"));
        }
        assert!(picture.twin().rows.iter().all(|row| row.len() == picture.twin().head.len()), "{exhibit:?}");
    }
}
