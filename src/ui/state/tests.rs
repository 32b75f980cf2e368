//! Scripts of actions.

use super::fixture::{dataset, model, report};
use super::*;
use crate::data::FileReceipt;
use crate::protocol::{Event, PartPlan, RunId};
use crate::report::EpochPoint;

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
    Action::Lab(Event::Finished { run: RunId(run), report: Box::new(report) })
}

fn planned(run: u32) -> Action {
    let parts = vec![
        PartPlan { model: "ar".to_owned(), seed: 0, epochs: 0 },
        PartPlan { model: "tsf".to_owned(), seed: 1, epochs: 50 },
    ];
    Action::Lab(Event::Planned { run: RunId(run), parts })
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
    assert_eq!((live.n_done(), live.models.len(), live.curves[1].points.len()), (1, 1, 1));
    let words = status(&state);
    assert_eq!(
        words.text,
        "tsf seed 1 · epoch 1 of 50 · best 1 · the estimate comes after the first epoch · 1 of 2 parts done"
    );
    let share = words.progress.expect("known");
    assert!((share - 0.6 / 50.1).abs() < 1e-9, "{share}");
    assert_eq!(words.spoken, "Training has begun");
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
    let mut other = report();
    other.models[0].seeds[0].metrics.rmse += 1e-9;
    let state = play(first_visit(), [began(1, Job::Run), finished(1, other)]);
    assert!(status(&state).text.contains("Different from the stored result"));
}

#[test]
fn verify_answers_with_the_lines_that_differ() {
    let receipt = Rc::new(Receipt::of(&report(), Some(SAMPLE)));
    let same = play(first_visit(), [began(1, Job::Verify(receipt.clone())), finished(1, report())]);
    assert_eq!(same.verify, Verify::Answered { verdict: Verdict::Identical, differences: Vec::new(), n_numbers: 72 });
    let mut other = report();
    other.models[0].seeds[0].weights_sha256 = "else".to_owned();
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
