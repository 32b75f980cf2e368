use super::*;
use crate::charts::lines::Lines;
use crate::charts::picture::Body;
use crate::charts::rows::Rows;
use crate::report::fixture::{comparison, model, report};
use crate::report::{
    CellResult, ConditionResult, CoreResult, DecileResult, ForecastBoard, ForecastLine, LearnedGraph, Mixing, Outcome,
    Smoothing, Spread, StudyResult,
};

fn spread(mean: f64) -> Option<Spread> {
    Some(Spread { mean, sd: Some(0.01 * mean) })
}

fn cell(label: &str, x: Option<f64>, models: Vec<ModelResult>) -> CellResult {
    CellResult {
        label: label.into(),
        x,
        config_sha256: String::new(),
        n_nodes: 24,
        kept_per_row: Some(12),
        n_points: 1_000,
        models,
        validation: None,
    }
}

fn tsf(rmse: f64) -> ModelResult {
    ModelResult { mape: spread(rmse * 300.0), ..model("tsf", true, rmse, 3) }
}

fn group(id: &str, cells: Vec<CellResult>) -> StudyGroup {
    StudyGroup { id: id.into(), cells, comparisons: Vec::new() }
}

fn study(groups: Vec<StudyGroup>) -> Report {
    Report { study: Some(StudyResult { groups }), ..report() }
}

fn swept(id: &str, values: &[(f64, f64)]) -> StudyGroup {
    group(id, values.iter().map(|(x, rmse)| cell(&x.to_string(), Some(*x), vec![tsf(*rmse)])).collect())
}

fn lines(picture: &Picture) -> &Lines {
    match &picture.body {
        Body::Lines(lines) => lines,
        _ => panic!("lines"),
    }
}

fn rows(picture: &Picture) -> &Rows {
    match &picture.body {
        Body::Rows(rows) => rows,
        _ => panic!("rows"),
    }
}

fn means(series: &Series) -> Vec<Option<f64>> {
    series.values.iter().map(|value| value.map(|value| value.mean)).collect()
}

#[test]
fn a_plain_report_without_more_numbers_has_no_further_pictures() {
    assert!(Finding::all(&report()).is_empty());
}

#[test]
fn every_axis_has_its_picture_with_the_papers_measure() {
    let ids = ["layers", "heads", "sparsity", "nodes", "window", "horizon", "width"];
    let report = study(ids.iter().map(|id| swept(id, &[(1.0, 0.05), (4.0, 0.04)])).collect());
    let all = Finding::all(&report);
    assert_eq!(all.len(), 7);
    let shown = |idx: usize| all[idx].picture(&report, None);
    for (idx, id) in ids.iter().enumerate() {
        assert_eq!(shown(idx).testid, format!("sensitivity-{id}"));
    }
    let titles: Vec<String> = (0..4).map(|idx| lines(&shown(idx)).y_title.clone()).collect();
    assert_eq!(titles, ["MAPE, %", "RMSE", "MSE", "RMSE"]);
    assert_eq!(lines(&shown(0)).rule, Some((4.0, "paper")));
    assert_eq!(lines(&shown(4)).rule, None);
}

#[test]
fn the_reading_of_a_sweep_says_the_best_value_and_what_the_tests_say() {
    let mut layers = swept("layers", &[(4.0, 0.04), (1.0, 0.05), (6.0, 0.041)]);
    let report = study(vec![layers.clone()]);
    let picture = Finding::Sweep(0).picture(&report, Some(3));
    assert_eq!(means(&lines(&picture).series[0]), [Some(0.05), Some(0.04), Some(0.041)], "places rise");
    assert_eq!(
        picture.reading,
        "RMSE is smallest at layers 4 (0.0400 ± 0.0005), as in the paper; differences were not tested."
    );
    let test = |label: &str, outcome| comparison(label, "4", outcome);
    layers.comparisons = vec![test("1", Outcome::Worse), test("6", Outcome::NoDifference)];
    let report = study(vec![layers]);
    let reading = Finding::Sweep(0).picture(&report, Some(3)).reading;
    assert!(reading.ends_with("; clearly worse than 4: 1; no clear difference: 6."), "{reading}");
}

