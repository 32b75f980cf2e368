//! The parts of `tsf` with their shapes, out of a config (MODELS.md A.6).

use crate::charts::text::count;
use crate::charts::twin::Twin;
use crate::config::{Channels, Combine, Fusion, GraphControl, GruInput, RunConfig, Stack, TsfConfig};

/// What the letters are.
pub(super) const CAPTION: &str = "B windows of a batch, T input steps, N nodes, F features, d width, K heads, G steps per graph, P steps ahead. Grey: \
     switched off by this config.";

/// A box of the diagram.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::charts) struct Part {
    /// What it is.
    pub name: String,
    /// Shape of what leaves it.
    pub shape: String,
    /// What it does, for the table.
    pub text: String,
    /// Switched off.
    pub off: bool,
}

/// The whole model.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::charts) struct Sketch {
    /// The input window.
    pub input: Part,
    /// Per node, to the width of the model.
    pub projection: Part,
    /// Attention, which reads the input, then correlation and records, which are computed before.
    pub channels: [Part; 3],
    /// One graph out of the channels.
    pub graph: Part,
    /// Along the graph.
    pub layers: Part,
    /// Along the time.
    pub gru: Part,
    /// Both encodings become one.
    pub fusion: Part,
    /// The forecast.
    pub output: Part,
    /// The graph encoding feeds the GRU.
    pub layers_to_gru: bool,
    /// The projected input feeds the GRU.
    pub projection_to_gru: bool,
    /// The graph encoding feeds the fusion.
    pub layers_to_fusion: bool,
    /// All of it in one sentence.
    pub reading: String,
}

impl Sketch {
    /// All parts, from the input to the output.
    pub(super) fn parts(&self) -> Vec<&Part> {
        let start = [&self.input, &self.projection].into_iter().chain(&self.channels);
        start.chain([&self.graph, &self.layers, &self.gru, &self.fusion, &self.output]).collect()
    }

    /// The same as a table.
    pub(in crate::charts) fn twin(&self) -> Twin {
        let mut twin = Twin::with_head(["Part", "Shape", "In use", "What it does"]);
        let row = |part: &&Part| {
            let used = if part.off { "off" } else { "on" };
            vec![part.name.clone(), part.shape.clone(), used.to_owned(), part.text.clone()]
        };
        twin.rows = self.parts().iter().map(row).collect();
        twin
    }
}

/// Sizes as numbers, or as letters where they are not known.
struct Sizes {
    steps: String,
    nodes: String,
    features: String,
    width: String,
    graphs: String,
    ahead: String,
}

/// The diagram of a config with `tsf`.
pub(super) fn sketch(config: &RunConfig, n_nodes: Option<usize>, n_features: Option<usize>) -> Option<Sketch> {
    let tsf = config.tsf()?;
    let n_nodes = n_nodes.map(|n| config.prepare.nodes.map_or(n, |sample| sample.count.min(n)));
    let sizes = sizes(config, tsf, n_nodes, n_features);
    let has_graph = tsf.control != GraphControl::None && tsf.fusion != Fusion::TemporalOnly;
    let to_gru = tsf.control != GraphControl::None && tsf.gru_input != GruInput::Parallel;
    let has_gru = tsf.fusion != Fusion::SpatialOnly || tsf.control == GraphControl::None;
    let layers_on = has_graph || (to_gru && has_gru);
    Some(Sketch {
        input: input(&sizes),
        projection: projection(&sizes),
        channels: channels(tsf, &sizes, layers_on),
        graph: graph(tsf, &sizes, n_nodes, layers_on),
        layers: layers(tsf, &sizes, layers_on),
        gru: gru(tsf, &sizes, has_gru),
        fusion: fusion(tsf, &sizes),
        output: output(&sizes),
        layers_to_gru: to_gru && has_gru,
        projection_to_gru: has_gru && (tsf.gru_input != GruInput::Serial || tsf.control == GraphControl::None),
        layers_to_fusion: has_graph,
        reading: reading(config, tsf, n_nodes, (layers_on, has_gru)),
    })
}

