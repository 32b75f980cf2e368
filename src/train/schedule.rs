//! The learning rate over the epochs.

use crate::config::{Schedule, TrainConfig};

/// The rate of the next epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    schedule: Schedule,
    start: f64,
    epochs: usize,
    /// Epochs without improvement before a plateau halves the rate.
    hold: usize,
    halvings: i32,
    since_best: usize,
}

impl Rate {
    /// The schedule of a config, over this many epochs.
    pub fn new(config: &TrainConfig, epochs: usize) -> Self {
        let hold = (config.patience / 2).max(1);
        let (schedule, start) = (config.schedule, config.learning_rate);
        Self { schedule, start, epochs, hold, halvings: 0, since_best: 0 }
    }

    /// Rate of an epoch, counted from 0.
    pub fn at(&self, epoch: usize) -> f64 {
        match self.schedule {
            Schedule::Constant => self.start,
            Schedule::Cosine => {
                let share = epoch as f64 / self.epochs as f64;
                self.start * 0.5 * (1.0 + (std::f64::consts::PI * share).cos())
            }
            Schedule::Plateau => self.start * 0.5_f64.powi(self.halvings),
        }
    }

    /// Takes note of whether the epoch improved validation.
    pub fn note(&mut self, improved: bool) {
        self.since_best = if improved { 0 } else { self.since_best + 1 };
        if self.since_best == self.hold {
            self.halvings += 1;
            self.since_best = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(schedule: Schedule) -> Rate {
        Rate::new(&TrainConfig { schedule, learning_rate: 1.0, patience: 4, ..TrainConfig::default() }, 10)
    }

    #[test]
    fn cosine_starts_full_and_is_half_in_the_middle() {
        assert_eq!(rate(Schedule::Cosine).at(0), 1.0);
        assert!((rate(Schedule::Cosine).at(5) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_plateau_halves_after_half_the_patience() {
        let mut rate = rate(Schedule::Plateau);
        rate.note(true);
        rate.note(false);
        assert_eq!(rate.at(2), 1.0);
        rate.note(false);
        assert_eq!(rate.at(3), 0.5);
    }

    #[test]
    fn a_constant_rate_stays() {
        let mut rate = rate(Schedule::Constant);
        (0..9).for_each(|_| rate.note(false));
        assert_eq!(rate.at(9), 1.0);
    }
}
