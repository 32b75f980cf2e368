//! Scripts of actions.

use std::rc::Rc;

use super::fixture::{dataset, model, report};
use super::*;
use crate::data::FileReceipt;
use crate::protocol::{Event, PartPlan, RunId, SavedModel};
use crate::report::EpochPoint;
use crate::ui::strings;

fn play(state: State, actions: impl IntoIterator<Item = Action>) -> State {
    actions.into_iter().fold(state, |state, action| reduce(&state, action))
}

fn first_visit() -> State {
    play(State::default(), [Action::SampleLoaded(Box::new(report()))])
}

fn began(run: u32, job: Job) -> Action {
    Action::Began(Work { run: RunId(run), job })
}

fn own_file(sha256: &str) -> DatasetSummary {
    let file = FileReceipt { name: "own.csv".to_owned(), bytes: 10, sha256: sha256.to_owned(), rows: 2 };
    DatasetSummary { name: "own.csv".to_owned(), synthetic: false, files: vec![file], ..dataset() }
}

fn opened(run: u32, summary: DatasetSummary) -> Action {
    Action::Lab(Event::Opened { run: RunId(run), summary: Box::new(summary) })
}

fn finished(run: u32, report: Report) -> Action {
    Action::Lab(Event::Finished { run: RunId(run), report: Rc::new(report) })
}

fn planned(run: u32) -> Action {
    let parts = vec![part(0, "", "ar", 0, 0), part(0, "", "tsf", 1, 50)];
    Action::Lab(Event::Planned { run: RunId(run), parts })
}

fn part(cell: usize, label: &str, model: &str, seed: u32, epochs: usize) -> PartPlan {
    PartPlan { model: model.to_owned(), seed, epochs, cell, label: label.to_owned() }
}

fn typed(field: &str, text: &str) -> Action {
    Action::Typed { field: field.to_owned(), text: text.to_owned() }
}

#[test]
fn the_first_visit_shows_the_stored_result() {
    let state = first_visit();
    assert_eq!(state.phase, Phase::Sample);
    assert_eq!(blocker(&state), None);
    assert_eq!(status(&state).text, "Stored result of the sample. A new run takes about 1 min 2 s");
    assert_eq!(StageId::ALL.map(|stage| glyph(&state, stage)), [Glyph::Done; 5]);
}

#[test]
fn a_late_sample_does_not_replace_the_readers_file() {
    let state = play(State::default(), [began(1, Job::Open(Source::Files)), opened(1, own_file("aa"))]);
    let after = reduce(&state, Action::SampleLoaded(Box::new(report())));
    assert_eq!(after, state);
}

#[test]
fn a_new_data_set_empties_the_results() {
    let state = play(first_visit(), [began(1, Job::Open(Source::Files)), opened(1, own_file("aa"))]);
    assert_eq!(state.report, None);
    assert_eq!(state.phase, Phase::Ready);
    assert!(state.open.contains(&StageId::Data));
    assert_eq!(glyph(&state, StageId::Results), Glyph::Empty);
}

#[test]
fn the_same_data_keep_the_result() {
    let state = play(first_visit(), [began(1, Job::Open(Source::Sandbox(SAMPLE.to_owned()))), opened(1, dataset())]);
    assert!(state.report.is_some());
    assert!(state.is_loaded());
}

#[test]
fn the_other_scenario_is_other_data() {
    let other = crate::sandbox::scenarios()[1];
    let summary = DatasetSummary { name: other.title.to_owned(), ..dataset() };
    assert_eq!(scenario_of(&summary), Some(other.id));
    let state = play(first_visit(), [began(1, Job::Open(Source::Sandbox(other.id.to_owned()))), opened(1, summary)]);
    assert_eq!(state.report, None);
}

fn saved() -> SavedModel {
    let [name, words, settings] = ["tsf-1.safetensors", "tsf, seed 1, trained on “x”", "{}"].map(str::to_owned);
    SavedModel { name, words, settings }
}

