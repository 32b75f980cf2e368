//! Labels of a Prometheus series: of which machine or instance it is, and of which part of it.

use crate::config::NodeLevel as Level;

/// Longest label that is a name.
const MAX_NAME_BYTES: usize = 256;

/// The labels that say something; all others are dropped.
const KNOWN: [&str; 19] = [
    "__name__",
    "namespace",
    "pod",
    "pod_name",
    "container",
    "container_name",
    "image",
    "id",
    "name",
    "cpu",
    "mode",
    "interface",
    "device",
    "instance",
    "node",
    "kubernetes_io_hostname",
    SERVICE,
    NUMBER,
    PROJECT,
];
const SERVICE: &str = "container_label_com_docker_compose_service";
const NUMBER: &str = "container_label_com_docker_compose_container_number";
const PROJECT: &str = "container_label_com_docker_compose_project";

/// The known labels of one series.
#[derive(Debug, Default)]
pub(super) struct Labels {
    texts: [String; KNOWN.len()],
}

/// Whose series it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) level: Level,
    /// Kubernetes name space or Docker project; empty if there is none.
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) service: String,
    pub(super) host: String,
}

impl Labels {
    pub(super) fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
    }

    /// Takes one label; else what is wrong with it.
    pub(super) fn set(&mut self, label: &str, text: &str) -> Result<(), String> {
        let Some(idx) = KNOWN.iter().position(|&known| known == label) else { return Ok(()) };
        // Of an image it only matters whether there is one, and its text may be long.
        let text = if label == "image" && !text.is_empty() { "image" } else { text };
        if text.len() > MAX_NAME_BYTES || text.chars().any(char::is_control) {
            return Err(format!("a label “{label}” that is no name of at most {MAX_NAME_BYTES} bytes on one line"));
        }
        text.clone_into(&mut self.texts[idx]);
        Ok(())
    }

    /// Text of a known label; empty if the series does not have it.
    pub(super) fn get(&self, label: &str) -> &str {
        KNOWN.iter().position(|&known| known == label).map_or("", |idx| &self.texts[idx])
    }

    fn first_of(&self, labels: &[&str]) -> &str {
        labels.iter().map(|label| self.get(label)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// Container within a pod; its label was renamed in Kubernetes 1.16, as that of the pod.
    fn container(&self) -> &str {
        self.first_of(&["container", "container_name"])
    }

    fn pod(&self) -> &str {
        self.first_of(&["pod", "pod_name"])
    }

    /// Whose series it is: of a pod, of a container, else of a machine.
    pub(super) fn identity(&self) -> Option<Identity> {
        let host = self.first_of(&["node", "kubernetes_io_hostname", "instance"]);
        let (name, service) = (self.get("name"), self.get(SERVICE));
        let of = |level: Level, name: &str, service: &str, host: &str| {
            let namespace = self.first_of(&["namespace", PROJECT]).to_owned();
            Some(Identity { level, namespace, name: name.into(), service: service.into(), host: host.into() })
        };
        if !self.pod().is_empty() {
            return of(Level::Instance, self.pod(), workload(self.pod()), host);
        }
        if !service.is_empty() {
            let made = format!("{service}_{}", self.get(NUMBER));
            let name = if name.is_empty() { made.trim_end_matches('_') } else { name };
            return of(Level::Instance, name, service, host);
        }
        if !name.is_empty() && self.get("__name__").starts_with("container_") {
            return of(Level::Instance, name, "", host);
        }
        let machine = Identity {
            level: Level::Machine,
            namespace: String::new(),
            name: host.to_owned(),
            service: String::new(),
            host: String::new(),
        };
        (!host.is_empty()).then_some(machine)
    }

    /// How far the series is from being the whole of its metric; the smallest is the whole, or its largest parts.
    ///
    /// cAdvisor reports each pod as a whole, its containers, and the container that only holds its network; each
    /// control group of a machine beside the root; and CPU in total or by core.
    pub(super) fn fineness(&self, is_network: bool) -> [u8; 3] {
        let scope = match (self.pod().is_empty(), self.container()) {
            (true, _) => u8::from(!matches!(self.get("id"), "" | "/") && self.get("name").is_empty()),
            // The network of a pod is reported at the container that holds it.
            (false, "" | "POD") if is_network => 0,
            (false, "") if self.get("image").is_empty() => 0,
            (false, "" | "POD") => 2,
            (false, _) => 1,
        };
        let core = u8::from(!matches!(self.get("cpu"), "" | "total"));
        [scope, core, u8::from(is_virtual(self.get("interface")))]
    }

    /// What tells the parts of one whole from each other.
    pub(super) fn part(&self) -> String {
        [self.container(), self.get("cpu"), self.get("mode"), self.get("interface"), self.get("device")].join("\u{1f}")
    }
}

/// Interfaces whose traffic is also counted at a physical one, or never leaves the machine.
fn is_virtual(interface: &str) -> bool {
    const VIRTUAL: [&str; 13] = [
        "veth", "docker", "br-", "cni", "cali", "flannel", "tunl", "virbr", "dummy", "kube-", "vxlan", "sit", "ip6tnl",
    ];
    interface == "lo" || VIRTUAL.iter().any(|prefix| interface.starts_with(prefix))
}

/// Name of what a pod is a replica of: without the hash of its template and its own suffix.
///
/// Pods of a stateful set end in a number and pods of a daemon set in a suffix alone; others end in both.
fn workload(pod: &str) -> &str {
    let Some((head, suffix)) = pod.rsplit_once('-') else { return pod };
    let is_number = !suffix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_digit());
    match head.rsplit_once('-') {
        Some((name, hash)) if !is_number && !name.is_empty() && (is_hash(hash) || !is_suffix(suffix)) => name,
        _ => head,
    }
}

