//! The further tables of a report: what stands beside the metrics.

use super::csv::{CsvTable, number, table};
use super::{ClaimRow, Comparison, ModelResult, ReplayRow, Report, Spread, Standing, claims, replay};

impl Report {
    /// All tables but that of the metrics; those without rows too.
    pub(super) fn further_tables(&self) -> Vec<CsvTable> {
        let mut tables = vec![
            self.study_table(),
            self.horizon_table(),
            self.decile_table(),
            self.interval_table(),
            self.condition_table(),
            self.comparison_table(),
            self.replay_table(),
            self.claim_table(),
        ];
        tables.extend(self.detection.iter().flat_map(|found| found.tables()));
        tables
    }

    /// Every model with its group and cell; both are empty for a plain run. The models of a report with a study are
    /// those of its first cell, so they are not listed twice.
    fn every_model(&self) -> Vec<([String; 3], &ModelResult)> {
        let place = |group: &str, cell: &str, model: &ModelResult| [group, cell, &model.id].map(str::to_owned);
        let Some(study) = &self.study else {
            return self.models.iter().map(|model| (place("", "", model), model)).collect();
        };
        let cells = study.groups.iter().flat_map(|group| group.cells.iter().map(move |cell| (group, cell)));
        let models = cells.flat_map(|(group, cell)| cell.models.iter().map(move |model| (group, cell, model)));
        models.map(|(group, cell, model)| (place(&group.id, &cell.label, model), model)).collect()
    }