#[test]
fn an_unfinished_value_is_partial_and_one_seed_is_no_ranking() {
    let mut layers = swept("layers", &[(1.0, 0.05), (4.0, 0.04)]);
    layers.cells[1].models[0].seeds.truncate(1);
    let mut report = study(vec![layers]);
    report.config.seeds = vec![1, 2, 3];
    let picture = Finding::Sweep(0).picture(&report, Some(3));
    let partial: Vec<bool> = lines(&picture).series[0].values.iter().flatten().map(|value| value.partial).collect();
    assert_eq!(partial, [false, true]);
    assert_eq!(lines(&picture).places[1].note, "1 of 3 seeds");
    assert!(picture.reading.ends_with("; one seed: no ranking."), "{}", picture.reading);
}

#[test]
fn nodes_have_two_lines_all_of_them_and_the_common_core() {
    let mut nodes = swept("nodes", &[(20.0, 0.05), (60.0, 0.04)]);
    let one = |mean| Spread { mean, sd: None };
    for cell in &mut nodes.cells {
        cell.models[0].core =
            Some(CoreResult { n_nodes: 20, mse: one(0.002), rmse: one(0.045), mae: one(0.03), mape: None });
    }
    let picture = Finding::Sweep(0).picture(&study(vec![nodes]), Some(3));
    let names: Vec<&str> = lines(&picture).series.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["all nodes", "common core"]);
    assert!(picture.caption.contains("the 20 nodes that all samples share"), "{}", picture.caption);
    assert_eq!(
        lines(&Finding::Sweep(0).picture(&study(vec![swept("nodes", &[(20.0, 0.05)])]), Some(3))).series.len(),
        1
    );
}

#[test]
fn panels_of_one_measure_share_their_axis_and_horizons_keep_their_own() {
    let groups = vec![
        swept("layers", &[(1.0, 0.05)]),
        swept("heads", &[(1.0, 0.08)]),
        swept("horizon", &[(1.0, 0.04), (12.0, 0.3)]),
    ];
    let report = study(groups);
    let reach = |idx| lines(&Finding::Sweep(idx).picture(&report, Some(3))).reach;
    assert_eq!(reach(0), reach(1));
    assert!(reach(0).is_some_and(|(low, high)| low < 0.05 && high > 0.08 && high < 0.1), "{:?}", reach(0));
    assert_eq!(reach(2), None);
}

#[test]
fn ablations_are_held_against_the_full_model() {
    let cells = ["full", "no graph", "gate"].map(|label| cell(label, None, vec![tsf(0.04)])).to_vec();
    let mut ablation = group("ablation", cells);
    ablation.comparisons =
        vec![comparison("no graph", "full", Outcome::Worse), comparison("gate", "full", Outcome::NoDifference)];
    let report = study(vec![ablation]);
    assert_eq!(Finding::all(&report), [Finding::Variants]);
    let picture = Finding::Variants.picture(&report, Some(0));
    assert_eq!(picture.reading, "Clearly worse than full: no graph; no clear difference: gate.");
    let rows = rows(&picture);
    assert_eq!((rows.rows[0].verdict.as_str(), rows.rows[0].value), ("reference", None));
    assert_eq!((rows.rows[1].value, rows.rows[1].filled), (Some(-0.000_4 * 1e6), true));
    assert!(!rows.rows[2].filled);
    assert_eq!(
        rows.twin().rows[1][1..],
        ["0.0400", "0.0005", "3", "−400.0", "[−600.0, −200.0]", "0.030", "clearly worse"]
    );
    assert!(rows.rows.iter().all(|row| row.cells.len() + 1 == rows.head.len()));
}

