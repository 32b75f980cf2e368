//! All pairs of a run and a piece of reference, diagonal by diagonal.
//!
//! With `d_k = (x_{k+m-1} − x_{k-1}) / 2` and `s_k = (x_{k+m-1} − μ_k) + (x_{k-1} − μ_{k-1})` the sum of products of
//! deviations of places `i` and `j` is that of `i−1` and `j−1` plus `d_i s_j + d_j s_i` (Zimmerman et al. 2019, SCAMP).
//! Unlike sums of raw products it loses nothing where the level is high and the variation small.

use super::Distance;

/// A place that deviates less than this is constant.
const LEAST_DEVIATION: f64 = 1e-4;
/// Comparisons that are made side by side.
const LANES: usize = 8;

/// What is needed of every place of a series, `[n]` each.
#[derive(Debug, Clone, PartialEq)]
struct Places {
    length: usize,
    values: Vec<f32>,
    mean: Vec<f64>,
    /// `1 / (√m σ)`; 0 for a constant place.
    inverse: Vec<f32>,
    /// `d`; 0 at the first place.
    difference: Vec<f32>,
    /// `s`; 0 at the first place.
    sum: Vec<f32>,
}

impl Places {
    fn new(values: &[f32], length: usize) -> Self {
        let mean_of = |window: &[f32]| window.iter().map(|&value| f64::from(value)).sum::<f64>() / length as f64;
        let mean: Vec<f64> = values.windows(length).map(mean_of).collect();
        let inverse_of = |(window, mean): (&[f32], &f64)| {
            let squares: f64 = window.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum();
            let is_constant = (squares / length as f64).sqrt() < LEAST_DEVIATION;
            if is_constant { 0.0 } else { (1.0 / squares.sqrt()) as f32 }
        };
        let inverse = values.windows(length).zip(&mean).map(inverse_of).collect();
        let (mut difference, mut sum) = (vec![0.0; mean.len()], vec![0.0; mean.len()]);
        for place in 1..mean.len() {
            let (enters, leaves) = (f64::from(values[place + length - 1]), f64::from(values[place - 1]));
            difference[place] = ((enters - leaves) / 2.0) as f32;
            sum[place] = ((enters - mean[place]) + (leaves - mean[place - 1])) as f32;
        }
        Self { length, values: values.to_vec(), mean, inverse, difference, sum }
    }

    fn len(&self) -> usize {
        self.mean.len()
    }

    fn at(&self, place: usize) -> &[f32] {
        &self.values[place..place + self.length]
    }
}

/// A run that is looked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query(Places);

impl Query {
    pub(super) fn new(values: &[f32], length: usize) -> Self {
        Self(Places::new(values, length))
    }

    /// Distances from what [`Kernel::compare`] found largest.
    ///
    /// Of a constant and another place one is a point and the other lies on a sphere of radius `√m`; two constant ones
    /// are alike. A place that had nothing to be compared with has distance 0.
    pub(super) fn distances(&self, nearness: &[f32], distance: Distance, has_constant: bool) -> Vec<f32> {
        let m = self.0.length as f32;
        let of = |(&nearness, &inverse): (&f32, &f32)| match distance {
            _ if nearness == f32::NEG_INFINITY => 0.0,
            Distance::Plain => (-nearness).max(0.0).sqrt(),
            Distance::Normalised if inverse == 0.0 => {
                if has_constant {
                    0.0
                } else {
                    m.sqrt()
                }
            }
            Distance::Normalised => {
                let least = if has_constant { 0.5 } else { -1.0 };
                let correlation = (nearness * inverse).clamp(least, 1.0);
                (2.0 * m * (1.0 - correlation)).sqrt()
            }
        };
        nearness.iter().zip(&self.0.inverse).map(of).collect()
    }
}

/// A piece of reference.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece(Places);

impl Piece {
    pub(super) fn new(values: &[f32], length: usize) -> Self {
        Self(Places::new(values, length))
    }

    /// Whether any place is constant.
    pub(super) fn has_constant(&self) -> bool {
        self.0.inverse.contains(&0.0)
    }
}

/// One row of pairs and the one before.
#[derive(Debug, Clone)]
pub(super) struct Kernel {
    distance: Distance,
    length: usize,
    row: Vec<f32>,
    before: Vec<f32>,
    /// What is compared: the larger, the nearer.
    near: Vec<f32>,
}

impl Kernel {
    pub(super) fn new(distance: Distance, length: usize) -> Self {
        Self { distance, length, row: Vec::new(), before: Vec::new(), near: Vec::new() }
    }

