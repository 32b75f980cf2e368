//! From finished parts to the report.

use super::super::part::{DetectScores, PartResult};
use super::board::Which;
use super::facts::{Facts, spaced};
use super::judge::{Judge, Judged};
use super::{CellState, DetectRun, asked, located, remarks};
use crate::config::Detector;
use crate::evaluate::detection::{self, Alarms, Embedding, Measure, cluster_difference};
use crate::evaluate::spread;
use crate::report::{
    AuditResult, BoardEpisode, DetectBoard, DetectCellResult, DetectDifference, DetectSeed, DetectionReport,
    DetectorResult, EmbeddingView, ForecastBoard, LieRow, LocatedLine, MeasureSpread, Measured, ProtocolSummary,
    REPORT_SCHEMA, Report, ScoreLine, Timing, WindowCount,
};

/// Scores on the board keep four decimals: a figure shows fewer, and a report holds many.
const SCORE_STEPS: f64 = 1e4;
/// What the others are compared with.
const BAR: Detector = Detector::Zmax;

/// The report of what is finished; `None` before any seed of any detector is.
pub(super) fn report(run: &DetectRun) -> Option<Report> {
    let mut cells: Vec<DetectCellResult> = (0..run.cells.len()).map(|cell| cell_result(run, cell)).collect();
    if cells.iter().all(|cell| cell.detectors.is_empty()) {
        return None;
    }
    let first = First::new(run);
    let (board, is_withheld) = (first.as_ref().map(First::board), run.is_withheld());
    let shifts = run.config.detect.as_deref().map_or_else(Vec::new, |detect| asked::shifts(detect, &cells));
    let costs = run.cells[0].facts.iter().flatten().next().map_or_else(Vec::new, |facts| facts.costs.clone());
    let told = shifts.iter().map(asked::shift_sentence).chain(asked::cost_sentences(&costs));
    let told: Vec<String> = is_withheld.then(|| asked::WITHHELD.to_owned()).into_iter().chain(told).collect();
    cells[0].remarks.splice(0..0, told);
    let detection = DetectionReport {
        board: if is_withheld { board.map(asked::unjudged) } else { board },
        lies: first.as_ref().filter(|_| !is_withheld).map_or_else(Vec::new, First::lies),
        audit: audit(&run.cells[0]),
        cells,
        shifts,
        costs,
        withheld: if is_withheld { asked::WITHHELD.to_owned() } else { String::new() },
    };
    Some(Report {
        schema: REPORT_SCHEMA,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        target: if cfg!(target_arch = "wasm32") { "wasm32" } else { std::env::consts::ARCH }.to_owned(),
        complete: !run.parts.stopped && run.parts.is_complete(),
        config: (*run.config).clone(),
        config_sha256: run.config.sha256(),
        dataset: run.dataset.summary.clone(),
        protocol: ProtocolSummary::default(),
        models: Vec::new(),
        comparisons: Vec::new(),
        horizons: Vec::new(),
        study: None,
        forecast: ForecastBoard::default(),
        graph: None,
        detection: Some(Box::new(detection)),
        timings: timings(run),
    })
}

/// A detector of a cell with the seeds of which all folds are finished.
pub(super) fn detector(run: &DetectRun, cell: usize, detector: Detector) -> DetectorResult {
    let seeds: Vec<DetectSeed> =
        run.judged.iter().filter(|(key, _)| key.0 == cell && key.1 == detector).map(|(_, seed)| seed.clone()).collect();
    let parts = run.parts_of(cell, detector);
    let any = parts.iter().find_map(|&part| run.parts.results[part].as_ref());
    DetectorResult {
        id: detector.id().to_owned(),
        title: detector.title().to_owned(),
        supervision: detector.supervision().id().to_owned(),
        learned: detector.is_network(),
        n_params: any.map_or(0, |part| part.n_params),
        backend: any.map_or_else(String::new, |part| part.backend.clone()),
        spreads: spreads(&seeds),
        seeds,
    }
}

/// Over seeds, of every measure that all of them define.
fn spreads(seeds: &[DetectSeed]) -> Vec<MeasureSpread> {
    let of = |measure: &Measured| {
        let values = seeds.iter().map(|seed| seed.measures.iter().find(|other| other.id == measure.id)?.value);
        Some(MeasureSpread { id: measure.id.clone(), spread: spread(values)? })
    };
    seeds.first().map_or_else(Vec::new, |first| first.measures.iter().filter_map(of).collect())
}

