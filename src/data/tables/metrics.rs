//! Which metric a column holds and in which unit, from its name and the range of its values.

use super::names::{Words, sanitised, words};
use crate::config::Unit;

/// What is known of a column with numbers.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Its name, or the part of the name that is about the metric.
    pub(super) name: String,
    /// Values of the sample that are not missing.
    pub(super) values: Vec<f64>,
}

/// Id, unit and factor of a metric.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Meaning {
    pub(super) id: String,
    pub(super) unit: Unit,
    pub(super) scale: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cpu,
    Mem,
    NetIn,
    NetOut,
    Disk,
    Latency,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Cpu, Self::Mem, Self::NetIn, Self::NetOut, Self::Disk, Self::Latency];

    fn id(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Mem => "mem",
            Self::NetIn => "net_in",
            Self::NetOut => "net_out",
            Self::Disk => "disk",
            Self::Latency => "rt",
        }
    }
}

/// Name of a metric for people: that of the known ids, else the id.
pub(super) fn label(id: &str) -> &str {
    match id {
        "cpu" => "CPU",
        "mem" => "Memory",
        "net_in" => "Network in",
        "net_out" => "Network out",
        "disk" => "Disk",
        "rt" => "Latency",
        other => other,
    }
}

/// The meanings of all columns with numbers of a table: each known id is given once, to the column whose name fits best;
/// all others keep their own names. Ids differ from each other.
pub(super) fn meanings(candidates: &[Candidate]) -> Vec<Meaning> {
    let words: Vec<Vec<String>> = candidates.iter().map(|candidate| words(&candidate.name)).collect();
    let kinds: Vec<Option<Kind>> = words.iter().map(|words| kind(words)).collect();
    let of_latency = candidates.iter().zip(&kinds).filter(|(_, kind)| **kind == Some(Kind::Latency));
    let is_in_seconds =
        typical(of_latency.flat_map(|(candidate, _)| &candidate.values)).is_some_and(|value| value < 1.0);
    let mut ids: Vec<Option<String>> = vec![None; candidates.len()];
    for known in Kind::ALL {
        let fitting = (0..candidates.len()).filter(|&idx| kinds[idx] == Some(known));
        let ranked = fitting.filter_map(|idx| Some((rank(known, &words[idx])?, idx)));
        if let Some((_, best)) = ranked.min() {
            ids[best] = Some(known.id().to_owned());
        }
    }
    for idx in 0..candidates.len() {
        if ids[idx].is_none() {
            let own = sanitised(&candidates[idx].name);
            ids[idx] = Some(untaken(own, &ids));
        }
    }
    let units = (0..candidates.len()).map(|idx| unit(kinds[idx], &words[idx], &candidates[idx], is_in_seconds));
    let with_unit =
        |(id, (unit, scale)): (Option<String>, (Unit, f64))| Meaning { id: id.unwrap_or_default(), unit, scale };
    ids.iter().cloned().zip(units).map(with_unit).collect()
}

/// The meaning of one metric that is known by its name alone.
pub(super) fn meaning_of_name(name: &str) -> Meaning {
    let of_name = words(name);
    let kind = kind(&of_name);
    let known = Kind::ALL.into_iter().find(|known| kind == Some(*known) && is_exact(*known, &of_name));
    let id = known.map_or_else(|| sanitised(name), |known| known.id().to_owned());
    let (unit, scale) = unit(kind, &of_name, &Candidate { name: name.to_owned(), values: Vec::new() }, false);
    Meaning { id, unit, scale }
}

fn untaken(id: String, taken: &[Option<String>]) -> String {
    let is_free = |id: &String| !taken.iter().flatten().any(|other| other == id);
    let numbered = (2..).map(|n: usize| format!("{id}_{n}"));
    std::iter::once(id.clone()).chain(numbered).find(is_free).unwrap_or_default()
}

fn has(words: &[String], known: &[&str]) -> bool {
    words.iter().any(|word| known.contains(&word.as_str()))
}

