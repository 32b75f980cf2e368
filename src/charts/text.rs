//! Numbers, lists and times in words.

use super::ticks::{self, DAY};

/// A number with fixed decimals, thousands separated and a real minus sign.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "undefined".to_owned();
    }
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, rest) = digits.split_once('.').map_or((digits.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    let tail = rest.map_or_else(String::new, |rest| format!(".{rest}"));
    format!("{sign}{}{tail}", thousands(whole))
}

/// A whole number with thousands separated.
pub(super) fn count(value: usize) -> String {
    thousands(&value.to_string())
}

fn thousands(whole: &str) -> String {
    let grouped = whole.bytes().enumerate().flat_map(|(idx, digit)| {
        let comma = idx > 0 && (whole.len() - idx).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([char::from(digit)])
    });
    grouped.collect()
}

/// A number to three significant digits; powers of ten where it is very small.
pub(super) fn significant(value: f64) -> String {
    if !value.is_finite() || value == 0.0 {
        return fixed(value, 0);
    }
    let power = value.abs().log10().floor() as i32;
    if power < -4 {
        return format!("{}·10{}", fixed(value / 10f64.powi(power), 1), superscript(power));
    }
    fixed(value, usize::try_from(2 - power).unwrap_or(0))
}

/// Numbers of one column with the same decimals: enough for three digits of the smallest, at most eight.
pub(super) fn column(values: &[f64]) -> Vec<String> {
    let smallest = values.iter().map(|value| value.abs()).filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
    let decimals = if smallest.is_finite() { (2.0 - smallest.log10().floor()).clamp(0.0, 8.0) as usize } else { 0 };
    values.iter().map(|value| fixed(*value, decimals)).collect()
}

/// The text with the unit behind it, where there is one.
pub(super) fn with_unit(text: &str, unit: &str, between: &str) -> String {
    if unit.is_empty() { text.to_owned() } else { format!("{text}{between}{unit}") }
}

/// Label of a tick on an axis with this step.
pub(super) fn tick(value: f64, step: f64) -> String {
    let decimals = if step > 0.0 { (-(step.log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize } else { 0 };
    fixed(value, decimals)
}

/// Label of a tick on a logarithmic axis.
pub(super) fn log_tick(value: f64) -> String {
    let power = (value.log10() + 1e-9).floor() as i32;
    let factor = (value / 10f64.powi(power)).round();
    match power {
        -3..=3 => fixed(value, usize::try_from(-power).unwrap_or(0)),
        _ if factor == 1.0 => format!("10{}", superscript(power)),
        _ => format!("{factor}·10{}", superscript(power)),
    }
}

fn superscript(power: i32) -> String {
    let raise = |digit: char| match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        other => other.to_digit(10).and_then(|digit| char::from_u32(0x2070 + digit)).unwrap_or(other),
    };
    power.to_string().chars().map(raise).collect()
}

/// "a", "a and b", "a, b and c".
pub(super) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// A length of time in its two largest units.
pub(super) fn span(secs: i64) -> String {
    let units = [(DAY, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let secs = secs.max(0);
    let Some(largest) = units.iter().position(|(unit, _)| secs >= *unit) else { return "0 s".to_owned() };
    let (unit, name) = units[largest];
    let (whole, rest) = (secs / unit, secs % unit);
    match units.get(largest + 1).map(|(unit, name)| (rest / unit, *name)) {
        Some((more, smaller)) if more > 0 => format!("{whole} {name} {more} {smaller}"),
        _ => format!("{whole} {name}"),
    }
}

/// Days and times on a data set's own clock, days counted from 1.
///
/// Stamps within ten years of 0 count from 0, as traces with a clock of their own do; later ones are dates, and their
/// days count from the first day of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    origin_secs: i64,
}

impl Clock {
    /// The clock of data that start at this stamp.
    pub(super) fn starting(start_secs: i64) -> Self {
        let own_clock = (0..3650 * DAY).contains(&start_secs);
        Self { origin_secs: if own_clock { 0 } else { start_secs.div_euclid(DAY) * DAY } }
    }

    /// "day 2"
    pub(super) fn day(self, secs: i64) -> String {
        format!("day {}", (secs - self.origin_secs).div_euclid(DAY) + 1)
    }

    /// "day 2, 15:30"
    pub(super) fn stamp(self, secs: i64) -> String {
        format!("{}, {}", self.day(secs), Self::time(secs, 60))
    }

    /// "day 2, 15:30:05"
    pub(super) fn to_the_second(self, secs: i64) -> String {
        format!("{}, {}", self.day(secs), Self::time(secs, 1))
    }

    /// Tick on an axis with this step: the day at midnight, else the time.
    pub(super) fn tick(self, secs: i64, step_secs: i64) -> String {
        if secs.rem_euclid(DAY) == 0 { self.day(secs) } else { Self::time(secs, step_secs) }
    }

    /// Ticks of an axis; the first one says its day if none stands at midnight.
    pub(super) fn ticks(self, ticks: &[i64], step_secs: i64) -> Vec<String> {
        let midnight = ticks.iter().any(|tick| tick.rem_euclid(DAY) == 0);
        let label = |(idx, tick): (usize, &i64)| {
            if idx == 0 && !midnight { self.stamp(*tick) } else { self.tick(*tick, step_secs) }
        };
        ticks.iter().enumerate().map(label).collect()
    }

    /// Whole times within these ends, at most `most + 1`, with the labels of an axis.
    pub(super) fn labelled(self, from_secs: i64, to_secs: i64, most: usize) -> Vec<(i64, String)> {
        let (stamps, step) = ticks::time(from_secs, to_secs, most);
        let labels = self.ticks(&stamps, step);
        stamps.into_iter().zip(labels).collect()
    }

    fn time(secs: i64, step_secs: i64) -> String {
        let of_day = secs.rem_euclid(DAY);
        let (hours, minutes, rest) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        if rest == 0 && step_secs >= 60 {
            format!("{hours:02}:{minutes:02}")
        } else {
            format!("{hours:02}:{minutes:02}:{rest:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_real_minus_and_separators() {
        assert_eq!(fixed(-1234.56, 1), "−1,234.6");
        assert_eq!(fixed(-0.01, 1), "0.0");
        assert_eq!(count(82_109), "82,109");
        assert_eq!(fixed(f64::NAN, 2), "undefined");
    }

    #[test]
    fn three_digits_count() {
        assert_eq!(significant(0.012_345), "0.0123");
        assert_eq!(significant(12.345), "12.3");
        assert_eq!(significant(1234.5), "1,234");
        assert_eq!(significant(0.000_012_3), "1.2·10⁻⁵");
    }

    #[test]
    fn a_column_has_the_same_decimals() {
        assert_eq!(column(&[0.0184, 0.00609, f64::NAN]), ["0.01840", "0.00609", "undefined"]);
        assert_eq!(column(&[250.0, 1000.0]), ["250", "1,000"]);
        assert_eq!(column(&[0.0]), ["0"]);
    }

    #[test]
    fn ticks_have_the_decimals_of_their_step() {
        assert_eq!((tick(0.5, 0.1), tick(20.0, 20.0), tick(0.05, 0.05)), ("0.5".into(), "20".into(), "0.05".into()));
        assert_eq!((log_tick(0.001), log_tick(1e-5), log_tick(2e4)), ("0.001".into(), "10⁻⁵".into(), "2·10⁴".into()));
    }

    #[test]
    fn lists_and_spans_read_as_words() {
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!((span(18_000), span(18_900), span(59)), ("5 h".into(), "5 h 15 min".into(), "59 s".into()));
    }

    #[test]
    fn days_count_from_one_on_the_datas_own_clock() {
        let clock = Clock::starting(0);
        assert_eq!(clock.stamp(DAY + 55_800), "day 2, 15:30");
        assert_eq!(clock.ticks(&[3600, 7200], 3600), ["day 1, 01:00", "02:00"]);
        assert_eq!(clock.ticks(&[43_200, DAY], 43_200), ["12:00", "day 2"]);
        assert_eq!(Clock::starting(1_700_000_000).day(1_700_000_000), "day 1");
    }
}
