//! What the load-forecasting paper prints, beside what a run found (MODELS.md C).
//!
//! The paper is preprints.org 202602.1772, not peer reviewed. Its numbers are quoted to be compared with; none of them
//! enters a computation.

use super::{CellResult, CoreResult, ModelResult, Report, Spread, StudyResult};

/// A column of the paper's Table 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Mean squared error, (percent / 100)².
    Mse,
    /// Mean absolute error, percent / 100.
    Mae,
    /// Mean absolute percentage error, percent.
    Mape,
    /// Root of the mean squared error, percent / 100.
    Rmse,
}

impl Measure {
    /// In the order of Table 1.
    pub const ALL: [Self; 4] = [Self::Mse, Self::Mae, Self::Mape, Self::Rmse];

    /// Its name, as in Table 1.
    pub fn name(self) -> &'static str {
        ["MSE", "MAE", "MAPE", "RMSE"][self as usize]
    }

    fn of(self, model: &ModelResult) -> Option<Spread> {
        [model.mse, model.mae, model.mape, model.rmse][self as usize]
    }

    fn of_core(self, core: &CoreResult) -> Option<Spread> {
        [Some(core.mse), Some(core.mae), core.mape, Some(core.rmse)][self as usize]
    }

    /// Half a unit of the last printed digit.
    fn rounding(self) -> f64 {
        if self == Self::Mape { 0.005 } else { 0.000_05 }
    }
}

/// A row of the paper's Table 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    /// The model, as the paper writes it.
    pub model: &'static str,
    /// The same model here.
    pub id: &'static str,
    /// Values in the order of [`Measure::ALL`].
    pub values: [f64; 4],
}

const fn row(model: &'static str, id: &'static str, values: [f64; 4]) -> Published {
    Published { model, id, values }
}

/// The paper's Table 1.
pub const TABLE_1: [Published; 7] = [
    row("LSTM", "lstm", [0.0048, 0.0482, 6.37, 0.0693]),
    row("BILSTM", "bilstm", [0.0042, 0.0456, 6.01, 0.0648]),
    row("MLP", "mlp", [0.0055, 0.0527, 7.12, 0.0741]),
    row("Transformer", "transformer", [0.0039, 0.0433, 5.68, 0.0624]),
    row("BERT", "bert", [0.0036, 0.0418, 5.44, 0.0600]),
    row("Informer", "informer_ts", [0.0034, 0.0395, 5.19, 0.0583]),
    row("Ours", "tsf", [0.0027, 0.0351, 4.63, 0.0520]),
];

/// What belongs under the whole table.
pub const REMARKS: [&str; 3] = [
    "The paper gives no window, horizon, bin width, split, scaling, number of seeds or spread, and the level of all \
     errors depends on them.",
    "On the real trace (118 machines, 900 s bins, one bin ahead) persistence, which learns nothing, has MSE 0.00397, MAE \
     0.0459 and RMSE 0.0630.",
    "The order of recurrent and attention models usually changes with seed and learning rate.",
];

const LEVEL: &str = "MAE / MAPE implies a mean level of 0.74 to 0.77 in every row. CPU of the real trace averages 0.39, \
                     where the same MAE is a MAPE of about 12 %, so no CPU series fits this cell; a mix with memory, \
                     which averages 0.88, or another scale would.";
const ROOT: &str = "In every row RMSE is the root of MSE to rounding, so it is that of all points together, as here.";
const NAIVE_SQUARED: &str = "On the real trace persistence has MSE 0.00397 and RMSE 0.0630, between BILSTM and \
                             Transformer.";
const NAIVE_ABSOLUTE: &str = "On the real trace persistence has MAE 0.0459, between LSTM and BILSTM.";
const LINEAR: &str = "On the real trace a linear AR(24) has MSE 0.00363 and RMSE 0.0602, as this row.";
const GAIN: &str = "The paper's gain over Informer is 21 % in MSE and 11 % in the others; on the real trace AR(24) gains 9 \
                    % in MSE over persistence.";
