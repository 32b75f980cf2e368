//! Spans of traces, and the calls between services that they show.

use std::collections::BTreeMap;

use super::super::error::DataError;
use super::super::intake::Intake;
use super::super::number::MAX_STAMP_SECS;
use super::super::table::shorten;
use super::Refusal;
use crate::digest::sha256_hex;

/// Longest name of a service or a process.
const MAX_NAME_BYTES: usize = 256;

/// One span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub(super) trace: u128,
    pub(super) id: u64,
    /// 0 if it has none.
    pub(super) parent: u64,
    /// An index into [`Names`].
    pub(super) service: u32,
    pub(super) at_secs: i64,
    /// NaN if it is not known.
    pub(super) duration_millis: f32,
}

/// Names by index.
#[derive(Debug, Default)]
pub(super) struct Names {
    ids: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    /// Index of a name, added if it is new.
    pub(super) fn id(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        // There are at most as many names as spans or keys, far below 2³².
        let id = self.names.len() as u32;
        self.ids.insert(name.to_owned(), id);
        self.names.push(name.to_owned());
        id
    }

    fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", String::as_str)
    }
}

/// Hands on each span whose parent is one of another service as a call, and returns how many have no parent among them.
///
/// # Errors
/// When there are too many calls.
pub(super) fn hand_on_calls(spans: &mut [Span], services: &Names, intake: &mut Intake) -> Result<u64, DataError> {
    spans.sort_by(|a, b| (a.trace, a.id, services.name(a.service)).cmp(&(b.trace, b.id, services.name(b.service))));
    let mut n_orphans = 0;
    for span in spans.iter().filter(|span| span.parent != 0) {
        let from = spans.partition_point(|other| (other.trace, other.id) < (span.trace, span.parent));
        let is_parent = |other: &&Span| (other.trace, other.id) == (span.trace, span.parent);
        // Both sides of a call may share one id.
        let mut parents = spans[from..].iter().take_while(is_parent);
        let Some(first) = parents.next() else {
            n_orphans += 1;
            continue;
        };
        if first.service != span.service && parents.all(|other| other.service != span.service) {
            let pair = (services.name(first.service), services.name(span.service));
            intake.call(pair, span.at_secs, Some(span.duration_millis).filter(|millis| millis.is_finite()))?;
        }
    }
    Ok(n_orphans)
}

/// The number that stands for the id of a trace: hexadecimal digits by value, anything else by its hash.
pub(super) fn trace_id(text: &str) -> u128 {
    hexadecimal(text, 32).unwrap_or_else(|| hexadecimal(&sha256_hex(text.as_bytes())[..32], 32).unwrap_or(0))
}

/// The same for a span; 0 is the id of no span.
pub(super) fn span_id(text: &str) -> u64 {
    let id = match text {
        "" => Some(0),
        text => hexadecimal(text, 16),
    };
    // Both have at most 16 digits.
    id.or_else(|| hexadecimal(&sha256_hex(text.as_bytes())[..16], 16)).unwrap_or(0) as u64
}

fn hexadecimal(text: &str, max_digits: usize) -> Option<u128> {
    let is_number = !text.is_empty() && text.len() <= max_digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_number { u128::from_str_radix(text, 16).ok() } else { None }
}

/// A name as people wrote it.
pub(super) fn name(text: &str) -> Result<&str, Refusal> {
    if text.len() > MAX_NAME_BYTES || text.chars().any(char::is_control) {
        let found = shorten(text.as_bytes());
        return Err(Refusal::Unexpected(format!("“{found}” where a name of at most {MAX_NAME_BYTES} bytes belongs")));
    }
    Ok(text)
}

/// A moment or a duration in whole units, of which there are so many in a second.
pub(super) fn units(text: &str, per_sec: u64) -> Result<u64, Refusal> {
    let limit = (MAX_STAMP_SECS as u64).saturating_mul(per_sec);
    let value = text.parse::<u64>().ok().or_else(|| {
        let value = text.parse::<f64>().ok()?;
        // A saturating conversion, checked against the limit below.
        (value >= 0.0).then_some(value as u64)
    });
    value.filter(|&value| value <= limit).ok_or_else(|| {
        Refusal::Unexpected(format!("“{}” where a time in whole numbers belongs", shorten(text.as_bytes())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_compared_by_value() {
        assert_eq!(trace_id("0000000000000000151e8ea44a5cf41c"), trace_id("151E8EA44A5CF41C"));
        assert_eq!((span_id(""), span_id("0000000000000000"), span_id("ff")), (0, 0, 255));
        assert_ne!(span_id("VOJOHLdN+Cc="), span_id("VOJOHLdN+Cd="));
    }

    #[test]
    fn times_are_whole_numbers() {
        assert_eq!(units("1695943858153000", 1_000_000), Ok(1_695_943_858_153_000));
        assert_eq!(units("1.5e3", 1_000_000), Ok(1500));
        for text in ["-1", "NaN", "1e30", "x", "99999999999999999999999"] {
            assert!(units(text, 1_000_000).is_err(), "{text}");
        }
    }
}
