//! Tables of any origin: what is guessed, what a mapping says, and what becomes of them.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{bits, read, read_chunks, real_file};
use loadstone::config::{DataConfig, Mapping, NodeLevel, TableLayout, TimeUnit, Unit};
use loadstone::data::{DataError, Dataset, Fault, Ingest};
use proptest::prelude::*;

const EUROPEAN: &[u8] = include_bytes!("fixtures/european.csv");
const EDGES: &[u8] = include_bytes!("fixtures/call_edges.csv");
const STORES: &[u8] = include_bytes!("fixtures/store_spans.csv");
const LISTED: &[u8] = include_bytes!("fixtures/columns.csv");
const DRAWN: &[u8] = include_bytes!("fixtures/columns.txt");

fn read_files(config: &DataConfig, files: &[(&str, Vec<u8>)]) -> Result<Dataset, DataError> {
    let mut ingest = Ingest::new(config);
    for (name, bytes) in files {
        ingest.begin_file(name);
        bytes.chunks(65_536).try_for_each(|chunk| ingest.push(chunk))?;
        ingest.end_file()?;
    }
    ingest.finish()
}

fn default() -> DataConfig {
    DataConfig::default()
}

/// Format, rows, nodes, span, grid, and all metrics with their units.
fn golden(dataset: &Dataset) -> String {
    let metrics: Vec<String> = dataset
        .metrics
        .iter()
        .map(|metric| format!("{} {}", metric.id, metric.unit.symbol()).trim().to_owned())
        .collect();
    format!(
        "{}: {} rows, {} nodes, {} bins of {} s from {} ({}); {}; missing {:.4}",
        dataset.summary.format,
        dataset.summary.n_rows,
        dataset.n_nodes(),
        dataset.n_bins,
        dataset.grid_secs,
        dataset.start_secs,
        dataset.summary.grid_reason,
        metrics.join(", "),
        dataset.summary.missing_share,
    )
}

fn findings(dataset: &Dataset) -> Vec<&str> {
    dataset.summary.findings.iter().map(|finding| finding.id.as_str()).collect()
}

fn count(dataset: &Dataset, id: &str) -> u64 {
    dataset.summary.findings.iter().filter(|finding| finding.id == id).map(|finding| finding.count).sum()
}

#[test]
fn the_european_fixture_is_read_without_being_told() {
    let dataset = read(&default(), EUROPEAN).expect("a table");
    // 23:58 on the first of February 2024, UTC.
    assert_eq!(
        golden(&dataset),
        "long table: 8 rows, 2 nodes, 4 bins of 60 s from 1706831880 (step of the file); cpu %, mem B, rt ms; missing 0.1250"
    );
    assert_eq!(dataset.nodes, ["web-1", "web-2"]);
    let row: Vec<f32> = (0..3).map(|metric| dataset.at(1, 0, metric)).collect();
    assert_eq!(row, [95.75, 2.048e9, 41.5]);
    let expected = Fault {
        start_millis: 1_706_831_940_000,
        end_millis: 1_706_832_060_000,
        target: "web-1".to_owned(),
        kind: "cpu-hog".to_owned(),
    };
    assert_eq!(dataset.system.faults, [expected]);
    assert_eq!(count(&dataset, "empty_values"), 2);
    let [table] = dataset.summary.tables.as_slice() else { panic!("one table") };
    assert_eq!((table.header.len(), table.rows.len(), table.is_guessed), (6, 5, true));
    assert_eq!(table.rows[0], ["01.02.2024 23:58", "web-1", "12,5", "1.024,5", "3,25", ""]);
    assert!(table.mapping.decimal_comma && table.mapping.label.as_deref() == Some("Anomaly"));
}

#[test]
fn a_mapping_from_a_preview_gives_the_same_data_set() {
    let guessed = read(&default(), EUROPEAN).expect("a table");
    let mapping = guessed.summary.tables[0].mapping.clone();
    let text = serde_json::to_string(&mapping).expect("JSON");
    let remembered: Mapping = serde_json::from_str(&text).expect("a mapping");
    assert_eq!(remembered, mapping);
    let given = read(&DataConfig { mapping: Some(remembered), ..default() }, EUROPEAN).expect("it fits");
    assert!(!given.summary.tables[0].is_guessed);
    assert_eq!((bits(&given), given.system), (bits(&guessed), guessed.system));
}

