//! A mapping guessed from the header and the first rows of a table.

use std::collections::BTreeSet;

use super::decimal::{decimal, has_decimal_comma, is_missing};
use super::metrics::{Candidate, Meaning, meanings};
use super::names::{Role, Words, is_index, is_label, plain, role, time_rank, words};
use super::sample::Columns;
use super::split::{Splits, split_names};
use super::times::{self, TimeGuess, is_most};
use crate::config::{
    LongLayout, Mapping, MetricColumn, NodeLevel, TableLayout, TimeColumn, TimeUnit, WideColumn, WideLayout,
};

/// A mapping, and whether its dates could be read in another way.
#[derive(Debug)]
pub(super) struct Guess {
    pub(super) mapping: Mapping,
    pub(super) is_ambiguous: bool,
}

const METRIC_NAMES: Words = Words("metric metrics metric_name kpi kpi_name measurement measure indicator counter");
const VALUE_NAMES: Words = Words("value val values metric_value kpi_value");
/// Texts that repeat and yet name no entity.
const NO_ENTITIES: Words =
    Words("namespace region zone cluster status state unit type kind env environment version image phase comment");

/// The mapping of a table, or what the table looks like if it holds no series.
pub(super) fn guess(columns: &Columns) -> Result<Guess, &'static str> {
    let mut table = Guesser::new(columns);
    let (time, stamps) = table.time().ok_or("a table with named columns, none of which holds time stamps")?;
    let clock = table.clock(time, stamps);
    let label = table.take(|table, idx| is_label(&columns.names[idx]) && table.is_label(idx));
    let layout = table.layout().ok_or("a table with time stamps, but without a column of numbers")?;
    let name = |idx: usize| columns.names[idx].clone();
    let column = TimeColumn {
        column: name(time),
        clock: clock.map(name),
        unit: stamps.unit,
        day_first: stamps.day_first,
        offset_secs: 0,
    };
    let mapping = Mapping { file: None, time: column, decimal_comma: table.has_comma, layout, label: label.map(name) };
    Ok(Guess { mapping, is_ambiguous: stamps.is_ambiguous })
}

/// The columns that are not yet taken for anything.
struct Guesser<'a> {
    columns: &'a Columns,
    free: BTreeSet<usize>,
    has_comma: bool,
}

impl<'a> Guesser<'a> {
    fn new(columns: &'a Columns) -> Self {
        // Of several columns with one name the first is meant by it.
        let free = (0..columns.names.len()).filter(|&idx| columns.find(&columns.names[idx]) == Some(idx)).collect();
        let fields = columns.rows.iter().flatten().map(String::as_str);
        Self { columns, free, has_comma: has_decimal_comma(fields) }
    }

    /// Takes the first free column that fits.
    fn take(&mut self, fits: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let found = self.free.iter().copied().find(|&idx| fits(self, idx))?;
        self.free.remove(&found);
        Some(found)
    }

    fn plain(&self, idx: usize) -> String {
        plain(&self.columns.names[idx])
    }

    fn stamps(&self, idx: usize) -> Option<TimeGuess> {
        times::guess(&words(&self.columns.names[idx]), &self.columns.fields(idx))
    }

    /// The column of time stamps: by its name; else the first with dates; else the first with whole numbers that are
    /// stamps since 2001.
    fn time(&mut self) -> Option<(usize, TimeGuess)> {
        let mut named: Vec<(usize, usize)> =
            self.free.iter().filter_map(|&idx| Some((time_rank(&self.columns.names[idx])?, idx))).collect();
        named.sort_unstable();
        let named = named.into_iter().map(|(_, idx)| idx);
        let with_dates = self.free.iter().copied().filter(|&idx| !self.is_number(idx));
        let since_2001 = self.free.iter().copied().filter(|&idx| self.is_epoch(idx));
        let found = named.chain(with_dates).chain(since_2001).find_map(|idx| Some((idx, self.stamps(idx)?)))?;
        self.free.remove(&found.0);
        Some(found)
    }

