//! What was asked of the worker and what it still owes: the rules of the bridge, without a browser.
//!
//! `F` is a file handle; the tests use names.

use crate::config::{DataConfig, RunConfig};
use crate::protocol::{Command, Event, RunId, Stage};

/// Where the present data come from, enough to read them again in another worker.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source<F> {
    /// Files of the reader.
    Files(Vec<F>),
    /// Id of a scenario.
    Sandbox(String),
}

/// One message to the worker.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Letter<F> {
    /// What is asked.
    pub(super) command: Command,
    /// Handles that travel beside it.
    pub(super) files: Vec<F>,
}

/// What pressing Stop means now.
#[derive(Debug, PartialEq)]
pub(super) enum Stop<F> {
    /// Nothing is going on.
    Idle,
    /// The worker never heard of the work; it is over already.
    Unsent(RunId),
    /// Ask the worker; if it stays deaf, terminate it.
    Ask(RunId, Letter<F>),
}

#[derive(Debug)]
struct Work {
    run: RunId,
    /// Stage to blame if the worker is lost.
    stage: Stage,
    /// A stop was sent and not even acknowledged.
    deaf: bool,
}

/// The state of the bridge.
#[derive(Debug)]
pub(super) struct Ledger<F> {
    ready: bool,
    waiting: Vec<Letter<F>>,
    last_run: RunId,
    work: Option<Work>,
    opening: Option<(RunId, Source<F>)>,
    loaded: Option<Source<F>>,
    model: Option<F>,
}

impl<F: Clone> Ledger<F> {
    /// Before the first worker.
    pub(super) fn new() -> Self {
        Self {
            ready: false,
            waiting: Vec::new(),
            last_run: RunId(0),
            work: None,
            opening: None,
            loaded: None,
            model: None,
        }
    }

    /// Begins reading; the letters are to be posted now.
    pub(super) fn open(&mut self, source: Source<F>, data: DataConfig) -> (RunId, Vec<Letter<F>>) {
        let run = self.begin(Stage::Read);
        self.opening = Some((run, source.clone()));
        let letter = match source {
            Source::Files(files) => Letter { command: Command::Open { run, data: Box::new(data) }, files },
            Source::Sandbox(scenario) => Letter { command: Command::OpenSandbox { run, scenario }, files: Vec::new() },
        };
        (run, self.send(letter))
    }

    /// Begins a run; the letters are to be posted now.
    pub(super) fn run(&mut self, config: RunConfig) -> (RunId, Vec<Letter<F>>) {
        let run = self.begin(Stage::Train);
        let letter = Letter { command: Command::Run { run, config: Box::new(config) }, files: Vec::new() };
        (run, self.send(letter))
    }

    /// Begins reading a saved model, or scoring one on data that were read as `data` says; without a file it is the
    /// one that was read last.
    pub(super) fn model(&mut self, file: Option<F>, data: Option<DataConfig>) -> (RunId, Vec<Letter<F>>) {
        let run = self.begin(if data.is_some() { Stage::Train } else { Stage::Read });
        if data.is_none() {
            self.model.clone_from(&file);
        }
        let files = file.or_else(|| self.model.clone()).into_iter().collect();
        let letter = Letter { command: Command::Model { run, data: data.map(Box::new) }, files };
        (run, self.send(letter))
    }

    /// Asks for the graph at a bin, if the worker has nothing else to do.
    pub(super) fn look(&self, bin: usize, config: RunConfig) -> Option<Letter<F>> {
        let idle = self.ready && self.work.is_none() && self.loaded.is_some();
        idle.then(|| Letter { command: Command::Look { bin, config: Box::new(config) }, files: Vec::new() })
    }

    /// Asks for a file that the worker writes, if it has nothing else to do.
    pub(super) fn ask(&self, command: Command) -> Option<Letter<F>> {
        let idle = self.ready && self.work.is_none();
        idle.then(|| Letter { command, files: Vec::new() })
    }

    /// Stop was pressed. Pressed again, the worker is asked again and must acknowledge again.
    pub(super) fn stop(&mut self) -> Stop<F> {
        let Some(work) = &mut self.work else { return Stop::Idle };
        let run = work.run;
        if self.ready {
            work.deaf = true;
            return Stop::Ask(run, Letter { command: Command::Stop { run }, files: Vec::new() });
        }
        self.waiting.retain(|letter| !belongs_to(&letter.command, run));
        self.over(run);
        Stop::Unsent(run)
    }