fn edited(bytes: &[u8], edit: impl FnOnce(&mut Mapping)) -> Result<Dataset, DataError> {
    let mut mapping = read(&default(), bytes).expect("a table").summary.tables[0].mapping.clone();
    edit(&mut mapping);
    read(&DataConfig { mapping: Some(mapping), ..default() }, bytes)
}

#[test]
fn an_edited_mapping_is_obeyed() {
    let berlin = edited(EUROPEAN, |mapping| mapping.time.offset_secs = 3600).expect("it fits");
    assert_eq!(berlin.start_secs, 1_706_831_880 - 3600);
    let services = edited(EUROPEAN, |mapping| {
        mapping.label = None;
        let TableLayout::Long(long) = &mut mapping.layout else { panic!("long") };
        long.service = long.host.take();
        long.metrics.truncate(1);
        long.metrics[0].scale = 0.01;
        long.metrics[0].unit = Unit::Share;
    });
    let services = services.expect("it fits");
    assert_eq!((services.n_metrics(), services.at(0, 0, 0), services.metrics[0].unit), (1, 0.125, Unit::Share));
    assert!(services.system.faults.is_empty());
    assert_eq!(count(&services, "unused_values"), 18);
}

#[test]
fn a_mapping_that_does_not_fit_is_one_sentence() {
    let misfit = |edit: &dyn Fn(&mut Mapping)| edited(EUROPEAN, edit).expect_err("it does not fit").to_string();
    let found = "found “Datum”, “Server”, “CPU (%)”, “Memory (MB)”, “Latency (ms)”, “Anomaly”; choose another column, or \
                 let the mapping be guessed";
    assert_eq!(
        misfit(&|mapping| mapping.time.column = "Zeit".into()),
        format!("The mapping does not fit “t.csv” (line 1): expected a column “Zeit”, {found}")
    );
    let no_metric = misfit(&|mapping| mapping.layout = TableLayout::Long(Default::default()));
    assert!(no_metric.contains("expected at least one column with values"), "{no_metric}");
    let no_id = misfit(&|mapping| {
        let TableLayout::Long(long) = &mut mapping.layout else { panic!("long") };
        long.metrics[0].id = " ".into();
    });
    assert!(no_id.contains("expected an id for the metric in column “CPU (%)”"), "{no_id}");
    // A mapping for another file leaves this one to be guessed.
    let other = edited(EUROPEAN, |mapping| {
        mapping.file = Some("other.csv".into());
        mapping.time.column = "Zeit".into();
    });
    assert!(other.expect("guessed").summary.tables[0].is_guessed);
}

/// A table of its own kind, and one that nobody has to explain.
fn two_tables() -> [(&'static str, Vec<u8>); 2] {
    let strange = "stamp;who;x1\n0;a;1\n60;a;2\n120;b;3\n180;b;4\n".as_bytes().to_vec();
    [("strange.csv", strange), ("plain.csv", b"time,pod,cpu_cores\n0,p,0.5\n60,p,0.25\n".to_vec())]
}

fn mapping_of_the_strange_table() -> Mapping {
    let text = r#"{"time": {"column": "stamp", "unit": "seconds"}, "layout": {"long": {"entity": "who", "metrics":
        [{"column": "x1", "id": "cpu", "unit": "cores", "scale": 0.1}]}}}"#;
    serde_json::from_str(text).expect("a mapping")
}

#[test]
fn a_mapping_holds_for_the_tables_that_have_its_columns() {
    let config = DataConfig { mapping: Some(mapping_of_the_strange_table()), ..default() };
    let mut files = two_tables();
    let dataset = read_files(&config, &files).expect("both are read");
    let guessed: Vec<(&str, bool)> =
        dataset.summary.tables.iter().map(|table| (table.file.as_str(), table.is_guessed)).collect();
    assert_eq!(guessed, [("strange.csv", false), ("plain.csv", true)]);
    assert_eq!(dataset.nodes, ["a", "b", "p"]);
    assert_eq!((dataset.metrics.len(), dataset.at(0, 0, 0), dataset.at(0, 2, 0)), (1, 0.1, 0.5));
    files.reverse();
    let reversed = read_files(&config, &files).expect("in any order");
    assert_eq!((bits(&reversed), reversed.system), (bits(&dataset), dataset.system));
}

