//! What buttons do. Scripts go through the same functions, by way of [`Page`].

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::ctx::Ctx;
use super::lab::{Lab, Then};
use super::state::{Action, Blocker, Job, Queued, SAMPLE, Source, StageId, State, Work, blocker, wanted_scenario};
use super::{browser, strings};
use crate::api::{Controller, Refusal};
use crate::config::{DataConfig, RunConfig};
use crate::json;
use crate::protocol::{Command, Stage};
use crate::report::{REPORT_SCHEMA, Receipt, Report, model_file};
use crate::ui::order::sort_by;

/// Opens what was chosen or dropped: a report, a saved model, or the files of a trace.
pub fn choose(ctx: &Ctx, files: Vec<File>) {
    match files.as_slice() {
        [] => {}
        [file] => {
            let (ctx, file) = (ctx.clone(), file.clone());
            spawn_local(async move {
                let head = browser::head_text(&file).await.unwrap_or_default();
                if is_report(&head) {
                    open_report(&ctx, file);
                } else if is_model(&head) {
                    let run = ctx.lab.model(Some(file), None);
                    ctx.send(Action::Began(Work { run, job: Job::Model }));
                } else {
                    open_files(&ctx, vec![file]);
                }
            });
        }
        _ => open_files(ctx, files),
    }
}

/// Reports begin with the version of their schema; trace files of all kinds do not.
fn is_report(head: &str) -> bool {
    head.trim_start().strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with("\"schema\""))
}

/// Saved models begin with the length of their header, in eight bytes of which the last four are zeros, and with the
/// brace of the header. The first four may be no text; each stands for a character of at most three bytes then.
fn is_model(head: &str) -> bool {
    head.find("\0\0\0\0{").is_some_and(|at| at <= 12)
}

/// Why no model can be scored now.
pub fn not_scored(state: &State) -> Option<&'static str> {
    if state.is_busy() {
        return Some(strings::BUSY);
    }
    (!state.is_loaded()).then_some(strings::SCORE_NEEDS_DATA)
}

/// Scores a saved model on the present data, which stay as they were read; without a file the one that was opened.
///
/// # Errors
/// Why not.
pub fn score(ctx: &Ctx, file: Option<File>) -> Result<(), Refusal> {
    if let Some(why) = not_scored(&ctx.state) {
        return Err(Refusal { stage: Stage::Read, message: why.to_owned() });
    }
    let state = &ctx.state;
    let data = state.read_with.as_ref().unwrap_or(&state.config.data);
    let run = ctx.lab.model(file, Some(data.clone()));
    ctx.send(Action::Began(Work { run, job: Job::Score }));
    Ok(())
}

/// Names of the files of the trained models of a result, each with the SHA-256 of its weights.
pub fn trained(report: &Report) -> Vec<(String, &str)> {
    let learned = report.models.iter().filter(|model| model.learned);
    let seeds = learned.flat_map(|model| model.seeds.iter().map(|seed| (&model.id, seed)));
    let scored = seeds.filter(|(_, seed)| seed.best_epoch > 0);
    scored.map(|(id, seed)| (model_file(id, seed.seed), seed.weights_sha256.as_str())).collect()
}

/// Asks for a trained model of the result on screen by the name of its file.
pub fn save_model(ctx: &Ctx, name: &str, then: Then) {
    let report = ctx.state.report.as_deref();
    let found = report.and_then(|report| trained(report).into_iter().find(|(known, _)| known == name));
    match found {
        Some((_, sha256)) => ctx.lab.ask(Command::SaveModel { weights_sha256: sha256.to_owned() }, then),
        None => then(Err(strings::not_trained(name))),
    }
}

/// Asks for a file of a simulated trace, or for the snapshot graphs of the present data, and hands it to the reader.
pub fn export(ctx: &Ctx, scenario: Option<&str>, name: &str) {
    let command = Command::Export { scenario: scenario.map(str::to_owned), name: name.to_owned() };
    ctx.lab.ask(command, keep(ctx, name));
}

