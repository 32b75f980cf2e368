//! v2018: machines, containers and batch work. Official tables have no header; seconds count from 0.

use super::super::{Recognised, Row, RowError, TableReader};
use super::columns::{Header, looks_like};
use super::gauges::{Gauges, percent};
use super::recent::Recent;
use super::task_runs::{Places, TaskRuns};
use super::usage::Usage;
use super::{dag, stamps};
use crate::config::{DataConfig, NodeLevel as Level};
use crate::data::Severity::Info;
use crate::data::intake::Intake;
use crate::data::records::Record;
use crate::data::tally::{Rule, rule};

/// Bin width of raw files (MODELS.md A.3).
const GRID_SECS: u32 = 900;

const INDEPENDENT: Rule = rule(
    "independent_tasks",
    "tasks outside of any job's graph",
    Info,
    "rows",
    "their names hold no numbers of tasks: they need no other task",
);

/// The table of this trace that a first record belongs to.
pub(super) fn recognise(first: &Record<'_>, header: &Header, config: &DataConfig) -> Option<Recognised> {
    let looks = |shape: &str, reader: fn(&DataConfig) -> Box<dyn TableReader>| {
        looks_like(first, shape).then(|| Recognised { reader: reader(config), has_header: false })
    };
    // In `batch_task` the fifth column is a word; in `machine_usage`, which has nine columns too, it is a number.
    looks("mi..NNw", |_| Box::new(MachineMeta::new([0, 1, 2, 3], 7)))
        .or_else(|| looks("cMi..NNN", |_| Box::new(ContainerMeta::new([0, 1, 2, 3, 4], 8))))
        .or_else(|| looks("cMnNNNNNNNN", |config| Box::new(container_usage([0, 1, 2, 3, 4, 8, 9, 10], 11, config))))
        .or_else(|| looks(".N..wNNNN", |_| Box::new(BatchTask::new([0, 2], 9))))
        .or_else(|| looks("....wNNMNNNNNN", |_| Box::new(batch_instance([5, 6, 2, 1, 7, 4], 14))))
        .or_else(|| with_header(header, config))
}

fn with_header(header: &Header, config: &DataConfig) -> Option<Recognised> {
    const MACHINE: &[&str] = &["machine_id"];
    const STAMP: &[&str] = &["time_stamp"];
    const CONTAINER: &[&str] = &["container_id"];
    const TASK: &[&str] = &["task_name"];
    const JOB: &[&str] = &["job_name"];
    const STATUS: &[&str] = &["status"];
    const ENDS: [&[&str]; 2] = [&["start_time"], &["end_time"]];
    let n = header.n_columns();
    let usage: [&[&str]; 8] = [
        CONTAINER,
        MACHINE,
        STAMP,
        &["cpu_util_percent"],
        &["mem_util_percent"],
        &["net_in"],
        &["net_out"],
        &["disk_io_percent"],
    ];
    let domains: [&[&str]; 2] = [&["failure_domain_1", "disaster_level_1"], &["failure_domain_2", "disaster_level_2"]];
    let reader: Box<dyn TableReader> = if let Some(at) = header.find_all(usage) {
        Box::new(container_usage(at, n, config))
    } else if let Some(at) = header.find_all([CONTAINER, MACHINE, STAMP, &["app_du", "deploy_unit"], STATUS]) {
        Box::new(ContainerMeta::new(at, n))
    } else if let Some(at) = header.find_all([MACHINE, STAMP, domains[0], domains[1]]) {
        Box::new(MachineMeta::new(at, n))
    } else if let Some(at) = header.find_all([ENDS[0], ENDS[1], JOB, TASK, MACHINE, STATUS]) {
        Box::new(batch_instance(at, n))
    } else {
        Box::new(BatchTask::new(header.find_all([TASK, JOB])?, n))
    };
    Some(Recognised { reader, has_header: true })
}

fn container_usage(
    [container, machine, stamp, cpu, mem, net_in, net_out, disk]: [usize; 8],
    n_columns: usize,
    config: &DataConfig,
) -> Usage {
    let gauges = vec![
        percent(cpu, "cpu", "CPU"),
        percent(mem, "mem", "Memory"),
        percent(net_in, "net_in", "Network in"),
        percent(net_out, "net_out", "Network out"),
        percent(disk, "disk", "Disk"),
    ];
    Usage {
        title: "Alibaba v2018 container_usage",
        n_columns,
        level: Level::Instance,
        entity: (container, "c_"),
        host: Some(machine),
        time: (stamp, stamps::secs),
        grid_secs: GRID_SECS,
        gauges: Gauges::new(gauges),
        recent: Recent::new(config),
        first: 0,
    }
}

