//! Tables with one row per entity and time.

use std::collections::BTreeMap;

use super::super::error::DataError;
use super::super::intake::{Entity, Intake, MetricId};
use super::mapped::{Header, Mapped, ValueColumn};
use super::metrics::{label, meaning_of_name};
use super::names::service_of_pod;
use super::{Row, RowError, TableReader};
use crate::config::{LongLayout, Mapping, NodeLevel};

/// Most metrics whose names stand in the rows.
const MAX_NAMED: usize = 1000;

/// Reads the rows of a long table.
#[derive(Debug)]
pub(super) struct Long {
    mapped: Mapped,
    key: Key,
    values: Values,
}

/// Whom a row is about.
#[derive(Debug)]
enum Key {
    Instance { entity: usize, service: Option<usize>, host: Option<usize> },
    Service { service: usize, host: Option<usize> },
    Machine { host: usize },
    One { level: NodeLevel, name: String },
}

/// Where a row's values are.
#[derive(Debug)]
enum Values {
    Columns(Vec<(ValueColumn, MetricId)>),
    /// The name of the metric stands in a column.
    Named {
        name: usize,
        value: ValueColumn,
        known: BTreeMap<String, (MetricId, f64)>,
    },
}

impl Long {
    /// # Errors
    /// When the table lacks a column that the mapping names.
    pub(super) fn new(
        mapping: &Mapping,
        layout: &LongLayout,
        header: Header<'_>,
        intake: &mut Intake,
    ) -> Result<Self, DataError> {
        let mapped = Mapped::new(mapping, header)?;
        let (entity, service) = (header.find_any(layout.entity.as_ref())?, header.find_any(layout.service.as_ref())?);
        let host = header.find_any(layout.host.as_ref())?;
        let key = match (entity, service, host) {
            (Some(entity), service, host) => Key::Instance { entity, service, host },
            (None, Some(service), host) => Key::Service { service, host },
            (None, None, Some(host)) => Key::Machine { host },
            (None, None, None) => Key::of_file(header.file),
        };
        Ok(Self { mapped, key, values: Values::new(layout, header, intake)? })
    }
}

impl Values {
    fn new(layout: &LongLayout, header: Header<'_>, intake: &mut Intake) -> Result<Self, DataError> {
        let mut columns = Vec::new();
        for metric in &layout.metrics {
            header.check_metric(&metric.column, &metric.id, metric.scale)?;
            let column = ValueColumn { idx: header.find(&metric.column)?, scale: metric.scale };
            columns.push((column, metric));
        }
        match (header.find_any(layout.metric_name.as_ref())?, columns.as_slice()) {
            (_, []) => Err(header.misfit("at least one column with values".to_owned())),
            (None, _) => {
                let known = |(column, metric): (ValueColumn, &crate::config::MetricColumn)| {
                    (column, intake.metric(&metric.id, label(&metric.id), metric.unit))
                };
                Ok(Self::Columns(columns.into_iter().map(known).collect()))
            }
            (Some(name), [(value, _)]) => Ok(Self::Named { name, value: *value, known: BTreeMap::new() }),
            (Some(_), _) => Err(header.misfit("one column with values beside that of the metric's name".to_owned())),
        }
    }
}

impl Key {
    /// A table without names is one entity, called as its file: after the last `pod-`, `node-` and the like, else as a
    /// whole.
    fn of_file(file: &str) -> Self {
        const MARKS: [(&str, NodeLevel); 8] = [
            ("pod", NodeLevel::Instance),
            ("container", NodeLevel::Instance),
            ("instance", NodeLevel::Instance),
            ("service", NodeLevel::Service),
            ("node", NodeLevel::Machine),
            ("host", NodeLevel::Machine),
            ("machine", NodeLevel::Machine),
            ("server", NodeLevel::Machine),
        ];
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
        let stem = if stem.is_empty() { "series" } else { stem };
        for (mark, level) in MARKS {
            let parts = ["-", "_"].into_iter().find_map(|separator| {
                let (before, behind) = stem.rsplit_once(&format!("{mark}{separator}"))?;
                let is_word = before.is_empty() || before.ends_with(['-', '_', ' ']);
                (is_word && !behind.is_empty()).then_some(behind)
            });
            if let Some(name) = parts {
                return Self::One { level, name: name.to_owned() };
            }
        }
        Self::One { level: NodeLevel::Instance, name: stem.to_owned() }
    }

