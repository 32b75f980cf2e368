//! What files become, and what is said about files that cannot be read.

mod common;

use common::{bits, read, read_chunks, real_file};
use loadstone::config::DataConfig;
use loadstone::data::{DataError, Dataset, Ingest};
use proptest::prelude::*;

const RAW: &[u8] = include_bytes!("fixtures/machine_usage.csv");
const HEADED: &[u8] = include_bytes!("fixtures/machine_table.csv");

fn found<'a>(dataset: &'a Dataset, id: &str) -> Option<(u64, &'a str)> {
    dataset.summary.findings.iter().find(|finding| finding.id == id).map(|f| (f.count, f.first.as_str()))
}

fn series(dataset: &Dataset, node: usize, metric: usize) -> Vec<f32> {
    (0..dataset.n_bins).map(|bin| dataset.at(bin, node, metric)).collect()
}

#[track_caller]
fn assert_series(found: &[f32], expected: &[f32]) {
    let same = |(a, b): (&f32, &f32)| a == b || a.is_nan() && b.is_nan();
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(same), "{found:?} is not {expected:?}");
}

const NAN: f32 = f32::NAN;

#[test]
fn the_raw_fixture_becomes_its_hand_computed_means() {
    let dataset = read(&DataConfig::default(), RAW).expect("a table");
    assert_eq!(dataset.nodes, ["m_1", "m_2", "m_10"]);
    let ids: Vec<&str> = dataset.metrics.iter().map(|metric| metric.id.as_str()).collect();
    assert_eq!(ids, ["cpu", "mem", "net_in", "net_out", "disk"]);
    assert_eq!((dataset.grid_secs, dataset.start_secs, dataset.n_bins), (900, 0, 6));
    assert_series(&series(&dataset, 0, 0), &[7.0, 91.0, NAN, NAN, 50.0, 10.0]);
    assert_series(&series(&dataset, 1, 0), &[(40.0 + 41.0 + 43.0) / 3.0, 46.0, NAN, NAN, 61.0, 70.0]);
    assert_series(&series(&dataset, 2, 0), &[127.0 / 5.0, 36.0, NAN, NAN, 51.0, 60.0]);
    assert_series(&series(&dataset, 0, 4), &[0.0, 0.0, NAN, NAN, NAN, 1.0]);
    assert_series(&series(&dataset, 1, 4), &[(7.0 + 8.0 + 8.0) / 3.0, 9.0, NAN, NAN, 10.0, 11.0]);
    assert_eq!(dataset.summary.grid_reason, "default of raw files");
    assert_eq!(dataset.summary.n_rows, 32);
}

#[test]
fn what_the_raw_fixture_holds_is_counted_with_its_first_place() {
    let dataset = read(&DataConfig::default(), RAW).expect("a table");
    assert_eq!(found(&dataset, "duplicate_rows"), Some((1, "“t.csv”, line 6")));
    assert_eq!(found(&dataset, "out_of_order"), Some((1, "“t.csv”, line 8")));
    // Two rows with disk 101, one CPU of -1, one CPU of 101 and one disk of -1.
    assert_eq!(found(&dataset, "out_of_range"), Some((5, "“t.csv”, line 5, column 9: 101")));
    assert_eq!(found(&dataset, "empty_values"), Some((7, "“t.csv”, line 14")));
    assert_eq!(found(&dataset, "unused_values"), Some((6, "“t.csv”, line 4, mem_gps")));
    assert_eq!(found(&dataset, "cluster_holes"), Some((2, "bin 2 (1800 s), 2 in a row")));
    assert_eq!(found(&dataset, "missing_cells"), Some((6, "m_1, bin 2 (1800 s)")));
    assert_eq!(found(&dataset, "cut_file"), None);
    let receipt = &dataset.summary.files[0];
    assert_eq!((receipt.rows, receipt.bytes), (32, RAW.len() as u64));
    assert_eq!(receipt.sha256, loadstone::digest::sha256_hex(RAW));
}

#[test]
fn the_headed_fixture_keeps_its_own_step() {
    let dataset = read(&DataConfig::default(), HEADED).expect("a table");
    assert_eq!(dataset.nodes, ["m_3", "m_12"]);
    assert_eq!((dataset.grid_secs, dataset.n_bins), (300, 5));
    assert_eq!(dataset.summary.grid_reason, "step of the file");
    assert_series(&series(&dataset, 0, 0), &[10.0, 11.0, 12.0, NAN, 14.0]);
    assert_series(&series(&dataset, 1, 1), &[60.0, NAN, 62.0, 63.0, 64.0]);
    assert_series(&series(&dataset, 1, 3), &[80.0, 81.0, NAN, 83.0, 84.0]);
    assert_eq!(found(&dataset, "unused_values"), Some((9, "“t.csv”, line 2, zone")));
}