fn kind(words: &[String]) -> Option<Kind> {
    let begins = |prefix: &str| words.iter().any(|word| word.starts_with(prefix));
    let is_net = has(words, &["net", "network", "nic", "eth", "eth0"]);
    if begins("cpu") || words.iter().any(|word| word.ends_with("cpu")) {
        Some(Kind::Cpu)
    } else if begins("mem") || has(words, &["ram"]) {
        Some(Kind::Mem)
    } else if has(words, &["rx", "receive", "received", "recv", "ingress", "inbound", "netin"])
        || is_net && has(words, &["in"])
    {
        Some(Kind::NetIn)
    } else if has(words, &["tx", "transmit", "transmitted", "sent", "egress", "outbound", "netout"])
        || is_net && has(words, &["out"])
    {
        Some(Kind::NetOut)
    } else if begins("disk") || has(words, &["fs", "filesystem"]) {
        Some(Kind::Disk)
    } else if begins("latency") || has(words, &["lat", "rt", "responsetime", "duration"]) || is_response_time(words) {
        Some(Kind::Latency)
    } else {
        None
    }
}

fn is_response_time(words: &[String]) -> bool {
    words.windows(2).any(|pair| ["response", "request"].contains(&pair[0].as_str()) && pair[1] == "time")
}

/// How well a name fits an id, the lower the better; `None` if it holds something else, such as a limit.
fn rank(kind: Kind, words: &[String]) -> Option<usize> {
    const OTHER: Words = Words(
        "idle free available avail limit limits request requests throttled throttling pressure swap failures \
         failure failed errors error dropped drops drop count packets packet pkts capacity allocatable quota \
         steal iowait nice periods inodes shares freq frequency temperature temp",
    );
    const PART: Words = Words("system sys user cache max min kernel stack reads writes read write p99");
    if is_exact(kind, words) {
        return Some(0);
    }
    let is_other = words.iter().any(|word| OTHER.has(word)) && !(kind == Kind::Latency && is_response_time(words));
    if is_other {
        return None;
    }
    let best: &[&str] = match kind {
        Kind::Cpu => &["usage", "util", "utilization", "utilisation", "percent", "pct", "cores", "used", "total"],
        Kind::Mem => &["working", "util", "utilization", "utilisation", "percent", "pct"],
        Kind::NetIn | Kind::NetOut => &["bytes", "bps", "byte"],
        Kind::Disk => &["usage", "util", "utilization", "utilisation", "percent", "pct", "used"],
        Kind::Latency => &["mean", "avg", "average", "p50", "50", "median"],
    };
    match (words.iter().any(|word| PART.has(word)), has(words, best)) {
        (false, true) => Some(1),
        (false, false) => Some(2),
        (true, _) => Some(3),
    }
}

/// Whether a name is the id or another word for the same.
fn is_exact(kind: Kind, words: &[String]) -> bool {
    let joined = words.join("_");
    joined == kind.id()
        || match kind {
            Kind::Mem => joined == "memory",
            Kind::Latency => joined == "latency" || joined == "response_time",
            _ => false,
        }
}

/// The middle of some values, without those that are not positive.
fn typical<'a>(values: impl Iterator<Item = &'a f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.copied().filter(|value| *value > 0.0).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

const PERCENT: [&str; 4] = ["percent", "pct", "perc", "percentage"];
const SHARE: [&str; 3] = ["ratio", "share", "fraction"];

/// Unit, and the factor from the column's values to it. What the name says counts more than the range of the sample.
fn unit(kind: Option<Kind>, words: &[String], candidate: &Candidate, is_in_seconds: bool) -> (Unit, f64) {
    if has(words, &PERCENT) {
        return (Unit::Percent, 1.0);
    }
    if has(words, &SHARE) {
        return (Unit::Share, 1.0);
    }
    let largest = candidate.values.iter().copied().fold(0.0, |a: f64, b| a.max(b.abs()));
    let has_values = !candidate.values.is_empty();
    match kind {
        Some(Kind::Cpu) => cpu_unit(words, largest, has_values),
        Some(Kind::Mem) => size_unit(words).unwrap_or(match largest {
            _ if !has_values => (Unit::Unknown, 1.0),
            100_000.0.. => (Unit::Bytes, 1.0),
            _ => (by_share(largest), 1.0),
        }),
        Some(Kind::NetIn | Kind::NetOut) => net_unit(words, &candidate.name),
        Some(Kind::Disk) => disk_unit(words, largest, has_values),
        Some(Kind::Latency) => (Unit::Millis, time_scale(words, is_in_seconds)),
        None => (other_unit(words), 1.0),
    }
}