    /// The worker has seen the stop; whether the work was reading, which keeps nothing.
    pub(super) fn stopping(&mut self, run: RunId) -> bool {
        let Some(work) = self.work.as_mut().filter(|work| work.run == run) else { return false };
        work.deaf = false;
        work.stage == Stage::Read
    }

    /// Whether a stop of this work is still without any answer.
    pub(super) fn is_deaf(&self, run: RunId) -> bool {
        self.work.as_ref().is_some_and(|work| work.run == run && work.deaf)
    }

    /// The handshake is done; the letters that waited for it are to be posted now.
    pub(super) fn ready(&mut self) -> Vec<Letter<F>> {
        self.ready = true;
        std::mem::take(&mut self.waiting)
    }

    /// Whether the handshake is done.
    pub(super) fn is_ready(&self) -> bool {
        self.ready
    }

    /// Id of the work that was begun last.
    pub(super) fn last_run(&self) -> RunId {
        self.last_run
    }

    /// Whether work is going on.
    pub(super) fn is_busy(&self) -> bool {
        self.work.is_some()
    }

    /// Takes note of what an event settles.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Opened { run, .. } => {
                if let Some((_, source)) = self.opening.take_if(|(opening, _)| opening == run) {
                    self.loaded = Some(source);
                    self.over(*run);
                }
            }
            Event::Finished { run, .. }
            | Event::ModelOpened { run, .. }
            | Event::Stopped { run }
            | Event::Failed { run, .. } => self.over(*run),
            _ => {}
        }
    }

    /// The worker is gone. Its successor is told where the present data come from; the work it had is given back.
    pub(super) fn lost(&mut self) -> Option<(RunId, Stage)> {
        self.ready = false;
        self.waiting.clear();
        self.waiting.extend(self.loaded.clone().map(adopt));
        self.opening = None;
        self.work.take().map(|work| (work.run, work.stage))
    }

    fn begin(&mut self, stage: Stage) -> RunId {
        self.last_run = RunId(self.last_run.0 + 1);
        self.work = Some(Work { run: self.last_run, stage, deaf: false });
        self.last_run
    }

    fn send(&mut self, letter: Letter<F>) -> Vec<Letter<F>> {
        if self.ready {
            return vec![letter];
        }
        self.waiting.push(letter);
        Vec::new()
    }

    fn over(&mut self, run: RunId) {
        self.work.take_if(|work| work.run == run);
        self.opening.take_if(|(opening, _)| *opening == run);
    }
}

fn adopt<F>(source: Source<F>) -> Letter<F> {
    let (scenario, files) = match source {
        Source::Files(files) => (None, files),
        Source::Sandbox(scenario) => (Some(scenario), Vec::new()),
    };
    Letter { command: Command::Adopt { scenario }, files }
}

