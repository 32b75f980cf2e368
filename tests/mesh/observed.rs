//! What is seen of a run: scrapes, harmless events, and files in official formats.

use std::collections::BTreeSet;

use loadstone::sandbox::mesh::{FaultPlan, MeshConfig, MeshRun, Pod, mesh_scenarios, simulate_mesh};

use super::common::real_file;
use super::quiet;

#[test]
fn look_alikes_happen_and_are_never_labelled() {
    let run = simulate_mesh(&MeshConfig::default(), 3);
    let kinds: BTreeSet<&str> = run.benign.iter().map(|event| event.kind).collect();
    assert!(kinds.is_superset(&BTreeSet::from(["autoscaling", "cron", "surge"])), "{kinds:?}");
    assert!(run.faults.is_empty());
    assert_eq!(run.labels_csv(), "start,end,target,fault_type\n");
    let names: BTreeSet<&str> = run.pods.iter().map(|pod| pod.name.as_str()).collect();
    assert!(names.len() == run.pods.len() && names.len() > 48, "{} pods", names.len());
    let data = run.to_dataset();
    assert_eq!(data.n_nodes(), 48);
    let replaced = data.system.placements.iter().filter(|placement| placement.names.len() > 1).count();
    assert_eq!(replaced, run.pods.len() - 48);
}

#[test]
fn scrapes_are_jittered_not_aligned_and_rare_in_idle_pods() {
    let run = simulate_mesh(&quiet(0.8), 1);
    let gaps =
        |pod: &Pod| -> Vec<f64> { pod.at_millis.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1000.0).collect() };
    let busy = run.pods.iter().find(|pod| pod.service == "post-storage-mongodb").expect("a store");
    let gaps_of_busy: Vec<f64> = gaps(busy).into_iter().filter(|gap| *gap < 7.5).collect();
    let mean = gaps_of_busy.iter().sum::<f64>() / gaps_of_busy.len() as f64;
    let sd = (gaps_of_busy.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps_of_busy.len() as f64).sqrt();
    assert!((mean - 5.0).abs() < 0.05 && (sd - 0.9).abs() < 0.05, "{mean} ± {sd} s");
    let idle = run.pods.iter().find(|pod| pod.service == "media-frontend").expect("a front end");
    let longest = gaps(idle).into_iter().fold(0.0, f64::max);
    assert!((20.0..34.0).contains(&longest), "{longest} s");
    let phases: BTreeSet<i64> = run.pods.iter().map(|pod| pod.at_millis[10] % 5000 / 500).collect();
    assert!(phases.len() > 5);
}

#[test]
fn exports_have_the_official_shapes() {
    let config = MeshConfig { duration_secs: 1800, traces_per_hour: 600, ..mesh_scenarios()[0].config.clone() };
    let plan = FaultPlan { onset_secs: 600, duration_secs: 600, ..config.faults[0] };
    let run = simulate_mesh(&MeshConfig { faults: vec![plan], ..config }, 1);
    let answer: serde_json::Value = serde_json::from_str(&run.to_prometheus_json()).expect("JSON");
    assert_eq!(answer["status"], "success");
    assert_eq!(answer["data"]["resultType"], "matrix");
    let series = answer["data"]["result"].as_array().expect("series");
    assert_eq!(series.len(), run.pods.len());
    for (series, pod) in series.iter().zip(&run.pods) {
        assert_eq!(series["metric"]["__name__"], "container_cpu_usage_seconds_total");
        assert_eq!(series["metric"]["instance"], pod.host.as_str());
        let name = series["metric"]["pod"].as_str().expect("a pod");
        assert_eq!(name.rsplitn(3, '-').last(), Some(pod.service.as_str()));
        let values = series["values"].as_array().expect("samples");
        assert_eq!(values.len(), pod.at_millis.len());
        for (value, (at_millis, counter)) in values.iter().zip(pod.at_millis.iter().zip(&pod.cpu_secs)) {
            assert_eq!(value[0].as_f64().map(|secs| (1000.0 * secs).round() as i64), Some(*at_millis));
            assert_eq!(value[1].as_str().and_then(|text| text.parse().ok()), Some(*counter));
        }
    }
    let labels = run.labels_csv();
    let fault = &run.faults[0];
    assert_eq!(labels.lines().nth(1), Some(format!("1711041000,1711041600,{},deadlock", fault.target).as_str()));
    traces_are_trees(&run);
}

fn traces_are_trees(run: &MeshRun) {
    let json: serde_json::Value = serde_json::from_str(&run.to_jaeger_json()).expect("JSON");
    let traces = json["data"].as_array().expect("traces");
    assert!(traces.len() > 200, "{} traces", traces.len());
    let mut edges = BTreeSet::new();
    for trace in traces {
        let spans = trace["spans"].as_array().expect("spans");
        let ids: BTreeSet<&str> = spans.iter().filter_map(|span| span["spanID"].as_str()).collect();
        assert_eq!(ids.len(), spans.len());
        for span in spans {
            let process = span["processID"].as_str().expect("a process");
            let service = trace["processes"][process]["serviceName"].as_str().expect("a service");
            assert!(span["startTime"].is_i64() && span["duration"].as_i64().is_some_and(|micros| micros > 0));
            let Some(parent) = span["references"][0]["spanID"].as_str() else { continue };
            let parent = spans.iter().find(|span| span["spanID"] == parent).expect("in the same trace");
            assert!(parent["startTime"].as_i64() <= span["startTime"].as_i64());
            let caller = trace["processes"][parent["processID"].as_str().expect("a process")]["serviceName"].as_str();
            if caller != Some(service) {
                edges.insert(format!("{} {service}", caller.expect("a service")));
            }
        }
    }
    if let Some(bytes) = real_file("exports_have_the_official_shapes", "chaosstarbench/call_edges.csv") {
        for line in String::from_utf8_lossy(&bytes).lines().skip(1) {
            let names: Vec<&str> = line.split(',').take(2).collect();
            assert!(edges.contains(&names.join(" ")), "{names:?} is missing in {edges:?}");
        }
    }
}