#[test]
fn a_headed_table_without_a_step_gets_the_default_grid() {
    let rows = "machine_id,time_stamp,cpu\na,10,1\na,70,2\na,130,3\na,200,4\na,260,5\na,1000,6\n";
    let dataset = read(&DataConfig::default(), rows.as_bytes()).expect("a table");
    assert_eq!((dataset.grid_secs, dataset.summary.grid_reason.as_str()), (900, "default of raw files"));
    assert_series(&dataset.values, &[3.0, 6.0]);
}

#[test]
fn a_given_grid_is_taken() {
    let config = DataConfig { grid_secs: Some(1800), ..DataConfig::default() };
    for bytes in [RAW, HEADED] {
        let dataset = read(&config, bytes).expect("a table");
        assert_eq!((dataset.grid_secs, dataset.summary.grid_reason.as_str()), (1800, "given"));
    }
}

#[track_caller]
fn refused(text: &[u8], sentence: &str) {
    let error = read(&DataConfig::default(), text).expect_err("it cannot be read");
    assert_eq!(error.to_string(), sentence, "for {:?}", String::from_utf8_lossy(text));
}

#[test]
fn each_unreadable_file_gets_one_sentence_with_line_and_column() {
    let not = |line: u64, column: usize, found: &str| {
        format!(
            "“t.csv” is not a trace (line {line}, column {column}): expected a table with named columns, an Alibaba table, \
             a Prometheus answer or a trace export, found {found}; choose another file"
        )
    };
    let cannot = |place: &str, what: &str| {
        format!("Cannot read {place} of “t.csv”: {what}; correct it, or switch on Skip bad rows")
    };
    let empty = "“t.csv” is empty (line 1, column 1): expected at least one row of a table; choose another file";
    let good = "m_1,0,1,2,,,3,4,5\n";
    refused(b"", empty);
    refused(b"\n\r\n\n", empty);
    refused(b"\xef\xbb\xbf", empty);
    refused(b"\x89PNG\r\n\x1a\n\x00\x00", &not(1, 1, "a PNG image"));
    refused(b"{\"status\":\"success\"}", &not(1, 20, "JSON with the key status"));
    refused(b"m_1,\x00", &not(1, 1, "binary data"));
    refused(b"\n1,2,3,4,5,6,7,x\n", &not(2, 9, "text with 8 columns"));
    refused(b"hello\nworld\n", &not(1, 2, "text with 1 column"));
    refused(
        b"machine_id,time_stamp,cpu\n",
        "“t.csv” holds no row that can be used (line 2, column 1): expected at least one row of a table, \
         found only a header; choose another file",
    );
    let rows = |row: &str| format!("{good}{row}\n{good}");
    for (row, place, what) in [
        ("m_1,60,1,2,,,3,4", "line 2, column 9", "expected 9 columns, found 8"),
        ("m_1,60,1,2,,,3,4,5,6", "line 2, column 10", "expected 9 columns, found 10"),
        ("m_1,60,4l,2,,,3,4,5", "line 2, column 3", "expected a number, found “4l”"),
        ("m_1,60,1,2,,,inf,4,5", "line 2, column 7", "expected a number, found “inf”"),
        ("m_1,60,1,2,,,3,4,NaN", "line 2, column 9", "expected a number, found “NaN”"),
        ("m_1,-60,1,2,,,3,4,5", "line 2, column 2", "expected a time stamp in seconds of at least 0, found “-60”"),
        (
            "m_1,1e300,1,2,,,3,4,5",
            "line 2, column 2",
            "expected a time stamp in seconds below 100000000000, found “1e300”",
        ),
        ("m_1,noon,1,2,,,3,4,5", "line 2, column 2", "expected a time stamp in seconds, found “noon”"),
        (",60,1,2,,,3,4,5", "line 2, column 1", "expected a machine name, found “”"),
        ("m_1,60,1,2,,,3,4,\"5\n5\"", "line 2, column 9", "expected a number, found “5\u{fffd}5”"),
    ] {
        refused(rows(row).as_bytes(), &cannot(place, what));
        let crlf = format!("\u{feff}{}", rows(row).replace('\n', "\r\n"));
        if !row.contains('\n') {
            refused(crlf.as_bytes(), &cannot(place, what));
        }
    }
}

