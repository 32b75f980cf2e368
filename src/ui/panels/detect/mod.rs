//! Results of a detection: events first, one selection in all pictures.

mod budget;
mod decisions;
mod lies;
mod models;
mod rests_on;
mod tables;

use std::rc::Rc;

use yew::prelude::*;

use super::metrics::undefined;
use crate::charts::{Curve, Exhibit, Focus, Source};
use crate::report::{BoardEpisode, DetectBoard, DetectCellResult, DetectorResult, Report};
use crate::ui::charts::{Chart, number};
use crate::ui::components::{Button, Select, Table, Weight, badge};
use crate::ui::ctx::Ctx;
use crate::ui::detection::{headline, reason, told, with_spread};
use crate::ui::state::{Action, View, kept_parts, planned_parts};
use crate::ui::{format, strings};

pub(super) use models::{detect_models, detect_summary};
pub(super) use tables::live_table;

/// Everything about a finished detection.
pub(super) fn detected(ctx: &Ctx, report: &Rc<Report>) -> Html {
    let Some(cell) = report.detection.as_ref().and_then(|found| found.cells.first()) else {
        return html! { <p class="empty">{ strings::NO_DETECTION }</p> };
    };
    let Some(shown) = cell.shown(ctx.state.view.detector.as_deref()) else {
        return html! { <p class="empty">{ strings::FIRST_PART }</p> };
    };
    let withheld = report.detection.as_ref().map_or("", |found| &found.withheld);
    if !withheld.is_empty() {
        return html! {
            <>
                <p class="headline">{ withheld }</p>
                { selection_bar(ctx, cell, shown) }
                { timeline(ctx, report, shown) }
                { rests_on::rests_on(report, cell) }
            </>
        };
    }
    html! {
        <>
            { headline_block(report, cell) }
            { event_facts(cell) }
            { selection_bar(ctx, cell, shown) }
            { suspects(ctx, report, shown) }
            { timeline(ctx, report, shown) }
            <div class="results wide-table">
                <div class="numbers">
                    { tables::metrics_table(ctx, cell) }
                    { rests_on::rests_on(report, cell) }
                </div>
                <div class="figures">
                    { decisions::decisions(ctx, report, shown) }
                    { budget::budget(ctx, shown) }
                </div>
            </div>
            { further(ctx, report, cell, shown) }
        </>
    }
}

fn headline_block(report: &Report, cell: &DetectCellResult) -> Html {
    let Some(headline) = headline(cell) else { return Html::default() };
    let Some(detect) = &report.config.detect else { return Html::default() };
    let protocol = detect.cells().into_iter().next().map_or(detect.split.protocol, |cell| cell.config.split.protocol);
    let seed = cell.chosen().and_then(|detector| detector.seeds.first());
    let thresholds = seed.map_or(&[][..], |seed| seed.thresholds.as_slice());
    let threshold = thresholds.first().copied().flatten().map(|threshold| format::fixed(threshold, 3));
    let threshold = strings::threshold_from(threshold.as_deref(), thresholds.len());
    html! {
        <div class="headline-block">
            <p class="headline">
                { &headline.first }
                if !headline.second.is_empty() {
                    <span class="second">{ "; " }{ &headline.second }</span>
                }
            </p>
            <p class="protocol-line">
                if report.dataset.synthetic {
                    { badge(strings::SYNTHETIC.into()) }
                }
                if strings::is_leaky(protocol.id()) {
                    { badge(strings::LEAKY.into()) }
                }
                if !report.complete {
                    { badge(strings::parts_badge(kept_parts(report), planned_parts(&report.config)).into()) }
                }
                <span class="second-narrow">{ &headline.second }</span>
                <span class="protocol-text">
                    { strings::detect_line(protocol.id(), &threshold, report.config.seeds.len()) }
                </span>
            </p>
            <p class="protocol-line">{ strings::protocol_text(protocol.id()) }</p>
        </div>
    }
}

/// Episodes, false alarms and delay of the detector of the headline.
fn event_facts(cell: &DetectCellResult) -> Html {
    let Some(detector) = cell.chosen() else { return Html::default() };
    let fact = |name: &'static str, id: &'static str| {
        let words = strings::measure(id);
        let value = match words.map(|words| told(cell, detector, words)) {
            Some(Ok(text)) if id == "false_alarms_per_hour" => html! { strings::an_hour(&text) },
            Some(Ok(text)) => html! { text },
            _ => undefined(reason(cell, detector, id)),
        };
        html! { <div><dt>{ name }</dt><dd data-measure={id}>{ value }</dd></div> }
    };
    html! {
        <dl class="event-facts" aria-label={detector.id.clone()}>
            { fact(strings::FACT_EPISODES, "episodes_found") }
            { fact(strings::FACT_ALARMS, "false_alarms_per_hour") }
            { fact(strings::FACT_DELAY, "delay_secs") }
        </dl>
    }
}

