//! The stage Share, and links.

use crate::report::Verdict;
use crate::ui::format;

/// Opens the stage.
pub const OPEN: &str = "Open";
/// Nothing to share.
pub const SHARE_EMPTY: &str = "Nothing to share before the first result";
/// The Share row.
pub const SHARE_SUMMARY: &str = "A link with settings and hashes, a receipt to verify, exports. Never data";
/// Label of the link.
pub const LINK: &str = "Link";
/// What is in the link.
pub const LINK_TEXT: &str = "Carries settings, seeds, names and hashes of the files and of the result. Whoever has the same files can verify it.";
/// Copies the link.
pub const COPY_LINK: &str = "Copy link";
/// Done.
pub const LINK_COPIED: &str = "Link copied";
/// Done.
pub const DETAILS_COPIED: &str = "Details copied";
/// Exports.
pub const EXPORTS: &str = "Exports";
/// Exports the report.
pub const EXPORT_JSON: &str = "Report, JSON";
/// Exports the table.
pub const EXPORT_CSV: &str = "Numbers, CSV";
/// List of the trained models.
pub const MODEL_FILE: &str = "Trained model";
/// Which models can be saved.
pub const MODEL_FILE_TEXT: &str =
    "Weights with their preprocessing and settings. Drop the file on this page to score it on other data.";
/// Saves a model.
pub const SAVE_MODEL: &str = "Save model";
/// Heading of the receipt.
pub const RECEIPT: &str = "Receipt";
/// Reading of the receipt.
pub const RECEIPT_TEXT: &str = "Enough to run again and to say whether the same came out.";
/// Runs again and compares.
pub const VERIFY: &str = "Verify";
/// At work.
pub const VERIFYING: &str = "Verifying";
/// Why Verify is off.
pub const VERIFY_NEEDS_FILES: &str = "Choose the files of this receipt first; then the run can be repeated here.";
/// Why Verify is off.
pub const VERIFY_BUSY: &str = "A run is going on; Verify waits for it.";
/// What Verify does.
pub const VERIFY_TEXT: &str = "Runs the same settings on the same data again and compares every line.";
/// Heads of the differences.
pub const DIFFERENCE_HEADS: [&str; 3] = ["Line", "Receipt", "Now"];
/// The line of the version.
pub const LINE_VERSION: &str = "version";
/// The line of the scenario.
pub const LINE_SCENARIO: &str = "scenario";
/// The line of a file.
pub const LINE_FILE: &str = "file";
/// The line of the config.
pub const LINE_CONFIG: &str = "config";
/// The line of the split.
pub const LINE_SPLIT: &str = "split";
/// The line of the metrics.
pub const LINE_METRICS: &str = "metrics";
/// The line of the weights.
pub const LINE_WEIGHTS: &str = "weights";
/// The line of the report.
pub const LINE_REPORT: &str = "report";

/// A model that is not part of the result.
pub fn not_trained(name: &str) -> String {
    format!("The result on screen has no trained model “{name}”; run one first")
}

/// A file in the receipt.
pub fn receipt_file(name: &str, bytes: u64, rows: u64) -> String {
    format!("{name}, {}, {} rows", format::bytes(bytes), format::whole(rows))
}

/// Answer of Verify.
pub fn verdict(verdict: Verdict, n_numbers: usize) -> String {
    match verdict {
        Verdict::Identical => {
            format!("Identical: all {} numbers and the weights match the receipt.", format::whole(n_numbers as u64))
        }
        Verdict::WithinTolerance => {
            "Within tolerance: the inputs are equal and every error agrees to 1 part in 1,000.".to_owned()
        }
        Verdict::Different => "Different: the lines below do not match the receipt.".to_owned(),
    }
}

/// Look of the answer.
pub fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Identical => "verdict ok",
        Verdict::WithinTolerance => "verdict warn",
        Verdict::Different => "verdict bad",
    }
}

/// A link on simulated data.
pub fn link_scenario(scenario: &str) -> String {
    format!("This link is a run on the simulated data “{scenario}”. Verify simulates them, runs again and compares.")
}

/// A link on files.
pub fn link_files(n: usize) -> String {
    let files = format::count(n, "file", "files");
    format!("This link is a run on {files}. Choose the same here, then press Verify:")
}

/// A file that the link needs.
pub fn link_file(name: &str, bytes: u64, sha: &str) -> String {
    format!("“{name}”, {}, SHA-256 {}…", format::bytes(bytes), format::hash(sha))
}

/// A file of the link that was not chosen.
pub fn file_missing(name: &str) -> String {
    format!("The file “{name}” of this run is missing; choose all files of the receipt together.")
}

/// Another file than that of the link.
pub fn wrong_copy(name: &str, found: &str, expected: &str) -> String {
    format!(
        "This is not the file of this run: “{name}” differs from the receipt (SHA-256 {found}… instead of {expected}…)."
    )
}
