//! Commands that chromedriver knows beyond the WebDriver standard.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command of chromedriver's own, sent to the session.
#[derive(Debug)]
pub struct ChromeCommand {
    path: &'static str,
    body: Value,
}

impl ChromeCommand {
    /// Takes the entries that a log has gathered since the last time.
    pub fn take_log(log: &str) -> Self {
        Self { path: "se/log", body: json!({ "type": log }) }
    }

    /// A command of the DevTools protocol.
    pub fn dev_tools(command: &str, parameters: Value) -> Self {
        Self { path: "goog/cdp/execute", body: json!({ "cmd": command, "params": parameters }) }
    }
}

impl WebDriverCompatibleCommand for ChromeCommand {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/{}", session_id.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