#[test]
fn a_mapping_that_fits_no_table_is_one_sentence() {
    let mut mapping = mapping_of_the_strange_table();
    mapping.time.column = "Zeit".to_owned();
    let sentence = |mapping: &Mapping| {
        let config = DataConfig { mapping: Some(mapping.clone()), ..default() };
        read_files(&config, &two_tables()).expect_err("it fits none").to_string()
    };
    let expected = "The mapping does not fit “strange.csv” (line 1): expected a column “Zeit”, found “stamp”, “who”, “x1”; \
                    choose another column, or let the mapping be guessed";
    assert_eq!(sentence(&mapping), expected);
    // One that names its file has to fit that file, whatever else it fits.
    mapping = mapping_of_the_strange_table();
    mapping.file = Some("plain.csv".to_owned());
    assert!(sentence(&mapping).starts_with("The mapping does not fit “plain.csv” (line 1): expected a column “stamp”"));
}

fn place<'a>(dataset: &'a Dataset, id: &str) -> Option<(u64, &'a str)> {
    dataset.summary.findings.iter().find(|finding| finding.id == id).map(|f| (f.count, f.first.as_str()))
}

#[test]
fn calls_without_time_are_kept_as_edges() {
    let dataset = read_files(&default(), &[("call_edges.csv", EDGES.to_vec()), ("store_spans.csv", STORES.to_vec())])
        .expect("two summaries");
    assert_eq!(dataset.summary.format, "calls without time");
    assert_eq!((dataset.n_nodes(), dataset.n_bins, dataset.summary.n_rows), (0, 0, 6));
    let system = &dataset.summary.system;
    assert_eq!((system.n_timeless_edges, system.n_timeless_calls, system.n_calls, system.n_call_edges), (5, 67, 0, 0));
    assert_eq!((dataset.summary.n_relations, dataset.system.services.len()), (0, 0), "no graph over time has them");
    let shown: Vec<String> = dataset
        .system
        .timeless_calls
        .iter()
        .map(|of| {
            let (from, to, what) = (&of.caller, &of.callee, &of.operation);
            format!("{from} {to} {what} {} {:?} {:?}", of.count, of.mean_micros, of.p95_micros)
        })
        .collect();
    let expected = [
        "cart db  24 Some(6.3) Some(8.0)",
        "cart redis get_cart 20 Some(80.5) None",
        "cart redis set_cart 5 Some(98.5) None",
        "user mongo find_user 3 Some(302.4) None",
        "web cart  12 Some(1424.8) Some(1978.0)",
        "web user  3 None None",
    ];
    assert_eq!(shown, expected);
    assert_eq!(place(&dataset, "calls_without_time"), Some((6, "“call_edges.csv”, line 2")));
    let waits = dataset.summary.findings.iter().find(|finding| finding.id == "no_series").expect("it is said");
    assert!(waits.action.contains("choose them together with metrics"), "{}", waits.action);
    // Beside series they change nothing else.
    let pods = ("pods.csv", b"time,pod,service,cpu_cores\n0,cart-0,cart,1\n60,cart-0,cart,2\n".to_vec());
    let alone = read_files(&default(), std::slice::from_ref(&pods)).expect("a table");
    let beside = read_files(&default(), &[pods, ("call_edges.csv", EDGES.to_vec())]).expect("a table and a summary");
    assert_eq!((bits(&beside), &beside.system.calls), (bits(&alone), &alone.system.calls));
    assert_eq!(beside.system.timeless_calls.len(), 3);
}

#[test]
fn a_summary_given_twice_counts_once() {
    let twice = [("a.csv", EDGES.to_vec()), ("b.csv", EDGES.to_vec())];
    let dataset = read_files(&default(), &twice).expect("two summaries");
    assert_eq!((dataset.system.timeless_calls.len(), count(&dataset, "duplicate_rows")), (3, 3));
    let off = DataConfig { off: vec!["duplicate_rows".to_owned()], ..default() };
    let dataset = read_files(&off, &twice).expect("two summaries");
    assert_eq!((dataset.system.timeless_calls.len(), count(&dataset, "duplicate_rows")), (6, 0));
}

