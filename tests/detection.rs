//! Detection metrics against scikit-learn and the code of the authors of VUS and affiliation, and laws that hold for
//! any scores; `golden/detection.py` made the reference.
#![cfg(not(target_arch = "wasm32"))]

use loadstone::evaluate::detection::{
    Alarms, ClassScores, DetectionMetrics, Instant, Ranking, Truth, affiliation, average_precision, judge, roc_auc,
    volumes,
};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

fn reference() -> Value {
    serde_json::from_str(include_str!("golden/detection.json")).expect("the reference is JSON")
}

fn cases() -> Vec<Value> {
    reference()["cases"].as_array().expect("cases").clone()
}

fn bits(value: &Value) -> Vec<bool> {
    value.as_str().expect("labels").chars().map(|c| c == '1').collect()
}

fn instants(labels: &[bool]) -> Vec<Instant> {
    let windows = labels.iter().zip(1..);
    windows.map(|(&label, step)| Instant { run: 0, millis: 5000 * step, label, buffer: false }).collect()
}

fn truth(windows: &[Instant]) -> Truth<'_> {
    Truth { windows, step_millis: 5000, episodes: &[] }
}

/// Scores of a case: whole multiples of 1/1024.
fn scores(case: &Value) -> Vec<f32> {
    let scores = case["scores"].as_array().expect("scores").iter();
    scores.map(|score| score.as_f64().expect("a number") as f32 / 1024.0).collect()
}

#[track_caller]
fn assert_equal(name: &str, what: &str, found: Option<f64>, wanted: &Value) {
    match (found, wanted.as_f64()) {
        (None, None) => {}
        (Some(found), Some(wanted)) if (found - wanted).abs() < 1e-9 => {}
        _ => panic!("{name}: {what} is {found:?}, the reference has {wanted}"),
    }
}

fn judged(case: &Value) -> DetectionMetrics {
    let windows = instants(&bits(&case["labels"]));
    let threshold = case["threshold"].as_f64().expect("a threshold") as f32;
    judge(&truth(&windows), Alarms { scores: &scores(case), threshold }, 0)
}

#[test]
fn measures_of_windows_are_those_of_scikit_learn() {
    for case in cases() {
        let (name, found, wanted) = (case["name"].as_str().expect("a name"), judged(&case), &case["windows"]);
        let plain = [
            ("accuracy", found.accuracy),
            ("balanced_accuracy", found.balanced_accuracy),
            ("brier", found.brier),
            ("roc_auc", found.roc_auc),
            ("average_precision", found.average_precision),
            ("fpr_at_recall_95", found.fpr_at_recall_95),
        ];
        plain.iter().for_each(|(what, found)| assert_equal(name, what, *found, &wanted[what]));
        // scikit-learn calls a coefficient of 0/0 zero.
        assert_equal(
            name,
            "matthews",
            found.matthews.or(wanted["matthews"].as_f64().map(|_| 0.0)),
            &wanted["matthews"],
        );
    }
}

#[test]
fn the_report_of_classes_is_that_of_scikit_learn() {
    for case in cases() {
        let (name, found) = (case["name"].as_str().expect("a name"), judged(&case));
        for (row, scores) in ["normal", "fault", "macro", "weighted"].iter().zip(found.classes) {
            let parts = [found.classes[0], found.classes[1]].map(three);
            for (idx, found) in three(scores).into_iter().enumerate() {
                let wanted = &case["windows"][row][idx];
                // A mean over an undefined class is undefined here; scikit-learn takes the other class alone.
                let is_mean = matches!(*row, "macro" | "weighted");
                if is_mean && found.is_none() && parts.iter().any(|part| part[idx].is_none()) {
                    continue;
                }
                assert_equal(name, &format!("{row} {idx}"), found, wanted);
            }
        }
    }
}

fn three(scores: ClassScores) -> [Option<f64>; 3] {
    [scores.precision, scores.recall, scores.f1]
}

#[test]
fn volumes_are_those_of_their_authors() {
    let mut n = 0;
    for case in cases() {
        let (windows, scores) = (instants(&bits(&case["labels"])), scores(&case));
        for wanted in case["volumes"].as_array().expect("volumes") {
            let longest = wanted["longest"].as_u64().expect("a length") as usize;
            let found = volumes(&truth(&windows), &scores, longest);
            let name = format!("{}, {longest}", case["name"]);
            assert_equal(&name, "VUS-ROC", found.roc, &wanted["roc"]);
            assert_equal(&name, "VUS-PR", found.pr, &wanted["pr"]);
            n += 1;
        }
    }
    assert!(n >= 30, "{n} volumes");
}