fn batch_instance([start, end, job, task, machine, status]: [usize; 6], n_columns: usize) -> TaskRuns {
    TaskRuns {
        title: "Alibaba v2018 batch_instance",
        n_columns,
        at: Places { start, end, job, task, machine, status },
        clock: stamps::secs,
        task_id: dag::task_id,
    }
}

/// Failure domains of machines; a machine has a row per event.
#[derive(Debug)]
struct MachineMeta {
    at: [usize; 4],
    n_columns: usize,
}

impl MachineMeta {
    fn new(at: [usize; 4], n_columns: usize) -> Self {
        Self { at, n_columns }
    }
}

impl TableReader for MachineMeta {
    fn title(&self) -> &'static str {
        "Alibaba v2018 machine_meta"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [machine, stamp, first, second] = self.at;
        let name = row.name(machine, "the name of a machine")?;
        stamps::secs(row, stamp, intake)?;
        let [first, second] = [row.text(first, "a failure domain")?, row.text(second, "a failure domain")?];
        let entity = intake.entity(Level::Machine, name)?;
        if !(first.is_empty() && second.is_empty()) {
            // The first level is the narrow one: it has 292 domains in the published table, the second has 21.
            intake.domains(entity, &[second, first]);
        }
        Ok(())
    }
}

/// Where containers were seen.
#[derive(Debug)]
struct ContainerMeta {
    at: [usize; 5],
    n_columns: usize,
}

impl ContainerMeta {
    fn new(at: [usize; 5], n_columns: usize) -> Self {
        Self { at, n_columns }
    }
}

impl TableReader for ContainerMeta {
    fn title(&self) -> &'static str {
        "Alibaba v2018 container_meta"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [container, machine, stamp, app, status] = self.at;
        let name = row.name(container, "the name of a container")?;
        let machine = row.text(machine, "the name of a machine")?;
        let at_secs = stamps::secs(row, stamp, intake)?;
        let app = row.text(app, "the name of an application")?;
        let is_there = [&b"started"[..], b"allocated"].iter().any(|word| row.field(status).eq_ignore_ascii_case(word));
        Ok(intake.container(at_secs, (name, app, if is_there { machine } else { "" }))?)
    }
}

/// Graphs of jobs, from the names of their tasks.
#[derive(Debug)]
struct BatchTask {
    at: [usize; 2],
    n_columns: usize,
}

impl BatchTask {
    fn new(at: [usize; 2], n_columns: usize) -> Self {
        Self { at, n_columns }
    }
}