#[test]
fn a_far_away_stamp_is_refused_because_its_grid_would_not_fit() {
    let rows = "m_1,0,1,2,,,3,4,5\nm_1,99999999999,1,2,,,3,4,5\n";
    let error = read(&DataConfig::default(), rows.as_bytes()).expect_err("too large").to_string();
    assert_eq!(
        error,
        "A grid of 900 s from 0 s to 99999999999 s needs 555555560 values (1 machines), and the limit is 150000000 \
         values; choose a wider grid, fewer machines or a shorter span"
    );
    let headed = "machine_id,time_stamp,cpu\na,0,1\na,99999999999,1\na,1,1\n";
    let error = read(&DataConfig::default(), headed.as_bytes()).expect_err("111 million bins from 3 rows").to_string();
    assert_eq!(
        error,
        "A grid of 900 s over 111111112 bins needs 111111112 values from 3 rows, and the limit is 16000000 values; choose \
         a wider grid, or look for a time stamp far from all others"
    );
}

#[test]
fn two_rows_far_apart_take_no_grid_that_they_cannot_bear_out() {
    let config = DataConfig { grid_secs: Some(1), ..DataConfig::default() };
    let rows = "m_1,0,41,92,,,43.04,33.08,5\nm_1,3300000,41,92,,,43.04,33.08,5\n";
    let error = read(&config, rows.as_bytes()).expect_err("too sparse").to_string();
    assert_eq!(
        error,
        "A grid of 1 s over 3300001 bins needs 16500005 values from 2 rows, and the limit is 16000000 values; choose a \
         wider grid, or look for a time stamp far from all others"
    );
    let dataset = read(&DataConfig::default(), rows.as_bytes()).expect("a wider grid");
    assert_eq!((dataset.grid_secs, dataset.n_bins), (900, 3667));
}

#[test]
fn a_row_cut_by_the_end_of_the_file_is_left_out_and_said() {
    for (tail, n_rows, cut) in [
        ("m_1,60,1,2", 1, Some("“t.csv” ends in the middle of line 2 (4 of 9 columns)")),
        ("m_1,60,1,2,,,3,4,-", 1, Some("“t.csv” ends in the middle of line 2 (9 of 9 columns)")),
        ("m_1,60,1,2,,,3,4,\"5", 2, None),
        ("m_1,60,1,2,,,3,\"4", 1, Some("“t.csv” ends in the middle of line 2 (8 of 9 columns)")),
        ("m_1,60,1,2,,,3,4,5", 2, None),
    ] {
        let text = format!("m_1,0,1,2,,,3,4,5\n{tail}");
        let dataset = read(&DataConfig::default(), text.as_bytes()).expect("the row before is good");
        assert_eq!(found(&dataset, "cut_file").map(|(_, first)| first), cut, "{tail}");
        assert_eq!(dataset.summary.n_rows, n_rows, "{tail}");
    }
}

#[test]
fn bad_rows_are_counted_when_they_may_be_skipped() {
    let config = DataConfig { skip_bad_rows: true, ..DataConfig::default() };
    let dataset =
        read(&config, b"m_1,0,1,2,,,3,4,5\nm_1,60,x,2,,,3,4,5\nm_1,70\nm_1,90,3,2,,,3,4,5\n").expect("two good rows");
    let (count, first) = found(&dataset, "bad_rows").expect("two bad rows");
    assert_eq!((count, dataset.at(0, 0, 0)), (2, 2.0));
    assert!(first.starts_with("Cannot read line 2, column 3 of “t.csv”: expected a number, found “x”"), "{first}");
    let none = read(&config, b"m_1,0,x,2,,,3,4,5\n").expect_err("no good row").to_string();
    assert!(none.contains("found 1 rows that cannot be read"), "{none}");
}

#[test]
fn files_of_one_kind_form_one_data_set_and_others_are_refused() {
    let mut ingest = Ingest::new(&DataConfig::default());
    for (name, row) in [("a", "m_1,0,1,2,,,3,4,5\n"), ("b", "m_2,900,1,2,,,3,4,5")] {
        ingest.begin_file(name);
        ingest.push(row.as_bytes()).expect("a row");
        ingest.end_file().expect("a table");
    }
    ingest.begin_file("c");
    ingest.push(b"machine_id,time_stamp,cpu\nm_1,0,1\n").expect("too short to see what it is");
    let error = ingest.end_file().expect_err("another kind");
    assert!(matches!(error, DataError::MixedFormats { .. }), "{error}");
    assert_eq!(ingest.push(b"x"), Err(error.clone()), "an error stays");
    assert_eq!(ingest.finish().err(), Some(error));
}

