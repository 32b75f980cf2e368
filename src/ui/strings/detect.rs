//! Detection of faults.

use crate::ui::format;

/// Said while the work belongs to the task that is not shown.
pub const OTHER_TASK: &str = "The other task is at work; its results are there when you go back to it";
/// First look at detection.
pub const DETECT_SAMPLE_STATUS: &str =
    "Stored result of a simulated run with one fault. The time of a new run is known after its first epoch";
/// No result and no stored one.
pub const NO_DETECTION: &str =
    "No result yet. Press Run to detect the fault of a simulated run, or choose a trace with fault labels.";
/// Heading of the list of detectors.
pub const DETECTORS_HEADING: &str = "Detectors";
/// Headings of the groups of detectors.
pub const DETECTOR_GROUP_NAMES: [&str; 5] = [
    "The paper's model and its ablations",
    "Charts and trees",
    "Learned from normal windows",
    "Named by the paper",
    "Must not win",
];
/// Heads of the parts table.
pub const DETECT_PLAN_HEADS: [&str; 4] = ["Detector", "What it is", "Learns from", "Parts"];

/// What would run.
pub fn detect_plan(detectors: usize, parts: usize) -> String {
    format!(
        "{} in {}; the estimate comes after the first epoch",
        format::count(detectors, "detector", "detectors"),
        format::count(parts, "part", "parts")
    )
}

/// The Models row.
pub fn detect_summary(detectors: &[&str], protocol: &str, seeds: usize) -> String {
    let shown = format::list(&detectors.iter().take(4).copied().collect::<Vec<_>>());
    let who = match detectors.len() {
        0 => return "No detector is chosen".to_owned(),
        n @ 1..=4 => format!("{shown}{}", if n == 1 { " alone" } else { "" }),
        n => format!("{} and {} more", detectors[..3].join(", "), n - 3),
    };
    format!("{who}, protocol {protocol}, {}", format::count(seeds, "seed", "seeds"))
}

/// The Graph row.
pub fn snapshot_summary(snapshot: u32, slice: &str, sequence: usize) -> String {
    format!("Snapshots of {snapshot} s in slices of {slice}, {sequence} to a sequence")
}

/// Reading of the parts table.
pub fn detect_plan_reading(cells: usize, parts: usize) -> String {
    let parts = format::count(parts, "part", "parts");
    match cells {
        1 => format!("{parts}; every detector is judged on the same windows."),
        _ => format!("{parts} in {}; a part is one detector with one seed.", super::configs(cells)),
    }
}

/// What a study of detection does, in a sentence.
pub fn detect_study_text(id: &str) -> &'static str {
    match id {
        "protocols" => "The same detectors under several ways to tell windows apart: leaky ones beside honest ones.",
        "features" => "Slices and call durations, each with and without: the paper's two setups as a 2 × 2.",
        "variants" => {
            "Pooling, merged instances, slices and calls: the network as configured, then each of them exchanged."
        }
        "balance" => "SMOTE beside its controls: nothing, weights, copies.",
        "sensitivity" => "One setting after the other is moved, all else stays, under each of the protocols.",
        "label_shift" => "A control: labels moved in a circle; the mean area should be 0.5.",
        "complexity" => "What the graph costs, counted.",
        _ => "The detectors side by side, on one config.",
    }
}

/// What a protocol is, in a sentence.
pub fn protocol_text(id: &str) -> &'static str {
    match id {
        "p0-rand" => "Leaky on purpose: test windows overlap training windows.",
        "p0-class" => "Leaky on purpose: the same fault stands in training and in test.",
        "p0-chron" => "One run cut by time, as the paper says; with a single fault most measures are undefined.",
        "p1" => "Whole runs, stratified by fault type; no run stands on two sides.",
        "p1-folds" => "Folds of whole runs within the training runs of P1; its test runs are left alone.",
        "p1-target" => "Whole runs; the targets of the test were never faulted in training.",
        "p2" => "Whole runs; one fault type at a time is left out of training.",
        "p3" => "One long stream; folds are cut between faults.",
        "p4" => "Training on normal windows only; all that is labelled is test.",
        _ => "",
    }
}

/// Whether numbers under a protocol are too good.
pub fn is_leaky(protocol: &str) -> bool {
    matches!(protocol, "p0-rand" | "p0-class")
}

/// Badge of such a protocol.
pub const LEAKY: &str = "Leaky on purpose";

