//! Words that several figures share.

use crate::charts::text::{count, fixed};
use crate::report::{DetectCellResult, Spread};

/// One class only: no curve.
pub(super) const ONE_CLASS: &str =
    "undefined: the test part has no fault, or nothing but faults, so there is no rate of true alarms";

/// "0.910 ± 0.020", or that it is undefined.
pub(super) fn ratio(spread: Option<Spread>) -> String {
    let Some(spread) = spread.filter(|spread| spread.mean.is_finite()) else { return "undefined".to_owned() };
    let sd = spread.sd.map_or_else(String::new, |sd| format!(" ± {}", fixed(sd, 3)));
    format!("{}{sd}", fixed(spread.mean, 3))
}

/// "[0.38, 0.49]", or nothing.
pub(super) fn interval(ends: Option<(f64, f64)>) -> String {
    ends.map_or_else(String::new, |(low, high)| format!("[{}, {}]", fixed(low, 3), fixed(high, 3)))
}

/// "Test part, 15 normal and 7 faulty windows"
pub(super) fn test_windows(cell: Option<&DetectCellResult>) -> String {
    let part = cell.and_then(|cell| cell.parts.iter().find(|part| part.name == "test"));
    let whole = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    part.map_or_else(
        || "Test part".to_owned(),
        |part| format!("Test part, {} normal and {} faulty windows", whole(part.normal), whole(part.faulty)),
    )
}

/// Share of faulty windows in the test part: what chance gives as average precision.
pub(super) fn prevalence(cell: Option<&DetectCellResult>) -> Option<f64> {
    let part = cell?.parts.iter().find(|part| part.name == "test")?;
    let all = part.normal + part.faulty;
    (all > 0).then(|| part.faulty as f64 / all as f64)
}
