//! What a training promises beyond its loss: running statistics that travel with the weights, and pre-training that
//! keeps to its windows and its budget.

use std::rc::Rc;
use std::sync::Arc;

use loadstone::config::{
    AgcrnConfig, Backend, BertConfig, Checked, DcrnnConfig, GwnetConfig, InformerConfig, ModelConfig, MtgnnConfig,
    RunConfig, StgcnConfig, TimegnnConfig, TrainConfig, WindowConfig, preset,
};
use loadstone::experiment::{Experiment, Progress};
use loadstone::graph::ChannelGraphs;
use loadstone::models::{Batch, Dropout, Network, device, flatten, keep_state, load};
use loadstone::prepare::{Prepared, prepare};
use loadstone::report::StopReason;
use loadstone::sandbox::simulate;
use loadstone::stream::Stream;
use loadstone::train::{Problem, Session, Unit};

fn informer(dropout: f64) -> ModelConfig {
    let settings =
        InformerConfig { width: 4, heads: 2, feed_forward: 8, dropout, factor: 1, ..InformerConfig::default() };
    ModelConfig::InformerTs(settings)
}

fn bert() -> ModelConfig {
    let settings = BertConfig {
        width: 4,
        heads: 2,
        layers: 1,
        feed_forward: 8,
        patch: 2,
        pretrain_epochs: 2,
        ..BertConfig::default()
    };
    ModelConfig::Bert(settings)
}

fn config(model: &ModelConfig, train: TrainConfig) -> Checked {
    let config = RunConfig {
        models: vec![model.clone()],
        window: WindowConfig { input_steps: 8, train_stride: 24, ..WindowConfig::default() },
        train,
        seeds: vec![1],
        ..preset("sample").expect("the preset").config
    };
    config.check().expect("a valid config")
}

fn problem(model: &ModelConfig, train: TrainConfig) -> Problem {
    let config = config(model, train);
    let prepared = prepare(&simulate("sample").expect("the scenario"), &config).expect("enough data");
    Problem { prepared: Rc::new(prepared), graphs: None, config }
}

fn session(model: &ModelConfig, train: TrainConfig) -> Session {
    Session::new(Rc::new(problem(model, train)), model, 1).expect("a learned model")
}

fn run(session: &mut Session) -> Vec<Unit> {
    std::iter::from_fn(|| (session.ended().is_none()).then(|| session.step())).collect()
}

/// Positions of what is saved with the weights and not learned.
fn state_positions(network: &Network) -> Vec<usize> {
    let mut marks = vec![f32::NAN; flatten(network).len()];
    keep_state(network, &mut marks);
    (0..marks.len()).filter(|&idx| !marks[idx].is_nan()).collect()
}

#[test]
fn running_statistics_are_those_of_the_batch_whatever_the_optimiser_does() {
    let model = informer(0.0);
    // One epoch of one step, with a decay that would move every weight by .05.
    let train =
        TrainConfig { epochs: 1, batch: 1024, learning_rate: 0.05, weight_decay: 1.0, ..TrainConfig::default() };
    let mut session = session(&model, train.clone());
    let problem = problem(&model, train);
    let origins = &problem.prepared.split.training;
    assert!(session.windows_per_step() >= origins.len(), "one piece");
    run(&mut session);

    let device = device(session.backend()).autodiff();
    let network = Network::init(&model, problem.shape(), 1, &device).expect("a learned model");
    let before = flatten(&network);
    let batch = Batch::new(problem.batch(origins, &[]), &device);
    // Keys come from the stream of dropout, at a probability of 0 too.
    network.forward(&batch, &mut Dropout { rng: Some(&mut Stream::Dropout.rng(1, model.id())) });
    let (wanted, found) = (flatten(&network), session.best_weights());
    let state = state_positions(&network);
    assert_eq!(state.len(), 8);
    assert_eq!(session.n_params() + state.len(), found.len());
    for (idx, &value) in found.iter().enumerate() {
        if state.contains(&idx) {
            assert!((value - wanted[idx]).abs() < 1e-5, "{value} is not {}", wanted[idx]);
            assert!((value - before[idx]).abs() > 1e-5, "{value} never moved");
        }
    }
}

