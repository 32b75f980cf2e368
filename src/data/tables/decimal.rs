//! Numbers as people and tools write them.

/// What stands for a missing value.
const MISSING: [&str; 8] = ["nan", "none", "null", "nil", "na", "n/a", "-", "?"];

/// Whether a field holds no value.
pub(super) fn is_missing(field: &str) -> bool {
    field.is_empty() || MISSING.iter().any(|word| field.eq_ignore_ascii_case(word))
}

/// A finite number; `Ok(None)` where there is no value, `Err` where there is something else.
pub(super) fn decimal(field: &str, has_comma: bool) -> Result<Option<f64>, NoNumber> {
    let value = if has_comma && (field.contains(',') || is_grouped(field)) {
        // Dots and spaces group the digits where commas are decimal.
        let plain: String = field.chars().filter(|c| !matches!(c, '.' | ' ' | '\u{a0}')).collect();
        plain.replacen(',', ".", 1).parse()
    } else {
        field.parse::<f64>()
    };
    match value {
        Ok(value) if value.is_finite() => Ok(Some(value)),
        _ if is_missing(field) => Ok(None),
        _ => Err(NoNumber),
    }
}

/// Whether dots stand between groups of three digits, as in `1.234` or `1.234.567`.
fn is_grouped(field: &str) -> bool {
    let digits = field.strip_prefix('-').unwrap_or(field);
    let mut groups = digits.split('.');
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let is_first = (1..=3).contains(&first.len()) && is_number(first) && !first.starts_with('0');
    is_first && digits.contains('.') && groups.all(|group| group.len() == 3 && is_number(group))
}

/// A field that holds something else than a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoNumber;

/// Whether fields have decimal commas: some look like `1,5`, and none like `1.5`; in `1.500` a dot may group digits.
pub(super) fn has_decimal_comma<'a>(fields: impl Iterator<Item = &'a str>) -> bool {
    let mut has_comma = false;
    for field in fields {
        match field.parse::<f64>() {
            Ok(_) if field.contains('.') && !is_grouped(field) => return false,
            Ok(_) => {}
            Err(_) => has_comma |= field.matches(',').count() == 1 && matches!(decimal(field, true), Ok(Some(_))),
        }
    }
    has_comma
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_points_and_commas() {
        for (field, has_comma, expected) in [
            ("1.5", false, Ok(Some(1.5))),
            ("1,5", true, Ok(Some(1.5))),
            ("-1.234,5", true, Ok(Some(-1234.5))),
            ("12", true, Ok(Some(12.0))),
            ("2.048", true, Ok(Some(2048.0))),
            ("2.048", false, Ok(Some(2.048))),
            ("0.048", true, Ok(Some(0.048))),
            ("1.234.567", true, Ok(Some(1_234_567.0))),
            ("1e3", true, Ok(Some(1000.0))),
            ("NaN", false, Ok(None)),
            ("", true, Ok(None)),
            ("N/A", false, Ok(None)),
            ("1,5", false, Err(NoNumber)),
            ("inf", false, Err(NoNumber)),
            ("4l", true, Err(NoNumber)),
            ("1,2,3", true, Err(NoNumber)),
        ] {
            assert_eq!(decimal(field, has_comma), expected, "{field}");
        }
    }

    #[test]
    fn commas_are_decimal_where_no_point_is() {
        assert!(has_decimal_comma(["a", "1,5", "16.08.2023", "7"].into_iter()));
        assert!(has_decimal_comma(["1,5", "2.500"].into_iter()));
        assert!(!has_decimal_comma(["1,5", "2.5"].into_iter()));
        assert!(!has_decimal_comma(["7", "x,y"].into_iter()));
    }
}
