//! Named random streams: every draw in the project comes from one of these.
//!
//! A stream is a ChaCha8 generator keyed by the SHA-256 of its seed and name, so adding a stream moves no other one,
//! and host entropy is never asked.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// What a stream is used for; the name is part of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Simulated data.
    Data,
    /// Choice of nodes and other random parts of a split.
    Split,
    /// Initial weights.
    Init,
    /// Order of the training windows.
    Shuffle,
    /// Dropout masks.
    Dropout,
    /// Masked patches of pre-training.
    Mask,
    /// Sampled keys of sparse attention.
    Sample,
    /// Scores of a detector that knows nothing.
    Guess,
    /// Resampled blocks of a bootstrap.
    Bootstrap,
    /// Made-up training windows.
    Smote,
    /// Offsets of labels that are moved on purpose.
    LabelShift,
}

impl Stream {
    const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Split => "split",
            Self::Init => "init",
            Self::Shuffle => "shuffle",
            Self::Dropout => "dropout",
            Self::Mask => "mask",
            Self::Sample => "sample",
            Self::Guess => "guess",
            Self::Bootstrap => "bootstrap",
            Self::Smote => "smote",
            Self::LabelShift => "label-shift",
        }
    }

    /// The generator of this stream for a seed.
    ///
    /// `scope` keeps the streams of, say, two models apart that share a seed.
    pub fn rng(self, seed: u32, scope: &str) -> StreamRng {
        let key = Sha256::new()
            .chain_update(seed.to_le_bytes())
            .chain_update(self.name())
            .chain_update([0])
            .chain_update(scope)
            .finalize();
        StreamRng(ChaCha8Rng::from_seed(key.into()))
    }
}

/// A seeded generator with the few draws the project needs.
#[derive(Debug, Clone)]
pub struct StreamRng(ChaCha8Rng);

impl StreamRng {
    /// Uniform in `[0, 1)` with 24 random bits, so that it is exact in `f32`.
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// Four whole numbers of 16 random bits each, from one draw of 64.
    pub fn lanes(&mut self) -> [u16; 4] {
        let word = self.0.next_u64();
        [0, 16, 32, 48].map(|shift| (word >> shift) as u16)
    }

    /// Uniform in `[low, high)`.
    pub fn uniform(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Standard normal, as the sum of twelve uniforms less six (Irwin-Hall).
    ///
    /// Chosen over Box-Muller because additions give the same bits on every target, and logarithms need not.
    pub fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }

    /// A whole number in `0..n`, without modulo bias worth noticing (64 random bits).
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Fisher-Yates shuffle.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_and_name_give_the_same_draws() {
        let draw = || Stream::Init.rng(1, "gru").unit();
        assert_eq!(draw(), draw());
    }

    #[test]
    fn name_scope_and_seed_each_change_the_draws() {
        let first = Stream::Init.rng(1, "gru").unit();
        assert_ne!(first, Stream::Shuffle.rng(1, "gru").unit());
        assert_ne!(first, Stream::Init.rng(1, "lstm").unit());
        assert_ne!(first, Stream::Init.rng(2, "gru").unit());
    }

    #[test]
    fn lanes_are_uniform_and_apart() {
        let mut rng = Stream::Dropout.rng(5, "");
        let draws: Vec<[u16; 4]> = (0..20_000).map(|_| rng.lanes()).collect();
        for lane in 0..4 {
            let mean = draws.iter().map(|lanes| f64::from(lanes[lane])).sum::<f64>() / 20_000.0;
            // The standard deviation of the mean is 65,536 / √12 / √20,000 = 134.
            assert!((mean - 32_767.5).abs() < 500.0, "lane {lane}: mean {mean}");
        }
        assert!(draws.iter().all(|lanes| lanes != &[lanes[0]; 4]));
    }

    #[test]
    fn shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..100).collect();
        Stream::Shuffle.rng(3, "").shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn normal_has_mean_zero_and_variance_one() {
        let mut rng = Stream::Data.rng(4, "");
        let draws: Vec<f32> = (0..20_000).map(|_| rng.normal()).collect();
        let mean = draws.iter().sum::<f32>() / 20_000.0;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 20_000.0;
        assert!(mean.abs() < 0.03, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.05, "variance {variance}");
    }
}
