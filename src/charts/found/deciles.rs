//! Error by tenth of the load: whether a model fails where it matters.

use std::rc::Rc;

use super::{by_model, words};
use crate::charts::lines::{Lines, Place, Value};
use crate::charts::picture::{Body, Picture};
use crate::charts::text::{count, fixed};
use crate::report::{DecileResult, ModelResult, Report, Spread};

/// Error, or on which side it lies.
pub(super) const CHOICES: [&str; 2] = ["RMSE", "Bias"];
const BIAS: usize = 1;

/// The curves of all models.
pub(super) fn picture(report: &Report, choice: usize) -> Picture {
    let of: fn(&DecileResult) -> Option<Spread> = if choice == BIAS { |tenth| tenth.bias } else { |tenth| tenth.rmse };
    let longest = report.models.iter().map(|model| &model.by_decile).max_by_key(|tenths| tenths.len());
    let tenths = longest.map_or(&[][..], Vec::as_slice);
    let values = |model: &ModelResult| {
        let value = |idx: usize| Value::of(model.by_decile.get(idx).and_then(of));
        (0..tenths.len()).map(value).collect()
    };
    let lines = Lines {
        x_title: "tenth",
        y_title: words::measured(report, CHOICES[choice.min(BIAS)]),
        places: tenths.iter().enumerate().map(|(idx, tenth)| place(idx, tenth)).collect(),
        series: by_model(&report.models, values),
        decimals: 4,
        ..Lines::default()
    };
    let (title, bias) = if choice == BIAS {
        ("Bias by tenth of the load", " Bias is forecast minus truth: above 0 is too high.")
    } else {
        ("Error by tenth of the load", "")
    };
    Picture {
        testid: "decile-chart".to_owned(),
        title: title.to_owned(),
        reading: if choice == BIAS { bias_reading(&lines) } else { error_reading(&lines) },
        caption: format!(
            "Test part, targets sorted into tenths from the lowest to the highest; {}; {}.{bias}",
            words::scale(report),
            words::over_seeds(report.models.iter())
        ),
        empty: None,
        choices: Default::default(),
        body: Body::Lines(Rc::new(lines)),
    }
}

fn place(idx: usize, tenth: &DecileResult) -> Place {
    let n = usize::try_from(tenth.n).unwrap_or(usize::MAX);
    let note = format!("targets {} to {}, {} points", fixed(tenth.low, 3), fixed(tenth.high, 3), count(n));
    Place { x: idx as f64 + 1.0, name: format!("tenth {}", idx + 1), note }
}

/// Where the first model errs most and least.
fn error_reading(lines: &Lines) -> String {
    let Some(first) = lines.series.first() else { return String::new() };
    let known =
        || lines.places.iter().zip(&first.values).filter_map(|(place, value)| Some((place, value.as_ref()?.mean)));
    let (most, least) = (known().max_by(|a, b| a.1.total_cmp(&b.1)), known().min_by(|a, b| a.1.total_cmp(&b.1)));
    most.zip(least).map_or_else(String::new, |(most, least)| {
        let (name, high, low) = (&first.name, fixed(most.1, 4), fixed(least.1, 4));
        format!(
            "{name} errs most in {} (RMSE {high}) and least in {} ({low}); tenth 1 is the lowest load.",
            most.0.name, least.0.name
        )
    })
}

/// On which side the first model lies at the ends.
fn bias_reading(lines: &Lines) -> String {
    let Some(first) = lines.series.first() else { return String::new() };
    let ends = first.values.first().copied().flatten().zip(first.values.last().copied().flatten());
    let said = |bias: f64| format!("{} too {}", fixed(bias.abs(), 4), if bias > 0.0 { "high" } else { "low" });
    ends.map_or_else(String::new, |(low, high)| {
        format!(
            "{} is on average {} at the lowest load and {} at the highest.",
            first.name,
            said(low.mean),
            said(high.mean)
        )
    })
}
