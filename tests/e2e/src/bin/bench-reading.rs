//! Reads one made-up trace with the built page, DuckDB-WASM and PapaParse, each in a fresh browser, and prints a table.
//!
//! `bench-reading FOLDER [MIB [REPEATS]]`; the folder holds the packages of the other readers and keeps the trace.

use loadstone_e2e::{Reading, Trace, read_with_loadstone, read_with_rival};
use std::env;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

/// As the page's summary writes them.
const MACHINES: &str = "4,034 machines";
const MIB: f64 = 1_048_576.0;

/// One reader with one file.
struct Contest {
    name: &'static str,
    rival: Option<&'static str>,
    is_archive: bool,
}

const CONTESTS: [Contest; 4] = [
    Contest { name: "Loadstone, .csv", rival: None, is_archive: false },
    Contest { name: "DuckDB-WASM, .csv", rival: Some("duckdb"), is_archive: false },
    Contest { name: "PapaParse, .csv", rival: Some("papaparse"), is_archive: false },
    Contest { name: "Loadstone, .tar.gz", rival: None, is_archive: true },
];

fn main() {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("the first argument is a folder"));
    let mut number = |default| arguments.next().map_or(default, |word| word.parse().expect("a number"));
    let (n_mib, n_repeats) = (number(1024), number(3));
    let trace = Trace::make(&folder, n_mib << 20).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let n_bytes = fs::metadata(&trace.csv).expect("the trace was made").len();
    println!("{} bytes of machine_usage.csv; MB are 10^6 bytes of it, unpacked", n_bytes);

    let mut best: Vec<Result<Reading, String>> = CONTESTS.iter().map(|_| Err("not read".to_owned())).collect();
    for _ in 0..n_repeats {
        for (contest, best) in CONTESTS.iter().zip(&mut best) {
            let outcome = run(contest, &folder, &trace);
            println!("{:<20} {} (load {})", contest.name, told(&outcome), load());
            if best.as_ref().map_or(true, |best| outcome.as_ref().is_ok_and(|reading| reading.secs < best.secs)) {
                *best = outcome;
            }
        }
    }
    print!("\n{}", table(&best, n_bytes));
    figures(&best, n_bytes);
}

fn run(contest: &Contest, folder: &Path, trace: &Trace) -> Result<Reading, String> {
    let file = if contest.is_archive { &trace.archive } else { &trace.csv };
    match contest.rival {
        None => read_with_loadstone(file, MACHINES),
        // A browser that runs out of memory is a result as well.
        Some(rival) => catch_unwind(|| read_with_rival(folder, rival, file))
            .unwrap_or_else(|_| Err("the browser gave up".to_owned())),
    }
}

fn told(outcome: &Result<Reading, String>) -> String {
    match outcome {
        Ok(reading) => format!("{:.2} s: {}", reading.secs, reading.text),
        Err(why) => format!("not read: {why}"),
    }
}

/// How busy the machine is with this and other things.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

/// What a reading amounts to: each figure with its unit.
fn amounts(reading: &Reading, n_bytes: u64) -> [(&'static str, Option<f64>, &'static str); 5] {
    let megabytes = n_bytes as f64 / 1e6;
    let mib = |bytes: u64| bytes as f64 / MIB;
    let cpu_secs = reading.usage.map(|[before, after]| after.cpu_secs - before.cpu_secs);
    let growth = reading.usage.map(|[before, after]| mib(after.peak_bytes.saturating_sub(before.resident_bytes)));
    [
        ("speed", Some(megabytes / reading.secs), "MB/s"),
        ("time", Some(reading.secs), "s"),
        ("computing time", cpu_secs, "s"),
        ("wasm memory", reading.wasm_bytes.map(mib), "MiB"),
        ("process memory", growth, "MiB"),
    ]
}

/// One row per reader; the last column says how many times faster or slower than Loadstone with the same table.
fn table(best: &[Result<Reading, String>], n_bytes: u64) -> String {
    let mut table = format!(
        "{:<20} {:>10} {:>8} {:>12} {:>14} {:>18} {:>14}\n",
        "reader", "MB/s", "s", "computing, s", "wasm, MiB", "process, + MiB", "of Loadstone"
    );
    let own_secs = best.first().and_then(|own| own.as_ref().ok()).map(|own| own.secs);
    for (contest, outcome) in CONTESTS.iter().zip(best) {
        let reading = match outcome {
            Ok(reading) => reading,
            Err(why) => {
                table += &format!("{:<20} {why}\n", contest.name);
                continue;
            }
        };
        let [speed, secs, cpu, wasm, process] = amounts(reading, n_bytes).map(|(_, value, _)| cell(value));
        let ratio = cell(own_secs.map(|own| own / reading.secs));
        table +=
            &format!("{:<20} {speed:>10} {secs:>8} {cpu:>12} {wasm:>14} {process:>18} {ratio:>14}\n", contest.name);
    }
    table
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn figures(best: &[Result<Reading, String>], n_bytes: u64) {
    for (contest, reading) in CONTESTS.iter().zip(best) {
        let Ok(reading) = reading else { continue };
        for (what, value, unit) in amounts(reading, n_bytes) {
            let Some(value) = value else { continue };
            println!("bench: {}, {what} | {value:.2} | {unit}", contest.name);
        }
    }
}
