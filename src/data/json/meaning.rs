//! What the name of a Prometheus metric means.

use super::super::dataset::Unit;

/// What a metric measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) unit: Unit,
    /// It only grows: its rate is the metric.
    pub(super) is_counter: bool,
    /// Among metrics of one id, those with the lowest number are used.
    pub(super) rank: u8,
    /// Its part where several metrics make up one; empty if it is the whole.
    pub(super) part: &'static str,
    /// The values of parts may be added.
    pub(super) is_additive: bool,
}

/// Meaning of a metric, by the conventions of cAdvisor, the node exporter and the Prometheus naming rules.
pub(super) fn meaning(name: &str) -> Meaning {
    let (is_counter, is_additive) = (is_counter(name), is_additive(name));
    let of = |id: &str, label: &str, unit: Unit, rank: u8, part: &'static str| Meaning {
        id: id.to_owned(),
        label: label.to_owned(),
        unit,
        is_counter,
        rank,
        part,
        is_additive,
    };
    let cpu = |rank: u8, part: &'static str| of("cpu", "CPU", Unit::Cores, rank, part);
    let mem = |rank: u8| of("mem", "Memory", Unit::Bytes, rank, "");
    let disk = |part: &'static str| of("disk", "Disk", Unit::BytesPerSecond, 0, part);
    match name {
        "container_cpu_usage_seconds_total" | "node_cpu_seconds_total" | "pod_cpu_usage_seconds_total" => cpu(0, ""),
        "container_cpu_user_seconds_total" => cpu(1, "user"),
        "container_cpu_system_seconds_total" => cpu(1, "system"),
        "container_memory_working_set_bytes" | "pod_memory_working_set_bytes" => mem(0),
        "container_memory_usage_bytes" => mem(1),
        "container_memory_rss" => mem(2),
        "container_fs_reads_bytes_total" | "node_disk_read_bytes_total" => disk("reads"),
        "container_fs_writes_bytes_total" | "node_disk_written_bytes_total" => disk("writes"),
        "" => of("value", "value", Unit::Unknown, 0, ""),
        _ if name.ends_with("_receive_bytes_total") => of("net_in", "Network in", Unit::BytesPerSecond, 0, ""),
        _ if name.ends_with("_transmit_bytes_total") => of("net_out", "Network out", Unit::BytesPerSecond, 0, ""),
        _ => named(name),
    }
}

/// The meaning of a metric that stands for nothing but itself.
pub(super) fn named(name: &str) -> Meaning {
    let is_counter = is_counter(name);
    Meaning {
        id: name.to_owned(),
        label: name.to_owned(),
        unit: plain_unit(name, is_counter),
        is_counter,
        rank: 0,
        part: "",
        is_additive: is_additive(name),
    }
}

fn is_counter(name: &str) -> bool {
    ["_total", "_count", "_sum"].iter().any(|end| name.ends_with(end))
}

fn is_additive(name: &str) -> bool {
    is_counter(name) || name.starts_with("container_memory_")
}

fn plain_unit(name: &str, is_counter: bool) -> Unit {
    match is_counter {
        true if name.ends_with("_bytes_total") => Unit::BytesPerSecond,
        true => Unit::PerSecond,
        false if name.ends_with("_bytes") => Unit::Bytes,
        false => Unit::Unknown,
    }
}

/// CPU in cores that is no counter any more.
pub(super) fn cpu_gauge() -> Meaning {
    Meaning { is_counter: false, is_additive: false, ..meaning("container_cpu_usage_seconds_total") }
}

/// Modes of `node_cpu_seconds_total` in which nothing of the machine's own is computed; guest time is user time as well.
pub(super) fn is_idle(name: &str, mode: &str) -> bool {
    name == "node_cpu_seconds_total" && matches!(mode, "idle" | "iowait" | "steal" | "guest" | "guest_nice")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_meaning() {
        for (name, id, unit, is_counter) in [
            ("container_cpu_usage_seconds_total", "cpu", Unit::Cores, true),
            ("container_cpu_system_seconds_total", "cpu", Unit::Cores, true),
            ("container_memory_working_set_bytes", "mem", Unit::Bytes, false),
            ("container_memory_cache", "container_memory_cache", Unit::Unknown, false),
            ("container_network_receive_bytes_total", "net_in", Unit::BytesPerSecond, true),
            ("container_network_transmit_bytes_total", "net_out", Unit::BytesPerSecond, true),
            ("container_fs_writes_bytes_total", "disk", Unit::BytesPerSecond, true),
            ("container_fs_writes_total", "container_fs_writes_total", Unit::PerSecond, true),
            (
                "container_cpu_cfs_throttled_seconds_total",
                "container_cpu_cfs_throttled_seconds_total",
                Unit::PerSecond,
                true,
            ),
            ("http_request_duration_seconds_sum", "http_request_duration_seconds_sum", Unit::PerSecond, true),
            ("go_goroutines", "go_goroutines", Unit::Unknown, false),
            ("", "value", Unit::Unknown, false),
        ] {
            let found = meaning(name);
            assert_eq!((found.id.as_str(), found.unit, found.is_counter), (id, unit, is_counter), "{name}");
        }
    }
}
