//! Microservices of v2021: machines, instances, call rates in long form, call graphs. Headers in two spellings, often an
//! unnamed index column, names are hashes, time in milliseconds.

use super::super::{Recognised, Row, RowError, TableReader};
use super::calls::{CallRows, CallWindow, Places as CallPlaces};
use super::columns::Header;
use super::gauges::Gauges;
use super::recent::{Recent, key};
use super::services::{self, GRID_SECS, Places, Resources, UNKNOWN_SERVICE, is_unknown};
use super::stamps;
use super::traffic::{Rates, Traffic};
use super::usage::Usage;
use crate::config::{DataConfig, NodeLevel as Level};
use crate::data::Severity::Info;
use crate::data::intake::Intake;
use crate::data::tally::{Rule, rule};

const OTHER_TRAFFIC: Rule = rule(
    "other_traffic",
    "rates and response times of other call types",
    Info,
    "rows",
    "not used: the load of a service is what it answers by RPC and HTTP",
);

pub(super) const STAMP: &[&str] = &["timestamp"];
pub(super) const SERVICE: &[&str] = &["msname"];
pub(super) const INSTANCE: &[&str] = &["msinstanceid"];
pub(super) const HOST: &[&str] = &["nodeid"];

/// The table of this trace that a header belongs to.
///
/// The second spelling of machines and instances is that of v2022 as well; names of machines and services tell which.
pub(super) fn recognise(header: &Header, config: &DataConfig) -> Option<Recognised> {
    let reader: Box<dyn TableReader> = if let Some(reader) = call_graph(header, config) {
        Box::new(reader)
    } else if let Some(at) = header.find_all([STAMP, SERVICE, INSTANCE, &["metric", "metrics"], &["value"]]) {
        Box::new(LongTraffic::new(at, header, config))
    } else if let Some(reader) = resources(header, config) {
        Box::new(reader)
    } else {
        Box::new(nodes(header, config)?)
    };
    Some(Recognised { reader, has_header: true })
}

/// First column with a name that says something.
pub(super) fn first_column(header: &Header) -> usize {
    usize::from(header.find(&["", "unnamed: 0"]) == Some(0))
}

fn call_graph(header: &Header, config: &DataConfig) -> Option<CallRows> {
    let columns: [&[&str]; 6] = [STAMP, &["traceid"], &["rpcid"], &["um"], &["dm"], &["rt"]];
    let [stamp, trace, rpc, caller, callee, duration] = header.find_all(columns)?;
    Some(CallRows {
        title: "Alibaba v2021 MSCallGraph",
        n_columns: header.n_columns(),
        at: CallPlaces { stamp, trace, entry: None, rpc, caller, callee, duration },
        has_commas: false,
        unknown: &[],
        window: CallWindow::new(config),
    })
}

fn resources(header: &Header, config: &DataConfig) -> Option<Resources> {
    let [stamp, service, instance] = header.find_all([STAMP, SERVICE, INSTANCE])?;
    let own = header.find_all([&["instance_cpu_usage"], &["instance_memory_usage"]]);
    let (title, [cpu, mem]) = match own {
        Some(found) => ("Alibaba v2021 MSResource", found),
        None => {
            let shared = header.find_all([&["cpu_utilization"], &["memory_utilization"]])?;
            ("Alibaba v2021 MSResource or v2022 MSMetrics", shared)
        }
    };
    let at = Places { stamp, service, instance, host: header.find(HOST), first: first_column(header) };
    Some(Resources::new(title, header.n_columns(), at, services::gauges(cpu, mem), config))
}

fn nodes(header: &Header, config: &DataConfig) -> Option<Usage> {
    let [stamp, node] = header.find_all([STAMP, HOST])?;
    let own = header.find_all([&["node_cpu_usage"], &["node_memory_usage"]]);
    let (title, [cpu, mem]) = match own {
        Some(found) => ("Alibaba v2021 Node", found),
        None => {
            let shared = header.find_all([&["cpu_utilization"], &["memory_utilization"]])?;
            ("Alibaba v2021 Node or v2022 NodeMetrics", shared)
        }
    };
    Some(Usage {
        title,
        n_columns: header.n_columns(),
        level: Level::Machine,
        entity: (node, ""),
        host: None,
        time: (stamp, stamps::millis_as_secs),
        grid_secs: GRID_SECS,
        gauges: Gauges::new(services::gauges(cpu, mem)),
        recent: Recent::new(config),
        first: first_column(header),
    })
}

