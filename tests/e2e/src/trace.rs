//! A made-up `machine_usage.csv` of any size, in the form of Alibaba's v2018 trace, and its archive.
//!
//! The published table has 246 million rows and no home here, so its form is imitated from its head: one block of
//! rows per machine, stamps that are multiples of 10 s with irregular gaps, a hole over all machines, per cents as
//! whole numbers or with two decimals, `mem_gps` and `mkpi` empty in most rows, a few marks of invalid values.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Machines of the published trace.
pub const N_MACHINES: u64 = 4034;
/// Stamps are multiples of this.
const STEP_SECS: u64 = 10;
const DAYS_SECS: u64 = 8 * 86_400;
/// No machine of the published head reports in this time.
const HOLE_SECS: std::ops::Range<u64> = 142_000..160_000;
/// Bytes of a typical row: the mean of the published head is 36.8.
const ROW_BYTES: u64 = 37;
/// Part of the folder's name; another form of the rows needs another one.
const FORM: u32 = 1;
const NAME: &str = "machine_usage.csv";

/// A trace on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The table.
    pub csv: PathBuf,
    /// The same table as `.tar.gz`, which is how it is published.
    pub archive: PathBuf,
}

impl Trace {
    /// The trace of about so many bytes below a folder; written if it is not there. The same size gives the same bytes.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn make(folder: &Path, n_bytes: u64) -> io::Result<Self> {
        let folder = folder.join(format!("trace-{FORM}-{n_bytes}"));
        fs::create_dir_all(&folder)?;
        let trace = Self { csv: folder.join(NAME), archive: folder.join("machine_usage.tar.gz") };
        if !trace.csv.exists() {
            write_whole(&trace.csv, |file| write_rows(file, n_bytes))?;
        }
        if !trace.archive.exists() {
            write_whole(&trace.archive, |file| pack(file, &trace.csv))?;
        }
        Ok(trace)
    }
}

/// A file that is there is complete.
fn write_whole(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let unfinished = path.with_extension("part");
    let mut file = BufWriter::with_capacity(1 << 20, File::create(&unfinished)?);
    write(&mut file)?;
    file.flush()?;
    fs::rename(unfinished, path)
}

fn pack(to: &mut impl Write, csv: &Path) -> io::Result<()> {
    let mut archive = tar::Builder::new(GzEncoder::new(to, Compression::default()));
    let mut header = tar::Header::new_gnu();
    header.set_size(fs::metadata(csv)?.len());
    header.set_mode(0o644);
    archive.append_data(&mut header, NAME, File::open(csv)?)?;
    archive.into_inner()?.finish()?;
    Ok(())
}

/// Each stamp of each machine is kept with the probability that spreads the bytes that are left over the stamps that
/// are left, so that every size spans all machines and all days.
fn write_rows(to: &mut impl Write, n_bytes: u64) -> io::Result<()> {
    let mut random = Random(n_bytes);
    let stamps: Vec<u64> =
        (0..DAYS_SECS / STEP_SECS).map(|step| step * STEP_SECS).filter(|stamp| !HOLE_SECS.contains(stamp)).collect();
    let mut n_written = 0;
    for machine in 1..=N_MACHINES {
        let budget = n_bytes * machine / N_MACHINES;
        let mut load = Load::new(&mut random);
        let mut block = Vec::new();
        let mut n_block = 0;
        for (&stamp, n_left) in stamps.iter().zip((1..=stamps.len() as u64).rev()) {
            let bytes_left = budget.saturating_sub(n_written + n_block);
            if random.below(n_left * ROW_BYTES) < bytes_left {
                let row = load.row(machine, stamp, &mut random);
                n_block += row.len() as u64;
                block.push(row);
            }
        }
        disorder(&mut block, &mut random);
        n_written += n_block;
        block.iter().try_for_each(|row| to.write_all(row.as_bytes()))?;
    }
    Ok(())
}

/// One row in a thousand comes after the next one.
fn disorder(block: &mut [String], random: &mut Random) {
    for idx in 1..block.len() {
        if random.below(1000) == 0 {
            block.swap(idx - 1, idx);
        }
    }
}

