//! Samples as they were reported, and sums on a grid.

use std::collections::BTreeMap;

use super::super::cells::{CellFull, Cells, WideCell};
use super::super::error::DataError;
use super::super::number::UNITS;
use super::{Entity, MetricId};

/// Most samples that are kept: 12 bytes each.
const MAX_SAMPLES: usize = 12_000_000;
/// Most bins of all sums together: 16 bytes each.
const MAX_SUMS: usize = 10_000_000;
/// Largest value whose millionths can be summed.
const MAX_VALUE: f64 = 9e12;

/// A metric of an entity.
pub(super) type Key = (Entity, MetricId);

/// Samples by metric and entity.
#[derive(Debug, Default)]
pub(super) struct Samples {
    pub(super) by_key: BTreeMap<Key, Vec<(i64, f32)>>,
    n: usize,
}

impl Samples {
    pub(super) fn push(&mut self, key: Key, at_millis: i64, value: f32) -> Result<(), DataError> {
        if self.n == MAX_SAMPLES {
            return Err(DataError::TooLarge {
                what: "This data set".into(),
                needed: format!("more than {MAX_SAMPLES} samples"),
                limit: MAX_SAMPLES.to_string(),
                advice: "choose a shorter span, fewer series or a longer scrape interval".into(),
            });
        }
        self.n += 1;
        self.by_key.entry(key).or_default().push((at_millis, value));
        Ok(())
    }

    /// Sorts every series by time.
    pub(super) fn sort(&mut self) {
        for series in self.by_key.values_mut() {
            series.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
        }
    }

    /// Drops exact repetitions from sorted series; how many there were.
    pub(super) fn drop_repeated(&mut self) -> u64 {
        let mut n_dropped = 0;
        for series in self.by_key.values_mut() {
            let n_before = series.len();
            series.dedup_by(|a, b| a.0 == b.0 && a.1.to_bits() == b.1.to_bits());
            n_dropped += (n_before - series.len()) as u64;
        }
        n_dropped
    }

    /// All sorted series of an entity.
    pub(super) fn of(&self, entity: Entity) -> impl Iterator<Item = (MetricId, &[(i64, f32)])> {
        let from = (entity, MetricId::MIN);
        let of_entity = self.by_key.range(from..).take_while(move |((other, _), _)| *other == entity);
        of_entity.map(|((_, metric), series)| (*metric, series.as_slice()))
    }

    /// When an entity was first and last heard of.
    pub(super) fn life(&self, entity: Entity) -> Option<(i64, i64)> {
        let ends = self.of(entity).filter_map(|(_, series)| Some((series.first()?.0, series.last()?.0)));
        ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Middle distance between two samples of a series, in milliseconds, over all series.
    pub(super) fn period_millis(&self) -> Option<i64> {
        let mut n_by_gap: BTreeMap<i64, u64> = BTreeMap::new();
        for series in self.by_key.values() {
            for pair in series.windows(2).filter(|pair| pair[1].0 > pair[0].0) {
                *n_by_gap.entry(pair[1].0 - pair[0].0).or_default() += 1;
            }
        }
        let n_gaps: u64 = n_by_gap.values().sum();
        let mut n_below = 0;
        n_by_gap.into_iter().find_map(|(gap, n)| {
            n_below += n;
            (2 * n_below >= n_gaps).then_some(gap)
        })
    }
}

/// Sums by metric and entity on one grid.
#[derive(Debug, Default)]
pub(super) struct Sums {
    grid_secs: Option<u32>,
    cells: Option<Cells<WideCell>>,
    by_key: BTreeMap<Key, usize>,
    previous: Option<(Key, usize)>,
    n_added: usize,
}

impl Sums {
    /// The grid that the config gives wins over later defaults, and the first default over the next ones.
    pub(super) fn set_grid(&mut self, grid_secs: u32) {
        self.grid_secs.get_or_insert(grid_secs.max(1));
    }

    pub(super) fn add(&mut self, key: Key, at_secs: i64, value: f64) -> Result<(), DataError> {
        if !value.is_finite() || value.abs() > MAX_VALUE {
            return Ok(());
        }
        let grid_secs = i64::from(*self.grid_secs.get_or_insert(60));
        let cells = self.cells.get_or_insert_with(|| Cells::new(grid_secs, 1));
        let idx = match self.previous {
            Some((previous, idx)) if previous == key => idx,
            _ => *self.by_key.entry(key).or_insert_with(|| {
                cells.add_machine();
                cells.len() - 1
            }),
        };
        self.previous = Some((key, idx));
        self.n_added += 1;
        // The bound above keeps the product far below 2⁶³.
        let units = (value * UNITS as f64).round() as i64;
        cells.add(idx, at_secs, &[Some(units)]).map_err(|_: CellFull| full())?;
        if self.n_added.is_multiple_of(1 << 20) && cells.n_kept() > MAX_SUMS { Err(too_many()) } else { Ok(()) }
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.by_key.keys().copied()
    }

    /// Width of a bin, if anything was summed.
    pub(super) fn width_secs(&self) -> Option<i64> {
        self.cells.as_ref().map(Cells::width_secs)
    }

    /// First and last bin of an entity.
    pub(super) fn span(&self, entity: Entity) -> Option<(i64, i64)> {
        let cells = self.cells.as_ref()?;
        let of_entity = self.by_key.range((entity, MetricId::MIN)..).take_while(|((other, _), _)| *other == entity);
        of_entity.filter_map(|(_, &series)| cells.span(series)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Bins of one key with count and mean.
    pub(super) fn means(&self, key: Key) -> Vec<(i64, u64, f32)> {
        match (&self.cells, self.by_key.get(&key)) {
            (Some(cells), Some(&idx)) => cells.means(idx).collect(),
            _ => Vec::new(),
        }
    }
}

fn full() -> DataError {
    DataError::TooLarge {
        what: "One bin of one series".into(),
        needed: "a sum beyond 64 bits".into(),
        limit: "9223372036854 units".into(),
        advice: "choose a narrower grid".into(),
    }
}

fn too_many() -> DataError {
    DataError::TooLarge {
        what: "The grid of this data set".into(),
        needed: format!("more than {MAX_SUMS} bins"),
        limit: format!("{MAX_SUMS} bins"),
        advice: "choose a wider grid, a shorter span or fewer series".into(),
    }
}
