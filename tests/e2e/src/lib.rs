//! The built page in a headless browser, steered by a test.
//!
//! A test opens a [`Page`], acts through the stable `data-testid`s, and lets it drop: dropping fails the test if
//! the browser's console had errors, violations of the page's policy among them.
//!
//! The page is served from `dist/` below a path, by a server without any special header, as any static host would.
//! `cargo xtask test --only e2e` builds the page first; `LOADSTONE_DIST` names another folder.

#![warn(missing_docs)]

mod browser;
mod command;
mod data;
mod page;
mod process;
mod reading;
mod screenshot;
mod trace;

pub use data::{data_file, data_file_or_skip};
pub use page::{BELOW, Page};
pub use process::Usage;
pub use reading::{Reading, read_with_loadstone, read_with_rival};
pub use trace::{N_MACHINES, Trace};