#[test]
fn the_real_raw_table_agrees_with_its_resampled_copy() {
    let test = "the_real_raw_table_agrees_with_its_resampled_copy";
    let Some(raw) = real_file(test, "alibaba2018/machine_usage.csv") else { return };
    let Some(gridded) = real_file(test, "alibaba2018/machine_usage_15min_118nodes.csv") else { return };
    let raw = read_chunks(&DataConfig::default(), "raw", raw.chunks(65_536)).expect("the official table");
    let gridded = read(&DataConfig::default(), &gridded).expect("the headed table");
    assert_eq!((raw.summary.n_rows, raw.n_nodes()), (100_002, 16));
    assert_eq!((gridded.summary.n_rows, gridded.n_nodes(), gridded.n_bins), (82_109, 118, 768));
    assert_eq!((gridded.grid_secs, gridded.summary.grid_reason.as_str()), (900, "step of the file"));
    assert!((gridded.summary.missing_share - 0.094).abs() < 0.001, "{}", gridded.summary.missing_share);
    assert_eq!(found(&gridded, "cluster_holes"), Some((20, "bin 158 (142200 s), 20 in a row")));
    assert_eq!(found(&raw, "out_of_range").map(|(count, _)| count), Some(16));

    let (mut n_common, mut apart) = (0, Vec::new());
    for (node, name) in raw.nodes.iter().enumerate() {
        let Some(other) = gridded.nodes.iter().position(|known| known == name) else { continue };
        for bin in 0..raw.n_bins {
            let secs = raw.start_secs + bin as i64 * 900 - gridded.start_secs;
            let Ok(other_bin) = usize::try_from(secs / 900) else { continue };
            let difference = match other_bin < gridded.n_bins {
                true => raw.at(bin, node, 0) - gridded.at(other_bin, other, 0),
                false => NAN,
            };
            n_common += usize::from(!difference.is_nan());
            if difference.abs() > 0.5001 {
                apart.push((name.clone(), secs, difference));
            }
        }
    }
    assert_eq!(n_common, 10_302);
    // Bin 209 of m_1947, the last machine of the file, which the file's end cuts off.
    let apart: Vec<(&str, i64)> = apart.iter().map(|(name, secs, _)| (name.as_str(), secs / 900)).collect();
    assert_eq!(apart, [("m_1947", 209)]);
}

/// What lies beside the project as research data, but for the description in words.
const SHARED: [&str; 27] = [
    "alibaba2017/batch_task.csv",
    "alibaba2017/server_event.csv",
    "alibaba2018/batch_task_j3.csv",
    "alibaba2018/container_meta_c1.csv",
    "alibaba2018/machine_meta.csv",
    "alibaba2018/machine_usage.csv",
    "alibaba2018/machine_usage_15min_118nodes.csv",
    "alibaba2021/Callgraph.csv",
    "alibaba2021/Node.csv",
    "alibaba2021/Resource.csv",
    "chaosstarbench/call_edges.csv",
    "chaosstarbench/expdelay-compose-3i.json",
    "chaosstarbench/inferred_faults.json",
    "chaosstarbench/jaeger_trace_edges.csv",
    "chaosstarbench/jaeger_traces_1695947455229.json",
    "chaosstarbench/pod-fail-test.json",
    "chaosstarbench/rfluc-userr.json",
    "chaosstarbench/sample_1hr.json",
    "chaosstarbench/store_spans.csv",
    "chaosstarbench/test-failure.json",
    "schemas/cluster-trace-v2017_schema.csv",
    "schemas/cluster-trace-v2018_schema.txt",
    "sockshop/container_chaos_faults.csv",
    "sockshop/container_chaos_nodes.csv",
    "sockshop/raw_container-chaos-info.csv",
    "sockshop/raw_metric-pod-carts-5ff676694b-fzj9z.csv",
    "wide/simple_metrics.csv",
];

/// The larger tables of pods are read in tests of their own.
#[test]
fn every_real_file_opens_and_says_what_it_waits_for() {
    for path in SHARED {
        let Some(bytes) = real_file("every_real_file_opens_and_says_what_it_waits_for", path) else { continue };
        let dataset = read_chunks(&DataConfig::default(), path, bytes.chunks(65_536));
        let dataset = dataset.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(dataset.summary.n_rows > 0 && !dataset.summary.format.is_empty(), "{path}");
        assert_eq!(dataset.n_nodes() == 0, found(&dataset, "no_series").is_some(), "{path}");
    }
}

fn cut_into<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut start = 0;
    let mut chunks: Vec<&[u8]> = cuts.iter().map(|&cut| &bytes[std::mem::replace(&mut start, cut)..cut]).collect();
    chunks.push(&bytes[start..]);
    chunks
}