impl TableReader for BatchTask {
    fn title(&self) -> &'static str {
        "Alibaba v2018 batch_task"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [task, job] = self.at;
        let (task, job) = (row.name(task, "the name of a task")?, row.name(job, "the name of a job")?);
        match dag::parse(task) {
            Some(task) => {
                for needs in task.needs {
                    intake.dependency(job, (task.number, needs))?;
                }
            }
            None => intake.note(&INDEPENDENT, 1, || row.place()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::try_out::{MACHINES, bin, found, metric_ids, read, try_read};
    use super::*;
    use crate::data::{ContainerSighting, TaskRun};

    #[test]
    fn machines_get_their_failure_domains_the_narrow_one_last() {
        let meta = "m_1,0,219,17,96,100,USING\nm_1,9,219,17,96,100,USING\nm_9,0,1,2,96,100,USING\n";
        let dataset = read(&[meta, MACHINES]);
        let domains: Vec<&[String]> = dataset.system.placements.iter().map(|place| place.domains.as_slice()).collect();
        assert_eq!(domains, [&["17".to_owned(), "219".to_owned()][..], &[]]);
        assert_eq!(dataset.summary.format, "Alibaba v2018 machine_meta, Alibaba v2018 machine_usage");
    }

    #[test]
    fn a_container_that_is_neither_started_nor_allocated_is_nowhere() {
        let meta = "c_1,m_1,0,app_1,started,400,400,1.56\nc_1,m_1,60,app_1,stopped,400,400,1.56\n\
                    c_2,m_2,5,app_1,allocated,400,400,1.56\nc_3,m_9,5,app_2,started,400,400,1.56\n";
        let system = read(&[MACHINES, meta]).system;
        let sighting = |at_secs, container, app, node| ContainerSighting { at_secs, container, app, node };
        let expected =
            [sighting(0, 0, 0, Some(0)), sighting(5, 1, 0, Some(1)), sighting(5, 2, 1, None), sighting(60, 0, 0, None)];
        assert_eq!((system.schedule.containers.as_slice(), system.schedule.apps.len()), (&expected[..], 2));
    }

    #[test]
    fn runs_are_joined_with_the_graph_of_their_job_by_task_numbers() {
        let tasks = "M1,1,j_1,1,Terminated,1,2,100.0,0.3\nR2_1,1,j_1,1,Terminated,1,2,100.0,0.3\n\
                     MergeTask,1,j_1,1,Terminated,1,2,,\n";
        let runs = "i,M1,j_1,1,Terminated,10,20,m_1,1,1,1,1,1,1\ni,R2_1,j_1,1,Failed,20,0,m_2,1,1,,,,\n\
                    i,R2_1,j_1,1,Running,30,20,m_2,1,1,,,,\ni,R2_1,j_1,1,Running,30,,,1,1,,,,\n\
                    i,R2_1,j_1,1,Waiting,0,0,m_2,1,1,,,,\n";
        let dataset = read(&[MACHINES, tasks, runs]);
        let schedule = &dataset.system.schedule;
        let run = |start_secs, end_secs, node, task| TaskRun { start_secs, end_secs, node, job: 0, task };
        assert_eq!(schedule.dependencies, [[(0, 1)]]);
        assert_eq!(schedule.task_runs, [run(10, Some(20), 0, 0), run(20, None, 1, 1), run(30, None, 1, 1)]);
        let counts = ["independent_tasks", "open_end", "no_machine", "never_ran"].map(|id| found(&dataset, id));
        assert_eq!(counts, [1, 2, 1, 1]);
    }

    #[test]
    fn usage_of_containers_is_averaged_over_a_quarter_of_an_hour() {
        let usage = "c_1,m_1,0,10,33,1.2,0.3,1,1,2,-1\nc_1,m_1,890.5,30,101,,,,3,4,50\n\
                     c_1,m_1,0,10,33,1.2,0.3,1,1,2,-1\nc_2,m_2,900,,20,,,,5,6,7\n";
        let dataset = read(&[usage]);
        assert_eq!((dataset.nodes.as_slice(), dataset.grid_secs), (&["c_1".to_owned(), "c_2".to_owned()][..], 900));
        assert_eq!(metric_ids(&dataset), ["cpu", "mem", "net_in", "net_out", "disk"]);
        assert_eq!(bin(&dataset, 0)[..5], [20.0, 33.0, 2.0, 3.0, 50.0]);
        assert_eq!(bin(&dataset, 1)[6..], [20.0, 5.0, 6.0, 7.0]);
        assert_eq!(dataset.system.placements[1].host, "m_2");
        let counts = ["out_of_range", "empty_values", "duplicate_rows"].map(|id| found(&dataset, id));
        assert_eq!(counts, [3, 1, 1]);
        let off = DataConfig { off: vec!["duplicate_rows".into()], ..DataConfig::default() };
        let with_repeats = try_read(&off, &[usage]).expect("a data set");
        assert_eq!(bin(&with_repeats, 0)[0], 50.0 / 3.0);
    }

    #[test]
    fn bad_rows_are_refused_with_their_place() {
        for (row, sentence) in [
            ("c_1,m_1,x,10,33,,,,1,2,3", "line 2, column 3 of “0.csv”: expected a time stamp in seconds, found “x”"),
            ("c_1,m_1,5,10,33,,,,1,2", "line 2, column 11 of “0.csv”: expected 11 columns, found 10"),
            ("c_1,m_1,5,10,ten,,,,1,2,3", "line 2, column 5 of “0.csv”: expected a number, found “ten”"),
            (
                "c_1,m_1,99999999,10,1,,,,1,2,3",
                "line 2, column 3 of “0.csv”: expected a time stamp in seconds since the start of the trace, less than \
                 a year, found “99999999”",
            ),
        ] {
            let text = format!("c_1,m_1,0,10,33,,,,1,2,3\n{row}\n");
            let error = try_read(&DataConfig::default(), &[&text]).expect_err("a bad row").to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
