//! Sampled requests as Jaeger writes them.

use std::fmt::Write as _;

use super::run::MeshRun;
use super::spans::{Span, Trace};
use super::topology::{NGINX, SERVICES};

impl MeshRun {
    /// All traces as an answer of Jaeger's query service: times in microseconds, spans with references to their parents.
    ///
    /// Stores record no spans; the client spans of their services stand for them.
    pub fn to_jaeger_json(&self) -> String {
        let mut json = String::from(r#"{"data":["#);
        for (idx, trace) in self.traces.iter().enumerate() {
            json.push_str(if idx == 0 { "" } else { "," });
            self.write_trace(&mut json, trace);
        }
        json.push_str(r#"],"total":0,"limit":0,"offset":0,"errors":null}"#);
        json
    }

    fn write_trace(&self, json: &mut String, trace: &Trace) {
        let mut processes: Vec<Option<u32>> = trace.spans.iter().map(|span| span.instance).collect();
        processes.sort_unstable();
        processes.dedup();
        // Writing into a string cannot fail.
        let _ = write!(json, r#"{{"traceID":"{:016x}","spans":["#, trace.id);
        for (idx, span) in trace.spans.iter().enumerate() {
            json.push_str(if idx == 0 { "" } else { "," });
            let process = processes.iter().position(|instance| *instance == span.instance).unwrap_or(0);
            write_span(json, trace, span, process);
        }
        json.push_str(r#"],"processes":{"#);
        for (idx, instance) in processes.iter().enumerate() {
            json.push_str(if idx == 0 { "" } else { "," });
            let span = trace.spans.iter().find(|span| span.instance == *instance);
            let service = span.map_or("", |span| traced_name(span.service as usize));
            let host = self.pod_name(*instance, trace.spans[0].start_micros);
            let _ = write!(
                json,
                r#""p{}":{{"serviceName":"{service}","tags":[{{"key":"hostname","type":"string","value":"{host}"}}]}}"#,
                idx + 1
            );
        }
        json.push_str(r#"},"warnings":null}"#);
    }

    /// The pod that was in a place at a time.
    fn pod_name(&self, instance: Option<u32>, at_micros: i64) -> &str {
        let mut of_place = self.pods.iter().filter(|pod| Some(pod.instance) == instance);
        let is_over = |last: &i64| *last < at_micros / 1000;
        let alive = of_place.clone().find(|pod| !pod.at_millis.last().is_some_and(is_over));
        alive.or(of_place.next_back()).map_or("", |pod| &pod.name)
    }
}

/// The front door calls itself otherwise in traces than its deployment is called.
pub(super) fn traced_name(service: usize) -> &'static str {
    if service == NGINX { "nginx-web-server" } else { SERVICES.get(service).map_or("", |service| service.name) }
}

fn write_span(json: &mut String, trace: &Trace, span: &Span, process: usize) {
    let _ = write!(
        json,
        r#"{{"traceID":"{:016x}","spanID":"{:016x}","flags":1,"operationName":"{}","references":["#,
        trace.id, span.id, span.operation
    );
    if let Some(parent) = span.parent.and_then(|parent| trace.spans.get(parent)) {
        let _ = write!(json, r#"{{"refType":"CHILD_OF","traceID":"{:016x}","spanID":"{:016x}"}}"#, trace.id, parent.id);
    }
    let _ = write!(
        json,
        r#"],"startTime":{},"duration":{},"tags":[],"logs":[],"processID":"p{}","warnings":null}}"#,
        span.start_micros,
        span.duration_micros,
        process + 1
    );
}
