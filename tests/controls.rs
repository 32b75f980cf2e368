//! Graphs that carry less information than the learned one, several scales, and conditions a model was not trained for.

mod common;
#[path = "controls/conditions.rs"]
mod conditions;
#[path = "controls/network.rs"]
mod network;
#[path = "controls/windows.rs"]
mod windows;

use std::rc::Rc;

use loadstone::config::{Checked, GraphControl, InputScale, ModelConfig, RecurrentConfig, TsfConfig};
use loadstone::data::{Dataset, Relation, RelationKind};
use loadstone::graph::ChannelGraphs;
use loadstone::prepare::prepare;
use loadstone::stream::Stream;
use loadstone::train::Problem;

const N_NODES: usize = 6;
const N_BINS: usize = 160;
const N_METRICS: usize = 2;
const STEPS: usize = 6;
const GRID_SECS: u32 = 600;

/// Two random walks per node, some gaps, and relations.
fn data(seed: u32) -> Dataset {
    let rng = &mut Stream::Data.rng(seed, "controls");
    let mut level = vec![50.0_f32; N_NODES * N_METRICS];
    let mut values = Vec::new();
    for _ in 0..N_BINS {
        for level in &mut level {
            *level = (*level + rng.uniform(-6.0, 6.0)).clamp(1.0, 99.0);
            values.push(if rng.unit() < 0.03 { f32::NAN } else { *level });
        }
    }
    let relation = |idx: usize, rng: &mut loadstone::stream::StreamRng| Relation {
        at_secs: (idx * 1000) as i64,
        from: idx % N_NODES,
        to: (idx + 1 + rng.below(N_NODES - 1)) % N_NODES,
        kind: RelationKind::SharedApp,
        weight: 1.0 + rng.unit(),
    };
    let relations = (0..90).map(|idx| relation(idx, rng)).collect();
    Dataset { relations, ..common::dataset(&["cpu", "mem"], N_NODES, GRID_SECS, values) }
}

fn config() -> Checked {
    common::config(|config| {
        config.prepare.input_scale = InputScale::Zscore;
        config.prepare.mask_feature = true;
        config.window.input_steps = STEPS;
        config.graph.min_joint_observations = 8;
        config.train.residual_output = true;
    })
}

fn problem(dataset: &Dataset) -> Problem {
    let config = config();
    let prepared = prepare(dataset, &config).expect("enough data");
    assert_eq!(prepared.n_nodes(), N_NODES);
    let graphs = Some(Rc::new(ChannelGraphs::build(dataset, &prepared, &config).expect("small")));
    Problem { prepared: Rc::new(prepared), graphs, config }
}

fn small() -> TsfConfig {
    let (width, layers, heads, attention_width, refresh_steps) = (8, 2, 2, 4, 2);
    TsfConfig { width, layers, heads, attention_width, refresh_steps, dropout: 0.0, ..TsfConfig::default() }
}

fn tsf(control: GraphControl) -> ModelConfig {
    ModelConfig::Tsf(TsfConfig { control, ..small() })
}

fn multi_scale() -> ModelConfig {
    ModelConfig::Tsf(TsfConfig { multi_scale: true, ..small() })
}

fn gru() -> ModelConfig {
    ModelConfig::Gru(RecurrentConfig { width: 4, layers: 1 })
}

/// All origins of all parts.
fn origins(problem: &Problem) -> Vec<usize> {
    let split = &problem.prepared.split;
    [&split.training[..], &split.validation, &split.test].concat()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}
