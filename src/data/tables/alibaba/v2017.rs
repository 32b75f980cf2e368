//! v2017: machines, containers and batch work. No header, time first, plain numbers for names.

use super::super::{Recognised, Row, RowError, TableReader};
use super::columns::{Header, looks_like};
use super::gauges::{Gauges, count, percent};
use super::recent::Recent;
use super::stamps;
use super::task_runs::{Places, TaskRuns};
use super::usage::{Usage, named};
use crate::config::{DataConfig, NodeLevel as Level};
use crate::data::Severity::{Info, Warning};
use crate::data::intake::Intake;
use crate::data::records::Record;
use crate::data::system::Fault;
use crate::data::tally::{Rule, rule};

/// Usage was averaged over five minutes by the publisher.
const GRID_SECS: u32 = 300;

const ADDED: Rule = rule("machines_added", "machines added", Info, "rows", "not used: all were there from the start");
const SOFT_ERRORS: Rule =
    rule("soft_errors", "software failures of machines", Info, "events", "labels of one second: no end is given");
const HARD_ERRORS: Rule =
    rule("hard_errors", "hardware failures of machines", Info, "events", "labels of one second: no end is given");
const OTHER_EVENTS: Rule = rule("other_events", "machine events of an unknown kind", Warning, "rows", "left out");
const TASKS_NOWHERE: Rule = rule(
    "tasks_nowhere",
    "batch tasks, which this table places on no machine",
    Info,
    "rows",
    "counted only; batch_instance says where they ran",
);

/// The table of this trace that a first record belongs to.
pub(super) fn recognise(first: &Record<'_>, header: &Header, config: &DataConfig) -> Option<Recognised> {
    let looks = |shape: &str, reader: fn(&DataConfig) -> Box<dyn TableReader>| {
        looks_like(first, shape).then(|| Recognised { reader: reader(config), has_header: false })
    };
    looks("iiNNNNNN", |config| Box::new(server_usage([0, 1, 2, 3, 4, 5, 6, 7], 8, config)))
        .or_else(|| looks("iiw.NNN", |_| Box::new(ServerEvent { at: [0, 1, 2], n_columns: 7 })))
        .or_else(|| looks("iIIIIwNN", |_| Box::new(BatchTask { at: [0, 2, 3], n_columns: 8 })))
        .or_else(|| looks("IIIIIwNNNNNN", |_| Box::new(batch_instance([0, 1, 2, 3, 4, 5], 12))))
        .or_else(|| looks("iwiINNN.", |_| Box::new(ContainerEvent { at: [0, 1, 2, 3], n_columns: 8 })))
        .or_else(|| looks("iiNNNNNNNNNN", |config| Box::new(container_usage([0, 1, 2, 3, 4, 5, 6, 7], 12, config))))
        .or_else(|| with_header(header, config))
}

/// The publisher's `schema.csv` names the columns; some copies of the tables carry these names, with `_` for spaces.
fn with_header(header: &Header, config: &DataConfig) -> Option<Recognised> {
    const STAMP: &[&str] = &["ts", "timestamp", "time_stamp"];
    const MACHINE: &[&str] = &["machine", "machine_id", "machine id", "machineid"];
    const INSTANCE: &[&str] = &["instance", "instance_id", "instance id", "online instance id", "online_instance_id"];
    const JOB: &[&str] = &["job", "job_id", "job id"];
    const TASK: &[&str] = &["task", "task_id", "task id"];
    const STATUS: &[&str] = &["status"];
    const EVENT: &[&str] = &["event", "event type", "event_type"];
    const START: &[&str] = &["start", "start_timestamp", "start_time"];
    const END: &[&str] = &["end", "end_timestamp", "end_time"];
    const CREATE: &[&str] = &["create", "create_timestamp", "task create time", "task_create_time"];
    const LOADS: [&[&str]; 3] = [&["load1"], &["load5"], &["load15"]];
    let (n, [load1, load5, load15]) = (header.n_columns(), LOADS);
    let usage = |entity| header.find_all([STAMP, entity, &["cpu"], &["mem"], &["disk"], load1, load5, load15]);
    let reader: Box<dyn TableReader> = if let Some(at) = usage(INSTANCE) {
        Box::new(container_usage(at, n, config))
    } else if let Some(at) = usage(MACHINE) {
        Box::new(server_usage(at, n, config))
    } else if let Some(at) = header.find_all([STAMP, EVENT, INSTANCE, MACHINE]) {
        Box::new(ContainerEvent { at, n_columns: n })
    } else if let Some([stamp, machine, event, _]) =
        header.find_all([STAMP, MACHINE, EVENT, &["detail", "event detail", "event_detail"]])
    {
        Box::new(ServerEvent { at: [stamp, machine, event], n_columns: n })
    } else if let Some(at) = header.find_all([START, END, JOB, TASK, MACHINE, STATUS]) {
        Box::new(batch_instance(at, n))
    } else {
        Box::new(BatchTask { at: header.find_all([CREATE, JOB, TASK])?, n_columns: n })
    };
    Some(Recognised { reader, has_header: true })
}