#[test]
fn an_opened_model_is_shown_beside_the_result_and_gone_while_another_is_read() {
    let told = Action::Lab(Event::ModelOpened { run: RunId(1), model: saved() });
    let state = play(first_visit(), [began(1, Job::Model), told]);
    assert_eq!(state.model.as_deref(), Some(&saved()));
    assert!(state.report.is_some() && state.open.contains(&StageId::Data) && !state.is_busy());
    let message = "The saved model is damaged".to_owned();
    let failed = Action::Lab(Event::Failed { run: RunId(2), stage: crate::protocol::Stage::Read, message });
    let state = play(state, [began(2, Job::Model), failed]);
    assert_eq!((state.model.as_deref(), glyph(&state, StageId::Data)), (None, Glyph::Needed));
    assert!(state.report.is_some());
}

#[test]
fn the_settings_of_a_scored_model_take_the_place_of_the_present_ones() {
    let mut scored = report();
    scored.config.train.epochs += 1;
    let state = play(first_visit(), [began(1, Job::Score), finished(1, scored.clone())]);
    assert_eq!(state.config, scored.config);
    assert!(changes(&state).is_empty());
    let trained = play(first_visit(), [began(1, Job::Run), finished(1, scored)]);
    assert_eq!(changes(&trained).len(), 1);
}

#[test]
fn events_of_abandoned_work_are_dropped() {
    let state = play(first_visit(), [began(2, Job::Run)]);
    let after = play(state.clone(), [planned(1), finished(1, report())]);
    assert_eq!(after, state);
}

#[test]
fn a_changed_setting_marks_the_result_and_is_named() {
    let state = play(first_visit(), [typed("window.input_steps", "48")]);
    assert_eq!(glyph(&state, StageId::Results), Glyph::Stale);
    assert_eq!(status(&state).text, "1 setting differs from this result: window 12 steps → 48 steps");
    let undone = reduce(&state, Action::UndoPressed);
    assert!(changes(&undone).is_empty());
}

#[test]
fn a_text_that_is_no_number_blocks_the_run_and_is_kept() {
    let state = play(first_visit(), [typed("window.input_steps", "4l")]);
    assert_eq!(state.drafts["window.input_steps"], "4l");
    assert_eq!(status(&state).text, "Window must be a whole number from 1 to 96");
    assert!(matches!(blocker(&state), Some(Blocker::Invalid { field, .. }) if field == "window.input_steps"));
    let mended = reduce(&state, typed("window.input_steps", "12"));
    assert_eq!(blocker(&mended), None);
}

#[test]
fn a_number_out_of_range_blocks_the_run() {
    let state = play(first_visit(), [typed("window.input_steps", "0")]);
    assert_eq!(status(&state).field.as_deref(), Some("window.input_steps"));
    assert_eq!(glyph(&state, StageId::Models), Glyph::Needed);
}

#[test]
fn training_fills_curves_and_table() {
    let point = EpochPoint { epoch: 1, train: 0.1, validation: 0.2, rate: 0.001, gradient_norm: 1.0 };
    let ar = Box::new(model("ar", false, 0.0416, 1));
    let state = play(
        first_visit(),
        [
            began(1, Job::Run),
            planned(1),
            Action::Lab(Event::PartDone { run: RunId(1), part: 0, model: ar }),
            Action::Lab(Event::Step { run: RunId(1), part: 1, epoch: 1, share: 0.5, secs_left: None }),
            Action::Lab(Event::Epoch { run: RunId(1), part: 1, point, best_epoch: 1 }),
        ],
    );
    let live = state.live.as_ref().expect("at work");
    assert_eq!((live.n_done(), live.found.len(), live.curves[1].points.len()), (1, 1, 1));
    let words = status(&state);
    assert_eq!(
        words.text,
        "tsf seed 1 · epoch 1 of 50 · best 1 · the estimate comes after the first epoch · 1 of 2 parts done"
    );
    let share = words.progress.expect("known");
    assert!((share - 0.6 / 50.1).abs() < 1e-9, "{share}");
    assert_eq!(words.spoken, "Training has begun");
}

