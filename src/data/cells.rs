//! Sums and counts per machine, bin and metric, in memory that does not grow with the rows.
//!
//! Whole numbers are added, so the result does not depend on the order of the rows.

use std::collections::{BTreeMap, VecDeque};

use super::number::UNITS;

/// Largest number of (machine, bin, metric) cells; 8 bytes each while reading and 4 after.
pub(super) const MAX_CELLS: u64 = 150_000_000;

const BLOCK_BINS: i64 = 64;
const COUNT_BITS: u32 = 18;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;

/// More than 262,143 observations in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CellFull;

/// Sum and count of what was observed in one cell.
pub(super) trait Cell: Copy + Default {
    /// One observation in fixed point.
    type Units: Copy;

    /// A cell with one observation; `None` for a missing value.
    fn of(units: Self::Units) -> Option<Self>;

    /// Observations.
    fn count(self) -> u64;

    /// Adds the observations of another cell.
    fn add(&mut self, other: Self) -> Result<(), CellFull>;

    /// The mean, NaN without observations.
    fn mean(self) -> f32;
}

/// Per cents in 64 bits; a negative observation is a missing one.
///
/// The count has 18 bits; `(2¹⁸ - 1) · 200 · 10⁶ < 2⁴⁶`, so the sum of values up to 200 per cent fits into the other 46.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PercentCell(u64);

impl Cell for PercentCell {
    type Units = i32;

    fn of(units: i32) -> Option<Self> {
        (units >= 0).then(|| Self((u64::from(units.unsigned_abs()) << COUNT_BITS) | 1))
    }

    fn count(self) -> u64 {
        self.0 & COUNT_MASK
    }

    fn add(&mut self, other: Self) -> Result<(), CellFull> {
        if self.count() + other.count() > COUNT_MASK {
            return Err(CellFull);
        }
        self.0 += other.0;
        Ok(())
    }

    /// In per cent, rounded once: sum and divisor are exact in `f64`.
    fn mean(self) -> f32 {
        if self.count() == 0 {
            return f32::NAN;
        }
        ((self.0 >> COUNT_BITS) as f64 / (self.count() * UNITS as u64) as f64) as f32
    }
}

/// Any quantity in millionths of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct WideCell {
    sum: i64,
    count: u32,
}

impl Cell for WideCell {
    type Units = Option<i64>;

    fn of(units: Option<i64>) -> Option<Self> {
        units.map(|sum| Self { sum, count: 1 })
    }

    fn count(self) -> u64 {
        u64::from(self.count)
    }

    fn add(&mut self, other: Self) -> Result<(), CellFull> {
        self.sum = self.sum.checked_add(other.sum).ok_or(CellFull)?;
        self.count = self.count.checked_add(other.count).ok_or(CellFull)?;
        Ok(())
    }

    fn mean(self) -> f32 {
        if self.count == 0 {
            return f32::NAN;
        }
        (self.sum as f64 / (f64::from(self.count) * UNITS as f64)) as f32
    }
}

/// Cells of one machine, in blocks of 64 bins that exist only where something was observed.
#[derive(Debug)]
struct Series<C> {
    first_block: i64,
    blocks: VecDeque<Option<Box<[C]>>>,
}

impl<C> Default for Series<C> {
    fn default() -> Self {
        Self { first_block: 0, blocks: VecDeque::new() }
    }
}

impl<C: Cell> Series<C> {
    fn bin_mut(&mut self, bin: i64, n_metrics: usize) -> &mut [C] {
        let block = bin.div_euclid(BLOCK_BINS);
        if self.blocks.is_empty() {
            self.first_block = block;
        }
        while block < self.first_block {
            self.blocks.push_front(None);
            self.first_block -= 1;
        }
        let idx = (block - self.first_block) as usize;
        if idx >= self.blocks.len() {
            self.blocks.resize_with(idx + 1, || None);
        }
        let cells = self.blocks[idx].get_or_insert_with(|| vec![C::default(); BLOCK_BINS as usize * n_metrics].into());
        let start = bin.rem_euclid(BLOCK_BINS) as usize * n_metrics;
        &mut cells[start..start + n_metrics]
    }

    /// Every bin of every block, in order, with its cells.
    fn bins(&self, n_metrics: usize) -> impl Iterator<Item = (i64, &[C])> {
        self.blocks.iter().enumerate().filter_map(|(idx, block)| block.as_ref().map(|cells| (idx, cells))).flat_map(
            move |(idx, cells)| {
                let first_bin = (self.first_block + idx as i64) * BLOCK_BINS;
                (first_bin..).zip(cells.chunks_exact(n_metrics))
            },
        )
    }
}

/// All cells of a data set on a grid of a given width.
#[derive(Debug)]
pub(super) struct Cells<C = PercentCell> {
    width_secs: i64,
    n_metrics: usize,
    series: Vec<Series<C>>,
}

impl<C: Cell> Cells<C> {
    /// No cell yet.
    pub(super) fn new(width_secs: i64, n_metrics: usize) -> Self {
        Self { width_secs, n_metrics, series: Vec::new() }
    }

    /// Width of a bin.
    pub(super) fn width_secs(&self) -> i64 {
        self.width_secs
    }

    /// Adds a machine without observations.
    pub(super) fn add_machine(&mut self) {
        self.series.push(Series::default());
    }

    /// Adds what a machine reported.
    pub(super) fn add(&mut self, machine: usize, stamp: i64, units: &[C::Units]) -> Result<(), CellFull> {
        let bin = stamp.div_euclid(self.width_secs);
        let cells = self.series[machine].bin_mut(bin, self.n_metrics);
        for (cell, &value) in cells.iter_mut().zip(units) {
            if let Some(one) = C::of(value) {
                cell.add(one)?;
            }
        }
        Ok(())
    }

