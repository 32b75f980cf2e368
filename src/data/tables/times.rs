//! Time stamps: plain numbers whose unit is seen from their size, and dates in the forms that tools write.
//!
//! Day/month and month/day are told apart over all rows of a sample, never row by row.

use jiff::civil::{DateTime, Time};
use jiff::fmt::rfc2822;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use super::decimal::decimal;
use crate::config::{TimeColumn, TimeUnit};

/// Latest stamp on the clock of the data, in the year 5138; dates may be as early.
const MAX_MILLIS: i64 = 1000 * super::super::number::MAX_STAMP_SECS;

/// Reads the time stamps of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeFormat {
    pub(super) unit: TimeUnit,
    pub(super) day_first: bool,
    /// Seconds by which the clock of dates without a zone is ahead of UTC.
    pub(super) offset_secs: i32,
}

impl TimeFormat {
    pub(super) fn of(column: &TimeColumn) -> Self {
        Self { unit: column.unit, day_first: column.day_first, offset_secs: column.offset_secs }
    }

    /// Milliseconds of a stamp.
    pub(super) fn millis(self, field: &str) -> Option<i64> {
        let millis = match self.unit {
            TimeUnit::Date => self.date_millis(field),
            unit => number_millis(field, unit),
        };
        millis.filter(|millis| millis.abs() <= MAX_MILLIS)
    }

    fn date_millis(self, field: &str) -> Option<i64> {
        let (date_time, offset_secs) = date_time(field, self.day_first)?;
        let millis = Offset::UTC.to_timestamp(date_time).ok()?.as_millisecond();
        millis.checked_sub(1000 * i64::from(offset_secs.unwrap_or(self.offset_secs)))
    }

    /// What the column holds, for error sentences.
    pub(super) fn expected(self) -> &'static str {
        match self.unit {
            TimeUnit::Seconds => "a time stamp in seconds",
            TimeUnit::Millis => "a time stamp in milliseconds",
            TimeUnit::Micros => "a time stamp in microseconds",
            TimeUnit::Nanos => "a time stamp in nanoseconds",
            TimeUnit::Date if self.day_first => "a date such as 2024-01-31 23:59:00 or, the day first, 31/1/2024 23:59",
            TimeUnit::Date => "a date such as 2024-01-31 23:59:00 or, the month first, 1/31/2024 23:59",
        }
    }
}

/// Milliseconds of a number that is not negative.
fn number_millis(field: &str, unit: TimeUnit) -> Option<i64> {
    if (1..=18).contains(&field.len()) && field.bytes().all(|byte| byte.is_ascii_digit()) {
        // 18 digits are below 2⁶³.
        let value = field.bytes().fold(0_i64, |value, byte| value * 10 + i64::from(byte - b'0'));
        return match unit {
            TimeUnit::Seconds => value.checked_mul(1000),
            TimeUnit::Micros => Some(value / 1000),
            TimeUnit::Nanos => Some(value / 1_000_000),
            TimeUnit::Millis | TimeUnit::Date => Some(value),
        };
    }
    let value = decimal(field, !field.contains('.')).ok().flatten().filter(|value| *value >= 0.0)?;
    let millis = match unit {
        TimeUnit::Seconds => value * 1000.0,
        TimeUnit::Micros => value / 1000.0,
        TimeUnit::Nanos => value / 1_000_000.0,
        TimeUnit::Millis | TimeUnit::Date => value,
    };
    (millis <= MAX_MILLIS as f64).then(|| millis.round() as i64)
}

