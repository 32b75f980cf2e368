//! The keys that say something in one of the formats.

/// A step on the way from the root of a document to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// An element of an array.
    Item,
    /// A key of no meaning.
    Other,
    // Prometheus
    Status,
    ErrorType,
    Error,
    Data,
    ResultType,
    Result,
    Metric,
    Values,
    Value,
    // Jaeger
    TraceId,
    SpanId,
    ParentSpanId,
    Spans,
    Processes,
    ProcessId,
    Process,
    ServiceName,
    References,
    RefType,
    StartTime,
    Duration,
    // OpenTelemetry
    ResourceSpans,
    Resource,
    Attributes,
    AttributeName,
    StringValue,
    ScopeSpans,
    StartNanos,
    EndNanos,
    // Inferred faults
    Fault,
    Start,
    End,
    Windows,
    Pods,
    // Saved snapshots
    Header,
    Deployment,
    Instances,
    Snapshots,
}

impl Key {
    pub(super) fn of(text: &str) -> Self {
        match text {
            "status" => Self::Status,
            "errorType" => Self::ErrorType,
            "error" => Self::Error,
            "data" => Self::Data,
            "resultType" => Self::ResultType,
            "result" => Self::Result,
            "metric" => Self::Metric,
            "values" => Self::Values,
            "value" => Self::Value,
            "traceID" | "traceId" => Self::TraceId,
            "spanID" | "spanId" => Self::SpanId,
            "parentSpanID" | "parentSpanId" => Self::ParentSpanId,
            "spans" => Self::Spans,
            "processes" => Self::Processes,
            "processID" => Self::ProcessId,
            "process" => Self::Process,
            "serviceName" => Self::ServiceName,
            "references" => Self::References,
            "refType" => Self::RefType,
            "startTime" => Self::StartTime,
            "duration" => Self::Duration,
            "resourceSpans" => Self::ResourceSpans,
            "resource" => Self::Resource,
            "attributes" => Self::Attributes,
            "key" => Self::AttributeName,
            "stringValue" => Self::StringValue,
            // The second name is that of OTLP before version 0.15.
            "scopeSpans" | "instrumentationLibrarySpans" => Self::ScopeSpans,
            "startTimeUnixNano" => Self::StartNanos,
            "endTimeUnixNano" => Self::EndNanos,
            "fault" => Self::Fault,
            "start" => Self::Start,
            "end" => Self::End,
            "windows" => Self::Windows,
            "pods" => Self::Pods,
            "header" => Self::Header,
            "deployment" => Self::Deployment,
            "instances" => Self::Instances,
            "snapshots" => Self::Snapshots,
            _ => Self::Other,
        }
    }
}
