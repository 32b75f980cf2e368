//! Runs are dealt to parts.

use std::collections::BTreeMap;

use super::{Part, Split, rng};
use crate::config::DetectConfig;
use crate::detect::run::Run;

/// Hands out things one after the other, such that after each of them every part is as near to its share as can be.
#[derive(Debug)]
pub(super) struct Dealer {
    shares: [f64; 3],
    dealt: [usize; 3],
}

/// Parts that come first if two are equally far behind: without training and test there is nothing.
const FIRST: [Part; 3] = [Part::Train, Part::Test, Part::Validation];

impl Dealer {
    pub(super) fn new(shares: [f64; 3]) -> Self {
        Self { shares, dealt: [0; 3] }
    }

    /// The part of the next `n` things, which stay together.
    pub(super) fn next(&mut self, n: usize) -> Part {
        let total = (self.dealt.iter().sum::<usize>() + n) as f64;
        let behind = |part: Part| self.shares[part as usize] * total - self.dealt[part as usize] as f64;
        let mut best = FIRST[0];
        for part in FIRST {
            // Shares are no exact binary fractions; less than this is no difference.
            if behind(part) > behind(best) + 1e-9 {
                best = part;
            }
        }
        self.dealt[best as usize] += n;
        best
    }
}

/// Runs by the types of their faults, those without any last; the order within a type is drawn.
pub(super) fn by_kind(runs: &[Run], chosen: &[usize], config: &DetectConfig) -> Vec<usize> {
    let mut groups: BTreeMap<(bool, Vec<String>), Vec<usize>> = BTreeMap::new();
    for &run in chosen {
        let kinds = runs[run].kinds();
        groups.entry((kinds.is_empty(), kinds)).or_default().push(run);
    }
    let mut rng = rng(config, "runs");
    let shuffled = groups.into_values().flat_map(|mut group| {
        rng.shuffle(&mut group);
        group
    });
    shuffled.collect()
}

/// Windows of whole runs.
pub(super) fn whole_runs(runs: &[Run], parts: &[(usize, Part)]) -> Split {
    let mut split = Split::default();
    for &(run, part) in parts {
        split.of(part).extend(&runs[run].windows);
    }
    split
}