fn server_usage(at: [usize; 8], n_columns: usize, config: &DataConfig) -> Usage {
    usage("Alibaba v2017 server_usage", (Level::Machine, "m_"), at, n_columns, config)
}

fn container_usage(at: [usize; 8], n_columns: usize, config: &DataConfig) -> Usage {
    usage("Alibaba v2017 container_usage", (Level::Instance, "c_"), at, n_columns, config)
}

fn usage(
    title: &'static str,
    (level, prefix): (Level, &'static str),
    [stamp, entity, cpu, mem, disk, load1, load5, load15]: [usize; 8],
    n_columns: usize,
    config: &DataConfig,
) -> Usage {
    let gauges = vec![
        percent(cpu, "cpu", "CPU"),
        percent(mem, "mem", "Memory"),
        percent(disk, "disk", "Disk"),
        count(load1, "load1", "Load over 1 min"),
        count(load5, "load5", "Load over 5 min"),
        count(load15, "load15", "Load over 15 min"),
    ];
    Usage {
        title,
        n_columns,
        level,
        entity: (entity, prefix),
        host: None,
        time: (stamp, stamps::secs_or_before),
        grid_secs: GRID_SECS,
        gauges: Gauges::new(gauges),
        recent: Recent::new(config),
        first: 0,
    }
}

fn batch_instance([start, end, job, task, machine, status]: [usize; 6], n_columns: usize) -> TaskRuns {
    TaskRuns {
        title: "Alibaba v2017 batch_instance",
        n_columns,
        at: Places { start, end, job, task, machine, status },
        clock: stamps::secs_or_before,
        task_id: |name| name,
    }
}

/// What happened to machines.
#[derive(Debug)]
struct ServerEvent {
    at: [usize; 3],
    n_columns: usize,
}

impl TableReader for ServerEvent {
    fn title(&self) -> &'static str {
        "Alibaba v2017 server_event"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [stamp, machine, event] = self.at;
        let machine = row.name(machine, "the number of a machine")?;
        let kind = row.name(event, "an event")?.to_ascii_lowercase();
        let start_secs = stamps::secs_or_before(row, stamp, intake)?;
        let rule = match kind.as_str() {
            "add" => &ADDED,
            "softerror" => &SOFT_ERRORS,
            "harderror" => &HARD_ERRORS,
            _ => &OTHER_EVENTS,
        };
        intake.note(rule, 1, || row.place());
        if matches!(kind.as_str(), "softerror" | "harderror") {
            let (start_millis, target) = (1000 * start_secs, named("m_", machine).into_owned());
            intake.fault(Fault { start_millis, end_millis: start_millis + 1000, target, kind });
        }
        Ok(())
    }
}

/// Batch tasks: when, how many instances, but not where.
#[derive(Debug)]
struct BatchTask {
    at: [usize; 3],
    n_columns: usize,
}

impl TableReader for BatchTask {
    fn title(&self) -> &'static str {
        "Alibaba v2017 batch_task"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [create, job, task] = self.at;
        stamps::secs_or_before(row, create, intake)?;
        row.text(job, "the number of a job")?;
        row.text(task, "the number of a task")?;
        intake.note(&TASKS_NOWHERE, 1, || row.place());
        Ok(())
    }
}

/// Containers that came and went; the table names no application, so theirs is empty.
#[derive(Debug)]
struct ContainerEvent {
    at: [usize; 4],
    n_columns: usize,
}