    /// One row per line of each model.
    fn per_model<'a, T: 'a>(
        &'a self,
        name: &'static str,
        header: &[&str],
        lines: fn(&'a ModelResult) -> Vec<T>,
        fields: impl Fn(usize, T) -> Vec<String>,
    ) -> CsvTable {
        let of_model = |(place, model): ([String; 3], &'a ModelResult)| {
            let rows = lines(model).into_iter().enumerate();
            rows.map(|(idx, line)| [place.to_vec(), fields(idx, line)].concat()).collect::<Vec<_>>()
        };
        let rows = self.every_model().into_iter().flat_map(of_model);
        table(name, &[&["group", "cell", "model"], header].concat(), rows)
    }

    fn study_table(&self) -> CsvTable {
        let groups = self.study.iter().flat_map(|study| &study.groups);
        let cells = groups.flat_map(|group| group.cells.iter().map(move |cell| (group, cell)));
        let rows = cells.flat_map(|(group, cell)| {
            cell.models.iter().map(move |model| {
                let core = model.core.as_ref();
                let place = [
                    group.id.clone(),
                    cell.label.clone(),
                    number(cell.x),
                    cell.n_nodes.to_string(),
                    cell.kept_per_row.map_or_else(String::new, |kept| kept.to_string()),
                    cell.n_points.to_string(),
                    number(cell.validation),
                    cell.config_sha256.clone(),
                    model.id.clone(),
                    model.n_params.to_string(),
                    model.seeds.len().to_string(),
                ];
                let errors = [model.mse, model.mae, model.rmse, model.mape, model.skill, core.map(|core| core.rmse)];
                [place.to_vec(), spreads(&errors)].concat()
            })
        });
        let header = [
            "group",
            "cell",
            "x",
            "n_nodes",
            "kept_per_row",
            "n_points",
            "validation",
            "config_sha256",
            "model",
            "n_params",
            "n_seeds",
            "mse",
            "mse_sd",
            "mae",
            "mae_sd",
            "rmse",
            "rmse_sd",
            "mape_percent",
            "mape_percent_sd",
            "skill",
            "skill_sd",
            "core_rmse",
            "core_rmse_sd",
        ];
        table("study", &header, rows)
    }

    fn horizon_table(&self) -> CsvTable {
        let header = ["step", "n_points", "rmse", "rmse_sd", "mae", "mae_sd", "skill", "skill_sd"];
        self.per_model(
            "horizons",
            &header,
            |model| model.by_horizon.iter().collect(),
            |_, line| {
                let place = [line.step.to_string(), line.n.to_string()];
                [place.to_vec(), spreads(&[line.rmse, line.mae, line.skill])].concat()
            },
        )
    }

    fn decile_table(&self) -> CsvTable {
        let header = ["tenth", "low", "high", "n_points", "rmse", "rmse_sd", "bias", "bias_sd"];
        self.per_model(
            "deciles",
            &header,
            |model| model.by_decile.iter().collect(),
            |idx, line| {
                let place = [(idx + 1).to_string(), line.low.to_string(), line.high.to_string(), line.n.to_string()];
                [place.to_vec(), spreads(&[line.rmse, line.bias])].concat()
            },
        )
    }

    fn interval_table(&self) -> CsvTable {
        let header = ["level", "n_validation", "half_width", "half_width_sd", "coverage", "coverage_sd"];
        self.per_model(
            "intervals",
            &header,
            |model| model.interval.iter().collect(),
            |_, line| {
                let place = [line.level.to_string(), line.n_validation.to_string()];
                [place.to_vec(), spreads(&[Some(line.half_width), Some(line.coverage)])].concat()
            },
        )
    }

    fn condition_table(&self) -> CsvTable {
        let header = ["kind", "level", "rmse", "rmse_sd"];
        self.per_model(
            "conditions",
            &header,
            |model| model.conditions.iter().collect(),
            |_, line| [vec![line.kind.clone(), line.level.to_string()], spreads(&[line.rmse])].concat(),
        )
    }

    fn comparison_table(&self) -> CsvTable {
        let headline = self.config.window.score_step;
        let plain = self.comparisons.iter().map(move |line| comparison("", headline, line));
        let further =
            self.horizons.iter().flat_map(|at| at.comparisons.iter().map(|line| comparison("", at.step, line)));
        let groups = self.study.iter().flat_map(|study| &study.groups);
        let study =
            groups.flat_map(|group| group.comparisons.iter().map(move |line| comparison(&group.id, headline, line)));
        let header = [
            "group",
            "step",
            "a",
            "b",
            "difference",
            "interval_low",
            "interval_high",
            "p",
            "p_holm",
            "outcome",
            "reason",
        ];
        table("comparisons", &header, plain.chain(further).chain(study))
    }

    /// Empty when none of the paper's models was run.
    fn replay_table(&self) -> CsvTable {
        let rows = replay(self);
        let any = rows.iter().any(|row| row.standing != Standing::NotRun);
        let header =
            ["paper", "model", "measure", "published", "ours", "ours_sd", "difference", "standing", "footnotes"];
        table("replay", &header, rows.iter().filter(|_| any).map(replay_fields))
    }

    fn claim_table(&self) -> CsvTable {
        let rows: Vec<ClaimRow> = self.study.iter().flat_map(claims).filter(|row| row.best.is_some()).collect();
        let header = [
            "figure",
            "axis",
            "measure",
            "nodes",
            "claimed",
            "at_claimed",
            "at_claimed_sd",
            "best",
            "at_best",
            "at_best_sd",
            "difference",
            "finding",
        ];
        table("claims", &header, rows.iter().map(claim_fields))
    }
}

/// Mean and standard deviation of each, empty where undefined.
fn spreads(values: &[Option<Spread>]) -> Vec<String> {
    let both =
        |value: &Option<Spread>| [number(value.map(|value| value.mean)), number(value.and_then(|value| value.sd))];
    values.iter().flat_map(both).collect()
}

fn comparison(group: &str, step: usize, line: &Comparison) -> Vec<String> {
    let (low, high) = line.interval.unzip();
    let outcome = match line.outcome {
        super::Outcome::Better => "better",
        super::Outcome::Worse => "worse",
        super::Outcome::NoDifference => "no difference",
        super::Outcome::Undefined => "undefined",
    };
    let words = [group.to_owned(), step.to_string(), line.a.clone(), line.b.clone()];
    let numbers = [Some(line.difference), low, high, line.p, line.p_holm].map(number);
    [&words[..], &numbers, &[outcome.to_owned(), line.reason.clone()]].concat()
}

fn replay_fields(row: &ReplayRow) -> Vec<String> {
    let words = [row.model, row.id, row.measure.name()].map(str::to_owned);
    let numbers = [vec![row.published.to_string()], spreads(&[row.ours]), vec![number(row.difference)]].concat();
    [&words[..], &numbers, &[row.standing.words().to_owned(), row.footnotes.join(" ")]].concat()
}

fn claim_fields(row: &ClaimRow) -> Vec<String> {
    let nodes = if row.core { "core" } else { "all" };
    let words = [&row.claim.figure.to_string(), row.claim.axis, row.measure.name(), nodes].map(str::to_owned);
    let claimed = [vec![row.claim.best.to_string()], spreads(&[row.at_claimed])].concat();
    let best = [vec![number(row.best.map(|(x, _)| x))], spreads(&[row.best.map(|(_, error)| error)])].concat();
    [&words[..], &claimed, &best, &[number(row.difference), row.finding.words().to_owned()]].concat()
}
