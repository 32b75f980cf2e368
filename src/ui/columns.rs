//! What the columns of a table are taken for, as roles that a reader can change one by one.
//!
//! Pure: a mapping and a choice give another mapping.

use crate::config::{LongLayout, Mapping, MetricColumn, TableLayout, Unit, WideColumn, WideLayout};

/// Metrics that every part of the page knows by name, with their words.
pub const METRICS: [(&str, &str); 6] = [
    ("cpu", "CPU"),
    ("mem", "memory"),
    ("net_in", "network in"),
    ("net_out", "network out"),
    ("disk", "disk"),
    ("rt", "response time"),
];

/// What one column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Not used.
    Ignored,
    /// The time stamps.
    Time,
    /// Names of instances.
    Entity,
    /// Names of services.
    Service,
    /// Names of hosts.
    Host,
    /// Marks of rows in which something was broken.
    Label,
    /// Values of a metric of the row's entity.
    Metric(String),
    /// Values of a metric of the entity that the column is about.
    Series {
        /// The entity.
        entity: String,
        /// The metric.
        id: String,
    },
}

/// What a column is taken for.
pub fn role(mapping: &Mapping, column: &str) -> Role {
    if mapping.time.column == column {
        return Role::Time;
    }
    if mapping.label.as_deref() == Some(column) {
        return Role::Label;
    }
    match &mapping.layout {
        TableLayout::Long(long) => role_in_long(long, column),
        TableLayout::Wide(wide) => {
            let found = wide.columns.iter().find(|known| known.column == column);
            found.map_or(Role::Ignored, |known| Role::Series { entity: known.entity.clone(), id: known.id.clone() })
        }
    }
}

fn role_in_long(long: &LongLayout, column: &str) -> Role {
    let is = |name: &Option<String>| name.as_deref() == Some(column);
    if is(&long.entity) {
        return Role::Entity;
    }
    if is(&long.service) {
        return Role::Service;
    }
    if is(&long.host) {
        return Role::Host;
    }
    let metric = long.metrics.iter().find(|metric| metric.column == column);
    metric.map_or(Role::Ignored, |metric| Role::Metric(metric.id.clone()))
}

/// The mapping with another role for a column. Time stamps move to the column; they are never without one.
pub fn with_role(mapping: &Mapping, column: &str, role: Role) -> Mapping {
    let mut mapping = mapping.clone();
    let (unit, scale) = unit_of(&mapping, column);
    clear(&mut mapping, column);
    let name = Some(column.to_owned());
    match (role, &mut mapping.layout) {
        (Role::Time, _) => mapping.time.column = column.to_owned(),
        (Role::Label, _) => mapping.label = name,
        (Role::Entity, TableLayout::Long(long)) => long.entity = name,
        (Role::Service, TableLayout::Long(long)) => long.service = name,
        (Role::Host, TableLayout::Long(long)) => long.host = name,
        (Role::Metric(id), TableLayout::Long(long)) => {
            long.metrics.retain(|metric| metric.id != id);
            long.metrics.push(MetricColumn { column: column.to_owned(), id, unit, scale });
        }
        (Role::Series { entity, id }, TableLayout::Wide(wide)) => {
            wide.columns.push(WideColumn { column: column.to_owned(), entity, id, unit, scale });
        }
        _ => {}
    }
    mapping
}

fn unit_of(mapping: &Mapping, column: &str) -> (Unit, f64) {
    let found = match &mapping.layout {
        TableLayout::Long(long) => {
            long.metrics.iter().find(|metric| metric.column == column).map(|metric| (metric.unit, metric.scale))
        }
        TableLayout::Wide(wide) => {
            wide.columns.iter().find(|known| known.column == column).map(|known| (known.unit, known.scale))
        }
    };
    found.unwrap_or((Unit::Unknown, 1.0))
}

fn clear(mapping: &mut Mapping, column: &str) {
    let clear = |name: &mut Option<String>| drop(name.take_if(|name| name == column));
    clear(&mut mapping.label);
    match &mut mapping.layout {
        TableLayout::Long(long) => {
            [&mut long.entity, &mut long.service, &mut long.host].into_iter().for_each(clear);
            long.metrics.retain(|metric| metric.column != column);
        }
        TableLayout::Wide(wide) => wide.columns.retain(|known| known.column != column),
    }
}

/// The mapping as one row per entity, or as one column per entity; columns keep what they are as far as possible.
pub fn with_layout(mapping: &Mapping, is_wide: bool) -> Mapping {
    let layout = match &mapping.layout {
        TableLayout::Long(long) if is_wide => {
            let column = |metric: &MetricColumn| WideColumn {
                column: metric.column.clone(),
                entity: metric.column.clone(),
                id: metric.id.clone(),
                unit: metric.unit,
                scale: metric.scale,
            };
            TableLayout::Wide(WideLayout {
                level: crate::config::NodeLevel::Service,
                columns: long.metrics.iter().map(column).collect(),
            })
        }
        TableLayout::Wide(wide) if !is_wide => {
            let metric = |known: &WideColumn| MetricColumn {
                column: known.column.clone(),
                id: known.column.clone(),
                unit: known.unit,
                scale: known.scale,
            };
            TableLayout::Long(LongLayout {
                metrics: wide.columns.iter().map(metric).collect(),
                ..LongLayout::default()
            })
        }
        same => same.clone(),
    };
    Mapping { layout, ..mapping.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{TimeColumn, TimeUnit};

    fn mapping(layout: TableLayout) -> Mapping {
        let time =
            TimeColumn { column: "ts".into(), clock: None, unit: TimeUnit::Seconds, day_first: false, offset_secs: 0 };
        Mapping { file: None, time, decimal_comma: false, layout, label: None }
    }

    #[test]
    fn every_role_can_be_given_and_taken_away() {
        let long = mapping(TableLayout::Long(LongLayout::default()));
        for given in [Role::Entity, Role::Service, Role::Host, Role::Label, Role::Metric("cpu".into())] {
            let with = with_role(&long, "a", given.clone());
            assert_eq!(role(&with, "a"), given);
            assert_eq!(with_role(&with, "a", Role::Ignored), long);
        }
        let wide = with_layout(&long, true);
        let series = Role::Series { entity: "web".into(), id: "cpu".into() };
        assert_eq!(role(&with_role(&wide, "a", series.clone()), "a"), series);
    }

    #[test]
    fn time_moves_and_a_metric_belongs_to_one_column() {
        let long = mapping(TableLayout::Long(LongLayout::default()));
        let moved = with_role(&long, "when", Role::Time);
        assert_eq!((role(&moved, "when"), role(&moved, "ts")), (Role::Time, Role::Ignored));
        let first = with_role(&long, "a", Role::Metric("cpu".into()));
        let second = with_role(&first, "b", Role::Metric("cpu".into()));
        assert_eq!((role(&second, "a"), role(&second, "b")), (Role::Ignored, Role::Metric("cpu".into())));
    }

    #[test]
    fn layouts_change_into_each_other_without_losing_columns() {
        let long = with_role(&mapping(TableLayout::Long(LongLayout::default())), "a", Role::Metric("cpu".into()));
        let wide = with_layout(&long, true);
        assert_eq!(role(&wide, "a"), Role::Series { entity: "a".into(), id: "cpu".into() });
        assert_eq!(role(&with_layout(&wide, false), "a"), Role::Metric("a".into()));
    }
}
