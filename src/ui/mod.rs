//! Placeholder; being written.

pub mod lab;
pub mod link;