/// A date with its time of day and, where it is written, its offset from UTC in seconds.
fn date_time(text: &str, day_first: bool) -> Option<(DateTime, Option<i32>)> {
    if let Ok(pieces) = Pieces::parse(text) {
        let offset = pieces.to_numeric_offset();
        // The name of a zone without its offset asks for a table of zones.
        let is_clear = offset.is_some() || pieces.time_zone_annotation().is_none();
        let time = pieces.time().unwrap_or(Time::midnight());
        return is_clear.then(|| (pieces.date().to_datetime(time), offset.map(Offset::seconds)));
    }
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        if let Ok(stamp) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
            return Some((Offset::UTC.to_datetime(stamp), Some(0)));
        }
        if let Ok(parts) = BrokenDownTime::parse("%a %b %d %H:%M:%S %Y", text) {
            return Some((parts.to_datetime().ok()?, None));
        }
    }
    date_formats(text, day_first).iter().find_map(|format| with_date(format, text))
}

/// The forms of the date that a text may begin with.
fn date_formats(text: &str, day_first: bool) -> &'static [&'static str] {
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut behind = text.bytes().skip(n_digits);
    let separator = behind.next();
    let is_word = behind.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    match (n_digits, separator) {
        (8 | 12 | 14, None) => &["%Y%m%d"],
        (4, Some(b'/')) => &["%Y/%m/%d"],
        (4, Some(b'.')) => &["%Y.%m.%d"],
        (4, Some(b'-')) => &["%Y-%m-%d"],
        (1 | 2, Some(b'/')) if is_word => &["%d/%b/%Y"],
        (1 | 2, Some(b'-')) if is_word => &["%d-%b-%Y", "%d-%b-%y"],
        (1 | 2, Some(b'/')) if day_first => &["%d/%m/%Y", "%d/%m/%y"],
        (1 | 2, Some(b'/')) => &["%m/%d/%Y", "%m/%d/%y"],
        (1 | 2, Some(b'-')) if day_first => &["%d-%m-%Y", "%d-%m-%y"],
        (1 | 2, Some(b'-')) => &["%m-%d-%Y", "%m-%d-%y"],
        (1 | 2, Some(b'.')) => &["%d.%m.%Y", "%d.%m.%y"],
        (1 | 2, Some(b' ')) => &["%d %b %Y", "%d %B %Y"],
        (0, _) => &["%a, %d %b %Y", "%b %d, %Y", "%b %d %Y", "%B %d, %Y", "%B %d %Y", "%A, %B %d, %Y"],
        _ => &[],
    }
}

fn with_date(format: &str, text: &str) -> Option<(DateTime, Option<i32>)> {
    let (parts, n_bytes) = BrokenDownTime::parse_prefix(format, text).ok()?;
    let date = parts.to_date().ok()?;
    // Two digits are a year of their own form.
    if !(1000..=9999).contains(&date.year()) {
        return None;
    }
    let (time, offset_secs) = time_of_day(text.get(n_bytes..)?)?;
    Some((date.to_datetime(time), offset_secs))
}

/// A time of day, midnight if there is none, with an offset from UTC if one is written.
fn time_of_day(text: &str) -> Option<(Time, Option<i32>)> {
    let mut text = text.trim_start_matches([' ', 'T', ',', ':']).trim_end();
    if text.is_empty() {
        return Some((Time::midnight(), None));
    }
    let mut offset_secs = None;
    for word in ["UTC", "GMT", "Z"] {
        if let Some(rest) = text.strip_suffix(word) {
            (text, offset_secs) = (rest.trim_end(), Some(0));
        }
    }
    if let Some(at) = text.rfind(['+', '-']) {
        let (rest, zone) = text.split_at(at);
        let (format, zone) = match zone.len() {
            3 => ("%z", format!("{zone}00")),
            _ => (if zone.contains(':') { "%:z" } else { "%z" }, zone.to_owned()),
        };
        (text, offset_secs) = (rest.trim_end(), Some(BrokenDownTime::parse(format, zone).ok()?.offset()?.seconds()));
    }
    // Some logs write the fraction of a second with a comma.
    let text = text.replace(',', ".");
    let formats: &[&str] = match text.as_bytes() {
        [.., b'm' | b'M'] => &["%I:%M:%S%.f %p", "%I:%M %p", "%I %p"],
        digits if digits.iter().all(u8::is_ascii_digit) => &["%H%M%S", "%H%M"],
        _ => &["%H:%M:%S%.f", "%H:%M"],
    };
    let parts = formats.iter().find_map(|format| BrokenDownTime::parse(format, &text).ok())?;
    Some((parts.to_time().ok()?, offset_secs))
}

