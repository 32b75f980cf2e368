//! What holds for every detector, whatever it computes.

use loadstone::config::{Detector, Supervision};
use loadstone::detect::{Fold, Window};
use loadstone::detectors::{Scores, fit_and_score};
use loadstone::snapshot::Hierarchy;
use loadstone::stream::Stream;

use super::fold::{N_SNAPSHOTS, small_fold};

fn without_tensors() -> impl Iterator<Item = Detector> {
    Detector::ALL.iter().copied().filter(|detector| !detector.is_network())
}

fn scores(detector: Detector, fold: &Fold) -> Scores {
    fit_and_score(detector, fold, 1).unwrap_or_else(|| panic!("{} is no network", detector.id()))
}

fn all(scores: &Scores) -> Vec<f32> {
    [&scores.validation[..], &scores.test, &scores.normal].concat()
}

/// Share of pairs in the right order, by definition.
fn auc(scores: &[f32], windows: &[Window]) -> f64 {
    let of = |label: bool| scores.iter().zip(windows).filter(move |(_, window)| window.label == label).map(|(s, _)| *s);
    let value = |(a, b): (f32, f32)| if a > b { 1.0 } else { f64::from(u8::from(a == b)) / 2.0 };
    let pairs: Vec<f64> = of(true).flat_map(|a| of(false).map(move |b| value((a, b)))).collect();
    pairs.iter().sum::<f64>() / pairs.len() as f64
}

#[test]
fn every_window_gets_a_finite_score_and_networks_get_none() {
    let fold = small_fold();
    for &detector in Detector::ALL {
        let Some(scores) = fit_and_score(detector, &fold, 1) else {
            assert!(detector.is_network(), "{} has no scores", detector.id());
            continue;
        };
        let found = (scores.validation.len(), scores.test.len(), scores.normal.len());
        assert_eq!(found, (fold.validation.len(), fold.test.len(), fold.normal.len()), "{}", detector.id());
        assert!(all(&scores).iter().all(|score| score.is_finite()), "{}", detector.id());
        let is_share = all(&scores).iter().all(|score| (0.0..=1.0).contains(score));
        assert!(is_share || !scores.is_probability, "{}", detector.id());
    }
}

/// The same fold with its instances in another order.
fn permuted(fold: &Fold, order: &[usize]) -> Fold {
    let mut out = fold.clone();
    let (n, w) = (fold.n_instances(), fold.n_slices());
    out.hierarchy.members = order.iter().map(|&instance| fold.hierarchy.members[instance]).collect();
    for (run, from) in out.runs.iter_mut().zip(&fold.runs) {
        for snapshot in 0..N_SNAPSHOTS {
            for (to, &instance) in order.iter().enumerate() {
                let at = |instance: usize| (snapshot * n + instance) * w;
                run.slices[at(to)..at(to) + w].copy_from_slice(&from.slices[at(instance)..at(instance) + w]);
            }
        }
    }
    out
}

#[test]
fn the_order_of_the_instances_does_not_matter() {
    let fold = small_fold();
    let shuffled = permuted(&fold, &[4, 2, 5, 0, 3, 1]);
    // A forest draws features by their place.
    for detector in without_tensors().filter(|&detector| detector != Detector::Iforest) {
        let (forth, back) = (all(&scores(detector, &fold)), all(&scores(detector, &shuffled)));
        for (a, b) in forth.iter().zip(&back) {
            assert!((a - b).abs() <= 1e-4 * (1.0 + a.abs()), "{}: {a} became {b}", detector.id());
        }
    }
}

#[test]
fn nothing_after_a_window_changes_its_score() {
    let fold = small_fold();
    let (n, cut) = (fold.n_instances() * fold.n_slices(), 50);
    let mut changed = fold.clone();
    let mut rng = Stream::Data.rng(5, "future");
    changed.runs[5].slices[cut * n..].iter_mut().for_each(|value| *value += 3.0 * rng.normal());
    for detector in without_tensors() {
        let (before, after) = (scores(detector, &fold), scores(detector, &changed));
        let n_earlier = fold.test.iter().filter(|window| (window.last as usize) < cut).count();
        assert_eq!(before.test[..n_earlier], after.test[..n_earlier], "{}", detector.id());
        // Nor does what is scored change what was fitted.
        assert_eq!((before.validation, before.normal), (after.validation, after.normal), "{}", detector.id());
        let looks = !matches!(detector, Detector::Clock | Detector::Prior);
        assert_eq!(before.test[n_earlier..] != after.test[n_earlier..], looks, "{}", detector.id());
    }
}

#[test]
fn only_detectors_of_labels_learn_from_faulty_windows() {
    let fold = small_fold();
    let mut relabelled = fold.clone();
    relabelled.train.iter_mut().for_each(|window| window.label = window.last % 3 == 0);
    relabelled.synthetic.clear();
    for detector in without_tensors() {
        let is_same = scores(detector, &fold) == scores(detector, &relabelled);
        assert_eq!(is_same, detector.supervision() != Supervision::Labels, "{}", detector.id());
    }
}

#[test]
fn only_seeded_detectors_depend_on_the_seed() {
    let fold = small_fold();
    for detector in without_tensors() {
        let of = |seed: u32| fit_and_score(detector, &fold, seed).expect("no network");
        assert_eq!(of(1), of(1), "{}", detector.id());
        assert_eq!(of(1) != of(2), detector.is_seeded(), "{}", detector.id());
    }
}