/// Hands a file to the reader, or says why there is none.
pub fn keep(ctx: &Ctx, name: &str) -> Then {
    let (ctx, name) = (ctx.clone(), name.to_owned());
    Box::new(move |file| match file {
        Ok(file) => browser::save_file(&name, &file),
        Err(why) => ctx.send(Action::Said(why)),
    })
}

/// Reads the files of a trace; work in progress is given up.
pub fn open_files(ctx: &Ctx, files: Vec<File>) {
    ctx.files.borrow_mut().clone_from(&files);
    let run = ctx.lab.open(files, ctx.state.config.data.clone());
    ctx.send(Action::Began(Work { run, job: Job::Open(Source::Files) }));
}

/// Reads the same files once more, leaving out rows that cannot be read.
pub fn skip_bad_rows(ctx: &Ctx) {
    read_with(ctx, DataConfig { skip_bad_rows: true, ..ctx.state.config.data.clone() });
}

/// Reads the same files once more, with the present settings.
pub fn read_again(ctx: &Ctx) {
    read_with(ctx, ctx.state.config.data.clone());
}

/// Switches a repair off, or on again, and reads the same files once more.
pub fn switch_repair(ctx: &Ctx, id: &str) {
    let mut data = ctx.state.config.data.clone();
    if data.repairs(id) {
        data.off.push(id.to_owned());
        sort_by(&mut data.off, String::cmp);
    } else {
        data.off.retain(|off| off != id);
    }
    read_with(ctx, data);
}

fn read_with(ctx: &Ctx, data: DataConfig) {
    ctx.send(Action::ReadingChanged(Box::new(data.clone())));
    let files = ctx.files.borrow().clone();
    let run = ctx.lab.open(files, data);
    ctx.send(Action::Began(Work { run, job: Job::Open(Source::Files) }));
}

/// Simulates a scenario.
pub fn open_sandbox(ctx: &Ctx, scenario: &str) {
    let run = ctx.lab.open_sandbox(scenario);
    ctx.send(Action::Began(Work { run, job: Job::Open(Source::Sandbox(scenario.to_owned())) }));
}

/// Runs the settings as edited.
///
/// # Errors
/// Why the run does not start.
pub fn run(ctx: &Ctx) -> Result<(), Refusal> {
    if let Some(reason) = blocker(&ctx.state) {
        return Err(refusal(reason));
    }
    let queued = Queued { config: Box::new(ctx.state.config.clone()), verify: None };
    match wanted_scenario(&ctx.state) {
        Some(scenario) => {
            open_sandbox(ctx, scenario);
            ctx.send(Action::RunQueued(queued));
        }
        None => start(ctx, queued),
    }
    Ok(())
}

/// Shows a config as the present one, and runs it.
///
/// # Errors
/// Why the run does not start.
pub fn run_config(ctx: &Ctx, config: RunConfig) -> Result<(), Refusal> {
    config.check().map_err(|error| Refusal { stage: Stage::Config, message: error.to_string() })?;
    match blocker(&ctx.state) {
        None | Some(Blocker::Invalid { .. }) => {}
        Some(reason) => return Err(refusal(reason)),
    }
    ctx.send(Action::ConfigGiven(Box::new(config.clone())));
    start(ctx, Queued { config: Box::new(config), verify: None });
    Ok(())
}

/// Runs a receipt's config again and compares.
///
/// # Errors
/// Why the run does not start, such as files that are not those of the receipt.
pub fn verify(ctx: &Ctx, receipt: Rc<Receipt>) -> Result<(), Refusal> {
    if ctx.state.is_busy() {
        return Err(refusal(Blocker::Busy));
    }
    let queued = Queued { config: Box::new(receipt.config.clone()), verify: Some(receipt.clone()) };
    let Some(scenario) = &receipt.scenario else {
        check_files(ctx, &receipt)?;
        send(ctx, queued);
        return Ok(());
    };
    if ctx.state.source == Source::Sandbox(scenario.clone()) {
        send(ctx, queued);
    } else {
        open_sandbox(ctx, scenario);
        ctx.send(Action::RunQueued(queued));
    }
    Ok(())
}

