//! Runs with a name, and the set of runs of protocol P1 (MODELS.md B.7).

use super::config::{FaultKind, FaultPlan, FaultSize, MeshConfig};
use super::maths::uniform;
use super::topology::{N_INSTANCES, SERVICES, instances_of};
use crate::stream::{Stream, StreamRng};

/// A run of the mesh with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct MeshScenario {
    /// Stable id.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// The run.
    pub config: MeshConfig,
    /// Seed of the run.
    pub seed: u32,
}

/// Id, title and coupling of the single runs with a name. One request a minute is traced, of 7,200 that may be.
pub(crate) const MESHES: [(&str, &str, f64); 2] = [
    ("mesh-paper", "Simulated service mesh: 48 instances, 4 hours, one fault, 1 in 7,200 requests traced", 1.0),
    (
        "mesh-quiet",
        "Simulated service mesh without faults and coupling: nothing to learn, 1 in 7,200 requests traced",
        0.0,
    ),
];

/// The single runs with a name.
pub fn mesh_scenarios() -> Vec<MeshScenario> {
    // One fault 60 min after the start, 45 min long: bins 720 to 1259 of 2880.
    let paper_fault = FaultPlan {
        kind: FaultKind::Deadlock,
        instance: instances_of(25).start as u32,
        onset_secs: 3600,
        duration_secs: 2700,
        size: FaultSize::Share(0.8),
    };
    let paper = MeshConfig { faults: vec![paper_fault], ..MeshConfig::default() };
    let quiet = MeshConfig { has_benign_events: false, ..MeshConfig::default() };
    let named = MESHES.into_iter().zip([paper, quiet]);
    named
        .map(|((id, title, coupling), config)| MeshScenario {
            id,
            title,
            config: MeshConfig { coupling, ..config },
            seed: 1,
        })
        .collect()
}

/// Prefix of the ids of the 20 runs of protocol P1, counted from 1: `mesh-p1-1` to `mesh-p1-20`.
pub(crate) const P1_ID: &str = "mesh-p1-";
/// Runs of protocol P1.
pub(crate) const N_P1_RUNS: usize = P1_KINDS.len() * P1_PARTS.len();

/// A run by its id: one with a name, or one of protocol P1 (seed 1, plain regime).
pub(crate) fn mesh_scenario(id: &str) -> Option<MeshScenario> {
    if let Some(named) = mesh_scenarios().into_iter().find(|scenario| scenario.id == id) {
        return Some(named);
    }
    let idx = id.strip_prefix(P1_ID)?.parse::<usize>().ok()?.checked_sub(1)?;
    let run = p1_runs(1, Regime::Plain).into_iter().nth(idx)?;
    Some(MeshScenario {
        id: P1_ID,
        title: "Simulated service mesh: a run of protocol P1, 1 in 7,200 requests traced",
        config: run.config,
        seed: run.seed,
    })
}

/// Whether a run, given by its id, has a fault. Without one its table of labels would have no row.
pub(crate) fn has_faults(id: &str) -> bool {
    match id.strip_prefix(P1_ID).and_then(|number| number.parse::<usize>().ok()?.checked_sub(1)) {
        Some(idx) => P1_KINDS.get(idx / P1_PARTS.len()).is_some_and(Option::is_some),
        None => id == MESHES[0].0,
    }
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Fitting.
    Train,
    /// Choosing.
    Validation,
    /// Scoring.
    Test,
}

/// How large the faults of a set of runs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regime {
    /// Half to all of the full effect.
    Plain,
    /// 0.5 to 2 standard deviations of the target.
    Hard,
}

/// One run of protocol P1.
#[derive(Debug, Clone, PartialEq)]
pub struct P1Run {
    /// What it is for.
    pub part: Part,
    /// Its fault; `None` for runs without one.
    pub kind: Option<FaultKind>,
    /// The run.
    pub config: MeshConfig,
    /// Seed of the run.
    pub seed: u32,
}

/// Four families of faults and no fault, four runs each: two to train, one to validate, one to test.
const P1_KINDS: [Option<FaultKind>; 5] = [
    Some(FaultKind::Crash),
    Some(FaultKind::ResourceExhaustion),
    Some(FaultKind::Deadlock),
    Some(FaultKind::Hang),
    None,
];
const P1_PARTS: [Part; 4] = [Part::Train, Part::Train, Part::Validation, Part::Test];
/// Shortest fault in seconds, and by how much the longest is longer.
const P1_SECS: (u32, usize) = (600, 2101);

/// The 20 runs of `mesh-p1`: one deployment, loads of their own, at most one fault each.
///
/// A fault lasts 10 to 45 min and begins at any time from its own length before the run to the run's end, so that every
/// second of a run is as likely to be faulty as any other.
pub fn p1_runs(seed: u32, regime: Regime) -> Vec<P1Run> {
    let mut rng = Stream::Data.rng(seed, "mesh/p1");
    let mut runs = Vec::new();
    for kind in P1_KINDS {
        for part in P1_PARTS {
            let mut config = MeshConfig { deployment: seed, ..MeshConfig::default() };
            config.faults =
                kind.into_iter().map(|kind| draw_fault(&mut rng, kind, regime, config.duration_secs)).collect();
            runs.push(P1Run { part, kind, config, seed: rng.below(1 << 31) as u32 });
        }
    }
    runs
}

fn draw_fault(rng: &mut StreamRng, kind: FaultKind, regime: Regime, run_secs: u32) -> FaultPlan {
    let duration_secs = P1_SECS.0 + rng.below(P1_SECS.1) as u32;
    let onset_secs = rng.below((run_secs + duration_secs) as usize) as i64 - i64::from(duration_secs);
    let size = match regime {
        Regime::Plain => FaultSize::Share(uniform(rng, 0.5, 1.0)),
        Regime::Hard => FaultSize::Sigmas(uniform(rng, 0.5, 2.0)),
    };
    FaultPlan { kind, instance: draw_target(rng), onset_secs, duration_secs, size }
}

/// Any instance but that of the idle front end, which nothing depends on.
fn draw_target(rng: &mut StreamRng) -> u32 {
    let idle = SERVICES
        .iter()
        .position(|service| service.rank + 1 == SERVICES.len())
        .map_or(0, |idle| instances_of(idle).start);
    let target = rng.below(N_INSTANCES - 1);
    (if target < idle { target } else { target + 1 }) as u32
}