const ONE_SEED: &str = "Without a second seed there is no spread, so only rounding counts as the same.";
const SIMULATED: &str = "The data of this run are simulated.";
const OTHER_TARGET: &str = "This run predicts something else than CPU.";

/// A published value beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The published value lies within two standard deviations over seeds of ours, or rounds to it.
    SameRange,
    /// Ours is smaller.
    Smaller,
    /// Ours is larger.
    Larger,
    /// The model was not run.
    NotRun,
    /// The model was run and the measure is undefined.
    Undefined,
}

impl Standing {
    /// In words.
    pub fn words(self) -> &'static str {
        ["same range", "ours smaller", "ours larger", "not run", "undefined"][self as usize]
    }
}

/// One published cell of Table 1.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayRow {
    /// The model, as the paper writes it.
    pub model: &'static str,
    /// The same model here.
    pub id: &'static str,
    /// Column.
    pub measure: Measure,
    /// The paper's value.
    pub published: f64,
    /// Ours, over seeds.
    pub ours: Option<Spread>,
    /// Ours minus the paper's.
    pub difference: Option<f64>,
    /// How the two stand.
    pub standing: Standing,
    /// Remarks on this cell.
    pub footnotes: Vec<&'static str>,
}

/// The paper's Table 1, cell by cell, beside a report.
pub fn replay(report: &Report) -> Vec<ReplayRow> {
    let about_run = about_run(report);
    let cells = TABLE_1.iter().flat_map(|row| Measure::ALL.map(|measure| (row, measure)));
    cells.map(|(row, measure)| replay_cell(row, measure, report.model(row.id), &about_run)).collect()
}

fn replay_cell(
    row: &Published,
    measure: Measure,
    model: Option<&ModelResult>,
    about_run: &[&'static str],
) -> ReplayRow {
    let published = row.values[measure as usize];
    // A model without a finished seed has no error at all.
    let model = model.filter(|model| model.mse.is_some());
    let ours = model.and_then(|model| measure.of(model));
    let standing = match (model, ours) {
        (None, _) => Standing::NotRun,
        (_, None) => Standing::Undefined,
        (_, Some(ours)) => standing(ours, published, measure.rounding()),
    };
    let mut footnotes = about_paper(row.id, measure);
    if let Some(ours) = ours {
        footnotes.extend(about_run);
        footnotes.extend(ours.sd.is_none().then_some(ONE_SEED));
    }
    let difference = ours.map(|ours| ours.mean - published);
    ReplayRow { model: row.model, id: row.id, measure, published, ours, difference, standing, footnotes }
}

fn standing(ours: Spread, published: f64, rounding: f64) -> Standing {
    let difference = ours.mean - published;
    if difference.abs() <= 2.0 * ours.sd.unwrap_or(0.0) + rounding {
        Standing::SameRange
    } else if difference < 0.0 {
        Standing::Smaller
    } else {
        Standing::Larger
    }
}

fn about_paper(id: &str, measure: Measure) -> Vec<&'static str> {
    let mut notes = match (id, measure) {
        (_, Measure::Mape) => vec![LEVEL],
        ("bilstm" | "transformer", Measure::Mse | Measure::Rmse) => vec![NAIVE_SQUARED],
        ("lstm" | "bilstm", Measure::Mae) => vec![NAIVE_ABSOLUTE],
        ("bert", Measure::Mse | Measure::Rmse) => vec![LINEAR],
        _ => Vec::new(),
    };
    notes.extend((measure == Measure::Rmse).then_some(ROOT));
    notes.extend((id == "tsf").then_some(GAIN));
    notes
}

fn about_run(report: &Report) -> Vec<&'static str> {
    let target = report.config.window.target.as_deref().unwrap_or("cpu");
    let is_cpu = target == "cpu" && report.dataset.metrics.iter().any(|metric| metric.id == "cpu");
    let notes = [(report.dataset.synthetic, SIMULATED), (!is_cpu, OTHER_TARGET)];
    notes.into_iter().filter_map(|(holds, note)| holds.then_some(note)).collect()
}

