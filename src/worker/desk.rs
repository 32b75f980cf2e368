//! What the worker has at hand: the data, where they came from, and the work in progress.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, Response};

use super::models::{self, Shelf};
use super::outbox::{hand_over, post, scope, signal, text_of};
use super::pace::Pause;
use super::pool::{Origin, Pool};
use super::{drive, read};
use crate::codec;
use crate::config::{DataConfig, GraphConfig, RunConfig};
use crate::data::{DataError, Dataset};
use crate::digest::StreamingSha256;
use crate::experiment::{Experiment, ModelFile, PartResult};
use crate::explore::{Frame, Frames};
use crate::protocol::{BUILD, Command, Event, PROTOCOL, RunId, Signal, Stage};

/// Where data come from; kept, so that they can be read again with another grid.
#[derive(Debug, Clone)]
enum Source {
    Files(Vec<File>),
    Sandbox(String),
}

#[derive(Debug, Clone)]
struct Loaded {
    dataset: Arc<Dataset>,
    data: DataConfig,
}

/// The graphs of a data set under some settings.
#[derive(Debug)]
struct KnownFrames {
    dataset: Arc<Dataset>,
    key: (GraphConfig, Option<String>),
    all: Frames,
}

/// Parts of a run that was stopped; they stand for themselves when the same run is begun again.
#[derive(Debug)]
struct Unfinished {
    dataset: Arc<Dataset>,
    config_sha256: String,
    parts: Vec<(usize, PartResult)>,
}

/// The run that this worker does parts of.
#[derive(Debug)]
struct Helping {
    run: RunId,
    experiment: Experiment,
}

/// The worker's state.
#[derive(Debug, Default)]
pub(super) struct Desk {
    source: RefCell<Option<Source>>,
    loaded: RefCell<Option<Loaded>>,
    frames: RefCell<Option<KnownFrames>>,
    unfinished: RefCell<Option<Unfinished>>,
    shelf: Shelf,
    helping: RefCell<Option<Helping>>,
    job: Cell<Option<RunId>>,
    stop: Cell<bool>,
}

/// One piece of work.
#[derive(Debug, Clone)]
pub(super) struct Job {
    desk: Rc<Desk>,
    run: RunId,
}

/// Whether a job goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Going {
    /// Yes.
    On,
    /// The reader pressed Stop: end it and keep what is finished.
    Stop,
    /// Another job took its place: nobody waits for its result.
    Replaced,
}

/// Why reading ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Halt {
    /// It was asked to.
    Stopped,
    /// It cannot go on: one sentence.
    Failed(String),
}

impl Desk {
    /// Takes a message of the page.
    pub(super) fn receive(self: &Rc<Self>, message: &JsValue) {
        match codec::from_js::<Command>(codec::member(message, "command")) {
            Ok(command) => self.obey(command, files_of(message)),
            Err(why) => signal(&Signal::Lost { why: format!("a command cannot be read: {why}") }),
        }
    }

    fn obey(self: &Rc<Self>, command: Command, files: Vec<File>) {
        match command {
            Command::Hello => {
                post(&Event::Ready { protocol: PROTOCOL, build: BUILD.to_owned() });
                spawn_local(tell_own_hash());
            }
            Command::Open { run, data } => spawn_local(self.begin(run).open(Source::Files(files), *data)),
            Command::OpenSandbox { run, scenario } => {
                spawn_local(self.begin(run).open(Source::Sandbox(scenario), DataConfig::default()));
            }
            Command::Run { run, config } => spawn_local(self.begin(run).run_config(config)),
            Command::Part { run, config, part, scenario } => {
                let source = scenario.map_or(Source::Files(files), Source::Sandbox);
                spawn_local(self.begin(run).part(source, config, part));
            }
            Command::Stop { run } => self.stop(run),
            Command::Look { bin, config } => {
                let frame = self.look(bin, &config).map(Box::new);
                post(&Event::Looked { frame });
            }
            Command::Export { scenario, name } => {
                hand_over(self.export(scenario.as_deref(), &name).map(String::into_bytes));
            }
            Command::SaveModel { weights_sha256 } => hand_over(self.shelf.bytes(&weights_sha256)),
            Command::Model { run, data } => spawn_local(self.begin(run).model(files, data)),
            Command::Adopt { scenario } => {
                *self.source.borrow_mut() = Some(scenario.map_or(Source::Files(files), Source::Sandbox));
            }
        }
    }

