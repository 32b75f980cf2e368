//! What `cargo xtask` is made of, and what the end-to-end tests share with it.

#![warn(missing_docs)]

pub mod run;

pub mod paths;
pub mod tools;

pub mod files;
pub mod fuzz;
pub mod page;

pub mod serve;
pub mod tally;
pub mod test;

pub mod bench;
pub mod reading;