#[test]
fn spoilt_summaries_get_one_sentence() {
    let cannot = |place: &str, what: &str| {
        format!("Cannot read {place} of “t.csv”: {what}; correct it, or switch on Skip bad rows")
    };
    let head = "caller,callee,calls,mean_child_duration_us,p95_child_duration_us";
    let calls = "expected a whole number of calls, at least 1, found";
    let micros = "expected a duration in microseconds, found";
    for (row, place, what) in [
        ("a,b,0,1,1", "line 2, column 3", format!("{calls} “0”")),
        ("a,b,-3,1,1", "line 2, column 3", format!("{calls} “-3”")),
        ("a,b,1.5,1,1", "line 2, column 3", format!("{calls} “1.5”")),
        ("a,b,1e300,1,1", "line 2, column 3", format!("{calls} “1e300”")),
        ("a,b,,1,1", "line 2, column 3", format!("{calls} “”")),
        ("a,b,many,1,1", "line 2, column 3", format!("{calls} “many”")),
        ("a,b,1,-1,1", "line 2, column 4", format!("{micros} “-1”")),
        ("a,b,1,1,inf", "line 2, column 5", format!("{micros} “inf”")),
        ("a,b,1,1,1e30", "line 2, column 5", format!("{micros} “1e30”")),
        (",b,1,1,1", "line 2, column 1", "expected the name of a service, found “”".to_owned()),
        ("a,,1,1,1", "line 2, column 2", "expected the name of a service or store, found “”".to_owned()),
        ("a,b,1,1", "line 2, column 5", "expected 5 columns, found 4".to_owned()),
    ] {
        refused(&format!("{head}\n{row}\na,b,1,1,1\n"), &cannot(place, &what));
    }
    let number = "line 3, column 2";
    for (row, place, what) in [
        ("t.csv,0,a,b,c", number, "expected the number of a column, from 1, found “0”"),
        ("t.csv,one,a,b,c", number, "expected the number of a column, from 1, found “one”"),
        (",1,a,b,c", "line 3, column 1", "expected the name of a table, found “”"),
        ("t.csv,1", "line 3, column 3", "expected 5 columns, found 2"),
    ] {
        let text = format!("file name,field number,content,format,mandatory\nt.csv,1,a,b,c\n{row}\nt.csv,2,b,b,c\n");
        refused(&text, &cannot(place, what));
    }
    refused(
        "# Schema\n| Field | Type |\n|  | string |\n",
        &cannot(
            "line 3, column 1",
            "expected the name of a column between bars, of at most 256 bytes, found “|  | string |”",
        ),
    );
    let many: String = (0..600).map(|table| format!("{table},1,a\n")).collect();
    let error = read(&default(), format!("file name,field number,content\n{many}").as_bytes()).expect_err("too many");
    assert!(error.to_string().starts_with("This list of columns needs more than 500 tables"), "{error}");
    refused(
        "# Schema\n| Field | Type |\n",
        "“t.csv” holds no row that can be used (line 2, column 1): expected at least one row of a table, found only a \
         header; choose another file",
    );
}

#[test]
fn lists_of_columns_say_what_they_describe() {
    let dataset = read_files(&default(), &[("c.txt", DRAWN.to_vec()), ("c.csv", LISTED.to_vec())]).expect("two lists");
    assert_eq!(dataset.summary.format, "lists of columns");
    assert_eq!((dataset.n_nodes(), dataset.summary.n_rows), (0, 10));
    let described = "“c.csv”, with the columns of each: usage.csv 3, event.csv 2; “c.txt”, with the columns of each: \
                     machine usage 3, batch task 2";
    assert_eq!(place(&dataset, "column_lists"), Some((4, described)));
    assert_eq!(findings(&dataset), ["column_lists", "no_series"]);
}

