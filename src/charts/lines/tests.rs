use std::rc::Rc;

use super::*;
use crate::charts::draw::Mark;
use crate::charts::ink::{Ink, look};
use crate::charts::scene::{Hits, Plot};

fn value(mean: f64, sd: Option<f64>) -> Option<Value> {
    Some(Value { mean, sd, partial: false })
}

fn place(x: f64) -> Place {
    Place { x, name: format!("{x} layers"), note: String::new() }
}

fn series(name: &str, values: Vec<Option<Value>>) -> Series {
    Series { name: name.into(), look: look(name), values }
}

fn lines() -> Lines {
    Lines {
        x_title: "layers",
        y_title: "MAPE, %".into(),
        places: [1.0, 2.0, 4.0].map(place).to_vec(),
        series: vec![
            series("tsf", vec![value(12.5, Some(0.2)), value(12.1, Some(0.1)), value(12.3, Some(0.3))]),
            series("gru", vec![value(12.9, None), None, value(12.8, None)]),
        ],
        decimals: 2,
        ring: Some(2.0),
        rule: Some((4.0, "paper")),
        ..Lines::default()
    }
}

fn texts(plot: &Plot) -> Vec<&str> {
    plot.labels.iter().map(|label| label.text.as_str()).collect()
}

fn drawn(lines: Lines) -> Plot {
    plot(&Rc::new(lines), 600, 220)
}

#[test]
fn only_tried_values_are_labelled_and_the_cut_axis_says_so() {
    let plot = drawn(lines());
    let texts = texts(&plot);
    assert!(["1", "2", "4", "layers", "paper", "tsf", "gru"].iter().all(|text| texts.contains(text)), "{texts:?}");
    assert!(!texts.contains(&"3"));
    assert!(texts.contains(&"MAPE, %, from 12.0"), "{texts:?}");
}

#[test]
fn values_far_from_each_other_start_at_zero() {
    let mut lines = lines();
    lines.series[0].values[0] = value(2.0, None);
    let plot = drawn(lines);
    assert!(texts(&plot).contains(&"MAPE, %") && texts(&plot).contains(&"0"), "{:?}", texts(&plot));
}

#[test]
fn a_band_is_drawn_where_there_is_an_sd_and_a_gap_stays_open() {
    let plot = drawn(lines());
    let areas: Vec<usize> = plot
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Area(outline, ..) => Some(outline.len()),
            _ => None,
        })
        .collect();
    assert_eq!(areas, [6], "tsf has a band over three places, gru has none");
    let gru = plot.marks.iter().find_map(|mark| match mark {
        Mark::Line(points, pen) if pen.ink == look("gru").ink() => Some(points.iter().filter(|p| p.is_none()).count()),
        _ => None,
    });
    assert_eq!(gru, Some(1));
}

#[test]
fn the_configured_value_wears_a_ring_and_an_unfinished_one_is_open() {
    let rings = |plot: &Plot| plot.marks.iter().filter(|mark| matches!(mark, Mark::Ring(..))).count();
    assert_eq!(rings(&drawn(lines())), 1);
    let mut partial = lines();
    partial.series[0].values[0] = Some(Value { mean: 12.5, sd: None, partial: true });
    assert_eq!(rings(&drawn(partial)), 2);
}

#[test]
fn the_tooltip_lists_the_higher_line_first_with_its_doubt() {
    let plot = drawn(lines());
    assert_eq!((plot.tip)(0).spoken(), "1 layers; gru 12.90; tsf 12.50 ± 0.20");
    assert_eq!((plot.tip)(1).spoken(), "2 layers; tsf 12.10 ± 0.10");
}

#[test]
fn the_twin_has_a_row_per_place_and_a_column_per_line() {
    let twin = lines().twin();
    assert_eq!(twin.head, ["Layers", "tsf: MAPE, %", "tsf: sd", "gru: MAPE, %"]);
    assert_eq!(twin.rows[1], ["2 layers", "12.10", "0.10", "undefined"]);
}

#[test]
fn a_seventh_line_is_grey_and_has_no_name() {
    let many = ["tsf", "gru", "lstm", "mlp", "ar", "dlinear", "persistence"];
    let all = many.map(|name| series(name, vec![value(1.0, None), value(1.2, None), None]));
    let plot = drawn(Lines { series: all.to_vec(), ..lines() });
    assert!(!texts(&plot).contains(&"persistence"));
    let grey = |mark: &Mark| matches!(mark, Mark::Line(_, pen) if pen.ink == Ink::NORMAL);
    assert_eq!(plot.marks.iter().filter(|mark| grey(mark)).count(), 1);
}

#[test]
fn rules_outside_the_axes_are_left_out() {
    let plot = drawn(Lines { rule: Some((60.0, "paper")), reference: Some((99.0, "persistence")), ..lines() });
    assert!(!texts(&plot).contains(&"paper") && !texts(&plot).contains(&"persistence"));
}

#[test]
fn the_same_lines_give_the_same_bytes_and_odd_ones_never_panic() {
    let odd = [f64::MAX, -f64::MAX, 0.0, 1e-300, -5.0, f64::NAN, f64::INFINITY];
    for mean in odd {
        for ticks in [Ticks::Each, Ticks::Whole, Ticks::Time(Clock::starting(0))] {
            let values = vec![value(mean, Some(mean)), None, value(1.0, Some(f64::NAN))];
            let odd = Rc::new(Lines { ticks, series: vec![series("tsf", values)], ..lines() });
            for (width, height) in [(0, 0), (326, 200), (900, 220)] {
                let first = plot(&odd, width, height);
                assert_eq!(first.svg(), plot(&odd, width, height).svg());
                (0..first.hits.len() + 1).for_each(|idx| drop((first.tip)(idx)));
            }
        }
    }
    let none = plot(&Rc::new(Lines::default()), 600, 220);
    assert!(matches!(&none.hits, Hits::Along(xs) if xs.is_empty()));
    assert!(Lines::default().twin().rows.is_empty());
}