    fn is_epoch(&self, idx: usize) -> bool {
        let is_stamp = |value: f64| {
            let in_range = |unit: f64| (1e9 * unit..2.2e9 * unit).contains(&value);
            [1.0, 1e3, 1e6, 1e9].into_iter().any(in_range)
        };
        let values = self.numbers(idx);
        let is_sorted = values.is_sorted();
        let own = meanings(&[Candidate { name: self.columns.names[idx].clone(), values: Vec::new() }]);
        let has_meaning = own.iter().any(|meaning| meaning.unit != crate::config::Unit::Unknown);
        self.is_number(idx) && is_sorted && !has_meaning && values.iter().all(|&value| is_stamp(value))
    }

    /// The column of the time of day beside one of days.
    fn clock(&mut self, time: usize, stamps: TimeGuess) -> Option<usize> {
        let are_days = self.columns.fields(time).iter().all(|field| times::is_day(field));
        if stamps.unit != TimeUnit::Date || !are_days {
            return None;
        }
        self.take(|table, idx| {
            let fields = table.columns.fields(idx);
            !fields.is_empty() && fields.iter().all(|field| times::is_clock(field))
        })
    }

    fn layout(&mut self) -> Option<TableLayout> {
        let name = |idx: usize| self.columns.names[idx].clone();
        let (named, values) = match self.named_values() {
            Some((named, value)) => (Some(name(named)), vec![value]),
            None => (None, Vec::new()),
        };
        let mut long = LongLayout { metric_name: named, ..self.keys() };
        let has_keys = long.entity.is_some() || long.service.is_some() || long.host.is_some();
        let numbers = if values.is_empty() { self.metrics() } else { values };
        let names: Vec<(usize, &str)> = numbers.iter().map(|&idx| (idx, self.columns.names[idx].as_str())).collect();
        if !has_keys {
            if let Some(splits) = split_names(&names) {
                return Some(TableLayout::Wide(self.wide(splits)));
            }
            long.entity = self.repeated_text();
        }
        long.metrics = self.long_metrics(&numbers);
        (!numbers.is_empty()).then_some(TableLayout::Long(long))
    }

    /// The columns of a metric's name and of its value, in tables with one value per row.
    fn named_values(&mut self) -> Option<(usize, usize)> {
        let find = |known: Words| self.free.iter().copied().find(|&idx| known.has(&self.plain(idx)));
        let (name, value) = (find(METRIC_NAMES)?, find(VALUE_NAMES)?);
        (!self.is_number(name) && self.is_number(value)).then_some(())?;
        self.free.remove(&name);
        self.free.remove(&value);
        Some((name, value))
    }

    /// The columns that say whom a row is about.
    fn keys(&mut self) -> LongLayout {
        let mut found: Vec<(Role, usize)> =
            self.free.iter().filter_map(|&idx| Some((role(&self.columns.names[idx])?, idx))).collect();
        found.retain(|&(_, idx)| self.is_key(idx));
        found.sort_unstable();
        let first = |is_role: fn(&Role) -> bool| found.iter().find(|(role, _)| is_role(role)).map(|&(_, idx)| idx);
        let entity = first(|role| matches!(role, Role::Entity(_)));
        let service = first(|role| matches!(role, Role::Service(_)));
        let host = first(|role| matches!(role, Role::Host(_)));
        for (_, idx) in &found {
            self.free.remove(idx);
        }
        let name = |idx: usize| self.columns.names[idx].clone();
        LongLayout {
            entity: entity.map(name),
            service: service.map(name),
            host: host.map(name),
            ..LongLayout::default()
        }
    }

    /// Texts, or whole numbers where the name is clearly that of a thing.
    fn is_key(&self, idx: usize) -> bool {
        const THINGS: [&str; 7] = ["pod", "instance", "container", "service", "node", "host", "machine"];
        let name = self.plain(idx);
        let is_thing = name.ends_with("id") || THINGS.contains(&name.as_str());
        !self.columns.fields(idx).is_empty() && (!self.is_number(idx) || is_thing && self.are_whole(idx))
    }

    /// The first column of texts of which one comes twice.
    fn repeated_text(&mut self) -> Option<String> {
        let found = self.take(|table, idx| {
            let fields = table.columns.fields(idx);
            let is_repeated = fields.iter().collect::<BTreeSet<_>>().len() < fields.len();
            let is_text = !table.is_number(idx) && !fields.iter().all(|field| is_missing(field));
            is_text && is_repeated && !NO_ENTITIES.has(&table.plain(idx))
        });
        found.map(|idx| self.columns.names[idx].clone())
    }