/// Which detector the figures show, and what is selected in all of them.
fn selection_bar(ctx: &Ctx, cell: &DetectCellResult, shown: &DetectorResult) -> Html {
    let (view, n) = (ctx.state.view.clone(), ctx.state.selected.len());
    let select = Select {
        id: "shown-detector".into(),
        label: strings::SHOWN_DETECTOR.into(),
        choices: cell
            .detectors
            .iter()
            .map(|detector| (detector.id.clone().into(), detector.id.clone().into()))
            .collect(),
        value: shown.id.clone().into(),
        testid: Some("detector-select".into()),
        on_change: ctx
            .with(move |id: String| Action::Viewed(View { detector: Some(id), budget: None, ..view.clone() })),
        ..Select::default()
    };
    let clear = Button {
        weight: Weight::Quiet,
        ..Button::new(strings::CLEAR_SELECTION, ctx.on(Action::WindowsChosen(Vec::new())))
    };
    html! {
        <div class="selection-bar">
            { select.view() }
            <p class="hint" role="status" data-testid="selection">
                { if n == 0 { strings::HOW_TO_SELECT.to_owned() } else { strings::selected(n) } }
            </p>
            if n > 0 {
                { clear.view() }
            }
        </div>
    }
}

/// What a figure reads of the selection, and nothing else: a figure whose focus stays the same is not drawn again.
fn focus(ctx: &Ctx, shown: &DetectorResult, exhibit: Exhibit) -> Focus {
    let of_detector = Focus { detector: shown.id.clone(), ..Focus::default() };
    let selected = || ctx.state.selected.to_vec();
    match exhibit {
        Exhibit::Timeline => Focus { run: ctx.state.view.run, selected: selected(), ..of_detector },
        Exhibit::Embedding(_) => Focus { selected: selected(), ..of_detector },
        Exhibit::Roc | Exhibit::PrecisionRecall | Exhibit::Accuracy => of_detector,
        Exhibit::Differences | Exhibit::Variants | Exhibit::Sweep(_) => Focus::default(),
    }
}

fn exhibit(ctx: &Ctx, report: &Rc<Report>, shown: &DetectorResult, exhibit: Exhibit, controls: Html) -> Html {
    let focus = focus(ctx, shown, exhibit);
    let source = Source::Detected(number(report), exhibit, focus);
    html! { <Chart {source} {controls} on_pick={ctx.with(Action::WindowsChosen)} /> }
}

fn timeline(ctx: &Ctx, report: &Rc<Report>, shown: &DetectorResult) -> Html {
    let board = report.detection.as_ref().and_then(|found| found.board.as_ref());
    let Some(board) = board else { return Html::default() };
    // Runs without test windows have nothing to show.
    let has_windows = |run: &usize| board.run.iter().any(|its| *its as usize == *run);
    let view = ctx.state.view.clone();
    let controls = Select {
        id: "shown-run".into(),
        label: strings::SHOWN_RUN.into(),
        choices: (0..board.runs.len())
            .filter(has_windows)
            .map(|run| (run.to_string().into(), board.runs[run].clone().into()))
            .collect(),
        value: view.run.to_string().into(),
        testid: Some("run-select".into()),
        on_change: ctx
            .with(move |run: String| Action::Viewed(View { run: run.parse().unwrap_or(view.run), ..view.clone() })),
        ..Select::default()
    };
    let runs = if controls.choices.len() > 1 { controls.view() } else { Html::default() };
    let controls = html! { <>{ runs }{ episodes(ctx, board) }</> };
    exhibit(ctx, report, shown, Exhibit::Timeline, controls)
}

