//! Faults inferred from recordings.

use super::*;

/// One recording with a start and an end, and one with windows.
pub(super) const FAULTS: &str = r#"{"note": "not published",
 "run": {"fault": "crash", "start": 10, "end": 25.5, "pods": ["web-0", "db-0"], "by": {"start": "hand"}},
 "data": {"windows": [[0, 1], [2, 3e0]], "pods": ["web-0"]}}"#;

/// All entries beside recordings that begin at 100 s, as start, end, target and kind.
fn faults(text: &str) -> Vec<(i64, i64, String, String)> {
    let mut found = read(text).expect("faults");
    for file in ["run.json", "data.json"] {
        found.2.begin_file(file);
        found.2.sampled(100_000);
    }
    found.2.begin_file("beside.json");
    let faults = gathered(found).system.faults.into_iter();
    faults.map(|of| (of.start_millis, of.end_millis, of.target, of.kind)).collect()
}

#[test]
fn recordings_have_faults_for_each_pod_and_window() {
    let found = read(FAULTS).expect("faults");
    assert_eq!((found.0, found.1), (4, Some("inferred faults")));
    let fault = |start, end, target: &str, kind: &str| (start, end, target.to_owned(), kind.to_owned());
    let expected = [
        fault(100_000, 101_000, "web-0", "inferred"),
        fault(102_000, 103_000, "web-0", "inferred"),
        fault(110_000, 125_500, "db-0", "inferred: crash"),
        fault(110_000, 125_500, "web-0", "inferred: crash"),
    ];
    assert_eq!(faults(FAULTS), expected);
}

#[test]
fn documents_without_times_and_pods_are_something_else() {
    refused(r#"{"run":{"start":1,"end":2}}"#, (1, 27), "JSON with the key run");
    refused(r#"{"run":{"pods":["a"]},"x":1}"#, (1, 28), "JSON with the keys run, x");
    refused(r#"{"run":[{"start":1,"end":2,"pods":["a"]}]}"#, (1, 42), "JSON with the key run");
    refused(r#"{"run":{"start":"2024-01-01"}}"#, (1, 30), "JSON with the key run");
}

#[test]
fn spoilt_entries_get_one_sentence_with_their_place() {
    let secs = "a number of seconds from 0 on belongs (recording “r”)";
    let window = "a window of two numbers belongs (recording “r”)";
    let pod = "the name of a pod of at most 256 bytes belongs (recording “r”)";
    for (entry, found) in [
        (r#""start":-5,"end":2,"pods":["a"]"#, format!("“-5” where {secs}")),
        (r#""start":1,"end":1e300,"pods":["a"]"#, format!("“1e300” where {secs}")),
        (r#""start":"1","end":2,"pods":["a"]"#, format!("“1” where {secs}")),
        (r#""start":null,"end":2,"pods":["a"]"#, format!("true, false or null where {secs}")),
        (r#""start":{},"end":2,"pods":["a"]"#, format!("an object where {secs}")),
        (r#""start":1,"pods":["a"]"#, "one of start and end where both belong (recording “r”)".to_owned()),
        (r#""start":2,"end":2,"pods":["a"]"#, "a window that does not end behind its start (recording “r”)".to_owned()),
        (r#""windows":[[2,1]],"pods":["a"]"#, "a window that does not end behind its start (recording “r”)".to_owned()),
        (r#""windows":[],"pods":["a"]"#, "no pod or no window (recording “r”)".to_owned()),
        (r#""start":1,"end":2,"pods":[]"#, "no pod or no window (recording “r”)".to_owned()),
        (r#""windows":[[1]],"pods":["a"]"#, format!("a list where {window}")),
        (
            r#""windows":[[1,2,3]],"pods":["a"]"#,
            "“3” where the end of a window of two numbers belongs (recording “r”)".to_owned(),
        ),
        (r#""windows":[1,2],"pods":["a"]"#, format!("“1” where {window}")),
        (r#""windows":[["x",2]],"pods":["a"]"#, format!("“x” where {window}")),
        (r#""windows":[[-1,2]],"pods":["a"]"#, format!("“-1” where {secs}")),
        (r#""windows":"all","pods":["a"]"#, format!("“all” where {window}")),
        (r#""start":1,"end":2,"pods":"a""#, format!("“a” where {pod}")),
        (r#""start":1,"end":2,"pods":[""]"#, format!("“” where {pod}")),
        (r#""start":1,"end":2,"pods":[["a"]]"#, format!("a list where {pod}")),
        (
            r#""fault":7,"start":1,"end":2,"pods":["a"]"#,
            "“7” where a description of at most 256 bytes on one line belongs (recording “r”)".to_owned(),
        ),
    ] {
        let text = format!(r#"{{"r":{{{entry}}}}}"#);
        unreadable(&text, (1, text.len() - 1), &found);
    }
    let good = r#""q":{"start":1,"end":2,"pods":["a"]}"#;
    let lacks = format!(r#"{{{good},"r":{{"start":1,"end":2}}}}"#);
    unreadable(&lacks, (1, lacks.len()), "“r” without pods");
    let lacks = format!(r#"{{"r":{{"pods":["b"]}},{good}}}"#);
    unreadable(&lacks, (1, lacks.len()), "“r” without times");
    let long = "r".repeat(300);
    let text = format!(r#"{{"{long}":{{"start":1,"end":2,"pods":["a"]}}}}"#);
    let found = "“rrrrrrrrrrrrrrrrrrrrrrrr…” where the name of a recording of at most 256 bytes belongs";
    unreadable(&text, (1, text.len() - 1), found);
}

#[test]
fn memory_is_bounded() {
    let pods = vec![r#""a""#; 10_001].join(",");
    let text = format!(r#"{{"r":{{"start":1,"end":2,"pods":[{pods}]}}}}"#);
    let error = read(&text).map(|found| found.0).expect_err("too many").to_string();
    assert!(error.starts_with("This list of inferred faults needs more than 200000 faults"), "{error}");
    let (pods, windows) = (vec![r#""a""#; 1000].join(","), vec!["[1,2]"; 201].join(","));
    let text = format!(r#"{{"r":{{"windows":[{windows}],"pods":[{pods}]}}}}"#);
    assert!(matches!(read(&text), Err(DataError::TooLarge { .. })));
}

#[test]
fn of_a_cut_file_whole_entries_are_used() {
    let text = r#"{"run":{"start":1,"end":2,"pods":["a"]},"data":{"start":1,"#;
    let found = read(text).expect("one entry is whole");
    assert_eq!(found.0, 1);
    assert!(count(&gathered(found).findings, "cut_json").is_some());
}
