//! Tables of one entity, one time and some measurements per row: usage of machines and of containers.

use std::borrow::Cow;

use super::super::{Row, RowError, TableReader};
use super::gauges::Gauges;
use super::recent::Recent;
use super::services::{NODE_PREFIX, NORMALISED};
use super::stamps::Clock;
use crate::config::NodeLevel as Level;
use crate::data::intake::Intake;

/// Reads one such table.
#[derive(Debug)]
pub(super) struct Usage {
    pub(super) title: &'static str,
    pub(super) n_columns: usize,
    pub(super) level: Level,
    /// Column of the entity, and what its name begins with.
    pub(super) entity: (usize, &'static str),
    /// Column of the machine that it is on.
    pub(super) host: Option<usize>,
    /// Column of the time, and how it is written.
    pub(super) time: (usize, Clock),
    pub(super) grid_secs: u32,
    pub(super) gauges: Gauges,
    pub(super) recent: Recent,
    /// First column that says something: others may hold an index.
    pub(super) first: usize,
}

impl TableReader for Usage {
    fn title(&self) -> &'static str {
        self.title
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let name = row.name(self.entity.0, "the name of a machine or container")?;
        let host = self.host.map_or(Ok(""), |idx| row.text(idx, "the name of a machine"))?;
        let (idx, clock) = self.time;
        let at_secs = clock(row, idx, intake)?;
        let values = self.gauges.read(row, intake)?;
        if self.recent.is_repeat(row, self.first, intake) {
            return Ok(());
        }
        if name.starts_with(NODE_PREFIX) {
            intake.note(&NORMALISED, 1, || row.place());
        }
        intake.sum_grid(self.grid_secs);
        let entity = intake.entity(self.level, &named(self.entity.1, name))?;
        intake.place(entity, "", host);
        Ok(self.gauges.sum(&values, (entity, at_secs), intake)?)
    }
}

/// A name with its prefix: v2017 has plain numbers where v2018 has names such as `m_1`.
pub(super) fn named<'a>(prefix: &str, name: &'a str) -> Cow<'a, str> {
    if name.is_empty() || name.starts_with(prefix) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("{prefix}{name}"))
    }
}
