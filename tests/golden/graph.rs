//! F.1: graph convolution on small graphs, with the product on both tensor libraries.

use burn::tensor::activation::relu;
use loadstone::graph::{dirichlet_energy, row_norm, sym_norm};

use crate::harness::golden_test;
use crate::support::{close, devices, tensor, values};

golden_test!(f1_two_nodes_share_their_mean, {
    let adjacency = sym_norm(&[0.0, 1.0, 1.0, 0.0], 2);
    close("adjacency", &adjacency, &[0.5; 4]);
    for (name, device) in devices() {
        let mixed = tensor(&adjacency, [2, 2], &device).matmul(tensor(&[1.0, 3.0], [2, 1], &device));
        let output = mixed.matmul(tensor(&[2.0, -1.0], [1, 2], &device));
        close(name, &values(output.clone()), &[4.0, -2.0, 4.0, -2.0]);
        close(name, &values(relu(output)), &[4.0, 0.0, 4.0, 0.0]);
    }
});

golden_test!(f1_a_path_of_three, {
    let adjacency = sym_norm(&[0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0], 3);
    close("adjacency", &adjacency, &[0.5, 0.408248, 0.0, 0.408248, 0.333333, 0.408248, 0.0, 0.408248, 0.5]);
    for (name, device) in devices() {
        let mixed = tensor(&adjacency, [3, 3], &device).matmul(tensor(&[1.0, 0.0, 2.0], [3, 1], &device));
        close(name, &values(mixed), &[0.5, 1.224745, 1.0]);
    }
});

golden_test!(f1_rows_of_a_directed_graph_sum_to_one, {
    let rows = row_norm(&[0.0, 0.6, 0.2, 0.1, 0.0, 0.9, 0.4, 0.4, 0.0], 3);
    let wanted = [0.555556, 0.333333, 0.111111, 0.05, 0.5, 0.45, 0.222222, 0.222222, 0.555556];
    close("rows", &rows, &wanted);
});

golden_test!(f1_dirichlet_energy_of_one_edge, {
    close("energy", &[dirichlet_energy(&[0.0, 1.0, 1.0, 0.0], &[1.0, 3.0])], &[2.0]);
});