fn check_files(ctx: &Ctx, receipt: &Receipt) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal { stage: Stage::Read, message });
    match &ctx.state.dataset {
        Some(dataset) if ctx.state.source == Source::Files => {
            super::state::wrong_file(receipt, dataset).map_or(Ok(()), refuse)
        }
        _ => refuse(strings::VERIFY_NEEDS_FILES.to_owned()),
    }
}

/// Shows the graph at a bin. While the worker answers, only the newest wish is kept; [`advance`] asks for it then.
pub fn look(ctx: &Ctx, bin: usize) {
    let asked = ctx.state.look.asked.is_none() && ctx.lab.look(bin, ctx.state.config.clone());
    ctx.send(Action::LookedAt { bin, asked });
}

/// Stops reading or training.
pub fn stop(ctx: &Ctx) {
    // The page says so before the worker is asked, because the worker may answer at once.
    ctx.send(Action::StopPressed);
    ctx.lab.stop();
}

/// Starts the waiting run once its data are there, and asks for the graph that was wished for last.
pub fn advance(ctx: &Ctx) {
    let state = &ctx.state;
    let shown = state.look.frame.as_ref().map(|frame| frame.bin);
    if let Some(bin) = state.look.bin.filter(|&bin| {
        state.look.asked.is_none() && state.look.error.is_none() && shown != Some(bin) && !state.is_busy()
    }) {
        look(ctx, bin);
    }
    if let Some(queued) = state.queued.clone().filter(|_| state.work.is_none() && state.is_loaded()) {
        send(ctx, queued);
    }
}

/// Data that are only described are simulated first.
fn start(ctx: &Ctx, queued: Queued) {
    if ctx.state.is_loaded() {
        return send(ctx, queued);
    }
    open_sandbox(ctx, ctx.state.scenario().unwrap_or(SAMPLE));
    ctx.send(Action::RunQueued(queued));
}

fn send(ctx: &Ctx, queued: Queued) {
    let run = ctx.lab.run(*queued.config);
    let job = queued.verify.map_or(Job::Run, Job::Verify);
    ctx.send(Action::Began(Work { run, job }));
}

fn refusal(reason: Blocker) -> Refusal {
    let (stage, message) = match reason {
        Blocker::Busy => (Stage::Start, strings::BUSY.to_owned()),
        Blocker::NoData => (Stage::Read, strings::NO_DATA.to_owned()),
        Blocker::NoSeries => (Stage::Read, strings::NO_SERIES.to_owned()),
        Blocker::FilesNeeded => (Stage::Read, strings::FILES_NEEDED.to_owned()),
        Blocker::Invalid { sentence, .. } => (Stage::Config, sentence),
    };
    Refusal { stage, message }
}

fn open_report(ctx: &Ctx, file: File) {
    let ctx = ctx.clone();
    spawn_local(async move {
        let name = file.name();
        let action = match browser::file_text(&file).await {
            None => Action::FileRefused(strings::unreadable(&name)),
            Some(text) => match parse_report(&name, &text) {
                Ok(report) => Action::ReportOpened(Box::new(report)),
                Err(sentence) => Action::FileRefused(sentence),
            },
        };
        ctx.send(action);
    });
}

/// A report from its JSON text.
///
/// # Errors
/// One sentence on what the file is instead.
pub fn parse_report(name: &str, text: &str) -> Result<Report, String> {
    let value = json::value(text).map_err(|error| strings::not_a_report(name, &error.to_string()))?;
    let schema = value.get("schema").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if schema > u64::from(REPORT_SCHEMA) {
        return Err(strings::newer_report(name, schema, REPORT_SCHEMA));
    }
    json::from_value(&value).map_err(|error| strings::not_a_report(name, &error.to_string()))
}

/// The page for scripts. It follows the page: each render hands it the newest state.
#[derive(Debug)]
pub struct Page(Rc<RefCell<Ctx>>);