    /// Free columns with numbers, without those that number the rows.
    fn metrics(&self) -> Vec<usize> {
        let is_metric = |&idx: &usize| self.is_number(idx) && !self.is_row_number(idx);
        self.free.iter().copied().filter(is_metric).collect()
    }

    fn long_metrics(&self, numbers: &[usize]) -> Vec<MetricColumn> {
        let candidate = |&idx: &usize| Candidate { name: self.columns.names[idx].clone(), values: self.numbers(idx) };
        let meanings = meanings(&numbers.iter().map(candidate).collect::<Vec<_>>());
        let column = |(&idx, Meaning { id, unit, scale }): (&usize, Meaning)| MetricColumn {
            column: self.columns.names[idx].clone(),
            id,
            unit,
            scale,
        };
        numbers.iter().zip(meanings).map(column).collect()
    }

    /// What a metric means is judged over all entities together.
    fn wide(&self, splits: Splits) -> WideLayout {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut of_column: Vec<(usize, String, usize)> = Vec::new();
        for (idx, (entity, metric)) in splits {
            let at = candidates.iter().position(|candidate| candidate.name == metric).unwrap_or_else(|| {
                candidates.push(Candidate { name: metric, values: Vec::new() });
                candidates.len() - 1
            });
            candidates[at].values.extend(self.numbers(idx));
            of_column.push((idx, entity, at));
        }
        let meanings = meanings(&candidates);
        let column = |(idx, entity, at): (usize, String, usize)| {
            let Meaning { id, unit, scale } = meanings[at].clone();
            WideColumn { column: self.columns.names[idx].clone(), entity, id, unit, scale }
        };
        WideLayout { level: NodeLevel::Service, columns: of_column.into_iter().map(column).collect() }
    }

    fn numbers(&self, idx: usize) -> Vec<f64> {
        let fields = self.columns.fields(idx);
        fields.into_iter().filter_map(|field| decimal(field, self.has_comma).ok().flatten()).collect()
    }

    /// Four of five fields are numbers or missing, and one is a number.
    fn is_number(&self, idx: usize) -> bool {
        let fields = self.columns.fields(idx);
        let answers: Vec<_> = fields.iter().map(|field| decimal(field, self.has_comma)).collect();
        let n_fitting = answers.iter().filter(|answer| answer.is_ok()).count();
        is_most(n_fitting, fields.len()) && answers.iter().any(|answer| matches!(answer, Ok(Some(_))))
    }