/// What a machine reports, in hundredths.
struct Load {
    cpu: u64,
    mem: u64,
    net_in: u64,
    net_out: u64,
}

impl Load {
    fn new(random: &mut Random) -> Self {
        let cpu = 2000 + random.below(3000);
        let mem = 7500 + random.below(2000);
        Self { cpu, mem, net_in: 1600 + random.below(2500), net_out: 1100 + random.below(2000) }
    }

    /// One row after a little time: load wanders, the two net columns creep upwards.
    fn row(&mut self, machine: u64, stamp: u64, random: &mut Random) -> String {
        self.cpu = wander(self.cpu, 400, random).clamp(300, 9400);
        self.mem = wander(self.mem, 60, random).clamp(5200, 9800);
        self.net_in = (self.net_in + random.below(400) / 399).min(9900);
        self.net_out = (self.net_out + random.below(400) / 399).min(9900);
        let mut row = format!("m_{machine},{stamp},{},{},", self.cpu / 100, self.mem / 100);
        if random.below(100) < 22 {
            decimal(&mut row, 16 + random.below(600));
            row.push_str(if random.below(2) == 0 { ",0," } else { ",1," });
        } else {
            row.push_str(",,");
        }
        decimal(&mut row, self.net_in);
        row.push(',');
        decimal(&mut row, self.net_out);
        match random.below(6000) {
            0 => row.push_str(",-1\n"),
            1 => row.push_str(",101\n"),
            other => writeln!(row, ",{}", 1 + other % 13).expect("a string takes every text"),
        }
        row
    }
}

fn wander(hundredths: u64, width: u64, random: &mut Random) -> u64 {
    (hundredths + random.below(2 * width + 1)).saturating_sub(width)
}

/// As the publisher writes it: no zeros at the end.
fn decimal(row: &mut String, hundredths: u64) {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match (rest / 10, rest % 10) {
        (0, 0) => write!(row, "{whole}"),
        (tenths, 0) => write!(row, "{whole}.{tenths}"),
        (tenths, last) => write!(row, "{whole}.{tenths}{last}"),
    }
    .expect("a string takes every text");
}

/// SplitMix64: a small generator that is good enough for made-up load.
struct Random(u64);

impl Random {
    /// A whole number in `0..n`.
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * u128::from(n)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(n_bytes: u64) -> String {
        let mut bytes = Vec::new();
        write_rows(&mut bytes, n_bytes).expect("memory can be written");
        String::from_utf8(bytes).expect("the table is text")
    }

    #[test]
    fn a_table_has_its_size_and_all_machines_and_is_always_the_same() {
        let text = table(4_000_000);
        assert!(text.len().abs_diff(4_000_000) < 100, "{} bytes", text.len());
        let mut machines: Vec<&str> = text.lines().filter_map(|row| row.split(',').next()).collect();
        machines.dedup();
        assert_eq!(machines.len() as u64, N_MACHINES);
        assert_eq!(text, table(4_000_000));
    }

    #[test]
    fn rows_look_like_the_published_ones() {
        let text = table(2_000_000);
        let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(',').collect()).collect();
        assert!(rows.iter().all(|row| row.len() == 9));
        assert!(rows.iter().all(|row| row[1].ends_with('0') && row[1].parse::<u64>().is_ok_and(|at| at < DAYS_SECS)));
        let n_empty = rows.iter().filter(|row| row[4].is_empty() && row[5].is_empty()).count();
        let share = n_empty as f64 / rows.len() as f64;
        assert!((0.75..0.81).contains(&share), "{share} of the rows lack mem_gps");
        let mean = text.len() as f64 / rows.len() as f64;
        assert!((34.0..40.0).contains(&mean), "{mean} bytes a row");
    }

    #[test]
    fn decimals_have_no_zeros_at_the_end() {
        let text = |hundredths| {
            let mut row = String::new();
            decimal(&mut row, hundredths);
            row
        };
        assert_eq!([3400, 3310, 3308, 8].map(text), ["34", "33.1", "33.08", "0.08"]);
    }
}
