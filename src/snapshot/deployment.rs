//! The deployment of a data set (MODELS.md B.1).

use std::collections::BTreeMap;

use crate::data::{Dataset, Deployment, Instance, Placement};

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

    /// The types of services by these names; `None` for those that have no instance.
    pub fn types_of(&self, services: &[String]) -> Vec<Option<usize>> {
        services.iter().map(|service| self.types.iter().position(|name| name == service)).collect()
    }

    /// `I`: number of instances.
    pub fn n_instances(&self) -> usize {
        self.instances.len()
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
    }

    #[test]
    fn without_placements_every_node_is_a_type_on_one_unknown_host() {
        let deployment = Deployment::of(&simulate("sample").expect("a scenario"));
        assert_eq!((deployment.types.len(), deployment.hosts.len(), deployment.n_instances()), (24, 1, 24));
    }
}
