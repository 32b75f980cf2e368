//! Which row of a graph a node of the data set has.

use crate::data::Dataset;

/// Rows of the nodes that take part, and of the services that they are instances of.
#[derive(Debug)]
pub(super) struct Rows {
    of_node: Vec<Option<usize>>,
    /// Number of nodes that take part.
    pub(super) n: usize,
}

impl Rows {
    /// `node_idx` are the nodes that take part, as indices into the data set.
    pub(super) fn new(n_dataset_nodes: usize, node_idx: &[usize]) -> Self {
        let mut of_node = vec![None; n_dataset_nodes];
        for (row, &node) in node_idx.iter().enumerate() {
            of_node[node] = Some(row);
        }
        Self { of_node, n: node_idx.len() }
    }

    /// Row of a node, if it takes part.
    pub(super) fn of(&self, node: usize) -> Option<usize> {
        self.of_node.get(node).copied().flatten()
    }

    /// Row of a node of a scheduling record.
    pub(super) fn of_record(&self, node: u32) -> Option<usize> {
        self.of(node as usize)
    }

    /// For each service of the data set the rows that are this service or instances of it.
    pub(super) fn of_services(&self, dataset: &Dataset) -> Vec<Vec<usize>> {
        let service = |node: usize| dataset.system.placements.get(node).map_or("", |place| place.service.as_str());
        let belongs = |node: usize, name: &str| dataset.nodes[node] == name || service(node) == name;
        let nodes = 0..dataset.n_nodes();
        let rows = |name: &String| {
            nodes.clone().filter(|&node| belongs(node, name)).filter_map(|node| self.of(node)).collect()
        };
        dataset.system.services.iter().map(rows).collect()
    }
}
