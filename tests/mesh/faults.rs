//! Each family of faults does what it says: runs with and without it, everything else the same.

use loadstone::sandbox::mesh::{FaultKind, FaultPlan, FaultSize, MeshConfig, MeshRun, simulate_mesh};

use super::quiet;

const ONSET: usize = 600;
const END: usize = 1500;

/// A run of half an hour with and without a fault of 15 minutes, everything else the same.
fn with_and_without(kind: FaultKind, service: &str, size: FaultSize) -> (usize, MeshRun, MeshRun) {
    let healthy = MeshConfig { duration_secs: 1800, coupling: 1.0, ..quiet(1.0) };
    let before = simulate_mesh(&healthy, 5);
    let target = before.pods.iter().find(|pod| pod.service == service).expect("a service").instance;
    let plan =
        FaultPlan { kind, instance: target, onset_secs: ONSET as i64, duration_secs: (END - ONSET) as u32, size };
    let broken = simulate_mesh(&MeshConfig { faults: vec![plan], ..healthy }, 5);
    (target as usize, before, broken)
}

/// Mean change of an instance's CPU in some seconds.
fn change(before: &MeshRun, after: &MeshRun, instance: usize, secs: std::ops::Range<usize>) -> f64 {
    let n = secs.len() as f64;
    secs.map(|sec| f64::from(after.true_cpu[instance][sec]) - f64::from(before.true_cpu[instance][sec])).sum::<f64>()
        / n
}

fn mean_cpu(run: &MeshRun, instance: usize, secs: std::ops::Range<usize>) -> f64 {
    let n = secs.len() as f64;
    secs.map(|sec| f64::from(run.true_cpu[instance][sec])).sum::<f64>() / n
}

/// Mean duration of calls between two services while the fault is at work, in milliseconds.
fn millis(run: &MeshRun, caller: &str, callee: &str) -> f64 {
    let idx = |name: &str| run.services.iter().position(|service| service == name).expect("a service") as u32;
    let (caller, callee) = (idx(caller), idx(callee));
    let second = |at_secs: i64| (at_secs - run.config.start_secs) as usize;
    let calls: Vec<f64> = run
        .calls
        .iter()
        .filter(|call| (call.caller, call.callee) == (caller, callee) && (ONSET..END).contains(&second(call.at_secs)))
        .map(|call| f64::from(call.mean_millis))
        .collect();
    calls.iter().sum::<f64>() / calls.len() as f64
}

fn differs_before_onset(before: &MeshRun, after: &MeshRun) -> bool {
    before.true_cpu.iter().zip(&after.true_cpu).any(|(a, b)| a[..ONSET] != b[..ONSET])
}

#[test]
fn cpu_stress_adds_the_stated_cores_to_its_target_alone() {
    let (target, before, after) = with_and_without(FaultKind::CpuStress, "text-service", FaultSize::Share(1.0));
    assert!(!differs_before_onset(&before, &after));
    assert!((change(&before, &after, target, ONSET..END) - 0.98).abs() < 0.001);
    assert!(change(&before, &after, target, END..1800).abs() < 1e-6);
    for other in (0..48).filter(|other| *other != target) {
        let rise = change(&before, &after, other, ONSET..END).abs() / mean_cpu(&before, other, ONSET..END);
        assert!(rise < 0.01, "instance {other}: {rise}");
    }
    // The hard regime: an effect of one standard deviation of the healthy CPU.
    let (target, before, after) = with_and_without(FaultKind::CpuStress, "text-service", FaultSize::Sigmas(1.0));
    let mean = mean_cpu(&before, target, 0..1800);
    let squares = before.true_cpu[target].iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>();
    let sigmas = change(&before, &after, target, ONSET..END) / (squares / 1800.0).sqrt();
    assert!((0.8..1.25).contains(&sigmas), "{sigmas} standard deviations");
}

#[test]
fn a_network_delay_slows_callers_and_leaves_cpu_alone() {
    let (_, before, after) = with_and_without(FaultKind::NetworkDelay, "user-timeline-redis", FaultSize::Share(0.5));
    for instance in 0..48 {
        assert_eq!(before.true_cpu[instance], after.true_cpu[instance], "instance {instance}");
    }
    let rise = |caller: &str, callee: &str| millis(&after, caller, callee) - millis(&before, caller, callee);
    assert!((rise("user-timeline-service", "user-timeline-redis") - 50.0).abs() < 2.0);
    assert!((rise("nginx-thrift", "user-timeline-service") - 50.0).abs() < 5.0);
    assert!(rise("text-service", "url-shorten-service").abs() < 0.01);
}

