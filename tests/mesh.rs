//! The simulated service mesh: like the testbed's pilot runs, reproducible, and without ways to cheat.

mod common;

#[path = "mesh/faults.rs"]
mod faults;
#[path = "mesh/observed.rs"]
mod observed;
#[path = "mesh/presets.rs"]
mod presets;
#[path = "mesh/round_trip.rs"]
mod round_trip;
#[path = "mesh/statistics.rs"]
mod statistics;

use loadstone::digest::sha256_hex;
use loadstone::sandbox::mesh::{FaultKind, FaultPlan, FaultSize, MeshConfig, MeshRun, mesh_scenarios, simulate_mesh};

/// Four hours without faults and other events.
fn quiet(coupling: f64) -> MeshConfig {
    MeshConfig { coupling, has_benign_events: false, ..MeshConfig::default() }
}

/// A digest of everything that a run hands out.
fn digest(run: &MeshRun) -> String {
    let cpu = run.true_cpu.iter().flatten().flat_map(|x| x.to_le_bytes());
    let calls = run.calls.iter().flat_map(|call| {
        let ids = [call.at_secs as u32, call.caller, call.callee, call.count];
        let bytes = ids.into_iter().chain([call.mean_millis.to_bits(), call.p95_millis.to_bits()]);
        bytes.flat_map(u32::to_le_bytes).collect::<Vec<u8>>()
    });
    let texts = [run.to_prometheus_json(), run.to_jaeger_json(), run.labels_csv()].concat();
    sha256_hex(&cpu.chain(calls).chain(texts.into_bytes()).collect::<Vec<u8>>())
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_every_target_and_another_one_others() {
    let config = MeshConfig { duration_secs: 1200, ..mesh_scenarios()[0].config.clone() };
    let first = digest(&simulate_mesh(&config, 1));
    assert_eq!(first, digest(&simulate_mesh(&config, 1)));
    assert_ne!(first, digest(&simulate_mesh(&config, 2)));
    assert_ne!(first, digest(&simulate_mesh(&MeshConfig { deployment: 2, ..config }, 1)));
    assert_eq!(first, "89ae7e8a5259f9d6d3ad5b384102f563d80fe6e2cf8ab27ea563785b61544dff");
}

#[test]
fn odd_configs_are_moved_into_range() {
    let plan = FaultPlan {
        kind: FaultKind::Crash,
        instance: 1000,
        onset_secs: i64::MIN,
        duration_secs: u32::MAX,
        size: FaultSize::Share(f64::NAN),
    };
    let config = MeshConfig {
        duration_secs: 0,
        start_secs: i64::MIN,
        coupling: f64::NAN,
        traces_per_hour: u32::MAX,
        faults: vec![plan, FaultPlan { instance: 3, ..plan }],
        ..MeshConfig::default()
    };
    let run = simulate_mesh(&config, u32::MAX);
    assert_eq!((run.true_cpu.len(), run.true_cpu[0].len(), run.faults.len()), (48, 60, 1));
    run.to_dataset();
}
