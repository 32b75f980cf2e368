//! What the nodes of a snapshot carry (MODELS.md B.4).

use super::hierarchy::{Hierarchy, Layer};
use crate::config::{HostFeature, SnapshotConfig};

/// Divisor of a scaled value: `σ + 0.05 |μ| + 10⁻⁴`.
const MEAN_SHARE: f64 = 0.05;
const SMALLEST_DIVISOR: f64 = 1e-4;
/// Scaled values are cut here.
const LARGEST_SCALED: f32 = 10.0;

/// From values of an instance to what the model reads, fitted on chosen snapshots: those of the training part in which
/// nothing is broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// `μ` of each instance; also stands for what is missing.
    pub mean: Vec<f32>,
    /// `σ + 0.05 |μ| + 10⁻⁴` of each instance; empty if values are left as they are.
    pub divisor: Vec<f32>,
}

impl Scaling {
    /// Fits on the values of each instance; NaN is left out, and an instance without any value has mean 0.
    pub fn fit(values: impl Iterator<Item = Vec<f32>>, is_scaled: bool) -> Self {
        let moments: Vec<(f64, f64)> = values.map(|values| moments(&values)).collect();
        let divisor = |&(mean, sd): &(f64, f64)| (sd + MEAN_SHARE * mean.abs() + SMALLEST_DIVISOR) as f32;
        Self {
            mean: moments.iter().map(|&(mean, _)| mean as f32).collect(),
            divisor: if is_scaled { moments.iter().map(divisor).collect() } else { Vec::new() },
        }
    }

    /// What the model reads; NaN stands for a missing value.
    pub fn apply(&self, instance: usize, value: f32) -> f32 {
        let value = if value.is_nan() { self.mean[instance] } else { value };
        match self.divisor.get(instance) {
            Some(divisor) => ((value - self.mean[instance]) / divisor).clamp(-LARGEST_SCALED, LARGEST_SCALED),
            None => value,
        }
    }
}

/// Mean and population standard deviation of the values that are not NaN.
fn moments(values: &[f32]) -> (f64, f64) {
    let seen = || values.iter().filter(|value| value.is_finite()).map(|&value| f64::from(value));
    let n = seen().count().max(1) as f64;
    let mean = seen().sum::<f64>() / n;
    let variance = seen().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

/// Columns of the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureLayout {
    /// What hosts carry.
    pub host: HostFeature,
    /// Whether four columns say which layer a node is in.
    pub typed: bool,
    /// Whether a column marks what is missing.
    pub mask: bool,
}

impl FeatureLayout {
    /// The columns that a config asks for.
    pub fn of(config: &SnapshotConfig) -> Self {
        Self { host: config.host_feature, typed: config.typed_features, mask: config.mask_feature }
    }

    /// Names of the columns.
    pub fn names(self, metric: &str) -> Vec<String> {
        let layers: &[&str] = if self.typed { &["is_type", "is_host", "is_instance", "is_slice"] } else { &[] };
        let mask: &[&str] = if self.mask { &["missing"] } else { &[] };
        [metric].iter().chain(layers).chain(mask).map(|&name| name.to_owned()).collect()
    }

    /// `F0`: number of columns.
    pub fn width(self) -> usize {
        1 + if self.typed { 4 } else { 0 } + usize::from(self.mask)
    }
}

/// Features of one snapshot, `[n, F0]`: slices carry their value, instances the mean of their slices, types the mean of
/// their instances, hosts their mean or sum.
///
/// # Shapes
/// `slices: [I, W]`, `is_missing: [I]`.
pub fn features(hierarchy: &Hierarchy, slices: &[f32], is_missing: &[bool], layout: FeatureLayout) -> Vec<f32> {
    let values = values(hierarchy, slices, layout.host);
    let mut out = Vec::with_capacity(values.len() * layout.width());
    for (node, value) in values.into_iter().enumerate() {
        out.push(value);
        let layer = hierarchy.layer(node);
        if layout.typed {
            let layers = [Layer::Type, Layer::Host, Layer::Instance, Layer::Slice];
            out.extend(layers.map(|other| f32::from(u8::from(other == layer))));
        }
        if layout.mask {
            let instance = instance_of(hierarchy, node, layer);
            out.push(f32::from(u8::from(instance.is_some_and(|instance| is_missing[instance]))));
        }
    }
    out
}