#[test]
fn a_strong_fault_is_found() {
    let mut fold = small_fold();
    fold.test.retain(|window| !window.buffer);
    for (detector, least) in [
        (Detector::Zmax, 0.99),
        (Detector::Ztop3, 0.95),
        (Detector::Logreg, 0.99),
        (Detector::GbmLite, 0.95),
        (Detector::Cusum, 0.75),
        (Detector::Iforest, 0.65),
        (Detector::MpPlain, 0.65),
        (Detector::DbscanCpu, 0.9),
        (Detector::PcaSpe, 0.9),
    ] {
        let found = auc(&scores(detector, &fold).test, &fold.test);
        assert!(found > least, "{}: {found}", detector.id());
    }
}

/// A fold of noise; its labels mean nothing.
fn noise() -> Fold {
    let mut fold = small_fold();
    let mut rng = Stream::Data.rng(7, "noise");
    fold.runs.iter_mut().for_each(|run| run.slices.iter_mut().for_each(|value| *value = rng.normal()));
    fold.synthetic.clear();
    let mut labels: Vec<bool> = fold.train.iter().map(|window| window.label).collect();
    rng.shuffle(&mut labels);
    fold.train.iter_mut().zip(labels).for_each(|(window, label)| window.label = label);
    // Many windows, so that chance alone stays near one half.
    let test: Vec<Window> = fold.test.iter().chain(&fold.validation).copied().collect();
    fold.test = test.into_iter().map(|window| Window { label: rng.below(2) == 1, ..window }).collect();
    fold
}

#[test]
fn shuffled_labels_teach_nothing() {
    let fold = noise();
    let found = auc(&scores(Detector::Logreg, &fold).test, &fold.test);
    assert!((found - 0.5).abs() < 0.1, "{found}");
    // It did learn what it was given: the same windows by heart.
    let mut seen = fold.clone();
    seen.test = fold.train.clone();
    let by_heart = auc(&scores(Detector::Logreg, &seen).test, &seen.test);
    assert!(by_heart > 0.6, "{by_heart}");
}

#[test]
fn the_clock_knows_a_fault_that_always_comes_at_the_same_time() {
    let mut fold = small_fold();
    let at_noon = |window: &mut Window| window.label = (40..60).contains(&window.last);
    fold.train.iter_mut().for_each(at_noon);
    fold.test.iter_mut().for_each(at_noon);
    assert_eq!(auc(&scores(Detector::Clock, &fold).test, &fold.test), 1.0);
    let prior = scores(Detector::Prior, &fold);
    assert!(prior.test.iter().all(|&score| score == 0.0 || score == 1.0) && prior.chosen == "prevalence 0.2326");
}

#[test]
fn without_anything_to_learn_from_all_scores_are_the_same() {
    let mut fold = small_fold();
    fold.normal.clear();
    fold.train.clear();
    fold.validation.clear();
    fold.synthetic.clear();
    for detector in without_tensors().filter(|&detector| detector.supervision() != Supervision::None) {
        let found = scores(detector, &fold);
        assert!(found.test.iter().all(|&score| score == 0.0), "{}", detector.id());
        assert!(found.chosen.starts_with("no "), "{}", found.chosen);
    }
}

#[test]
fn training_of_one_class_and_no_validation_are_endured() {
    let mut fold = small_fold();
    fold.train.iter_mut().for_each(|window| window.label = false);
    fold.synthetic.clear();
    fold.validation.clear();
    for detector in without_tensors() {
        assert!(all(&scores(detector, &fold)).iter().all(|score| score.is_finite()), "{}", detector.id());
    }
    let found = scores(Detector::Logreg, &fold).test;
    assert!(found.iter().all(|&score| score == found[0] && score < 0.01));
}

#[test]
fn a_missing_instance_says_nothing_to_charts_and_replicas() {
    let fold = small_fold();
    let mut silent = fold.clone();
    let n = fold.n_instances();
    silent.runs[5].missing.iter_mut().step_by(n).for_each(|is_missing| *is_missing = true);
    let mut garbled = silent.clone();
    for (at, value) in garbled.runs[5].slices.iter_mut().enumerate() {
        *value = if (at / fold.n_slices()).is_multiple_of(n) { 9.0 } else { *value };
    }
    for detector in [Detector::Ewma, Detector::Cusum, Detector::ReplicaDev] {
        assert_eq!(scores(detector, &silent), scores(detector, &garbled), "{}", detector.id());
        assert_ne!(scores(detector, &silent), scores(detector, &fold), "{}", detector.id());
    }
}

#[test]
fn without_replicas_or_cycle_the_two_symmetries_are_undefined() {
    let mut fold = noise();
    fold.hierarchy = Hierarchy { n_types: 6, members: (0..6).map(|i| (i, 0)).collect(), ..fold.hierarchy };
    for detector in [Detector::ReplicaDev, Detector::CycleDev] {
        let found = scores(detector, &fold);
        assert!(found.chosen.starts_with("undefined"), "{}: {}", detector.id(), found.chosen);
        assert!(found.test.iter().all(|&score| score == 0.0));
    }
}
