//! Memory and computing time of the browser's processes, from Linux's `/proc`.

use std::fs;

/// What the processes that show pages have used, the largest of them for memory.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Memory in use now.
    pub resident_bytes: u64,
    /// Most memory in use at any time.
    pub peak_bytes: u64,
    /// Computing time of all threads.
    pub cpu_secs: f64,
}

/// Linux counts computing time in hundredths on every architecture that a browser runs on.
const TICKS_PER_SEC: f64 = 100.0;

/// The page's process: of all renderers below `ancestor` the one that held most memory. `None` without `/proc`.
pub(crate) fn renderer_usage(ancestor: u32) -> Option<Usage> {
    let processes: Vec<Process> = fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| process(&entry)).collect();
    let renderers = processes.iter().filter(|process| process.is_renderer && descends(process, ancestor, &processes));
    renderers.filter_map(usage).max_by_key(|usage| usage.peak_bytes)
}

struct Process {
    id: u32,
    parent: u32,
    cpu_secs: f64,
    is_renderer: bool,
}

fn process(entry: &fs::DirEntry) -> Option<Process> {
    let id = entry.file_name().to_str()?.parse().ok()?;
    let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
    let words = fs::read(entry.path().join("cmdline")).ok()?;
    let is_renderer = words.split(|&byte| byte == 0 || byte == b' ').any(|word| word == b"--type=renderer");
    let (parent, cpu_secs) = parent_and_cpu(&stat)?;
    Some(Process { id, parent, cpu_secs, is_renderer })
}

/// Behind the name in brackets, which may hold anything: state, parent, and as 12th and 13th the two computing times.
fn parent_and_cpu(stat: &str) -> Option<(u32, f64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |idx: usize| fields.get(idx)?.parse::<f64>().ok();
    Some((fields.get(1)?.parse().ok()?, (ticks(11)? + ticks(12)?) / TICKS_PER_SEC))
}

fn descends(process: &Process, ancestor: u32, all: &[Process]) -> bool {
    let mut parent = process.parent;
    // A chain longer than the number of processes would be a circle.
    for _ in 0..all.len() {
        if parent == ancestor {
            return true;
        }
        match all.iter().find(|other| other.id == parent) {
            Some(next) => parent = next.parent,
            None => return false,
        }
    }
    false
}

fn usage(process: &Process) -> Option<Usage> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id)).ok()?;
    let bytes = |name| kilobytes(&status, name).map(|kilobytes| kilobytes * 1024);
    Some(Usage { resident_bytes: bytes("VmRSS:")?, peak_bytes: bytes("VmHWM:")?, cpu_secs: process.cpu_secs })
}

fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_brackets_does_not_move_the_fields() {
        let stat = "7 (a) b (c)) S 3 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1 0 5";
        assert_eq!(parent_and_cpu(stat), Some((3, 3.0)));
    }

    #[test]
    fn memory_is_read_from_its_line() {
        let status = "Name:\tchromium\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n";
        assert_eq!(kilobytes(status, "VmHWM:"), Some(204_800));
        assert_eq!(kilobytes(status, "VmSwap:"), None);
    }
}