/// Selects the windows of a fault of the run that is shown.
fn episodes(ctx: &Ctx, board: &DetectBoard) -> Html {
    let run = ctx.state.view.run;
    let of_run = board.episodes.iter().filter(|episode| episode.run == run);
    let windows = of_run.clone().map(|episode| board.windows_in(run, episode.start_secs, episode.end_secs));
    let windows: Vec<Vec<u32>> = windows.collect();
    let name = |(place, episode): (usize, &BoardEpisode)| {
        let name = strings::episode(&episode.kind, &episode.target);
        (AttrValue::from(place.to_string()), AttrValue::from(name))
    };
    // Without windows there is nothing to select.
    let known = of_run.enumerate().filter(|(place, _)| !windows[*place].is_empty()).map(name);
    let choices: Vec<(AttrValue, AttrValue)> =
        std::iter::once((AttrValue::from(""), AttrValue::from(strings::NO_EPISODE))).chain(known).collect();
    if choices.len() < 2 {
        return Html::default();
    }
    let chosen = windows.iter().position(|windows| !windows.is_empty() && *ctx.state.selected == **windows);
    let on_change = ctx.with(move |place: String| {
        let place: Option<usize> = place.parse().ok();
        Action::WindowsChosen(place.and_then(|place| windows.get(place).cloned()).unwrap_or_default())
    });
    Select {
        id: "shown-episode".into(),
        label: strings::SELECT_EPISODE.into(),
        choices,
        value: chosen.map_or_else(String::new, |place| place.to_string()).into(),
        testid: Some("episode-select".into()),
        on_change,
        ..Select::default()
    }
    .view()
}

/// Who is behind the alarm of the first selected window that has one, and how often that is the target.
fn suspects(ctx: &Ctx, report: &Report, shown: &DetectorResult) -> Html {
    let board = report.detection.as_ref().and_then(|found| found.board.as_ref());
    let hits = shown.seeds.first().and_then(|seed| seed.located);
    let Some((board, hits)) = board.zip(hits) else { return Html::default() };
    let told = |&window: &u32| Some((window, board.located(&shown.id, window)?));
    let mut rows = Vec::new();
    if let Some((window, (instances, scores))) = ctx.state.selected.iter().find_map(told) {
        let names = instances.iter().map(|&idx| board.instances.get(idx as usize).cloned().unwrap_or_default());
        let all = names.zip(scores.iter().copied()).chain(board.unusual_calls(window));
        rows.extend(all.map(|(name, score)| vec![html! { name }, html! { format::fixed(score.into(), 2) }]));
    }
    let table = Table::new(strings::BEHIND, &[strings::BEHIND, strings::SCORE], rows);
    html! {
        <div class="suspects">
            <p class="hint">{ strings::hits([hits.n, hits.first, hits.three]) }</p>
            if !table.rows.is_empty() {
                { Table { numbers_from: 1, testid: Some("suspects".into()), ..table }.view() }
            }
        </div>
    }
}

fn further(ctx: &Ctx, report: &Rc<Report>, cell: &DetectCellResult, shown: &DetectorResult) -> Html {
    let chart = |which: Exhibit| exhibit(ctx, report, shown, which, Html::default());
    let curves = curves(cell);
    let epochs = report.config.detect.as_ref().map_or(0, |detect| detect.train.epochs);
    html! {
        <div class="further">
            { tables::study_table(report) }
            { for Exhibit::embeddings(report, &shown.id).into_iter().map(chart) }
            { chart(Exhibit::Roc) }
            { chart(Exhibit::PrecisionRecall) }
            { for Exhibit::further(report).into_iter().map(chart) }
            if !curves.is_empty() {
                <Chart source={Source::Loss(curves, epochs, false)} />
            }
            { lies::lies(report) }
            { rests_on::audit(report) }
            { tables::choices(shown) }
            { tables::paper(report) }
        </div>
    }
}

fn curves(cell: &DetectCellResult) -> Vec<Curve> {
    let seeds = cell.detectors.iter().flat_map(|detector| detector.seeds.iter().map(move |seed| (detector, seed)));
    let learned = seeds.filter(|(_, seed)| !seed.curve.is_empty());
    learned
        .map(|(detector, seed)| Curve {
            model: detector.id.clone(),
            seed: seed.seed,
            points: seed.curve.clone(),
            best_epoch: seed.best_epoch,
            stop: Some(seed.stop),
        })
        .collect()
}

/// A measure without a cell: of a run that goes on.
fn so_far(detector: &DetectorResult, id: &str) -> Html {
    match strings::measure(id).zip(detector.measured(id)) {
        Some((words, spread)) => html! { with_spread(spread, words.form) },
        None => undefined(strings::NOT_MEASURED),
    }
}