fn same(a: Result<Dataset, DataError>, b: Result<Dataset, DataError>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => bits(&a) == bits(&b) && a.summary == b.summary,
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

proptest! {
    #[test]
    fn any_chunking_equals_the_whole(
        which in 0_usize..4,
        damage in proptest::option::of((0_usize..2000, any::<u8>())),
        cuts in proptest::collection::vec(any::<usize>(), 0..12),
        skip_bad_rows: bool,
    ) {
        let headed_crlf = String::from_utf8_lossy(HEADED).replace('\n', "\r\n").into_bytes();
        let bom = [b"\xef\xbb\xbf", RAW].concat();
        let mut bytes = [RAW.to_vec(), HEADED.to_vec(), headed_crlf, bom][which].clone();
        if let Some((at, byte)) = damage {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let config = DataConfig { skip_bad_rows, ..DataConfig::default() };
        let whole = read(&config, &bytes);
        prop_assert!(same(read_chunks(&config, "t.csv", cut_into(&bytes, &cuts)), whole.clone()));
        prop_assert!(same(read_chunks(&config, "t.csv", bytes.chunks(1)), whole));
    }

    #[test]
    fn any_bytes_give_a_data_set_or_an_error(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        text in "(m_[0-9]{1,2},[0-9e.-]{1,6},[0-9,\"\n-]{0,30}\n){0,6}",
        skip_bad_rows: bool,
    ) {
        let config = DataConfig { skip_bad_rows, ..DataConfig::default() };
        let headed = format!("machine_id,time_stamp,cpu\n{text}");
        for bytes in [&bytes, text.as_bytes(), headed.as_bytes()] {
            if let Err(error) = read(&config, bytes) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn binning_does_not_depend_on_the_order_of_rows(
        stamps in proptest::collection::btree_set((0_u8..3, 0_u32..8000), 1..60),
        percent in proptest::collection::vec(0_u32..10_000, 60),
        step in 1_u32..40,
        is_headed: bool,
        seed: u32,
    ) {
        let rows: Vec<String> = stamps.iter().zip(&percent).map(|((machine, stamp), cpu)| {
            let (stamp, cpu) = (stamp / step * step, f64::from(*cpu) / 100.0);
            if is_headed { format!("m_{machine},{stamp},{cpu}\n") } else { format!("m_{machine},{stamp},{cpu},,,,,,{cpu}\n") }
        }).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let header = if is_headed { "machine_id,time_stamp,cpu\n" } else { "" };
        let mut shuffled = rows.clone();
        loadstone::stream::Stream::Data.rng(seed, "rows").shuffle(&mut shuffled);
        let config = DataConfig::default();
        let a = read(&config, format!("{header}{}", rows.concat()).as_bytes()).expect("a table");
        let b = read(&config, format!("{header}{}", shuffled.concat()).as_bytes()).expect("a table");
        prop_assert_eq!(bits(&a), bits(&b));
        prop_assert_eq!((a.nodes, a.grid_secs, a.start_secs), (b.nodes, b.grid_secs, b.start_secs));
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn an_archive_gives_the_same_data_as_the_file_inside() {
    let plain = read(&DataConfig::default(), RAW).expect("a table");
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in [("trace/README.md", &b"about this trace"[..]), ("trace/machine_usage.csv", RAW)] {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes).expect("memory");
    }
    let tar = builder.into_inner().expect("memory");
    for packed in [gzip(RAW), tar.clone(), gzip(&tar)] {
        let unpacked = read_chunks(&DataConfig::default(), "t", packed.chunks(1000)).expect("a table");
        assert_eq!(bits(&unpacked), bits(&plain));
        assert_eq!((unpacked.summary.n_rows, unpacked.nodes), (32, plain.nodes.clone()));
        assert_eq!(unpacked.summary.files[0].sha256, loadstone::digest::sha256_hex(&packed));
    }
    let unpacked = read(&DataConfig::default(), &gzip(&tar)).expect("a table");
    assert_eq!(found(&unpacked, "skipped_members"), Some((1, "“t.csv › trace/README.md”")));
    assert_eq!(found(&unpacked, "out_of_range"), Some((5, "“t.csv › trace/machine_usage.csv”, line 5, column 9: 101")));
}

#[test]
fn an_archive_without_a_trace_says_what_is_inside() {
    let sentence = read(&DataConfig::default(), &gzip(b"hello")).expect_err("no trace").to_string();
    assert!(sentence.starts_with("“t.csv” is not a trace"), "{sentence}");
}