/// A 32-bit number in decimal digits, which newer versions of Kubernetes write as `4` to `9`, `b`, `c`, `d` and `f`.
fn is_hash(part: &str) -> bool {
    (5..=10).contains(&part.len()) && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'b' | b'c' | b'd' | b'f'))
}

/// Five letters and digits of those that Kubernetes makes suffixes of.
fn is_suffix(part: &str) -> bool {
    part.len() == 5 && part.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        let mut labels = Labels::default();
        pairs.iter().for_each(|(label, text)| labels.set(label, text).expect("a label"));
        labels
    }

    fn found(pairs: &[(&str, &str)]) -> Option<(Level, String, String, String)> {
        labels(pairs).identity().map(|of| (of.level, of.name, of.service, of.host))
    }

    #[test]
    fn pods_are_replicas_of_workloads() {
        for (pod, expected) in [
            ("user-timeline-service-74c97785c4-x79kp", "user-timeline-service"),
            ("url-shorten-memcached-dcf8457d-vh84j", "url-shorten-memcached"),
            ("web-0", "web"),
            ("user-db-12", "user-db"),
            ("kube-proxy-x7k2p", "kube-proxy"),
            ("frontend-3571657350-abcde", "frontend"),
            ("front-end-pod-xyz", "front-end"),
            ("single", "single"),
            ("a-b", "a"),
            ("", ""),
            ("-", ""),
            ("--", "-"),
        ] {
            assert_eq!(workload(pod), expected, "{pod}");
        }
    }

    #[test]
    fn series_belong_to_pods_containers_or_machines() {
        let text = |level: Level, words: [&str; 3]| {
            let [name, service, host] = words.map(str::to_owned);
            Some((level, name, service, host))
        };
        let pod = [("pod", "web-0"), ("instance", "10.0.0.1:10250"), ("node", "n1"), ("name", "k8s_web_web-0")];
        assert_eq!(found(&pod), text(Level::Instance, ["web-0", "web", "n1"]));
        let docker = [("name", "sn_text_1"), (SERVICE, "text"), (NUMBER, "1"), ("instance", "cadvisor:8080")];
        assert_eq!(found(&docker), text(Level::Instance, ["sn_text_1", "text", "cadvisor:8080"]));
        assert_eq!(found(&docker[1..]), text(Level::Instance, ["text_1", "text", "cadvisor:8080"]));
        let plain = [("__name__", "container_cpu_usage_seconds_total"), ("name", "redis"), ("instance", "c:8080")];
        assert_eq!(found(&plain), text(Level::Instance, ["redis", "", "c:8080"]));
        let unit = [("__name__", "node_systemd_unit_state"), ("name", "ssh.service"), ("instance", "n1:9100")];
        assert_eq!(found(&unit), text(Level::Machine, ["n1:9100", "", ""]));
        assert_eq!(found(&[("job", "api")]), None);
    }

    #[test]
    fn the_whole_goes_before_its_parts() {
        let fineness = |pairs: &[(&str, &str)]| labels(pairs).fineness(false);
        let pod = ("pod", "web-0");
        assert_eq!(fineness(&[pod, ("cpu", "total")]), [0, 0, 0]);
        assert_eq!(fineness(&[pod, ("container", "web"), ("image", "web:1")]), [1, 0, 0]);
        assert_eq!(fineness(&[pod, ("image", "pause:3.9")]), [2, 0, 0]);
        assert_eq!(fineness(&[pod, ("container", "POD"), ("cpu", "cpu01")]), [2, 1, 0]);
        assert_eq!(fineness(&[("id", "/"), ("instance", "n1")]), [0, 0, 0]);
        assert_eq!(fineness(&[("id", "/system.slice"), ("instance", "n1")]), [1, 0, 0]);
        assert_eq!(fineness(&[("id", "/docker/1"), ("name", "redis")]), [0, 0, 0]);
        let network = labels(&[pod, ("container", "POD"), ("image", "pause"), ("interface", "veth12")]);
        assert_eq!(network.fineness(true), [0, 0, 1]);
    }
}