#[test]
fn a_hang_and_a_deadlock_idle_their_target_while_callers_queue() {
    for kind in [FaultKind::Hang, FaultKind::Deadlock] {
        let (target, before, after) = with_and_without(kind, "user-timeline-service", FaultSize::Share(1.0));
        assert!(!differs_before_onset(&before, &after));
        let settled = ONSET + 180..END;
        let rest = mean_cpu(&after, target, settled.clone()) / mean_cpu(&before, target, settled);
        assert!((0.1..0.45).contains(&rest), "{kind:?}: {rest} of the healthy CPU");
        let slow = millis(&after, "nginx-thrift", "compose-post-service");
        let healthy = millis(&before, "nginx-thrift", "compose-post-service");
        assert!(slow > 100.0 * healthy, "{kind:?}: {slow} ms after {healthy} ms");
        // The deadlock comes in two minutes, the hang at once.
        let soon = mean_cpu(&after, target, ONSET..ONSET + 30) / mean_cpu(&before, target, ONSET..ONSET + 30);
        assert_eq!(soon < 0.5, kind == FaultKind::Hang, "{kind:?}: {soon}");
        let late = mean_cpu(&after, target, END + 60..1800) / mean_cpu(&before, target, END + 60..1800);
        assert!((0.8..1.2).contains(&late), "{kind:?}: {late} after the end");
    }
}

#[test]
fn without_coupling_a_hang_stays_where_it_is() {
    let healthy = MeshConfig { duration_secs: 1800, ..quiet(0.0) };
    let plan = FaultPlan {
        kind: FaultKind::Hang,
        instance: 0,
        onset_secs: ONSET as i64,
        duration_secs: 900,
        size: FaultSize::Share(1.0),
    };
    let (before, after) = (simulate_mesh(&healthy, 5), simulate_mesh(&MeshConfig { faults: vec![plan], ..healthy }, 5));
    assert!(before.true_cpu[1..] == after.true_cpu[1..]);
    assert!(before.true_cpu[0] != after.true_cpu[0]);
}

#[test]
fn a_crash_leaves_gaps_and_counters_that_start_again() {
    let (target, before, after) = with_and_without(FaultKind::Crash, "post-storage-mongodb", FaultSize::Share(0.5));
    let down = after.true_cpu[target].iter().filter(|cpu| **cpu == 0.0).count();
    assert_eq!(down, (END - ONSET) * 36 / 90);
    let pod = after.pods.iter().find(|pod| pod.instance as usize == target).expect("its pod");
    let n_resets = pod.cpu_secs.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!(n_resets, 10);
    let longest = |run: &MeshRun| {
        let pod = run.pods.iter().find(|pod| pod.instance as usize == target).expect("its pod");
        pod.at_millis.windows(2).map(|pair| pair[1] - pair[0]).max().expect("samples")
    };
    assert!(longest(&after) > 36_000 && longest(&before) < 20_000);
    assert!(pod.rates().all(|(_, cores)| cores >= 0.0));
    assert!(after.pods.iter().filter(|pod| pod.instance as usize == target).count() == 1);
}

#[test]
fn exhaustion_grows_slowly_and_ends_at_once() {
    let (target, before, after) =
        with_and_without(FaultKind::ResourceExhaustion, "user-mention-service", FaultSize::Share(0.5));
    let mean = mean_cpu(&before, target, 0..1800);
    let rise = |from: usize, to: usize| change(&before, &after, target, from..to) / mean;
    assert!(rise(ONSET, ONSET + 45) < 0.1, "{}", rise(ONSET, ONSET + 45));
    assert!((0.8..1.2).contains(&rise(ONSET + 400, ONSET + 500)), "{}", rise(ONSET + 400, ONSET + 500));
    assert!((1.7..2.3).contains(&rise(END - 45, END)), "{}", rise(END - 45, END));
    assert!(rise(END + 60, 1800).abs() < 0.1);
    assert!(
        millis(&after, "text-service", "user-mention-service")
            > millis(&before, "text-service", "user-mention-service")
    );
}
