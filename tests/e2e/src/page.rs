//! A page under test.

use crate::browser::Browser;
use crate::command::ChromeCommand;
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use xtask::files::FileServer;

/// The path that the page is served below, as on a static host that serves other things as well.
pub const BELOW: &str = "/some/where/loadstone/";

const POLL: Duration = Duration::from_millis(50);

/// The page in a browser with a fresh profile.
///
/// Dropping it fails the test if the console had errors that the test did not take.
pub struct Page {
    pub(crate) browser: Browser,
    site: FileServer,
    errors: RefCell<Vec<String>>,
    requests: Arc<Mutex<Vec<String>>>,
    requests_of_document: RefCell<Vec<String>>,
}

impl Page {
    /// Opens the built page with this fragment (without `#`; empty for none).
    pub fn open(fragment: &str) -> Self {
        Self::open_folder(&dist(), fragment)
    }

    /// As [`Page::open`], with the page in another folder.
    pub(crate) fn open_folder(folder: &Path, fragment: &str) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        let note = move |url: &str| log.lock().expect("no thread panicked over the log").push(url.to_owned());
        let site = FileServer::start_watched(folder, BELOW, 0, note).expect("a free port can be served");
        let browser = Browser::start(site.origin());
        let (errors, requests_of_document) = Default::default();
        let page = Self { browser, site, errors, requests, requests_of_document };
        page.visit(fragment);
        page
    }

    /// Opens the page again, at another fragment. The profile stays.
    pub fn visit(&self, fragment: &str) {
        // From elsewhere, or a new fragment alone would not load the page again.
        self.wait_on(self.client().goto("about:blank"), "leave the page");
        let hash = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
        self.wait_on(self.client().goto(&format!("{}{hash}", self.url())), "open the page");
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.wait_on(self.client().refresh(), "load the page again");
    }

    /// The page's own address, without a fragment.
    pub fn url(&self) -> String {
        self.site.url()
    }

    /// The document's title.
    pub fn title(&self) -> String {
        self.wait_on(self.client().title(), "tell its title")
    }

    /// The element with this test id; the test fails if there is none.
    pub fn by_test_id(&self, id: &str) -> Element {
        self.wait_on(self.client().find(Locator::Css(&selector(id))), &format!("find `{id}`"))
    }

    /// Whether there is an element with this test id.
    pub fn has(&self, id: &str) -> bool {
        self.find_text(id).is_some()
    }

    /// The text shown in the element with this test id.
    pub fn text(&self, id: &str) -> String {
        self.find_text(id).unwrap_or_else(|| panic!("there is no element `{id}`"))
    }

    /// An attribute of the element with this test id.
    pub fn attribute(&self, id: &str, name: &str) -> Option<String> {
        self.wait_on(self.by_test_id(id).attr(name), &format!("tell `{name}` of `{id}`"))
    }

    /// Whether the element with this test id can be used.
    pub fn is_enabled(&self, id: &str) -> bool {
        self.wait_on(self.by_test_id(id).is_enabled(), &format!("tell whether `{id}` is enabled"))
    }

    /// Presses the element with this test id.
    pub fn click(&self, id: &str) {
        self.wait_on(self.by_test_id(id).click(), &format!("press `{id}`"));
    }

    /// Chooses the option with this value in the selection with this test id.
    pub fn select(&self, id: &str, value: &str) {
        self.wait_on(self.by_test_id(id).select_by_value(value), &format!("choose `{value}` in `{id}`"));
    }

    /// Replaces what is typed into the field with this test id.
    pub fn type_into(&self, id: &str, text: &str) {
        let field = self.by_test_id(id);
        self.wait_on(field.clear(), &format!("clear `{id}`"));
        self.wait_on(field.send_keys(text), &format!("type into `{id}`"));
    }

    /// Waits until the page's scripting interface is there.
    pub fn wait_until_ready(&self) {
        let script = "for (let n = 0; n < 400 && !window.loadstone; n++) await new Promise((l) => setTimeout(l, 25));
                      if (!window.loadstone) throw new Error('no window.loadstone within 10 s');";
        self.execute_async(script).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Opens a stage (`data`, `graph`, `models`, `results`, `share`) if it is closed.
    pub fn open_stage(&self, stage: &str) {
        self.wait_until_ready();
        let state = "return document.getElementById(arguments[0]).dataset.open";
        if self.execute_with(state, vec![json!(stage)]) == "true" {
            return;
        }
        // Not under the bars, where a press would hit them.
        let name = format!("#{stage} button.stage-name");
        self.execute_with(
            "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })",
            vec![json!(name)],
        );
        let button = self.wait_on(self.client().find(Locator::Css(&name)), &format!("find stage `{stage}`"));
        self.wait_on(button.click(), &format!("open `{stage}`"));
    }

    /// Presses what a CSS selector finds inside the element with this test id.
    pub fn click_inside(&self, id: &str, selector: &str) {
        let inside = format!("[data-testid='{id}'] {selector}");
        self.execute_with("document.querySelector(arguments[0]).click()", vec![json!(inside)]);
    }

    /// Chooses a file in the page's file input.
    pub fn choose_file(&self, path: &Path) {
        self.choose_files(&[path]);
    }

    /// Chooses several files at once.
    pub fn choose_files(&self, paths: &[&Path]) {
        let whole = |path: &&Path| {
            let path = path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            path.to_string_lossy().into_owned()
        };
        self.wait_until_ready();
        let paths = paths.iter().map(whole).collect::<Vec<_>>().join("\n");
        self.wait_on(self.by_test_id("file-input").send_keys(&paths), "take files");
    }

    /// Waits until the text of the element with this test id is as wanted, and returns it.
    /// The test fails after `timeout`, saying what the text was.
    pub fn wait_for(&self, id: &str, is_wanted: impl Fn(&str) -> bool, timeout: Duration) -> String {
        let started = Instant::now();
        loop {
            let text = self.find_text(id);
            match text {
                Some(text) if is_wanted(&text) => return text,
                text if started.elapsed() > timeout => {
                    let errors = self.take_errors();
                    panic!("`{id}` did not become as wanted within {timeout:?}; it is {text:?}; console: {errors:?}");
                }
                _ => thread::sleep(POLL),
            }
        }
    }

    /// Runs a function body in the page and returns its value.
    pub fn execute(&self, script: &str) -> Value {
        self.execute_with(script, vec![])
    }

    /// As [`Page::execute`]; the script sees the values as `arguments`.
    pub fn execute_with(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.wait_on(self.client().execute(script, arguments), "run a script")
    }

    /// Runs the body of an asynchronous function in the page: the value it returns, or what it threw.
    pub fn execute_async(&self, script: &str) -> Result<Value, Value> {
        let script = format!(
            "const answer = arguments[arguments.length - 1];
             const told = (error) => error instanceof Error ? `${{error.name}}: ${{error.message}}` : error;
             (async () => {{ {script} }})().then(
               (value) => answer({{ value: value === undefined ? null : value }}),
               (error) => answer({{ error: told(error) }}));"
        );
        let mut answer = self.wait_on(self.client().execute_async(&script, vec![]), "run a script");
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["value"].take()),
        }
    }

    /// Takes the errors that the console has shown so far, violations of the page's policy among them.
    /// A test that provokes errors must take them, or dropping the page fails it.
    pub fn take_errors(&self) -> Vec<String> {
        self.read_console();
        self.errors.take()
    }

    /// The addresses that the page and its workers have asked for so far, without what the browser asks of its
    /// maker on its own account. (A request of the document itself is listed whatever its host.)
    pub fn requests(&self) -> Vec<String> {
        for entry in self.log("performance") {
            let message: Value =
                serde_json::from_str(entry["message"].as_str().unwrap_or_default()).unwrap_or_default();
            self.requests_of_document.borrow_mut().extend(requested(&message["message"]));
        }
        let proxied = self.requests.lock().expect("no thread panicked over the log");
        let proxied = proxied.iter().filter(|address| !is_browsers_own(address)).cloned();
        proxied.chain(self.requests_of_document.borrow().iter().cloned()).collect()
    }

    /// A command of the browser's DevTools protocol.
    pub fn dev_tools(&self, command: &str, parameters: Value) -> Value {
        self.wait_on(self.client().issue_cmd(ChromeCommand::dev_tools(command, parameters)), command)
    }

    pub(crate) fn client(&self) -> &Client {
        self.browser.client()
    }

    pub(crate) fn wait_on<T, E: std::fmt::Display>(&self, future: impl Future<Output = Result<T, E>>, what: &str) -> T {
        self.browser.block_on(future).unwrap_or_else(|error| panic!("the browser cannot {what}: {error}"))
    }

    fn find_text(&self, id: &str) -> Option<String> {
        let script = "return document.querySelector(arguments[0])?.innerText ?? null";
        self.execute_with(script, vec![json!(selector(id))]).as_str().map(str::to_owned)
    }

    fn read_console(&self) {
        let is_error = |entry: &&Value| entry["level"] == "SEVERE";
        let messages: Vec<String> =
            self.log("browser").iter().filter(is_error).map(|entry| entry["message"].to_string()).collect();
        self.errors.borrow_mut().extend(messages);
    }

    fn log(&self, name: &str) -> Vec<Value> {
        let entries = self.wait_on(self.client().issue_cmd(ChromeCommand::take_log(name)), "hand out its log");
        entries.as_array().cloned().unwrap_or_default()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if !thread::panicking() {
            let errors = self.take_errors();
            assert!(errors.is_empty(), "the console had errors:\n{}", errors.join("\n"));
        }
    }
}

