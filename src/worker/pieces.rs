//! The bytes of a file from front to back, piece by piece; the next piece is fetched while the present one is taken in.

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamByobReader, ReadableStreamReadResult};

/// Large enough that the browser's work per piece does not count, and small enough to stay in the caches on its way
/// through the copies.
const PIECE_BYTES: u32 = 1 << 20;

/// A file that is being read.
#[derive(Debug)]
pub struct Pieces {
    way: Way,
    ahead: JsFuture,
    bytes: Vec<u8>,
}

#[derive(Debug)]
enum Way {
    /// The browser fills two buffers in turn, which costs half of what slices cost.
    Filled { reader: ReadableStreamByobReader, spare: ArrayBuffer },
    /// Slices, each in a buffer of its own, where the files of the browser do not fill buffers.
    Sliced { file: File, end: f64 },
}

impl Pieces {
    /// Begins to read a file.
    pub fn of(file: &File) -> Self {
        let bytes = Vec::new();
        match ReadableStreamByobReader::new(&file.stream()) {
            Ok(reader) => {
                let ahead = filled(&reader, &ArrayBuffer::new(PIECE_BYTES));
                Self { way: Way::Filled { reader, spare: ArrayBuffer::new(PIECE_BYTES) }, ahead, bytes }
            }
            Err(_) => {
                let (ahead, end) = slice(file, 0.0);
                Self { way: Way::Sliced { file: file.clone(), end }, ahead, bytes }
            }
        }
    }

    /// The next bytes; none behind the end of the file.
    ///
    /// # Errors
    /// When the file can no longer be read.
    pub async fn next(&mut self) -> Result<Option<&[u8]>, JsValue> {
        let arrived = (&mut self.ahead).await?;
        let piece = match &mut self.way {
            Way::Filled { reader, spare } => {
                let result = arrived.unchecked_into::<ReadableStreamReadResult>();
                if result.get_done() == Some(true) {
                    return Ok(None);
                }
                let piece = result.get_value().dyn_into::<Uint8Array>()?;
                self.ahead = filled(reader, spare);
                *spare = piece.buffer().unchecked_into();
                piece
            }
            Way::Sliced { file, end } => {
                let piece = Uint8Array::new(&arrived);
                if piece.length() == 0 {
                    return Ok(None);
                }
                (self.ahead, *end) = slice(file, *end);
                piece
            }
        };
        self.bytes.resize(piece.length() as usize, 0);
        piece.copy_to(&mut self.bytes);
        Ok(Some(&self.bytes))
    }
}

/// The next bytes of a stream in this buffer, which moves there and comes back with them.
fn filled(reader: &ReadableStreamByobReader, buffer: &ArrayBuffer) -> JsFuture {
    JsFuture::from(reader.read_with_array_buffer_view(&Uint8Array::new(buffer)))
}

/// Bytes from `begin` on, and where they end; none behind the end of the file.
fn slice(file: &File, begin: f64) -> (JsFuture, f64) {
    let end = (begin + f64::from(PIECE_BYTES)).min(file.size());
    let part = file.slice_with_f64_and_f64(begin.min(end), end);
    // `slice` fails for no numbers; a file that is gone shows when the bytes are asked for.
    let bytes = part.map_or_else(|error| Promise::reject(&error), |part| part.array_buffer());
    (JsFuture::from(bytes), end)
}
