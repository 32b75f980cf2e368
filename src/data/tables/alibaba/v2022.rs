//! Microservices of v2022: call rates in wide form and call graphs of its own; machines and instances are those of
//! v2021 in their second spelling. Utilisation and call rates are normalised by the publisher.

use super::super::{Recognised, Row, RowError, TableReader};
use super::calls::{CallRows, CallWindow, Places};
use super::columns::Header;
use super::recent::Recent;
use super::services::{self, GRID_SECS, NORMALISED, UNKNOWN_SERVICE, is_unknown};
use super::stamps;
use super::traffic::{Rates, Traffic};
use super::v2021::{HOST, INSTANCE, SERVICE, STAMP, first_column};
use crate::config::{DataConfig, NodeLevel as Level};
use crate::data::intake::Intake;

/// Callers that are no service. `USER` stays: a call that comes from outside is a call.
const UNKNOWN: [&str; 2] = ["UNKNOWN", "UNAVAILABLE"];

/// The table of this trace that a header belongs to.
pub(super) fn recognise(header: &Header, config: &DataConfig) -> Option<Recognised> {
    let reader: Box<dyn TableReader> = match call_graph(header, config) {
        Some(reader) => Box::new(reader),
        None => Box::new(WideTraffic::new(header, config)?),
    };
    Some(Recognised { reader, has_header: true })
}

fn call_graph(header: &Header, config: &DataConfig) -> Option<CallRows> {
    let columns: [&[&str]; 7] = [STAMP, &["traceid"], &["service"], &["rpc_id", "rpcid"], &["um"], &["dm"], &["rt"]];
    let [stamp, trace, entry, rpc, caller, callee, duration] = header.find_all(columns)?;
    Some(CallRows {
        title: "Alibaba v2022 CallGraph",
        n_columns: header.n_columns(),
        at: Places { stamp, trace, entry: Some(entry), rpc, caller, callee, duration },
        has_commas: true,
        unknown: &UNKNOWN,
        window: CallWindow::new(config),
    })
}

/// Call rates and response times of all call types in one row.
#[derive(Debug)]
struct WideTraffic {
    at: [usize; 3],
    host: Option<usize>,
    /// Columns of rate and response time of each call type that a service answers.
    pairs: Vec<(usize, Option<usize>)>,
    n_columns: usize,
    first: usize,
    level: Level,
    recent: Recent,
    traffic: Traffic,
}

impl WideTraffic {
    fn new(header: &Header, config: &DataConfig) -> Option<Self> {
        let at = header.find_all([STAMP, SERVICE, INSTANCE])?;
        let rpc = (header.find(&["providerrpc_mcr"])?, header.find(&["providerrpc_rt"]));
        let http = header.find(&["http_mcr"]).map(|rate| (rate, header.find(&["http_rt"])));
        Some(Self {
            at,
            host: header.find(HOST),
            pairs: [rpc].into_iter().chain(http).collect(),
            n_columns: header.n_columns(),
            first: first_column(header),
            level: services::level(config),
            recent: Recent::new(config),
            traffic: Traffic::new(Rates::Normalised),
        })
    }
}