fn cell_result(run: &DetectRun, idx: usize) -> DetectCellResult {
    let state = &run.cells[idx];
    let detectors: Vec<DetectorResult> = state.config.detectors.iter().map(|&of| detector(run, idx, of)).collect();
    let facts: Vec<&Facts> = state.facts.iter().flatten().collect();
    let differences = if run.is_withheld() { Vec::new() } else { differences(run, idx, &detectors) };
    let mut remarks = remarks::of_cell(&state.config, &facts, state.refused.as_deref());
    remarks.extend(refused(run, idx));
    if let Some(per_day) = state.config.alarms_per_day.filter(|_| !run.is_withheld()) {
        remarks.extend(asked::ahead(BAR, &detectors, &differences));
        remarks.push(asked::budget_sentence(per_day));
    }
    DetectCellResult {
        group: state.cell.group.clone(),
        label: state.cell.label.clone(),
        x: state.cell.x,
        config_sha256: crate::digest::sha256_of(&*state.config),
        parts: window_counts(&facts),
        remarks,
        differences,
        detectors: detectors.into_iter().filter(|detector| !detector.seeds.is_empty()).collect(),
    }
}

/// Why detectors of a cell that was not refused have no scores.
fn refused(run: &DetectRun, cell: usize) -> Vec<String> {
    let parts = run.parts.plan.iter().zip(&run.parts.results).filter(|(plan, _)| plan.cell == cell);
    let results = parts.filter_map(|(_, result)| result.as_ref().filter(|result| result.detection.is_none()));
    let mut why: Vec<String> = results.map(|result| result.chosen.clone()).filter(|why| !why.is_empty()).collect();
    why.retain(|why| run.cells[cell].refused.as_ref() != Some(why));
    why.dedup();
    why
}

fn window_counts(facts: &[&Facts]) -> Vec<WindowCount> {
    let part = |idx: usize, name: &str| {
        let windows = facts.iter().map(|facts| &facts.summary.windows[idx]);
        let (normal, faulty, buffer) = windows.fold((0, 0, 0), |(normal, faulty, buffer), counts| {
            let around = counts.buffer_normal + counts.buffer_faulty;
            (normal + counts.normal, faulty + counts.faulty, buffer + around)
        });
        let wanted = |run: &&crate::detect::RunSummary| run.parts.iter().any(|part| *part as usize == idx);
        WindowCount {
            name: name.to_owned(),
            runs: facts.iter().map(|facts| facts.summary.runs.iter().filter(wanted).count()).sum(),
            normal,
            faulty,
            buffer,
            episodes: facts.iter().map(|facts| facts.summary.episodes[idx] as usize).sum(),
        }
    };
    let synthetic = facts.iter().map(|facts| facts.n_synthetic as u64).sum();
    let mut counts: Vec<WindowCount> =
        ["training", "validation", "test"].iter().enumerate().map(|(idx, name)| part(idx, name)).collect();
    if synthetic > 0 {
        counts.push(WindowCount { name: "synthetic".to_owned(), faulty: synthetic, ..WindowCount::default() });
    }
    counts
}

/// Average precision of each detector against the bar, or against the first if the bar was not run; first seeds.
fn differences(run: &DetectRun, cell: usize, detectors: &[DetectorResult]) -> Vec<DetectDifference> {
    let Some(judge) = run.judge(cell) else { return Vec::new() };
    let config = &run.cells[cell].config;
    let bar = if config.detectors.contains(&BAR) { BAR } else { config.detectors[0] };
    let judged = |detector| Some(judge.scores(&run.first_scores(cell, detector)?, config.threshold));
    let Some(of_bar) = judged(bar) else { return Vec::new() };
    let truth = judge.test.truth();
    let measured = |detector: Detector| {
        let found = detectors.iter().find(|found| found.id == detector.id())?;
        found.spreads.iter().find(|spread| spread.id == "ap").map(|spread| spread.spread.mean)
    };
    let others = config.detectors.iter().copied().filter(|&detector| detector != bar);
    others
        .filter_map(|detector| {
            let scores = judged(detector)?;
            let seed = config.split.seed;
            let interval =
                cluster_difference(&truth, scores.alarms(), of_bar.alarms(), Measure::AveragePrecision, seed);
            Some(DetectDifference {
                a: detector.id().to_owned(),
                b: bar.id().to_owned(),
                difference: measured(detector).zip(measured(bar)).map(|(a, b)| a - b),
                interval,
            })
        })
        .collect()
}

