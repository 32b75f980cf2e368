//! Single requests, span by span, as tracing samples them.

use super::deployment::hop_millis;
use super::dynamics::{Circumstances, Mesh, TIMEOUT_MILLIS};
use super::maths::uniform;
use super::topology::{COMPOSE, EDGES, ENTRIES, Edge, FLOW_RATES, READ_HOME, READ_USER, SERVICES, instances_of};
use crate::stream::StreamRng;

/// One sampled request.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Identity.
    pub id: u64,
    /// Its spans, the root first, parents before children.
    pub spans: Vec<Span>,
}

/// A part of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Identity.
    pub id: u64,
    /// Index of the span that it is part of; `None` for the root.
    pub parent: Option<usize>,
    /// Operation.
    pub operation: String,
    /// Service that recorded it, an index into the services of the run.
    pub service: u32,
    /// Instance that recorded it; `None` for calls that reached none.
    pub instance: Option<u32>,
    /// Start in microseconds since 1970.
    pub start_micros: i64,
    /// Length in microseconds.
    pub duration_micros: i64,
}

/// Follows one request through the mesh as it is now.
pub(super) fn trace(mesh: &Mesh<'_>, now: &[Circumstances], second: i64, rng: &mut StreamRng) -> Trace {
    let total: f64 = FLOW_RATES[..3].iter().sum();
    let draw = uniform(rng, 0.0, total);
    let flow = match draw {
        draw if draw < FLOW_RATES[COMPOSE] => COMPOSE,
        draw if draw < FLOW_RATES[COMPOSE] + FLOW_RATES[READ_HOME] => READ_HOME,
        _ => READ_USER,
    };
    let operation = ["/wrk2-api/post/compose", "/wrk2-api/home-timeline/read", "/wrk2-api/user-timeline/read"][flow];
    let start_micros = second * 1_000_000 + rng.below(1_000_000) as i64;
    let id = identity(rng);
    let mut walk = Walk { mesh, now, flow, rng, spans: Vec::new() };
    walk.serve(ENTRIES[flow], operation, None, start_micros);
    if let Some(root) = walk.spans.first_mut() {
        // The tracer gives the root the identity of the trace.
        root.id = id;
    }
    Trace { id, spans: walk.spans }
}

struct Walk<'a> {
    mesh: &'a Mesh<'a>,
    now: &'a [Circumstances],
    flow: usize,
    rng: &'a mut StreamRng,
    spans: Vec<Span>,
}

impl Walk<'_> {
    /// The span of a service that serves; returns its length in microseconds.
    fn serve(&mut self, service: usize, operation: &str, parent: Option<usize>, start_micros: i64) -> i64 {
        let Some(instance) = self.pick(service) else { return millis_to_micros(1000.0) };
        let span = self.open((service, Some(instance)), operation.to_owned(), parent, start_micros);
        let state = &self.mesh.states[instance];
        if f64::from(self.rng.unit()) < state.stuck {
            return self.close(span, millis_to_micros(TIMEOUT_MILLIS));
        }
        let own = self.varied(state.own_millis);
        let mut elapsed = own / 2;
        let flow = self.flow;
        for edge in EDGES.iter().filter(|edge| edge.caller == service && edge.flow == flow) {
            if f64::from(self.rng.unit()) < edge.per_request {
                elapsed += self.call((service, instance), edge, span, start_micros + elapsed);
            }
        }
        self.close(span, (elapsed + own - own / 2).min(millis_to_micros(TIMEOUT_MILLIS)))
    }

    /// The span of a client: a call to a service, or to a store, which records nothing itself.
    fn call(&mut self, (service, instance): (usize, usize), edge: &Edge, parent: usize, start_micros: i64) -> i64 {
        let name = format!("{}_client", edge.operation);
        let span = self.open((service, Some(instance)), name, Some(parent), start_micros);
        let delay = self.now[instance].effect.delay_millis;
        if !SERVICES[edge.callee].is_replicated() {
            let store = self.pick(edge.callee);
            let millis = store.map_or(1000.0, |store| {
                self.mesh.states[store].own_millis + self.now[store].effect.delay_millis + delay
            });
            let micros = self.varied(millis);
            return self.close(span, micros);
        }
        let hop = self.varied(hop_millis(edge.callee));
        let server = format!("{}_server", edge.operation);
        let served = self.serve(edge.callee, &server, Some(span), start_micros + hop / 2);
        let callee_delay = self.spans.get(span + 1).and_then(|child| child.instance);
        let callee_delay = callee_delay.map_or(0.0, |callee| self.now[callee as usize].effect.delay_millis);
        self.close(span, served + hop + millis_to_micros(delay + callee_delay))
    }

    /// An instance that is up.
    fn pick(&mut self, service: usize) -> Option<usize> {
        let live: Vec<usize> = instances_of(service).filter(|&idx| self.now[idx].is_up).collect();
        if live.is_empty() { None } else { Some(live[self.rng.below(live.len())]) }
    }

    /// Microseconds about a mean of some milliseconds.
    fn varied(&mut self, millis: f64) -> i64 {
        millis_to_micros(millis * uniform(self.rng, 0.6, 1.4)).max(1)
    }

    fn open(
        &mut self,
        (service, instance): (usize, Option<usize>),
        operation: String,
        parent: Option<usize>,
        start_micros: i64,
    ) -> usize {
        let id = identity(self.rng);
        let instance = instance.map(|instance| instance as u32);
        self.spans.push(Span {
            id,
            parent,
            operation,
            service: service as u32,
            instance,
            start_micros,
            duration_micros: 0,
        });
        self.spans.len() - 1
    }

    fn close(&mut self, span: usize, duration_micros: i64) -> i64 {
        self.spans[span].duration_micros = duration_micros;
        duration_micros
    }
}

fn millis_to_micros(millis: f64) -> i64 {
    (1000.0 * millis).round() as i64
}

/// 48 random bits: enough that none repeats, and exact wherever numbers are doubles.
fn identity(rng: &mut StreamRng) -> u64 {
    // Two halves: a `usize` of the page has 32 bits.
    let (high, low) = (rng.below(1 << 24) as u64, rng.below((1 << 24) - 1) as u64);
    1 + ((high << 24) | low)
}