fn cpu_unit(words: &[String], largest: f64, has_values: bool) -> (Unit, f64) {
    if has(words, &["millicores", "millicore", "mcores", "mcpu"]) {
        (Unit::Cores, 1e-3)
    } else if has(words, &["nanocores"]) {
        (Unit::Cores, 1e-9)
    } else if has(words, &["cores", "core", "seconds"]) {
        // Seconds of CPU per second are cores.
        (Unit::Cores, 1.0)
    } else if has_values && largest <= 10_000.0 {
        // Containers on several cores exceed 100 %.
        (if largest > 1.0 { Unit::Percent } else { Unit::Share }, 1.0)
    } else {
        (Unit::Unknown, 1.0)
    }
}

/// A range up to 1 is a share, up to 100 per cent; more is not known.
fn by_share(largest: f64) -> Unit {
    match largest {
        ..=1.0 => Unit::Share,
        ..=100.0 => Unit::Percent,
        _ => Unit::Unknown,
    }
}

/// Sizes by the unit in the name; `mb` counts in thousands, `mib` in powers of two.
fn size_unit(words: &[String]) -> Option<(Unit, f64)> {
    let factor = words.iter().find_map(|word| match word.as_str() {
        "bytes" | "byte" => Some(1.0),
        "kb" => Some(1e3),
        "mb" => Some(1e6),
        "gb" => Some(1e9),
        "kib" => Some(1024.0),
        "mib" => Some(1_048_576.0),
        "gib" => Some(1_073_741_824.0),
        _ => None,
    })?;
    Some((Unit::Bytes, factor))
}

/// `Bps` are bytes per second; `bps` may be bits.
fn net_unit(words: &[String], name: &str) -> (Unit, f64) {
    if has(words, &["packets", "packet", "pkts", "errors", "dropped"]) {
        (Unit::PerSecond, 1.0)
    } else if name.contains("Bps") || name.contains("B/s") {
        (Unit::BytesPerSecond, 1.0)
    } else {
        size_unit(words).map_or((Unit::Unknown, 1.0), |(_, factor)| (Unit::BytesPerSecond, factor))
    }
}

fn disk_unit(words: &[String], largest: f64, has_values: bool) -> (Unit, f64) {
    let is_flow = has(words, &["io", "diskio", "read", "reads", "write", "writes", "throughput"]);
    match size_unit(words) {
        Some((_, factor)) if is_flow => (Unit::BytesPerSecond, factor),
        Some(size) => size,
        None if has_values && has(words, &["usage", "util", "utilization", "utilisation", "used"]) => {
            (by_share(largest), 1.0)
        }
        None => (Unit::Unknown, 1.0),
    }
}

fn time_scale(words: &[String], is_in_seconds: bool) -> f64 {
    if has(words, &["ms", "millis", "milliseconds", "msec"]) {
        1.0
    } else if has(words, &["us", "micros", "microseconds", "usec"]) {
        1e-3
    } else if has(words, &["ns", "nanos", "nanoseconds"]) {
        1e-6
    } else if has(words, &["s", "sec", "secs", "seconds"]) || is_in_seconds {
        1e3
    } else {
        1.0
    }
}