fn audit(state: &CellState) -> Vec<AuditResult> {
    state.facts.first().and_then(Option::as_ref).map_or_else(Vec::new, |facts| facts.audit.clone())
}

fn timings(run: &DetectRun) -> Vec<Timing> {
    let parts = run.parts.plan.iter().zip(&run.parts.results);
    let timing = |(plan, result): (&crate::protocol::PartPlan, &Option<PartResult>)| {
        let result = result.as_ref()?;
        Some(Timing {
            model: plan.model.clone(),
            seed: plan.seed,
            secs: result.secs,
            forecast_millis: result.forecast_millis,
            cell: plan.cell,
        })
    };
    parts.filter_map(timing).collect()
}

/// The first cell with its first seeds, for the figures.
struct First<'a> {
    judge: Judge<'a>,
    scores: Vec<(Detector, Vec<&'a DetectScores>, Judged)>,
}

impl<'a> First<'a> {
    fn new(run: &'a DetectRun) -> Option<Self> {
        let judge = run.judge(0)?;
        let config = &run.cells[0].config;
        let scored = |&detector: &Detector| {
            let parts = run.first_scores(0, detector)?;
            let judged = judge.scores(&parts, config.threshold);
            Some((detector, parts, judged))
        };
        let scores = config.detectors.iter().filter_map(scored).collect();
        Some(Self { judge, scores })
    }

    /// The same scores under every measure, beside networks that learned nothing, random flags and constant alarm.
    fn lies(&self) -> Vec<LieRow> {
        let truth = self.judge.test.truth();
        let untrained: Vec<(String, Vec<f32>)> =
            self.scores.iter().filter_map(|scored| self.untrained(scored)).collect();
        let trained = self.scores.iter().map(|(detector, _, judged)| (detector.id(), judged.alarms()));
        // Their threshold is that of the paper's network: one half.
        let others = untrained.iter().map(|(id, scores)| (id.as_str(), Alarms { scores, threshold: 0.5 }));
        let rows = detection::lies(&truth, &trained.chain(others).collect::<Vec<_>>(), 1);
        rows.iter().map(lie_row).collect()
    }

    /// Scores by a network before training; of a cell with one fold.
    fn untrained(&self, (detector, parts, _): &(Detector, Vec<&DetectScores>, Judged)) -> Option<(String, Vec<f32>)> {
        let [part] = parts[..] else { return None };
        let is_known = !part.untrained.is_empty() && part.untrained.len() == part.test.len();
        is_known
            .then(|| (format!("{}, untrained", detector.id()), self.judge.test.gather(|_, idx| part.untrained[idx])))
    }

    fn board(&self) -> DetectBoard {
        let test = &self.judge.test;
        let facts = test.facts[0];
        let window = |&place: &(usize, usize)| test.window(place, Which::Test);
        let runs = test.run_names();
        let episode = |(span, episode): (&crate::evaluate::detection::Span, &&crate::detect::Episode)| {
            let start = runs[span.run as usize].1;
            let secs = |millis: i64| (millis - start) as f64 / 1000.0;
            BoardEpisode {
                run: span.run,
                start_secs: secs(span.start_millis),
                end_secs: secs(span.end_millis),
                kind: episode.kind.clone(),
                target: episode.target.clone(),
            }
        };
        let scored = test.run_of_each();
        let located =
            self.scores.iter().filter_map(|(of, parts, judged)| located::line(&self.judge, of.id(), parts, judged));
        let located: Vec<LocatedLine> = located.collect();
        DetectBoard {
            window_secs: facts.window_millis as f64 / 1000.0,
            instances: facts.instances.clone(),
            start_millis: runs.iter().map(|(_, start)| *start).collect(),
            runs: runs.iter().map(|(name, _)| name.clone()).collect(),
            last: test.places.iter().map(|place| window(place).last).collect(),
            label: test
                .places
                .iter()
                .map(|place| u8::from(window(place).label) + 2 * u8::from(window(place).buffer))
                .collect(),
            fold: test.places.iter().map(|&(fold, _)| fold as u32).collect(),
            episodes: test
                .spans()
                .iter()
                .zip(&test.episodes)
                .filter(|(span, _)| scored.contains(&span.run))
                .map(episode)
                .collect(),
            run: scored,
            lines: self.scores.iter().map(|scored| self.line(scored)).collect(),
            embeddings: self.embeddings(),
            calls: located::calls(&self.judge, &located),
            located,
        }
    }

