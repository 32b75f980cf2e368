//! All words of the page, in one place: constants, and functions where a sentence holds values.
//!
//! Labels of single settings are in the table of settings. Sentence case, no exclamation; what does not exist is
//! "undefined" with its reason.

mod bar;
mod data;
mod detect;
mod findings;
mod page;
mod results;
mod share;

pub use bar::*;
pub use data::*;
pub use detect::*;
pub use findings::*;
pub use page::*;
pub use results::*;
pub use share::*;
