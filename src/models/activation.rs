//! `tanh` and `σ`, the functions in which recurrent networks and attention spend most of their time.
//!
//! The libraries call the platform's scalar functions for each number. Here the same values come from additions,
//! products and one or two divisions, which the compiler computes four at a time, on every platform to the same bits.

use burn::tensor::{Tensor, TensorData};

/// `tanh` of every number; NaN where the input is not finite.
pub(crate) fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    pointwise(x, tanh_of, |y| 1.0 - y * y)
}

/// `σ(x) = 1 / (1 + e^-x)` of every number; NaN where the input is not finite.
pub(crate) fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    pointwise(x, sigmoid_of, |y| y * (1.0 - y))
}

/// `value(x)` with the derivative `slope(value(x))`.
///
/// The library differentiates `y + (x - c) ⊙ s` with `c = x`, `y = value(x)` and `s` held constant: the sum is `y`
/// exactly, for `x - c = 0`, and its derivative with respect to `x` is `s`.
fn pointwise<const D: usize>(x: Tensor<D>, value: impl Fn(f32) -> f32, slope: impl Fn(f32) -> f32) -> Tensor<D> {
    let (shape, device) = (x.dims(), x.device());
    let is_differentiated = x.is_autodiff();
    let fixed = x.clone().detach();
    let mut values = fixed.clone().into_data().try_into_vec::<f32>().expect("activations are f32");
    values.iter_mut().for_each(|number| *number = value(*number));
    let on_device = |values: Vec<f32>| Tensor::from_data(TensorData::new(values, shape), &device);
    if !is_differentiated {
        return on_device(values);
    }
    let slopes = values.iter().map(|&y| slope(y)).collect();
    on_device(values) + (x - fixed) * on_device(slopes)
}

/// Beyond it `e^x` leaves the normal numbers, and both functions have long reached their limits.
const FARTHEST: f32 = 87.0;

/// `e^x` for `|x| ≤ 87`.
///
/// `x = n ln 2 + r` with `|r| ≤ ln 2 / 2 < 0.3466`, and `e^r` is Taylor's sum up to `r⁷ / 7!`, whose relative error is
/// below `r⁸ / 8! · 1.42 < 2^-27`, an eighth of the last place. `n` is rounded by adding `1.5 · 2²³`, whose last bits
/// then hold it. `ln 2` comes in two parts, the first with nine binary digits, so that `n` times it is exact.
fn exp_of(x: f32) -> f32 {
    const ROUNDER: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = (std::f64::consts::LN_2 - 355.0 / 512.0) as f32;
    let shifted = x * std::f32::consts::LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let tail = 1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0));
    let sum = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * tail))));
    // 2^n: the exponent of a number begins at bit 23, with 127 added.
    sum * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// NaN stays NaN, which `f32::clamp` promises too.
fn within(x: f32, limit: f32) -> f32 {
    x.clamp(-limit, limit)
}

fn sigmoid_of(x: f32) -> f32 {
    1.0 / (1.0 + exp_of(-within(x, FARTHEST)))
}

/// Near 0, Lambert's continued fraction up to its seventh level, whose relative error for `|x| ≤ 0.6` is below `10⁻¹⁴`;
/// elsewhere `1 - 2 / (e^2|x| + 1)`, which loses no digit there. Both are computed, so that nothing branches.
fn tanh_of(x: f32) -> f32 {
    const NEAR: f32 = 0.6;
    let magnitude = x.abs();
    let x2 = x * x;
    let near = x * (135_135.0 + x2 * (17_325.0 + x2 * (378.0 + x2)))
        / (135_135.0 + x2 * (62_370.0 + x2 * (3_150.0 + x2 * 28.0)));
    let far = (1.0 - 2.0 / (exp_of(within(2.0 * magnitude, FARTHEST)) + 1.0)).copysign(x);
    if magnitude < NEAR { near } else { far }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    /// Numbers of all magnitudes with both signs, dense where the functions bend.
    fn numbers() -> impl Iterator<Item = f32> {
        let magnitudes =
            (0..1200).map(|k| 10.0_f32.powf(k as f32 / 100.0 - 9.0)).chain((0..200_000).map(|k| k as f32 / 8192.0));
        magnitudes.flat_map(|x| [x, -x])
    }

    /// Largest error in units of the last place of the true value.
    fn worst(function: impl Fn(f32) -> f32, truth: impl Fn(f64) -> f64) -> f64 {
        let error = |x: f32| {
            let wanted = truth(f64::from(x));
            let unit = f64::from((wanted as f32).abs().max(f32::MIN_POSITIVE)) * f64::from(f32::EPSILON);
            (f64::from(function(x)) - wanted).abs() / unit
        };
        numbers().map(error).fold(0.0, f64::max)
    }

    #[test]
    fn values_are_right_to_a_few_units_of_the_last_place() {
        let exp = worst(|x| exp_of(within(x, FARTHEST)), |x| x.clamp(-87.0, 87.0).exp());
        let sigmoid = worst(sigmoid_of, |x| 1.0 / (1.0 + (-x.clamp(-87.0, 87.0)).exp()));
        let tanh = worst(tanh_of, f64::tanh);
        assert!(exp < 1.5 && sigmoid < 3.0 && tanh < 3.0, "exp {exp}, sigmoid {sigmoid}, tanh {tanh}");
    }

    #[test]
    fn the_limits_are_reached_and_what_is_no_number_stays_none() {
        assert_eq!([tanh_of(50.0), tanh_of(-50.0), tanh_of(f32::MAX)], [1.0, -1.0, 1.0]);
        assert_eq!([sigmoid_of(100.0), sigmoid_of(0.0), tanh_of(0.0)], [1.0, 0.5, 0.0]);
        assert!(sigmoid_of(-100.0) < 1e-37 && tanh_of(-0.0).is_sign_negative());
        assert!(tanh_of(f32::NAN).is_nan() && sigmoid_of(f32::NAN).is_nan());
    }

    #[test]
    fn values_and_gradients_are_those_of_the_library() {
        use burn::tensor::activation;
        type Function = fn(Tensor<2>) -> Tensor<2>;
        let pairs: [(Function, Function); 2] = [(tanh, activation::tanh), (sigmoid, activation::sigmoid)];
        let device = Device::flex().autodiff();
        let data = TensorData::new((0..60).map(|k| 0.21 * k as f32 - 6.0).collect::<Vec<_>>(), [12, 5]);
        for (ours, theirs) in pairs {
            let [found, wanted] = [ours, theirs].map(|function| {
                let x = Tensor::<2>::from_data(data.clone(), &device).require_grad();
                // Not contiguous, and with a weight of its own for every number.
                let y = function(x.clone().transpose()) * Tensor::from_data(data.clone(), &device).transpose();
                let gradients = y.clone().sum().backward();
                let gradient = x.grad(&gradients).expect("a gradient").into_data();
                [y.into_data(), gradient].map(|data| data.try_into_vec::<f32>().expect("f32"))
            });
            for (found, wanted) in found.iter().flatten().zip(wanted.iter().flatten()) {
                assert!((found - wanted).abs() < 2e-6, "{found} is not {wanted}");
            }
        }
    }
}