/// Two workers: the events of their parts come in turn.
#[test]
fn parts_of_two_cells_go_on_side_by_side() {
    let point = |epoch| EpochPoint { epoch, train: 0.1, validation: 0.2, rate: 0.001, gradient_norm: 1.0 };
    let parts =
        vec![part(0, "layers 1", "tsf", 1, 4), part(1, "layers 2", "tsf", 1, 4), part(2, "layers 3", "tsf", 1, 2)];
    let step = |part, epoch| Action::Lab(Event::Step { run: RunId(1), part, epoch, share: 0.5, secs_left: Some(60.0) });
    let epoch = |part, at| Action::Lab(Event::Epoch { run: RunId(1), part, point: point(at), best_epoch: at });
    let done =
        |part, rmse| Action::Lab(Event::PartDone { run: RunId(1), part, model: Box::new(model("tsf", true, rmse, 1)) });
    let begin = [began(1, Job::Run), Action::Lab(Event::Planned { run: RunId(1), parts })];
    let state = play(first_visit(), begin);
    let state = play(state, [step(0, 1), step(1, 1), epoch(1, 1), step(1, 2), epoch(0, 1), step(0, 2), step(1, 3)]);
    let live = state.live.as_ref().expect("at work");
    assert_eq!(live.running().collect::<Vec<_>>(), [0, 1]);
    assert_eq!((live.curves[0].epoch, live.curves[1].epoch, live.curves[2].epoch), (2, 3, 0));
    let words = status(&state);
    assert_eq!(words.text, "layers 1: tsf seed 1 · epoch 2 of 4 · best 1 · 1 min left · 0 of 3 parts done, 2 at work");
    let share = words.progress.expect("known");
    assert!((share - (1.5 + 2.5) / 10.0).abs() < 1e-9, "{share}");
    let state = play(state, [done(1, 0.05), step(0, 3), done(0, 0.04)]);
    let live = state.live.as_ref().expect("at work");
    assert_eq!((live.n_done(), live.found.len()), (2, 2));
    assert_eq!(live.models_of(1).next().and_then(|model| model.rmse).map(|rmse| rmse.mean), Some(0.05));
}

#[test]
fn the_parts_of_a_study_are_those_of_all_its_cells() {
    let parts = |id: &str| planned_parts(&crate::config::preset(id).expect(id).config);
    assert_eq!(parts("class"), 3 * 3 + 2);
    // The nodes sweep has five values, with two closed-form models each.
    assert_eq!(parts("sensitivity-class"), 20 + 5 * 2);
    assert_eq!(parts("ablation"), (2 * 3 + 2) + 12 * 3);
    assert_eq!(parts("rolling"), 3 * (2 * 3 + 2));
    assert_eq!(parts("search"), 2 * 12);
    let cells = planned_cells(&crate::config::preset("sensitivity-full").expect("preset").config);
    assert_eq!((parts_of(&cells, Some("tsf")), parts_of(&cells, Some("ar"))), (20 * 5, 5));
    let state = play(State::default(), [Action::SampleLoaded(Box::new(report()))]);
    let state = play(state, [Action::PresetChosen("search".to_owned())]);
    let chosen = State { report: None, ..state };
    assert_eq!(status(&chosen).text, "Random search: 24 parts in 24 configs; the estimate comes after the first epoch");
}

#[test]
fn a_study_without_end_is_refused_before_it_is_unfolded() {
    let state = play(
        first_visit(),
        [typed("study", "search"), typed("study.trials", "4000000000"), typed("window.input_steps", "24")],
    );
    assert_eq!(status(&state).text, "Trials must be a whole number from 1 to 100");
    assert_eq!(
        planned_parts(&state.config),
        planned_parts(&RunConfig { study: Default::default(), ..state.config.clone() })
    );
}

#[test]
fn a_study_that_cannot_run_says_why_in_its_own_words() {
    let choose = |study| play(first_visit(), [typed("study", study)]);
    let axes = ["layers", "heads", "sparsity", "nodes"].map(|axis| typed(&format!("study.{axis}.on"), "false"));
    assert_eq!(status(&play(choose("sensitivity"), axes)).text, "Choose at least one setting that varies");
    let wrong = play(choose("sensitivity"), [typed("study.layers", "1, 13")]);
    assert_eq!(status(&wrong).text, "Numbers of layers: each must be a whole number from 1 to 12");
    assert_eq!(status(&wrong).field.as_deref(), Some("study.layers"));
    let without = play(choose("ablation"), [Action::ModelToggled("tsf".to_owned())]);
    assert_eq!(status(&without).text, "This study takes tsf apart; add tsf to the models");
}