fn sizes(config: &RunConfig, tsf: &TsfConfig, n_nodes: Option<usize>, n_features: Option<usize>) -> Sizes {
    let appended = usize::from(config.prepare.mask_feature) + 2 * usize::from(config.prepare.clock_features);
    let known = |n: Option<usize>, letter: &str| n.map_or_else(|| letter.to_owned(), |n| n.to_string());
    Sizes {
        steps: config.window.input_steps.to_string(),
        nodes: known(n_nodes, "N"),
        features: known(n_features.and_then(|n| n.checked_add(appended)), "F"),
        width: tsf.width.to_string(),
        graphs: config.window.input_steps.div_ceil(tsf.refresh_steps.max(1)).to_string(),
        ahead: config.window.output_steps.to_string(),
    }
}

fn shape(sizes: &[&str]) -> String {
    format!("[B, {}]", sizes.join(", "))
}

fn encoded(sizes: &Sizes) -> String {
    shape(&[&sizes.steps, &sizes.nodes, &sizes.width])
}

fn part(name: impl Into<String>, shape: String, text: impl Into<String>) -> Part {
    Part { name: name.into(), shape, text: text.into(), off: false }
}

fn input(sizes: &Sizes) -> Part {
    let shape = shape(&[&sizes.steps, &sizes.nodes, &sizes.features]);
    part("input window", shape, format!("{} steps of all nodes and features", sizes.steps))
}

fn projection(sizes: &Sizes) -> Part {
    part("projection", encoded(sizes), format!("one linear layer to width d = {}, the same for all nodes", sizes.width))
}

/// The sources of edges; no graph layers, no sources. Some controls read none of them either.
fn channels(tsf: &TsfConfig, sizes: &Sizes, in_use: bool) -> [Part; 3] {
    let Channels { records, correlation, attention } = tsf.channels;
    let reads = in_use && !matches!(tsf.control, GraphControl::Identity);
    let pair = shape(&[&sizes.graphs, &sizes.nodes, &sizes.nodes]);
    let heads = tsf.heads.to_string();
    let by_head = shape(&[&sizes.graphs, &heads, &sizes.nodes, &sizes.nodes]);
    let channel = |name: &str, on: bool, shape: &str, text: String| Part {
        off: !(on && reads),
        ..part(name, shape.to_owned(), text)
    };
    [
        channel("attention", attention, &by_head, format!("learned edge weights out of the input, K = {heads} heads")),
        channel("correlation", correlation, &pair, "trailing correlation of the target, precomputed".to_owned()),
        channel("records", records, &pair, "scheduling and call records, precomputed".to_owned()),
    ]
}

/// Neighbours kept per row: `max(1, round_half_up((1 - s)(N - 1)))` (MODELS.md A.6.3).
fn kept(sparsity: f64, n_nodes: usize) -> usize {
    let others = n_nodes.saturating_sub(1) as f64;
    (((1.0 - sparsity) * others + 0.5).floor() as usize).max(1)
}

