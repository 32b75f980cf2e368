//! Training windows in chunks of consecutive ones, which share most of their snapshots (MODELS.md B.6).

use crate::config::{DetectTrain, Supervision};
use crate::detect::{Fold, Synthetic, Window};
use crate::stream::StreamRng;

/// Something to train on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// Index into the windows that are trained on.
    Window(usize),
    /// Index into [`Fold::synthetic`].
    Synthetic(usize),
}

/// What a fold holds to train on, in chunks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chunks {
    /// In the order of the fold.
    pub(super) windows: Vec<Window>,
    pub(super) synthetic: Vec<Synthetic>,
    /// Those without any fault.
    normal: Vec<Vec<Sample>>,
    others: Vec<Vec<Sample>>,
    train: DetectTrain,
}

impl Chunks {
    /// For detectors that learn from labels, training windows with those that are made up, which share nothing but are
    /// drawn by the chunk too; for the others, normal windows. Windows that fault boundaries touch are left out.
    pub(super) fn new(fold: &Fold, supervision: Supervision, train: &DetectTrain) -> Self {
        let (windows, synthetic) = match supervision {
            Supervision::Labels => (&fold.train, fold.synthetic.clone()),
            Supervision::NormalOnly | Supervision::None => (&fold.normal, Vec::new()),
        };
        let mut stretches: Vec<Vec<usize>> = Vec::new();
        for (idx, &window) in windows.iter().enumerate().filter(|(_, window)| !window.buffer) {
            let follows =
                |&before: &usize| windows[before].run == window.run && windows[before].last + 1 == window.last;
            match stretches.last_mut() {
                Some(stretch) if stretch.last().is_some_and(follows) => stretch.push(idx),
                _ => stretches.push(vec![idx]),
            }
        }
        let chunks = stretches.iter().flat_map(|stretch| stretch.chunks(train.chunk));
        let (others, normal) = chunks.partition::<Vec<&[usize]>, _>(|c| c.iter().any(|&idx| windows[idx].label));
        let of = |chunks: Vec<&[usize]>| -> Vec<Vec<Sample>> {
            chunks.into_iter().map(|chunk| chunk.iter().map(|&idx| Sample::Window(idx)).collect()).collect()
        };
        let made_up: Vec<Sample> = (0..synthetic.len()).map(Sample::Synthetic).collect();
        let mut others = of(others);
        others.extend(made_up.chunks(train.chunk).map(<[Sample]>::to_vec));
        Self { windows: windows.clone(), synthetic, normal: of(normal), others, train: train.clone() }
    }

    /// The window of a sample; of a made-up one, the first of its parents, whose label it has.
    pub(super) fn window(&self, sample: Sample) -> Window {
        match sample {
            Sample::Window(idx) => self.windows[idx],
            Sample::Synthetic(idx) => self.windows[self.synthetic[idx].parents[0] as usize],
        }
    }

    /// Batches of an epoch in a new order. Of the chunks without any fault, one of `thin` is in it.
    pub(super) fn batches(&self, rng: &mut StreamRng) -> Vec<Vec<Sample>> {
        let mut normal: Vec<&Vec<Sample>> = self.normal.iter().collect();
        rng.shuffle(&mut normal);
        normal.truncate(self.n_normal());
        let mut order: Vec<&Vec<Sample>> = normal.into_iter().chain(&self.others).collect();
        rng.shuffle(&mut order);
        let mut batches: Vec<Vec<Sample>> = Vec::new();
        for chunk in order {
            match batches.last_mut().filter(|last| last.len() < self.train.batch) {
                Some(last) => last.extend(chunk),
                None => batches.push(chunk.clone()),
            }
        }
        batches
    }

    /// Whether there is nothing to train on.
    pub(super) fn is_empty(&self) -> bool {
        self.normal.is_empty() && self.others.is_empty()
    }

    fn n_normal(&self) -> usize {
        self.normal.len().div_ceil(self.train.thin)
    }

    /// Normal windows per faulty one in an epoch; 1 where there is no fault. Thinning is counted in.
    pub(super) fn normal_per_fault(&self) -> f32 {
        let n_others: usize = self.others.iter().map(Vec::len).sum();
        let n_faults = self.others.iter().flatten().filter(|&&sample| self.window(sample).label).count();
        let n_normal: usize = self.normal.iter().map(Vec::len).sum();
        if n_faults == 0 {
            return 1.0;
        }
        let kept = n_normal as f64 * self.n_normal() as f64 / self.normal.len().max(1) as f64;
        ((kept + (n_others - n_faults) as f64) / n_faults as f64) as f32
    }
}