/// An optimum that the paper claims for one setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// Figure of the paper.
    pub figure: usize,
    /// Id of the axis, as in a study.
    pub axis: &'static str,
    /// Measures that the claim is about.
    pub measures: &'static [Measure],
    /// The value that is said to be best.
    pub best: f64,
    /// A remark.
    pub note: &'static str,
}

/// The optima of the paper's Figures 2 to 5.
pub const CLAIMS: [Claim; 4] = [
    Claim {
        figure: 2,
        axis: "layers",
        measures: &[Measure::Mape],
        best: 4.0,
        note: "Growing errors beyond four layers are what a stack without residuals does; with them the curve should flatten.",
    },
    Claim {
        figure: 3,
        axis: "heads",
        measures: &Measure::ALL,
        best: 4.0,
        note: "Here all numbers of heads share one attention width; the paper does not say.",
    },
    Claim {
        figure: 4,
        axis: "sparsity",
        measures: &[Measure::Mse],
        best: 0.5,
        note: "The paper's text gives 0.1, 0.5 and “exceeds 0.5”; its values are in a picture.",
    },
    Claim {
        figure: 5,
        axis: "nodes",
        measures: &Measure::ALL,
        best: 60.0,
        note: "Over all nodes the curve also shows which machines were added; over the common core it does not.",
    },
];

/// What belongs under all four claims.
pub const CLAIM_REMARK: &str =
    "All four curves have their optimum inside the grid, and their values are in pictures, without a spread.";

/// What a sweep says about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The claimed value is better than every other by more than the standard deviation.
    Confirmed,
    /// Another value is better by more than the standard deviation.
    Contradicted,
    /// The claimed value and the best other one differ by no more than the standard deviation.
    Unclear,
    /// There are values and no spread to judge them by.
    NoSpread,
    /// The claimed value or all others were not run.
    NotRun,
}

impl Finding {
    /// In words.
    pub fn words(self) -> &'static str {
        ["confirmed", "contradicted", "within the spread", "one seed", "not run"][self as usize]
    }
}

/// A claim in one measure beside a study.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimRow {
    /// The claim.
    pub claim: Claim,
    /// Measure.
    pub measure: Measure,
    /// Scored on the common core of the node samples instead of on all nodes.
    pub core: bool,
    /// Error at the claimed value, over seeds.
    pub at_claimed: Option<Spread>,
    /// The best value found, with its error.
    pub best: Option<(f64, Spread)>,
    /// Error at the claimed value minus the smallest error at any other.
    pub difference: Option<f64>,
    /// Whether that difference exceeds the larger standard deviation of the two; undefined with one seed.
    pub exceeds_sd: Option<bool>,
    /// What follows.
    pub finding: Finding,
}

/// The paper's optima beside a study; the number of nodes twice, over all nodes and over the common core.
pub fn claims(study: &StudyResult) -> Vec<ClaimRow> {
    let row = |claim: &Claim, core: bool, measure: Measure| claim_row(*claim, measure, core, study);
    let scopes = |claim: &Claim| if claim.axis == "nodes" { &[false, true][..] } else { &[false][..] };
    let of_claim = |claim: &'static Claim| {
        let rows =
            scopes(claim).iter().flat_map(move |&core| claim.measures.iter().map(move |&measure| (core, measure)));
        rows.map(move |(core, measure)| row(claim, core, measure))
    };
    CLAIMS.iter().flat_map(of_claim).collect()
}

