//! JSON of any size in any chunking, as values at their places.
//!
//! A file may hold several documents one after the other, as JSON lines do.
//! Nesting is a list, not recursion, and no token is held that is longer than [`MAX_TOKEN_BYTES`].

use json_event_parser::{JsonEvent, JsonSyntaxError, LowLevelJsonParser};

use super::super::table::shorten;
use super::key::Key;

/// Longest text, key or number.
const MAX_TOKEN_BYTES: usize = 1 << 20;
/// Deepest nesting; real trace exports that copy parents into children reach 40.
const MAX_DEPTH: usize = 2048;

/// What happens at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// An object or an array begins.
    Open(Shape),
    /// It ends.
    Close,
    Text(&'a str),
    Number(&'a str),
    /// `true` or `false`; `None` is `null`.
    Word(Option<bool>),
}

/// What holds other values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Object,
    Array,
}

/// Where it happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    /// Keys from the root to the value itself; empty for the root.
    pub(super) path: &'a [Key],
    /// The last key as it is written; that of the nearest object within an array.
    pub(super) name: &'a str,
}

/// Receives what happens.
pub(super) trait Sink {
    /// What can be wrong for it.
    type Refusal;

    /// Takes note of one event.
    fn event(&mut self, at: At<'_>, event: Event<'_>) -> Result<(), Self::Refusal>;
}

/// Line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: usize,
}

impl Place {
    fn after(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            match byte {
                b'\n' => self = Self { line: self.line + 1, column: 1 },
                // The other bytes of a character begin with the bits 10.
                _ if byte & 0xc0 == 0x80 => {}
                _ => self.column += 1,
            }
        }
        self
    }
}

/// Why reading stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop<R> {
    /// What was found instead of JSON.
    Syntax(String),
    /// The file ends within a document.
    Cut,
    /// The sink does not go on.
    Refused(R),
}

/// A file of JSON documents while it is read.
pub(super) struct Documents {
    parser: LowLevelJsonParser,
    /// Bytes that the parser of this document has consumed.
    n_parsed: u64,
    /// Nothing but white space of this document was seen.
    is_fresh: bool,
    /// The beginning of a token that the next bytes complete.
    carry: Vec<u8>,
    place: Place,
    path: Vec<Key>,
    name: String,
}

impl Documents {
    pub(super) fn new() -> Self {
        Self {
            parser: parser(),
            n_parsed: 0,
            is_fresh: true,
            carry: Vec::new(),
            place: Place { line: 1, column: 1 },
            path: Vec::new(),
            name: String::new(),
        }
    }

    /// Takes the next bytes.
    pub(super) fn push<S: Sink>(&mut self, bytes: &[u8], sink: &mut S) -> Result<(), (Place, Stop<S::Refusal>)> {
        if self.carry.is_empty() {
            let n = self.read(bytes, false, sink)?;
            self.carry.extend_from_slice(&bytes[n..]);
        } else {
            let mut carry = std::mem::take(&mut self.carry);
            carry.extend_from_slice(bytes);
            let n = self.read(&carry, false, sink)?;
            carry.drain(..n);
            self.carry = carry;
        }
        if self.carry.len() > MAX_TOKEN_BYTES { Err((self.place, too_long())) } else { Ok(()) }
    }

    /// Takes note of the end of the file.
    pub(super) fn end<S: Sink>(&mut self, sink: &mut S) -> Result<(), (Place, Stop<S::Refusal>)> {
        let carry = std::mem::take(&mut self.carry);
        if self.is_fresh && carry.trim_ascii().is_empty() {
            return Ok(());
        }
        self.read(&carry, true, sink)?;
        // A document that ends is followed by a fresh one; this one has not ended.
        if self.is_fresh { Ok(()) } else { Err((self.place, Stop::Cut)) }
    }

