//! Header and snapshots while their parts arrive; what is whole fits together.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::super::super::snapshots::{
    Deployment, DocumentEdge, Instance, Role, SNAPSHOT_SCHEMA, SnapshotHeader, SnapshotRecord,
};
use super::super::super::table::shorten;
use super::super::{Refusal, misfit};
use super::{MAX_FEATURES, n_features, too_large};

/// Most bytes of the names, and eight for each entry of a list.
const MAX_HEADER_BYTES: usize = 64 << 20;
/// Nothing was recorded earlier or later than this: the range of a date in a browser.
const MAX_MILLIS: i64 = 8_640_000_000_000_000;

/// The header while it is read.
#[derive(Debug, Default)]
pub(super) struct DraftHeader {
    is_ours: bool,
    metric: Option<String>,
    delta_millis: Option<i64>,
    n_slices: Option<usize>,
    types: Option<Vec<String>>,
    hosts: Option<Vec<String>>,
    instances: Option<Vec<Instance>>,
    feature_names: Option<Vec<String>>,
    edges: Option<Vec<DocumentEdge>>,
    instance: (Option<String>, Option<usize>, Option<usize>),
    edge: (Vec<usize>, Option<Role>),
    n_bytes: usize,
}

impl DraftHeader {
    /// The schema was read, and it is one of ours.
    pub(super) fn is_ours(&self) -> bool {
        self.is_ours
    }

    pub(super) fn schema(&mut self, text: &str) -> Result<(), Refusal> {
        number(text, "schema", SNAPSHOT_SCHEMA..=SNAPSHOT_SCHEMA)?;
        self.is_ours = true;
        Ok(())
    }

    pub(super) fn field(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        match name {
            "metric" if !text.is_empty() => self.metric = Some(text.to_owned()),
            "delta_millis" => self.delta_millis = Some(number(text, name, 1..=60_000)?),
            "n_slices" => self.n_slices = Some(number(text, name, 1..=64)?),
            _ => return Err(unknown(name, text)),
        }
        self.count(text)
    }

    pub(super) fn begin_list(&mut self, name: &str) -> Result<(), Refusal> {
        let (list, what) = match name {
            "types" => (&mut self.types, name),
            "hosts" => (&mut self.hosts, name),
            "feature_names" => (&mut self.feature_names, name),
            "instances" => return begin(&mut self.instances, name),
            "edges" => return begin(&mut self.edges, name),
            _ => return Err(unknown(name, "an array")),
        };
        begin(list, what)
    }

    pub(super) fn in_list(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        let list = match name {
            "types" => &mut self.types,
            "hosts" => &mut self.hosts,
            "feature_names" => &mut self.feature_names,
            _ => return Err(unknown(name, text)),
        };
        list.get_or_insert_default().push(text.to_owned());
        self.count(text)
    }

    pub(super) fn begin_instance(&mut self) {
        self.instance = Default::default();
    }

    pub(super) fn in_instance(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        match name {
            "name" if !text.is_empty() => self.instance.0 = Some(text.to_owned()),
            "type" => self.instance.1 = Some(number(text, name, 0..=usize::MAX)?),
            "host" => self.instance.2 = Some(number(text, name, 0..=usize::MAX)?),
            _ => return Err(unknown(name, text)),
        }
        self.count(text)
    }

    pub(super) fn end_instance(&mut self) -> Result<(), Refusal> {
        let (name, service, host) = std::mem::take(&mut self.instance);
        let (name, service, host) = (given(name, "name")?, given(service, "type")?, given(host, "host")?);
        self.instances.get_or_insert_default().push(Instance { name, service, host });
        Ok(())
    }

    pub(super) fn begin_edge(&mut self) {
        self.edge = Default::default();
    }

    pub(super) fn in_edge(&mut self, text: &str) -> Result<(), Refusal> {
        match role(text) {
            Some(role) => self.edge.1 = Some(role),
            None => self.edge.0.push(number(text, "edge", 0..=usize::MAX)?),
        }
        self.count(text)
    }

    pub(super) fn end_edge(&mut self) -> Result<(), Refusal> {
        let (ends, role) = std::mem::take(&mut self.edge);
        match (ends.as_slice(), role) {
            (&[from, to], Some(role)) => self.edges.get_or_insert_default().push(DocumentEdge(from, to, role)),
            _ => return Err(misfit("an edge of two nodes and a role", format!("{} nodes", ends.len()))),
        }
        Ok(())
    }

    /// The header, if its parts fit together.
    pub(super) fn finish(&mut self) -> Result<SnapshotHeader, Refusal> {
        let header = SnapshotHeader {
            schema: SNAPSHOT_SCHEMA,
            metric: given(self.metric.take(), "metric")?,
            delta_millis: given(self.delta_millis.take(), "delta_millis")?,
            n_slices: given(self.n_slices.take(), "n_slices")?,
            deployment: Deployment {
                types: given(self.types.take(), "deployment.types")?,
                hosts: given(self.hosts.take(), "deployment.hosts")?,
                instances: given(self.instances.take(), "deployment.instances")?,
            },
            feature_names: given(self.feature_names.take(), "feature_names")?,
            edges: given(self.edges.take(), "edges")?,
        };
        check(&header)?;
        Ok(header)
    }

    fn count(&mut self, text: &str) -> Result<(), Refusal> {
        self.n_bytes = self.n_bytes.saturating_add(text.len() + 8);
        if self.n_bytes > MAX_HEADER_BYTES { Err(too_large("bytes of the header")) } else { Ok(()) }
    }
}

