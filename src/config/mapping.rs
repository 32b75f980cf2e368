//! What the columns of a table of any origin mean: guessed from the table, shown on a form, kept in the config.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NodeLevel;

/// What the columns of one table mean. Columns are named as in the header, without spaces around the name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name of the file that it is meant for; `None` for every table that has no published format.
    #[serde(default)]
    pub file: Option<String>,
    /// Where the time stamps are.
    pub time: TimeColumn,
    /// Numbers are written `1,5` instead of `1.5`.
    #[serde(default)]
    pub decimal_comma: bool,
    /// Where entities and metrics are.
    pub layout: TableLayout,
    /// Column that marks rows in which something was broken: 1, true or a word; 0, false, `normal`, `none` and nothing
    /// at all are no mark.
    #[serde(default)]
    pub label: Option<String>,
}

/// Where the time stamps of a table are, and how they are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeColumn {
    /// Its column.
    pub column: String,
    /// Column of the time of day, where the first one holds only the date.
    #[serde(default)]
    pub clock: Option<String>,
    /// What the stamps are counted in, or that they are dates.
    pub unit: TimeUnit,
    /// Dates are day/month/year, not month/day/year; dates that begin with the year and dates with dots are as they
    /// are.
    #[serde(default)]
    pub day_first: bool,
    /// Seconds by which the clock of dates without a zone is ahead of UTC.
    #[serde(default)]
    pub offset_secs: i32,
}

/// How a time stamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Seconds, since 1970 or since the start of the trace.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
    /// Dates with or without a time of day and a zone.
    Date,
}

/// Where entities and metrics of a table are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableLayout {
    /// One row per entity and time.
    Long(LongLayout),
    /// One row per time, one column per entity and metric.
    Wide(WideLayout),
}

/// One row per entity and time. A table without any of the three name columns is one entity, named after its file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LongLayout {
    /// Column with the name of the pod, container or instance.
    pub entity: Option<String>,
    /// Column with the name of the service; the rows are about services if there is no entity column.
    pub service: Option<String>,
    /// Column with the name of the host; the rows are about hosts if there is neither an entity nor a service column.
    pub host: Option<String>,
    /// Column with the name of the metric, in tables with one value per row: the only metric column holds the values.
    pub metric_name: Option<String>,
    /// Columns with values.
    pub metrics: Vec<MetricColumn>,
}

/// A column with the values of one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricColumn {
    /// Its column.
    pub column: String,
    /// Id of the metric: `cpu`, `mem`, `net_in`, `net_out`, `disk`, `rt` (latency), or any other name.
    pub id: String,
    /// What the values are counted in, after scaling.
    #[serde(default = "unknown")]
    pub unit: Unit,
    /// Factor from what the column holds to the unit, for example 1000 from seconds to milliseconds.
    #[serde(default = "one")]
    pub scale: f64,
}

/// One row per time, one column per entity and metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WideLayout {
    /// What the entities are.
    #[serde(default = "service")]
    pub level: NodeLevel,
    /// Columns with values.
    pub columns: Vec<WideColumn>,
}

/// A column with the values of one metric of one entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WideColumn {
    /// Its column.
    pub column: String,
    /// Name of the entity.
    pub entity: String,
    /// Id of the metric.
    pub id: String,
    /// What the values are counted in, after scaling.
    #[serde(default = "unknown")]
    pub unit: Unit,
    /// Factor from what the column holds to the unit.
    #[serde(default = "one")]
    pub scale: f64,
}

fn unknown() -> Unit {
    Unit::Unknown
}

fn one() -> f64 {
    1.0
}

fn service() -> NodeLevel {
    NodeLevel::Service
}

/// What values are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Per cent of a machine's capacity, 0 to 100.
    #[default]
    Percent,
    /// Share of a capacity, 0 to 1.
    Share,
    /// CPU cores.
    Cores,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Events per second.
    PerSecond,
    /// Milliseconds.
    Millis,
    /// A number of things.
    Count,
    /// Not known.
    Unknown,
}

impl Unit {
    /// Factor from stored values to the unit in which errors are measured: percentages become shares.
    pub fn factor(self) -> f32 {
        if self == Self::Percent { 0.01 } else { 1.0 }
    }

    /// A stored value in the unit in which errors are measured: percentages become shares, all others stay.
    ///
    /// Divides, because a product with [`factor`](Self::factor) rounds differently.
    pub fn to_unit(self, value: f32) -> f32 {
        if self == Self::Percent { value / 100.0 } else { value }
    }

    /// Whether values are shares of a capacity: in the unit in which errors are measured, the capacity is 1.
    pub fn is_share(self) -> bool {
        matches!(self, Self::Percent | Self::Share)
    }

    /// For people, to be put behind a number.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Share => "share",
            Self::Cores => "cores",
            Self::Bytes => "B",
            Self::BytesPerSecond => "B/s",
            Self::PerSecond => "1/s",
            Self::Millis => "ms",
            Self::Count | Self::Unknown => "",
        }
    }
}

impl Mapping {
    /// Whether it is meant for a file.
    pub fn is_for(&self, file: &str) -> bool {
        self.file.as_ref().is_none_or(|name| name == file)
    }

    /// All columns that it names.
    pub fn columns(&self) -> Vec<&str> {
        let time = std::iter::once(&self.time.column).chain(&self.time.clock);
        let of_layout: Vec<&String> = match &self.layout {
            TableLayout::Long(long) => {
                let names = [&long.entity, &long.service, &long.host, &long.metric_name];
                names.into_iter().flatten().chain(long.metrics.iter().map(|metric| &metric.column)).collect()
            }
            TableLayout::Wide(wide) => wide.columns.iter().map(|column| &column.column).collect(),
        };
        time.chain(of_layout).chain(&self.label).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_remembered_as_json_and_may_leave_out_defaults() {
        let text = r#"{"time": {"column": "ts", "unit": "date"},
            "layout": {"long": {"entity": "pod", "metrics": [{"column": "c", "id": "cpu"}]}}}"#;
        let mapping: Mapping = serde_json::from_str(text).expect("a mapping");
        assert_eq!(mapping.columns(), ["ts", "pod", "c"]);
        assert!(mapping.is_for("any file") && !mapping.decimal_comma);
        let TableLayout::Long(long) = &mapping.layout else { panic!("long") };
        assert_eq!((long.metrics[0].unit, long.metrics[0].scale), (Unit::Unknown, 1.0));
        let again = serde_json::to_string(&mapping).expect("JSON");
        assert_eq!(serde_json::from_str::<Mapping>(&again).expect("the same"), mapping);
        assert!(serde_json::from_str::<Mapping>(&again.replace("\"label\"", "\"lable\"")).is_err());
    }
}