    /// Reads all complete tokens and returns how many bytes they were.
    fn read<S: Sink>(
        &mut self,
        bytes: &[u8],
        is_ending: bool,
        sink: &mut S,
    ) -> Result<usize, (Place, Stop<S::Refusal>)> {
        let mut rest = bytes;
        while !(is_ending && self.is_fresh && rest.trim_ascii().is_empty()) {
            let result = self.parser.parse_next(rest, is_ending);
            let (consumed, after) = rest.split_at(result.consumed_bytes.min(rest.len()));
            let token = token_of(consumed);
            let start = self.place.after(&consumed[..consumed.len() - token.len()]);
            let offset = self.n_parsed;
            self.place = start.after(token);
            self.n_parsed += consumed.len() as u64;
            let Some(event) = result.event else {
                rest = after;
                break;
            };
            if token.len() > MAX_TOKEN_BYTES {
                return Err((start, too_long()));
            }
            let event = event
                .map_err(|error| explain(&error, offset, rest.len(), (consumed.len() - token.len(), start, token)))?;
            self.is_fresh = false;
            let has_ended =
                step(&mut self.path, &mut self.name, event, sink).map_err(|refusal| (start, Stop::Refused(refusal)))?;
            rest = after;
            if has_ended {
                self.parser = parser();
                (self.n_parsed, self.is_fresh) = (0, true);
            }
        }
        Ok(bytes.len() - rest.len())
    }
}

fn parser() -> LowLevelJsonParser {
    LowLevelJsonParser::new().with_max_stack_size(MAX_DEPTH)
}

/// The last token of what was consumed: a byte order mark, white space, commas and colons stand before it.
fn token_of(consumed: &[u8]) -> &[u8] {
    let consumed = consumed.strip_prefix(b"\xef\xbb\xbf").unwrap_or(consumed);
    let is_between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':');
    let n_before = consumed.iter().take_while(|byte| is_between(byte)).count();
    &consumed[n_before..]
}

/// Moves the path along and tells the sink; whether the document has ended.
fn step<S: Sink>(
    path: &mut Vec<Key>,
    name: &mut String,
    event: JsonEvent<'_>,
    sink: &mut S,
) -> Result<bool, S::Refusal> {
    let said = match &event {
        JsonEvent::ObjectKey(key) => {
            key.as_ref().clone_into(name);
            if let Some(last) = path.last_mut() {
                *last = Key::of(key);
            }
            return Ok(false);
        }
        JsonEvent::EndObject | JsonEvent::EndArray => {
            path.pop();
            Event::Close
        }
        JsonEvent::StartObject => Event::Open(Shape::Object),
        JsonEvent::StartArray => Event::Open(Shape::Array),
        JsonEvent::String(text) => Event::Text(text),
        JsonEvent::Number(text) => Event::Number(text),
        JsonEvent::Boolean(word) => Event::Word(Some(*word)),
        JsonEvent::Null => Event::Word(None),
        JsonEvent::Eof => return Ok(false),
    };
    sink.event(At { path, name }, said)?;
    match said {
        Event::Open(Shape::Object) => path.push(Key::Other),
        Event::Open(Shape::Array) => path.push(Key::Item),
        _ => {}
    }
    Ok(path.is_empty())
}

fn too_long<R>() -> Stop<R> {
    Stop::Syntax(format!("a text or number of more than {MAX_TOKEN_BYTES} bytes"))
}

/// Where a syntax error is, and what it is; `offset` is that of the `n_rest` bytes at hand, of which the token is a part.
fn explain<R>(
    error: &JsonSyntaxError,
    offset: u64,
    n_rest: usize,
    (token_at, start, token): (usize, Place, &[u8]),
) -> (Place, Stop<R>) {
    let at = usize::try_from(error.location().start.offset.saturating_sub(offset)).unwrap_or(usize::MAX);
    if at >= n_rest || error.message().starts_with("Unexpected end of file") {
        return (start, Stop::Cut);
    }
    if error.message().starts_with("Max stack size") {
        return (start, Stop::Syntax(format!("more than {MAX_DEPTH} levels of nesting")));
    }
    // Errors within a text have a place of their own in it.
    let place = start.after(token.get(..at.saturating_sub(token_at)).unwrap_or_default());
    (place, Stop::Syntax(format!("“{}” ({})", shorten(token), decapitalised(error.message()))))
}

