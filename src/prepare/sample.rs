//! Some of the nodes, so that the number of nodes can be varied (MODELS.md A.11, figure 5).
//!
//! One seeded order of all kept nodes is cut at different places: a smaller set lies in every larger one, and the
//! first [`CORE_NODES`] of the order lie in all of them. Errors on that core are about the same machines whatever the
//! size of the set; errors on the whole set also change because other machines are scored.

use crate::config::{CORE_NODES, NodeSample};
use crate::stream::Stream;

/// Nodes that take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sampled {
    /// Indices into the data set, ascending.
    pub(super) node_idx: Vec<usize>,
    /// Which of them are of the common core; `None` where no sample was asked for.
    pub(super) core: Option<Vec<bool>>,
    /// The others, ascending.
    pub(super) not_sampled: Vec<usize>,
}

/// Draws from the kept nodes, ascending indices into the data set; all of them where the sample is not smaller.
pub(super) fn draw(kept: Vec<usize>, sample: Option<NodeSample>) -> Sampled {
    let Some(sample) = sample else { return Sampled { node_idx: kept, core: None, not_sampled: Vec::new() } };
    let mut order = kept;
    Stream::Split.rng(sample.seed, "nodes").shuffle(&mut order);
    let mut not_sampled = order.split_off(sample.count.min(order.len()));
    not_sampled.sort_unstable();
    let mut core = order[..order.len().min(CORE_NODES)].to_vec();
    core.sort_unstable();
    order.sort_unstable();
    let is_core = order.iter().map(|node| core.binary_search(node).is_ok()).collect();
    Sampled { node_idx: order, core: Some(is_core), not_sampled }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(n_kept: usize, count: usize, seed: u32) -> Sampled {
        draw((0..n_kept).map(|node| 3 * node).collect(), Some(NodeSample { count, seed }))
    }

    fn core(sampled: &Sampled) -> Vec<usize> {
        let flags = sampled.core.as_ref().expect("a sample").iter();
        sampled.node_idx.iter().zip(flags).filter(|(_, is_core)| **is_core).map(|(&node, _)| node).collect()
    }

    #[test]
    fn without_a_sample_all_nodes_take_part_and_there_is_no_core() {
        let all = draw(vec![1, 4, 7], None);
        assert_eq!((all.node_idx, all.core, all.not_sampled), (vec![1, 4, 7], None, Vec::new()));
    }

    #[test]
    fn smaller_sets_lie_in_larger_ones_and_share_the_core() {
        let sets: Vec<Sampled> = [20, 40, 60, 80, 100].map(|count| sample(118, count, 7)).into();
        for pair in sets.windows(2) {
            assert!(pair[0].node_idx.iter().all(|node| pair[1].node_idx.contains(node)));
            assert_eq!(core(&pair[0]), core(&pair[1]));
        }
        assert_eq!(core(&sets[0]), sets[0].node_idx, "the smallest set is the core");
        for (set, count) in sets.iter().zip([20, 40, 60, 80, 100]) {
            assert_eq!((set.node_idx.len(), set.not_sampled.len()), (count, 118 - count));
            assert!(set.node_idx.is_sorted() && set.not_sampled.is_sorted());
            assert!(set.not_sampled.iter().all(|node| !set.node_idx.contains(node)));
        }
        assert_ne!(sample(118, 20, 8).node_idx, sets[0].node_idx, "another seed is another order");
    }

    #[test]
    fn a_sample_of_more_nodes_than_there_are_is_all_of_them() {
        let all = sample(12, 60, 1);
        assert_eq!((all.node_idx.len(), all.not_sampled.len()), (12, 0));
        assert_eq!(core(&all).len(), 12, "the core is as large as it can be");
        assert_eq!(core(&sample(118, 5, 1)).len(), 5);
    }
}
