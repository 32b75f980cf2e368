//! Courses inside the paper's model: mixing weights over the epochs, likeness of the nodes over the layers.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::subject;
use crate::charts::ink::{Look, look};
use crate::charts::lines::{Lines, Place, Series, Ticks, Value};
use crate::charts::picture::{Body, Picture};
use crate::charts::text::fixed;
use crate::report::{Mixing, ModelResult, Report};

/// Measures of likeness.
pub(super) const SMOOTHING: [&str; 2] = ["Cosine", "Dirichlet energy"];

/// A share out of the mixing weights.
type Share = fn(&Mixing) -> Option<f32>;

/// Shares that are followed, by name.
const SHARES: [(&str, Share); 4] = [
    ("records", |mixing| Some(mixing.lambda[0])),
    ("correlation", |mixing| Some(mixing.lambda[1])),
    ("attention", |mixing| Some(mixing.lambda[2])),
    ("graph share α", |mixing| mixing.alpha),
];

/// The model whose mixing weights were kept.
pub(super) fn mixed(report: &Report) -> Option<&ModelResult> {
    report.models.iter().find(|model| model.seeds.iter().any(|seed| seed.mixing.len() > 1))
}

/// λ and α over the epochs, mean over the seeds that got there.
pub(super) fn mixing(report: &Report) -> Picture {
    let model = mixed(report);
    let mut by_epoch: BTreeMap<usize, Vec<&Mixing>> = BTreeMap::new();
    for mixing in model.iter().flat_map(|model| &model.seeds).flat_map(|seed| &seed.mixing) {
        by_epoch.entry(mixing.epoch).or_default().push(mixing);
    }
    let n_seeds = model.map_or(0, |model| model.seeds.len());
    let series = SHARES.iter().enumerate().map(|(idx, (name, share))| Series {
        name: (*name).to_owned(),
        // The family says whose shares they are, the dash which.
        look: Look { dash: idx as u8 + 1, ..look("tsf") },
        values: by_epoch.values().map(|seeds| mean(seeds, *share)).collect(),
    });
    let lines = Lines {
        x_title: "epoch",
        y_title: "share".to_owned(),
        ticks: Ticks::Whole,
        places: by_epoch.iter().map(|(epoch, seeds)| epoch_place(*epoch, seeds.len(), n_seeds)).collect(),
        // A channel that is switched off stays at 0 and is no line.
        series: series.filter(|series| series.values.iter().flatten().any(|value| value.mean > 0.0)).collect(),
        decimals: 3,
        ..Lines::default()
    };
    Picture {
        testid: "mixing-chart".to_owned(),
        title: "Mixing weights λ and α over training".to_owned(),
        reading: mixing_reading(&lines),
        caption: format!(
            "λ: shares of the edge sources, together 1. α: share of the graph encoding in the fusion. Epoch 0 is before \
             training; {}.",
            if n_seeds > 1 { "mean over the seeds that reached the epoch, band ± sd" } else { "one seed, no spread" }
        ),
        empty: None,
        choices: Default::default(),
        body: Body::Lines(Rc::new(lines)),
    }
}

fn epoch_place(epoch: usize, n: usize, n_seeds: usize) -> Place {
    let note = if n < n_seeds { format!("{n} of {n_seeds} seeds") } else { String::new() };
    Place { x: epoch as f64, name: format!("epoch {epoch}"), note }
}

/// Mean and sample standard deviation over seeds.
fn mean(seeds: &[&Mixing], share: Share) -> Option<Value> {
    let values: Vec<f64> =
        seeds.iter().filter_map(|mixing| share(mixing)).map(f64::from).filter(|v| v.is_finite()).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = || (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    (!values.is_empty()).then(|| Value { mean, sd: (values.len() > 1).then(sd), partial: false })
}

/// Where the shares ended, and where they began.
fn mixing_reading(lines: &Lines) -> String {
    let end = |series: &Series| {
        let known = || series.values.iter().flatten();
        let (first, last) = (known().next()?, known().next_back()?);
        Some(format!("{} {} (from {})", series.name, fixed(last.mean, 2), fixed(first.mean, 2)))
    };
    let ends: Vec<String> = lines.series.iter().filter_map(end).collect();
    let last = lines.places.last().map_or("", |place| place.name.as_str());
    format!("After {last}: {}.", ends.join(", "))
}

/// Likeness of the nodes after each graph layer.
pub(super) fn smoothing(report: &Report, choice: usize) -> Picture {
    let layers = report.graph.as_ref().map_or(&[][..], |graph| graph.smoothing.as_slice());
    let is_cosine = choice == 0;
    let value = |mean: f64| mean.is_finite().then_some(Value { mean, sd: None, partial: false });
    let values = layers.iter().map(|layer| value(if is_cosine { layer.cosine } else { layer.energy })).collect();
    let name = |layer: usize| if layer == 0 { "projected input".to_owned() } else { format!("layer {layer}") };
    let place = |layer: usize| Place { x: layer as f64, name: name(layer), note: String::new() };
    let id = subject(&report.models).map_or("tsf", |model| model.id.as_str());
    let lines = Lines {
        x_title: "layer",
        y_title: if is_cosine { "mean cosine" } else { "energy per node" }.to_owned(),
        places: layers.iter().map(|layer| place(layer.layer)).collect(),
        series: vec![Series { name: id.to_owned(), look: look(id), values }],
        decimals: if is_cosine { 3 } else { 4 },
        ..Lines::default()
    };
    Picture {
        testid: "smoothing-chart".to_owned(),
        title: "Over-smoothing by graph layer".to_owned(),
        reading: smoothing_reading(&lines, is_cosine),
        caption: format!(
            "Test part, first seed; {}. Layer 0 is the projected input.",
            if is_cosine {
                "mean cosine of the encodings of two different nodes, 1: all alike"
            } else {
                "Dirichlet energy of the encodings on the graph in use, per node, 0: all alike"
            }
        ),
        empty: None,
        choices: Default::default(),
        body: Body::Lines(Rc::new(lines)),
    }
}

fn smoothing_reading(lines: &Lines, is_cosine: bool) -> String {
    let known = lines.series.iter().flat_map(|series| series.values.iter().flatten()).copied().collect::<Vec<_>>();
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return String::new() };
    let said = |value: &Value| fixed(value.mean, lines.decimals);
    let alike = if (last.mean > first.mean) == is_cosine { "more" } else { "less" };
    let measure = if is_cosine { "mean cosine of two nodes" } else { "energy per node" };
    format!(
        "The nodes become {alike} alike: the {measure} goes from {} to {} over the layers.",
        said(first),
        said(last)
    )
}