/// What a detector learned from.
pub fn supervision(id: &str) -> &'static str {
    match id {
        "labels" => "labels",
        "normal_only" => "normal windows",
        _ => "nothing",
    }
}

/// The sentence on what a detector finds.
pub fn finds(detector: &str, found: &str, of: &str, alarms: Option<&str>) -> String {
    let alarms = alarms.map_or_else(String::new, |alarms| format!(" at {alarms} false alarms an hour"));
    format!("{detector} finds {found} of {of} episodes{alarms}")
}

/// The same where nothing can be found.
pub fn finds_nothing(detector: &str, reason: &str) -> String {
    format!("{detector}: {reason}")
}

/// What the other detector finds, with the verdict on both.
pub fn other_finds(other: &str, found: &str, verdict: &str) -> String {
    format!("{other} finds {found}: {verdict}")
}

/// The verdict without a count.
pub fn against_other(other: &str, verdict: &str) -> String {
    format!("against {other}: {verdict}")
}

/// Verdict on the first detector, by average precision.
pub fn is_clearly(detector: &str, better: bool) -> String {
    format!("{detector} is clearly {}", if better { "better" } else { "worse" })
}

/// Verdict.
pub const NO_CLEAR_DIFFERENCE: &str = "no clear difference";
/// Verdict where nothing was compared.
pub const NOT_COMPARED: &str = "not compared, because too few faults were tested for an interval";

/// The line below the headline.
pub fn detect_line(protocol: &str, threshold: &str, seeds: usize) -> String {
    let seeds = format::count(seeds, "seed", "seeds");
    format!(
        "protocol {} · {threshold} · {seeds} · verdicts by average precision, bootstrap 95 %",
        protocol.to_ascii_uppercase()
    )
}

/// The frozen threshold.
pub fn threshold_from(threshold: Option<&str>, folds: usize) -> String {
    match threshold {
        Some(threshold) if folds > 1 => format!("threshold {threshold} in the first of {folds} folds, from validation"),
        Some(threshold) => format!("threshold {threshold} from validation"),
        None => "threshold undefined: validation has no fault".to_owned(),
    }
}

/// Name of a big fact.
pub const FACT_EPISODES: &str = "Episodes";
/// Name of a big fact.
pub const FACT_ALARMS: &str = "False alarms";
/// Name of a big fact.
pub const FACT_DELAY: &str = "Median delay";
/// Unit of false alarms.
pub fn an_hour(value: &str) -> String {
    format!("{value} an hour")
}
/// Some of all.
pub fn of(found: &str, all: &str) -> String {
    format!("{found} of {all}")
}

/// A measure of a detector: id, head of its column, what it says, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasureWords {
    /// Stable id.
    pub id: &'static str,
    /// Head of its column.
    pub head: &'static str,
    /// What it says.
    pub text: &'static str,
    /// How it is written.
    pub form: Form,
}

/// How a measure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Three decimals.
    Ratio,
    /// Two decimals.
    Rate,
    /// A whole number.
    Count,
    /// A length of time.
    Secs,
}

const fn words(id: &'static str, head: &'static str, text: &'static str) -> MeasureWords {
    MeasureWords { id, head, text, form: Form::Ratio }
}

const fn formed(form: Form, words: MeasureWords) -> MeasureWords {
    MeasureWords { form, ..words }
}