#[test]
fn folds_show_every_model_and_trials_the_chosen_one() {
    let fold = |label: &str, best: f64| cell(label, Some(0.5), vec![tsf(best), model("ar", false, 0.05, 1)]);
    let picture = Finding::Variants
        .picture(&study(vec![group("rolling", vec![fold("fold 1", 0.04), fold("fold 2", 0.06)])]), Some(0));
    assert_eq!(picture.reading, "Smallest RMSE in fold 1: tsf (0.0400); fold 2: ar (0.0500).");
    assert_eq!((rows(&picture).rows.len(), rows(&picture).zero), (4, None));

    let trial = |label: &str, validation| CellResult { validation, ..cell(label, Some(1.0), vec![tsf(0.04)]) };
    let search =
        |id: &str| group(id, vec![trial("trial 1", Some(0.02)), trial("trial 2", Some(0.01)), trial("trial 3", None)]);
    let report = study(vec![search("tsf"), search("gru")]);
    assert_eq!(Finding::Variants.choices(&report), ["tsf", "gru"]);
    let picture = Finding::Variants.picture(&report, Some(1));
    assert_eq!(picture.title, "Search of gru: validation error by trial");
    assert!(picture.reading.starts_with("Trial 2 has the smallest validation error, 0.0100"), "{}", picture.reading);
    assert_eq!(rows(&picture).rows.iter().map(|row| row.filled).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn conditions_have_a_curve_per_model_and_a_choice_of_kinds() {
    let mut report = report();
    let condition = |kind: &str, level, rmse| ConditionResult { kind: kind.into(), level, rmse: spread(rmse) };
    for (idx, model) in report.models.iter_mut().take(2).enumerate() {
        let from = 0.04 + idx as f64 * 0.01;
        model.conditions =
            vec![condition("noise", 2.0, from * 1.5), condition("noise", 0.0, from), condition("edges", 0.5, from)];
    }
    assert_eq!(Finding::all(&report), [Finding::Conditions]);
    assert_eq!(Finding::Conditions.choices(&report), ["Noise on the inputs", "Edges dropped"]);
    let picture = Finding::Conditions.picture(&report, Some(0));
    assert_eq!(lines(&picture).places.iter().map(|place| place.x).collect::<Vec<_>>(), [0.0, 2.0]);
    assert_eq!(lines(&picture).series.len(), 2, "only models with conditions");
    assert_eq!(picture.reading, "From sd 0 to sd 2 the RMSE changes: tsf by +50 % and gru by +50 %.");
    assert_eq!(Finding::Conditions.picture(&report, Some(9)), picture, "a choice that is not there is the first");
}

#[test]
fn deciles_show_error_and_bias() {
    let mut report = report();
    let tenth = |low: f64, rmse: f64, bias: f64| DecileResult {
        low,
        high: low + 0.1,
        n: 100,
        rmse: spread(rmse),
        bias: spread(bias),
    };
    report.models[0].by_decile = vec![tenth(0.0, 0.03, 0.01), tenth(0.1, 0.02, 0.0), tenth(0.2, 0.09, -0.05)];
    let picture = Finding::Deciles.picture(&report, Some(0));
    assert_eq!(
        picture.reading,
        "tsf errs most in tenth 3 (RMSE 0.0900) and least in tenth 2 (0.0200); tenth 1 is the lowest load."
    );
    assert_eq!(lines(&picture).places[1].note, "targets 0.100 to 0.200, 100 points");
    let bias = Finding::Deciles.picture(&report, Some(1));
    assert_eq!(bias.reading, "tsf is on average 0.0100 too high at the lowest load and 0.0500 too low at the highest.");
    assert_eq!(lines(&bias).y_title, "Bias");
}

#[test]
fn mixing_is_a_mean_over_the_seeds_that_got_there_without_channels_that_are_off() {
    let mut report = report();
    let mixing = |epoch, attention: f32| Mixing { epoch, lambda: [0.0, 1.0 - attention, attention], alpha: Some(0.5) };
    report.models[0].seeds[0].mixing = vec![mixing(0, 0.5), mixing(1, 0.25)];
    report.models[0].seeds[1].mixing = vec![mixing(0, 0.5), mixing(1, 0.75), mixing(2, 1.0)];
    let picture = Finding::Mixing.picture(&report, Some(0));
    let names: Vec<&str> = lines(&picture).series.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["correlation", "attention", "graph share α"]);
    assert_eq!(means(&lines(&picture).series[1]), [Some(0.5), Some(0.5), Some(1.0)]);
    assert_eq!(lines(&picture).series[1].values[2].and_then(|value| value.sd), None);
    assert!(
        picture.reading.starts_with("After epoch 2: correlation 0.00 (from 0.50), attention 1.00"),
        "{}",
        picture.reading
    );
}

#[test]
fn smoothing_says_whether_the_nodes_become_alike() {
    let smoothing = [(0, 0.2, 2.0), (1, 0.5, 1.0), (2, 0.9, 0.2)];
    let smoothing = smoothing.map(|(layer, cosine, energy)| Smoothing { layer, cosine, energy }).to_vec();
    let graph = LearnedGraph {
        nodes: Vec::new(),
        weights: Vec::new(),
        lambda: [0.0; 3],
        alpha: None,
        kept_per_row: 1,
        overlap: None,
        smoothing,
        moments: Vec::new(),
    };
    let report = Report { graph: Some(graph), ..report() };
    assert_eq!(Finding::all(&report), [Finding::Smoothing]);
    let reading = |choice| Finding::Smoothing.picture(&report, Some(choice)).reading;
    assert_eq!(
        reading(0),
        "The nodes become more alike: the mean cosine of two nodes goes from 0.200 to 0.900 over the layers."
    );
    assert_eq!(
        reading(1),
        "The nodes become more alike: the energy per node goes from 2.0000 to 0.2000 over the layers."
    );
}

#[test]
fn error_over_time_is_pooled_over_24_bins_and_all_nodes_on_the_scale_of_the_table() {
    let mut report = report();
    let n_bins = 30;
    let truth: Vec<Option<f32>> = (0..n_bins * 2).map(|idx| (idx != 5).then_some(50.0)).collect();
    let values = (0..n_bins * 2).map(|idx| Some(if idx / 2 < 24 { 53.0 } else { 54.0 })).collect();
    let line = ForecastLine { id: "tsf".into(), values };
    report.forecast = ForecastBoard { first_bin: 100, n_bins, truth, models: vec![line] };
    let picture = Finding::OverTime.picture(&report, Some(0));
    let shown = means(&lines(&picture).series[0]);
    assert_eq!((shown.len(), lines(&picture).places.len()), (7, 7));
    assert!(shown[0].is_some_and(|rmse| (rmse - 0.03).abs() < 1e-9), "{shown:?}");
    let pooled = ((9.0 * 36.0 + 16.0 * 12.0) / 48.0_f64).sqrt() / 100.0;
    assert!(shown[6].is_some_and(|rmse| (rmse - pooled).abs() < 1e-9), "{shown:?} {pooled}");
    assert!(picture.caption.contains("the 24 bins up to it (24 min)"), "{}", picture.caption);
    assert!(picture.reading.contains("(RMSE 0.0328)") && picture.reading.contains("(0.0300)"), "{}", picture.reading);
}

#[test]
fn every_picture_of_odd_numbers_is_drawn() {
    let mut odd = swept("layers", &[(f64::NAN, 0.1), (1.0, f64::NAN), (2.0, f64::INFINITY), (2.0, 0.0)]);
    odd.cells.push(cell("9", Some(9.0), Vec::new()));
    let nothing = group("nodes", Vec::new());
    let bare = group("necessity", vec![cell("full", None, Vec::new()), cell("identity", None, vec![tsf(f64::NAN)])]);
    let mut report = study(vec![odd, nothing, bare, group("rolling", vec![cell("fold 1", None, Vec::new())])]);
    report.forecast = ForecastBoard {
        n_bins: 25,
        models: vec![ForecastLine { id: "tsf".into(), values: Vec::new() }],
        ..ForecastBoard::default()
    };
    let every = [
        Finding::Sweep(0),
        Finding::Sweep(1),
        Finding::Sweep(99),
        Finding::Variants,
        Finding::Conditions,
        Finding::OverTime,
        Finding::Deciles,
        Finding::Mixing,
        Finding::Smoothing,
    ];
    for finding in every {
        for choice in [0, 1, 99] {
            let picture = finding.picture(&report, Some(choice));
            let drawn = picture.plot(334, picture.reserve().height(334));
            assert!(drawn.svg().ends_with("</svg>"));
            (0..drawn.hits.len() + 1).for_each(|idx| drop((drawn.tip)(idx)));
            let twin = picture.twin();
            assert!(twin.rows.iter().all(|row| row.len() == twin.head.len()), "{finding:?}");
        }
    }
}