#[test]
fn a_text_of_a_setting_that_is_gone_does_not_block() {
    let typed_text = play(first_visit(), [typed("study", "sensitivity"), typed("study.layers", "1,")]);
    assert!(blocker(&typed_text).is_some());
    let off = reduce(&typed_text, typed("study.layers.on", "false"));
    assert_eq!((blocker(&off), off.drafts.len()), (None, 0));
    let model = play(first_visit(), [typed("gru.width", "x"), Action::ModelToggled("gru".to_owned())]);
    assert_eq!(blocker(&model), None);
}

#[test]
fn every_model_can_be_chosen_and_run_beside_the_sample() {
    let mut state = first_visit();
    for id in MODEL_GROUPS.concat() {
        assert!(!strings::model_text(id).is_empty(), "{id}");
        if state.config.models.iter().all(|model| model.id() != id) {
            state = reduce(&state, Action::ModelToggled(id.to_owned()));
        }
        assert_eq!(blocker(&state), None, "{id}");
    }
    let ids: Vec<&str> = state.config.models.iter().map(|model| model.id()).collect();
    assert_eq!(ids, MODEL_GROUPS.concat());
}

#[test]
fn presets_list_models_in_the_order_of_the_page_and_stand_under_a_heading() {
    let order = MODEL_GROUPS.concat();
    let presets = crate::config::presets();
    for preset in &presets {
        let ids: Vec<&str> = preset.config.models.iter().map(|model| model.id()).collect();
        let places: Vec<usize> = ids.iter().filter_map(|id| order.iter().position(|other| other == id)).collect();
        assert!(places.len() == ids.len() && places.is_sorted(), "{}: {ids:?}", preset.id);
        assert!(strings::PRESET_GROUPS.contains(&strings::preset_group(preset.id)), "{}", preset.id);
        let state = play(State::default(), [Action::PresetChosen(preset.id.to_owned())]);
        let again = play(State::default(), [Action::ConfigGiven(Box::new(state.config.clone()))]);
        assert_eq!(again.preset, preset.id, "a preset is nearest to itself");
    }
    let quick = |task: Task| {
        let its = presets.iter().filter(|preset| Task::of(&preset.config) == task);
        its.filter(|preset| strings::preset_group(preset.id) == strings::PRESET_GROUPS[0]).count()
    };
    assert_eq!((quick(Task::Forecast), quick(Task::Detect)), (3, 2));
}

#[test]
fn progress_is_said_aloud_by_quarters() {
    let reading = |bytes| Action::Lab(Event::Reading { run: RunId(1), bytes, total_bytes: 1_000, rows: 3 });
    let spoken = |bytes| {
        let state = play(State::default(), [began(1, Job::Open(Source::Files)), reading(bytes)]);
        status(&state).spoken
    };
    assert_eq!((spoken(250), spoken(499)), ("Reading: 25 % done".to_owned(), "Reading: 25 % done".to_owned()));
    assert_eq!(spoken(1_000), "Reading: 100 % done");
}

#[test]
fn stop_answers_at_once_and_progress_does_not_undo_it() {
    let step = Action::Lab(Event::Step { run: RunId(1), part: 1, epoch: 1, share: 0.5, secs_left: None });
    let state = play(first_visit(), [began(1, Job::Run), planned(1), Action::StopPressed, step]);
    assert_eq!(state.phase, Phase::Stopping);
    let mut partial = report();
    partial.complete = false;
    partial.models.truncate(1);
    let state = play(state, [finished(1, partial)]);
    assert_eq!(state.phase, Phase::Stopped);
    assert_eq!(status(&state).text, "Stopped; 3 of 8 parts are kept");
}

#[test]
fn a_stop_before_the_first_part_keeps_the_old_result() {
    let stopped = Action::Lab(Event::Stopped { run: RunId(1) });
    let state = play(first_visit(), [began(1, Job::Run), Action::StopPressed, stopped]);
    assert!(state.report.is_some());
    assert_eq!((state.phase, state.work), (Phase::Stopped, None));
}