/// All measures, those of the short table first.
pub static MEASURES: [MeasureWords; 32] = [
    formed(Form::Count, words("episodes_found", "Episodes found", "Faults with at least one alarm")),
    formed(
        Form::Rate,
        words(
            "false_alarms_per_hour",
            "False alarms an hour",
            "Alarms outside of faults per hour of normal operation; alarms within 60 s are one",
        ),
    ),
    formed(
        Form::Secs,
        words(
            "delay_secs",
            "Median delay",
            "From the onset of a fault to the first two alarms in a row, median over the faults that were found",
        ),
    ),
    words("ap", "Average precision", "Area under the precision-recall curve; chance gives the share of faulty windows"),
    words("auc", "ROC AUC", "Probability that a faulty window scores higher than a normal one; chance gives 0.5"),
    words("f1", "F1", "Harmonic mean of precision and recall of faulty windows at the frozen threshold"),
    formed(Form::Count, words("episodes", "Episodes", "Faults that the test part has windows of")),
    words("precision", "Precision", "Share of alarms that are right"),
    words("recall", "Recall", "Share of faulty windows with an alarm"),
    words("accuracy", "Accuracy", "Share of right decisions; always quiet is right as often as windows are normal"),
    words("balanced_accuracy", "Balanced accuracy", "Mean of both recalls; chance gives 0.5"),
    words("mcc", "MCC", "Correlation of decision and truth; chance gives 0"),
    words("precision_normal", "Precision, normal", "Share of quiet windows that are normal"),
    words("recall_normal", "Recall, normal", "Share of normal windows that are quiet"),
    words("f1_normal", "F1, normal", "The same for the normal class"),
    words("macro_precision", "Macro precision", "Plain mean over both classes"),
    words("macro_recall", "Macro recall", "Plain mean over both classes"),
    words("macro_f1", "Macro F1", "Plain mean over both classes"),
    words("weighted_precision", "Weighted precision", "Mean over both classes, weighted by their windows"),
    words("weighted_recall", "Weighted recall", "The same as accuracy"),
    words("weighted_f1", "Weighted F1", "Mean over both classes, weighted by their windows"),
    words(
        "fpr_at_recall_95",
        "False alarms at recall 0.95",
        "Share of normal windows with an alarm where 95 % of the faulty ones have one",
    ),
    words("brier", "Brier score", "Mean squared distance of a probability from the truth; 0 is best"),
    words("vus_roc", "VUS-ROC", "ROC area with a soft edge around faults, averaged over its width"),
    words("vus_pr", "VUS-PR", "The same of precision and recall"),
    words(
        "affiliation_precision",
        "Affiliation precision",
        "How near alarms lie to faults; random alarms come to about 0.5",
    ),
    words("affiliation_recall", "Affiliation recall", "How near faults lie to alarms; alarming always gives 1"),
    words("point_adjusted_f1", "Point-adjusted F1", "An exhibit, not a measure: one lucky alarm earns the whole fault"),
    words(
        "share_in_paper_band",
        "Scores in 0.47 to 0.52",
        "Share of validation scores in the paper's band; below 1 % its calibration does nothing",
    ),
    words(
        "buffer_faulty_rate",
        "Alarms at the edge",
        "Share of the windows around the ends of faults with an alarm; they are judged by nothing else",
    ),
    formed(Form::Rate, words("ms_per_window", "ms per window", "Milliseconds to score one window")),
    words("found_at_budget", "Found at daily budget", "Share of faults found where false alarms a day are as allowed"),
];
/// Measures of the short table.
pub const FEW_MEASURES: usize = 6;

/// The words of a measure.
pub fn measure(id: &str) -> Option<&'static MeasureWords> {
    MEASURES.iter().find(|measure| measure.id == id)
}

/// First heads of the table of detectors.
pub const DETECTOR_HEAD: &str = "Detector";
/// Head.
pub const LEARNED_FROM_HEAD: &str = "Learned from";
/// Head.
pub const PARAMS_HEAD: &str = "Parameters";
/// Head.
pub const SEEDS_HEAD: &str = "Seeds";
/// Head.
pub const CELL_HEAD: &str = "Config";
/// Caption of the table of detectors.
pub const DETECT_CAPTION: &str = "Detectors on the test windows, best average precision first";
/// Heading of the table of a study.
pub const STUDY_TABLE: &str = "Every config of the study";
/// Reading of the table of a study of protocols.
pub const PROTOCOLS_READING: &str = "The same detectors under different protocols; what a protocol cannot measure is undefined, and leaky ones are too good.";
/// Reading of the table of another study.
pub const STUDY_TABLE_READING: &str = "One row per config and detector, on the test windows of its config.";

/// Name of a cell of a study.
pub fn cell_name(group: &str, label: &str) -> String {
    match group {
        "protocols" if is_leaky(label) => format!("{} (leaky)", label.to_ascii_uppercase()),
        "protocols" => label.to_ascii_uppercase(),
        _ if label.is_empty() => group.to_owned(),
        "features" | "variants" | "balance" => label.to_owned(),
        group => format!("{group}: {label}"),
    }
}

