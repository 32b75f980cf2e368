//! A pod that was replaced goes on under another name: pods of one service whose lives do not overlap are one node.

use super::super::system::Placement;
use super::entities::{Entities, Entity};
use super::samples::Samples;

/// One node of the data set.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) placement: Placement,
    /// The entities that it consists of, in the order of their lives.
    pub(super) entities: Vec<Entity>,
}

/// The nodes of some entities, in their order, and how many entities continue another one.
pub(super) fn nodes(known: &Entities, samples: &Samples, entities: &[Entity], joins: bool) -> (Vec<Node>, u64) {
    let mut slots: Vec<Slot> = Vec::new();
    let mut by_start: Vec<(i64, i64, Entity)> = entities
        .iter()
        .map(|&entity| {
            let (start, end) = samples.life(entity).unwrap_or((i64::MIN, i64::MAX));
            (start, end, entity)
        })
        .collect();
    by_start.sort_by_key(|&(start, end, entity)| (start, end, position(entities, entity)));
    for (start, end, entity) in by_start {
        let service = known.placement(entity).service.as_str();
        let free = slots.iter_mut().filter(|_| joins && !service.is_empty());
        // The slot that became free last: what was removed last is what is replaced now.
        let free = free.filter(|slot| slot.service == service && slot.end < start).max_by_key(|slot| slot.end);
        match free {
            Some(slot) => {
                slot.end = end;
                slot.entities.push(entity);
            }
            None => slots.push(Slot { service: service.to_owned(), end, entities: vec![entity] }),
        }
    }
    slots.sort_by_key(|slot| slot.entities.iter().map(|&entity| position(entities, entity)).min());
    let n_joined = entities.len() - slots.len();
    (slots.into_iter().map(|slot| slot.into_node(known)).collect(), n_joined as u64)
}

fn position(entities: &[Entity], entity: Entity) -> usize {
    entities.iter().position(|&other| other == entity).unwrap_or(usize::MAX)
}

/// A place in a deployment that one entity after the other takes.
struct Slot {
    service: String,
    end: i64,
    entities: Vec<Entity>,
}

impl Slot {
    fn into_node(self, known: &Entities) -> Node {
        let first = self.entities[0];
        let names: Vec<String> = self.entities.iter().map(|&entity| known.name(entity).to_owned()).collect();
        let placement = Placement { names, ..known.placement(first).clone() };
        Node { name: known.name(first).to_owned(), placement, entities: self.entities }
    }
}
