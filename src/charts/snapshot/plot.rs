//! The layers of a snapshot from top to bottom: services, instances with their slices, hosts.

use std::rc::Rc;

use super::{Setup, calls, words};
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::{Ink, Marker};
use crate::charts::order::sort_by;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Tip, TipRow, Tone};
use crate::snapshot::{Layer, SnapshotView};

/// Height of the picture.
pub(in crate::charts) const HEIGHT: u32 = 320;
/// Where hosts stand, in both setups.
const HOSTS: f64 = 280.0;
/// Height of a slice.
const SLICE: f64 = 9.0;
/// Room at both sides.
const SIDE: f64 = 16.0;

/// The picture at a size.
pub(in crate::charts) fn plot(snapshot: &Rc<SnapshotView>, setup: Setup, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let layers = Layers::of(setup);
    let mut places = places(snapshot, &layers, f64::from(width));
    if setup == Setup::Calls {
        // Slices are the last nodes; those without a place are not drawn, and no line leads to them.
        places.truncate(snapshot.nodes.iter().take_while(|node| node.layer != Layer::Slice).count());
    }
    let places = Rc::new(places);
    let pen = Pen::new(Ink::NORMAL, 1).faded(0.25);
    for edge in &snapshot.edges {
        if let (Some(&from), Some(&to)) = (places.get(edge.0), places.get(edge.1)) {
            plot.marks.push(Mark::segment(from, to, pen));
        }
    }
    if setup == Setup::Calls {
        plot.marks.extend(calls::arcs(snapshot, &places));
    }
    let tint = Tint::of(snapshot);
    for (node, &place) in snapshot.nodes.iter().zip(places.iter()) {
        let marker = match node.layer {
            Layer::Host => Marker::Square,
            Layer::Type => Marker::Diamond,
            Layer::Instance | Layer::Slice => Marker::Circle,
        };
        let radius = if node.layer == Layer::Slice { 2.5 } else { 5.0 };
        plot.marks.push(Mark::Dot(place, radius + 1.0, marker, Ink::SURFACE));
        plot.marks.push(Mark::Dot(place, radius, marker, tint.ink(node.value)));
    }
    for (name, y) in layers.names {
        plot.labels.push(Label::new((4.0, y), name, Anchor::Start, Tone::Tick));
    }
    plot.hits = Hits::Points(places.to_vec());
    let snapshot = Rc::clone(snapshot);
    plot.tip = Rc::new(move |idx| tip(&snapshot, setup, &places, idx));
    plot
}

/// Heights of the layers, and of their names; slices hang below their instance, and arcs of calls need room about the
/// services.
struct Layers {
    services: f64,
    instances: f64,
    names: [(&'static str, f64); 3],
}

impl Layers {
    fn of(setup: Setup) -> Self {
        match setup {
            Setup::Slices => Self {
                services: 40.0,
                instances: 140.0,
                names: [("services", 22.0), ("instances and their slices", 122.0), ("hosts", HOSTS - 18.0)],
            },
            Setup::Calls => Self {
                services: 92.0,
                instances: 206.0,
                names: [("services and their calls", 12.0), ("instances", 188.0), ("hosts", HOSTS - 18.0)],
            },
        }
    }
}

/// Steps of the tint from the smallest to the largest value.
struct Tint {
    low: f32,
    range: f32,
}

impl Tint {
    fn of(snapshot: &SnapshotView) -> Self {
        let values = || snapshot.nodes.iter().map(|node| node.value).filter(|value| value.is_finite());
        let (low, high) = values().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        Self { low, range: high - low }
    }

    fn ink(&self, value: f32) -> Ink {
        let share = if self.range > 0.0 { (value - self.low) / self.range } else { 0.0 };
        Ink::step(1 + (7.0 * share.clamp(0.0, 1.0)) as usize)
    }
}

/// Instances stand side by side, those of a service together; a service above the middle of its instances.
fn places(snapshot: &SnapshotView, layers: &Layers, width: f64) -> Vec<Point> {
    let owner = owners(snapshot);
    let mut instances: Vec<usize> = words::of_layer(snapshot, Layer::Instance).map(|(idx, _)| idx).collect();
    sort_by(&mut instances, |&a, &b| (owner[a].0, a).cmp(&(owner[b].0, b)));
    let spread = |rank: usize, n: usize| SIDE + (width - 2.0 * SIDE) * (rank as f64 + 0.5) / n.max(1) as f64;
    let mut places = vec![(SIDE, layers.instances); snapshot.nodes.len()];
    for (rank, &instance) in instances.iter().enumerate() {
        places[instance] = (spread(rank, instances.len()), layers.instances);
    }
    let n_hosts = words::of_layer(snapshot, Layer::Host).count();
    for (rank, (host, _)) in words::of_layer(snapshot, Layer::Host).enumerate() {
        places[host] = (spread(rank, n_hosts), HOSTS);
    }
    for (service, _) in words::of_layer(snapshot, Layer::Type) {
        let xs: Vec<f64> =
            instances.iter().filter(|&&instance| owner[instance].0 == service).map(|&i| places[i].0).collect();
        let middle = if xs.is_empty() { SIDE } else { xs.iter().sum::<f64>() / xs.len() as f64 };
        places[service] = (middle, layers.services);
    }
    let mut n_below = vec![0; snapshot.nodes.len()];
    for (slice, _) in words::of_layer(snapshot, Layer::Slice) {
        let instance = owner[slice].1;
        n_below[instance] += 1;
        places[slice] = (places[instance].0, layers.instances + 6.0 + SLICE * f64::from(n_below[instance]));
    }
    places
}

/// For each node the service it belongs to, and the instance it hangs on; itself where there is none.
fn owners(snapshot: &SnapshotView) -> Vec<(usize, usize)> {
    let mut owners: Vec<(usize, usize)> = (0..snapshot.nodes.len()).map(|idx| (idx, idx)).collect();
    let layer = |idx: usize| snapshot.nodes.get(idx).map(|node| node.layer);
    for edge in &snapshot.edges {
        for (a, b) in [(edge.0, edge.1), (edge.1, edge.0)] {
            match (layer(a), layer(b)) {
                (Some(Layer::Type), Some(Layer::Instance)) => owners[b].0 = a,
                (Some(Layer::Instance), Some(Layer::Slice)) => owners[b].1 = a,
                _ => {}
            }
        }
    }
    owners
}

fn tip(snapshot: &SnapshotView, setup: Setup, places: &[Point], idx: usize) -> Tip {
    let (Some(node), Some(&at)) = (snapshot.nodes.get(idx), places.get(idx)) else { return Tip::default() };
    let mut rows = vec![TipRow::plain("layer", words::layer(node.layer)), TipRow::plain("value", words::value(node))];
    if setup == Setup::Calls {
        rows.extend(calls::rows(snapshot, idx));
    }
    let lines = snapshot.edges.iter().filter(|edge| edge.0 == idx || edge.1 == idx);
    let lines = lines.filter_map(|edge| Some((*places.get(edge.0)?, *places.get(edge.1)?)));
    let outline = Some([at.0 - 7.0, at.1 - 7.0, at.0 + 7.0, at.1 + 7.0]);
    Tip { title: node.name.clone(), rows, at, outline, lines: lines.collect(), ..Tip::default() }
}