#[test]
fn evaluation_uses_the_running_statistics_that_were_loaded() {
    let model = informer(0.0);
    let mut session = session(&model, TrainConfig { epochs: 2, ..TrainConfig::default() });
    run(&mut session);
    let best = session.best_network();
    assert_eq!(flatten(&best), session.best_weights());
    let origins = [100, 150, 151];
    let together = session.forecast(&best, &origins).concat();
    let apart: Vec<f32> = origins.iter().flat_map(|&origin| session.forecast(&best, &[origin]).concat()).collect();
    together.iter().zip(&apart).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{a} and {b}"));
    let mut forgetful = session.best_weights().to_vec();
    let device = device(session.backend()).autodiff();
    let shape = problem(&model, TrainConfig::default()).shape();
    let fresh = Network::init(&model, shape, 1, &device).expect("a learned model");
    keep_state(&fresh, &mut forgetful);
    let without = session.forecast(&load(best.clone(), &forgetful), &origins).concat();
    assert_ne!(together, without);
    assert_eq!(session.forecast(&best, &origins).concat(), together, "a clone's statistics are its own");
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    for model in [informer(0.1), bert()] {
        let train = || TrainConfig { epochs: 4, batch: 8, weight_decay: 1e-4, ..TrainConfig::default() };
        let (mut first, mut second) = (session(&model, train()), session(&model, train()));
        assert_eq!(run(&mut first), run(&mut second), "{}", model.id());
        assert_eq!(first.best_weights(), second.best_weights(), "{}", model.id());
        assert_eq!(first.pretraining(), second.pretraining(), "{}", model.id());
    }
}

#[test]
fn pretraining_comes_first_and_counts_in_the_budget() {
    let mut session = session(&bert(), TrainConfig { epochs: 5, patience: 5, ..TrainConfig::default() });
    let units = run(&mut session);
    let epochs: Vec<(usize, bool)> = units
        .iter()
        .filter_map(|unit| match unit {
            Unit::Pretrained { epoch, .. } => Some((*epoch, true)),
            Unit::Epoch(point) => Some((point.epoch, false)),
            _ => None,
        })
        .collect();
    assert_eq!(epochs, [(1, true), (2, true), (3, false), (4, false), (5, false)]);
    assert_eq!((session.pretraining().len(), session.curve().len(), session.epochs_done()), (2, 3, 5));
    assert_eq!(session.ended(), Some(StopReason::Planned));
    assert!(session.best_epoch() > 2);
    let losses = session.pretraining();
    assert!(losses[1] < losses[0], "{losses:?}");
}

#[test]
fn pretraining_reads_nothing_behind_the_training_part() {
    let train = || TrainConfig { epochs: 3, ..TrainConfig::default() };
    let losses = |problem: Problem| {
        let mut session = Session::new(Rc::new(problem), &bert(), 1).expect("a learned model");
        while session.pretraining().len() < 2 {
            session.step();
        }
        session.pretraining().to_vec()
    };
    let problem_seen = problem(&bert(), train());
    let mut blind = Prepared::clone(&problem_seen.prepared);
    let n_nodes = blind.n_nodes();
    let last = *blind.split.training.iter().max().expect("training windows");
    let first_later = *blind.split.validation.first().expect("validation windows");
    assert!(last < first_later);
    let later = |values: &mut Vec<f32>, width: usize| values[(last + 1) * width..].fill(f32::NAN);
    let n_features = blind.n_features();
    later(&mut blind.inputs, n_nodes * n_features);
    later(&mut blind.target, n_nodes);
    later(&mut blind.last_value, n_nodes);
    blind.split.validation.clear();
    blind.split.test.clear();
    let blind = Problem { prepared: Rc::new(blind), graphs: None, config: config(&bert(), train()) };
    let seen = losses(problem_seen);
    assert!(seen.iter().all(|loss| loss.is_finite()));
    assert_eq!(losses(blind), seen);
}