fn graph(tsf: &TsfConfig, sizes: &Sizes, n_nodes: Option<usize>, in_use: bool) -> Part {
    let steps = tsf.refresh_steps;
    let per = if steps == 1 { "a graph per step".to_owned() } else { format!("a graph per G = {steps} steps") };
    let mix = match tsf.combine {
        Combine::Sum => "λ sum",
        Combine::Product => "product",
    };
    let strongest = match n_nodes {
        Some(n) => format!("keep {} of {}", count(kept(tsf.sparsity, n)), count(n.saturating_sub(1))),
        None => format!("keep {:.0} %", (1.0 - tsf.sparsity) * 100.0),
    };
    let name = match tsf.control {
        GraphControl::Learned => format!("{mix}, {strongest}"),
        GraphControl::None => "no graph".to_owned(),
        GraphControl::Identity => "identity".to_owned(),
        GraphControl::Random => format!("random, {strongest}"),
        GraphControl::Rewired => format!("rewired, {strongest}"),
        GraphControl::TimeShuffled => format!("time-shuffled, {strongest}"),
        GraphControl::StaticMean => format!("static mean, {strongest}"),
        GraphControl::Permuted => format!("permuted, {strongest}"),
    };
    let heads = tsf.heads.to_string();
    let mixed = match tsf.combine {
        Combine::Sum => "learned shares λ of the edge sources, together 1",
        Combine::Product => "product of the edge sources",
    };
    Part {
        off: !in_use,
        ..part(
            name,
            shape(&[&sizes.graphs, &heads, &sizes.nodes, &sizes.nodes]),
            format!("{mixed}; the strongest neighbours of each row are kept, rows sum to 1; {per}"),
        )
    }
}

fn layers(tsf: &TsfConfig, sizes: &Sizes, in_use: bool) -> Part {
    let stack = match tsf.stack {
        Stack::Residual => "residual, layer norm",
        Stack::Strict => "strict, as printed",
    };
    let name = if tsf.layers == 1 { "1 graph layer".to_owned() } else { format!("{} graph layers", tsf.layers) };
    let text = format!("each node takes in its neighbours, L = {} times; {stack}", tsf.layers);
    Part { off: !in_use, ..part(name, encoded(sizes), text) }
}

fn gru(tsf: &TsfConfig, sizes: &Sizes, in_use: bool) -> Part {
    let reads = match tsf.gru_input {
        _ if tsf.control == GraphControl::None => "the projected input",
        GruInput::Serial => "the graph encoding",
        GruInput::Parallel => "the projected input",
        GruInput::Concat => "the graph encoding and the projected input",
    };
    let strides = if tsf.multi_scale { "; also at strides 2 and 4" } else { "" };
    let name = if tsf.multi_scale { "GRU per node, strides 1, 2, 4" } else { "GRU per node" };
    let text = format!("reads {reads} over {} steps, weights shared by all nodes{strides}", sizes.steps);
    Part { off: !in_use, ..part(name, shape(&[&sizes.nodes, &sizes.width]), text) }
}

fn fusion(tsf: &TsfConfig, sizes: &Sizes) -> Part {
    let (name, text) = match tsf.fusion {
        _ if tsf.control == GraphControl::None => ("GRU state", "there is no graph encoding to merge"),
        Fusion::Scalar => ("α · graph + (1 − α) · GRU", "one learned share α"),
        Fusion::Gate => ("gate: graph or GRU", "a learned share per node and unit"),
        Fusion::TemporalOnly => ("GRU state only", "α = 0"),
        Fusion::SpatialOnly => ("graph encoding only", "α = 1"),
    };
    part(name, shape(&[&sizes.nodes, &sizes.width]), text)
}

fn output(sizes: &Sizes) -> Part {
    let ahead = if sizes.ahead == "1" { "1 step ahead".to_owned() } else { format!("{} steps ahead", sizes.ahead) };
    part("forecast", shape(&[&sizes.nodes, &sizes.ahead]), format!("one linear layer to P = {ahead}"))
}