    fn begin(self: &Rc<Self>, run: RunId) -> Job {
        self.job.set(Some(run));
        self.stop.set(false);
        Job { desk: Rc::clone(self), run }
    }

    /// The present data, for what is only answered when nothing is at work.
    fn idle_dataset(&self) -> Option<Arc<Dataset>> {
        let loaded = self.loaded.borrow().clone().filter(|_| self.job.get().is_none());
        loaded.map(|loaded| loaded.dataset)
    }

    /// The graph at a bin; all graphs of the data are kept until the data or the settings change.
    fn look(&self, bin: usize, config: &RunConfig) -> Result<Frame, String> {
        let dataset = self.idle_dataset().ok_or("The worker is busy; look again when it is done")?;
        let checked = config.check().map_err(|error| error.to_string())?;
        let mut frames = self.frames.borrow_mut();
        let key = (config.graph.clone(), config.window.target.clone());
        let fits = frames.as_ref().is_some_and(|known| Arc::ptr_eq(&known.dataset, &dataset) && known.key == key);
        if !fits {
            let all = Frames::new(Arc::clone(&dataset), &checked).map_err(|error| error.to_string())?;
            *frames = Some(KnownFrames { dataset, key, all });
        }
        frames.as_ref().map(|known| known.all.at(bin)).ok_or_else(String::new)
    }

    /// A file of a simulated trace, or the snapshot graphs of the present data.
    fn export(&self, scenario: Option<&str>, name: &str) -> Result<String, String> {
        if let Some(scenario) = scenario {
            let text = crate::sandbox::file(scenario, name);
            return text.ok_or_else(|| format!("There is no file “{name}” of the scenario “{scenario}”"));
        }
        let dataset = self.idle_dataset().ok_or("The worker is busy; try again when it is done")?;
        crate::explore::snapshot_document(&dataset).map_err(|error| error.to_string())
    }

    fn stop(&self, run: RunId) {
        if self.job.get() == Some(run) {
            self.stop.set(true);
            signal(&Signal::Stopping { run });
        }
    }

    /// The data, if they were read in this way; a scenario is always the same.
    fn fitting(&self, data: &DataConfig) -> Option<Arc<Dataset>> {
        let simulated = matches!(*self.source.borrow(), Some(Source::Sandbox(_)));
        let loaded = self.loaded.borrow();
        loaded.as_ref().filter(|loaded| simulated || loaded.data == *data).map(|loaded| Arc::clone(&loaded.dataset))
    }
}

impl Job {
    /// Its id.
    pub(super) const fn run(&self) -> RunId {
        self.run
    }

    /// Whether it goes on.
    pub(super) fn going(&self) -> Going {
        match self.desk.job.get() {
            Some(run) if run == self.run && self.desk.stop.get() => Going::Stop,
            Some(run) if run == self.run => Going::On,
            _ => Going::Replaced,
        }
    }

    /// Halts work that keeps nothing when it is stopped.
    pub(super) fn check(&self) -> Result<(), Halt> {
        if self.going() == Going::On { Ok(()) } else { Err(Halt::Stopped) }
    }

    async fn open(self, source: Source, data: DataConfig) {
        let read = self.read(source, data).await;
        if let Err(halt) = read {
            post(&halt.event(self.run, Stage::Read));
        }
        self.done();
    }

