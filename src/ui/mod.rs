//! The page: Yew components over the plain data of the core.

pub mod charts;
