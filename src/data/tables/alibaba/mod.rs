//! The tables that Alibaba publishes: machines and batch work of v2017 and v2018, microservices of v2021 and v2022.
//!
//! The fast lane of `machine_usage` is elsewhere; everything else of these four traces is read here (MODELS.md A.2).

mod columns;
mod dag;
mod gauges;
mod recent;
mod stamps;
mod usage;

mod task_runs;
mod v2017;
mod v2018;

mod calls;
mod moments;
mod services;
mod traffic;
mod v2021;
mod v2022;

#[cfg(test)]
mod try_out;

use super::Recognised;
use crate::config::DataConfig;
use crate::data::records::Record;
use columns::Header;

/// The table of one of the four traces that a first record belongs to.
pub(super) fn recognise(first: &Record<'_>, config: &DataConfig) -> Option<Recognised> {
    let header = Header::of(first);
    v2018::recognise(first, &header, config)
        .or_else(|| v2017::recognise(first, &header, config))
        .or_else(|| v2022::recognise(&header, config))
        .or_else(|| v2021::recognise(&header, config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(line: &str) -> Option<(String, bool)> {
        let fields: Vec<&[u8]> = line.split(',').map(str::as_bytes).collect();
        let first = Record { line: 1, fields: &fields, n_fields: fields.len(), is_terminated: true, n_lines: 1 };
        recognise(&first, &DataConfig::default()).map(|found| (found.reader.title().to_owned(), found.has_header))
    }

    #[test]
    fn every_table_is_known_by_its_first_row() {
        for (line, expected) in [
            ("m_1,0,219,17,96,100,USING", "v2018 machine_meta"),
            ("m_2739,569729,6,6,,,IMPORT_INSTALLING", "v2018 machine_meta"),
            ("c_1,m_2556,0,app_5052,started,400,400,1.56", "v2018 container_meta"),
            ("c_1,m_2556,386640,4,33,1.2,0.3,1,0,0,1", "v2018 container_usage"),
            ("c_1,m_2556,386640.5,,,,,,,,101", "v2018 container_usage"),
            ("M1,12846,j_3,1,Terminated,157213,157295,100.0,0.3", "v2018 batch_task"),
            ("task_Nzg3==,1,j_4,11,Waiting,,,,", "v2018 batch_task"),
            (
                "ins_74901673,task_LTg=,j_217,10,Terminated,673795,673797,m_2637,1,1,13,16,0.02,0.02",
                "v2018 batch_instance",
            ),
            ("ins_7,M1,j_2,1,Waiting,,,,1,1,,,,", "v2018 batch_instance"),
            ("39600,1075,25.4,44.3,42.8,16.4,16.5,16.4", "v2017 server_usage"),
            ("0,1148,add,,64,0.6900059534594777,1", "v2017 server_event"),
            ("1351,1075,softerror,agent_check,0,0,0", "v2017 server_event"),
            ("6036,6046,4,7,393,Waiting,,", "v2017 batch_task"),
            ("41562,41618,120,686,299,Terminated,1,1,1.5,0.3,0.02,0.01", "v2017 batch_instance"),
            ("-3,0,,,299,Failed,1,1,,,,", "v2017 batch_instance"),
            ("0,Create,3,7,4,0.04,0.02,1|2|33|34", "v2017 container_event"),
            ("39600,9088,1.2,30.5,12,0.1,0.1,0.1,1.3,0.9,1.8,2.1", "v2017 container_usage"),
        ] {
            assert_eq!(title(line), Some((format!("Alibaba {expected}"), false)), "{line}");
        }
    }

    #[test]
    fn every_table_is_known_by_its_header() {
        for (line, expected) in [
            (
                "container_id,machine_id,time_stamp,cpu_util_percent,mem_util_percent,cpi,mem_gps,mpki,net_in,net_out,disk_io_percent",
                "v2018 container_usage",
            ),
            ("machine_id,time_stamp,failure_domain_1,failure_domain_2,cpu_num,mem_size,status", "v2018 machine_meta"),
            (
                "task_name,instance_num,job_name,task_type,status,start_time,end_time,plan_cpu,plan_mem",
                "v2018 batch_task",
            ),
            (
                "task_create_time, task_end_time, job_id, task_id,number_of_instances, status,cpus,memory",
                "v2017 batch_task",
            ),
            ("ts,machine,cpu,mem,disk,load1,load5,load15", "v2017 server_usage"),
            (",timestamp,nodeid,node_cpu_usage,node_memory_usage", "v2021 Node"),
            ("timestamp,nodeid,cpu_utilization,memory_utilization", "v2021 Node or v2022 NodeMetrics"),
            (",msname,msinstanceid,nodeid,instance_cpu_usage,instance_memory_usage,timestamp", "v2021 MSResource"),
            (
                "timestamp,msname,msinstanceid,nodeid,cpu_utilization,memory_utilization",
                "v2021 MSResource or v2022 MSMetrics",
            ),
            (",timestamp,msname,msinstanceid,metric,value", "v2021 MSRTQps"),
            ("timestamp,msname,msinstanceid,metrics,value", "v2021 MSRTQps"),
            (",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt", "v2021 MSCallGraph"),
            ("timestamp,msname,msinstanceid,nodeid,providerrpc_rt,providerrpc_mcr,http_mcr,http_rt", "v2022 MSRTMCR"),
            (
                "timestamp,traceid,service,rpc_id,um,uminstanceid,rpctype,interface,dm,dminstanceid,rt",
                "v2022 CallGraph",
            ),
        ] {
            assert_eq!(title(line), Some((format!("Alibaba {expected}"), true)), "{line}");
        }
    }

    #[test]
    fn machine_usage_and_other_tables_are_left_to_others() {
        for line in [
            "m_1,0,41,92,,,43.04,33.08,5",
            "m_1932,386640,41,92,1.5,2,43.04,33.08,5",
            "m_1,0,,,,,,,",
            "machine_id,time_stamp,cpu_util_percent,mem_util_percent,net_max_percent,disk_io_percent",
            "a,b,c,d,e,f,g,h,i",
            "time,frontend_cpu,frontend_mem",
            "hello",
            "",
        ] {
            assert_eq!(title(line), None, "{line}");
        }
    }
}
