//! Scheduling records of the simulated cluster.

use super::cluster::{Container, N_APPS, N_MACHINES};
use crate::data::{Relation, RelationKind};

/// Minutes between two records of the same state.
const INTERVAL_MINUTES: usize = 10;

/// Shared applications every ten minutes, and every migration when it happens.
pub(super) fn relations(containers: &[Container], n_minutes: usize) -> Vec<Relation> {
    let mut relations: Vec<Relation> =
        (0..n_minutes).step_by(INTERVAL_MINUTES).flat_map(|minute| shared_apps(containers, minute)).collect();
    relations.extend(containers.iter().flat_map(migrations).filter(|move_| move_.at_secs < 60 * n_minutes as i64));
    relations.sort_by_key(|relation| relation.at_secs);
    relations
}

/// `Σ_a min(c_ia, c_ja)` over applications `a`, with `c` live containers (MODELS.md A.5), for each pair with any.
fn shared_apps(containers: &[Container], minute: usize) -> Vec<Relation> {
    let mut live = [[0_u8; N_APPS]; N_MACHINES];
    for container in containers {
        live[container.machine_at(minute)][container.app] += 1;
    }
    let shared = |i: usize, j: usize| live[i].iter().zip(&live[j]).map(|(a, b)| f32::from(*a.min(b))).sum::<f32>();
    let pairs = (0..N_MACHINES).flat_map(|i| (i + 1..N_MACHINES).map(move |j| (i, j)));
    let record = |(from, to): (usize, usize)| Relation {
        at_secs: 60 * minute as i64,
        from,
        to,
        kind: RelationKind::SharedApp,
        weight: shared(from, to),
    };
    pairs.map(record).filter(|relation| relation.weight > 0.0).collect()
}

fn migrations(container: &Container) -> impl Iterator<Item = Relation> {
    container.homes.windows(2).map(|homes| Relation {
        at_secs: 60 * homes[1].0 as i64,
        from: homes[0].1,
        to: homes[1].1,
        kind: RelationKind::Migration,
        weight: 1.0,
    })
}
