//! The page on this machine, for people.

use crate::files::FileServer;
use crate::page;
use crate::run::run;
use crate::tools::Toolbox;
use anyhow::Result;

/// How to serve.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Watch the sources and build again when they change.
    pub dev: bool,
    /// The port; 0 takes a free one.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self { dev: false, port: 8080 }
    }
}

/// Builds the page and serves it until the process is interrupted.
pub fn serve(tools: &Toolbox, options: Options) -> Result<()> {
    if options.dev {
        return run(tools.web("trunk").args(["serve", "--offline", "--port", &options.port.to_string()]));
    }
    page::build(tools)?;
    let server = FileServer::start(&tools.paths.dist(), "/", options.port)?;
    println!("\nLoadstone is at {} (Ctrl-C ends it)", server.url());
    server.wait();
    Ok(())
}