/// The instance that a node is, or is a slice of.
pub(super) fn instance_of(hierarchy: &Hierarchy, node: usize, layer: Layer) -> Option<usize> {
    match layer {
        Layer::Type | Layer::Host => None,
        Layer::Instance => Some(node - hierarchy.first_instance()),
        Layer::Slice => Some((node - hierarchy.slice(0, 0)) / hierarchy.n_slices),
    }
}

/// The value of every node, `[n]`.
fn values(hierarchy: &Hierarchy, slices: &[f32], host: HostFeature) -> Vec<f32> {
    let mean = |slices: &[f32]| slices.iter().map(|&value| f64::from(value)).sum::<f64>() / slices.len() as f64;
    let instances: Vec<f64> = slices.chunks_exact(hierarchy.n_slices).map(mean).collect();
    // Sum and number of instances of each type and host.
    let mut shared = vec![(0.0, 0_u32); hierarchy.first_instance()];
    for (instance, value) in instances.iter().enumerate() {
        let (service, on_host) = hierarchy.parents(instance);
        for node in [service, on_host] {
            shared[node] = (shared[node].0 + value, shared[node].1 + 1);
        }
    }
    let shared = shared.into_iter().enumerate().map(|(node, (sum, n))| {
        let is_sum = host == HostFeature::Sum && node >= hierarchy.n_types;
        if is_sum { sum } else { sum / f64::from(n.max(1)) }
    });
    shared.chain(instances.iter().copied()).map(|value| value as f32).chain(slices.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: FeatureLayout = FeatureLayout { host: HostFeature::Mean, typed: false, mask: false };

    fn small() -> Hierarchy {
        Hierarchy { n_types: 1, n_hosts: 1, members: vec![(0, 0); 2], n_slices: 2 }
    }

    // MODELS.md F.2.
    #[test]
    fn upper_layers_carry_means() {
        let slices = [0.2, 0.4, 0.6, 1.0];
        let x = features(&small(), &slices, &[false; 2], PLAIN);
        let wanted = [0.55, 0.55, 0.30, 0.80, 0.2, 0.4, 0.6, 1.0];
        assert!(x.iter().zip(wanted).all(|(a, b): (&f32, f32)| (a - b).abs() < 1e-6), "{x:?}");
        let sum = features(&small(), &slices, &[false; 2], FeatureLayout { host: HostFeature::Sum, ..PLAIN });
        assert!((sum[0] - 0.55).abs() < 1e-6 && (sum[1] - 1.1).abs() < 1e-6);
    }

    #[test]
    fn flags_say_the_layer_and_what_is_missing() {
        let layout = FeatureLayout { typed: true, mask: true, ..PLAIN };
        assert_eq!(layout.names("cpu"), ["cpu", "is_type", "is_host", "is_instance", "is_slice", "missing"]);
        let x = features(&small(), &[0.0; 4], &[false, true], layout);
        let flags: Vec<&[f32]> = x.chunks_exact(layout.width()).map(|row| &row[1..]).collect();
        assert_eq!(flags[0], [1.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(flags[1], [0.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!((flags[2], flags[3]), (&[0.0, 0.0, 1.0, 0.0, 0.0][..], &[0.0, 0.0, 1.0, 0.0, 1.0][..]));
        assert_eq!((flags[5], flags[6]), (&[0.0, 0.0, 0.0, 1.0, 0.0][..], &[0.0, 0.0, 0.0, 1.0, 1.0][..]));
    }

    #[test]
    fn scaling_is_per_instance_and_cuts_what_is_far() {
        let fit = |is_scaled| Scaling::fit([vec![1.0, 3.0, f32::NAN], vec![0.0; 2], vec![]].into_iter(), is_scaled);
        let scaled = fit(true);
        assert_eq!(scaled.mean, [2.0, 0.0, 0.0]);
        assert!((scaled.divisor[0] - 1.1001).abs() < 1e-6 && (scaled.divisor[1] - 1e-4).abs() < 1e-9);
        assert!((scaled.apply(0, 3.0) - 1.0 / 1.1001).abs() < 1e-6);
        assert_eq!((scaled.apply(1, 5.0), scaled.apply(0, f32::NAN)), (10.0, 0.0));
        assert_eq!((fit(false).apply(0, f32::NAN), fit(false).apply(1, 5.0)), (2.0, 5.0));
    }
}
