//! Everything a simulated mesh can be told.

use serde::{Deserialize, Serialize};

use super::topology::N_INSTANCES;
use crate::digest::sha256_of;

/// One run of the mesh; the seed is given beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeshConfig {
    /// Length of the run in seconds.
    pub duration_secs: u32,
    /// Its first second, in seconds since 1970.
    pub start_secs: i64,
    /// Seed of what stays the same over runs: hosts, sizes and costs of the instances.
    pub deployment: u32,
    /// Share of an instance's load, and of the time spent waiting, that comes along calls: 0 to 1. At 0 every instance
    /// has a load of its own and calls transmit nothing.
    pub coupling: f64,
    /// What breaks, and when.
    pub faults: Vec<FaultPlan>,
    /// Whether surges, autoscaling, pod replacement and cron bursts happen; they are never labelled.
    pub has_benign_events: bool,
    /// Requests per hour whose spans are kept, on average, of about 432,000; calls of a data set are theirs alone.
    pub traces_per_hour: u32,
}

impl Default for MeshConfig {
    fn default() -> Self {
        Self {
            duration_secs: 4 * 3600,
            start_secs: 1_711_040_400,
            deployment: 1,
            coupling: 1.0,
            faults: Vec::new(),
            has_benign_events: true,
            traces_per_hour: 60,
        }
    }
}

impl MeshConfig {
    /// SHA-256 of the canonical JSON of this config.
    pub fn hash(&self) -> String {
        sha256_of(self)
    }

    /// The same with every number moved into its range, so that no config can break the simulation.
    pub(super) fn in_range(&self) -> Self {
        let mut config = self.clone();
        config.duration_secs = config.duration_secs.clamp(60, 7 * 86_400);
        config.start_secs = config.start_secs.clamp(0, 4_000_000_000);
        config.coupling = if config.coupling.is_finite() { config.coupling.clamp(0.0, 1.0) } else { 0.0 };
        config.traces_per_hour = config.traces_per_hour.min(3600);
        config.faults.retain(|fault| (fault.instance as usize) < N_INSTANCES && fault.duration_secs > 0);
        for fault in &mut config.faults {
            fault.onset_secs = fault.onset_secs.clamp(-86_400, 8 * 86_400);
            fault.size = fault.size.in_range();
        }
        config
    }
}

/// Families of faults (MODELS.md G and B.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Foreign work burns CPU in the target's pod.
    CpuStress,
    /// The target dies and is restarted, again and again.
    Crash,
    /// A resource leaks: cost per request and CPU grow slowly until the fault ends.
    ResourceExhaustion,
    /// Workers of the target lock up one after the other over the first two minutes; requests given to them time out.
    Deadlock,
    /// Workers of the target stop all at once.
    Hang,
    /// Everything from and to the target takes longer; no CPU changes.
    NetworkDelay,
}

impl FaultKind {
    /// All families.
    pub const ALL: [Self; 6] =
        [Self::CpuStress, Self::Crash, Self::ResourceExhaustion, Self::Deadlock, Self::Hang, Self::NetworkDelay];

    /// The word in labels.
    pub fn label(self) -> &'static str {
        match self {
            Self::CpuStress => "cpu-stress",
            Self::Crash => "crash",
            Self::ResourceExhaustion => "resource-exhaustion",
            Self::Deadlock => "deadlock",
            Self::Hang => "hang",
            Self::NetworkDelay => "network-delay",
        }
    }
}

/// How large a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultSize {
    /// Share of the full effect, 0 to 1: +0.98 cores; down 80 % of the time; CPU grown to five times its mean; all
    /// requests stuck; +100 ms.
    Share(f64),
    /// Effect on the target in standard deviations of its healthy CPU second by second, or of its latency; 0.5 to 2 is
    /// the hard regime. An effect beyond the full one is cut.
    Sigmas(f64),
}

impl FaultSize {
    fn in_range(self) -> Self {
        let sane = |size: f64, most: f64| if size.is_finite() { size.clamp(0.0, most) } else { 0.0 };
        match self {
            Self::Share(share) => Self::Share(sane(share, 1.0)),
            Self::Sigmas(sigmas) => Self::Sigmas(sane(sigmas, 1000.0)),
        }
    }
}

/// A fault to be injected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FaultPlan {
    /// Family.
    pub kind: FaultKind,
    /// Target, 0 to 47: instances in natural order of their services, replica by replica.
    pub instance: u32,
    /// Seconds from the start of the run; below 0 if the run starts with the fault at work.
    pub onset_secs: i64,
    /// How long it lasts, whether or not the run ends before.
    pub duration_secs: u32,
    /// How large it is.
    pub size: FaultSize,
}

impl FaultPlan {
    /// Seconds of a run of some length in which the fault is at work, last one not included; `None` if there are none.
    pub fn active_secs(&self, run_secs: u32) -> Option<(u32, u32)> {
        let end = self.onset_secs.saturating_add(i64::from(self.duration_secs));
        let clipped = |secs: i64| secs.clamp(0, i64::from(run_secs)) as u32;
        let (start, end) = (clipped(self.onset_secs), clipped(end));
        (start < end).then_some((start, end))
    }
}
