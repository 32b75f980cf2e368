//! Jaeger and OpenTelemetry exports.

use super::*;

/// Two traces: a call with a copy of the parent within the reference, a step within a service, a link, and an orphan.
pub(super) const JAEGER: &str = r#"{"data":[
 {"traceID":"a1","spans":[
  {"traceID":"a1","spanID":"1","references":[],"startTime":1500000,"duration":9000,"processID":"p1"},
  {"traceID":"a1","spanID":"2","references":[{"refType":"CHILD_OF","traceID":"a1","spanID":"1","span":{"spanID":"1",
   "references":[{"refType":"CHILD_OF","traceID":"a1","spanID":"7","span":null}],"startTime":1,"processID":"p9"}}],
   "startTime":2000001,"duration":4000,"processID":"p2","tags":[{"key":"x","value":{"startTime":5}}]},
  {"traceID":"a1","spanID":"3","references":[{"refType":"CHILD_OF","traceID":"a1","spanID":"2"}],"startTime":2000002,
   "duration":3000,"processID":"p3"},
  {"traceID":"a1","spanID":"4","references":[{"refType":"FOLLOWS_FROM","traceID":"a1","spanID":"1"}],
   "startTime":2000002,"duration":3000,"processID":"p3"},
  {"traceID":"a1","spanID":"5","references":[{"refType":"CHILD_OF","traceID":"a1","spanID":"99"}],
   "startTime":2000002,"duration":3000,"processID":"p2"}],
  "processes":{"p1":{"serviceName":"front","tags":[]},"p2":{"serviceName":"back"},"p3":{"serviceName":"back"}}},
 {"processes":{"p1":{"serviceName":"front"}},"spans":[
  {"spanID":"1","startTime":1,"duration":1,"processID":"p1"},
  {"spanID":"2","parentSpanID":"1","startTime":2900000,"duration":6000,"process":{"serviceName":"back"}},
  {"spanID":"3","startTime":1,"duration":1,"processID":"p4"}]}
],"total":0,"errors":null}"#;

/// Two lines; the parent comes after its child, its service after its spans, and one block uses the old name.
pub(super) const OTLP: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"host","value":{"stringValue":"h"}},
 {"value":{"stringValue":"back"},"key":"service.name"}]},"scopeSpans":[{"scope":{},"spans":[
 {"traceId":"0a","spanId":"02","parentSpanId":"01","startTimeUnixNano":"2000001000","endTimeUnixNano":2003001000,"name":"x"},
 {"traceId":"0a","spanId":"03","parentSpanId":"02","startTimeUnixNano":"2000001000","endTimeUnixNano":"1"},
 {"traceId":"0a","spanId":"","startTimeUnixNano":"2000001000"}]}]}]}
{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[
 {"traceId":"000A","spanId":"01","parentSpanId":"","startTimeUnixNano":"2000000000","endTimeUnixNano":"2010000000"}]}],
 "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"front"}}]}},
 {"scopeSpans":[{"spans":[
 {"traceId":"0a","spanId":"04","parentSpanId":"01","startTimeUnixNano":"2500000000","endTimeUnixNano":"2501000000"},
 {"traceId":"0b","spanId":"05","parentSpanId":"01","startTimeUnixNano":"2500000000","endTimeUnixNano":"2501000000"}]}]}]}
"#;

/// Second, caller, callee, calls and mean duration.
fn calls(gathered: &Gathered) -> Vec<(i64, &str, &str, u32, f32)> {
    let name = |service: u32| gathered.system.services[service as usize].as_str();
    let calls = gathered.system.calls.iter();
    calls.map(|call| (call.at_secs, name(call.caller), name(call.callee), call.count, call.mean_millis)).collect()
}

#[test]
fn jaeger_spans_with_a_parent_of_another_service_are_calls() {
    let found = read(JAEGER).expect("an export");
    assert_eq!((found.0, found.1), (8, Some("Jaeger traces")));
    let gathered = gathered(found);
    assert_eq!(calls(&gathered), [(2, "front", "back", 2, 5.0)]);
    assert_eq!(count(&gathered.findings, "orphan_spans"), Some((1, "“f.json”".to_owned())));
    assert_eq!(count(&gathered.findings, "bad_spans"), Some((1, "“f.json”".to_owned())));
}

#[test]
fn a_parent_in_another_trace_is_missing() {
    let text = r#"{"data":[{"spans":[{"traceID":"a","spanID":"1","startTime":1,"processID":"p"},
        {"traceID":"a","spanID":"2","startTime":1,"processID":"q",
         "references":[{"refType":"CHILD_OF","traceID":"b","spanID":"1"}]}],
        "processes":{"p":{"serviceName":"x"},"q":{"serviceName":"y"}}}]}"#;
    let gathered = gathered(read(text).expect("an export"));
    assert!(calls(&gathered).is_empty());
    assert_eq!(count(&gathered.findings, "orphan_spans"), Some((1, "“f.json”".to_owned())));
}

#[test]
fn a_cut_jaeger_export_keeps_its_whole_traces() {
    let cut = &JAEGER[..JAEGER.len() - 80];
    let found = read(cut).expect("a trace before the cut");
    assert_eq!(found.0, 5);
    let gathered = gathered(found);
    assert_eq!(calls(&gathered), [(2, "front", "back", 1, 4.0)]);
    assert_eq!(count(&gathered.findings, "cut_json").map(|found| found.0), Some(1));
}

#[test]
fn opentelemetry_parents_may_come_later_and_on_other_lines() {
    let found = read(OTLP).expect("an export");
    assert_eq!((found.0, found.1), (5, Some("OpenTelemetry traces")));
    let gathered = gathered(found);
    assert_eq!(calls(&gathered), [(2, "front", "back", 1, 3.0), (2, "front", "unknown_service", 1, 1.0)]);
    assert_eq!(count(&gathered.findings, "orphan_spans"), Some((1, "“f.json”".to_owned())));
    assert_eq!(count(&gathered.findings, "bad_spans"), Some((1, "“f.json”".to_owned())));
    assert_eq!(count(&gathered.findings, "services_without_name"), Some((2, "“f.json”".to_owned())));
}

#[test]
fn a_cut_opentelemetry_export_keeps_spans_whose_service_is_known() {
    let n = OTLP.find("\n{\"resource").expect("two lines");
    assert_eq!(read(&OTLP[..n - 4]).expect("spans").0, 2);
    let in_the_second = OTLP.find("\"resource\":{\"attributes\":[{\"key\":\"service.name\"").expect("a block");
    assert_eq!(read(&OTLP[..in_the_second]).expect("spans").0, 2);
}

#[test]
fn bad_times_are_explained_with_their_place() {
    let text = "{\"data\":[{\"spans\":[\n{\"spanID\":\"1\",\"startTime\":-5}]}]}";
    unreadable(text, (2, 27), "“-5” where a time in whole numbers belongs");
}

#[test]
fn nesting_without_end_is_no_trace() {
    let text = format!("{{\"data\":[{{\"spans\":[{{\"references\":{}", "[".repeat(100_000));
    let error = read(&text).map(|found| found.0).expect_err("too deep");
    assert!(error.to_string().contains("more than 2048 levels of nesting"), "{error}");
}
