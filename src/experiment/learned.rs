//! One learned part: training, then the forecast of the test part in pieces, then the graph it learned.

use std::rc::Rc;

use super::board::Board;
use super::conditions::Trial;
use super::graph_survey::GraphSurvey;
use super::part::{NamedTensor, PartResult, StepForecast, Weights};
use crate::config::ModelConfig;
use crate::models::{Network, named_weights};
use crate::report::{LearnedGraph, Mixing, StopReason};
use crate::train::{Finished, Problem, Session, Unit};

/// What a training gives beside its forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Forecasts under the conditions of a robustness study.
    pub(super) conditions: bool,
    /// The learned graph, of the first seed.
    pub(super) graph: bool,
    /// The scored weights.
    pub(super) weights: bool,
}

/// A training in progress, and the forecasts after it.
#[derive(Debug)]
pub(super) struct Learned {
    pub(super) session: Session,
    problem: Rc<Problem>,
    best: Option<Network>,
    /// One entry per scored step.
    forecasts: Vec<StepForecast>,
    n_forecast: usize,
    /// Mixing weights before training and after each epoch; empty for models that mix nothing.
    mixing: Vec<Mixing>,
    survey: GraphSurvey,
    model: ModelConfig,
    /// Forecasts under the conditions of a robustness study.
    trial: Option<Trial>,
    keeps_weights: bool,
}

impl Learned {
    pub(super) fn new(problem: Rc<Problem>, model: &ModelConfig, seed: u32, wanted: Wanted) -> Option<Self> {
        let session = Session::new(problem.clone(), model, seed)?;
        let steps = problem.config.window.scored_steps().into_iter();
        let forecasts = steps.map(|step| StepForecast { step, test: Vec::new(), validation: Vec::new() }).collect();
        let is_shown = wanted.graph && problem.config.seeds.first() == Some(&seed);
        let survey = GraphSurvey::new(if is_shown { &problem.prepared.split.test } else { &[] });
        let mixing = mixing(&session, 0).into_iter().collect();
        Some(Self {
            session,
            problem,
            best: None,
            forecasts,
            n_forecast: 0,
            mixing,
            survey,
            model: model.clone(),
            trial: wanted.conditions.then(Trial::default),
            keeps_weights: wanted.weights,
        })
    }

    /// Takes the place of the whole training.
    pub(super) fn restore(&mut self, finished: Finished, mixing: Vec<Mixing>) {
        self.session.restore(finished);
        self.mixing = mixing;
    }

    /// Name and shape of all parameters.
    pub(super) fn parameters(&self) -> Vec<(String, Vec<usize>)> {
        named_weights(self.session.network()).into_iter().map(|(name, shape, _)| (name, shape)).collect()
    }

    /// Trains, forecasts a few windows or looks at the graph of one; `None` when all is done.
    pub(super) fn step(&mut self) -> Option<Unit> {
        if self.session.ended().is_none() {
            let unit = self.session.step();
            if let Unit::Epoch(point) = unit {
                self.mixing.extend(mixing(&self.session, point.epoch));
            }
            return Some(unit);
        }
        let best = self.best.get_or_insert_with(|| self.session.best_network());
        let split = &self.problem.prepared.split;
        let start = self.n_forecast;
        let is_test = start < split.test.len();
        let origins = if is_test { &split.test[start..] } else { &split.validation[start - split.test.len()..] };
        if origins.is_empty() {
            let more = self.try_conditions() || self.look_at_graph();
            return more.then_some(Unit::Windows(1.0));
        }
        let origins = &origins[..origins.len().min(2 * self.session.windows_per_step())];
        for (forecast, values) in self.forecasts.iter_mut().zip(self.session.forecast(best, origins)) {
            if is_test { &mut forecast.test } else { &mut forecast.validation }.extend(values);
        }
        self.n_forecast += origins.len();
        Some(Unit::Windows(1.0))
    }

    fn try_conditions(&mut self) -> bool {
        let (Some(trial), Some(best)) = (&mut self.trial, &self.best) else { return false };
        let n_windows = 2 * self.session.windows_per_step();
        let forecast = |origins: &[usize], condition, seed| {
            self.problem.forecast_under((best, &self.model), origins, condition, seed)
        };
        trial.step(&self.problem, n_windows, forecast)
    }

    fn look_at_graph(&mut self) -> bool {
        let Some(Network::Tsf(tsf)) = &self.best else { return false };
        self.survey.step(tsf, &self.session)
    }

    /// Ends training now; false if nothing was learned yet.
    pub(super) fn stop(&mut self) -> bool {
        self.session.stop();
        self.session.best_epoch() > 0
    }

    /// Whether training is over and forecasts are being made.
    pub(super) fn is_forecasting(&self) -> bool {
        let split = &self.problem.prepared.split;
        self.session.ended().is_some() && self.n_forecast < split.test.len() + split.validation.len()
    }

    /// Origins that were forecast.
    pub(super) fn n_forecast(&self) -> usize {
        self.n_forecast
    }

    /// Finished epochs.
    pub(super) fn epochs_done(&self) -> usize {
        self.session.epochs_done()
    }

