//! How numbers read: decimal point, comma between thousands, real minus, units in words.

/// Minus sign, not a hyphen.
const MINUS: &str = "−";

/// A number with a fixed number of decimals and a real minus; zero has no sign.
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if value < 0.0 && !zero { format!("{MINUS}{text}") } else { text }
}

/// The same with a plus in front of positive numbers, for differences.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if zero || text.starts_with(MINUS) { text } else { format!("+{text}") }
}

/// An error on the unit scale.
pub fn error(value: f64) -> String {
    fixed(value, 4)
}

/// A whole number with commas between thousands.
pub fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share as per cent, one decimal unless it is whole.
pub fn percent(share: f64) -> String {
    let text = fixed(share * 100.0, 1);
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

/// A size in decimal units.
pub fn bytes(n: u64) -> String {
    let value = n as f64;
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{} kB", fixed(value / 1e3, 0)),
        1_000_000..10_000_000 => format!("{} MB", fixed(value / 1e6, 1)),
        10_000_000..1_000_000_000 => format!("{} MB", fixed(value / 1e6, 0)),
        _ => format!("{} GB", fixed(value / 1e9, 1)),
    }
}

/// A duration: `0.1 s`, `31 s`, `2 min 10 s`, `1 h 5 min`.
pub fn duration(secs: f64) -> String {
    if !secs.is_finite() || secs < 0.05 {
        return "0 s".to_owned();
    }
    if secs < 9.95 {
        let text = fixed(secs, 1);
        return format!("{} s", text.strip_suffix(".0").unwrap_or(&text));
    }
    let total = secs.round() as u64;
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60);
    match (hours, minutes, rest) {
        (0, 0, s) => format!("{s} s"),
        (0, m, 0) => format!("{m} min"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, 0, _) => format!("{h} h"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

/// A span of data: `15 min`, `8 days`, `2 days 3 h`.
pub fn span(secs: u64) -> String {
    let plural = |n: u64| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
    match secs / 86_400 {
        0 => duration(secs as f64),
        days if secs % 86_400 < 3_600 => plural(days),
        days => format!("{} {} h", plural(days), secs % 86_400 / 3_600),
    }
}

/// A probability: `p = 0.03`, `p < 0.001`.
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        return "p < 0.001".to_owned();
    }
    format!("p = {}", fixed(p, if p < 0.01 { 3 } else { 2 }))
}

/// The first characters of a hash.
pub fn hash(full: &str) -> String {
    full.chars().take(12).collect()
}

/// The text with a capital at its start.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| std::iter::once(first.to_ascii_uppercase()).chain(chars).collect()).unwrap_or_default()
}

/// `1 seed`, `3 seeds`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", whole(n as u64), if n == 1 { one } else { many })
}

/// A number of things that have one word and another for several.
pub fn count_of(n: usize, (one, many): (&str, &str)) -> String {
    count(n, one, many)
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_four_decimals_and_a_real_minus() {
        assert_eq!(error(0.041_23), "0.0412");
        assert_eq!(error(-0.006_2), "−0.0062");
        assert_eq!(error(-0.000_01), "0.0000");
        assert_eq!(signed(0.006_2, 4), "+0.0062");
        assert_eq!(signed(-0.11, 2), "−0.11");
        assert_eq!(signed(0.0, 0), "0");
    }

    #[test]
    fn thousands_are_separated() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (82_109, "82,109"), (1_234_567, "1,234,567")];
        for (value, text) in cases {
            assert_eq!(whole(value), text);
        }
    }

    #[test]
    fn shares_are_whole_or_have_one_decimal() {
        assert_eq!(percent(0.094), "9.4 %");
        assert_eq!(percent(0.6), "60 %");
        assert_eq!(percent(0.0), "0 %");
    }

    #[test]
    fn durations_read_like_speech() {
        let cases = [
            (0.0, "0 s"),
            (0.12, "0.1 s"),
            (9.0, "9 s"),
            (31.2, "31 s"),
            (120.0, "2 min"),
            (130.4, "2 min 10 s"),
            (3_900.0, "1 h 5 min"),
            (f64::NAN, "0 s"),
        ];
        for (secs, text) in cases {
            assert_eq!(duration(secs), text, "{secs}");
        }
    }

    #[test]
    fn spans_name_days() {
        let cases = [(900, "15 min"), (86_400, "1 day"), (691_200, "8 days"), (183_600, "2 days 3 h")];
        for (secs, text) in cases {
            assert_eq!(span(secs), text);
        }
    }

    #[test]
    fn sizes_are_decimal() {
        let cases = [(12, "12 B"), (12_345, "12 kB"), (2_100_000, "2.1 MB"), (340_000_000, "340 MB")];
        for (n, text) in cases {
            assert_eq!(bytes(n), text);
        }
    }

    #[test]
    fn small_p_values_are_not_zero() {
        assert_eq!(p_value(0.03), "p = 0.03");
        assert_eq!(p_value(0.004), "p = 0.004");
        assert_eq!(p_value(1e-9), "p < 0.001");
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!((capital("a µs"), capital("")), ("A µs".to_owned(), String::new()));
        // Only what the page itself says gets a capital: names of any alphabet stay as they are.
        assert_eq!(capital("ärger"), "ärger");
    }

    #[test]
    fn lists_end_in_and() {
        assert_eq!(list(&["tsf"]), "tsf");
        assert_eq!(list(&["tsf", "gru"]), "tsf and gru");
        assert_eq!(list(&["tsf", "gru", "ar"]), "tsf, gru and ar");
        assert_eq!(count(1, "seed", "seeds"), "1 seed");
        assert_eq!(count(3, "seed", "seeds"), "3 seeds");
    }
}
