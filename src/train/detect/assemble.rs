//! Windows of a fold become host arrays, each snapshot once.

use std::collections::BTreeMap;

use crate::detect::{Fold, Synthetic, Window};
use crate::models::{CallShape, DetectShape, HostCalls, HostSequences};

/// Sizes that the networks need.
pub(super) fn shape_of(fold: &Fold) -> DetectShape {
    let calls = fold.calls.as_ref().map(|calls| CallShape {
        edges: calls.edges.clone(),
        n_patterns: calls.n_patterns,
        on_graph: calls.on_graph,
    });
    DetectShape {
        hierarchy: fold.hierarchy.clone(),
        layout: fold.layout,
        sequence: fold.sequence,
        calls: calls.unwrap_or_default(),
    }
}

/// The first snapshot of a window; the others follow up to its last.
pub(super) fn first_of(fold: &Fold, window: Window) -> u32 {
    window.last + 1 - fold.sequence as u32
}

/// Adds what is known of the calls of a snapshot.
pub(super) fn extend_calls(into: &mut HostCalls, fold: &Fold, (run, snapshot): (u32, u32)) {
    let Some(calls) = &fold.calls else { return };
    let (n, of_run) = (calls.edges.len(), &calls.runs[run as usize]);
    into.durations.extend(fold.call_durations(run, snapshot));
    into.counts.extend_from_slice(&of_run.counts[snapshot as usize * n..][..n]);
    into.patterns.push(of_run.patterns[snapshot as usize]);
}

/// Sequences in the making.
#[derive(Debug)]
pub(super) struct Assembly<'a> {
    fold: &'a Fold,
    /// Whether targets of instances are wanted.
    says_where: bool,
    known: BTreeMap<(u32, u32), usize>,
    host: HostSequences,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(fold: &'a Fold, says_where: bool) -> Self {
        Self { fold, says_where, known: BTreeMap::new(), host: HostSequences::default() }
    }

    pub(super) fn finish(self) -> HostSequences {
        self.host
    }

    /// Adds a window.
    pub(super) fn window(&mut self, window: Window, weight: f32) {
        for snapshot in first_of(self.fold, window)..=window.last {
            let next = self.n_snapshots();
            let at = *self.known.entry((window.run, snapshot)).or_insert(next);
            if at == next {
                self.host.values.extend_from_slice(self.fold.snapshot(window.run, snapshot));
                self.host.missing.extend_from_slice(self.fold.missing(window.run, snapshot));
                extend_calls(&mut self.host.calls, self.fold, (window.run, snapshot));
            }
            self.host.index.push(at);
        }
        self.target(window, weight);
    }

    /// Adds a made-up window: every slice at the same share of the way between its parents. Features are derived from
    /// these slices, so it is a valid snapshot graph; an instance is missing where it is in one of them.
    pub(super) fn synthetic(&mut self, synthetic: Synthetic, weight: f32) {
        let fold = self.fold;
        let [from, to] = synthetic.parents.map(|parent| fold.train[parent as usize]);
        self.host.values.extend(fold.made_up(synthetic));
        for step in 0..fold.sequence as u32 {
            self.host.index.push(self.n_snapshots());
            let missing = [from, to].map(|window| fold.missing(window.run, first_of(fold, window) + step));
            self.host.missing.extend(missing[0].iter().zip(missing[1]).map(|(a, b)| *a || *b));
            let [a, b] = [from, to].map(|window| fold.call_durations(window.run, first_of(fold, window) + step));
            // Without a call in one of them there is none on the way.
            let on_the_way = a.zip(b).map(|(a, b)| a + synthetic.share * (b - a));
            self.host.calls.durations.extend(on_the_way);
            // What only detectors without labels read, which are not given made-up windows.
            let n_edges = fold.calls.as_ref().map_or(0, |calls| calls.edges.len());
            self.host.calls.counts.extend(vec![0.0; n_edges]);
            self.host.calls.patterns.extend(fold.calls.as_ref().map(|calls| calls.n_patterns as u32));
        }
        self.target(from, weight);
    }

    fn n_snapshots(&self) -> usize {
        self.host.missing.len() / self.fold.n_instances().max(1)
    }

    fn target(&mut self, window: Window, weight: f32) {
        self.host.target.push(f32::from(u8::from(window.label)));
        self.host.weight.push(weight);
        if !self.says_where {
            return;
        }
        let episode = window.episode.filter(|_| window.label).and_then(|idx| self.fold.episodes.get(idx as usize));
        let aimed_at = |instance: usize| episode.is_some_and(|e| e.instances.contains(&(instance as u32)));
        let targets = (0..self.fold.n_instances()).map(|instance| f32::from(u8::from(aimed_at(instance))));
        self.host.instance_target.extend(targets);
    }
}
