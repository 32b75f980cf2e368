//! File handles become a data set, piece by piece; no file is ever whole in memory.

use web_sys::File;

use super::desk::{Halt, Job};
use super::outbox::post;
use super::pace::{Pause, Throttle, now_millis};
use super::pieces::Pieces;
use crate::config::DataConfig;
use crate::data::{Dataset, Ingest};
use crate::protocol::{Event, RunId};

/// What is taken in without a look at the clock; deflate makes at most a thousand times as much of it.
const PORTION_BYTES: usize = 32 << 10;
/// Work without a pause.
const BUSY_MILLIS: f64 = 20.0;

/// Reads files in the given order.
pub(super) async fn read(job: &Job, files: &[File], data: &DataConfig) -> Result<Dataset, Halt> {
    if files.is_empty() {
        return Err(Halt::failed("No file was chosen: expected a trace; choose a file"));
    }
    let mut meter = Meter::new(job.run(), files);
    let mut ingest = Ingest::new(data);
    let pause = Pause::new()?;
    for file in files {
        ingest.begin_file(&file.name());
        read_file(job, file, &mut ingest, &mut meter, &pause).await?;
        ingest.end_file()?;
    }
    meter.show(ingest.rows());
    // The page shows the last figures before the grid is closed, and a stop still counts.
    pause.take().await;
    job.check()?;
    Ok(ingest.finish()?)
}

/// Pieces can arrive faster than the browser hands out messages, so there are pauses in which a stop is seen; in an archive
/// also within a piece, because each portion can become many bytes.
async fn read_file(job: &Job, file: &File, ingest: &mut Ingest, meter: &mut Meter, pause: &Pause) -> Result<(), Halt> {
    let mut pieces = Pieces::of(file);
    let (mut n_read, mut since) = (0, now_millis());
    while let Some(bytes) = pieces.next().await.map_err(|_| unreadable(file))? {
        for portion in bytes.chunks(PORTION_BYTES) {
            ingest.push(portion)?;
            if now_millis() - since > BUSY_MILLIS {
                pause.take().await;
                job.check()?;
                since = now_millis();
            }
        }
        n_read += bytes.len();
        meter.add(bytes.len(), ingest.rows());
    }
    // A size is a whole number below 2^53.
    if n_read as u64 == file.size() as u64 { Ok(()) } else { Err(unreadable(file)) }
}

/// The sentence on a file that is gone.
pub(super) fn unreadable(file: &File) -> Halt {
    Halt::failed(format!(
        "“{}” can no longer be read: it was changed, moved or deleted after it was chosen; choose it again",
        file.name()
    ))
}

/// Bytes and rows for the page, at most ten times a second.
struct Meter {
    run: RunId,
    bytes: u64,
    total_bytes: u64,
    throttle: Throttle,
}

impl Meter {
    fn new(run: RunId, files: &[File]) -> Self {
        // A size is a whole number below 2^53.
        let total_bytes = files.iter().map(|file| file.size() as u64).sum();
        Self { run, bytes: 0, total_bytes, throttle: Throttle::new() }
    }

    fn add(&mut self, n_bytes: usize, rows: u64) {
        self.bytes += n_bytes as u64;
        if self.throttle.allows(now_millis()) {
            self.show(rows);
        }
    }

    fn show(&self, rows: u64) {
        post(&Event::Reading { run: self.run, bytes: self.bytes, total_bytes: self.total_bytes, rows });
    }
}