#[test]
fn the_real_summaries_and_lists_are_what_they_are() {
    let test = "the_real_summaries_and_lists_are_what_they_are";
    for (file, expected, edges, said) in [
        (
            "chaosstarbench/call_edges.csv",
            "calls without time: 11 rows, 0 nodes, 0 bins of 60 s from 0 (no series); ; missing 0.0000",
            (11, 220),
            ("calls_without_time", 11, "“f”, line 2"),
        ),
        (
            "chaosstarbench/store_spans.csv",
            "calls without time: 9 rows, 0 nodes, 0 bins of 60 s from 0 (no series); ; missing 0.0000",
            (9, 180),
            ("calls_without_time", 9, "“f”, line 2"),
        ),
        (
            "schemas/cluster-trace-v2017_schema.csv",
            "lists of columns: 55 rows, 0 nodes, 0 bins of 60 s from 0 (no series); ; missing 0.0000",
            (0, 0),
            (
                "column_lists",
                6,
                "“f”, with the columns of each: batch_instance.csv 12, batch_task.csv 8, container_event.csv 8, \
                 container_usage.csv 12, server_event.csv 7, server_usage.csv 8",
            ),
        ),
        (
            "schemas/cluster-trace-v2018_schema.txt",
            "lists of columns: 58 rows, 0 nodes, 0 bins of 60 s from 0 (no series); ; missing 0.0000",
            (0, 0),
            (
                "column_lists",
                6,
                "“f”, with the columns of each: machine meta 7, machine usage 9, container meta 8, container usage 11, \
                 batch task 9, batch instance 14",
            ),
        ),
    ] {
        let Some(bytes) = real_file(test, file) else { continue };
        let dataset = read_files(&default(), &[("f", bytes)]).expect("it opens");
        assert_eq!(golden(&dataset), expected, "{file}");
        let system = &dataset.summary.system;
        assert_eq!((system.n_timeless_edges, system.n_timeless_calls), edges, "{file}");
        assert_eq!(findings(&dataset), [said.0, "no_series"], "{file}");
        assert_eq!(place(&dataset, said.0), Some((said.1, said.2)), "{file}");
    }
}

#[track_caller]
fn refused(text: &str, sentence: &str) {
    let error = read(&default(), text.as_bytes()).expect_err("it cannot be read");
    assert_eq!(error.to_string(), sentence, "{text}");
}

#[test]
fn each_unreadable_table_gets_one_sentence() {
    let not = |found: &str| {
        format!(
            "“t.csv” is not a trace (line 1, column 1): expected a table with named columns, an Alibaba table, a \
             Prometheus answer or a trace export, found {found}; choose another file"
        )
    };
    let cannot = |place: &str, what: &str| {
        format!("Cannot read {place} of “t.csv”: {what}; correct it, or switch on Skip bad rows")
    };
    refused("caller,callee\na,b\n", &not("a table with named columns, none of which holds time stamps"));
    refused("time,pod\n0,a\n", &not("a table with time stamps, but without a column of numbers"));
    let header = "time,pod,cpu\n0,a,1\n60,a,1\n120,a,1\n180,a,1\n240,a,1\n";
    refused(&format!("{header}300,a,4l\n"), &cannot("line 7, column 3", "expected a number, found “4l”"));
    refused(
        &format!("{header}300,a,1e39\n"),
        &cannot("line 7, column 3", "expected a number below 3.4e38, found “1e39”"),
    );
    refused(
        &format!("{header}noon,a,1\n"),
        &cannot("line 7, column 1", "expected a time stamp in seconds, found “noon”"),
    );
    refused(&format!("{header}300,,1\n"), &cannot("line 7, column 2", "expected the name of an instance, found “”"));
    refused(&format!("{header}300,a\n"), &cannot("line 7, column 3", "expected 3 columns, found 2"));
    refused("time,pod,cpu\n0,a\n60,a,1\n60,a\n", &cannot("line 2, column 3", "expected 3 columns, found 2"));
    refused(
        "time,pod,cpu\n",
        "“t.csv” holds no row that can be used (line 2, column 1): expected at least one row of a table, found only a \
         header; choose another file",
    );
    refused(
        "start,end,target\n2023-08-16 06:44:10,2023-08-16 06:44:10,a\n",
        &cannot("line 2, column 2", "expected an end behind the start, found “2023-08-16 06:44:10”"),
    );
    let alone = read(&default(), b"start,end,target\n1,2,a\n").expect("labels");
    assert_eq!((alone.n_nodes(), alone.summary.system.faults.len()), (0, 1));
    // Numbers without names belong to no table.
    let headless = read(&default(), b"0,1,2\n60,1,2\n").expect_err("no header").to_string();
    assert!(headless.contains("found text with 3 columns"), "{headless}");
}

#[test]
fn bad_rows_among_the_first_ones_are_skipped_and_counted_once() {
    let config = DataConfig { skip_bad_rows: true, ..default() };
    let text = "time,pod,cpu\n0,a,1\n60,a,x\n120,a\n180,a,4\n240,a,5\n300,a,6\n360,a,7\n420,a,8\n480,a,9\n5";
    let dataset = read(&config, text.as_bytes()).expect("good rows remain");
    assert_eq!((dataset.summary.n_rows, count(&dataset, "bad_rows"), count(&dataset, "cut_file")), (7, 2, 1));
}

