//! Names of columns: the words in them, and what words mean.

/// Words with spaces between them, the best first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) &'static str);

impl Words {
    /// All of them.
    pub(super) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split(' ')
    }

    /// Place of a word.
    pub(super) fn place(self, word: &str) -> Option<usize> {
        self.iter().position(|known| known == word)
    }

    /// Whether a word is one of them.
    pub(super) fn has(self, word: &str) -> bool {
        self.place(word).is_some()
    }
}

/// The words of a name in lower case: `podName` and `pod-name` are `pod`, `name`; a per cent sign is a word.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if c == '%' {
            words.push("percent".to_owned());
        }
        was_lower = c.is_lowercase();
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The words joined with underscores.
pub(super) fn plain(name: &str) -> String {
    words(name).join("_")
}

/// What an entity is called in a column's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// A pod, container or other instance; the lower number is the better name.
    Entity(usize),
    Service(usize),
    Host(usize),
}

const ENTITIES: Words =
    Words("pod instance container entity cmdb replica process task component device resource object");
const SERVICES: Words = Words("service svc microservice msname application app deployment workload job");
const HOSTS: Words = Words("node host hostname machine server vm computer nodename");

/// The role that a column's name gives to its values: the last word decides, before `name`, `id` or `ip`.
pub(super) fn role(name: &str) -> Option<Role> {
    let mut words = words(name);
    while words.len() > 1 && words.last().is_some_and(|word| ["name", "id", "ip", "key"].contains(&word.as_str())) {
        words.pop();
    }
    let last = words.pop()?;
    let last =
        last.strip_suffix("name").or_else(|| last.strip_suffix("id")).filter(|word| word.len() > 2).unwrap_or(&last);
    if last == "name" {
        return Some(Role::Entity(usize::MAX));
    }
    let entity = ENTITIES.place(last).map(Role::Entity);
    let service = || SERVICES.place(last).map(Role::Service);
    entity.or_else(service).or_else(|| HOSTS.place(last).map(Role::Host))
}

/// How well a name says that its column holds time stamps; the lower, the better.
pub(super) fn time_rank(name: &str) -> Option<usize> {
    const BEST: Words = Words("timestamp time_stamp datetime date_time time ts date datum");
    const CORE: Words = Words("timestamp datetime time ts date stamp epoch unixtime timestep zeit");
    const BESIDE: Words = Words(
        "utc gmt local unix iso ms us ns s sec secs seconds millis micros nanos milliseconds start begin sample \
         event collect collection log record measurement scrape bin minute hour day created at window metric the",
    );
    if let Some(rank) = BEST.place(&plain(name)) {
        return Some(rank);
    }
    let words = words(name);
    let is_time =
        words.iter().any(|word| CORE.has(word)) && words.iter().all(|word| CORE.has(word) || BESIDE.has(word));
    is_time.then_some(BEST.iter().count() + words.len())
}

/// Whether a column of this name marks rows in which something was broken.
pub(super) fn is_label(name: &str) -> bool {
    const LABELS: Words = Words(
        "label labels anomaly is_anomaly is_anomalous anomalous fault is_fault attack is_attack anomaly_label \
         fault_label fault_type anomaly_type abnormal",
    );
    LABELS.has(&plain(name))
}

/// Whether a column of this name numbers the rows.
pub(super) fn is_index(name: &str) -> bool {
    matches!(plain(name).as_str(), "" | "id" | "index" | "idx" | "unnamed_0" | "row" | "row_id" | "nr" | "no")
}

/// A name of a metric for ids: lower case, letters, digits, and `_`, `-`, `.`; at most 64 characters.
pub(super) fn sanitised(name: &str) -> String {
    let allowed = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    let id: String = name.trim().chars().flat_map(char::to_lowercase).map(allowed).take(64).collect();
    if id.is_empty() { "value".to_owned() } else { id }
}

/// The service of a pod that a Kubernetes deployment made: its name without the two random parts.
///
/// Random parts avoid vowels and digits that look like them; the first has 6 to 10 characters, the last five:
/// <https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go>.
pub(super) fn service_of_pod(name: &str) -> Option<&str> {
    let is_random = |part: &str| part.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte));
    let (rest, last) = name.rsplit_once('-')?;
    let (service, set) = rest.rsplit_once('-')?;
    // The hash of a replica set was a plain number before Kubernetes 1.10, and is hexadecimal in some distributions.
    let is_set = (6..=10).contains(&set.len()) && (is_random(set) || set.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (!service.is_empty() && is_set && last.len() == 5 && is_random(last)).then_some(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("cpuUsage%"), ["cpu", "usage", "percent"]);
        assert_eq!(words("net_rx_Bps"), ["net", "rx", "bps"]);
        assert_eq!(words("@timestamp"), ["timestamp"]);
        assert_eq!(words("POD NAME"), ["pod", "name"]);
        assert!(words("").is_empty());
    }

    #[test]
    fn names_say_who_a_row_is_about() {
        for (name, expected) in [
            ("pod", Some(Role::Entity(0))),
            ("kubernetes_pod_name", Some(Role::Entity(0))),
            ("podName", Some(Role::Entity(0))),
            ("instance", Some(Role::Entity(1))),
            ("container_id", Some(Role::Entity(2))),
            ("cmdb_id", Some(Role::Entity(4))),
            ("Name", Some(Role::Entity(usize::MAX))),
            ("container_label_com_docker_compose_service", Some(Role::Service(0))),
            ("service.name", Some(Role::Service(0))),
            ("node", Some(Role::Host(0))),
            ("HOST_IP", Some(Role::Host(1))),
            ("nodename", Some(Role::Host(0))),
            ("nodeid", Some(Role::Host(0))),
            ("node_cpu", None),
            ("containers", None),
        ] {
            assert_eq!(role(name), expected, "{name}");
        }
    }

    #[test]
    fn names_say_when() {
        assert!(time_rank("@timestamp") < time_rank("Time (UTC)"));
        for name in ["ts", "Date Time", "unix_time", "start_time", "timestamp_ms", "Zeit"] {
            assert!(time_rank(name).is_some(), "{name}");
        }
        for name in ["response_time", "cpu_time", "updates", "uptime", "cpu", ""] {
            assert_eq!(time_rank(name), None, "{name}");
        }
    }

    #[test]
    fn the_service_of_a_pod_is_what_is_not_random() {
        assert_eq!(service_of_pod("carts-5ff676694b-fzj9z"), Some("carts"));
        assert_eq!(service_of_pod("carts-db-d765fd64d-67pr6"), Some("carts-db"));
        assert_eq!(service_of_pod("kube-state-metrics"), None);
        assert_eq!(service_of_pod("192.168.31.103:9100"), None);
    }
}
