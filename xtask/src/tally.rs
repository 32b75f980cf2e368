//! What test runners say about themselves, added up.

use std::collections::BTreeSet;
use std::fmt;

/// Tests passed, failed and skipped.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    n_passed: usize,
    n_failed: usize,
    n_ignored: usize,
    skipped: BTreeSet<String>,
}

impl Tally {
    /// Takes notice of one line of a runner's output: its result, or a test's own word that it was skipped
    /// (`skipped: <name>: <why>`).
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.n_passed += count(counts, "passed");
            self.n_failed += count(counts, "failed");
            self.n_ignored += count(counts, "ignored");
        } else if let Some(skipped) = line.strip_prefix("skipped: ") {
            self.skipped.insert(skipped.to_owned());
        }
    }

    /// Adds what another runner counted.
    pub fn add(&mut self, other: Self) {
        self.n_passed += other.n_passed;
        self.n_failed += other.n_failed;
        self.n_ignored += other.n_ignored;
        self.skipped.extend(other.skipped);
    }

    /// A check that failed without a test being counted: a lint, or code that does not compile.
    pub fn add_failure(&mut self) {
        self.n_failed += 1;
    }

    /// Whether there was any test at all.
    pub fn has_tests(&self) -> bool {
        self.n_passed + self.n_failed + self.n_ignored > 0
    }

    /// Failed tests and checks.
    pub fn n_failed(&self) -> usize {
        self.n_failed
    }

    /// The tests that said they were skipped, with their reasons.
    pub fn skipped(&self) -> impl Iterator<Item = &str> {
        self.skipped.iter().map(String::as_str)
    }
}

/// A runner counts a test that skipped itself as passed; here it counts as skipped.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_passed = self.n_passed.saturating_sub(self.skipped.len());
        let n_skipped = self.n_ignored + self.skipped.len();
        write!(f, "{n_passed} passed, {} failed, {n_skipped} skipped", self.n_failed)
    }
}

/// The number before a word, as in `3 passed; 0 failed`.
fn count(counts: &str, word: &str) -> usize {
    let words: Vec<&str> = counts.split([' ', ';']).collect();
    let number = words.windows(2).find(|pair| pair[1] == word).map(|pair| pair[0]);
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn results_of_several_runners_add_up() {
        let tally = tally(&[
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out; finished in 1.20s",
        ]);
        assert_eq!(tally.to_string(), "15 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn a_test_that_skipped_itself_has_not_passed() {
        let line = "skipped: anchor: alibaba2018/machine_usage.csv is missing";
        let tally = tally(&[line, line, "test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured"]);
        assert_eq!(tally.to_string(), "3 passed, 0 failed, 1 skipped");
        assert_eq!(tally.skipped().collect::<Vec<_>>(), ["anchor: alibaba2018/machine_usage.csv is missing"]);
    }

    #[test]
    fn a_runner_without_tests_is_noticed() {
        assert!(!tally(&["no tests to run!"]).has_tests());
        assert!(!tally(&["test result: ok. 0 passed; 0 failed; 0 ignored"]).has_tests());
        assert!(tally(&["test result: ok. 0 passed; 0 failed; 1 ignored"]).has_tests());
    }

    #[test]
    fn a_check_without_tests_can_fail() {
        let mut tally = Tally::default();
        tally.add_failure();
        assert_eq!(tally.to_string(), "0 passed, 1 failed, 0 skipped");
    }
}