#[test]
fn dates_that_could_be_read_in_two_ways_are_said() {
    let text = "time,pod,cpu\n1/2/2024 10:00,a,1\n1/2/2024 10:01,a,2\n";
    let dataset = read(&default(), text.as_bytes()).expect("a table");
    assert_eq!((dataset.start_secs, count(&dataset, "date_order")), (1_706_781_600, 1));
    let month_first = edited(text.as_bytes(), |mapping| mapping.time.day_first = false).expect("it fits");
    assert_eq!((month_first.start_secs, count(&month_first, "date_order")), (1_704_189_600, 0));
    let clear = read(&default(), b"time,pod,cpu\n13/2/2024 10:00,a,1\n").expect("a table");
    assert_eq!(count(&clear, "date_order"), 0);
}

#[test]
fn one_value_per_row_is_read_by_the_metric_s_name() {
    let text = "time,cmdb_id,kpi_name,value\n0,a,cpu,1\n0,a,queue length,7\n60,a,cpu,2\n60,b,cpu,3\n";
    let dataset = read(&default(), text.as_bytes()).expect("a table");
    let ids: Vec<&str> = dataset.metrics.iter().map(|metric| metric.id.as_str()).collect();
    assert_eq!((ids, dataset.at(0, 0, 1), dataset.at(1, 1, 0)), (vec!["cpu", "queue_length"], 7.0, 3.0));
}

#[test]
fn a_label_that_all_entities_share_is_about_none_of_them() {
    let text = "time,pod,cpu,label\n0,a,1,0\n0,b,1,0\n60,a,1,1\n60,b,1,1\n120,a,1,0\n120,b,1,0\n";
    let dataset = read(&default(), text.as_bytes()).expect("a table");
    let expected = Fault { start_millis: 60_000, end_millis: 120_000, target: String::new(), kind: String::new() };
    assert_eq!(dataset.system.faults, [expected]);
}

#[test]
fn one_metric_in_two_units_is_two_metrics_whatever_the_order_of_the_files() {
    let cores = ("a.csv", b"time,pod,cpu_cores\n0,x,0.5\n60,x,0.5\n".to_vec());
    let percent = ("b.csv", b"time,pod,cpu_percent\n0,y,50\n60,y,50\n".to_vec());
    let ids = |files: &[(&str, Vec<u8>)]| -> Vec<(String, Unit)> {
        let dataset = read_files(&default(), files).expect("tables");
        dataset.metrics.into_iter().map(|metric| (metric.id, metric.unit)).collect()
    };
    let expected = vec![("cpu".to_owned(), Unit::Percent), ("cpu_2".to_owned(), Unit::Cores)];
    assert_eq!(ids(&[cores.clone(), percent.clone()]), expected);
    assert_eq!(ids(&[percent, cores]), expected);
}

#[test]
fn the_real_sock_shop_tables_are_what_they_are() {
    let test = "the_real_sock_shop_tables_are_what_they_are";
    for (file, expected) in [
        (
            "container_chaos_pods.csv",
            "long table: 53238 rows, 19 nodes, 2802 bins of 60 s from 1692166200 (step of the file); cpu cores, mem B, \
             net_in B/s, net_out B/s; missing 0.0000",
        ),
        (
            "container_chaos_nodes.csv",
            "long table: 8388 rows, 3 nodes, 2796 bins of 60 s from 1692165480 (step of the file); cpu %, mem %, net_in B/s, \
             net_out B/s, disk %; missing 0.0000",
        ),
        (
            "train_pods.csv",
            "long table: 157334 rows, 19 nodes, 8281 bins of 60 s from 1691499060 (step of the file); cpu cores, mem B, \
             net_in B/s, net_out B/s; missing 0.0000",
        ),
    ] {
        let Some(bytes) = real_file(test, &format!("sockshop/{file}")) else { return };
        let dataset = read_files(&default(), &[(file, bytes)]).expect("a table");
        assert_eq!(golden(&dataset), expected, "{file}");
        assert!(dataset.summary.tables[0].is_guessed && dataset.system.faults.is_empty(), "{file}");
        assert_eq!(dataset.summary.tables[0].mapping.time.unit, TimeUnit::Seconds);
    }
}