impl TableReader for WideTraffic {
    fn title(&self) -> &'static str {
        "Alibaba v2022 MSRTMCR"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [stamp, service, instance] = self.at;
        let service = row.text(service, "the name of a service")?;
        let instance = row.name(instance, "the name of an instance")?;
        let host = self.host.map_or(Ok(""), |idx| row.text(idx, "the name of a machine"))?;
        let millis = stamps::millis(row, stamp)?;
        let mut values = [(None, None); 2];
        for (value, &(rate, time)) in values.iter_mut().zip(&self.pairs) {
            *value = (row.number(rate)?, time.map_or(Ok(None), |idx| row.number(idx))?);
        }
        if is_unknown(service) {
            intake.note(&UNKNOWN_SERVICE, 1, || row.place());
            return Ok(());
        }
        if self.recent.is_repeat(row, self.first, intake) {
            return Ok(());
        }
        intake.note(&NORMALISED, 1, || row.place());
        intake.sum_grid(GRID_SECS);
        let entity = services::node(self.level, (service, instance, host), intake)?;
        for value in values {
            self.traffic.pair(row, (millis, entity), value, intake)?;
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

    const METRICS: &str = "timestamp,msname,msinstanceid,nodeid,cpu_utilization,memory_utilization\n\
        60000,MS_1,MS_1_POD_0,NODE_7,0.25,0.5\n60000,MS_1,MS_1_POD_1,NODE_8,0.75,0.5\n";
    const CALLS: &str = "timestamp,traceid,service,rpc_id,um,uminstanceid,rpctype,interface,dm,dminstanceid,rt\n";

    fn calls(rows: &str) -> (Vec<(String, String, u32, f32)>, crate::data::Dataset) {
        let dataset = read(&[METRICS, &format!("{CALLS}{rows}")]);
        let name = |id: u32| dataset.system.services[id as usize].clone();
        let of = |c: &crate::data::CallStat| (name(c.caller), name(c.callee), c.count, c.mean_millis);
        (dataset.system.calls.iter().map(of).collect(), dataset)
    }

    fn call(caller: &str, callee: &str, count: u32, millis: f32) -> (String, String, u32, f32) {
        (caller.to_owned(), callee.to_owned(), count, millis)
    }

    #[test]
    fn normalised_tables_say_so_once_per_row() {
        let nodes = "timestamp,nodeid,cpu_utilization,memory_utilization\n60000,NODE_10632,0.266,0.159\n";
        let dataset = read(&[METRICS, nodes]);
        assert_eq!((dataset.nodes.as_slice(), bin(&dataset, 0)), (&["MS_1".to_owned()][..], &[0.5, 0.5, 2.0][..]));
        let finding = dataset.summary.findings.iter().find(|finding| finding.id == "normalised").expect("a finding");
        assert_eq!(finding.count, 3);
        assert!(finding.action.ends_with("cannot be undone"), "{}", finding.action);
    }

    #[test]
    fn wide_rates_keep_their_small_numbers() {
        let header =
            "timestamp,msname,msinstanceid,nodeid,http_rt,providerrpc_rt,providerrpc_mcr,consumerrpc_mcr,http_mcr";
        let rows = "60000,MS_1,MS_1_POD_0,NODE_7,0.0,10,3e-6,7e-12,0.0\n60000,MS_1,MS_1_POD_1,NODE_7,20,40,1e-6,1,1e-6\n\
                    60000,MS_2,MS_2_POD_0,NODE_7,0.0,0.0,7e-12,1,0.0\n";
        let dataset = read(&[&format!("{header}\n{rows}")]);
        assert_eq!(metric_ids(&dataset), ["mcr", "rt"]);
        // (3 · 10 + 1 · 40 + 1 · 20) / 5 ms; 7e-12 is 7 of a million millionths.
        assert_eq!(bin(&dataset, 0), [5.0, 18.0, 7e-6, 0.0]);
        assert_eq!(found(&dataset, "normalised"), 3);
    }

    #[test]
    fn commas_within_the_id_of_a_call_are_joined_again() {
        let (found_calls, dataset) = calls(
            "1,T_1,S_1,0.1,MS_1,p,rpc,i,MS_2,q,4.0\n2,T_1,S_1,0.1,0.2,MS_1,p,rpc,i,MS_2,q,6.0\n\
             3,T_1,S_1,0.1,0.2,0.3,MS_1,p,rpc,i,MS_3,q,8.0\n4,T_1,S_1,0.1,0.2,MS_1,p,rpc,i,MS_2,q,-5.0\n",
        );
        assert_eq!(found_calls, [call("MS_1", "MS_2", 2, 5.0), call("MS_1", "MS_3", 1, 8.0)]);
        assert_eq!(["rejoined_ids", "call_repeats"].map(|id| found(&dataset, id)), [3, 1]);
    }

    #[test]
    fn a_latency_of_none_leaves_the_call() {
        let (found_calls, dataset) = calls(
            "1,T_1,S_1,0.1,MS_1,p,rpc,i,MS_2,q,None\n2,T_1,S_1,0.2,MS_1,p,rpc,i,MS_3,q,None\n\
             3,T_1,S_1,0.2,MS_1,p,rpc,i,MS_3,q,-2.0\n",
        );
        assert_eq!((found_calls[0].2, found_calls[0].3.is_nan()), (1, true));
        assert_eq!(found_calls[1], call("MS_1", "MS_3", 1, 2.0));
        assert_eq!(found(&dataset, "no_duration"), 2);
    }

    #[test]
    fn users_call_and_unknown_callers_do_not() {
        let (found_calls, dataset) = calls(
            "1,T_1,S_1,0,USER,UNKNOWN,http,i,MS_1,p,4.0\n2,T_1,S_1,0.1,UNKNOWN,UNKNOWN,rpc,i,MS_2,q,4.0\n\
             3,T_1,S_1,0.2,MS_1,p,rpc,i,UNAVAILABLE,UNAVAILABLE,4.0\n4,T_1,S_1,0.3,,p,rpc,i,MS_2,q,4.0\n",
        );
        assert_eq!(found_calls, [call("USER", "MS_1", 1, 4.0)]);
        assert_eq!(found(&dataset, "unknown_end"), 3);
    }

    #[test]
    fn one_trace_of_two_services_is_two_calls() {
        let row = |service: &str| format!("1,T_1,{service},0.1,MS_1,p,rpc,i,MS_2,q,4.0\n");
        assert_eq!(calls(&(row("S_1") + &row("S_2") + &row("S_1"))).0, [call("MS_1", "MS_2", 2, 4.0)]);
    }

    #[test]
    fn pods_and_services_without_metrics_are_callees_but_no_nodes() {
        let (_, dataset) = calls("1,T_1,S_1,0.1,MS_1,p,rpc,i,MS_99,MS_99_POD_3,4.0\n");
        assert_eq!((dataset.nodes.as_slice(), dataset.system.services.len()), (&["MS_1".to_owned()][..], 2));
    }

    #[test]
    fn a_trace_cut_by_the_end_of_the_file_keeps_its_whole_rows() {
        let whole = "1,T_1,S_1,0.1,MS_1,p,rpc,i,MS_2,q,4.0\n";
        for cut in ["2,T_1,S_1,0.2,MS_1,p", "2,T_1,S_1,0.2,MS_1,p,rpc,i,MS_2,q,-"] {
            let (found_calls, dataset) = calls(&format!("{whole}{cut}"));
            assert_eq!(found_calls, [call("MS_1", "MS_2", 1, 4.0)], "{cut}");
            assert_eq!(found(&dataset, "cut_file"), 1, "{cut}");
        }
        // A trace goes on in the next file; its calls have ids of their own there.
        let next = format!("{CALLS}3,T_1,S_1,0.3,MS_1,p,rpc,i,MS_2,q,6.0\n");
        let dataset = read(&[METRICS, &format!("{CALLS}{whole}"), &next]);
        assert_eq!(dataset.summary.system.n_calls, 2);
    }

    #[test]
    fn a_row_with_too_few_columns_is_refused() {
        let text = format!("{CALLS}1,T_1,S_1,0.1,MS_1\n2,T_1,S_1,0.1,MS_1,p,rpc,i,MS_2,q,4.0\n");
        let error = try_read(&DataConfig::default(), &[METRICS, &text]).expect_err("short").to_string();
        assert!(error.contains("line 2, column 6 of “1.csv”: expected 11 columns, found 5"), "{error}");
        let long = format!("{CALLS}1{}\n", ",x".repeat(80));
        assert!(try_read(&DataConfig::default(), &[METRICS, &long]).is_err());
    }
}
