//! A browser with a fresh profile, and the driver process that steers it.

use crate::process::{Usage, renderer_usage};
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 900;
const SCRIPT_TIMEOUT: Duration = Duration::from_secs(1200);

/// Headless, without traffic of its own.
const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    // Else the addresses of this machine would not be asked of the proxy.
    "--proxy-bypass-list=<-loopback>",
];

/// A running browser. Dropping it ends the browser and its driver.
pub struct Browser {
    runtime: Runtime,
    client: Option<Client>,
    driver: Child,
}

impl Browser {
    /// Starts a driver on a free port and a browser with a fresh profile.
    /// Whatever the browser asks for, on this machine or elsewhere, it asks `proxy` for.
    pub fn start(proxy: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
        let (driver, port) = start_driver();
        let mut browser = Self { runtime, client: None, driver };
        let capabilities = capabilities(proxy);
        let connect = async move {
            let client = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities)
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
                .expect("chromedriver starts a browser");
            client
                .update_timeouts(TimeoutConfiguration::new(Some(SCRIPT_TIMEOUT), None, None))
                .await
                .expect("the script timeout can be set");
            client
        };
        browser.client = Some(browser.runtime.block_on(connect));
        browser
    }

    /// The session.
    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("the session lasts until the browser is dropped")
    }

    /// What the page's process has used so far.
    pub(crate) fn usage(&self) -> Option<Usage> {
        renderer_usage(self.driver.id())
    }

    /// Waits for an answer of the browser.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // If the session is gone already, so is the browser.
            let _ = self.runtime.block_on(client.close());
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts chromedriver and waits until it says which port it took.
fn start_driver() -> (Child, u16) {
    let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let mut driver = Command::new(program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("chromedriver can be started: `cargo xtask setup` installs it");
    let output = BufReader::new(driver.stdout.take().expect("its output is piped"));
    let mut lines = output.lines().map_while(Result::ok);
    let port = lines.find_map(|line| port_in(&line)).expect("chromedriver says which port it took");
    // It must never wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    (driver, port)
}

fn port_in(line: &str) -> Option<u16> {
    line.strip_prefix("ChromeDriver was started successfully on port ")?.trim_end_matches('.').parse().ok()
}

fn capabilities(proxy: &str) -> Map<String, Value> {
    let size = format!("--window-size={WIDTH},{HEIGHT}");
    let proxy = format!("--proxy-server={proxy}");
    let arguments: Vec<&str> = ARGUMENTS.into_iter().chain([size.as_str(), proxy.as_str()]).collect();
    let mut options = json!({ "args": arguments });
    if let Ok(program) = env::var("CHROME") {
        options["binary"] = program.into();
    }
    let logs = json!({ "browser": "ALL", "performance": "ALL" });
    Map::from_iter([("goog:chromeOptions".to_owned(), options), ("goog:loggingPrefs".to_owned(), logs)])
}