    async fn run_config(self, config: Box<RunConfig>) {
        self.tell_failure(self.lead(*config).await);
        self.done();
    }

    async fn model(self, files: Vec<File>, data: Option<Box<DataConfig>>) {
        let outcome = match (models::read(&files).await, data) {
            (Err(halt), _) => Err((Stage::Read, halt)),
            (Ok((name, model)), None) => {
                post(&Event::ModelOpened { run: self.run, model: models::told(name, &model) });
                Ok(())
            }
            (Ok((_, model)), Some(data)) => self.score(model, *data).await,
        };
        self.tell_failure(outcome);
        self.done();
    }

    fn tell_failure(&self, outcome: Result<(), (Stage, Halt)>) {
        if let Err((stage, halt)) = outcome {
            post(&halt.event(self.run, stage));
        }
    }

    /// Runs all parts that are not known from a run that was stopped.
    async fn lead(&self, config: RunConfig) -> Result<(), (Stage, Halt)> {
        let config = config.check().map_err(|error| (Stage::Config, Halt::failed(error)))?;
        let dataset = self.dataset(&config.data).await.map_err(|halt| (Stage::Read, halt))?;
        let config_sha256 = config.sha256();
        let is_same =
            |known: &Unfinished| known.config_sha256 == config_sha256 && Arc::ptr_eq(&known.dataset, &dataset);
        let before = self.desk.unfinished.borrow_mut().take().filter(is_same);
        let mut parts = before.map_or_else(Vec::new, |before| before.parts);
        let origin = self.desk.source.borrow().clone().map_or_else(Origin::default, Source::origin);
        let experiment = Experiment::new(dataset.clone(), config.clone());
        let n_learned = experiment.parts().iter().filter(|part| part.epochs > 0).count();
        self.drive(experiment, Pool::new(self.run, &config, origin, n_learned), &mut parts).await;
        if !parts.is_empty() {
            *self.desk.unfinished.borrow_mut() = Some(Unfinished { dataset, config_sha256, parts });
        }
        Ok(())
    }

    /// Scores a saved model on the present data, which stay as they were read.
    async fn score(&self, mut model: ModelFile, data: DataConfig) -> Result<(), (Stage, Halt)> {
        let dataset = self.dataset(&data).await.map_err(|halt| (Stage::Read, halt))?;
        model.about.config.data = data;
        let config = model.about.config.check().map_err(|error| (Stage::Config, Halt::failed(error)))?;
        let experiment = Experiment::of_model(dataset, model).map_err(|error| (Stage::Prepare, Halt::failed(error)))?;
        // Helpers would train, and there is nothing to share.
        let pool = Pool::new(self.run, &config, Origin::default(), 0);
        self.drive(experiment, pool, &mut Vec::new()).await;
        Ok(())
    }

    /// Drives an experiment to its end, tells it, and keeps the models that were trained.
    async fn drive(&self, mut experiment: Experiment, pool: Pool, known: &mut Vec<(usize, PartResult)>) {
        let end = drive::drive(self, &mut experiment, pool, known).await;
        post(&end);
        if let Event::Finished { report, .. } = &end
            && report.detection.is_none()
        {
            self.desk.shelf.keep(&experiment);
        }
    }

    /// Does one part for the worker that leads.
    async fn part(self, source: Source, config: Box<RunConfig>, part: usize) {
        let experiment = self.helping(source, &config).await;
        let end = match experiment {
            Err(halt) => halt.event(self.run, Stage::Read),
            Ok(mut experiment) => {
                let end = drive::part(&self, &mut experiment, part).await;
                *self.desk.helping.borrow_mut() = Some(Helping { run: self.run, experiment });
                end
            }
        };
        post(&end);
        self.done();
    }