fn claim_row(claim: Claim, measure: Measure, core: bool, study: &StudyResult) -> ClaimRow {
    let cells = study.groups.iter().filter(|group| group.id == claim.axis).flat_map(|group| &group.cells);
    let values: Vec<(f64, Spread)> = cells.filter_map(|cell| value(cell, &claim, measure, core)).collect();
    let is_claimed = |x: f64| (x - claim.best).abs() < 1e-9;
    let least = |claimed: bool| {
        let side = values.iter().filter(move |(x, _)| is_claimed(*x) == claimed);
        side.copied().min_by(|(_, a), (_, b)| a.mean.total_cmp(&b.mean))
    };
    let (claimed, other) = (least(true), least(false));
    let both = claimed.zip(other).map(|((_, claimed), (_, other))| (claimed, other));
    let difference = both.map(|(claimed, other)| claimed.mean - other.mean);
    let sd = both.and_then(|(claimed, other)| Some(claimed.sd?.max(other.sd?)));
    let exceeds_sd = difference.zip(sd).map(|(difference, sd)| difference.abs() > sd);
    ClaimRow {
        claim,
        measure,
        core,
        at_claimed: claimed.map(|(_, error)| error),
        best: claimed.into_iter().chain(other).min_by(|(_, a), (_, b)| a.mean.total_cmp(&b.mean)),
        difference,
        exceeds_sd,
        finding: match (difference, exceeds_sd) {
            (None, _) => Finding::NotRun,
            (_, None) => Finding::NoSpread,
            (_, Some(false)) => Finding::Unclear,
            (Some(difference), _) if difference > 0.0 => Finding::Contradicted,
            _ => Finding::Confirmed,
        },
    }
}

