//! Functions that give the same bits on every target: the platform's own logarithms and exponentials need not.

use crate::stream::StreamRng;

/// `(ln 2)^k / k!` for `k = 0..=10`: the Taylor series of `2^x`, off by less than 10⁻⁹ on `[0, 1)`.
const EXP2: [f64; 11] = [
    1.0,
    std::f64::consts::LN_2,
    0.240_226_506_959_100_7,
    0.055_504_108_664_821_58,
    0.009_618_129_107_628_477,
    0.001_333_355_814_642_844_3,
    0.000_154_035_303_933_816_1,
    0.000_015_252_733_804_059_84,
    0.000_001_321_548_679_014_431,
    0.000_000_101_780_860_092_396_99,
    0.000_000_007_054_911_620_801_122,
];

/// `2^x` for `0 ≤ x < 60`.
pub(super) fn exp2(x: f64) -> f64 {
    let whole = x.floor();
    let part = EXP2.iter().rev().fold(0.0, |sum, coefficient| sum * (x - whole) + coefficient);
    (0..whole as u32).fold(part, |power, _| 2.0 * power)
}

/// A draw from `[low, high)` in double precision of 24 random bits.
pub(super) fn uniform(rng: &mut StreamRng, low: f64, high: f64) -> f64 {
    low + (high - low) * f64::from(rng.unit())
}

/// `low · 2^(octaves · position)`: with a uniform position in `[0, 1)` a log-uniform draw.
pub(super) fn log_scale(low: f64, octaves: f64, position: f64) -> f64 {
    low * exp2(octaves * position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_close_to_the_true_ones() {
        assert_eq!(exp2(0.0), 1.0);
        assert_eq!(exp2(5.0), 32.0);
        for step in 0..1200 {
            let x = f64::from(step) / 100.0;
            assert!((exp2(x) / x.exp2() - 1.0).abs() < 1e-9, "{x}");
        }
    }
}