fn decapitalised(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes down everything that happens.
    #[derive(Debug, Default, PartialEq)]
    struct Log(Vec<String>);

    impl Sink for Log {
        type Refusal = ();

        fn event(&mut self, at: At<'_>, event: Event<'_>) -> Result<(), ()> {
            self.0.push(format!("{:?} {} {event:?}", at.path, at.name));
            Ok(())
        }
    }

    type Answer = (Log, Result<(), (Place, Stop<()>)>);

    fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Answer {
        let (mut documents, mut log) = (Documents::new(), Log::default());
        let mut pushed = chunks.into_iter().map(|chunk| documents.push(chunk, &mut log)).find(Result::is_err);
        let answer = pushed.take().unwrap_or_else(|| documents.end(&mut log));
        (log, answer)
    }

    #[track_caller]
    fn stops(text: &str, line: u64, column: usize, found: &str) {
        let (_, answer) = read([text.as_bytes()]);
        assert_eq!(answer, Err((Place { line, column }, Stop::Syntax(found.to_owned()))), "{text}");
    }

    #[test]
    fn paths_lead_from_the_root_to_each_value() {
        let (log, answer) = read([&br#"{"data":[{"traceID":"a"},2],"x":null} [true]"#[..]]);
        assert_eq!(answer, Ok(()));
        assert_eq!(
            log.0,
            [
                "[]  Open(Object)",
                "[Data] data Open(Array)",
                "[Data, Item] data Open(Object)",
                "[Data, Item, TraceId] traceID Text(\"a\")",
                "[Data, Item] traceID Close",
                "[Data, Item] traceID Number(\"2\")",
                "[Data] traceID Close",
                "[Other] x Word(None)",
                "[] x Close",
                "[] x Open(Array)",
                "[Item] x Word(Some(true))",
                "[] x Close",
            ]
        );
    }

    #[test]
    fn syntax_errors_have_line_and_column() {
        stops("{\"a\":1,}", 1, 8, "“}” (trailing commas are not allowed)");
        stops("{\n \"ä\": x}", 2, 7, "“x” (unexpected char: 'x')");
        stops("{\n \"a\": nul1}", 2, 7, "“nul” (null expected)");
        stops("{\"a\": \"b\\qc\"}", 1, 9, "“\"b\\qc\"” ('\\q' is not a valid escape sequence)");
        stops("{} }", 1, 4, "“}” (unexpected closing curly bracket, no array to close)");
        stops(&"[".repeat(3000), 1, MAX_DEPTH + 2, "more than 2048 levels of nesting");
    }

    #[test]
    fn a_file_may_break_off_anywhere() {
        let whole = r#"{"a": [1, "b\u00e4", true]}"#;
        for n in 1..whole.len() {
            let (_, answer) = read([&whole.as_bytes()[..n]]);
            assert!(matches!(answer, Err((_, Stop::Cut))), "{n}: {answer:?}");
        }
        assert_eq!(read([whole.as_bytes()]).1, Ok(()));
    }

    #[test]
    fn long_tokens_are_refused_in_any_chunking() {
        let text = format!("[\n\"{}\"]", "a".repeat(MAX_TOKEN_BYTES));
        let whole = read([text.as_bytes()]);
        assert_eq!(whole.1, Err((Place { line: 2, column: 1 }, too_long())));
        assert_eq!(read(text.as_bytes().chunks(100_000)), whole);
        let shorter = format!("[\n\"{}\"]", "a".repeat(MAX_TOKEN_BYTES - 2));
        assert_eq!(read([shorter.as_bytes()]).1, Ok(()));
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_events(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"data\"", "\"a\\u00e4\"", "\"ä", "\"", "12", "-1.5e3", "true",
                    "nul", "null", " ", "\r", "\n", "\r\n", "{\"values\":[1,\"2\"]}", "\\", "\u{feff}",
                ]),
                0..24,
            ),
            cuts in prop::collection::vec(1_usize..9, 1..9),
        ) {
            let text = pieces.concat();
            let mut rest = text.as_bytes();
            let mut chunks = Vec::new();
            for &n in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (chunk, after) = rest.split_at(n.min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            prop_assert_eq!(read(chunks), read([text.as_bytes()]));
        }
    }
}