/// Place and error of the paper's model in a cell. Nodes count as many as took part, not as many as were asked for.
fn value(cell: &CellResult, claim: &Claim, measure: Measure, core: bool) -> Option<(f64, Spread)> {
    let model = cell.models.iter().find(|model| model.id == "tsf")?;
    let x = if claim.axis == "nodes" { cell.n_nodes as f64 } else { cell.x? };
    let error = if core { measure.of_core(model.core.as_ref()?) } else { measure.of(model) };
    Some((x, error?))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::StudyGroup;
    use super::*;

    fn paper() -> Value {
        serde_json::from_str(include_str!("../../tests/fixtures/paper_forecasting.json")).expect("JSON")
    }

    fn numbers(value: &Value) -> Vec<f64> {
        let items = value.as_array().expect("an array").iter();
        items.map(|item| item.as_f64().expect("a number")).collect()
    }

    fn report() -> Report {
        serde_json::from_str(include_str!("../../tests/fixtures/report.json")).expect("a report")
    }

    fn spread(mean: f64, sd: f64) -> Option<Spread> {
        Some(Spread { mean, sd: Some(sd) })
    }

    fn value_of(id: &str, measure: Measure) -> f64 {
        TABLE_1.iter().find(|row| row.id == id).expect("a row").values[measure as usize]
    }

    #[test]
    fn table_1_is_the_papers() {
        let paper = paper();
        let table = paper["table1"].as_object().expect("a table");
        assert_eq!(table.len(), TABLE_1.len() + 1, "the columns and the rows");
        let columns: Vec<&str> = table["columns"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
        assert_eq!(columns, ["MSE", "MAE", "MAPE_percent", "RMSE"]);
        assert_eq!(Measure::ALL.map(Measure::name), ["MSE", "MAE", "MAPE", "RMSE"]);
        for row in TABLE_1 {
            assert_eq!(numbers(&table[row.model]), row.values, "{}", row.model);
        }
    }

    #[test]
    fn claims_are_the_papers() {
        let paper = paper();
        for (claim, name) in CLAIMS.iter().zip(["gcn_layers", "heads", "sparsity", "nodes"]) {
            let found = &paper["sensitivity"][name];
            assert_eq!(found["best"].as_f64(), Some(claim.best), "{name}");
            let measures: Vec<&str> = match &found["metric"] {
                Value::String(one) => vec![one],
                _ => found["metrics"].as_array().expect("names").iter().filter_map(Value::as_str).collect(),
            };
            assert_eq!(claim.measures.iter().map(|measure| measure.name()).collect::<Vec<_>>(), measures, "{name}");
        }
    }

    #[test]
    fn every_number_in_a_note_follows_from_the_table_or_the_anchors() {
        let paper = paper();
        for row in TABLE_1 {
            let [mse, mae, mape, rmse] = row.values;
            assert!((0.735..0.775).contains(&(mae / mape * 100.0)), "{}: {LEVEL}", row.model);
            // √ of anything that rounds to the printed MSE.
            assert!(((mse - 5e-5).sqrt()..=(mse + 5e-5).sqrt()).contains(&rmse), "{}: {ROOT}", row.model);
        }
        let gain = |measure| 100.0 * (1.0 - value_of("tsf", measure) / value_of("informer_ts", measure));
        assert_eq!(Measure::ALL.map(|measure| gain(measure).round()), [21.0, 11.0, 11.0, 11.0], "{GAIN}");

        let anchor = |model: &str, measure: &str| {
            paper["anchor_on_real_data"][model][measure].as_f64().expect("a measured number")
        };
        let [naive, linear] = ["persistence", "pooled_ridge_AR24"];
        let (mse, rmse, mae) = (anchor(naive, "MSE"), anchor(naive, "RMSE"), anchor(naive, "MAE"));
        assert!(NAIVE_SQUARED.contains(&format!("MSE {mse} and RMSE {rmse:.4}")));
        assert!(NAIVE_ABSOLUTE.contains(&format!("MAE {mae}")));
        assert!(REMARKS[1].contains(&format!("MSE {mse}, MAE {mae} and RMSE {rmse:.4}")));
        let between = |anchor: f64, measure, above, below| {
            assert!(value_of(below, measure) < anchor && anchor < value_of(above, measure));
        };
        between(mse, Measure::Mse, "bilstm", "transformer");
        between(rmse, Measure::Rmse, "bilstm", "transformer");
        between(mae, Measure::Mae, "lstm", "bilstm");
        let (mse, rmse) = (anchor(linear, "MSE"), anchor(linear, "RMSE"));
        assert!(LINEAR.contains(&format!("MSE {mse} and RMSE {rmse}")));
        assert!((mse - value_of("bert", Measure::Mse)).abs() < 5e-5);
        assert_eq!((100.0 * (1.0 - mse / anchor(naive, "MSE"))).round(), 9.0, "{GAIN}");
        assert_eq!(anchor(naive, "MAPE_y>=0.05").round(), 12.0, "{LEVEL}");
        let level = |model: &str| (100.0 * anchor(model, "mean_level")).round();
        assert_eq!((level(naive), level("memory_persistence_1_bin")), (39.0, 88.0), "{LEVEL}");
    }

    #[test]
    fn a_value_in_our_range_is_the_same_and_others_have_a_side() {
        let stands = |mean, sd: Option<f64>| standing(Spread { mean, sd }, 0.0520, Measure::Rmse.rounding());
        assert_eq!(stands(0.0560, Some(0.002)), Standing::SameRange);
        assert_eq!(stands(0.0561, Some(0.002)), Standing::Larger);
        assert_eq!(stands(0.0470, Some(0.002)), Standing::Smaller);
        assert_eq!(stands(0.05204, None), Standing::SameRange, "prints as the same number");
        assert_eq!(stands(0.0530, None), Standing::Larger);
    }

    #[test]
    fn models_that_were_not_run_are_said_not_to_be() {
        let rows = replay(&report());
        assert_eq!(rows.len(), 28);
        assert!(rows.iter().all(|row| row.standing == Standing::NotRun && row.difference.is_none()));
        assert_eq!((rows[0].model, rows[0].measure.name(), rows[27].id), ("LSTM", "MSE", "tsf"));
    }

    #[test]
    fn cells_carry_their_difference_and_their_notes() {
        let mut report = report();
        let model = &mut report.models[0];
        model.id = "bilstm".to_owned();
        (model.mse, model.rmse) = (spread(0.0052, 0.0001), spread(0.0721, 0.0007));
        (model.mae, model.mape) = (Some(Spread { mean: 0.05, sd: None }), None);
        report.dataset.synthetic = true;
        let rows = replay(&report);
        let of = |measure| rows.iter().find(|row| row.id == "bilstm" && row.measure == measure).expect("a cell");
        let mse = of(Measure::Mse);
        assert_eq!((mse.standing, mse.published), (Standing::Larger, 0.0042));
        assert!((mse.difference.expect("run") - 0.001).abs() < 1e-12);
        assert_eq!(mse.footnotes, [NAIVE_SQUARED, SIMULATED]);
        assert_eq!(of(Measure::Rmse).footnotes, [NAIVE_SQUARED, ROOT, SIMULATED]);
        assert_eq!(of(Measure::Mae).footnotes, [NAIVE_ABSOLUTE, SIMULATED, ONE_SEED]);
        assert_eq!((of(Measure::Mape).standing, &of(Measure::Mape).footnotes[..]), (Standing::Undefined, &[LEVEL][..]));

        report.config.window.target = Some("mem".to_owned());
        assert!(replay(&report)[4].footnotes.contains(&OTHER_TARGET));
    }

    /// A sweep of the paper's model; MAPE and the core's MSE at each value.
    fn sweep(axis: &str, values: &[(f64, f64, Option<f64>)]) -> StudyResult {
        let cell = |&(x, error, sd): &(f64, f64, Option<f64>)| {
            let mut model = report().models[0].clone();
            model.id = "tsf".to_owned();
            let error = Spread { mean: error, sd };
            (model.mape, model.core) = (Some(error), None);
            CellResult {
                label: x.to_string(),
                x: Some(x),
                config_sha256: String::new(),
                n_nodes: (x as usize).min(86),
                kept_per_row: None,
                n_points: 1,
                models: vec![model],
                validation: None,
            }
        };
        let cells = values.iter().map(cell).collect();
        StudyResult { groups: vec![StudyGroup { id: axis.to_owned(), cells, comparisons: Vec::new() }] }
    }

    fn found(study: &StudyResult, axis: &str) -> ClaimRow {
        let rows = claims(study);
        assert_eq!(rows.len(), 1 + 4 + 1 + 8);
        rows.into_iter().find(|row| row.claim.axis == axis && row.measure == Measure::Mape && !row.core).expect("a row")
    }

    #[test]
    fn a_claim_is_confirmed_contradicted_or_unclear() {
        let layers = |at_2: f64, at_4: f64, sd| found(&sweep("layers", &[(2.0, at_2, sd), (4.0, at_4, sd)]), "layers");
        assert_eq!(layers(12.0, 10.0, Some(1.0)).finding, Finding::Confirmed);
        let row = layers(10.0, 12.0, Some(1.0));
        assert_eq!((row.finding, row.exceeds_sd), (Finding::Contradicted, Some(true)));
        assert_eq!((row.best.expect("two values").0, row.difference), (2.0, Some(2.0)));
        assert_eq!(row.at_claimed.expect("run").mean, 12.0);
        let row = layers(10.0, 10.5, Some(1.0));
        assert_eq!((row.finding, row.exceeds_sd), (Finding::Unclear, Some(false)));
        assert_eq!(layers(12.0, 10.0, None).finding, Finding::NoSpread);
    }

    #[test]
    fn a_claim_without_its_value_or_without_others_was_not_run() {
        let row = found(&sweep("layers", &[(4.0, 10.0, None)]), "layers");
        assert_eq!((row.finding, row.best.map(|(x, _)| x)), (Finding::NotRun, Some(4.0)));
        assert_eq!(found(&sweep("layers", &[(2.0, 10.0, None)]), "layers").finding, Finding::NotRun);
        assert_eq!(found(&StudyResult::default(), "nodes").finding, Finding::NotRun);
    }

    #[test]
    fn nodes_are_those_that_took_part_and_the_core_has_rows_of_its_own() {
        let mut study = sweep("nodes", &[(20.0, 11.0, Some(0.1)), (60.0, 10.0, Some(0.1)), (100.0, 9.0, Some(0.1))]);
        let row = found(&study, "nodes");
        assert_eq!((row.finding, row.best.expect("run").0), (Finding::Contradicted, 86.0), "86 of 100 took part");
        for (cell, error) in study.groups[0].cells.iter_mut().zip([3.0, 1.0, 2.0]) {
            let error = Spread { mean: error, sd: Some(0.1) };
            cell.models[0].core =
                Some(CoreResult { n_nodes: 20, mse: error, rmse: error, mae: error, mape: Some(error) });
        }
        let rows = claims(&study);
        let core: Vec<&ClaimRow> = rows.iter().filter(|row| row.core).collect();
        assert_eq!(core.len(), 4);
        assert!(core.iter().all(|row| row.finding == Finding::Confirmed && row.claim.figure == 5));
    }
}
