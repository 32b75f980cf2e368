//! Saved snapshots.

use super::super::snapshots::Snapshots;
use super::*;

/// Two instances of one service on two hosts, one slice; three snapshots 5 s apart, the last two labelled.
const SAVED: &str = r#"{"header":{"schema":1,"metric":"cpu","delta_millis":5000,"n_slices":1,
"deployment":{"types":["web"],"hosts":["m1",""],"instances":[{"name":"web-1","type":0,"host":0},{"name":"web-2","type":0,"host":1}]},
"feature_names":["cpu","missing"],
"edges":[[0,3,"type_instance"],[0,4,"type_instance"],[1,3,"host_instance"],[2,4,"host_instance"],[3,5,"instance_slice"],[4,6,"instance_slice"]]},
"snapshots":[
{"at_millis":2500,"label":false,"kept":true,"missing":[],"features":[0.5,0.0,0.25,0.0,0.75,0.0,0.25,0.0,0.75,0.0,0.25,0.0,0.75,0.0]},
{"at_millis":7500,"label":true,"kept":true,"missing":[1],"features":[0.5,0.0,0.5,0.0,0.5,0.0,0.5,0.0,0.5,1.0,0.5,0.0,0.5,1.0]},
{"at_millis":12500,"label":true,"kept":false,"missing":[],"features":[-0.0,0.0,1e-7,0.0,2.0,0.0,1.0,0.0,3.5,0.0,1.0,0.0,3.5,0.0]}]}"#;

fn saved(text: &str) -> Gathered {
    let (_, _, intake) = read(text).expect("saved snapshots");
    intake.finish(&DataConfig::default()).expect("small")
}

#[test]
fn saved_snapshots_are_a_data_set_of_instances() {
    let (rows, title, _) = read(SAVED).expect("saved snapshots");
    assert_eq!((rows, title), (3, Some(Snapshots::TITLE)));
    let found = saved(SAVED);
    assert_eq!((found.nodes.as_slice(), found.level), (&["web-1".to_owned(), "web-2".to_owned()][..], Level::Instance));
    assert_eq!((found.grid_secs, found.start_secs, found.n_bins), (5, 0, 3));
    assert_eq!(
        found.values.iter().map(|value| value.to_string()).collect::<Vec<_>>(),
        ["0.25", "0.75", "0.5", "NaN", "1", "3.5"]
    );
    let places: Vec<(&str, &str)> =
        found.system.placements.iter().map(|place| (place.service.as_str(), place.host.as_str())).collect();
    assert_eq!(places, [("web", "m1"), ("web", "")]);
    let faults: Vec<(i64, i64)> =
        found.system.faults.iter().map(|fault| (fault.start_millis, fault.end_millis)).collect();
    assert_eq!(faults, [(7500, 17_500)]);
    assert!(found.system.recording.is_empty(), "they are no samples");
    let counts = found.system.summary().snapshots.expect("snapshots");
    assert_eq!((counts.n_snapshots, counts.n_nodes, counts.n_edges, counts.n_labels), (3, 7, 6, 2));
}

#[test]
fn what_was_saved_is_kept_byte_by_byte() {
    let document = saved(SAVED).system.snapshots.expect("snapshots");
    assert_eq!(document.to_json().replace("0.0000001", "1e-7"), SAVED.replace('\n', ""));
}

#[track_caller]
fn refuses(from: &str, to: &str, said: &str) {
    assert!(SAVED.contains(from), "{from}");
    let error = read(&SAVED.replacen(from, to, 1)).map(|found| found.0).expect_err("it does not fit").to_string();
    let sentence = format!("Cannot read {said}; save the snapshots again");
    assert_eq!(error.replace(" of “f.json”", ""), sentence);
}

#[test]
fn what_does_not_fit_is_named_with_its_place() {
    refuses("\"schema\":1", "\"schema\":9", "line 1, column 21: expected schema 1, found 9");
    refuses("\"n_slices\":1", "\"n_slices\":0", "line 1, column 69: expected n_slices from 1 to 64, found 0");
    refuses(
        "\"delta_millis\":5000",
        "\"delta_millis\":\"x\"",
        "line 1, column 53: expected delta_millis from 1 to 60000, found x",
    );
    refuses("\"metric\":\"cpu\",", "", "line 4, column 144: expected metric, found none");
    refuses(
        "\"type\":0",
        "\"type\":4",
        "line 4, column 144: expected a type below 1 and a host below 2, found 4 and 0 of instance 0, “web-1”",
    );
    refuses(
        "\"name\":\"web-2\"",
        "\"name\":\"web-1\"",
        "line 4, column 144: expected instances of different names, found “web-1” twice",
    );
    refuses("[4,6,", "[4,7,", "line 4, column 144: expected edges between two of 7 nodes, found another one, edge 5");
    refuses("[4,6,", "[4,", "line 4, column 140: expected an edge of two nodes and a role, found 1 nodes");
    refuses(
        "\"kept\":true",
        "\"keep\":true",
        "line 6, column 40: expected snapshots as they were saved, found true at “keep”",
    );
    refuses(
        "\"kept\":true",
        "\"kept\":null",
        "line 6, column 40: expected snapshots as they were saved, found a word at “kept”",
    );
    refuses("\"label\":true,", "", "line 7, column 113: expected label, found none");
    refuses("\"missing\":[1]", "\"missing\":[2]", "line 7, column 55: expected missing from 0 to 1, found 2");
    refuses("[-0.0,", "[", "line 8, column 124: expected 14 features, found 13");
    refuses("[-0.0,", "[1e99,", "line 8, column 71: expected a finite feature, found 1e99");
    refuses(
        "\"at_millis\":12500",
        "\"at_millis\":7500",
        "line 8, column 128: expected at_millis above 7500, found 7500",
    );
}

#[test]
fn headers_of_others_and_documents_without_snapshots_are_said() {
    refused(r#"{"header":{"title":"x"},"snapshots":[1]}"#, (1, 40), "JSON with the keys header, snapshots");
    let begin = SAVED.find("\n{\"at").expect("a snapshot");
    let error = read(&format!("{}]}}", &SAVED[..begin])).map(|found| found.0).expect_err("no snapshot");
    assert!(error.to_string().contains("found no snapshot"), "{error}");
    let two = format!("{SAVED}{SAVED}");
    assert!(read(&two).map(|found| found.0).expect_err("two").to_string().contains("expected one header"));
}

#[test]
fn a_cut_document_keeps_its_whole_snapshots() {
    let cut = SAVED.find("{\"at_millis\":12500").expect("a snapshot") + 30;
    let (rows, _, intake) = read(&SAVED[..cut]).expect("two snapshots");
    let found = intake.finish(&DataConfig::default()).expect("small");
    assert_eq!((rows, found.n_bins, count(&found.findings, "cut_json").is_some()), (2, 2, true));
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_snapshots(size in 1_usize..200) {
        let (_, _, intake) = read_chunks("f.json", SAVED.as_bytes().chunks(size)).expect("saved snapshots");
        let found = intake.finish(&DataConfig::default()).expect("small");
        prop_assert_eq!(found.system.snapshots, saved(SAVED).system.snapshots);
    }
}