#[test]
fn the_real_chaos_run_has_its_94_faults() {
    let test = "the_real_chaos_run_has_its_94_faults";
    let mut files = Vec::new();
    for file in ["container_chaos_pods.csv", "container_chaos_nodes.csv", "container_chaos_faults.csv"] {
        let Some(bytes) = real_file(test, &format!("sockshop/{file}")) else { return };
        files.push((file, bytes));
    }
    let Some(raw) = real_file(test, "sockshop/raw_container-chaos-info.csv") else { return };
    let dataset = read_files(&default(), &files).expect("three tables");
    assert_eq!(
        golden(&dataset),
        "long table, fault labels: 61720 rows, 19 nodes, 2802 bins of 60 s from 1692166200 (step of the file); cpu cores, \
         mem B, net_in B/s, net_out B/s; missing 0.0000"
    );
    assert_eq!(dataset.system.placements[0].service, "carts");
    let faults = &dataset.system.faults;
    assert_eq!(faults.len(), 94);
    let first = Fault {
        start_millis: 1_692_168_250_000,
        end_millis: 1_692_168_550_000,
        target: "rabbitmq-6f9b85756-mg7gx".to_owned(),
        kind: "memory-stress".to_owned(),
    };
    assert_eq!(faults[0], first);
    assert_eq!((faults[93].start_millis, faults[93].kind.as_str()), (1_692_336_315_000, "cpu-stress"));
    assert!(faults.iter().all(|fault| dataset.nodes.contains(&fault.target)));
    // Three series never change, and two faults begin behind the last sample.
    assert_eq!(findings(&dataset), ["dead_series", "labels_outside"]);

    // The labels as published, with dates and durations, say the same.
    let published = [files[0].clone(), ("raw_container-chaos-info.csv", raw)];
    assert_eq!(&read_files(&default(), &published).expect("two tables").system.faults, faults);
    files.reverse();
    let reversed = read_files(&default(), &files).expect("three tables");
    assert_eq!((bits(&reversed), &reversed.system), (bits(&dataset), &dataset.system));
    let hosts = DataConfig { nodes: Some(NodeLevel::Machine), ..default() };
    let hosts = read_files(&hosts, &files).expect("three tables");
    assert_eq!((hosts.n_nodes(), hosts.metrics[0].unit), (3, Unit::Percent));
}

#[test]
fn the_real_pod_file_as_published_agrees_with_the_reshaped_table() {
    let test = "the_real_pod_file_as_published_agrees_with_the_reshaped_table";
    let file = "raw_metric-pod-carts-5ff676694b-fzj9z.csv";
    let Some(raw) = real_file(test, &format!("sockshop/{file}")) else { return };
    let Some(pods) = real_file(test, "sockshop/container_chaos_pods.csv") else { return };
    let raw = read_files(&default(), &[(file, raw)]).expect("a table");
    let pods = read_files(&default(), &[("pods", pods)]).expect("a table");
    assert_eq!(
        (raw.nodes.as_slice(), raw.system.placements[0].service.as_str()),
        (&["carts-5ff676694b-fzj9z".to_owned()][..], "carts")
    );
    assert_eq!((raw.summary.n_rows, raw.n_bins, raw.grid_secs, raw.start_secs), (2802, 2802, 60, pods.start_secs));
    let mapping = &raw.summary.tables[0].mapping;
    assert_eq!((mapping.time.unit, mapping.time.day_first), (TimeUnit::Date, true));
    let ids: Vec<&str> = raw.metrics.iter().take(5).map(|metric| metric.id.as_str()).collect();
    assert_eq!(ids, ["cpu", "mem", "net_in", "net_out", "disk"]);
    let node = pods.nodes.iter().position(|name| *name == raw.nodes[0]).expect("the same pod");
    for bin in 0..raw.n_bins {
        for metric in 0..3 {
            assert_eq!(raw.at(bin, 0, metric), pods.at(bin, node, metric), "bin {bin}, metric {metric}");
        }
    }
}