#[test]
fn the_share_of_a_run_never_falls() {
    let dataset = Arc::new(simulate("sample").expect("the scenario"));
    let train = TrainConfig { epochs: 4, ..TrainConfig::default() };
    let mut experiment = Experiment::new(dataset, config(&bert(), train));
    let (mut share, mut epochs) = (0.0, Vec::new());
    while let Some(progress) = experiment.step().expect("the data allow the run") {
        let now = experiment.share_done();
        assert!(now >= share, "{now} after {share}");
        share = now;
        if let Progress::Step { epoch, .. } = progress {
            epochs.push(epoch);
        }
    }
    assert_eq!(share, 1.0);
    assert!(epochs.is_sorted(), "{epochs:?}");
    let report = experiment.report().expect("a part was finished");
    assert_eq!(report.models[0].seeds[0].curve.len(), 2);
}

/// The published graph networks, small.
fn graph_models() -> [ModelConfig; 6] {
    let gwnet = GwnetConfig { width: 4, skip_width: 8, end_width: 8, blocks: 2, layers: 1, embedding: 2, dropout: 0.1 };
    let mtgnn =
        MtgnnConfig { width: 4, skip_width: 8, end_width: 8, layers: 1, embedding: 2, neighbours: 3, dropout: 0.1 };
    [
        ModelConfig::Stgcn(StgcnConfig { width: 4, graph_width: 2, kernel: 2, dropout: 0.1 }),
        ModelConfig::Gwnet(gwnet),
        ModelConfig::Dcrnn(DcrnnConfig { width: 4, layers: 1 }),
        ModelConfig::Agcrn(AgcrnConfig { width: 4, layers: 1, embedding: 2 }),
        ModelConfig::Mtgnn(mtgnn),
        ModelConfig::Timegnn(TimegnnConfig { width: 4, layers: 2, sampled: true }),
    ]
}

#[test]
fn the_published_graph_networks_learn_on_both_tensor_libraries() {
    let dataset = Arc::new(simulate("sample").expect("the scenario"));
    for model in graph_models() {
        let curves = [Backend::Ndarray, Backend::Flex].map(|backend| {
            let train = TrainConfig { epochs: 3, batch: 8, learning_rate: 5e-3, ..TrainConfig::default() };
            let config = RunConfig { backend, ..(*config(&model, train)).clone() };
            let mut experiment = Experiment::new(dataset.clone(), config.check().expect("a valid config"));
            while experiment.step().expect("the data allow the run").is_some() {}
            let report = experiment.report().expect("a part was finished");
            let seed = &report.models[0].seeds[0];
            assert_eq!(seed.curve.len(), 3, "{}", model.id());
            seed.curve.iter().map(|point| (point.train, point.validation)).collect::<Vec<_>>()
        });
        let [first, second] = &curves;
        assert!(first[2].0 < first[0].0, "{}: {first:?}", model.id());
        for (a, b) in first.iter().zip(second) {
            let near = (a.0 - b.0).abs() < 1e-3 * a.0 && (a.1 - b.1).abs() < 1e-3 * a.1;
            assert!(near, "{}: {first:?} and {second:?}", model.id());
        }
    }
}

#[test]
fn a_given_graph_is_the_mean_of_the_training_part_at_every_origin() {
    let dataset = simulate("sample").expect("the scenario");
    for model in graph_models() {
        let config = config(&model, TrainConfig::default());
        let prepared = prepare(&dataset, &config).expect("enough data");
        let graphs = ChannelGraphs::build(&dataset, &prepared, &config).expect("small");
        let mean = graphs.training_mean().expect("a training part").clone();
        let problem = Problem { prepared: Rc::new(prepared), graphs: Some(Rc::new(graphs)), config };
        let host = problem.batch_for(&model, &[60, 200]);
        let reads = ["stgcn", "gwnet", "dcrnn"].contains(&model.id());
        assert_eq!(model.reads_mean_graph(), reads, "{}", model.id());
        let twice = |values: &Vec<f32>| vec![values.repeat(2)];
        let none = Vec::new;
        assert_eq!(host.correlation, if reads { twice(&mean.correlation) } else { none() }, "{}", model.id());
        let records = mean.records.as_ref().filter(|_| reads).map_or_else(none, twice);
        assert_eq!(host.records, records, "{}", model.id());
    }
}
