//! Which instances there are, of which type and on which host (MODELS.md B.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::SnapshotError;
use crate::data::{Dataset, Placement};

/// Types, hosts and instances; any number of each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Names of the service types, in the order of their first instance.
    pub types: Vec<String>,
    /// Names of the hosts (the paper's containers), in the order of their first instance; empty for the one host of all
    /// instances whose host is not known.
    pub hosts: Vec<String>,
    /// Instances, in the order of the nodes of the data.
    pub instances: Vec<Instance>,
}

/// An instance of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Name of the node.
    pub name: String,
    /// Its type, an index into [`Deployment::types`].
    #[serde(rename = "type")]
    pub service: usize,
    /// Its host, an index into [`Deployment::hosts`].
    pub host: usize,
}

/// Numbers for names, in the order of their first use.
#[derive(Default)]
struct Names {
    ids: BTreeMap<String, usize>,
    names: Vec<String>,
}

impl Names {
    fn id(&mut self, name: &str) -> usize {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        self.ids.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.names.len() - 1
    }
}

impl Deployment {
    /// The nodes of a data set and where they belong. A node without a service is a type of its own.
    pub fn of(dataset: &Dataset) -> Self {
        let unknown = Placement::default();
        let place = |node: usize| dataset.system.placements.get(node).unwrap_or(&unknown);
        let (mut types, mut hosts) = (Names::default(), Names::default());
        let instances = dataset.nodes.iter().enumerate().map(|(node, name)| {
            let Placement { service, host, .. } = place(node);
            let service = types.id(if service.is_empty() { name } else { service });
            Instance { name: name.clone(), service, host: hosts.id(host) }
        });
        let instances = instances.collect();
        Self { types: types.names, hosts: hosts.names, instances }
    }

    /// `I`: number of instances.
    pub fn n_instances(&self) -> usize {
        self.instances.len()
    }

    /// Refuses instances of types or on hosts that there are not.
    pub(super) fn check(&self) -> Result<(), SnapshotError> {
        for (idx, Instance { name, service, host }) in self.instances.iter().enumerate() {
            if *service >= self.types.len() || *host >= self.hosts.len() {
                let (types, hosts) = (self.types.len(), self.hosts.len());
                return Err(SnapshotError::document(
                    format!("instance {idx} ({name})"),
                    format!("has type {service} of {types} and host {host} of {hosts}"),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::simulate;

    #[test]
    fn names_are_numbered_by_first_use_and_the_unknown_is_kept() {
        let mut dataset = simulate("sample").expect("a scenario");
        dataset.nodes = ["b-1", "a-1", "lone", "b-2"].map(str::to_owned).into();
        let place = |service: &str, host: &str| Placement {
            service: service.to_owned(),
            host: host.to_owned(),
            ..Placement::default()
        };
        dataset.system.placements = vec![place("b", "m2"), place("a", "m1"), place("", ""), place("b", "m1")];
        let deployment = Deployment::of(&dataset);
        assert_eq!(deployment.types, ["b", "a", "lone"]);
        assert_eq!(deployment.hosts, ["m2", "m1", ""]);
        let places: Vec<(usize, usize)> = deployment.instances.iter().map(|i| (i.service, i.host)).collect();
        assert_eq!(places, [(0, 0), (1, 1), (2, 2), (0, 1)]);
        assert_eq!(deployment.check(), Ok(()));
    }

    #[test]
    fn without_placements_every_node_is_a_type_on_one_unknown_host() {
        let deployment = Deployment::of(&simulate("sample").expect("a scenario"));
        assert_eq!((deployment.types.len(), deployment.hosts.len(), deployment.n_instances()), (24, 1, 24));
    }
}
