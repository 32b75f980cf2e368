//! The Social Network of the anomaly paper's testbed: its services, replicas and calls (MODELS.md B.1 and B.11).

use std::ops::Range;

/// Service types.
pub(super) const N_SERVICES: usize = 26;
/// Instances: 11 services of three replicas, 15 stores and front ends of one.
pub(super) const N_INSTANCES: usize = 48;
/// Names of the hosts, as the testbed's cluster has them.
pub(super) const HOSTS: [&str; 5] = ["minikube", "minikube-m02", "minikube-m03", "minikube-m04", "minikube-m05"];
/// Milliseconds that a call between two services spends on the network and in the client.
pub(super) const HOP_MILLIS: f64 = 0.1;

/// Kinds of requests from outside.
pub(super) const N_FLOWS: usize = 4;
/// Composing a post.
pub(super) const COMPOSE: usize = 0;
/// Reading a home timeline.
pub(super) const READ_HOME: usize = 1;
/// Reading a user timeline.
pub(super) const READ_USER: usize = 2;
/// Uploading a medium.
pub(super) const UPLOAD: usize = 3;

/// Mean requests per second of each kind.
pub(super) const FLOW_RATES: [f64; N_FLOWS] = [30.0, 60.0, 30.0, 0.5];
/// Where each kind enters.
pub(super) const ENTRIES: [usize; N_FLOWS] = [NGINX, NGINX, NGINX, MEDIA_FRONTEND];

const MEDIA_FRONTEND: usize = 3;
/// The front door of three of the four kinds of requests.
pub(super) const NGINX: usize = 7;

/// A service type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Service {
    /// Name of its deployment.
    pub(super) name: &'static str,
    /// Its place among the 26 by CPU, the busiest first, as in the pilot runs of the testbed.
    pub(super) rank: usize,
    /// Milliseconds of its own per request: durations of the 20 public traces less those of their children.
    pub(super) own_millis: f64,
}

impl Service {
    /// Whether it is one of the replicated `*-service` types.
    pub(super) fn is_replicated(&self) -> bool {
        self.name.ends_with("-service")
    }
}

const fn service(name: &'static str, rank: usize, own_millis: f64) -> Service {
    Service { name, rank, own_millis }
}

/// All types in natural order of their names.
pub(super) const SERVICES: [Service; N_SERVICES] = [
    service("compose-post-service", 1, 0.5),
    service("home-timeline-redis", 8, 0.01),
    service("home-timeline-service", 6, 0.16),
    service("media-frontend", 25, 0.9),
    service("media-memcached", 23, 0.05),
    service("media-mongodb", 18, 0.4),
    service("media-service", 20, 0.007),
    service("nginx-thrift", 0, 0.9),
    service("post-storage-memcached", 22, 0.06),
    service("post-storage-mongodb", 13, 0.243),
    service("post-storage-service", 9, 0.031),
    service("social-graph-mongodb", 17, 0.302),
    service("social-graph-redis", 15, 0.08),
    service("social-graph-service", 10, 0.031),
    service("text-service", 2, 0.064),
    service("unique-id-service", 21, 0.014),
    service("url-shorten-memcached", 24, 0.05),
    service("url-shorten-mongodb", 14, 0.443),
    service("url-shorten-service", 4, 0.124),
    service("user-memcached", 12, 0.409),
    service("user-mention-service", 3, 0.056),
    service("user-mongodb", 16, 0.328),
    service("user-service", 19, 0.006),
    service("user-timeline-mongodb", 7, 0.36),
    service("user-timeline-redis", 11, 0.098),
    service("user-timeline-service", 5, 0.042),
];

/// Calls of one kind of request from one service to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    /// Calling service.
    pub(super) caller: usize,
    /// Called service.
    pub(super) callee: usize,
    /// Kind of request.
    pub(super) flow: usize,
    /// Calls per request of that kind at the caller.
    pub(super) per_request: f64,
    /// Name of the operation in spans, without `_client` and `_server`.
    pub(super) operation: &'static str,
}

const fn edge(caller: usize, callee: usize, flow: usize, per_request: f64, operation: &'static str) -> Edge {
    Edge { caller, callee, flow, per_request, operation }
}