impl TableReader for ContainerEvent {
    fn title(&self) -> &'static str {
        "Alibaba v2017 container_event"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [stamp, event, container, machine] = self.at;
        let name = row.name(container, "the number of a container")?;
        let machine = named("m_", row.text(machine, "the number of a machine")?);
        let at_secs = stamps::secs_or_before(row, stamp, intake)?;
        let is_gone = row.field(event).eq_ignore_ascii_case(b"remove");
        let machine = if is_gone { "" } else { machine.as_ref() };
        Ok(intake.container(at_secs, (&named("c_", name), "", machine))?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::try_out::{bin, found, metric_ids, read};
    use super::*;
    use crate::data::ContainerSighting;

    const USAGE: &str = "0,1,25.4,44.3,42.8,16.4,16.5,16.6\n299,1,24.6,,101,1,1,1\n-60,1075,10,20,30,0,0,0\n";

    #[test]
    fn usage_of_machines_is_averaged_over_five_minutes() {
        let dataset = read(&[USAGE]);
        assert_eq!((dataset.nodes.as_slice(), dataset.grid_secs), (&["m_1".to_owned(), "m_1075".to_owned()][..], 300));
        assert_eq!(metric_ids(&dataset), ["cpu", "mem", "disk", "load1", "load5", "load15"]);
        assert_eq!(bin(&dataset, 0)[..4], [25.0, 44.3, 42.8, 8.7]);
        let counts = ["before_trace", "out_of_range", "empty_values"].map(|id| found(&dataset, id));
        assert_eq!(counts, [1, 1, 1]);
    }

    #[test]
    fn errors_of_machines_are_labels_and_additions_are_counted() {
        let events = "0,1,add,,64,0.69,1\n1351,1075,softerror,agent_check,0,0,0\n5,1,HardError,disk,0,0,0\n\
                      6,1,nap,,0,0,0\n";
        let dataset = read(&[events, USAGE]);
        let label = |secs: i64, target: &str, kind: &str| Fault {
            start_millis: 1000 * secs,
            end_millis: 1000 * secs + 1000,
            target: target.into(),
            kind: kind.into(),
        };
        assert_eq!(dataset.system.faults, [label(5, "m_1", "harderror"), label(1351, "m_1075", "softerror")]);
        let ids = ["machines_added", "soft_errors", "hard_errors", "other_events"];
        assert_eq!(ids.map(|id| found(&dataset, id)), [1, 1, 1, 1]);
    }

    #[test]
    fn containers_come_and_go_on_numbered_machines() {
        let events = "0,Create,3,1,4,0.04,0.02,1|2|33\n9,Remove,3,1,4,0.04,0.02,1|2|33\n";
        let schedule = read(&[USAGE, events]).system.schedule;
        let sighting = |at_secs, node| ContainerSighting { at_secs, container: 0, app: 0, node };
        assert_eq!(schedule.containers, [sighting(0, Some(0)), sighting(9, None)]);
        assert_eq!(schedule.apps, [""]);
    }

    #[test]
    fn runs_without_a_job_or_before_the_trace_are_counted() {
        let runs = "-5,40,3,4,1,Terminated,1,1,,,,\n41,0,3,4,1075,Failed,1,1,,,,\n41,50,,,1,Terminated,1,1,,,,\n\
                    0,0,3,4,1,Ready,0,0,,,,\n";
        let dataset = read(&[USAGE, runs]);
        let runs: Vec<(i64, Option<i64>, u32)> =
            dataset.system.schedule.task_runs.iter().map(|run| (run.start_secs, run.end_secs, run.node)).collect();
        assert_eq!(runs, [(0, Some(40), 0), (41, None, 1)]);
        let counts = ["no_task", "never_ran", "open_end", "before_trace"].map(|id| found(&dataset, id));
        assert_eq!(counts, [1, 1, 1, 2]);
    }

    #[test]
    fn usage_of_containers_becomes_instances() {
        let dataset = read(&["0,9088,1.2,30.5,12,0.1,0.2,0.3,1.3,0.9,1.8,2.1\n"]);
        assert_eq!((dataset.nodes[0].as_str(), bin(&dataset, 0)), ("c_9088", &[1.2, 30.5, 12.0, 0.1, 0.2, 0.3][..]));
    }

    #[test]
    fn tables_without_series_say_what_to_choose_beside_them() {
        let dataset = read(&["6459,6524,3,4,1,Terminated,50,0.007\n"]);
        assert_eq!((dataset.nodes.len(), dataset.n_bins), (0, 0));
        let finding = dataset.summary.findings.iter().find(|finding| finding.id == "no_series").expect("it is said");
        assert!(finding.action.contains("choose them together with metrics"), "{}", finding.action);
    }
}