    /// The experiment of the run in progress, with the data it has prepared, or a new one.
    async fn helping(&self, source: Source, config: &RunConfig) -> Result<Experiment, Halt> {
        let known = self.desk.helping.borrow_mut().take().filter(|known| known.run == self.run);
        if let Some(known) = known {
            return Ok(known.experiment);
        }
        let config = config.check().map_err(Halt::failed)?;
        let dataset = self.read(source, config.data.clone()).await?;
        Ok(Experiment::new(dataset, config))
    }

    /// The data as the config wants them, read again if they were read otherwise.
    async fn dataset(&self, data: &DataConfig) -> Result<Arc<Dataset>, Halt> {
        if let Some(dataset) = self.desk.fitting(data) {
            return Ok(dataset);
        }
        let source = self.desk.source.borrow().clone();
        let source = source.ok_or_else(|| {
            Halt::failed("There are no data to run on: expected a file or the sample; choose one, then press Run")
        })?;
        self.read(source, data.clone()).await
    }

    /// Reads a source and keeps it; whatever goes wrong, the data from before stay.
    async fn read(&self, source: Source, data: DataConfig) -> Result<Arc<Dataset>, Halt> {
        let dataset = match &source {
            Source::Files(files) => read::read(self, files, &data).await?,
            Source::Sandbox(scenario) => self.simulate(scenario).await?,
        };
        let dataset = Arc::new(dataset);
        let summary = Box::new(dataset.summary.clone());
        *self.desk.loaded.borrow_mut() = Some(Loaded { dataset: Arc::clone(&dataset), data });
        *self.desk.source.borrow_mut() = Some(source);
        post(&Event::Opened { run: self.run, summary });
        Ok(dataset)
    }

    async fn simulate(&self, scenario: &str) -> Result<Dataset, Halt> {
        Pause::new()?.take().await;
        self.check()?;
        crate::sandbox::simulate(scenario).ok_or_else(|| {
            Halt::failed(format!(
                "There is no simulated scenario “{scenario}”: expected a listed id; choose one of them"
            ))
        })
    }

    fn done(&self) {
        if self.going() != Going::Replaced {
            self.desk.job.set(None);
        }
    }
}

impl Source {
    /// The same, for another worker.
    fn origin(self) -> Origin {
        match self {
            Self::Files(files) => Origin { scenario: None, files },
            Self::Sandbox(scenario) => Origin { scenario: Some(scenario), files: Vec::new() },
        }
    }
}

impl Halt {
    /// With a sentence.
    pub(super) fn failed(sentence: impl ToString) -> Self {
        Self::Failed(sentence.to_string())
    }

    fn event(self, run: RunId, stage: Stage) -> Event {
        match self {
            Self::Stopped => Event::Stopped { run },
            Self::Failed(message) => Event::Failed { run, stage, message },
        }
    }
}

impl From<DataError> for Halt {
    fn from(error: DataError) -> Self {
        Self::failed(error)
    }
}

impl From<JsValue> for Halt {
    fn from(error: JsValue) -> Self {
        Self::Failed(format!("The browser refused to go on ({}); reload the page", text_of(&error)))
    }
}

fn files_of(message: &JsValue) -> Vec<File> {
    let files = codec::member(message, "files");
    js_sys::Array::from(&files).iter().filter_map(|file| file.dyn_into().ok()).collect()
}

/// The page shows which worker computed. A server that does not give the file leaves the hash unknown.
async fn tell_own_hash() {
    if let Ok(sha256) = own_hash().await {
        signal(&Signal::Hashed { sha256 });
    }
}

async fn own_hash() -> Result<String, JsValue> {
    let url = web_sys::Url::new_with_base("./worker_bg.wasm", &scope().name())?;
    let response: Response = JsFuture::from(scope().fetch_with_str(&url.href())).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from_str("not found"));
    }
    let bytes = js_sys::Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?);
    let mut hash = StreamingSha256::default();
    for begin in (0..bytes.length()).step_by(1 << 20) {
        hash.push(&bytes.subarray(begin, (begin + (1 << 20)).min(bytes.length())).to_vec());
    }
    Ok(hash.finish())
}