    fn are_whole(&self, idx: usize) -> bool {
        self.columns.fields(idx).iter().all(|field| field.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn is_row_number(&self, idx: usize) -> bool {
        let numbers = self.numbers(idx);
        let is_running = numbers.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
        let name = self.plain(idx);
        is_index(&self.columns.names[idx]) && self.are_whole(idx) && (is_running || name == "id")
    }

    /// Words, or the numbers of classes.
    fn is_label(&self, idx: usize) -> bool {
        !self.columns.fields(idx).is_empty()
            && (!self.is_number(idx) || self.numbers(idx).iter().all(|value| value.fract() == 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Unit;

    fn columns(text: &str) -> Columns {
        let delimiter = if text.contains(';') { ';' } else { ',' };
        let mut rows = text.lines().map(|line| line.split(delimiter).map(|field| field.trim().to_owned()).collect());
        let names = rows.next().expect("a header");
        Columns { names, rows: rows.collect() }
    }

    fn mapping(text: &str) -> Mapping {
        guess(&columns(text)).unwrap_or_else(|found| panic!("{text}: {found}")).mapping
    }

    /// Time column, unit, entity, service, host, and id=column of every metric.
    fn long(text: &str) -> String {
        let mapping = mapping(text);
        let TableLayout::Long(long) = mapping.layout else { panic!("{text} is wide") };
        let keys = [&long.entity, &long.service, &long.host].map(|key| key.clone().unwrap_or("-".to_owned()));
        let metrics: Vec<String> =
            long.metrics.iter().map(|metric| format!("{}={}", metric.id, metric.column)).collect();
        format!("{} {:?} {} {}", mapping.time.column, mapping.time.unit, keys.join("/"), metrics.join(" "))
    }

    #[test]
    fn long_tables_by_their_headers() {
        for (text, expected) in [
            (
                "timestamp,instance,service,cpu_cores,mem_bytes\n1692166209,a-1,a,0.1,7000000\n",
                "timestamp Seconds instance/service/- cpu=cpu_cores mem=mem_bytes",
            ),
            (
                "timestamp,node,cpu_usage,disk_usage\n1692165489,10.0.0.1:9100,3.2,33.6\n",
                "timestamp Seconds -/-/node cpu=cpu_usage disk=disk_usage",
            ),
            (",date,Host Name,CPU%\n0,2024-01-31,a,5\n1,2024-01-31,b,5\n", "date Date -/-/Host Name cpu=CPU%"),
            (",cpu\n2024-01-31 00:00:00,5\n2024-01-31 00:01:00,6\n", " Date -/-/- cpu=cpu"),
            ("ts,svc,rps,p99 latency ms\n1700000000000,a,1,2\n", "ts Millis -/svc/- rps=rps rt=p99 latency ms"),
            (
                "when,who,load\n31/1/2024 10:00,x,1\n31/1/2024 10:00,y,2\n31/1/2024 10:01,x,2\n",
                "when Date who/-/- load=load",
            ),
            ("seen_at,cpu\n1700000000,1\n1700000060,2\n", "seen_at Seconds -/-/- cpu=cpu"),
            ("time,pod,node,cpu,namespace\n0,p,n,0.5,x\n60,p,n,0.5,x\n", "time Seconds pod/-/node cpu=cpu"),
            ("_id,time,machine,cpu\n7,0,1,0.5\n8,60,2,0.5\n", "time Seconds -/-/machine cpu=cpu"),
            ("time,cpu,mem\n0,,NaN\n60,0.5,\n120,0.5,3\n", "time Seconds -/-/- cpu=cpu mem=mem"),
            ("time,kpi_name,cmdb_id,value\n0,cpu,x,0.5\n", "time Seconds cmdb_id/-/- value=value"),
            ("time,cpu,cpu\n0,1,2\n", "time Seconds -/-/- cpu=cpu"),
        ] {
            assert_eq!(long(text), expected, "{text}");
        }
    }

    #[test]
    fn european_tables() {
        let mapping =
            mapping("Datum;Uhrzeit;Server;CPU %;Speicher\n16.08.2023;06:44;a;3,5;1.024,5\n16.08.2023;06:45;a;4;7\n");
        assert_eq!((mapping.time.column.as_str(), mapping.time.clock.as_deref()), ("Datum", Some("Uhrzeit")));
        assert!(mapping.decimal_comma);
        let TableLayout::Long(long) = mapping.layout else { panic!("wide") };
        assert_eq!(long.host.as_deref(), Some("Server"));
        assert_eq!((long.metrics[0].id.as_str(), long.metrics[0].unit), ("cpu", Unit::Percent));
        assert_eq!((long.metrics[1].id.as_str(), long.metrics[1].unit), ("speicher", Unit::Unknown));
    }

    #[test]
    fn wide_tables_and_their_units() {
        let mapping = mapping("time,a_cpu,b_cpu,a_latency-50,a_latency-90,b_mem,label\n1,0.5,19,0.003,0.9,200000,0\n");
        assert_eq!(mapping.label.as_deref(), Some("label"));
        let TableLayout::Wide(wide) = mapping.layout else { panic!("long") };
        let shown: Vec<String> = wide
            .columns
            .iter()
            .map(|column| format!("{} {} {:?} {}", column.entity, column.id, column.unit, column.scale))
            .collect();
        let expected =
            ["a cpu Percent 1", "b cpu Percent 1", "a rt Millis 1000", "a latency-90 Millis 1000", "b mem Bytes 1"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn labels_are_words_or_classes() {
        for (field, expected) in [("normal", Some("label")), ("1", Some("label")), ("0.75", None)] {
            let text = format!("time,pod,cpu,label\n0,a,1,{field}\n60,a,1,{field}\n");
            assert_eq!(mapping(&text).label.as_deref(), expected, "{field}");
        }
    }

    #[test]
    fn what_holds_no_series_is_said() {
        let found = |text: &str| guess(&columns(text)).expect_err("no series");
        assert_eq!(found("a,b\nx,y\n"), "a table with named columns, none of which holds time stamps");
        assert_eq!(found("time,b\n0,y\n"), "a table with time stamps, but without a column of numbers");
        assert_eq!(
            found("caller,callee,calls\na,b,20\n"),
            "a table with named columns, none of which holds time stamps"
        );
    }
}