    /// All that the report needs.
    pub(super) fn finish(self, seed: u32, board: &Board) -> PartResult {
        let (graph, kept) = (self.graph(), self.keeps_weights.then(|| self.weights()));
        let plain = self.forecasts.iter().find(|forecast| forecast.step == board.main().step);
        let errors = |trial: &Trial| plain.map_or_else(Vec::new, |plain| trial.errors(board, &plain.test));
        let conditions = self.trial.as_ref().map_or_else(Vec::new, errors);
        let session = &self.session;
        PartResult {
            seed,
            learned: true,
            n_params: session.n_params(),
            backend: format!("{:?}", session.backend()).to_lowercase(),
            curve: session.curve().to_vec(),
            pretraining: session.pretraining().to_vec(),
            mixing: self.mixing,
            best_epoch: session.best_epoch(),
            stop: session.ended().unwrap_or(StopReason::Planned),
            weights_sha256: crate::digest::sha256_of_floats(session.best_weights()),
            weights: kept,
            chosen: String::new(),
            graph,
            forecasts: self.forecasts,
            conditions,
            detection: None,
            secs: 0.0,
            forecast_millis: None,
        }
    }

    fn weights(&self) -> Weights {
        let named = named_weights(&self.session.best_network()).into_iter();
        Weights {
            tensors: named.map(|(name, shape, values)| NamedTensor { name, shape, values }).collect(),
            has_records: self.problem.shape().has_records,
        }
    }

    /// The graph in use, averaged over test origins; `None` for models without one and for all but the first seed.
    fn graph(&self) -> Option<LearnedGraph> {
        let Some(Network::Tsf(tsf)) = &self.best else { return None };
        self.survey.graph(tsf, &self.problem)
    }
}

fn mixing(session: &Session, epoch: usize) -> Option<Mixing> {
    let (lambda, alpha) = session.network().mixing()?;
    Some(Mixing { epoch, lambda, alpha })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{GraphControl, NodeSample, RecurrentConfig, RunConfig, TsfConfig, WindowConfig, preset};
    use crate::graph::ChannelGraphs;
    use crate::prepare::prepare;
    use crate::sandbox::simulate;

    fn tsf(control: GraphControl) -> ModelConfig {
        let (width, layers, heads, attention_width) = (4, 2, 2, 2);
        ModelConfig::Tsf(TsfConfig { width, layers, heads, attention_width, control, ..TsfConfig::default() })
    }

    fn learned(model: &ModelConfig) -> Learned {
        let mut config: RunConfig = preset("sample").expect("a preset").config;
        config.models = vec![model.clone()];
        config.window = WindowConfig { input_steps: 6, train_stride: 32, ..WindowConfig::default() };
        config.train.epochs = 2;
        config.prepare.nodes = None::<NodeSample>;
        let config = config.check().expect("settings in range");
        let dataset = simulate("sample").expect("a scenario");
        let prepared = prepare(&dataset, &config).expect("enough data");
        let graphs = Some(Rc::new(ChannelGraphs::build(&dataset, &prepared, &config).expect("small")));
        let problem = Rc::new(Problem { prepared: Rc::new(prepared), graphs, config });
        let mut learned = Learned::new(problem, model, 1, Wanted { conditions: false, graph: true, weights: false })
            .expect("a learned model");
        while learned.step().is_some() {}
        learned
    }

    #[test]
    fn mixing_is_noted_before_training_and_after_each_epoch() {
        let learned = learned(&tsf(GraphControl::Learned));
        let epochs: Vec<usize> = learned.mixing.iter().map(|mixing| mixing.epoch).collect();
        assert_eq!(epochs, [0, 1, 2]);
        assert_eq!(learned.mixing[0].alpha, Some(0.5));
        assert_ne!(learned.mixing[0].lambda, learned.mixing[2].lambda);
        for mixing in &learned.mixing {
            assert!((mixing.lambda.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{mixing:?}");
        }
    }

    #[test]
    fn the_learned_graph_has_layers_moments_and_finite_numbers() {
        let graph = learned(&tsf(GraphControl::Learned)).graph().expect("a graph");
        let layers: Vec<usize> = graph.smoothing.iter().map(|smoothing| smoothing.layer).collect();
        assert_eq!(layers, [0, 1, 2]);
        for smoothing in &graph.smoothing {
            assert!((-1.0..=1.0).contains(&smoothing.cosine) && smoothing.energy >= 0.0, "{smoothing:?}");
        }
        assert!((6..=12).contains(&graph.moments.len()), "{}", graph.moments.len());
        assert!(graph.moments.is_sorted_by(|a, b| a.bin < b.bin));
        let n = graph.nodes.len();
        for moment in &graph.moments {
            assert_eq!(moment.edges.len(), (n * graph.kept_per_row).min(400));
            assert!(moment.edges.is_sorted_by(|a, b| a.2 >= b.2));
        }
    }

    #[test]
    fn a_model_without_a_graph_mixes_nothing_and_shows_none() {
        let without = learned(&tsf(GraphControl::None));
        assert!(without.mixing.is_empty() && without.graph().is_none());
        let gru = learned(&ModelConfig::Gru(RecurrentConfig { width: 4, layers: 1 }));
        assert!(gru.mixing.is_empty() && gru.graph().is_none());
        let identity = learned(&tsf(GraphControl::Identity));
        assert!(identity.graph().is_none());
        assert_eq!(identity.mixing[2].lambda, [0.0; 3]);
    }
}