    /// Raises `nearness` of each place of the query to the largest that a place of the piece gives: the correlation
    /// times the query's `√m σ`, or minus the squared distance. `own`: where the piece begins in the query's own series;
    /// places less than `m` apart are left out.
    pub(super) fn compare(&mut self, query: &Query, piece: &Piece, own: Option<usize>, nearness: &mut [f32]) {
        let (query, piece) = (&query.0, &piece.0);
        self.row = vec![0.0; piece.len()];
        self.before = vec![0.0; piece.len()];
        self.near = vec![0.0; piece.len()];
        for (place, nearness) in nearness.iter_mut().enumerate() {
            std::mem::swap(&mut self.row, &mut self.before);
            if place == 0 {
                (0..piece.len()).for_each(|at| self.row[at] = self.exact((query, 0), (piece, at)));
            } else {
                self.row[0] = self.exact((query, place), (piece, 0));
                self.advance(query, place, piece);
            }
            self.weigh(piece);
            let (left, right) = match own {
                None => (piece.len(), piece.len()),
                Some(begin) => {
                    let clamp = |at: usize| at.saturating_sub(begin).min(piece.len());
                    (clamp((place + 1).saturating_sub(self.length)), clamp(place + self.length))
                }
            };
            *nearness = nearness.max(largest(&self.near[..left])).max(largest(&self.near[right..]));
        }
    }

    /// Sum of products of deviations, or of squared differences, from the definition.
    fn exact(&self, (query, i): (&Places, usize), (piece, j): (&Places, usize)) -> f32 {
        let pairs = query.at(i).iter().zip(piece.at(j)).map(|(&a, &b)| (f64::from(a), f64::from(b)));
        let sum: f64 = match self.distance {
            Distance::Normalised => pairs.map(|(a, b)| (a - query.mean[i]) * (b - piece.mean[j])).sum(),
            Distance::Plain => pairs.map(|(a, b)| (a - b) * (a - b)).sum(),
        };
        sum as f32
    }

    /// All pairs of a row but the first, from those of the row before.
    fn advance(&mut self, query: &Places, place: usize, piece: &Places) {
        let n = piece.len();
        let (row, before) = (&mut self.row[1..n], &self.before[..n - 1]);
        match self.distance {
            Distance::Normalised => {
                let (difference, sum) = (query.difference[place], query.sum[place]);
                let terms = before.iter().zip(&piece.difference[1..n]).zip(&piece.sum[1..n]);
                for (row, ((before, d), s)) in row.iter_mut().zip(terms) {
                    *row = before + difference * s + d * sum;
                }
            }
            Distance::Plain => {
                let (leaves, enters) = (query.values[place - 1], query.values[place + self.length - 1]);
                let terms = before.iter().zip(&piece.values[..n - 1]).zip(&piece.values[self.length..]);
                for (row, ((before, left), entered)) in row.iter_mut().zip(terms) {
                    let (out, inn) = (leaves - left, enters - entered);
                    *row = before - out * out + inn * inn;
                }
            }
        }
    }

    fn weigh(&mut self, piece: &Places) {
        match self.distance {
            Distance::Normalised => {
                let pairs = self.row.iter().zip(&piece.inverse);
                self.near.iter_mut().zip(pairs).for_each(|(near, (row, inverse))| *near = row * inverse);
            }
            Distance::Plain => self.near.iter_mut().zip(&self.row).for_each(|(near, row)| *near = -row),
        }
    }
}

/// Largest value, lane by lane, so that it compiles to vector instructions; `f32::max` minds NaN and does not.
fn largest(values: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &value)| *lane = larger(*lane, value));
    }
    lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| larger(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.9.
    #[test]
    fn the_normalised_distance_is_the_published_one() {
        let query = Query::new(&[1.0, 2.0, 3.0, 2.0], 4);
        let piece = Piece::new(&[10.0, 20.0, 30.0, 25.0], 4);
        let mut nearness = [f32::NEG_INFINITY];
        Kernel::new(Distance::Normalised, 4).compare(&query, &piece, None, &mut nearness);
        let [found] = query.distances(&nearness, Distance::Normalised, false)[..] else { panic!("one place") };
        assert!((found - 0.592_062).abs() < 1e-5, "{found}");
    }

    #[test]
    fn the_largest_of_any_number_of_values_is_found() {
        for n in 0..40_u16 {
            let values: Vec<f32> = (0..n).map(|at| f32::from((at * 7) % 40) - 20.0).collect();
            assert_eq!(largest(&values), values.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
    }
}