/// All calls: those of the public traces, the read paths, and the stores behind their services. The calls that one
/// request makes come in this order.
pub(super) const EDGES: [Edge; 32] = [
    edge(NGINX, 0, COMPOSE, 1.0, "compose_post"),
    edge(0, 22, COMPOSE, 1.0, "compose_creator"),
    edge(0, 15, COMPOSE, 1.0, "compose_unique_id"),
    edge(0, 6, COMPOSE, 1.0, "compose_media"),
    edge(0, 14, COMPOSE, 1.0, "compose_text"),
    edge(14, 18, COMPOSE, 1.0, "compose_urls"),
    edge(14, 20, COMPOSE, 1.0, "compose_user_mentions"),
    edge(18, 17, COMPOSE, 1.0, "url_mongo_insert"),
    edge(18, 16, COMPOSE, 0.05, "url_mmc_set"),
    edge(20, 19, COMPOSE, 1.0, "compose_user_mentions_memcached_get"),
    edge(20, 21, COMPOSE, 1.0, "compose_user_mentions_mongo_find"),
    edge(0, 10, COMPOSE, 1.0, "store_post"),
    edge(10, 9, COMPOSE, 1.0, "post_storage_mongo_insert"),
    edge(0, 25, COMPOSE, 1.0, "write_user_timeline"),
    edge(25, 23, COMPOSE, 1.0, "write_user_timeline_mongo_insert"),
    edge(25, 24, COMPOSE, 1.0, "write_user_timeline_redis_update"),
    edge(0, 2, COMPOSE, 1.0, "write_home_timeline"),
    edge(2, 13, COMPOSE, 1.0, "get_followers"),
    edge(13, 12, COMPOSE, 1.0, "social_graph_redis_get"),
    edge(13, 11, COMPOSE, 1.0, "social_graph_mongo_find"),
    edge(2, 1, COMPOSE, 1.0, "write_home_timeline_redis_update"),
    edge(NGINX, 2, READ_HOME, 1.0, "read_home_timeline"),
    edge(2, 1, READ_HOME, 1.0, "read_home_timeline_redis_find"),
    edge(2, 10, READ_HOME, 1.0, "post_storage_read_posts"),
    edge(10, 8, READ_HOME, 1.0, "post_storage_mmc_mget"),
    edge(10, 9, READ_HOME, 0.3, "post_storage_mongo_find"),
    edge(NGINX, 25, READ_USER, 1.0, "read_user_timeline"),
    edge(25, 24, READ_USER, 1.0, "read_user_timeline_redis_find"),
    edge(25, 23, READ_USER, 0.3, "user_timeline_mongo_find"),
    edge(25, 10, READ_USER, 1.0, "post_storage_read_posts"),
    edge(MEDIA_FRONTEND, 4, UPLOAD, 1.0, "media_mmc_set"),
    edge(MEDIA_FRONTEND, 5, UPLOAD, 1.0, "media_mongo_insert"),
];

/// Instances of a service.
pub(super) fn instances_of(service: usize) -> Range<usize> {
    let n_replicas = |service: &Service| if service.is_replicated() { 3 } else { 1 };
    let start: usize = SERVICES[..service].iter().map(n_replicas).sum();
    start..start + n_replicas(&SERVICES[service])
}

/// Services such that every caller comes before its callees.
pub(super) fn calling_order() -> Vec<usize> {
    let mut depths = [0_usize; N_SERVICES];
    // The longest chain of calls is shorter than the number of services.
    for _ in 0..N_SERVICES {
        for edge in EDGES {
            depths[edge.callee] = depths[edge.callee].max(depths[edge.caller] + 1);
        }
    }
    let mut order: Vec<usize> = (0..N_SERVICES).collect();
    order.sort_by_key(|&service| (depths[service], service));
    order
}

/// Pairs of services that call each other, sorted; the edges of a pair differ in the kind of request.
pub(super) fn pairs() -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = EDGES.iter().map(|edge| (edge.caller, edge.callee)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_26_types_and_48_instances() {
        assert_eq!(SERVICES.iter().filter(|service| service.is_replicated()).count(), 11);
        assert_eq!(instances_of(N_SERVICES - 1).end, N_INSTANCES);
        let mut ranks: Vec<usize> = SERVICES.iter().map(|service| service.rank).collect();
        ranks.sort_unstable();
        assert!(ranks.into_iter().eq(0..N_SERVICES));
    }

    #[test]
    fn callers_come_before_callees_and_each_kind_of_request_reaches_a_service_one_way() {
        let order = calling_order();
        let place = |service: usize| order.iter().position(|&other| other == service).expect("all services");
        assert!(EDGES.iter().all(|edge| place(edge.caller) < place(edge.callee)));
        let mut ways: Vec<(usize, usize)> = EDGES.iter().map(|edge| (edge.callee, edge.flow)).collect();
        ways.sort_unstable();
        let n_ways = ways.len();
        ways.dedup();
        assert_eq!(ways.len(), n_ways);
    }

    #[test]
    fn every_public_call_edge_is_there() {
        let has = |caller: &str, callee: &str| {
            EDGES.iter().any(|edge| SERVICES[edge.caller].name == caller && SERVICES[edge.callee].name == callee)
        };
        for callee in ["text", "user", "unique-id", "media", "post-storage", "user-timeline", "home-timeline"] {
            assert!(has("compose-post-service", &format!("{callee}-service")), "{callee}");
        }
        assert!(has("nginx-thrift", "compose-post-service") && has("home-timeline-service", "social-graph-service"));
        assert!(has("text-service", "url-shorten-service") && has("text-service", "user-mention-service"));
        assert!(has("home-timeline-service", "post-storage-service"));
        assert!(has("user-timeline-service", "post-storage-service"));
    }
}
