//! Natural order of names: digits compare as numbers, so `m_2` comes before `m_10`.

use std::cmp::Ordering;

/// Compares two names in natural order; equal numbers with different zeros are told apart by their bytes.
pub(crate) fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    while !left.is_empty() && !right.is_empty() {
        let order = match (split_number(left), split_number(right)) {
            (Some((x, left_rest)), Some((y, right_rest))) => {
                (left, right) = (left_rest, right_rest);
                x.len().cmp(&y.len()).then_with(|| x.cmp(y))
            }
            _ => {
                let order = left[0].cmp(&right[0]);
                (left, right) = (&left[1..], &right[1..]);
                order
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The leading digits without leading zeros, and the rest; `None` if there is no leading digit.
fn split_number(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let n_digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(n_digits);
    let n_zeros = digits.iter().take_while(|&&byte| byte == b'0').count();
    (n_digits > 0).then_some((&digits[n_zeros..], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_compare_as_numbers() {
        let mut names = vec!["m_10", "m_2", "a", "m_02", "m_1", "m", "m_2b", "m_1932"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["a", "m", "m_1", "m_02", "m_2", "m_2b", "m_10", "m_1932"]);
    }
}