fn other_unit(words: &[String]) -> Unit {
    if has(words, &["rps", "qps", "tps", "iops"]) {
        Unit::PerSecond
    } else if has(words, &["cores"]) {
        Unit::Cores
    } else if has(words, &["ms", "millis", "milliseconds"]) {
        Unit::Millis
    } else if has(words, &["total"]) {
        // A counter, or a rate that kept the counter's name.
        Unit::Unknown
    } else if has(words, &["bytes"]) {
        Unit::Bytes
    } else if has(words, &["count", "threads", "processes", "sockets", "socket", "connections", "descriptors", "pods"])
    {
        Unit::Count
    } else {
        Unit::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(columns: &[(&str, &[f64])]) -> Vec<(String, Unit, f64)> {
        let candidate = |(name, values): &(&str, &[f64])| Candidate { name: (*name).into(), values: values.to_vec() };
        let candidates: Vec<Candidate> = columns.iter().map(candidate).collect();
        meanings(&candidates).into_iter().map(|meaning| (meaning.id, meaning.unit, meaning.scale)).collect()
    }

    #[test]
    fn names_and_ranges_give_ids_and_units() {
        for (name, value, id, unit, scale) in [
            ("cpu_cores", 0.3, "cpu", Unit::Cores, 1.0),
            ("cpu_usage", 3.2, "cpu", Unit::Percent, 1.0),
            ("cpu_util", 0.9, "cpu", Unit::Share, 1.0),
            ("cpu_util_percent", 0.9, "cpu", Unit::Percent, 1.0),
            ("CPU%", 12.0, "cpu", Unit::Percent, 1.0),
            ("cpu_millicores", 250.0, "cpu", Unit::Cores, 1e-3),
            ("container_cpu_usage_seconds_total", 0.01, "cpu", Unit::Cores, 1.0),
            ("mem_bytes", 7e8, "mem", Unit::Bytes, 1.0),
            ("memory_mib", 512.0, "mem", Unit::Bytes, 1_048_576.0),
            ("memory_usage", 43.0, "mem", Unit::Percent, 1.0),
            ("memory", 7e8, "mem", Unit::Bytes, 1.0),
            ("mem", 512.0, "mem", Unit::Unknown, 1.0),
            ("net_rx_Bps", 9.0, "net_in", Unit::BytesPerSecond, 1.0),
            ("tx_bps", 9.0, "net_out", Unit::Unknown, 1.0),
            ("network_receive_packets", 9.0, "network_receive_packets", Unit::PerSecond, 1.0),
            ("disk_usage", 33.0, "disk", Unit::Percent, 1.0),
            ("diskio", 75_000.0, "disk", Unit::Unknown, 1.0),
            ("latency-90", 0.2, "rt", Unit::Millis, 1e3),
            ("latency_ms", 0.2, "rt", Unit::Millis, 1.0),
            ("response_time", 25.0, "rt", Unit::Millis, 1.0),
            ("workload", 25.0, "workload", Unit::Unknown, 1.0),
            ("QPS", 25.0, "qps", Unit::PerSecond, 1.0),
            ("cpu_idle", 97.0, "cpu_idle", Unit::Percent, 1.0),
            ("error rate", 0.0, "error_rate", Unit::Unknown, 1.0),
        ] {
            assert_eq!(of(&[(name, &[value])]), [(id.to_owned(), unit, scale)], "{name}");
        }
    }

    #[test]
    fn an_id_is_given_once_to_the_best_name() {
        let ids = |names: &[&str]| -> Vec<String> {
            let columns: Vec<(&str, &[f64])> = names.iter().map(|&name| (name, [2.0].as_slice())).collect();
            of(&columns).into_iter().map(|(id, ..)| id).collect()
        };
        assert_eq!(ids(&["cpu_system", "cpu_usage", "cpu_user"]), ["cpu_system", "cpu", "cpu_user"]);
        assert_eq!(ids(&["receive_bytes", "net_in"]), ["receive_bytes", "net_in"]);
        assert_eq!(ids(&["memory_cache", "memory_rss", "memory_working_set"]), ["memory_cache", "memory_rss", "mem"]);
        assert_eq!(ids(&["latency-90", "latency-50"]), ["latency-90", "rt"]);
        assert_eq!(ids(&["a b", "a_b", "a b"]), ["a_b", "a_b_2", "a_b_3"]);
        assert_eq!(ids(&["cpu_idle", "cpu"]), ["cpu_idle", "cpu"]);
    }
}
