//! Names: entities of three levels, where they belong, and metrics.

use std::collections::BTreeMap;

use super::super::dataset::{Metric, Unit};
use super::super::error::DataError;
use super::super::natural::natural_order;
use super::super::system::Placement;
use crate::config::NodeLevel as Level;

/// Most entities of a data set.
const MAX_ENTITIES: usize = 200_000;
/// Metrics that come first, in this order; all others follow in natural order.
const FIRST_METRICS: [&str; 10] =
    ["cpu", "mem", "net_in", "net_out", "net_max", "disk", "mcr", "rt", "instances", "load"];

/// A named thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entity(u32);

/// A metric of the data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MetricId(u32);

impl MetricId {
    /// Before all others.
    pub(super) const MIN: Self = Self(0);
}

#[derive(Debug)]
struct Known {
    level: Level,
    name: String,
    placement: Placement,
}

/// All entities and metrics so far.
#[derive(Debug, Default)]
pub(super) struct Entities {
    by_name: BTreeMap<(Level, String), Entity>,
    known: Vec<Known>,
    previous: usize,
    metrics: Vec<Metric>,
}

impl Entities {
    pub(super) fn entity(&mut self, level: Level, name: &str) -> Result<Entity, DataError> {
        // Rows of one entity often follow each other.
        if self.known.get(self.previous).is_some_and(|known| known.level == level && known.name == name) {
            return Ok(Entity(self.previous as u32));
        }
        let key = (level, name.to_owned());
        let entity = match self.by_name.get(&key) {
            Some(&entity) => entity,
            None => self.add(key)?,
        };
        self.previous = entity.0 as usize;
        Ok(entity)
    }

    fn add(&mut self, key: (Level, String)) -> Result<Entity, DataError> {
        if self.known.len() == MAX_ENTITIES {
            return Err(DataError::TooLarge {
                what: "This data set".into(),
                needed: format!("more than {MAX_ENTITIES} machines, services or instances"),
                limit: MAX_ENTITIES.to_string(),
                advice: "choose a part of the trace".into(),
            });
        }
        let entity = Entity(self.known.len() as u32);
        self.known.push(Known { level: key.0, name: key.1.clone(), placement: Placement::default() });
        self.by_name.insert(key, entity);
        Ok(entity)
    }

    pub(super) fn place(&mut self, entity: Entity, service: &str, host: &str) {
        let placement = &mut self.known[entity.0 as usize].placement;
        first_word(&mut placement.service, service);
        first_word(&mut placement.host, host);
    }

    pub(super) fn domains(&mut self, entity: Entity, domains: &[&str]) {
        let domains: Vec<String> = domains.iter().map(|&domain| domain.to_owned()).collect();
        let known = &mut self.known[entity.0 as usize].placement.domains;
        if known.is_empty() || domains < *known {
            *known = domains;
        }
    }

    pub(super) fn metric(&mut self, id: &str, label: &str, unit: Unit) -> MetricId {
        let is_known = |metric: &Metric| metric.id == id && metric.unit == unit;
        let idx = self.metrics.iter().position(is_known).unwrap_or_else(|| {
            self.metrics.push(Metric { id: id.to_owned(), label: label.to_owned(), unit });
            self.metrics.len() - 1
        });
        MetricId(idx as u32)
    }

    /// Entities of a level in natural order of their names.
    pub(super) fn of_level(&self, level: Level) -> Vec<Entity> {
        let mut of_level: Vec<usize> = (0..self.known.len()).filter(|&idx| self.known[idx].level == level).collect();
        of_level.sort_by(|&a, &b| natural_order(&self.known[a].name, &self.known[b].name));
        of_level.into_iter().map(|idx| Entity(idx as u32)).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// The first name of all levels.
    pub(super) fn first_name(&self) -> Option<&str> {
        self.by_name.keys().next().map(|(_, name)| name.as_str())
    }

    pub(super) fn level(&self, entity: Entity) -> Level {
        self.known[entity.0 as usize].level
    }

    pub(super) fn name(&self, entity: Entity) -> &str {
        &self.known[entity.0 as usize].name
    }

    pub(super) fn placement(&self, entity: Entity) -> &Placement {
        &self.known[entity.0 as usize].placement
    }

    /// The metrics among some, in the order of the data set.
    pub(super) fn sorted_metrics(&self, mut used: Vec<MetricId>) -> Vec<(MetricId, Metric)> {
        used.sort();
        used.dedup();
        let rank = |id: &str| FIRST_METRICS.iter().position(|&first| first == id).unwrap_or(FIRST_METRICS.len());
        let mut sorted: Vec<(MetricId, Metric)> =
            used.into_iter().map(|metric| (metric, self.metrics[metric.0 as usize].clone())).collect();
        sorted.sort_by(|(_, a), (_, b)| {
            rank(&a.id).cmp(&rank(&b.id)).then_with(|| natural_order(&a.id, &b.id)).then(a.unit.cmp(&b.unit))
        });
        tell_apart(&mut sorted);
        sorted
    }
}

/// The same metric in two units is two metrics: the second and later ones get a number behind their id.
fn tell_apart(sorted: &mut [(MetricId, Metric)]) {
    let ids: Vec<String> = sorted.iter().map(|(_, metric)| metric.id.clone()).collect();
    for (idx, (_, metric)) in sorted.iter_mut().enumerate() {
        let n_before = ids[..idx].iter().filter(|id| **id == metric.id).count();
        if n_before > 0 {
            metric.id = format!("{}_{}", metric.id, n_before + 1);
            metric.label = format!("{} in {}", metric.label, metric.unit.symbol());
        }
    }
}

fn first_word(known: &mut String, word: &str) {
    if !word.is_empty() && (known.is_empty() || natural_order(word, known).is_lt()) {
        word.clone_into(known);
    }
}
