//! Ink codes: charts are drawn in codes, and the style sheet maps each code to a token of the theme.
//!
//! A code is a colour `#00DDNN`. `NN` names the ink (01 truth, 02 grid, … 11 to 18 the series slots s1 to s8, 21 to 29
//! the steps q0 to q8, 41 to 43 the parts) and `DD` the dash of the line, 00 where it is solid, so a change of theme
//! redraws nothing. Without a style sheet all codes are near black and the picture stays readable.

use plotters::style::RGBColor;
use serde::{Deserialize, Serialize};

/// What a mark is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ink {
    dash: u8,
    code: u8,
}

impl Ink {
    /// Observed values.
    pub const TRUTH: Self = Self::solid(0x01);
    /// Grid lines.
    pub const GRID: Self = Self::solid(0x02);
    /// Axis lines and ticks.
    pub const AXIS: Self = Self::solid(0x03);
    /// Reference lines.
    pub const REFERENCE: Self = Self::solid(0x04);
    /// Hatch of what is missing or unknown.
    pub const HATCH: Self = Self::solid(0x05);
    /// The selection.
    pub const SELECTION: Self = Self::solid(0x06);
    /// Plain marks that belong to no series.
    pub const NORMAL: Self = Self::solid(0x07);
    /// Faults and false alarms.
    pub const ANOMALY: Self = Self::solid(0x08);
    /// The surface, to open the inside of a ring.
    pub const SURFACE: Self = Self::solid(0x09);
    /// The training part.
    pub const TRAINING: Self = Self::solid(0x41);
    /// The validation part.
    pub const VALIDATION: Self = Self::solid(0x42);
    /// The test part.
    pub const TEST: Self = Self::solid(0x43);

    const fn solid(code: u8) -> Self {
        Self { dash: 0, code }
    }

    /// Slot 1 to 8 of the series colours, solid.
    pub fn series(slot: u8) -> Self {
        Self::solid(0x10 + slot.clamp(1, 8))
    }

    /// Step 0 to 8 of the sequential scale.
    pub fn step(step: usize) -> Self {
        Self::solid(0x21 + step.min(8) as u8)
    }

    /// The same ink with a dash; 1 is solid.
    pub fn dashed(self, dash: u8) -> Self {
        Self { dash: if dash <= 1 { 0 } else { dash.min(8) }, ..self }
    }

    /// The same ink without a dash, for fills, rings and bars.
    pub fn undashed(self) -> Self {
        Self::solid(self.code)
    }

    /// The colour that stands for the ink.
    pub fn color(self) -> RGBColor {
        RGBColor(0, self.dash, self.code)
    }

    /// The same as text, for the written layer.
    pub fn code(self) -> String {
        format!("#00{:02X}{:02X}", self.dash, self.code)
    }
}

/// Shape of a mark; says the family where colour cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Marker {
    /// ●
    Circle,
    /// ▲
    Up,
    /// ■
    Square,
    /// ◆
    Diamond,
    /// ▼
    Down,
    /// ✚
    Plus,
    /// ✖
    Cross,
    /// ⬟
    Pentagon,
}

/// Stroke and marker of a model, the same in every chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Slot 1 to 8.
    pub slot: u8,
    /// Dash 1 to 8; 1 is solid.
    pub dash: u8,
    /// Marker of the family.
    pub marker: Marker,
}

impl Look {
    /// Ink of the model's lines.
    pub fn ink(self) -> Ink {
        Ink::series(self.slot).dashed(self.dash)
    }
}

/// Families in the order of the slots, members in the order of their dashes.
const FAMILIES: [(&[&str], Marker); 8] = [
    (&["tsf"], Marker::Circle),
    (&["lstm", "bilstm", "gru"], Marker::Up),
    (&["transformer", "bert", "informer_ts"], Marker::Square),
    (&["ar", "nlinear", "dlinear", "mlp"], Marker::Diamond),
    (&["stgcn", "dcrnn", "gwnet", "agcrn"], Marker::Down),
    (&["mtgnn", "timegnn"], Marker::Plus),
    (&["ets", "moving_average", "arma", "mstl"], Marker::Cross),
    (&["persistence", "seasonal_naive"], Marker::Pentagon),
];

/// The same of detectors; they stand in no picture with models that forecast.
const DETECTORS: [&[&str]; 8] = [
    &[
        "integrated",
        "gcn-only",
        "sep-parallel",
        "sep-staged",
        "gcn-avg",
        "gcn-25",
        "lstm-only",
        "static",
        "no-graph-edges",
        "sgc",
    ],
    &["lstm_ae", "usad", "gru_pred"],
    &["gdn", "static_pred"],
    &["logreg", "gbm-lite"],
    &["zmax", "ztop3", "ewma", "cusum", "mp", "mp_plain", "replica_dev", "cycle_dev"],
    &["ggnn_svdd", "teg_ggnn_svdd", "rpc_stgcn"],
    &["iforest", "pca_spe", "dbscan_cpu"],
    &["clock", "prior", "random", "always"],
];

/// Slot, dash and marker of a model id: dash = (slot − 1 + place in the family) mod 8 + 1.
/// An id of no family counts as a further member of the last one.
pub fn look(model: &str) -> Look {
    let place = |members: &[&str]| members.iter().position(|member| *member == model);
    let families = FAMILIES.iter().map(|(members, _)| *members).enumerate();
    let mut all = families.chain(DETECTORS.into_iter().enumerate());
    let (idx, place) = all.find_map(|(idx, members)| Some((idx, place(members)?))).unwrap_or((7, 2));
    Look { slot: idx as u8 + 1, dash: ((idx + place) % 8) as u8 + 1, marker: FAMILIES[idx].1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_keep_slot_and_dash() {
        let of = |id| (look(id).slot, look(id).dash);
        assert_eq!(of("tsf"), (1, 1));
        assert_eq!((of("lstm"), of("bilstm"), of("gru")), ((2, 2), (2, 3), (2, 4)));
        assert_eq!(of("ar"), (4, 4));
        assert_eq!((of("persistence"), of("seasonal_naive")), ((8, 8), (8, 1)));
        assert_eq!(of("somebody's model").0, 8);
    }

    #[test]
    fn no_two_models_share_colour_and_dash() {
        let ids: Vec<&str> = FAMILIES.iter().flat_map(|(members, _)| members.iter().copied()).collect();
        for (idx, a) in ids.iter().enumerate() {
            assert!(ids[..idx].iter().all(|b| look(a).ink() != look(b).ink()), "{a}");
        }
    }

    #[test]
    fn every_detector_has_a_family() {
        for detector in crate::config::Detector::ALL {
            assert_eq!(DETECTORS.iter().filter(|family| family.contains(&detector.id())).count(), 1, "{detector:?}");
        }
        assert_eq!((look("integrated").slot, look("zmax").slot, look("clock").slot), (1, 5, 8));
        assert_ne!(look("zmax").ink(), look("ewma").ink());
    }

    #[test]
    fn codes_are_hex_digits_as_written() {
        assert_eq!(Ink::TRUTH.code(), "#000001");
        assert_eq!(look("gru").ink().code(), "#000412");
        assert_eq!(look("tsf").ink().code(), "#000011");
        assert_eq!((Ink::step(0).code(), Ink::step(8).code()), ("#000021".to_owned(), "#000029".to_owned()));
    }
}
