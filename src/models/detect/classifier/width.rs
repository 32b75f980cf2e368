//! How wide two separate branches must be to weigh as much as one integrated network (MODELS.md B.10).

use super::super::encoder::Encoder;
use crate::config::NetworkConfig;

/// Parameters of the convolutions `F0 → H → H → H`.
fn convolutions(features: usize, hidden: usize) -> usize {
    (features + 1) * hidden + 2 * (hidden + 1) * hidden
}

/// Parameters of an LSTM with two bias vectors.
fn lstm(input: usize, units: usize) -> usize {
    4 * units * (input + units + 2)
}

/// Parameters of the head.
fn head(input: usize, units: usize) -> usize {
    (input + 1) * units + units + 1
}

fn integrated(network: &NetworkConfig, features: usize) -> usize {
    let pooled = Encoder::pooled_width(network.pooling, network.hidden);
    convolutions(features, network.hidden) + lstm(pooled, network.units) + head(network.units, network.units)
}

fn parallel(network: &NetworkConfig, [features, instances]: [usize; 2], hidden: usize) -> usize {
    let pooled = Encoder::pooled_width(network.pooling, hidden);
    convolutions(features, hidden) + lstm(instances, network.units) + head(pooled + network.units, network.units)
}

/// The width of the spatial branch whose network is nearest in size to the integrated one; at least 1.
pub(super) fn matched(network: &NetworkConfig, features: usize, instances: usize) -> usize {
    let wanted = integrated(network, features);
    let count = |hidden| parallel(network, [features, instances], hidden);
    let mut above = 1;
    while count(above) < wanted {
        above += 1;
    }
    let below = (above - 1).max(1);
    if wanted.abs_diff(count(below)) <= wanted.abs_diff(count(above)) { below } else { above }
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md B.5.
    #[test]
    fn the_integrated_network_has_the_published_sizes() {
        let of = |hidden, units| integrated(&NetworkConfig { hidden, units, ..NetworkConfig::default() }, 1);
        assert_eq!([of(128, 32), of(64, 32), of(32, 16)], [71_489, 30_273, 7_713]);
    }

    #[test]
    fn two_branches_weigh_the_same_within_a_twentieth() {
        for (hidden, units) in [(128, 32), (96, 32), (64, 32), (32, 32), (128, 16), (128, 64), (32, 16)] {
            let network = NetworkConfig { hidden, units, ..NetworkConfig::default() };
            let wanted = integrated(&network, 1) as f64;
            let found = parallel(&network, [1, 48], matched(&network, 1, 48)) as f64;
            assert!((found / wanted - 1.0).abs() < 0.05, "{hidden} and {units}: {found} against {wanted}");
        }
    }
}
