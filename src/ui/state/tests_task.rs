//! Scripts of actions over both tasks.

use std::rc::Rc;

use super::fixture::{dataset, detection, report};
use super::*;
use crate::protocol::{Event, PartPlan, RunId};
use crate::report::DetectorResult;
use crate::ui::strings;

fn play(state: State, actions: impl IntoIterator<Item = Action>) -> State {
    actions.into_iter().fold(state, |state, action| reduce(&state, action))
}

fn began(run: u32, job: Job) -> Action {
    Action::Began(Work { run: RunId(run), job })
}

fn sandbox(run: u32, id: &str) -> [Action; 2] {
    let named = crate::sandbox::scenarios().into_iter().find(|scenario| scenario.id == id).expect(id);
    let summary = DatasetSummary { name: named.title.to_owned(), ..dataset() };
    [
        began(run, Job::Open(Source::Sandbox(id.to_owned()))),
        Action::Lab(Event::Opened { run: RunId(run), summary: Box::new(summary) }),
    ]
}

fn own_files(run: u32) -> [Action; 2] {
    let summary = DatasetSummary { name: "own.csv".to_owned(), synthetic: false, ..dataset() };
    [began(run, Job::Open(Source::Files)), Action::Lab(Event::Opened { run: RunId(run), summary: Box::new(summary) })]
}

/// Both samples are here, detection is shown.
fn both() -> State {
    let samples = [Action::SampleLoaded(Box::new(report())), Action::TaskChosen(Task::Detect)];
    play(State::default(), samples.into_iter().chain([Action::SampleLoaded(Box::new(detection()))]))
}

#[test]
fn each_task_keeps_its_config_preset_and_result() {
    let state = both();
    assert_eq!(
        (state.task(), state.phase.clone(), state.preset.as_str()),
        (Task::Detect, Phase::Sample, "detect-protocols")
    );
    let edited = play(state, [Action::Typed { field: "detect.train.epochs".to_owned(), text: "3".to_owned() }]);
    let back = play(edited.clone(), [Action::TaskChosen(Task::Forecast)]);
    assert_eq!((back.task(), back.phase.clone(), back.preset.as_str()), (Task::Forecast, Phase::Sample, "class"));
    assert!(back.report.as_ref().is_some_and(|report| report.detection.is_none()) && changes(&back).len() < 2);
    let again = play(back, [Action::TaskChosen(Task::Detect)]);
    assert_eq!((&again.config, &again.report), (&edited.config, &edited.report));
}

#[test]
fn a_task_that_was_never_looked_at_begins_with_its_first_preset() {
    let state = play(State::default(), [Action::TaskChosen(Task::Detect)]);
    assert_eq!((state.preset.as_str(), state.report.is_none()), ("detect-quick", true));
    assert_eq!(blocker(&state), None, "Run opens a simulated run");
    assert_eq!(wanted_scenario(&state), Some("mesh-paper"));
    let many = play(state, [Action::PresetChosen("detect-class".to_owned())]);
    assert_eq!(wanted_scenario(&many), Some("mesh-p1"));
}

#[test]
fn a_late_sample_goes_to_its_own_task() {
    let state = play(State::default(), [Action::TaskChosen(Task::Detect), Action::SampleLoaded(Box::new(report()))]);
    assert_eq!((state.task(), state.report.is_none(), state.phase.clone()), (Task::Detect, true, Phase::Ready));
    let back = play(state, [Action::TaskChosen(Task::Forecast)]);
    assert_eq!(back.phase, Phase::Sample);
}

#[test]
fn presets_links_and_reports_of_the_other_task_switch() {
    let chosen = play(State::default(), [Action::PresetChosen("detect-smote".to_owned())]);
    assert_eq!((chosen.task(), chosen.preset.as_str()), (Task::Detect, "detect-smote"));
    let opened = play(State::default(), [Action::ReportOpened(Box::new(detection()))]);
    assert_eq!((opened.task(), opened.phase.clone()), (Task::Detect, Phase::Ready));
    let receipt = Receipt::of(&detection(), None);
    let linked = play(State::default(), [Action::LinkOpened(Box::new(receipt))]);
    assert_eq!((linked.task(), matches!(linked.link, Link::Receipt(_))), (Task::Detect, true));
    let back = play(linked, [Action::TaskChosen(Task::Forecast)]);
    assert_eq!(back.link, Link::Nothing, "the link is of the other task");
}