    /// The same observations on another grid.
    ///
    /// Exact when the stamps are multiples of the old width, or the new width is a multiple of the old one.
    pub(super) fn regrid(self, width_secs: i64) -> Result<Self, CellFull> {
        let n_metrics = self.n_metrics;
        let mut finer = Self::new(width_secs, n_metrics);
        for series in self.series {
            let mut target = Series::<C>::default();
            for (bin, cells) in series.bins(n_metrics).filter(|(_, cells)| is_observed(cells)) {
                let into = target.bin_mut((bin * self.width_secs).div_euclid(width_secs), n_metrics);
                into.iter_mut().zip(cells).try_for_each(|(into, &cell)| into.add(cell))?;
            }
            finer.series.push(target);
        }
        Ok(finer)
    }

    /// Whether the most common gap between two observed bins of a machine is one bin.
    pub(super) fn is_gridded(&self) -> bool {
        let mut n_by_gap: BTreeMap<i64, u64> = BTreeMap::new();
        for series in &self.series {
            let mut last = None;
            for (bin, _) in series.bins(self.n_metrics).filter(|(_, cells)| is_observed(cells)) {
                if let Some(last) = last {
                    *n_by_gap.entry(bin - last).or_default() += 1;
                }
                last = Some(bin);
            }
        }
        let n_single = n_by_gap.get(&1).copied().unwrap_or(0);
        n_single > 0 && n_by_gap.values().all(|&n| n <= n_single)
    }

    /// Number of series.
    pub(super) fn len(&self) -> usize {
        self.series.len()
    }

    /// Bins for which memory is taken.
    pub(super) fn n_kept(&self) -> usize {
        let n_blocks = |series: &Series<C>| series.blocks.iter().flatten().count();
        self.series.iter().map(n_blocks).sum::<usize>() * BLOCK_BINS as usize
    }

    /// First and last observed bin of a series; `None` without observations.
    pub(super) fn span(&self, series: usize) -> Option<(i64, i64)> {
        let mut seen = self.series[series].bins(self.n_metrics).filter(|(_, cells)| is_observed(cells));
        let first = seen.next()?.0;
        Some((first, seen.last().map_or(first, |(bin, _)| bin)))
    }

    /// Observed bins of one series of a single metric, in order, with count and mean.
    pub(super) fn means(&self, series: usize) -> impl Iterator<Item = (i64, u64, f32)> {
        let observed = self.series[series].bins(self.n_metrics).filter(|(_, cells)| is_observed(cells));
        observed.map(|(bin, cells)| (bin, cells[0].count(), cells[0].mean()))
    }

    /// Bin means in per cent, shape `[T, N, F]`, nodes in the given order of machines.
    pub(super) fn into_means(self, order: &[usize], first_bin: i64, n_bins: usize) -> Vec<f32> {
        let n_metrics = self.n_metrics;
        let row = order.len() * n_metrics;
        let mut means = vec![f32::NAN; n_bins * row];
        let mut series: Vec<Option<Series<C>>> = self.series.into_iter().map(Some).collect();
        for (node, &machine) in order.iter().enumerate() {
            // Taken out one by one, so that the cells of a machine are freed before the next one is written.
            let Some(series) = series[machine].take() else { continue };
            for (bin, cells) in series.bins(n_metrics).filter(|(_, cells)| is_observed(cells)) {
                let start = (bin - first_bin) as usize * row + node * n_metrics;
                for (mean, cell) in means[start..start + n_metrics].iter_mut().zip(cells) {
                    *mean = cell.mean();
                }
            }
        }
        means
    }
}

fn is_observed<C: Cell>(cells: &[C]) -> bool {
    cells.iter().any(|cell| cell.count() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(units: i32) -> PercentCell {
        PercentCell::of(units).expect("not negative")
    }

    #[test]
    fn the_mean_of_one_value_is_the_value() {
        for hundredths in 0..=10_000_i32 {
            assert_eq!(percent(hundredths * 10_000).mean(), (f64::from(hundredths) / 100.0) as f32);
        }
    }

    #[test]
    fn a_full_cell_says_so_and_never_spills_into_the_sum() {
        let mut cell = PercentCell::default();
        for _ in 0..COUNT_MASK {
            cell.add(percent(100_000_000)).expect("not yet full");
        }
        assert_eq!(cell.mean(), 100.0);
        assert_eq!(cell.add(percent(0)), Err(CellFull));
    }

    #[test]
    fn descending_stamps_end_in_the_same_cells() {
        let stamps = [0_i64, 59, 60, 6000, 100_000];
        let mut up = Cells::<PercentCell>::new(60, 1);
        let mut down = Cells::<PercentCell>::new(60, 1);
        for cells in [&mut up, &mut down] {
            cells.add_machine();
        }
        for stamp in stamps {
            up.add(0, stamp, &[stamp as i32]).expect("room");
        }
        for &stamp in stamps.iter().rev() {
            down.add(0, stamp, &[stamp as i32]).expect("room");
        }
        let bits = |cells: Cells<PercentCell>| -> Vec<u32> {
            cells.into_means(&[0], 0, 1667).iter().map(|x| x.to_bits()).collect()
        };
        assert_eq!(bits(up), bits(down));
    }

    #[test]
    fn a_grid_is_recognised_by_its_most_common_gap() {
        let gridded = |stamps: &[i64]| {
            let mut cells = Cells::<PercentCell>::new(10, 1);
            cells.add_machine();
            stamps.iter().for_each(|&stamp| cells.add(0, stamp, &[1]).expect("room"));
            cells.is_gridded()
        };
        assert!(gridded(&[0, 10, 20, 40, 50]));
        assert!(!gridded(&[0, 60, 120, 130, 190]));
        assert!(!gridded(&[10]));
    }
}