#[test]
fn the_real_wide_table_is_split_into_services() {
    let Some(bytes) = real_file("the_real_wide_table_is_split_into_services", "wide/simple_metrics.csv") else {
        return;
    };
    let dataset = read_files(&default(), &[("simple_metrics.csv", bytes)]).expect("a table");
    assert_eq!(
        golden(&dataset),
        "wide table: 1441 rows, 12 nodes, 1441 bins of 1 s from 1705353846 (step of the file); cpu %, mem B, disk, rt ms, \
         error, latency-90 ms, socket, workload; missing 0.0834"
    );
    assert_eq!(dataset.nodes[..4], ["adservice", "cartservice", "checkoutservice", "currencyservice"]);
    assert!(dataset.nodes.contains(&"frontend-external".to_owned()));
    assert_eq!((dataset.at(0, 0, 0), dataset.at(0, 0, 1)), (0.685_022_8, 111_521_792.0));
    // Latencies are published in seconds.
    assert!((dataset.at(0, 0, 3) - 2.971_107).abs() < 1e-4, "{}", dataset.at(0, 0, 3));
    assert_eq!(count(&dataset, "empty_values"), 4);
}

fn cut_into<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut start = 0;
    let mut chunks: Vec<&[u8]> = cuts.iter().map(|&cut| &bytes[std::mem::replace(&mut start, cut)..cut]).collect();
    chunks.push(&bytes[start..]);
    chunks
}

fn same(a: &Result<Dataset, DataError>, b: &Result<Dataset, DataError>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => bits(a) == bits(b) && a.summary == b.summary && a.system == b.system,
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

/// Rows of three pods, more than are looked at before the table is known.
fn pods(stamps: &std::collections::BTreeSet<(u8, u32)>) -> Vec<String> {
    let row = |(pod, minute): &(u8, u32)| {
        let stamp = 1_700_000_000 + 60 * minute;
        let label = if minute % 7 == 3 { "cpu-hog" } else { "normal" };
        format!("{stamp},p-{pod},s,{}.{},{label}\n", (minute * 13 + u32::from(*pod)) % 90, minute % 10)
    };
    stamps.iter().map(row).collect()
}

const PODS: &str = "timestamp,pod,service,cpu_percent,label\n";

proptest! {
    #[test]
    fn any_chunking_equals_the_whole(
        which in 0_usize..6,
        stamps in proptest::collection::btree_set((0_u8..3, 0_u32..60), 1..120),
        damage in proptest::option::of((any::<usize>(), any::<u8>())),
        cuts in proptest::collection::vec(any::<usize>(), 0..12),
        skip_bad_rows: bool,
    ) {
        let pods = format!("{PODS}{}", pods(&stamps).concat());
        let mut bytes = [EUROPEAN, EDGES, STORES, LISTED, DRAWN, pods.as_bytes()][which].to_vec();
        if let Some((at, byte)) = damage {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let config = DataConfig { skip_bad_rows, ..default() };
        let whole = read(&config, &bytes);
        prop_assert!(same(&read_chunks(&config, "t.csv", cut_into(&bytes, &cuts)), &whole));
        prop_assert!(same(&read_chunks(&config, "t.csv", bytes.chunks(1)), &whole));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        stamps in proptest::collection::btree_set((0_u8..3, 0_u32..60), 1..120),
        seed: u32,
    ) {
        let rows = pods(&stamps);
        let mut shuffled = rows.clone();
        loadstone::stream::Stream::Data.rng(seed, "rows").shuffle(&mut shuffled);
        let a = read(&default(), format!("{PODS}{}", rows.concat()).as_bytes()).expect("a table");
        let b = read(&default(), format!("{PODS}{}", shuffled.concat()).as_bytes()).expect("a table");
        prop_assert_eq!(bits(&a), bits(&b));
        prop_assert_eq!((&a.nodes, &a.metrics, a.grid_secs, a.start_secs), (&b.nodes, &b.metrics, b.grid_secs, b.start_secs));
        prop_assert_eq!(a.system, b.system);
    }

    #[test]
    fn any_table_gives_a_data_set_or_an_error(
        header in "(time|start|date|x|cpu|a_cpu|b_cpu|label|pod|end|duration|value|kpi)(,(time|cpu|a_cpu|b_cpu|label|pod|end|kind|value|metric)){1,4}",
        rows in "([0-9a/:. -]{0,12}(,[0-9a.,/-]{0,8}){1,4}\n){0,8}",
        skip_bad_rows: bool,
    ) {
        let config = DataConfig { skip_bad_rows, grid_secs: Some(86_400), ..default() };
        if let Err(error) = read(&config, format!("{header}\n{rows}").as_bytes()) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