    fn line(&self, (detector, parts, judged): &(Detector, Vec<&DetectScores>, Judged)) -> ScoreLine {
        let raw = self.judge.test.gather(|fold, idx| parts[fold].test.get(idx).copied().unwrap_or(f32::NAN));
        let short = |score: f32| ((f64::from(score) * SCORE_STEPS).round() / SCORE_STEPS) as f32;
        ScoreLine {
            id: detector.id().to_owned(),
            scores: raw.into_iter().map(short).collect(),
            thresholds: judged.thresholds.clone(),
        }
    }

    /// Pictures of the first fold: trained and untrained states of each network, and the scaled values themselves.
    fn embeddings(&self) -> Vec<EmbeddingView> {
        let facts = self.judge.test.facts[0];
        let picked: Vec<usize> = spaced(facts.test.len());
        let labels: Vec<bool> = picked.iter().map(|&idx| facts.test[idx].label).collect();
        let mut place_of = vec![0; facts.test.len()];
        let places = self.judge.test.places.iter().zip(0_u32..);
        places.filter(|((fold, _), _)| *fold == 0).for_each(|(&(_, idx), at)| place_of[idx] = at);
        let windows: Vec<u32> = picked.iter().map(|&idx| place_of[idx]).collect();
        let mut views: Vec<EmbeddingView> =
            facts.raw.iter().map(|embedding| view("raw", "raw", embedding, &windows)).collect();
        for (detector, parts, _) in &self.scores {
            let of = parts[0];
            let n_untrained = of.untrained_states.len().saturating_sub(of.test_states.len());
            let (before_train, before_test) = of.untrained_states.split_at(n_untrained);
            let pictures =
                [("trained", &of.train_states[..], &of.test_states[..]), ("untrained", before_train, before_test)];
            for (state, train, test) in pictures {
                let width = test.len() / labels.len().max(1);
                let found = (width > 1).then(|| detection::embedding(train, test, &labels, width)).flatten();
                views.extend(found.map(|embedding| view(detector.id(), state, &embedding, &windows)));
            }
        }
        views
    }
}

fn view(id: &str, state: &str, embedding: &Embedding, windows: &[u32]) -> EmbeddingView {
    let round = |value: f32| (value * 1e3).round() / 1e3;
    let (points, _) = embedding.points.as_chunks::<2>();
    EmbeddingView {
        id: id.to_owned(),
        state: state.to_owned(),
        explained: embedding.ratios.to_vec(),
        window: windows.to_vec(),
        x: points.iter().map(|point| round(point[0])).collect(),
        y: points.iter().map(|point| round(point[1])).collect(),
        silhouette: embedding.silhouette,
        auc: embedding.first_auc,
    }
}

fn lie_row(row: &detection::LieRow) -> LieRow {
    let measures = [
        ("alarm_share", row.alarm_share),
        ("accuracy", row.accuracy),
        ("f1", row.f1),
        ("weighted_f1", row.weighted_f1),
        ("point_adjusted_f1", row.point_adjusted_f1),
        ("auc", row.roc_auc),
        ("ap", row.average_precision),
        ("vus_roc", row.vus_roc),
        ("vus_pr", row.vus_pr),
        ("affiliation_precision", row.affiliation_precision),
        ("affiliation_recall", row.affiliation_recall),
        ("episodes_found", row.episodes_found),
        ("false_alarms_per_hour", row.false_alarms_per_hour),
    ];
    let measures = measures.map(|(id, value)| Measured { id: id.to_owned(), value }).into();
    LieRow { id: row.id.clone(), measures }
}
