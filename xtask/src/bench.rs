//! Sizes, and the same measurements natively and in the browser side by side.

use crate::page::{self, Size};
use crate::run::{step, stream};
use crate::test::web_test;
use crate::tools::Toolbox;
use anyhow::{Result, bail};
use std::process::Command;

/// The integration test that measures: each figure is a line `bench: <name> | <value> | <unit>`.
const BENCH: &str = "bench";

/// One measured figure.
#[derive(Clone, Debug, PartialEq)]
struct Figure {
    name: String,
    value: f64,
    unit: String,
}

/// Builds the page, measures in both places and prints one table.
pub fn bench(tools: &Toolbox) -> Result<()> {
    page::build(tools)?;
    let native = step("native measurements", || measure(native_bench(tools)))?;
    let web = step("measurements in the browser", || measure(web_bench(tools)))?;
    print!("\n{}", size_table(&page::sizes(&tools.paths.dist())?));
    print!("\n{}", table(&native, &web));
    Ok(())
}

fn native_bench(tools: &Toolbox) -> Command {
    let mut cargo = tools.native("cargo");
    // The profile of the tests optimises as a release does, and its tensor library is compiled already.
    cargo.args(["test", "--package", "loadstone", "--features", "engine", "--test", BENCH]);
    cargo.args(["--", "--nocapture", "--test-threads=1"]);
    cargo
}

fn web_bench(tools: &Toolbox) -> Command {
    let mut cargo = web_test(tools, BENCH);
    cargo.args(["--", "--nocapture"]);
    cargo
}

fn measure(mut command: Command) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let succeeded = stream(&mut command, |line| {
        println!("{line}");
        figures.extend(figure(line));
    })?;
    if !succeeded || figures.is_empty() {
        bail!("the measurements failed: {} figures were printed", figures.len());
    }
    Ok(figures)
}

fn figure(line: &str) -> Option<Figure> {
    // libtest may print the test's name before the test's first line.
    let (_, figure) = line.split_once("bench: ")?;
    let mut parts = figure.split('|').map(str::trim);
    let (name, value, unit) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Figure { name: name.to_owned(), value: value.parse().ok()?, unit: unit.to_owned() })
}

fn size_table(sizes: &[Size]) -> String {
    let mut table = format!("{:<36} {:>12} {:>12}\n", "size", "raw", "gzipped");
    for size in sizes {
        table += &format!("{:<36} {:>9} kB {:>9} kB\n", size.name, size.raw_bytes / 1000, size.gzip_bytes / 1000);
    }
    table
}

/// One row per figure; one that only one side has is shown with a dash on the other.
fn table(native: &[Figure], web: &[Figure]) -> String {
    let mut table =
        format!("{:<36} {:>12} {:>12}  {:<8} {:>11}\n", "measured", "native", "wasm", "unit", "wasm/native");
    let only_web = web.iter().filter(|figure| find(native, figure).is_none());
    for figure in native.iter().chain(only_web) {
        let (native, web) = (find(native, figure), find(web, figure));
        let ratio = native.zip(web).map(|(native, web)| web / native);
        let [native, web, ratio] = [native, web, ratio].map(cell);
        table += &format!("{:<36} {native:>12} {web:>12}  {:<8} {ratio:>11}\n", figure.name, figure.unit);
    }
    table
}

fn find(figures: &[Figure], like: &Figure) -> Option<f64> {
    figures.iter().find(|figure| figure.name == like.name && figure.unit == like.unit).map(|figure| figure.value)
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_a_runners_output() {
        let expected = Figure { name: "tsf, ndarray".to_owned(), value: 12.5, unit: "ms/step".to_owned() };
        assert_eq!(figure("bench: tsf, ndarray | 12.5 | ms/step"), Some(expected.clone()));
        assert_eq!(figure("test measure ... bench: tsf, ndarray | 12.5 | ms/step"), Some(expected));
        assert_eq!(figure("test result: ok. 1 passed"), None);
    }

    #[test]
    fn the_table_has_ratios_and_dashes() {
        let figure = |name: &str, value| Figure { name: name.to_owned(), value, unit: "ms".to_owned() };
        let table = table(&[figure("a", 2.0), figure("b", 1.0)], &[figure("a", 5.0), figure("c", 7.0)]);
        let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
        assert_eq!(rows[0], ["a", "2.00", "5.00", "ms", "2.50"]);
        assert_eq!(rows[1], ["b", "1.00", "–", "ms", "–"]);
        assert_eq!(rows[2], ["c", "–", "7.00", "ms", "–"]);
    }
}