    /// The entity of a row and its name.
    fn entity<'a>(&'a self, row: &Row<'a>, intake: &mut Intake) -> Result<(Entity, &'a str), RowError> {
        let text = |idx: &Option<usize>| idx.map_or(Ok(""), |idx| row.text(idx, "a name"));
        let (level, name, service, host) = match self {
            Self::Instance { entity, service, host } => {
                (NodeLevel::Instance, row.name(*entity, "the name of an instance")?, text(service)?, text(host)?)
            }
            Self::Service { service, host } => {
                (NodeLevel::Service, row.name(*service, "the name of a service")?, "", text(host)?)
            }
            Self::Machine { host } => (NodeLevel::Machine, row.name(*host, "the name of a host")?, "", ""),
            Self::One { level, name } => (*level, name.as_str(), "", ""),
        };
        let entity = intake.entity(level, name)?;
        let has_service_column = matches!(self, Self::Instance { service: Some(_), .. });
        let of_pod = if level == NodeLevel::Instance && !has_service_column { service_of_pod(name) } else { None };
        intake.place(entity, of_pod.unwrap_or(service), host);
        Ok((entity, name))
    }
}

impl TableReader for Long {
    fn title(&self) -> &'static str {
        "long table"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.mapped.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.mapped.n_columns)?;
        let at_millis = self.mapped.stamp(row)?;
        let found = self.values.read(row, &self.mapped, intake)?;
        let (entity, name) = self.key.entity(row, intake)?;
        self.mapped.label(row, name, at_millis)?;
        let values = found.into_iter().map(|(metric, value)| (entity, metric, value));
        self.mapped.hand_on(row, at_millis, values, intake)
    }

    fn end(&mut self, intake: &mut Intake) -> Result<(), RowError> {
        self.mapped.labels.finish(intake);
        Ok(())
    }
}

impl Values {
    /// All values of a row, so that a bad one leaves nothing of its row behind.
    fn read(
        &mut self,
        row: &Row<'_>,
        mapped: &Mapped,
        intake: &mut Intake,
    ) -> Result<Vec<(MetricId, Option<f32>)>, RowError> {
        match self {
            Self::Columns(columns) => {
                columns.iter().map(|&(column, metric)| Ok((metric, mapped.value(row, column)?))).collect()
            }
            Self::Named { name, value, known } => {
                let name = row.name(*name, "the name of a metric")?;
                let (metric, scale) = match known.get(name) {
                    Some(&metric) => metric,
                    None => named(name, known, intake)?,
                };
                let column = ValueColumn { scale: value.scale * scale, ..*value };
                Ok(vec![(metric, mapped.value(row, column)?)])
            }
        }
    }
}

fn named(
    name: &str,
    known: &mut BTreeMap<String, (MetricId, f64)>,
    intake: &mut Intake,
) -> Result<(MetricId, f64), DataError> {
    if known.len() == MAX_NAMED {
        return Err(DataError::TooLarge {
            what: "This table".into(),
            needed: format!("more than {MAX_NAMED} metrics"),
            limit: MAX_NAMED.to_string(),
            advice: "choose another column of the metric's name in the mapping".into(),
        });
    }
    let meaning = meaning_of_name(name);
    let metric = intake.metric(&meaning.id, label(&meaning.id), meaning.unit);
    known.insert(name.to_owned(), (metric, meaning.scale));
    Ok((metric, meaning.scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_one_entity_is_called_as_its_file() {
        for (file, level, name) in [
            ("raw_metric-pod-carts-5ff676694b-fzj9z.csv", NodeLevel::Instance, "carts-5ff676694b-fzj9z"),
            ("data/node_10.csv", NodeLevel::Machine, "10"),
            ("podium.csv", NodeLevel::Instance, "podium"),
            ("simple_metrics.csv", NodeLevel::Instance, "simple_metrics"),
            (".csv", NodeLevel::Instance, "series"),
        ] {
            let Key::One { level: found, name: called } = Key::of_file(file) else { panic!("one entity") };
            assert_eq!((found, called.as_str()), (level, name), "{file}");
        }
    }
}