fn selector(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}

/// The built page.
fn dist() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let dist = env::var_os("LOADSTONE_DIST").map_or_else(beside, PathBuf::from);
    assert!(dist.join("index.html").is_file(), "{} has no built page: run `cargo xtask build`", dist.display());
    dist
}

/// The address in an event of the document's network, if it is one of a request.
fn requested(event: &Value) -> Option<String> {
    let address = match event["method"].as_str()? {
        "Network.requestWillBeSent" => &event["params"]["request"]["url"],
        "Network.webSocketCreated" | "Network.webTransportCreated" => &event["params"]["url"],
        _ => return None,
    };
    address.as_str().map(str::to_owned)
}

/// Chromium looks for the time, for updates and for accounts, whatever page is open. The proxy cannot tell who asks,
/// so requests to its maker's hosts are only known where the document made them.
fn is_browsers_own(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    [".google.com", ".googleapis.com", ".gvt1.com"].iter().any(|maker| host.ends_with(maker))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_browsers_maker_is_its_own() {
        assert!(is_browsers_own("update.googleapis.com:443"));
        assert!(is_browsers_own("http://clients2.google.com/time/1/current"));
        assert!(!is_browsers_own("http://127.0.0.1:8080/page/?x=.google.com"));
        assert!(!is_browsers_own("example.org:443"));
    }

    #[test]
    fn requests_and_sockets_are_events_with_addresses() {
        let request = json!({ "method": "Network.requestWillBeSent", "params": { "request": { "url": "http://a/" } } });
        assert_eq!(requested(&request), Some("http://a/".to_owned()));
        let socket = json!({ "method": "Network.webSocketCreated", "params": { "url": "ws://a/" } });
        assert_eq!(requested(&socket), Some("ws://a/".to_owned()));
        assert_eq!(requested(&json!({ "method": "Network.dataReceived" })), None);
    }
}