#[test]
fn affiliation_is_that_of_its_authors() {
    for case in cases() {
        let windows = instants(&bits(&case["labels"]));
        let threshold = case["threshold"].as_f64().expect("a threshold") as f32;
        let flags = Alarms { scores: &scores(&case), threshold }.flags();
        let (precision, recall) = affiliation(&truth(&windows), &flags);
        let name = case["name"].as_str().expect("a name");
        assert_equal(name, "affiliation precision", precision, &case["affiliation"][0]);
        assert_equal(name, "affiliation recall", recall, &case["affiliation"][1]);
    }
}

#[cfg(feature = "engine")]
#[test]
fn the_embedding_is_that_of_scikit_learn() {
    use loadstone::evaluate::detection::{Pca, embedding};

    let reference = &reference()["embedding"];
    let numbers = |what: &str| -> Vec<f64> {
        reference[what].as_array().expect("numbers").iter().map(|value| value.as_f64().expect("a number")).collect()
    };
    let floats = |what: &str| -> Vec<f32> { numbers(what).into_iter().map(|value| value as f32).collect() };
    let plane = Pca::fit(&floats("train"), 5, 2).expect("rows that vary");
    let found = embedding(&floats("train"), &floats("test"), &bits(&reference["labels"]), 5).expect("a plane");
    let points: Vec<f64> = found.points.iter().copied().map(f64::from).collect();
    let table = [
        ("components", plane.components),
        ("variances", plane.variances),
        ("ratios", plane.ratios),
        ("points", points),
        ("silhouette", vec![found.silhouette.expect("two classes")]),
        ("first_auc", vec![found.first_auc.expect("two classes")]),
    ];
    for (what, found) in table {
        let wanted =
            if reference[what].is_array() { numbers(what) } else { vec![reference[what].as_f64().expect(what)] };
        assert_eq!(found.len(), wanted.len(), "{what}");
        // Points are f32.
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-5 * b.abs().max(1.0);
        assert!(found.iter().zip(&wanted).all(close), "{what}: {found:?} is not {wanted:?}");
    }
}

/// Some windows: scores with many ties, and labels.
fn scored() -> impl Strategy<Value = (Vec<f32>, Vec<bool>)> {
    let windows = proptest::collection::vec((0_u8..20, any::<bool>()), 0..60);
    windows.prop_map(|windows| windows.into_iter().map(|(score, label)| (f32::from(score) / 20.0, label)).unzip())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn only_the_order_of_scores_counts((scores, labels) in scored()) {
        let windows = instants(&labels);
        // Strictly monotone, and exact on multiples of 1/20 far enough apart.
        let mapped: Vec<f32> = scores.iter().map(|score| (3.0 * score).exp() - 7.0).collect();
        let areas = |scores: &[f32]| {
            let cuts = Ranking::new(scores, &labels).cuts();
            (roc_auc(&cuts), average_precision(&cuts), volumes(&truth(&windows), scores, 4))
        };
        prop_assert_eq!(areas(&scores), areas(&mapped));
    }

    #[test]
    fn opposite_scores_have_the_opposite_area((scores, labels) in scored()) {
        let area = |sign: f32| {
            roc_auc(&Ranking::new(&scores.iter().map(|score| sign * score).collect::<Vec<_>>(), &labels).cuts())
        };
        if let (Some(one), Some(other)) = (area(1.0), area(-1.0)) {
            prop_assert!((one + other - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn equal_scores_say_no_more_than_the_prevalence((_, labels) in scored()) {
        let cuts = Ranking::new(&vec![0.3; labels.len()], &labels).cuts();
        let n = labels.iter().filter(|label| **label).count();
        let found = average_precision(&cuts);
        prop_assert_eq!(found.is_some(), n > 0);
        prop_assert!(found.is_none_or(|found| (found - n as f64 / labels.len() as f64).abs() < 1e-12));
        prop_assert_eq!(roc_auc(&cuts), (n > 0 && n < labels.len()).then_some(0.5));
    }

    #[test]
    fn the_area_is_the_share_of_pairs_in_order((scores, labels) in scored()) {
        let of = |wanted: bool| scores.iter().zip(&labels).filter(move |(_, label)| **label == wanted).map(|(s, _)| *s);
        let pairs: Vec<f64> = of(true)
            .flat_map(|fault| of(false).map(move |normal| match fault.total_cmp(&normal) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Greater => 1.0,
            }))
            .collect();
        let found = roc_auc(&Ranking::new(&scores, &labels).cuts());
        prop_assert_eq!(found.is_some(), !pairs.is_empty());
        if let Some(found) = found {
            prop_assert!((found - pairs.iter().sum::<f64>() / pairs.len() as f64).abs() < 1e-12);
        }
    }
}