fn reading(config: &RunConfig, tsf: &TsfConfig, n_nodes: Option<usize>, (has_graph, has_gru): (bool, bool)) -> String {
    let nodes = n_nodes.map_or_else(|| "all nodes".to_owned(), |n| format!("{} nodes", count(n)));
    let graph = match tsf.control {
        GraphControl::Learned => {
            let on = [tsf.channels.records, tsf.channels.correlation, tsf.channels.attention];
            let n = on.into_iter().filter(|on| *on).count();
            format!("a graph of {n} edge source{}", if n == 1 { "" } else { "s" })
        }
        _ => "a graph that is a control".to_owned(),
    };
    let read = match (has_graph, has_gru) {
        (true, true) => format!("{graph} and a GRU read them"),
        (true, false) => format!("{graph} reads them"),
        (false, _) => "a GRU alone reads them".to_owned(),
    };
    let steps = config.window.input_steps;
    let ahead = config.window.output_steps;
    let ahead = if ahead == 1 { "1 step".to_owned() } else { format!("{ahead} steps") };
    format!("{steps} steps of {nodes} go in, {read}, and {ahead} ahead of every node come out.")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::{ModelConfig, NodeSample, preset};

    pub(crate) fn config(change: impl Fn(&mut TsfConfig)) -> RunConfig {
        let mut config = preset("class").expect("a preset").config;
        config.window.input_steps = 24;
        config.window.output_steps = 1;
        for model in &mut config.models {
            if let ModelConfig::Tsf(tsf) = model {
                *tsf = TsfConfig::default();
                change(tsf);
            }
        }
        config
    }

    #[test]
    fn shapes_are_those_of_the_config_and_the_data() {
        let sketch = sketch(&config(|_| {}), Some(118), Some(5)).expect("tsf");
        let shapes: Vec<&str> = sketch.parts().iter().map(|part| part.shape.as_str()).collect();
        assert_eq!(
            shapes,
            [
                "[B, 24, 118, 5]",
                "[B, 24, 118, 64]",
                "[B, 6, 4, 118, 118]",
                "[B, 6, 118, 118]",
                "[B, 6, 118, 118]",
                "[B, 6, 4, 118, 118]",
                "[B, 24, 118, 64]",
                "[B, 118, 64]",
                "[B, 118, 64]",
                "[B, 118, 1]"
            ]
        );
        assert_eq!(sketch.graph.name, "λ sum, keep 59 of 117");
        assert!(sketch.parts().iter().all(|part| !part.off) && sketch.layers_to_gru && !sketch.projection_to_gru);
    }

    #[test]
    fn kept_neighbours_are_those_of_the_specification() {
        let kept: Vec<usize> = [0.1, 0.3, 0.5, 0.7, 0.9].map(|sparsity| kept(sparsity, 60)).to_vec();
        assert_eq!(kept, [53, 41, 30, 18, 6]);
        assert_eq!(super::kept(1.0, 0), 1);
    }

    #[test]
    fn what_is_not_known_is_a_letter_and_what_is_appended_counts() {
        let mut config = config(|_| {});
        assert_eq!(sketch(&config, None, None).expect("tsf").input.shape, "[B, 24, N, F]");
        config.prepare.clock_features = true;
        config.prepare.mask_feature = true;
        config.prepare.nodes = Some(NodeSample { count: 20, seed: 0 });
        assert_eq!(sketch(&config, Some(118), Some(5)).expect("tsf").input.shape, "[B, 24, 20, 8]");
    }

    #[test]
    fn what_is_switched_off_is_off() {
        let off = |change: fn(&mut TsfConfig)| {
            let sketch = sketch(&config(change), Some(8), Some(2)).expect("tsf");
            sketch.parts().iter().filter(|part| part.off).map(|part| part.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(off(|tsf| tsf.channels.records = false), ["records"]);
        assert_eq!(off(|tsf| tsf.fusion = Fusion::SpatialOnly), ["GRU per node"]);
        assert_eq!(
            off(|tsf| tsf.control = GraphControl::None),
            ["attention", "correlation", "records", "no graph", "4 graph layers"]
        );
        assert!(off(|tsf| tsf.fusion = Fusion::TemporalOnly).is_empty(), "the GRU still reads the graph encoding");
    }

    #[test]
    fn without_tsf_there_is_no_diagram() {
        let mut config = config(|_| {});
        config.models.retain(|model| model.id() != "tsf");
        assert_eq!(sketch(&config, None, None), None);
    }
}