fn check(header: &SnapshotHeader) -> Result<(), Refusal> {
    let Deployment { types, hosts, instances } = &header.deployment;
    let mut names = BTreeSet::new();
    for (idx, Instance { name, service, host }) in instances.iter().enumerate() {
        if *service >= types.len() || *host >= hosts.len() {
            let expected = format!("a type below {} and a host below {}", types.len(), hosts.len());
            return Err(misfit(expected, format!("{service} and {host} of instance {idx}, “{}”", short(name))));
        }
        if !names.insert(name.as_str()) {
            return Err(misfit("instances of different names", format!("“{}” twice", short(name))));
        }
    }
    let width = header.feature_names.len();
    if !(1..=64).contains(&width) {
        return Err(misfit("1 to 64 feature_names", width.to_string()));
    }
    let n_nodes = header.n_nodes();
    if instances.is_empty() || n_features(header) > MAX_FEATURES {
        let expected = format!("instances with at most {MAX_FEATURES} features together");
        return Err(misfit(expected, n_features(header).to_string()));
    }
    match header.edges.iter().position(|edge| edge.0 >= n_nodes || edge.1 >= n_nodes || edge.0 == edge.1) {
        Some(idx) => Err(misfit(format!("edges between two of {n_nodes} nodes"), format!("another one, edge {idx}"))),
        None => Ok(()),
    }
}

/// A snapshot while it is read.
#[derive(Debug, Default)]
pub(super) struct DraftRecord {
    at_millis: Option<i64>,
    label: Option<bool>,
    kept: Option<bool>,
    missing: Option<Vec<usize>>,
    features: Option<Vec<f32>>,
}

impl DraftRecord {
    pub(super) fn at(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        if name != "at_millis" {
            return Err(unknown(name, text));
        }
        self.at_millis = Some(number(text, name, -MAX_MILLIS..=MAX_MILLIS)?);
        Ok(())
    }

    pub(super) fn flag(&mut self, name: &str, word: bool) -> Result<(), Refusal> {
        match name {
            "label" => self.label = Some(word),
            "kept" => self.kept = Some(word),
            _ => return Err(unknown(name, if word { "true" } else { "false" })),
        }
        Ok(())
    }

    pub(super) fn begin_list(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "missing" => begin(&mut self.missing, name),
            "features" => begin(&mut self.features, name),
            _ => Err(unknown(name, "an array")),
        }
    }

    pub(super) fn in_list(
        &mut self,
        name: &str,
        text: &str,
        (n_features, n_instances): (usize, usize),
    ) -> Result<(), Refusal> {
        if name == "missing" {
            let missing = self.missing.get_or_insert_default();
            missing.push(number(text, "missing", 0..=n_instances.saturating_sub(1))?);
            return if missing.len() > n_instances { Err(each_once()) } else { Ok(()) };
        }
        let features = self.features.get_or_insert_default();
        if features.len() == n_features {
            return Err(misfit(format!("{n_features} features"), "more"));
        }
        match text.parse() {
            Ok(value) if f32::is_finite(value) => features.push(value),
            _ => return Err(misfit("a finite feature", short(text))),
        }
        Ok(())
    }

    /// The snapshot, if it fits the header and begins after the one before.
    pub(super) fn finish(self, header: &SnapshotHeader, before: Option<i64>) -> Result<SnapshotRecord, Refusal> {
        let record = SnapshotRecord {
            at_millis: given(self.at_millis, "at_millis")?,
            label: given(self.label, "label")?,
            kept: given(self.kept, "kept")?,
            missing: given(self.missing, "missing")?,
            features: given(self.features, "features")?,
        };
        let n_features = n_features(header);
        if record.features.len() != n_features {
            return Err(misfit(format!("{n_features} features"), record.features.len().to_string()));
        }
        if !record.missing.is_sorted_by(|a, b| a < b) {
            return Err(each_once());
        }
        match before.filter(|&before| before >= record.at_millis) {
            Some(before) => Err(misfit(format!("at_millis above {before}"), record.at_millis.to_string())),
            None => Ok(record),
        }
    }
}

fn each_once() -> Refusal {
    misfit("each missing instance once, in order", "another order")
}

fn role(text: &str) -> Option<Role> {
    match text {
        "type_instance" => Some(Role::TypeInstance),
        "host_instance" => Some(Role::HostInstance),
        "instance_slice" => Some(Role::InstanceSlice),
        "slice_slice" => Some(Role::SliceSlice),
        _ => None,
    }
}

fn begin<T>(list: &mut Option<Vec<T>>, name: &str) -> Result<(), Refusal> {
    if list.replace(Vec::new()).is_some() { Err(misfit(format!("{name} once"), "them twice")) } else { Ok(()) }
}

fn given<T>(part: Option<T>, name: &str) -> Result<T, Refusal> {
    part.ok_or_else(|| misfit(name, "none"))
}

fn number<T: FromStr + PartialOrd + std::fmt::Display>(
    text: &str,
    name: &str,
    range: RangeInclusive<T>,
) -> Result<T, Refusal> {
    text.parse().ok().filter(|value| range.contains(value)).ok_or_else(|| {
        let (low, high) = (range.start(), range.end());
        let expected = if low == high { format!("{name} {low}") } else { format!("{name} from {low} to {high}") };
        misfit(expected, short(text))
    })
}

fn unknown(name: &str, value: &str) -> Refusal {
    misfit("snapshots as they were saved", format!("{} at “{}”", short(value), short(name)))
}

fn short(text: &str) -> String {
    shorten(text.as_bytes())
}
