//! From data to pixels, linear or logarithmic.

/// How values are spread over the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Equal steps for equal differences.
    Linear,
    /// Equal steps for equal ratios.
    Log,
}

/// A mapping of values to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    kind: Kind,
    from: (f64, f64),
    to: (f64, f64),
}

impl Scale {
    /// Equal steps for equal differences; a range without extent maps to the middle.
    pub(super) fn linear(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { kind: Kind::Linear, from, to }
    }

    /// Equal steps for equal ratios; both ends of `from` are positive.
    pub(super) fn log(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { kind: Kind::Log, from, to }
    }

    /// Whether the axis is linear or logarithmic.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The values at the two ends.
    pub(super) fn from(&self) -> (f64, f64) {
        self.from
    }

    /// Pixel of a value; `None` for what has no place on the axis. Values outside are held at the ends.
    pub(super) fn px(&self, value: f64) -> Option<f64> {
        let (at, low, high) = (self.lift(value)?, self.lift(self.from.0)?, self.lift(self.from.1)?);
        let share = if high == low { 0.5 } else { ((at - low) / (high - low)).clamp(0.0, 1.0) };
        Some(self.to.0 + share * (self.to.1 - self.to.0))
    }

    fn lift(&self, value: f64) -> Option<f64> {
        match self.kind {
            Kind::Linear => value.is_finite().then_some(value),
            Kind::Log => (value.is_finite() && value > 0.0).then(|| value.ln()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_map_to_ends() {
        let scale = Scale::linear((0.0, 10.0), (100.0, 0.0));
        assert_eq!((scale.px(0.0), scale.px(10.0), scale.px(5.0)), (Some(100.0), Some(0.0), Some(50.0)));
    }

    #[test]
    fn decades_are_equally_far_apart() {
        let scale = Scale::log((0.01, 1.0), (0.0, 200.0));
        assert!((scale.px(0.1).expect("inside") - 100.0).abs() < 1e-9);
    }

    #[test]
    fn what_has_no_place_is_none_and_what_is_outside_is_held() {
        let log = Scale::log((0.01, 1.0), (0.0, 200.0));
        assert_eq!((log.px(0.0), log.px(-1.0), log.px(f64::NAN)), (None, None, None));
        let linear = Scale::linear((0.0, 1.0), (0.0, 10.0));
        assert_eq!((linear.px(f64::INFINITY), linear.px(7.0)), (None, Some(10.0)));
    }

    #[test]
    fn a_range_without_extent_maps_to_the_middle() {
        assert_eq!(Scale::linear((3.0, 3.0), (0.0, 10.0)).px(3.0), Some(5.0));
    }
}
