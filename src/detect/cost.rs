//! What a propagation costs, as counted operations (the paper's section 5.4; MODELS.md B.18 and D.2).
//!
//! Clocks differ from machine to machine; multiply-adds do not. They are counted by running the structured product on
//! numbers that count.

use std::ops::{Add, Mul};

use crate::report::CostRow;
use crate::snapshot::{Hierarchy, Real, Structured};

/// Snapshots of a row of the first axis.
const SNAPSHOTS: [u64; 4] = [1, 10, 100, 1000];
/// How many times the deployment stands side by side, on the same hosts.
const COPIES: [usize; 4] = [1, 2, 4, 8];
/// Slices of a snapshot.
const SLICES: [usize; 6] = [1, 2, 5, 10, 20, 40];

/// The axes in the order of the rows.
pub const COST_AXES: [&str; 3] = ["snapshots", "services", "slices"];

/// How many multiplications a number is the sum of.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Count(u64);

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul for Count {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 + other.0 + 1)
    }
}

impl Real for Count {
    fn of(_: f64) -> Self {
        Self(0)
    }
}

/// One row per value of each axis, all else as in the deployment; products have `width` columns.
pub fn costs(hierarchy: &Hierarchy, width: usize) -> Vec<CostRow> {
    let [snapshots, services, slices] = COST_AXES;
    let of_snapshots = SNAPSHOTS.map(|n| row((snapshots, n), hierarchy, (n, width)));
    let of_services = COPIES.map(|n| {
        let copied = copies(hierarchy, n);
        row((services, copied.n_types as u64), &copied, (1, width))
    });
    let of_slices = SLICES.map(|n_slices| {
        let cut = Hierarchy { n_slices, ..hierarchy.clone() };
        row((slices, n_slices as u64), &cut, (1, width))
    });
    of_snapshots.into_iter().chain(of_services).chain(of_slices).collect()
}

fn row((axis, value): (&str, u64), hierarchy: &Hierarchy, (n_snapshots, width): (u64, usize)) -> CostRow {
    let (n, w) = (hierarchy.n_nodes() as u64, hierarchy.n_slices as u64);
    let (shared, instances) = (hierarchy.first_instance() as u64, hierarchy.n_instances() as u64);
    let all = n_snapshots * width as u64;
    CostRow {
        axis: axis.to_owned(),
        value,
        nodes: n,
        edges: hierarchy.edges().len() as u64,
        nonzeros: hierarchy.sparse::<f32>().n_entries() as u64,
        structured: all * counted(hierarchy),
        blocks: all * (instances * (w + 1) * (w + 1) + 2 * shared * instances + shared),
        dense: all * n * n,
    }
}

/// Multiply-adds of the structured product with one column.
fn counted(hierarchy: &Hierarchy) -> u64 {
    let column = vec![Count::default(); hierarchy.n_nodes()];
    Structured::<Count>::new(hierarchy).propagate(&column, 1).iter().map(|entry| entry.0).sum()
}

/// A deployment several times over: its services and instances are copied, its hosts are not.
fn copies(hierarchy: &Hierarchy, n: usize) -> Hierarchy {
    let of_copy =
        |copy: usize| hierarchy.members.iter().map(move |&(service, host)| (copy * hierarchy.n_types + service, host));
    Hierarchy {
        n_types: n * hierarchy.n_types,
        n_hosts: hierarchy.n_hosts,
        members: (0..n).flat_map(of_copy).collect(),
        n_slices: hierarchy.n_slices,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::exponent;

    /// 26 types, 5 hosts, 48 instances (MODELS.md B.1).
    fn published() -> Hierarchy {
        let services = (0..11).flat_map(|service| [service; 3]).chain(11..26);
        let members = services.enumerate().map(|(idx, service)| (service, idx % 5)).collect();
        Hierarchy { n_types: 26, n_hosts: 5, members, n_slices: 5 }
    }

    fn of<'a>(rows: &'a [CostRow], axis: &str) -> Vec<&'a CostRow> {
        rows.iter().filter(|row| row.axis == axis).collect()
    }

    #[test]
    fn the_published_graph_costs_what_the_table_says() {
        let rows = costs(&published(), 128);
        let five = of(&rows, "slices")[2];
        assert_eq!((five.value, five.nodes, five.edges, five.nonzeros), (5, 319, 528, 1375));
        // MODELS.md D.2, two layers of H = 128: 26.15 MMAC dense, 1.20 in blocks, 0.35 entry by entry.
        let mmac = |n: u64| (2 * n) as f64 / 1e6;
        assert!((mmac(five.dense) - 26.15).abs() < 0.15, "{}", mmac(five.dense));
        assert!((mmac(five.blocks) - 1.20).abs() < 0.02, "{}", mmac(five.blocks));
        assert!((mmac(five.structured) - 0.35).abs() < 0.01, "{}", mmac(five.structured));
    }

    #[test]
    fn every_entry_is_multiplied_once() {
        for row in costs(&published(), 1).iter().filter(|row| row.axis != "snapshots") {
            assert_eq!(row.structured, row.nonzeros, "{row:?}");
        }
    }

    #[test]
    fn structured_counts_grow_linearly_and_dense_ones_quadratically() {
        let rows = costs(&published(), 32);
        for row in &rows {
            let n_snapshots = if row.axis == "snapshots" { row.value } else { 1 };
            assert_eq!(row.dense, n_snapshots * 32 * row.nodes * row.nodes);
        }
        for axis in ["services", "slices"] {
            let of_axis = of(&rows, axis);
            // Linear to the last unit: the step from one value to the next is in proportion.
            let steps = of_axis
                .windows(2)
                .map(|pair| (pair[1].structured - pair[0].structured) as f64 / (pair[1].value - pair[0].value) as f64);
            let steps: Vec<f64> = steps.collect();
            // From one slice to two, a chain begins, which has two ends.
            assert!(steps.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 1e-9), "{axis}: {steps:?}");
            let ends = |count: fn(&CostRow) -> u64| {
                let (first, last) = (of_axis[of_axis.len() - 2], of_axis[of_axis.len() - 1]);
                (count(last) as f64 / count(first) as f64).log2()
            };
            let (structured, dense) = (ends(|row| row.structured), ends(|row| row.dense));
            assert!(structured < 1.0 && structured > 0.9 && dense < 2.0 && dense > 1.8, "{axis}: {structured} {dense}");
        }
        for count in [|row: &CostRow| row.structured, |row: &CostRow| row.dense] {
            let grown = exponent(&rows, "snapshots", count).expect("four values");
            assert!((grown - 1.0).abs() < 1e-12, "{grown}");
        }
        assert_eq!(exponent(&rows, "hosts", |row| row.dense), None);
    }
}