#[test]
fn the_readers_files_go_along_and_empty_the_other_result() {
    let state = play(both(), own_files(1));
    assert_eq!((state.report.is_none(), state.is_loaded()), (true, true));
    let back = play(state, [Action::TaskChosen(Task::Forecast)]);
    assert_eq!((back.source.clone(), back.report.is_none(), back.phase.clone()), (Source::Files, true, Phase::Ready));
    assert_eq!(wanted_scenario(&back), None);
}

#[test]
fn simulated_data_stay_with_their_task() {
    let state = play(both(), sandbox(1, "mesh-paper"));
    let back = play(state.clone(), [Action::TaskChosen(Task::Forecast)]);
    assert_eq!((back.source.clone(), back.phase.clone()), (Source::Described, Phase::Sample));
    let again = play(back, [Action::TaskChosen(Task::Detect)]);
    assert_eq!(again.source, Source::Sandbox("mesh-paper".to_owned()), "the worker holds them still");
    let other = play(again, [Action::TaskChosen(Task::Forecast)].into_iter().chain(sandbox(2, "sample")));
    let after = play(other, [Action::TaskChosen(Task::Detect)]);
    assert_eq!(after.source, Source::Described, "the worker holds others now");
}

#[test]
fn a_run_goes_on_while_the_other_task_is_shown() {
    let part = |model: &str| PartPlan { model: model.to_owned(), seed: 1, epochs: 2, cell: 0, label: String::new() };
    let planned = Action::Lab(Event::Planned { run: RunId(2), parts: vec![part("integrated")] });
    let state = play(both(), sandbox(1, "mesh-paper").into_iter().chain([began(2, Job::Run), planned]));
    let away = play(state, [Action::TaskChosen(Task::Forecast)]);
    assert_eq!((status(&away).text.as_str(), blocker(&away)), (strings::OTHER_TASK, Some(Blocker::Busy)));
    assert_eq!(away.live, None);
    let detector = DetectorResult { id: "integrated".to_owned(), ..DetectorResult::default() };
    let done = Action::Lab(Event::DetectorDone { run: RunId(2), part: 0, detector: Box::new(detector) });
    let further = play(away.clone(), [done]);
    assert_eq!((further.live.clone(), further.report.clone()), (None, away.report.clone()));
    let back = play(further.clone(), [Action::TaskChosen(Task::Detect)]);
    let live = back.live.as_ref().expect("a run");
    assert_eq!((live.n_done(), live.detected.len()), (1, 1));
    let stopped = play(further.clone(), [Action::StopPressed]);
    assert_eq!(play(stopped, [Action::TaskChosen(Task::Detect)]).phase, Phase::Stopping);
    let finished = Action::Lab(Event::Finished { run: RunId(2), report: Rc::new(detection()) });
    let ended = play(further, [finished]);
    assert!(!ended.is_busy() && ended.report == away.report);
    assert!(matches!(play(ended, [Action::TaskChosen(Task::Detect)]).phase, Phase::Done { .. }));
}

#[test]
fn work_that_is_given_up_from_the_other_task_is_over() {
    let state = play(both(), [began(1, Job::Run), Action::TaskChosen(Task::Forecast)].into_iter().chain(own_files(2)));
    let back = play(state, [Action::TaskChosen(Task::Detect)]);
    assert_eq!((back.phase.clone(), back.is_busy()), (Phase::Ready, false));
}

#[test]
fn a_script_runs_a_config_of_the_other_task_on_the_present_data() {
    let state = play(State::default(), sandbox(1, "mesh-paper"));
    let given = play(state, [Action::ConfigGiven(Box::new(detection().config))]);
    assert_eq!((given.task(), given.source.clone()), (Task::Detect, Source::Sandbox("mesh-paper".to_owned())));
}

