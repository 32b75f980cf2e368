//! Writes a made-up `machine_usage.csv` and its `.tar.gz`: `make-trace FOLDER [MIB]`.

use loadstone_e2e::Trace;
use std::env;
use std::path::PathBuf;

fn main() {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("the first argument is a folder"));
    let mib = arguments.next().map_or(1024, |mib| mib.parse().expect("the second argument is a number of MiB"));
    let trace = Trace::make(&folder, mib << 20).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    println!("{}\n{}", trace.csv.display(), trace.archive.display());
}
