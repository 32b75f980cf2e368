//! Fixed places for the machines of a graph, computed from the edges alone.
//!
//! The machines start on a circle, alike ones next to each other, and are then pushed and pulled as by Fruchterman
//! and Reingold (1991). Only sums, products, quotients and square roots decide, so the places are the same everywhere.

use super::data::{Edge, Edges};

/// Places in the unit square, one per node.
pub(super) type Places = Vec<(f64, f64)>;

/// Strongest edges per receiver that are drawn and that pull.
pub(super) const KEPT: usize = 3;

/// Rounds of pushing and pulling.
const ROUNDS: usize = 160;

/// The strongest edges of every receiver.
pub(super) fn strongest(edges: &Edges) -> Vec<Edge> {
    (0..edges.n()).flat_map(|to| edges.received(to).into_iter().take(KEPT)).collect()
}

/// A place in the unit square for every machine.
pub(super) fn places(edges: &Edges) -> Places {
    let n = edges.n();
    let mut places = vec![(0.5, 0.5); n];
    for (turn, node) in chain(edges).into_iter().enumerate() {
        places[node] = on_circle(turn as f64 / n.max(1) as f64);
    }
    let pulls = strongest(edges);
    for round in 0..ROUNDS {
        let reach = 0.1 * (1.0 - round as f64 / ROUNDS as f64);
        step(&mut places, &pulls, edges.largest, reach);
    }
    spread(&places)
}

/// A point of the circle, by a rational formula on each quarter, so that no library function decides.
fn on_circle(turn: f64) -> (f64, f64) {
    let quarter = (turn * 4.0).floor().min(3.0);
    let t = turn * 4.0 - quarter;
    let (x, y) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
    let (x, y) = match quarter as u8 {
        0 => (x, y),
        1 => (-y, x),
        2 => (-x, -y),
        _ => (y, -x),
    };
    (0.5 + 0.4 * x, 0.5 + 0.4 * y)
}

/// Machines in a row, each followed by the most alike one that is left.
fn chain(edges: &Edges) -> Vec<usize> {
    let mut left: Vec<usize> = (0..edges.n()).collect();
    let mut row = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let next = row.last().map_or(0, |last| {
            let best = left.iter().enumerate().map(|(place, node)| (place, edges.between(*last, *node)));
            // Of equally alike ones the first, so that the order is fixed.
            best.fold((0, -1.0), |best, found| if found.1 > best.1 { found } else { best }).0
        });
        row.push(left.remove(next));
    }
    row
}

/// One round: all machines push each other away, edges pull, and a weak pull keeps all near the middle.
fn step(places: &mut [(f64, f64)], pulls: &[Edge], largest: f64, reach: f64) {
    let n = places.len();
    let ideal = 0.9 / (n.max(1) as f64).sqrt();
    let mut moves = vec![(0.0, 0.0); n];
    for a in 0..n {
        for b in 0..a {
            let (dx, dy, distance) = apart(places[a], places[b], a);
            let push = ideal * ideal / distance;
            shift(&mut moves, a, b, (dx / distance * push, dy / distance * push));
        }
    }
    for edge in pulls {
        let (dx, dy, distance) = apart(places[edge.to], places[edge.from], edge.to);
        let strength = 0.3 + 0.7 * edge.weight / largest;
        let pull = -distance * distance / ideal * strength * 0.2;
        shift(&mut moves, edge.to, edge.from, (dx / distance * pull, dy / distance * pull));
    }
    for (place, push) in places.iter_mut().zip(moves) {
        let push = (push.0 + (0.5 - place.0) * 0.3, push.1 + (0.5 - place.1) * 0.3);
        let length = (push.0 * push.0 + push.1 * push.1).sqrt().max(1e-9);
        let capped = length.min(reach);
        *place = (place.0 + push.0 / length * capped, place.1 + push.1 / length * capped);
    }
}

/// Difference and distance; two machines in one place are set apart by their index.
fn apart(a: (f64, f64), b: (f64, f64), idx: usize) -> (f64, f64, f64) {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    let distance = (dx * dx + dy * dy).sqrt();
    if distance > 1e-6 { (dx, dy, distance) } else { (1e-3 * (idx as f64 + 1.0), 1e-3, 1e-3 * (idx as f64 + 2.0)) }
}

fn shift(moves: &mut [(f64, f64)], a: usize, b: usize, by: (f64, f64)) {
    moves[a] = (moves[a].0 + by.0, moves[a].1 + by.1);
    moves[b] = (moves[b].0 - by.0, moves[b].1 - by.1);
}

/// Stretches the places to the whole unit square.
fn spread(places: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let range = |value: fn(&(f64, f64)) -> f64| {
        let values = || places.iter().map(value);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let (x, y) = (range(|place| place.0), range(|place| place.1));
    let share = |value: f64, (low, high): (f64, f64)| if high > low { (value - low) / (high - low) } else { 0.5 };
    places.iter().map(|place| (share(place.0, x), share(place.1, y))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::{edges_of, graph};
    use super::*;

    #[test]
    fn places_are_fixed_apart_and_inside() {
        let edges = edges_of(&graph(40, |to, from| ((to * 13 + from * 7) % 17) as f32 / 17.0));
        let found = places(&edges);
        assert_eq!(found, places(&edges));
        for (idx, a) in found.iter().enumerate() {
            assert!((0.0..=1.0).contains(&a.0) && (0.0..=1.0).contains(&a.1), "{a:?}");
            assert!(found[..idx].iter().all(|b| (a.0 - b.0).abs() + (a.1 - b.1).abs() > 0.01), "{idx}");
        }
    }

    #[test]
    fn connected_machines_stand_nearer_than_others() {
        let edges = edges_of(&graph(12, |to, from| if to / 6 == from / 6 { 1.0 } else { 0.0 }));
        let found = places(&edges);
        let mean = |same: bool| {
            let pairs = (0..12).flat_map(|a| (0..a).map(move |b| (a, b))).filter(|(a, b)| (a / 6 == b / 6) == same);
            let all: Vec<f64> = pairs.map(|(a, b): (usize, usize)| apart(found[a], found[b], 0).2).collect();
            all.iter().sum::<f64>() / all.len() as f64
        };
        assert!(mean(true) < mean(false) * 0.8, "{} {}", mean(true), mean(false));
    }

    #[test]
    fn no_machine_and_one_machine_have_places() {
        assert!(places(&Edges::default()).is_empty());
        assert_eq!(places(&edges_of(&graph(1, |_, _| 0.0))), [(0.5, 0.5)]);
    }
}