/// Whether a text is a time of day without a date.
pub(super) fn is_clock(text: &str) -> bool {
    let looks_so = text.starts_with(|c: char| c.is_ascii_digit())
        && text.as_bytes().get(1..3).is_some_and(|bytes| bytes.contains(&b':'));
    looks_so && time_of_day(text).is_some()
}

/// Whether a date has no time of day.
pub(super) fn is_day(text: &str) -> bool {
    !text.contains(':') && text.len() <= 18 && date_time(text, true).or_else(|| date_time(text, false)).is_some()
}

/// How the stamps of a sample are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeGuess {
    pub(super) unit: TimeUnit,
    pub(super) day_first: bool,
    /// Nothing in the sample tells day/month from month/day.
    pub(super) is_ambiguous: bool,
}

impl TimeGuess {
    pub(super) fn format(self) -> TimeFormat {
        TimeFormat { unit: self.unit, day_first: self.day_first, offset_secs: 0 }
    }
}

/// How the stamps of a column are written, from words of its name and fields that are not empty; `None` if fewer than
/// four of five are stamps.
pub(super) fn guess(words: &[String], fields: &[&str]) -> Option<TimeGuess> {
    let numbers: Vec<f64> =
        fields.iter().filter_map(|field| decimal(field, !field.contains('.')).ok().flatten()).collect();
    let sure = |unit: TimeUnit| TimeGuess { unit, day_first: false, is_ambiguous: false };
    let guessed = match is_most(numbers.len(), fields.len()) {
        true if are_digit_dates(words, fields) => sure(TimeUnit::Date),
        true => sure(number_unit(words, numbers.iter().copied().fold(0.0, f64::max))),
        false => {
            let (day_first, is_ambiguous) = day_order(fields);
            TimeGuess { unit: TimeUnit::Date, day_first, is_ambiguous }
        }
    };
    let n_stamps = fields.iter().filter(|field| guessed.format().millis(field).is_some()).count();
    is_most(n_stamps, fields.len()).then_some(guessed)
}

/// Four of five: a column does not change its meaning because of a spoilt row.
pub(super) fn is_most(n: usize, of: usize) -> bool {
    n > 0 && 5 * n >= 4 * of
}

/// `20230816` in a column of days, or `20230816064410`: as a number the latter would lie in the year 2611.
fn are_digit_dates(words: &[String], fields: &[&str]) -> bool {
    let is_day_column = words.iter().any(|word| word == "date" || word == "day");
    fields.iter().all(|field| {
        let is_year = matches!(field.as_bytes(), [b'1', b'9', ..] | [b'2', b'0', ..]);
        let is_long = field.len() == 14 || field.len() == 8 && is_day_column;
        is_year && is_long && date_time(field, true).is_some()
    })
}

/// Since 1973, stamps in seconds, milliseconds, microseconds and nanoseconds since 1970 do not overlap. Smaller numbers
/// count from the start of a trace: in the unit that the column's name says, else in seconds.
fn number_unit(words: &[String], largest: f64) -> TimeUnit {
    match largest {
        1e17.. => return TimeUnit::Nanos,
        1e14.. => return TimeUnit::Micros,
        1e11.. => return TimeUnit::Millis,
        1e8.. => return TimeUnit::Seconds,
        _ => {}
    }
    let says = |units: &[&str]| words.iter().any(|word| units.contains(&word.as_str()));
    if says(&["ms", "millis", "milliseconds", "msec"]) {
        TimeUnit::Millis
    } else if says(&["us", "micros", "microseconds", "usec"]) {
        TimeUnit::Micros
    } else if says(&["ns", "nanos", "nanoseconds", "nsec"]) {
        TimeUnit::Nanos
    } else {
        TimeUnit::Seconds
    }
}