fn belongs_to(command: &Command, id: RunId) -> bool {
    match command {
        Command::Open { run, .. }
        | Command::OpenSandbox { run, .. }
        | Command::Run { run, .. }
        | Command::Part { run, .. }
        | Command::Model { run, .. }
        | Command::Stop { run } => *run == id,
        Command::Hello
        | Command::Adopt { .. }
        | Command::Look { .. }
        | Command::Export { .. }
        | Command::SaveModel { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::presets;
    use crate::protocol::SavedModel;
    use crate::report::Report;

    type Names = Ledger<&'static str>;

    fn config() -> RunConfig {
        presets().swap_remove(0).config
    }

    fn opened(run: RunId) -> Event {
        let report: Report =
            serde_json::from_str(include_str!("../../../tests/fixtures/report.json")).expect("a report");
        Event::Opened { run, summary: Box::new(report.dataset) }
    }

    fn with_data() -> Names {
        let mut ledger = Names::new();
        ledger.ready();
        let (run, _) = ledger.open(Source::Files(vec!["a.csv"]), DataConfig::default());
        ledger.note(&opened(run));
        ledger
    }

    #[test]
    fn commands_wait_for_the_handshake_in_order() {
        let mut ledger = Names::new();
        let (first, now) = ledger.open(Source::Files(vec!["a.csv"]), DataConfig::default());
        assert!(now.is_empty());
        let (second, now) = ledger.run(config());
        assert!(now.is_empty());
        let letters = ledger.ready();
        assert!(belongs_to(&letters[0].command, first) && belongs_to(&letters[1].command, second));
        assert_eq!(letters[0].files, ["a.csv"]);
        assert_eq!(ledger.run(config()).1.len(), 1, "after the handshake a command goes at once");
    }

    #[test]
    fn a_stop_before_the_handshake_needs_no_worker() {
        let mut ledger = Names::new();
        let (run, _) = ledger.run(config());
        assert_eq!(ledger.stop(), Stop::Unsent(run));
        assert!(ledger.ready().is_empty());
        assert_eq!(ledger.stop(), Stop::Idle);
    }

    #[test]
    fn a_stop_is_deaf_until_it_is_acknowledged_or_the_work_ends() {
        let mut ledger = with_data();
        let (run, _) = ledger.run(config());
        assert!(!ledger.is_deaf(run));
        assert!(matches!(ledger.stop(), Stop::Ask(id, _) if id == run));
        assert!(ledger.is_deaf(run));
        ledger.stopping(run);
        assert!(!ledger.is_deaf(run));
        assert!(matches!(ledger.stop(), Stop::Ask(..)), "pressed again, asked again");
        assert!(ledger.is_deaf(run));
        ledger.note(&Event::Stopped { run });
        assert!(!ledger.is_deaf(run));
        assert_eq!(ledger.stop(), Stop::Idle);
    }

    #[test]
    fn a_successor_is_told_where_the_data_are() {
        let mut ledger = with_data();
        let (run, _) = ledger.run(config());
        assert_eq!(ledger.lost(), Some((run, Stage::Train)));
        let letters = ledger.ready();
        assert_eq!(letters, [Letter { command: Command::Adopt { scenario: None }, files: vec!["a.csv"] }]);
    }

    #[test]
    fn reading_that_is_cut_off_keeps_the_data_from_before() {
        let mut ledger = with_data();
        let (run, _) = ledger.open(Source::Sandbox("machines".to_owned()), DataConfig::default());
        assert_eq!(ledger.lost(), Some((run, Stage::Read)));
        assert_eq!(ledger.ready()[0].files, ["a.csv"]);
    }

    #[test]
    fn a_scenario_is_adopted_by_its_id() {
        let mut ledger = Names::new();
        ledger.ready();
        let (run, _) = ledger.open(Source::Sandbox("machines".to_owned()), DataConfig::default());
        ledger.note(&opened(run));
        assert_eq!(ledger.lost(), None);
        assert_eq!(ledger.ready()[0].command, Command::Adopt { scenario: Some("machines".to_owned()) });
    }

    #[test]
    fn data_that_a_run_reads_again_do_not_end_the_run() {
        let mut ledger = with_data();
        let (run, _) = ledger.run(config());
        ledger.note(&opened(run));
        assert_eq!(ledger.lost(), Some((run, Stage::Train)));
    }

    #[test]
    fn a_look_is_asked_for_only_of_an_idle_worker_with_data() {
        let mut ledger = Names::new();
        ledger.ready();
        assert_eq!(ledger.look(3, config()), None);
        let mut ledger_with_data = with_data();
        assert!(ledger_with_data.look(3, config()).is_some());
        ledger_with_data.run(config());
        assert_eq!(ledger_with_data.look(3, config()), None);
    }

    #[test]
    fn a_model_that_was_opened_is_scored_and_another_may_be_scored_without_being_opened() {
        let mut ledger = with_data();
        let (run, letters) = ledger.model(Some("tsf-1.safetensors"), None);
        assert_eq!((&letters[0].files[..], ledger.is_busy()), (&["tsf-1.safetensors"][..], true));
        let (name, words, settings) = Default::default();
        ledger.note(&Event::ModelOpened { run, model: SavedModel { name, words, settings } });
        assert!(!ledger.is_busy());
        let (_, letters) = ledger.model(Some("other.safetensors"), Some(DataConfig::default()));
        assert_eq!(letters[0].files, ["other.safetensors"]);
        let (run, letters) = ledger.model(None, Some(DataConfig::default()));
        assert_eq!(letters[0].files, ["tsf-1.safetensors"]);
        assert_eq!(ledger.lost(), Some((run, Stage::Train)));
    }

    #[test]
    fn a_file_is_asked_for_only_of_an_idle_worker() {
        let mut ledger = with_data();
        let command = Command::SaveModel { weights_sha256: "aa".to_owned() };
        assert_eq!(ledger.ask(command.clone()), Some(Letter { command: command.clone(), files: Vec::new() }));
        ledger.run(config());
        assert_eq!(ledger.ask(command), None);
    }

    #[test]
    fn answers_to_abandoned_work_settle_nothing() {
        let mut ledger = with_data();
        let (old, _) = ledger.run(config());
        let (new, _) = ledger.run(config());
        ledger.note(&Event::Stopped { run: old });
        assert!(matches!(ledger.stop(), Stop::Ask(run, _) if run == new));
    }
}