#[test]
fn a_repeated_run_says_whether_it_came_out_the_same() {
    let state = play(first_visit(), [began(1, Job::Run), finished(1, report())]);
    assert_eq!(status(&state).text, "Done in 1 min 2 s. Identical to the stored result");
    for (factor, words) in [(1.0 + 1e-6, "Within tolerance of the stored"), (1.01, "Different from the stored")] {
        let mut other = report();
        other.models[0].seeds[0].metrics.rmse *= factor;
        let state = play(first_visit(), [began(1, Job::Run), finished(1, other)]);
        assert!(status(&state).text.contains(words), "{}", status(&state).text);
    }
}

#[test]
fn verify_answers_with_the_lines_that_differ() {
    let receipt = Rc::new(Receipt::of(&report(), Some(SAMPLE)));
    let same = play(first_visit(), [began(1, Job::Verify(receipt.clone())), finished(1, report())]);
    assert_eq!(same.verify, Verify::Answered { verdict: Verdict::Identical, differences: Vec::new(), n_numbers: 72 });
    let mut other = report();
    other.models[0].seeds[0].weights_sha256 = "else".to_owned();
    other.models[0].seeds[0].metrics.rmse *= 1.01;
    let differs = play(first_visit(), [began(1, Job::Verify(receipt)), finished(1, other)]);
    let Verify::Answered { verdict, differences, .. } = differs.verify else { panic!("no answer") };
    assert_eq!(verdict, Verdict::Different);
    assert!(differences.iter().any(|line| line.part == "weights"));
}

#[test]
fn a_failure_ends_the_work_and_is_said() {
    let message = "Cannot read line 3".to_owned();
    let failed = Action::Lab(Event::Failed { run: RunId(1), stage: Stage::Read, message });
    let state = play(first_visit(), [began(1, Job::Open(Source::Files)), failed]);
    assert_eq!(state.work, None);
    assert_eq!(glyph(&state, StageId::Data), Glyph::Needed);
    assert_eq!((status(&state).text.as_str(), status(&state).tone), ("Cannot read line 3", Tone::Error));
    assert!(state.report.is_some(), "the data set from before is kept, so its result is, too");
}

#[test]
fn an_opened_report_needs_its_files_to_run_again() {
    let mut other = report();
    other.dataset = own_file("aa");
    let state = play(first_visit(), [Action::ReportOpened(Box::new(other))]);
    assert_eq!(blocker(&state), Some(Blocker::FilesNeeded));
    let state = play(state, [began(1, Job::Open(Source::Files)), opened(1, own_file("aa"))]);
    assert!(state.report.is_some(), "the same bytes");
    assert_eq!(blocker(&state), None);
}

#[test]
fn a_wrong_copy_is_named() {
    let mut made = report();
    made.dataset = own_file("41ab");
    let receipt = Receipt::of(&made, None);
    let state = play(
        State::default(),
        [Action::LinkOpened(Box::new(receipt)), began(1, Job::Open(Source::Files)), opened(1, own_file("9f2c"))],
    );
    let sentence = wrong_copy(&state).expect("other bytes");
    assert!(sentence.contains("SHA-256 9f2c… instead of 41ab…"), "{sentence}");
    assert_eq!(glyph(&state, StageId::Data), Glyph::Needed);
}

#[test]
fn a_link_comes_before_the_sample() {
    let receipt = Receipt::of(&report(), Some(SAMPLE));
    let state =
        play(State::default(), [Action::LinkOpened(Box::new(receipt)), Action::SampleLoaded(Box::new(report()))]);
    assert_eq!(state.report, None);
    assert_eq!(state.config, report().config);
}

#[test]
fn models_keep_their_order_and_their_settings() {
    let off =
        play(State::default(), [Action::PresetChosen("class".to_owned()), Action::ModelToggled("tsf".to_owned())]);
    assert!(off.config.models.iter().all(|model| model.id() != "tsf"));
    let on = reduce(&off, Action::ModelToggled("tsf".to_owned()));
    assert_eq!(on.config, crate::config::preset("class").expect("preset").config);
}

#[test]
fn a_head_pressed_twice_turns_the_order() {
    let once = reduce(&State::default(), Action::Sorted(Column::Mae));
    assert_eq!(once.sort, Sort { column: Column::Mae, descending: false });
    assert!(reduce(&once, Action::Sorted(Column::Mae)).sort.descending);
}
