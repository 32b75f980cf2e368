//! Lines over places along one axis, with a band of ± one standard deviation: the chart of every sweep and course.

mod plot;
#[cfg(test)]
mod tests;

pub(super) use plot::plot;

use super::ink::Look;
use super::series::extent;
use super::text::{Clock, fixed};
use super::twin::Twin;
use crate::charts::format::capital;
use crate::report::Spread;

/// Series with a colour of their own; further ones are grey.
pub(super) const MOST_COLOURED: usize = 6;

/// Which places of the axis are labelled.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Ticks {
    /// Every place.
    #[default]
    Each,
    /// Whole numbers.
    Whole,
    /// Whole units of time on the data's own clock; places are in seconds.
    Time(Clock),
}

/// A place along the axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Place {
    /// Where it is; finite.
    pub x: f64,
    /// Its name.
    pub name: String,
    /// What else is to be said of it; empty for nothing.
    pub note: String,
}

/// A mean at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Value {
    /// Mean over seeds.
    pub mean: f64,
    /// Standard deviation over seeds.
    pub sd: Option<f64>,
    /// Not all of its seeds are finished.
    pub partial: bool,
}

impl Value {
    /// Of a spread; nothing where it is undefined.
    pub(super) fn of(spread: Option<Spread>) -> Option<Self> {
        let spread = spread.filter(|spread| spread.mean.is_finite())?;
        Some(Self { mean: spread.mean, sd: spread.sd.filter(|sd| sd.is_finite()), partial: false })
    }

    /// Ends of the band.
    fn ends(&self) -> [f64; 2] {
        let sd = self.sd.unwrap_or(0.0);
        [self.mean - sd, self.mean + sd]
    }

    /// "0.0412 ± 0.0005"
    pub(super) fn text(&self, decimals: usize) -> String {
        let mean = fixed(self.mean, decimals);
        self.sd.map_or_else(|| mean.clone(), |sd| format!("{mean} ± {}", fixed(sd, decimals)))
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// Its name.
    pub name: String,
    /// Its stroke.
    pub look: Look,
    /// One per place; `None` opens a gap.
    pub values: Vec<Option<Value>>,
}

/// All of the picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Lines {
    /// What the places are; stands at the right end of the axis.
    pub x_title: &'static str,
    /// What the values are, with their unit.
    pub y_title: String,
    /// Which places are labelled.
    pub ticks: Ticks,
    /// Rising.
    pub places: Vec<Place>,
    /// The most important first.
    pub series: Vec<Series>,
    /// Decimals of the values.
    pub decimals: usize,
    /// The place of the config, ringed on the first line.
    pub ring: Option<f64>,
    /// A dotted upright rule with its name: a claimed optimum.
    pub rule: Option<(f64, &'static str)>,
    /// A level rule with its name, drawn where it lies inside the range of the lines.
    pub reference: Option<(f64, &'static str)>,
    /// Values that the axis reaches as well, so that pictures beside each other share it.
    pub reach: Option<(f64, f64)>,
}

impl Lines {
    /// Smallest and largest end of all bands.
    pub(super) fn extent(&self) -> Option<(f64, f64)> {
        extent(self.series.iter().flat_map(|series| series.values.iter().flatten()).flat_map(Value::ends))
    }

    /// The numbers: one row per place, mean and sd of each line.
    pub(super) fn twin(&self) -> Twin {
        let has_notes = self.places.iter().any(|place| !place.note.is_empty());
        let has_sd = |series: &Series| series.values.iter().flatten().any(|value| value.sd.is_some());
        let mut head = vec![capital(self.x_title)];
        for series in &self.series {
            head.push(format!("{}: {}", series.name, self.y_title));
            if has_sd(series) {
                head.push(format!("{}: sd", series.name));
            }
        }
        if has_notes {
            head.push("Remark".to_owned());
        }
        let mut twin = Twin::with_head(head);
        for (idx, place) in self.places.iter().enumerate() {
            let mut row = vec![place.name.clone()];
            for series in &self.series {
                let value = series.values.get(idx).copied().flatten();
                row.push(value.map_or_else(|| "undefined".to_owned(), |value| fixed(value.mean, self.decimals)));
                if has_sd(series) {
                    let sd = value.and_then(|value| value.sd);
                    row.push(sd.map_or_else(|| "undefined".to_owned(), |sd| fixed(sd, self.decimals)));
                }
            }
            if has_notes {
                row.push(place.note.clone());
            }
            twin.rows.push(row);
        }
        twin
    }
}