/// Reason.
pub const NO_FAULT: &str = "undefined: the test part has no fault";
/// Reason.
pub const NO_NORMAL: &str = "undefined: the test part has no normal window";
/// Reason.
pub const NO_THRESHOLD: &str = "undefined: validation has no fault, so no threshold could be chosen";
/// Reason.
pub const NO_ALARM: &str = "undefined: no window raised an alarm, so there is nothing to divide by";
/// Reason.
pub const NONE_FOUND: &str = "undefined: no episode was found, so there is no delay";
/// Reason.
pub const NO_ONSET: &str = "undefined: no episode that begins in the test part raised two alarms in a row";
/// Reason.
pub const NO_PROBABILITY: &str = "undefined: its scores are no probabilities";
/// Reason.
pub const NOT_MEASURED: &str = "undefined: not measured, or not by every seed";

/// Windows of a part.
pub fn part_windows(name: &str, runs: usize, normal: u64, faulty: u64, buffer: u64, episodes: usize) -> String {
    if name == "synthetic" {
        return format!("synthetic: {} faulty windows, in training alone", format::whole(faulty));
    }
    format!(
        "{name}: {}, {} normal and {} faulty windows, {} at an edge, {}",
        format::count(runs, "run", "runs"),
        format::whole(normal),
        format::whole(faulty),
        format::whole(buffer),
        format::count(episodes, "episode", "episodes")
    )
}

/// Label of the choice of a detector.
pub const SHOWN_DETECTOR: &str = "Detector in the figures";
/// Label of the choice of a run.
pub const SHOWN_RUN: &str = "Run";

/// Label of the choice of a fault.
pub const SELECT_EPISODE: &str = "Windows of a fault";
/// No fault is chosen.
pub const NO_EPISODE: &str = "none selected";
/// Name of a fault.
pub fn episode(kind: &str, target: &str) -> String {
    if target.is_empty() { kind.to_owned() } else { format!("{kind}, {target}") }
}

/// Heading of the confusion matrix.
pub const CONFUSION: &str = "Decisions";
/// Reading of the matrix.
pub fn confusion_reading(detector: &str, [tn, fp, fneg, tp]: [u64; 4]) -> String {
    let whole = format::whole;
    format!(
        "{detector}: {} of {} fault windows raised an alarm; {} of {} normal ones did.",
        whole(tp),
        whole(tp + fneg),
        whole(fp),
        whole(tn + fp)
    )
}
/// No decision was possible.
pub const NO_DECISION: &str = "No decisions: no threshold could be chosen, because validation has no fault.";
/// Heads of the matrix.
pub const CONFUSION_HEADS: [&str; 4] = ["Truth", "Alarm", "Quiet", "At the edge"];
/// Row of the matrix.
pub const TRUTH_FAULT: &str = "Fault";
/// Row of the matrix.
pub const TRUTH_NORMAL: &str = "Normal";
/// Name of a cell.
pub fn confusion_cell(n: u64, faulty: bool, alarm: Option<bool>, share: &str) -> String {
    let truth = if faulty { "fault" } else { "normal" };
    match alarm {
        Some(true) => format!("{} {truth} windows with an alarm, {share}, select", format::whole(n)),
        Some(false) => format!("{} quiet {truth} windows, {share}, select", format::whole(n)),
        None => format!("{} {truth} windows at the edge of a fault, select", format::whole(n)),
    }
}
/// What is selected.
pub fn selected(n: usize) -> String {
    format!("{} selected", format::count(n, "window", "windows"))
}
/// Lets the selection go.
pub const CLEAR_SELECTION: &str = "Clear";
/// How to select.
pub const HOW_TO_SELECT: &str = "Select windows in the timeline (drag over a range, or begin it with Space and end it with Enter), the embedding or \
     the decisions; they are marked in all of them.";

/// Heading of the fault types.
pub const KINDS: &str = "By fault type";
/// Heads of the fault types.
pub const KIND_HEADS: [&str; 5] = ["Fault type", "Faulty windows", "Episodes found", "ROC AUC", "Average precision"];

/// Instances and calls behind an alarm.
pub const BEHIND: &str = "Behind the alarm";
/// Their scores.
pub const SCORE: &str = "Score";

/// How often the target is found.
pub fn hits([n, first, three]: [u64; 3]) -> String {
    match n {
        0 => "Where: undefined, no fault has a known target".to_owned(),
        _ => format!("Where: target first in {first} of {n} faulty windows, among three in {three}"),
    }
}

