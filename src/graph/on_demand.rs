//! The graphs of all nodes one by one, for looking at them: each is made when it is asked for.

use std::sync::Arc;

use super::channels::{Basis, GraphError, check_size, intervals, target};
use super::correlation::correlation_graph;
use super::records::Records;
use super::rows::Rows;
use super::sources::Sources;
use crate::config::Checked;
use crate::data::Dataset;

/// Graphs of each channel that are in memory at a time: the one in force and the one before.
const AT_A_TIME: usize = 2;

/// The graphs of [`ChannelGraphs::of_all`](super::ChannelGraphs::of_all), bit for bit, without the others beside them.
///
/// A graph uses only what lies before it, so its own trailing window and one sweep over the earlier records are enough.
#[derive(Debug)]
pub struct GraphsOnDemand {
    dataset: Arc<Dataset>,
    metric: usize,
    rows: Rows,
    with_domains: bool,
    basis: Basis,
}

impl GraphsOnDemand {
    /// Makes no graph yet.
    ///
    /// # Errors
    /// When even two graphs would not fit into memory, or there is no target.
    pub fn new(dataset: Arc<Dataset>, config: &Checked) -> Result<Self, GraphError> {
        let metric = target(&dataset, config)?;
        let nodes: Vec<usize> = (0..dataset.n_nodes()).collect();
        let rows = Rows::new(dataset.n_nodes(), &nodes);
        let intervals = intervals(&dataset, config);
        let with_domains = config.graph.failure_domains;
        let sources = Sources::new(&dataset, &rows, intervals, with_domains);
        let basis = Basis::new(&dataset, (&rows, &sources), intervals, (config, None))?;
        drop(sources);
        check_size(nodes.len(), AT_A_TIME * (1 + usize::from(basis.has_records)))?;
        Ok(Self { dataset, metric, rows, with_domains, basis })
    }

    /// Correlation graph that is in force at a bin, `[N, N]`; a bin behind the last one is the last one.
    pub fn correlation_at(&self, bin: usize) -> Vec<f32> {
        let (rule, data) = (self.basis.rule, &*self.dataset);
        let unit = data.metrics[self.metric].unit;
        let last = self.renewal(bin) * rule.renew_bins;
        let bins = (last + 1).saturating_sub(rule.n_steps)..(last + 1).min(data.n_bins);
        let cells = bins.flat_map(|bin| (0..data.n_nodes()).map(move |node| (bin, node)));
        let window: Vec<f32> = cells.map(|(bin, node)| unit.to_unit(data.at(bin, node, self.metric))).collect();
        correlation_graph(&window, data.n_nodes(), rule)
    }

    /// Record graph that is in force at a bin, `[N, N]`; `None` if the data hold no records.
    pub fn records_at(&self, bin: usize) -> Option<Vec<f32>> {
        let Basis { intervals, has_records, .. } = self.basis;
        has_records.then(|| {
            let sources = Sources::new(&self.dataset, &self.rows, intervals, self.with_domains);
            Records::new(&self.dataset.relations, &self.rows, sources, intervals).graph(self.renewal(bin))
        })
    }

    /// Number of the graph that is in force at a bin.
    pub fn renewal(&self, bin: usize) -> usize {
        bin.min(self.dataset.n_bins.saturating_sub(1)) / self.basis.rule.renew_bins
    }

    /// Bins for which a graph is in force.
    pub fn renew_bins(&self) -> usize {
        self.basis.rule.renew_bins
    }

    /// What the edges come from, for people.
    pub fn edge_sources(&self) -> &[String] {
        &self.basis.edge_sources
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ChannelGraphs;
    use super::super::leak::{N_BINS, config, random_data};
    use super::*;
    use crate::data::Unit;

    fn bits(weights: &[f32]) -> Vec<u32> {
        weights.iter().map(|weight| weight.to_bits()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn one_graph_alone_is_that_among_all_bit_by_bit(
            seed: u32,
            bins in proptest::collection::vec(0..N_BINS, 1..6),
            share: bool,
            renew in 40_u32..700,
            steps in 2_usize..200,
            domains: bool,
        ) {
            let data = Arc::new(random_data(seed, if share { Unit::Percent } else { Unit::Bytes }));
            let config = config(|c| {
                (c.graph.renew_secs, c.graph.failure_domains) = (renew, domains);
                c.graph.correlation_steps = Some(steps.max(4));
            });
            let all = ChannelGraphs::of_all(&data, &config).expect("small");
            let alone = GraphsOnDemand::new(Arc::clone(&data), &config).expect("small");
            prop_assert_eq!((all.renew_bins(), all.edge_sources()), (alone.renew_bins(), alone.edge_sources().to_vec()));
            for bin in bins {
                prop_assert_eq!(bits(&alone.correlation_at(bin)), bits(all.correlation_at(bin)));
                let records = all.records_at(bin).map(bits);
                prop_assert_eq!(alone.records_at(bin).as_deref().map(bits), records);
            }
            prop_assert_eq!(alone.correlation_at(usize::MAX), alone.correlation_at(N_BINS - 1));
        }
    }

    #[test]
    fn without_records_there_is_no_record_graph() {
        let mut data = random_data(4, Unit::Percent);
        data.system = Default::default();
        let alone = GraphsOnDemand::new(Arc::new(data), &config(|_| {})).expect("small");
        assert_eq!(alone.records_at(0), None);
        assert_eq!(alone.edge_sources().len(), 1);
    }
}