/// Whether dates have the day first, and whether nothing shows it.
///
/// A number above 12 proves its place to be the day's; a clock of twelve hours is written where the month is first. Else
/// the order holds in which the sample spans less time, because rows follow each other closely. Where that does not
/// differ either, the day is taken to be first, as in most of the world and in the published traces with such dates.
fn day_order(fields: &[&str]) -> (bool, bool) {
    let slashed: Vec<&str> = fields.iter().copied().filter(|field| leading_parts(field).is_some()).collect();
    if slashed.is_empty() {
        return (false, false);
    }
    let parts = || slashed.iter().filter_map(|field| leading_parts(field));
    if parts().any(|(first, _)| first > 12) {
        return (true, false);
    }
    if parts().any(|(_, second)| second > 12) || slashed.iter().any(|field| field.ends_with(['m', 'M'])) {
        return (false, false);
    }
    let span = |day_first: bool| {
        let format = TimeFormat { unit: TimeUnit::Date, day_first, offset_secs: 0 };
        let stamps: Vec<i64> = slashed.iter().filter_map(|field| format.millis(field)).collect();
        stamps.iter().max().zip(stamps.iter().min()).map(|(last, first)| last - first)
    };
    match (span(true), span(false)) {
        (Some(day), Some(month)) if day != month => (day < month, false),
        _ => (true, true),
    }
}