/// Heading of the alarm budget.
pub const BUDGET: &str = "Alarm budget";
/// Label of its slider.
pub const BUDGET_LABEL: &str = "False alarms a week, on validation";
/// What a row of it says.
pub fn budget_row(alarms: &str, threshold: &str, found: &str, delay: &str) -> String {
    format!(
        "{alarms} false alarms a week on validation → threshold {threshold}, episodes {found}, median delay {delay}"
    )
}
/// What it costs on the test.
pub fn budget_test(alarms: &str) -> String {
    format!("On the test windows the same threshold gives {alarms} false alarms a week: exploring, not a result.")
}

/// Heading of the lie detector.
pub const LIES: &str = "Metric lie detector";
/// Reading of it where random alarms profit.
pub fn lie_reading(random: Option<&str>) -> String {
    random.map_or_else(
        || "The same scores under every metric, beside controls that know nothing.".to_owned(),
        |f1| format!("Point-adjusted F1 gives random alarms {f1} here. That is the metric, not the model."),
    )
}
/// Key of its marked cells.
pub const LIE_KEY: &str = "“fooled”: a control that knows nothing comes within 0.05 of the detector of the first row";
/// Mark of such a cell.
pub const FOOLED: &str = "fooled";
/// Head of a measure that only the lie detector has.
pub const ALARM_SHARE: &str = "Alarms";
/// Name of a control.
pub fn control(id: &str) -> String {
    match id {
        "random" => "random alarms (1 %)".to_owned(),
        "always" => "always alarm".to_owned(),
        id => id.to_owned(),
    }
}

/// Heading of the leak audit.
pub const AUDIT: &str = "Leak audit";
/// Reading of it.
pub fn audit_reading(failed: usize, asked: usize) -> String {
    match failed {
        0 => format!("All {asked} checks that apply passed."),
        _ => format!("{failed} of {asked} checks failed. Scores from this split are too good."),
    }
}

/// Heading of other thresholds.
pub const CHOICES: &str = "Thresholds by other rules";
/// Heads of other thresholds.
pub const CHOICE_HEADS: [&str; 5] = ["Rule", "Threshold", "F1", "False alarms an hour", "Share of episodes found"];
/// Name of a rule.
pub fn rule(id: &str) -> &'static str {
    match id {
        "half" => "0.5",
        "paper" => "0.47 to 0.52",
        "best_f1" => "best F1 on validation",
        "alarms" => "1 false alarm an hour on validation",
        "prior" => "0.5 after correcting the prior",
        _ => "another",
    }
}

/// Heads of what detectors have found so far.
pub const DETECTED_HEADS: [&str; 6] =
    ["Config", "Detector", "Episodes found", "False alarms an hour", "Average precision", "Seeds"];

/// The Results row.
pub fn detection_summary(detectors: usize, parts: usize, time: Option<&str>) -> String {
    let time = time.map_or_else(String::new, |time| format!(" in {time}"));
    format!(
        "{}, {} done{time}",
        format::count(detectors, "detector", "detectors"),
        format::count(parts, "part", "parts")
    )
}

/// Heading of the paper's numbers.
pub const DETECT_PAPER: &str = "Beside the paper";
/// What is to be known about them.
pub const DETECT_PAPER_READING: &str = "The paper reports 0.98 on both classes from one run with one fault, split by time; such a split gives two of the three parts no fault. Only the leaky protocols can give such numbers.";
/// Heads of that table.
pub const DETECT_PAPER_HEADS: [&str; 5] = ["Paper", "Measure", "Published", "Ours", "Protocol"];
/// The paper's rows that a run can have: name there, detector, measure, published value.
// Tables 1 and 3 of the anomaly paper (MODELS.md C).
pub const DETECT_PAPER_ROWS: [(&str, &str, &str, &str); 6] = [
    ("Integrated D-GNN-LSTM", "integrated", "accuracy", "0.98"),
    ("Integrated D-GNN-LSTM", "integrated", "precision", "0.980"),
    ("Integrated D-GNN-LSTM", "integrated", "recall", "0.980"),
    ("Integrated D-GNN-LSTM", "integrated", "f1", "0.980"),
    ("GCN only, CPU only", "gcn-only", "precision_normal", "0.89"),
    ("GCN only, CPU only", "gcn-only", "recall_normal", "0.94"),
];
/// Fold of what the measures say.
pub const MEASURES_TEXT: &str = "What the measures say";
/// Head of the share of faults found.
pub const FOUND_SHARE: &str = "Episodes found";
/// Fold of other thresholds.
pub fn choices_of(detector: &str) -> String {
    format!("{CHOICES}: {detector}, first seed")
}
