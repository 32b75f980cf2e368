//! File handles become a data set, slice by slice; no file is ever whole in memory.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::desk::{Halt, Job};
use super::outbox::post;
use super::pace::{Pause, Throttle, now_millis};
use crate::config::DataConfig;
use crate::data::{Dataset, Ingest};
use crate::protocol::{Event, RunId};

/// Large enough that the browser's work per slice does not count; taking one in is interrupted where it must be.
const SLICE_BYTES: f64 = (2 << 20) as f64;
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

/// The next slice is fetched while the present one is taken in. Slices can arrive faster than the browser hands out
/// messages, so each is followed by a pause in which a stop is seen.
async fn read_file(job: &Job, file: &File, ingest: &mut Ingest, meter: &mut Meter, pause: &Pause) -> Result<(), Halt> {
    let size = file.size();
    let mut begin = 0.0;
    let mut ahead = slice(file, begin);
    while begin < size {
        let buffer = ahead.await.map_err(|_| unreadable(file))?;
        pause.take().await;
        job.check()?;
        begin += SLICE_BYTES;
        ahead = slice(file, begin);
        let bytes = Uint8Array::new(&buffer).to_vec();
        take_in(job, ingest, &bytes, pause).await?;
        meter.add(bytes.len(), ingest.rows());
    }
    Ok(())
}

/// An archive is taken in small portions, because each can become many bytes, and a stop is seen between them.
async fn take_in(job: &Job, ingest: &mut Ingest, bytes: &[u8], pause: &Pause) -> Result<(), Halt> {
    let mut since = now_millis();
    for portion in bytes.chunks(PORTION_BYTES) {
        ingest.push(portion)?;
        if now_millis() - since > BUSY_MILLIS {
            pause.take().await;
            job.check()?;
            since = now_millis();
        }
    }
    Ok(())
}

/// Bytes from `begin` on; none behind the end of the file.
fn slice(file: &File, begin: f64) -> JsFuture {
    let end = (begin + SLICE_BYTES).min(file.size());
    let part = file.slice_with_f64_and_f64(begin.min(end), end);
    // `slice` fails for no numbers; a file that is gone shows when the bytes are asked for.
    JsFuture::from(part.map_or_else(|error| js_sys::Promise::reject(&error), |part| part.array_buffer()))
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