#[test]
fn run_opens_the_scenario_that_fits_unless_the_reader_chose_another() {
    let quick = [Action::TaskChosen(Task::Detect), Action::PresetChosen("detect-quick".to_owned())];
    let with = |id: &str| play(State::default(), quick.clone().into_iter().chain(sandbox(1, id)));
    assert_eq!(wanted_scenario(&with("mesh-paper")), None);
    assert_eq!(wanted_scenario(&with("mesh-quiet")), None);
    let class = play(with("mesh-paper"), [Action::PresetChosen("detect-class".to_owned())]);
    assert_eq!(wanted_scenario(&class), Some("mesh-p1"));
    assert_eq!(wanted_scenario(&State::default()), None, "forecasting has its own rule");
}

#[test]
fn one_selection_is_sorted_let_go_by_itself_and_shows_its_run() {
    let state = play(both(), [Action::WindowsChosen(vec![20, 14, 20])]);
    assert_eq!((state.selected.to_vec(), state.view.run), (vec![14, 20], 1));
    let other = play(state.clone(), [Action::WindowsChosen(vec![3])]);
    assert_eq!((other.selected.to_vec(), other.view.run), (vec![3], 0));
    assert!(play(other, [Action::WindowsChosen(vec![3])]).selected.is_empty());
    let cleared = play(state.clone(), [Action::WindowsChosen(Vec::new())]);
    assert_eq!((cleared.selected.len(), cleared.view.run), (0, 1));
    let opened = play(state, [Action::ReportOpened(Box::new(detection()))]);
    assert_eq!((opened.selected.len(), opened.view.clone()), (0, View::default()), "another result");
}

#[test]
fn detectors_are_switched_and_take_their_place() {
    let state = play(State::default(), [Action::PresetChosen("detect-quick".to_owned())]);
    let toggle = |id: &str| Action::ModelToggled(id.to_owned());
    let ids = |state: &State| -> Vec<&'static str> {
        let detect = state.config.detect.as_ref().expect("a detection");
        detect.detectors.iter().map(|detector| detector.id()).collect()
    };
    let more = play(state.clone(), [toggle("iforest"), toggle("gcn-only"), toggle("clock")]);
    assert_eq!(ids(&more), ["integrated", "gcn-only", "logreg", "zmax", "iforest", "prior"]);
    assert_eq!(changes(&more).len(), 0, "no result to differ from");
    let none = ids(&state).into_iter().map(toggle).collect::<Vec<_>>();
    let none = play(state, none);
    assert_eq!(error(&none).map(|(field, _)| field).as_deref(), Some("models"));
    assert!(status(&none).text.starts_with("Detectors must be"), "{}", status(&none).text);
}

#[test]
fn every_detector_stands_in_one_group() {
    let mut all = DETECTOR_GROUPS.concat();
    assert_eq!(all.len(), crate::config::Detector::ALL.len());
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), crate::config::Detector::ALL.len());
}

#[test]
fn parts_of_a_detection_count_seeds_only_where_there_is_chance() {
    let mut config = crate::config::preset("detect-quick").expect("preset").config;
    config.seeds = vec![1, 2, 3];
    // integrated and prior depend on the seed; logreg, zmax and clock do not.
    assert_eq!(planned_parts(&config), 9);
    let study = crate::config::preset("detect-protocols").expect("preset").config;
    assert_eq!((detect_cells(&study).len(), planned_parts(&study)), (4, 20));
}

#[test]
fn a_saved_model_is_of_the_forecast_and_takes_the_data_along() {
    let state = play(both(), sandbox(1, "mesh-paper"));
    assert_eq!((state.task(), state.is_loaded()), (Task::Detect, true));
    for job in [Job::Model, Job::Score] {
        let state = play(state.clone(), [began(2, job)]);
        assert_eq!((state.task(), state.busy_with, state.is_loaded()), (Task::Forecast, Task::Forecast, true));
    }
}
