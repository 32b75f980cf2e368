//! Which column holds what, recognised from the first record of a file.

use super::dataset::{Metric, Unit};
use super::records::Record;

/// Columns of the official `machine_usage` table, which has no header.
const RAW_COLUMNS: [&str; 9] = [
    "machine_id",
    "time_stamp",
    "cpu_util_percent",
    "mem_util_percent",
    "mem_gps",
    "mkpi",
    "net_in",
    "net_out",
    "disk_io_percent",
];

/// Metrics by column name: the official names, and the ids that are used here.
const METRICS: [(&str, &str, &[&str]); 6] = [
    ("cpu", "CPU", &["cpu_util_percent", "cpu"]),
    ("mem", "Memory", &["mem_util_percent", "mem"]),
    ("net_in", "Network in", &["net_in"]),
    ("net_out", "Network out", &["net_out"]),
    ("net_max", "Network", &["net_max_percent", "net_max"]),
    ("disk", "Disk", &["disk_io_percent", "disk"]),
];

/// Most metrics that a table can hold.
pub(super) const MAX_METRICS: usize = METRICS.len();

/// Whether a table has a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// The official table without a header.
    Raw,
    /// A machine table with a header.
    Headed,
}

impl Format {
    /// Name for people.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Raw => "Alibaba v2018 machine_usage",
            Self::Headed => "machine table with a header",
        }
    }
}

/// Where the columns of a table are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// With or without a header.
    pub(super) format: Format,
    /// Fields of every row.
    pub(super) n_columns: usize,
    /// Field of the machine's name.
    pub(super) machine: usize,
    /// Field of the time stamp.
    pub(super) stamp: usize,
    /// Field and metric (an index into the known ones), in the order of the metrics.
    pub(super) metrics: Vec<(usize, usize)>,
    /// Fields that are not used, with their names.
    pub(super) unused: Vec<(usize, String)>,
}

/// A first record that belongs to no known table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    /// Column, from 1.
    pub(super) column: usize,
    /// What it looks like.
    pub(super) found: String,
}

impl Layout {
    /// The table that a first record belongs to.
    pub(super) fn recognise(first: &Record<'_>) -> Result<Self, Unknown> {
        let names: Vec<String> = first.fields.iter().map(|field| column_name(field)).collect();
        if names.iter().any(|name| name == RAW_COLUMNS[0]) {
            return Self::from_names(Format::Headed, &names, first.n_fields);
        }
        let has_stamp = first.fields.get(1).is_some_and(|field| super::number::stamp(field).is_ok());
        let is_machine = first.fields[0].trim_ascii().starts_with(b"m_");
        if first.n_fields == RAW_COLUMNS.len() && (has_stamp || is_machine) {
            return Self::from_names(Format::Raw, &RAW_COLUMNS.map(str::to_owned), RAW_COLUMNS.len());
        }
        Err(unknown(first))
    }

    fn from_names(format: Format, names: &[String], n_columns: usize) -> Result<Self, Unknown> {
        let find = |name: &str| names.iter().position(|other| other == name);
        let need = |name: &str, field: Option<usize>| {
            let found = format!("a header without the column {name}");
            field.ok_or(Unknown { column: n_columns, found })
        };
        let stamp = need(RAW_COLUMNS[1], find(RAW_COLUMNS[1]))?;
        let machine = need(RAW_COLUMNS[0], find(RAW_COLUMNS[0]))?;
        let metrics: Vec<(usize, usize)> = (0..MAX_METRICS)
            .filter_map(|metric| METRICS[metric].2.iter().find_map(|name| find(name)).map(|field| (field, metric)))
            .collect();
        need(RAW_COLUMNS[2], metrics.iter().find(|(_, metric)| *metric == 0).map(|(field, _)| *field))?;
        let is_used = |idx| idx == machine || idx == stamp || metrics.iter().any(|(field, _)| *field == idx);
        let unused = names.iter().cloned().enumerate().filter(|(idx, _)| !is_used(*idx)).collect();
        Ok(Self { format, n_columns, machine, stamp, metrics, unused })
    }

    /// The metrics, in the order of their values.
    pub(super) fn metric_list(&self) -> Vec<Metric> {
        let metric = |&(_, idx): &(usize, usize)| Metric {
            id: METRICS[idx].0.into(),
            label: METRICS[idx].1.into(),
            unit: Unit::Percent,
        };
        self.metrics.iter().map(metric).collect()
    }

    /// Whether the rows of two tables can be put into one data set.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        let ids = |layout: &Self| layout.metrics.iter().map(|(_, metric)| *metric).collect::<Vec<_>>();
        self.format == other.format && ids(self) == ids(other)
    }
}

fn column_name(field: &[u8]) -> String {
    String::from_utf8_lossy(field.trim_ascii()).to_ascii_lowercase()
}

fn unknown(first: &Record<'_>) -> Unknown {
    let columns = if first.n_fields == 1 { "column" } else { "columns" };
    let found = format!("text with {} {columns}", first.n_fields);
    Unknown { column: first.n_fields.min(RAW_COLUMNS.len()) + usize::from(first.n_fields < RAW_COLUMNS.len()), found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognise(line: &str) -> Result<Layout, Unknown> {
        let fields: Vec<&[u8]> = line.split(',').map(str::as_bytes).collect();
        let n_fields = fields.len();
        Layout::recognise(&Record { line: 1, fields: &fields, n_fields, is_terminated: true, n_lines: 1 })
    }

    fn ids(layout: &Layout) -> Vec<String> {
        layout.metric_list().into_iter().map(|metric| metric.id).collect()
    }

    #[test]
    fn the_official_table_is_known_by_its_nine_columns() {
        let layout = recognise("m_1932,386640,41,92,,,43.04,33.08,5").expect("a row of the table");
        assert_eq!(layout.format, Format::Raw);
        assert_eq!(ids(&layout), ["cpu", "mem", "net_in", "net_out", "disk"]);
        assert_eq!(layout.unused, [(4, "mem_gps".to_owned()), (5, "mkpi".to_owned())]);
    }

    #[test]
    fn a_header_is_mapped_by_name_in_any_order() {
        let layout = recognise("disk_io_percent, Time_Stamp ,zone,machine_id,cpu_util_percent").expect("a header");
        assert_eq!((layout.machine, layout.stamp, layout.n_columns), (3, 1, 5));
        assert_eq!(layout.metrics, [(4, 0), (0, 5)]);
        assert_eq!(layout.unused, [(2, "zone".to_owned())]);
    }

    #[test]
    fn other_tables_are_named_by_what_they_look_like() {
        let found = |line: &str| recognise(line).expect_err("no machine usage").found;
        assert_eq!(found("m_1,0,219,17,96,100,USING"), "text with 7 columns");
        assert_eq!(found("hello world"), "text with 1 column");
        assert_eq!(found("machine_id,time_stamp,mem"), "a header without the column cpu_util_percent");
        assert_eq!(found("a,b,c,d,e,f,g,h,i"), "text with 9 columns");
    }
}
