//! Settings of the classical models of one node's series.

use super::super::access::{
    arma, arma_mut, ets, ets_mut, list, moving_average, moving_average_mut, mstl, mstl_mut, put, put_steps,
    seasonal_naive, seasonal_naive_mut,
};
use super::super::{Kind, Place, Setting};

pub(super) static SETTINGS: &[Setting] = &[
    Setting {
        id: "arma.max_ar",
        label: "arma past values",
        explain: "Most past values in the model; AIC chooses how many.",
        place: Place::EachModel,
        kind: Kind::Number { min: 0.0, max: 5.0, step: 1.0, unit: "steps", auto: "" },
        get: |c| arma(c).map(|m| m.max_ar.to_string()),
        set: |c, text| arma_mut(c).is_some_and(|m| put(&mut m.max_ar, text)),
    },
    Setting {
        id: "arma.max_ma",
        label: "arma past errors",
        explain: "Most past errors in the model; AIC chooses how many.",
        place: Place::EachModel,
        kind: Kind::Number { min: 0.0, max: 5.0, step: 1.0, unit: "steps", auto: "" },
        get: |c| arma(c).map(|m| m.max_ma.to_string()),
        set: |c, text| arma_mut(c).is_some_and(|m| put(&mut m.max_ma, text)),
    },
    Setting {
        id: "ets.damping",
        label: "ets damping",
        explain: "Share of the trend that is left after each step.",
        place: Place::EachModel,
        kind: Kind::Number { min: 0.5, max: 1.0, step: 0.05, unit: "", auto: "" },
        get: |c| ets(c).map(|m| m.damping.to_string()),
        set: |c, text| ets_mut(c).is_some_and(|m| put(&mut m.damping, text)),
    },
    Setting {
        id: "mstl.season_secs",
        label: "mstl seasons",
        explain: "Lengths in seconds; those that the training part holds twice are used.",
        place: Place::EachModel,
        kind: Kind::Numbers { whole: true, auto: "" },
        get: |c| mstl(c).map(|m| list(&m.season_secs)),
        set: |c, text| mstl_mut(c).is_some_and(|m| put_steps(&mut m.season_secs, text)),
    },
    Setting {
        id: "moving_average.windows",
        label: "moving_average windows",
        explain: "Numbers of values; validation chooses one.",
        place: Place::EachModel,
        kind: Kind::Numbers { whole: true, auto: "" },
        get: |c| moving_average(c).map(|m| list(&m.windows)),
        set: |c, text| moving_average_mut(c).is_some_and(|m| put_steps(&mut m.windows, text)),
    },
    Setting {
        id: "seasonal_naive.season_secs",
        label: "seasonal_naive season",
        explain: "Length in seconds; the training part must hold two of them.",
        place: Place::EachModel,
        kind: Kind::Number { min: 1.0, max: 31_622_400.0, step: 1.0, unit: "s", auto: "" },
        get: |c| seasonal_naive(c).map(|m| m.season_secs.to_string()),
        set: |c, text| seasonal_naive_mut(c).is_some_and(|m| put(&mut m.season_secs, text)),
    },
];
