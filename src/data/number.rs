//! Numbers straight from bytes, in fixed point, so that sums do not depend on the order of the rows.

/// Units of the fixed point per per cent.
pub(super) const UNITS: i64 = 1_000_000;
const HUNDRED: i64 = 100 * UNITS;
const ABOVE: i64 = HUNDRED + 1;
const TWO_HUNDRED: i64 = 200 * UNITS;
/// Largest time stamp in seconds, far beyond any calendar and far below overflow.
pub(super) const MAX_STAMP_SECS: i64 = 99_999_999_999;

/// A percent field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Percent {
    /// From 0 to 100, in [`UNITS`].
    Value(i32),
    /// Empty.
    Missing,
    /// Above 100 and up to 200, in [`UNITS`]: the publisher's mark of an invalid value, or more than a capacity.
    Above(i32),
    /// A number below 0 or above 200: the publisher's mark of an invalid value.
    OutOfRange,
}

/// Reads a percent field; `None` if it is no finite number.
pub(super) fn percent(field: &[u8]) -> Option<Percent> {
    let field = field.trim_ascii();
    if field.is_empty() {
        return Some(Percent::Missing);
    }
    let units = match plain_decimal(field) {
        Some(units) => units,
        None => {
            let value = finite(field)?;
            if !(0.0..=200.0).contains(&value) {
                return Some(Percent::OutOfRange);
            }
            let units = (value * UNITS as f64).round() as i64;
            // What is above 100 stays above, however little it is.
            if value > 100.0 { units.max(ABOVE) } else { units }
        }
    };
    // The ranges make the conversions lossless: 200 · 10⁶ < 2³¹.
    Some(match units {
        0..=HUNDRED => Percent::Value(units as i32),
        ABOVE..=TWO_HUNDRED => Percent::Above(units as i32),
        _ => Percent::OutOfRange,
    })
}

/// Digits with at most six decimals and no exponent, exactly; `None` sends the field to the general parser.
fn plain_decimal(field: &[u8]) -> Option<i64> {
    if field.len() > 12 {
        return None;
    }
    let mut units: i64 = 0;
    let mut n_decimals = None;
    for &byte in field {
        match (byte, n_decimals) {
            (b'0'..=b'9', _) => {
                units = units * 10 + i64::from(byte - b'0');
                n_decimals = n_decimals.map(|n| n + 1);
            }
            (b'.', None) => n_decimals = Some(0),
            _ => return None,
        }
    }
    let n_decimals: u32 = n_decimals.unwrap_or(0);
    let has_digit = field.len() > 1 || field != b".";
    (n_decimals <= 6 && has_digit).then(|| units * 10_i64.pow(6 - n_decimals))
}

fn finite(field: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(field).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// Reads a time stamp in seconds, rounded down; else what was expected.
pub(super) fn stamp(field: &[u8]) -> Result<i64, &'static str> {
    let field = field.trim_ascii();
    if !field.is_empty() && field.len() <= 11 && field.iter().all(u8::is_ascii_digit) {
        return Ok(field.iter().fold(0, |value, &byte| value * 10 + i64::from(byte - b'0')));
    }
    let value = finite(field).ok_or("a time stamp in seconds")?;
    if value < 0.0 {
        return Err("a time stamp in seconds of at least 0");
    }
    if value >= (MAX_STAMP_SECS + 1) as f64 {
        return Err("a time stamp in seconds below 100000000000");
    }
    Ok(value.floor() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percent_table() {
        for (field, expected) in [
            ("41", Some(Percent::Value(41_000_000))),
            (" 43.04 ", Some(Percent::Value(43_040_000))),
            ("0.0000001", Some(Percent::Value(0))),
            ("1e1", Some(Percent::Value(10_000_000))),
            ("-0", Some(Percent::Value(0))),
            ("", Some(Percent::Missing)),
            ("-1", Some(Percent::OutOfRange)),
            ("101", Some(Percent::Above(101_000_000))),
            ("100.0000001", Some(Percent::Above(100_000_001))),
            ("2e2", Some(Percent::Above(200_000_000))),
            ("200.1", Some(Percent::OutOfRange)),
            ("1e300", Some(Percent::OutOfRange)),
            ("99999999999999999999", Some(Percent::OutOfRange)),
            ("4l", None),
            ("inf", None),
            ("nan", None),
            ("1e400", None),
            (".", None),
            ("-", None),
        ] {
            assert_eq!(percent(field.as_bytes()), expected, "{field}");
        }
    }

    #[test]
    fn stamp_table() {
        for (field, expected) in [("0", Some(0)), ("386640", Some(386_640)), ("12.9", Some(12)), ("1e3", Some(1000))] {
            assert_eq!(stamp(field.as_bytes()).ok(), expected, "{field}");
        }
        for field in ["", "-1", "nan", "inf", "1e12", "100000000000", "99999999999999999999", "x"] {
            assert!(stamp(field.as_bytes()).is_err(), "{field}");
        }
    }

    proptest! {
        #[test]
        fn both_parsers_agree(whole in 0_u32..=100, decimals in 0_u32..1_000_000) {
            let text = format!("{whole}.{decimals:06}");
            let general = (text.parse::<f64>().expect("a number") * UNITS as f64).round() as i64;
            prop_assert_eq!(plain_decimal(text.as_bytes()), Some(general));
        }
    }
}