/// The first two numbers of a date with slashes or dashes that does not begin with a year.
fn leading_parts(field: &str) -> Option<(u32, u32)> {
    let mut parts = field.split(['/', '-']);
    let (first, second) = (parts.next()?, parts.next()?);
    parts.next()?;
    let is_short = |part: &str| (1..=2).contains(&part.len());
    (is_short(first) && is_short(second)).then_some(())?;
    Some((first.parse().ok()?, second.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str, day_first: bool) -> Option<i64> {
        TimeFormat { unit: TimeUnit::Date, day_first, offset_secs: 0 }.millis(text)
    }

    #[test]
    fn one_moment_in_many_forms() {
        for text in [
            "2023-08-16T06:44:10Z",
            "2023-08-16 06:44:10",
            "2023-08-16T08:44:10+02:00",
            "2023-08-16 06:44:10.000 UTC",
            "2023-08-16 06:44:10,000",
            "2023-08-16 08:44:10 +0200",
            "2023-08-16 06:44:10 +0000 UTC",
            "20230816T064410Z",
            "20230816064410",
            "2023/08/16 06:44:10",
            "2023.08.16 06:44:10",
            "16/8/2023 06:44:10",
            "16/08/2023 6:44:10",
            "16-08-2023 06:44:10",
            "16.08.2023 06:44:10",
            "16.8.23 06:44:10",
            "16/8/23 06:44:10",
            "16 Aug 2023 06:44:10",
            "16 August 2023, 06:44:10",
            "16-Aug-2023 06:44:10",
            "16/Aug/2023:06:44:10 +0000",
            "Aug 16, 2023 06:44:10",
            "August 16, 2023 6:44:10 AM",
            "Wed, 16 Aug 2023 06:44:10 GMT",
            "Wed, 16 Aug 2023 08:44:10 +0200",
            "Wed Aug 16 06:44:10 2023",
        ] {
            assert_eq!(date(text, true), Some(1_692_168_250_000), "{text}");
        }
        assert_eq!(date("8/16/2023 06:44:10 AM", false), Some(1_692_168_250_000));
        assert_eq!(date("8/16/2023 06:44 pm", false), Some(1_692_211_440_000));
        assert_eq!(date("16.08.2023 06:44", false), Some(1_692_168_240_000));
        assert_eq!(date("16.08.2023", true), Some(1_692_144_000_000));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "x", "31/2/2023", "8/16/2023", "2023-13-01", "12", "12:30", "16/8", "2023-08-16[Europe/Berlin]"]
        {
            assert_eq!(date(text, true), None, "{text}");
        }
    }

    #[test]
    fn numbers_in_all_units() {
        let millis = |text: &str, unit| TimeFormat { unit, day_first: false, offset_secs: 0 }.millis(text);
        assert_eq!(millis("1692168250", TimeUnit::Seconds), Some(1_692_168_250_000));
        assert_eq!(millis("1692168250,5", TimeUnit::Seconds), Some(1_692_168_250_500));
        assert_eq!(millis("1.69216825e9", TimeUnit::Seconds), Some(1_692_168_250_000));
        assert_eq!(millis("1692168250123456789", TimeUnit::Nanos), Some(1_692_168_250_123));
        assert_eq!(millis("1692168250123456", TimeUnit::Micros), Some(1_692_168_250_123));
        for text in ["-1", "", "x", "1e300", "999999999999999999", "nan"] {
            assert_eq!(millis(text, TimeUnit::Seconds), None, "{text}");
        }
    }

    #[test]
    fn an_offset_moves_dates_without_a_zone_only() {
        let format = TimeFormat { unit: TimeUnit::Date, day_first: true, offset_secs: 7200 };
        assert_eq!(format.millis("2023-08-16 08:44:10"), Some(1_692_168_250_000));
        assert_eq!(format.millis("2023-08-16 06:44:10Z"), Some(1_692_168_250_000));
    }

    #[test]
    fn units_and_orders_are_guessed_from_the_sample() {
        let words = |name: &str| super::super::names::words(name);
        let of = |name: &str, fields: &[&str]| {
            guess(&words(name), fields).map(|guess| (guess.unit, guess.day_first, guess.is_ambiguous))
        };
        for (name, fields, expected) in [
            ("t", &["1692168250"][..], (TimeUnit::Seconds, false, false)),
            ("t", &["1692168250123"], (TimeUnit::Millis, false, false)),
            ("t", &["1692168250123456"], (TimeUnit::Micros, false, false)),
            ("t", &["1692168250123456789"], (TimeUnit::Nanos, false, false)),
            ("t", &["0", "60"], (TimeUnit::Seconds, false, false)),
            ("time_ms", &["0", "60000"], (TimeUnit::Millis, false, false)),
            ("day", &["20230816"], (TimeUnit::Date, false, false)),
            ("t", &["20230816"], (TimeUnit::Seconds, false, false)),
            ("t", &["20230816064410"], (TimeUnit::Date, false, false)),
            ("t", &["2/8/2023 23:59", "13/8/2023 00:00"], (TimeUnit::Date, true, false)),
            ("t", &["8/2/2023 23:59", "8/13/2023 00:00"], (TimeUnit::Date, false, false)),
            ("t", &["2/1/2023 23:59", "3/1/2023 00:00"], (TimeUnit::Date, true, false)),
            ("t", &["1/2/2023 23:59", "1/3/2023 00:00"], (TimeUnit::Date, false, false)),
            ("t", &["1/2/2023 11:59 PM"], (TimeUnit::Date, false, false)),
            ("t", &["1/2/2023 23:58", "1/2/2023 23:59"], (TimeUnit::Date, true, true)),
            ("t", &["2023-08-16 06:44:10"], (TimeUnit::Date, false, false)),
            ("t", &["1.2.2023"], (TimeUnit::Date, false, false)),
        ] {
            assert_eq!(of(name, fields), Some(expected), "{name} {fields:?}");
        }
        assert_eq!(of("t", &["a", "b"]), None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_stamp_or_none(text in "\\PC{0,30}", digits in "[0-9/.: TZ+-]{0,30}", day_first: bool) {
            for text in [text, digits] {
                for unit in [TimeUnit::Seconds, TimeUnit::Millis, TimeUnit::Micros, TimeUnit::Nanos, TimeUnit::Date] {
                    let millis = TimeFormat { unit, day_first, offset_secs: i32::MIN }.millis(&text);
                    prop_assert!(millis.is_none_or(|millis| millis.abs() <= MAX_MILLIS));
                }
                guess(&[], &[&text]);
                is_clock(&text);
                is_day(&text);
            }
        }
    }
}