impl Page {
    /// A view on the newest state.
    pub fn new(newest: Rc<RefCell<Ctx>>) -> Self {
        Self(newest)
    }

    fn ctx(&self) -> Ctx {
        self.0.borrow().clone()
    }
}

impl Controller for Page {
    fn lab(&self) -> Lab {
        self.ctx().lab
    }

    fn open(&self, files: Vec<File>) -> Result<(), Refusal> {
        open_files(&self.ctx(), files);
        Ok(())
    }

    fn open_sandbox(&self, scenario: &str) -> Result<(), Refusal> {
        open_sandbox(&self.ctx(), scenario);
        Ok(())
    }

    fn run(&self, config: RunConfig) -> Result<(), Refusal> {
        run_config(&self.ctx(), config)
    }

    fn verify(&self, receipt: Receipt) -> Result<(), Refusal> {
        let ctx = self.ctx();
        ctx.send(Action::StageOpened(StageId::Share));
        verify(&ctx, Rc::new(receipt))
    }

    fn save_model(&self, model: &str, seed: u32, then: Then) {
        save_model(&self.ctx(), &model_file(model, seed), then);
    }

    fn score(&self, file: File) -> Result<(), Refusal> {
        score(&self.ctx(), Some(file))
    }

    fn stop(&self) {
        stop(&self.ctx());
    }

    fn receipt(&self) -> Option<Receipt> {
        let state = self.ctx().state;
        state.report.as_ref().map(|report| Receipt::of(report, super::state::report_scenario(report)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::fixture::report;

    #[test]
    fn a_report_is_told_from_a_trace_by_its_first_member() {
        assert!(is_report("{\"schema\":1,\"config\":{"));
        assert!(is_report(" {\n  \"schema\": 1,"));
        assert!(!is_report("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\""));
        assert!(!is_report("schema,a,b"));
    }

    #[test]
    fn a_model_is_told_by_the_zeros_before_its_header() {
        let head = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(is_model(&head(b"\x48\x02\0\0\0\0\0\0{\"__metadata__\"")));
        assert!(is_model(&head(b"\xf8\xff\xfe\x00\0\0\0\0{\"a\":")));
        assert!(is_model(&head(b"\xf8\xff\xfe\xfd\0\0\0\0{")));
        for other in
            [&b"machine_id,time_stamp"[..], b"{\"schema\":1", b"", b"\x48\x02\0\0\0\0\0\0[", b"PK\x03\x04\0\0\0\0"]
        {
            assert!(!is_model(&head(other)), "{other:?}");
        }
        assert!(!is_model("a name of sixteen characters\0\0\0\0{"));
    }

    #[test]
    fn trained_models_are_named_by_model_and_seed() {
        let mut report = report();
        assert!(trained(&report).is_empty(), "no epoch was finished");
        for seed in report.models.iter_mut().flat_map(|model| &mut model.seeds) {
            seed.best_epoch = 3;
        }
        let named = trained(&report);
        assert!(!named.is_empty());
        for (name, weights) in &named {
            let (id, seed) = name.strip_suffix(".safetensors").and_then(|name| name.split_once('-')).expect("its name");
            assert_eq!(*weights, format!("{id}{seed}"));
        }
        let closed = report.models.iter().find(|model| !model.learned).expect("a closed-form model");
        assert!(named.iter().all(|(name, _)| !name.starts_with(&closed.id)));
    }

    #[test]
    fn a_report_comes_back_from_its_text() {
        let text = serde_json::to_string(&report()).expect("plain data");
        assert_eq!(parse_report("r.json", &text), Ok(report()));
    }

    #[test]
    fn other_json_is_refused_with_a_sentence() {
        let sentence = parse_report("r.json", "{\"schema\": 1}").expect_err("no report");
        assert!(sentence.starts_with("“r.json” is not a report of Loadstone (missing field"), "{sentence}");
        let sentence = parse_report("r.json", "{\"schema\": 9}").expect_err("newer");
        assert!(sentence.contains("newer version (schema 9, this page reads up to 1)"), "{sentence}");
    }
}
