//! Small documents of all formats, as what the intake makes of them.

mod inferred;
mod prometheus;
mod snapshots;
mod traces;

use proptest::prelude::*;

use super::super::dataset::Finding;
use super::super::intake::Gathered;
use super::*;
use crate::config::{DataConfig, NodeLevel as Level};

/// What a file gives: its rows, its title, and the intake.
type Found = (u64, Option<&'static str>, Intake);

fn read_chunks<'a>(name: &str, chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Found, DataError> {
    let (mut json, mut intake) = (JsonFile::new(name), Intake::new(None));
    for chunk in chunks {
        json.push(chunk, &mut intake)?;
    }
    json.end(&mut intake)?;
    Ok((json.rows(), json.title(), intake))
}

fn read(text: &str) -> Result<Found, DataError> {
    read_chunks("f.json", [text.as_bytes()])
}

/// Everything that a file gives, with a machine beside it so that calls alone are enough.
fn gathered(found: Found) -> Gathered {
    let mut intake = found.2;
    let entity = intake.entity(Level::Machine, "beside").expect("few");
    let metric = intake.metric("cpu", "CPU", Default::default());
    intake.sample(entity, metric, 0, 1.0).expect("few");
    let config = DataConfig { grid_secs: Some(10), ..DataConfig::default() };
    intake.finish(&config).expect("it fits")
}

fn count(findings: &[Finding], id: &str) -> Option<(u64, String)> {
    findings.iter().find(|finding| finding.id == id).map(|finding| (finding.count, finding.first.clone()))
}

#[track_caller]
fn refused(text: &str, (line, column): (u64, usize), found: &str) {
    let (file, found) = ("f.json".to_owned(), found.to_owned());
    let error = read(text).map(|found| found.0);
    assert_eq!(error, Err(DataError::NotATrace { file, line, column, found }), "{text}");
}

#[track_caller]
fn unreadable(text: &str, (line, column): (u64, usize), found: &str) {
    let (file, found) = ("f.json".to_owned(), found.to_owned());
    let error = read(text).map(|found| found.0);
    assert_eq!(error, Err(DataError::Json { file, line, column, found }), "{text}");
}

#[test]
fn other_json_is_named() {
    refused(r#"{"name":"x","version":"1"}"#, (1, 26), "JSON with the keys name, version");
    refused("[1,2]", (1, 1), "a JSON array");
    refused("{}", (1, 2), "an empty JSON object");
    refused(r#"{"data":[1,2]}"#, (1, 14), "JSON with the key data");
    refused(r#"{"data":[{"a":1}]}"#, (1, 18), "JSON with the key data");
    refused(r#"{"status":"success"}"#, (1, 20), "JSON with the key status");
    refused("{\"resourceSpans\":[]}\n{\"x\":1}", (2, 7), "JSON with the key x");
    refused(
        r#"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1}"#,
        (1, 49),
        "JSON with the keys a, b, c, d, e, f and more",
    );
}

#[test]
fn a_cut_file_without_anything_whole_is_an_error() {
    unreadable(r#"{"status":"success","data":{"resultType":"#, (1, 42), "the end of the file");
    unreadable(r#"{"data":[{"traceID":"1","spans":[{"spanID":"1","#, (1, 48), "the end of the file");
    unreadable(r#"{"name":"#, (1, 9), "the end of the file");
}

/// Everything a data set would hold, as text.
fn outcome(found: Result<Found, DataError>) -> String {
    match found {
        Err(error) => error.to_string(),
        Ok(found) => {
            let head = format!("{} {:?}", found.0, found.1);
            format!("{head} {:?}", gathered(found))
        }
    }
}

proptest! {
    #[test]
    fn any_chunking_of_any_beginning_gives_the_same(
        which in 0_usize..4,
        keep in 0.0_f64..1.2,
        size in 1_usize..40,
    ) {
        let text = [prometheus::POD, traces::JAEGER, traces::OTLP, inferred::FAULTS][which].as_bytes();
        let text = &text[..((text.len() as f64 * keep) as usize).min(text.len())];
        let whole = outcome(read_chunks("f.json", [text]));
        prop_assert_eq!(&outcome(read_chunks("f.json", text.chunks(size))), &whole);
    }

    #[test]
    fn no_damage_makes_it_panic(which in 0_usize..4, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut text = [prometheus::POD, traces::JAEGER, traces::OTLP, inferred::FAULTS][which].as_bytes().to_vec();
        let at = at.index(text.len());
        text[at] = byte;
        let whole = outcome(read_chunks("f.json", [&text[..]]));
        prop_assert_eq!(&outcome(read_chunks("f.json", text.chunks(7))), &whole);
    }
}
