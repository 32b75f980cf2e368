//! Settings of fault detection; a config of forecasting has none of them.

/// A number or a switch: path below `detect`, place, label, kind, slot, explanation.
macro_rules! plain {
    ($id:literal, $place:ident, $label:literal, $kind:expr, $($slot:ident).+, $explain:literal) => {
        Setting {
            id: concat!("detect.", $id),
            label: $label,
            explain: $explain,
            place: Place::$place,
            kind: $kind,
            get: |c| Some(detect(c)?.$($slot).+.to_string()),
            set: |c, text| with(c, |d| put(&mut d.$($slot).+, text)),
        }
    };
}

/// The same for a choice that is a word in the JSON.
macro_rules! choice {
    ($id:literal, $place:ident, $label:literal, $choices:expr, $($slot:ident).+, $explain:literal) => {
        Setting {
            id: concat!("detect.", $id),
            label: $label,
            explain: $explain,
            place: Place::$place,
            kind: Kind::Choice(&$choices),
            get: |c| Some(word(&detect(c)?.$($slot).+)),
            set: |c, text| with(c, |d| put_word(&mut d.$($slot).+, text)),
        }
    };
}

/// A protocol of a study: id, value, label, explanation.
macro_rules! protocol {
    ($id:literal, $protocol:ident, $label:literal, $explain:literal) => {
        Setting {
            id: concat!("detect.study.", $id),
            label: $label,
            explain: $explain,
            place: Place::Study,
            kind: Kind::Toggle("compared", "left out"),
            get: |c| has_protocol(c, DetectProtocol::$protocol),
            set: |c, text| switch_protocol(c, DetectProtocol::$protocol, text),
        }
    };
}

/// The switch of an axis: id, axis, label, explanation.
macro_rules! axis {
    ($id:literal, $axis:ident, $label:literal, $explain:literal) => {
        Setting {
            id: concat!("detect.study.", $id, ".on"),
            label: $label,
            explain: $explain,
            place: Place::Study,
            kind: Kind::Toggle("varied", "as set"),
            get: |c| is_swept(c, DetectAxis::$axis),
            set: |c, text| switch_axis(c, DetectAxis::$axis, text),
        }
    };
}

/// Its values: id, axis, label.
macro_rules! axis_values {
    ($id:literal, $axis:ident, $label:literal) => {
        Setting {
            id: concat!("detect.study.", $id),
            label: $label,
            explain: "One run of its own for each value and protocol, all else as set.",
            place: Place::Study,
            kind: Kind::Numbers { whole: true, auto: "" },
            get: |c| values(c, DetectAxis::$axis),
            set: |c, text| put_values(c, DetectAxis::$axis, text),
        }
    };
}

mod access;
mod run;
mod snapshots;

pub(super) use run::SETTINGS as RUN;
pub(super) use snapshots::SETTINGS as SNAPSHOTS;