/// Call rates and response times with one value per row.
#[derive(Debug)]
struct LongTraffic {
    at: [usize; 5],
    n_columns: usize,
    first: usize,
    level: Level,
    recent: Recent,
    traffic: Traffic,
}

impl LongTraffic {
    fn new(at: [usize; 5], header: &Header, config: &DataConfig) -> Self {
        Self {
            at,
            n_columns: header.n_columns(),
            first: first_column(header),
            level: services::level(config),
            recent: Recent::new(config),
            traffic: Traffic::new(Rates::PerSecond),
        }
    }
}

impl TableReader for LongTraffic {
    fn title(&self) -> &'static str {
        "Alibaba v2021 MSRTQps"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [stamp, service, instance, metric, value] = self.at;
        let service = row.text(service, "the name of a service")?;
        let name = row.name(instance, "the name of an instance")?;
        let metric = row.name(metric, "the name of a metric")?.to_ascii_lowercase();
        let millis = stamps::millis(row, stamp)?;
        let value = row.number(value)?;
        if is_unknown(service) {
            intake.note(&UNKNOWN_SERVICE, 1, || row.place());
            return Ok(());
        }
        let (call_type, is_rate) = match metric.as_str() {
            "providerrpc_mcr" => (&b"rpc"[..], true),
            "http_mcr" => (&b"http"[..], true),
            "providerrpc_rt" => (&b"rpc"[..], false),
            "http_rt" => (&b"http"[..], false),
            _ => {
                intake.note(&OTHER_TRAFFIC, 1, || row.place());
                return Ok(());
            }
        };
        if self.recent.is_repeat(row, self.first, intake) {
            return Ok(());
        }
        intake.sum_grid(GRID_SECS);
        let entity = services::node(self.level, (service, name, ""), intake)?;
        let source = ((millis, entity), key([row.field(instance), call_type]));
        if is_rate {
            self.traffic.rate(row, source, value, intake)?;
        } else {
            self.traffic.time(row, source, value, intake)?;
        }
        Ok(())
    }

    fn end(&mut self, intake: &mut Intake) -> Result<(), RowError> {
        Ok(self.traffic.end(intake)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::try_out::{bin, found, metric_ids, read, try_read};
    use super::*;
    use crate::data::Dataset;

    const RESOURCES: &str = ",msname,msinstanceid,nodeid,instance_cpu_usage,instance_memory_usage,timestamp\n\
        0,a,a1,n1,0.2,0.5,0\n1,a,a2,n2,0.4,0.7,0\n2,b,b1,n1,0.1,0.1,0\n3,a,a1,n1,0.6,0.5,60000\n\
        4,a,a1,n1,0.2,0.5,0\n5,NAN,x1,n1,0.2,0.5,0\n6,b,b1,n1,1.5,,60000\n";

    #[test]
    fn services_are_means_over_their_instances_which_are_counted() {
        let dataset = read(&[RESOURCES]);
        assert_eq!((dataset.nodes.as_slice(), dataset.grid_secs), (&["a".to_owned(), "b".to_owned()][..], 60));
        assert_eq!(metric_ids(&dataset), ["cpu", "mem", "instances"]);
        assert_eq!(bin(&dataset, 0), [0.3, 0.6, 2.0, 0.1, 0.1, 1.0]);
        assert_eq!(bin(&dataset, 1)[..3], [0.6, 0.5, 1.0]);
        assert!(bin(&dataset, 1)[3].is_nan() && bin(&dataset, 1)[5] == 1.0);
        let ids = ["duplicate_rows", "unknown_service", "out_of_range", "empty_values", "normalised"];
        assert_eq!(ids.map(|id| found(&dataset, id)), [1, 1, 1, 1, 0]);
    }

    #[test]
    fn a_wider_bin_holds_the_mean_number_of_instances() {
        let config = DataConfig { grid_secs: Some(120), ..DataConfig::default() };
        let dataset = try_read(&config, &[RESOURCES]).expect("a data set");
        assert_eq!(bin(&dataset, 0)[2], 1.5);
    }

    #[test]
    fn instances_are_nodes_where_the_config_asks_for_them() {
        let config = DataConfig { nodes: Some(Level::Instance), ..DataConfig::default() };
        let dataset = try_read(&config, &[RESOURCES]).expect("a data set");
        assert_eq!(dataset.nodes, ["a1", "a2", "b1"]);
        assert_eq!(metric_ids(&dataset), ["cpu", "mem"]);
        let place = &dataset.system.placements[1];
        assert_eq!((place.service.as_str(), place.host.as_str()), ("a", "n2"));
    }

    #[test]
    fn machines_are_read_in_both_spellings() {
        let rows = "0,0,n1,0.5,0.75\n1,30000,n1,0.7,0.25\n2,60000,n1,0.7,0.25\n";
        for names in ["node_cpu_usage,node_memory_usage", "cpu_utilization,memory_utilization"] {
            let dataset = read(&[&format!(",timestamp,nodeid,{names}\n{rows}")]);
            assert_eq!((bin(&dataset, 0), bin(&dataset, 1)), (&[0.6, 0.5][..], &[0.7, 0.25][..]));
        }
    }

    fn traffic(rows: &[&str]) -> Dataset {
        read(&[&format!(",timestamp,msname,msinstanceid,metric,value\n{}\n", rows.join("\n"))])
    }

    #[test]
    fn rates_are_summed_over_instances_and_weigh_response_times() {
        let mut rows = vec![
            "0,0,a,a1,providerRPC_MCR,10",
            "1,0,a,a1,providerRPC_RT,2",
            "2,0,a,a2,HTTP_RT,8",
            "3,0,a,a2,HTTP_MCR,20",
            "4,0,a,a2,consumerRPC_MCR,1000",
            "5,0,a,a2,providerRPC_RT,500",
            "6,0,b,b1,providerRPC_RT,7",
            "7,0,b,b1,HTTP_RT,9",
            "8,60000,a,a1,providerRPC_MCR,-3",
            "9,60000,a,a1,HTTP_MCR,0",
            "10,0,a,a1,providerRPC_RT,2",
        ];
        for _ in 0..rows.len() {
            let dataset = traffic(&rows);
            assert_eq!(metric_ids(&dataset), ["mcr", "rt"]);
            assert_eq!(bin(&dataset, 0)[..2], [30.0, 6.0]);
            assert!(bin(&dataset, 0)[2].is_nan() && bin(&dataset, 0)[3] == 8.0);
            assert!(bin(&dataset, 1)[0] == 0.0 && bin(&dataset, 1)[1].is_nan());
            let ids = ["other_traffic", "unpaired_times", "traffic_out_of_range", "duplicate_rows"];
            assert_eq!(ids.map(|id| found(&dataset, id)), [1, 3, 1, 1]);
            rows.rotate_left(1);
        }
    }

    #[test]
    fn calls_are_counted_once_between_known_services_by_the_minute() {
        let calls = ",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n\
            0,t,61000,0.1,a,rpc,b,i,-3\n1,t,60000,0.1,a,rpc,b,i,5\n2,t,60001,0.2,a,rpc,(?),i,5\n\
            3,t,60001,0.3,,rpc,b,i,5\n4,t,60001,0.4,NAN,rpc,b,i,5\n5,u,0,0.1,b,mc,c,,0\n6,u,0,0.2,b,mc,c,,-7\n";
        let dataset = read(&[RESOURCES, calls]);
        assert_eq!(dataset.system.services, ["a", "b", "c"]);
        let stats: Vec<_> =
            dataset.system.calls.iter().map(|c| (c.at_secs, c.caller, c.callee, c.count, c.mean_millis)).collect();
        assert_eq!(stats, [(0, 1, 2, 2, 3.5), (60, 0, 1, 1, 5.0)]);
        assert_eq!(["unknown_end", "call_repeats"].map(|id| found(&dataset, id)), [3, 1]);
    }
}
