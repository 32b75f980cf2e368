//! A pod that was replaced goes on under another name: pods of one service whose lives do not overlap are one node.

use std::collections::BTreeMap;

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
    let mut by_start: Vec<(i64, i64, usize)> = entities
        .iter()
        .enumerate()
        .map(|(position, &entity)| {
            let (start, end) = samples.life(entity).unwrap_or((i64::MIN, i64::MAX));
            (start, end, position)
        })
        .collect();
    by_start.sort_unstable();
    let mut slots: Vec<Slot> = Vec::new();
    let mut of_service: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (start, end, position) in by_start {
        let entity = entities[position];
        let service = known.placement(entity).service.as_str();
        let candidates =
            if joins && !service.is_empty() { of_service.entry(service).or_default() } else { &mut Vec::new() };
        // The slot that became free last: what was removed last is what is replaced now.
        let free = candidates.iter().copied().filter(|&slot| slots[slot].end < start);
        match free.max_by_key(|&slot| slots[slot].end) {
            Some(slot) => slots[slot].go_on(end, position, entity),
            None => {
                candidates.push(slots.len());
                slots.push(Slot { end, position, entities: vec![entity] });
            }
        }
    }
    slots.sort_by_key(|slot| slot.position);
    let n_joined = entities.len() - slots.len();
    (slots.into_iter().map(|slot| slot.into_node(known)).collect(), n_joined as u64)
}

/// A place in a deployment that one entity after the other takes.
struct Slot {
    end: i64,
    /// First position of its entities among all of them.
    position: usize,
    entities: Vec<Entity>,
}

impl Slot {
    fn go_on(&mut self, end: i64, position: usize, entity: Entity) {
        self.end = end;
        self.position = self.position.min(position);
        self.entities.push(entity);
    }

    fn into_node(self, known: &Entities) -> Node {
        let first = self.entities[0];
        let names: Vec<String> = self.entities.iter().map(|&entity| known.name(entity).to_owned()).collect();
        let placement = Placement { names, ..known.placement(first).clone() };
        Node { name: known.name(first).to_owned(), placement, entities: self.entities }
    }
}
