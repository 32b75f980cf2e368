//! A small static file server, such as any host of the page: no header of its own but the type.

use anyhow::{Context, Result, anyhow};
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tiny_http::{Header, Method, Request, Response, StatusCode};

const N_THREADS: usize = 4;

/// Serves a folder below a path until it is dropped.
pub struct FileServer {
    server: Arc<tiny_http::Server>,
    address: SocketAddr,
    below: String,
    threads: Vec<JoinHandle<()>>,
}

impl FileServer {
    /// Serves `folder` on this machine only, as `http://127.0.0.1:{port}{below}`.
    /// `below` starts and ends with a slash; port 0 takes a free one.
    pub fn start(folder: &Path, below: &str, port: u16) -> Result<Self> {
        let server = tiny_http::Server::http(("127.0.0.1", port))
            .map_err(|error| anyhow!("port {port} cannot be served ({error}): choose another one"))?;
        let address = server.server_addr().to_ip().context("the server has no address")?;
        let server = Arc::new(server);
        let threads = (0..N_THREADS).map(|_| answer_requests(&server, folder, below)).collect();
        Ok(Self { server, address, below: below.to_owned(), threads })
    }

    /// The address of the folder, with a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.below)
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

fn answer_requests(server: &Arc<tiny_http::Server>, folder: &Path, below: &str) -> JoinHandle<()> {
    let (server, folder, below) = (Arc::clone(server), folder.to_owned(), below.to_owned());
    thread::spawn(move || {
        while let Ok(request) = server.recv() {
            // A browser that went away in the middle of an answer is no error.
            let _ = answer(request, &folder, &below);
        }
    })
}

fn answer(request: Request, folder: &Path, below: &str) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(Response::empty(StatusCode(405)));
    }
    match locate(folder, below, request.url()).and_then(|path| Some((File::open(&path).ok()?, path))) {
        Some((file, path)) => {
            let response = Response::from_file(file).with_header(header("Content-Type", content_type(&path)));
            request.respond(response.with_header(header("Cache-Control", "no-cache")))
        }
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    }
}

/// The file that an address stands for; nothing outside `folder`.
fn locate(folder: &Path, below: &str, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(below)?;
    let path = Path::new(path);
    if path.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let path = folder.join(path);
    let is_folder = fs::metadata(&path).ok()?.is_dir();
    Some(if is_folder { path.join("index.html") } else { path })
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
        locate(folder, "/page/", url).map(|path| path.strip_prefix(folder).unwrap().to_owned())
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
    fn nothing_outside_the_folder_is_served() {
        assert_eq!(file("/page/../Cargo.toml"), None);
        assert_eq!(file("/page//etc/passwd"), None);
        assert_eq!(file("/src/files.rs"), None);
    }
}
