//! A small static file server, such as any host of the page: no header of its own but the type.

use anyhow::{Context, Result, anyhow};
use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tiny_http::{Header, Method, Request, Response, StatusCode};

const N_THREADS: usize = 4;

/// Told the address of every request.
type OnRequest = Arc<dyn Fn(&str) + Send + Sync>;

/// Serves a folder below a path until it is dropped.
pub struct FileServer {
    server: Arc<tiny_http::Server>,
    site: Arc<Site>,
    threads: Vec<JoinHandle<()>>,
}

/// What is served where.
struct Site {
    folder: PathBuf,
    origin: String,
    below: String,
}

impl FileServer {
    /// Serves `folder` on this machine only, as `http://127.0.0.1:{port}{below}`.
    /// `below` starts and ends with a slash; port 0 takes a free one.
    pub fn start(folder: &Path, below: &str, port: u16) -> Result<Self> {
        Self::start_watched(folder, below, port, |_| ())
    }

    /// As [`FileServer::start`], with every request's address told to `on_request` before it is answered.
    ///
    /// The server can then be a browser's proxy: it is asked by full addresses, serves its own and refuses
    /// all others.
    pub fn start_watched(
        folder: &Path,
        below: &str,
        port: u16,
        on_request: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Self> {
        let server = tiny_http::Server::http(("127.0.0.1", port))
            .map_err(|error| anyhow!("port {port} cannot be served ({error}): choose another one"))?;
        let address = server.server_addr().to_ip().context("the server has no address")?;
        let server = Arc::new(server);
        let site = Site { folder: folder.to_owned(), origin: format!("http://{address}"), below: below.to_owned() };
        let (site, on_request) = (Arc::new(site), Arc::new(on_request) as OnRequest);
        let threads = (0..N_THREADS).map(|_| answer_requests(&server, &site, &on_request)).collect();
        Ok(Self { server, site, threads })
    }

    /// The address of the folder, with a slash at the end.
    pub fn url(&self) -> String {
        format!("{}{}", self.site.origin, self.site.below)
    }

    /// The address without any path.
    pub fn origin(&self) -> &str {
        &self.site.origin
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        for _ in 0..N_THREADS {
            self.server.unblock();
        }
    }
}

fn answer_requests(server: &Arc<tiny_http::Server>, site: &Arc<Site>, on_request: &OnRequest) -> JoinHandle<()> {
    let (server, site, on_request) = (Arc::clone(server), Arc::clone(site), Arc::clone(on_request));
    thread::spawn(move || {
        while let Ok(request) = server.recv() {
            on_request(request.url());
            // A browser that went away in the middle of an answer is no error.
            let _ = site.answer(request);
        }
    })
}

impl Site {
    fn answer(&self, request: Request) -> std::io::Result<()> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return request.respond(Response::empty(StatusCode(405)));
        }
        match self.locate(request.url()).and_then(|path| Some((File::open(&path).ok()?, path))) {
            Some((file, path)) => {
                let response = Response::from_file(file).with_header(header("Content-Type", content_type(&path)));
                request.respond(response.with_header(header("Cache-Control", "no-cache")))
            }
            None => request.respond(Response::from_string("not found").with_status_code(404)),
        }
    }

    /// The file that an address stands for; nothing outside the folder, nothing of another origin.
    fn locate(&self, url: &str) -> Option<PathBuf> {
        let url = url.strip_prefix(&self.origin).unwrap_or(url);
        let path = Path::new(url.split(['?', '#']).next()?.strip_prefix(&self.below)?);
        if path.components().any(|part| !matches!(part, Component::Normal(_))) {
            return None;
        }
        let path = self.folder.join(path);
        let is_folder = fs::metadata(&path).ok()?.is_dir();
        Some(if is_folder { path.join("index.html") } else { path })
    }
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt" | "md" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("both are plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str) -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let origin = "http://127.0.0.1:80".to_owned();
        let site = Site { folder: folder.to_owned(), origin, below: "/page/".to_owned() };
        site.locate(url).map(|path| path.strip_prefix(folder).unwrap().to_owned())
    }

    #[test]
    fn addresses_below_the_path_are_files() {
        assert_eq!(file("/page/src/files.rs"), Some("src/files.rs".into()));
        assert_eq!(file("/page/src/files.rs?v=1"), Some("src/files.rs".into()));
    }

    #[test]
    fn a_folder_is_its_index() {
        assert_eq!(file("/page/"), Some("index.html".into()));
    }

    #[test]
    fn only_its_own_origin_is_served_by_full_address() {
        assert_eq!(file("http://127.0.0.1:80/page/src/files.rs"), Some("src/files.rs".into()));
        assert_eq!(file("http://example.org/page/src/files.rs"), None);
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        assert_eq!(file("/page/../Cargo.toml"), None);
        assert_eq!(file("/page//etc/passwd"), None);
        assert_eq!(file("/src/files.rs"), None);
    }
}
