//! The counters as a Prometheus answer, with the labels of the testbed's Kubernetes.

use std::fmt::Write as _;

use super::run::{MeshRun, Pod};

impl MeshRun {
    /// `container_cpu_usage_seconds_total` of all pods as the API answers a range query (`resultType: matrix`).
    pub fn to_prometheus_json(&self) -> String {
        let mut json = String::from(r#"{"status":"success","data":{"resultType":"matrix","result":["#);
        for (idx, pod) in self.pods.iter().enumerate() {
            json.push_str(if idx == 0 { "" } else { "," });
            write_series(&mut json, pod);
        }
        json.push_str("]}}");
        json
    }
}

/// Names hold letters, digits, hyphens and dots only: nothing that JSON escapes.
fn write_series(json: &mut String, pod: &Pod) {
    let Pod { name, host, uid, .. } = pod;
    // Writing into a string cannot fail.
    let _ = write!(
        json,
        concat!(
            r#"{{"metric":{{"__name__":"container_cpu_usage_seconds_total","beta_kubernetes_io_arch":"amd64","#,
            r#""beta_kubernetes_io_os":"linux","cpu":"total","id":"/kubepods/besteffort/pod{uid}","instance":"{host}","#,
            r#""job":"kubernetes-nodes-cadvisor","kubernetes_io_arch":"amd64","kubernetes_io_hostname":"{host}","#,
            r#""kubernetes_io_os":"linux","namespace":"socialnetwork","pod":"{name}"}},"values":["#
        ),
        uid = uid,
        host = host,
        name = name
    );
    for (idx, (at_millis, counter)) in pod.at_millis.iter().zip(&pod.cpu_secs).enumerate() {
        let comma = if idx == 0 { "" } else { "," };
        let _ = write!(json, r#"{comma}[{}.{:03},"{counter}"]"#, at_millis / 1000, at_millis % 1000);
    }
    json.push_str("]}");
}
