//! ProbSparse attention: real attention for the queries that differ most from a mean (Zhou et al. 2021;
//! MODELS.md A.9).

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use crate::models::encoder::{Attention, scores};
use crate::stream::StreamRng;

/// `min(L, c ⌈ln L⌉)`, and 1 for a single token: both how many queries get real attention and how many keys each is
/// measured on.
pub fn kept_queries(factor: usize, len: usize) -> usize {
    let logarithm = (len as f64).ln().ceil() as usize;
    (factor * logarithm).clamp(1, len.max(1))
}

/// What a call of ProbSparse attention over `L` tokens is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledKeys {
    /// `u`: queries with real attention.
    pub kept: usize,
    /// Keys that each query is measured on, `[L, U]`, with repetitions; empty where all queries are kept.
    pub keys: Vec<usize>,
}

impl SampledKeys {
    /// Keys drawn with replacement, for all sequences and heads of a call alike.
    pub fn draw(factor: usize, len: usize, rng: &mut StreamRng) -> Self {
        let kept = kept_queries(factor, len);
        let n = if kept < len { len * kept } else { 0 };
        Self { kept, keys: (0..n).map(|_| rng.below(len)).collect() }
    }
}

/// Which tokens a query may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// All of them; the queries left out get the mean of the values.
    All,
    /// Itself and what comes before; the queries left out get the sum of the values so far. What the heads found is
    /// laid out as the original does in its decoder: head by head, then cut into tokens (`mix`).
    Past,
}

/// ProbSparse self-attention, `[R, L, d]` to `[R, L, d]`.
///
/// The scores are computed for all queries and the kept ones picked by a mask: at these lengths a gather costs more
/// than it saves, and the result is the same (MODELS.md D.1).
pub(super) fn attend(attention: &Attention, tokens: Tensor<3>, sampled: &SampledKeys, sight: Sight) -> Tensor<3> {
    let [queries, keys, values] = attention.project(tokens.clone(), tokens.clone(), tokens); // [R, K, L, d/K]
    let [rows, heads, len, per_head] = values.dims();
    let scores = scores(queries, keys); // [R, K, L, L]
    let chosen = (sampled.kept < len).then(|| choose(&scores, sampled));
    let scores = match sight {
        Sight::All => scores,
        Sight::Past => scores + past_only(len, &values.device()),
    };
    let real = softmax(scores, 3).matmul(values.clone());
    let found = match chosen {
        None => real,
        Some(chosen) => {
            let rest = match sight {
                Sight::All => values.mean_dim(2),
                Sight::Past => values.cumsum(2),
            };
            real * chosen.clone() + rest * (chosen.neg().add_scalar(1.0))
        }
    };
    attention.merge(match sight {
        Sight::All => found,
        Sight::Past => found.reshape([rows, len, heads, per_head]).swap_dims(1, 2),
    })
}

/// 1 for the kept queries of scores `[R, K, L, L]`, else 0, `[R, K, L, 1]`.
fn choose(scores: &Tensor<4>, sampled: &SampledKeys) -> Tensor<4> {
    let [rows, heads, len, _] = scores.dims();
    let host = scores.clone().detach().into_data().try_to_vec::<f32>().expect("scores are f32");
    let chosen = host.chunks_exact(len * len).flat_map(|one| keep_largest(&measures(one, &sampled.keys), sampled.kept));
    let chosen: Vec<f32> = chosen.collect();
    Tensor::from_data(TensorData::new(chosen, [rows, heads, len, 1]), &scores.device())
}

/// `max_j s_j - Σ_j s_j / L` over the sampled keys of each query; divided by `L`, as in the original, not by the number
/// sampled. A common positive factor of the scores does not change the order.
fn measures(scores: &[f32], keys: &[usize]) -> Vec<f32> {
    let len = scores.len().isqrt();
    let measure = |(row, keys): (&[f32], &[usize])| {
        let sampled = || keys.iter().map(|&key| row[key]);
        sampled().fold(f32::NEG_INFINITY, f32::max) - sampled().sum::<f32>() / len as f32
    };
    scores.chunks_exact(len).zip(keys.chunks_exact(keys.len() / len)).map(measure).collect()
}

/// 1 for the `kept` largest, else 0; ties go to the earlier query.
fn keep_largest(measures: &[f32], kept: usize) -> Vec<f32> {
    let mut order: Vec<usize> = (0..measures.len()).collect();
    order.sort_unstable_by(|&a, &b| measures[b].total_cmp(&measures[a]).then(a.cmp(&b)));
    let mut chosen = vec![0.0; measures.len()];
    order.iter().take(kept).for_each(|&query| chosen[query] = 1.0);
    chosen
}

/// 0 at and before the query, -1e9 behind it, `[1, 1, L, L]`.
fn past_only(len: usize, device: &Device) -> Tensor<4> {
    let cells = (0..len).flat_map(|query| (0..len).map(move |key| if key > query { -1e9_f32 } else { 0.0 }));
    Tensor::from_data(TensorData::new(cells.collect(), [1, 1, len, len]), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::device;
    use crate::stream::Stream;

    #[test]
    fn kept_queries_are_those_of_the_specification() {
        let kept = |factor, lens: &[usize]| -> Vec<usize> { lens.iter().map(|&n| kept_queries(factor, n)).collect() };
        assert_eq!(kept(1, &[12, 24]), [3, 4]);
        assert_eq!(kept(2, &[12, 24, 48]), [6, 8, 8]);
        assert_eq!(kept(5, &[12, 15, 24, 48, 96]), [12, 15, 20, 20, 25]);
        assert_eq!(kept(2, &[1, 2, 3]), [1, 2, 3]);
    }

    #[test]
    fn the_measure_is_that_of_the_specification() {
        // Q = [1, 2], K = [1, 3, -1]; the third query is a copy of the first, to make the scores square.
        let scores = [1.0, 3.0, -1.0, 2.0, 6.0, -2.0, 1.0, 3.0, -1.0];
        assert_eq!(measures(&scores, &[0, 1, 2, 0, 1, 2, 0, 1, 2]), [2.0, 4.0, 2.0]);
        // Drawn twice counts twice, and the divisor stays the number of keys.
        assert_eq!(measures(&scores, &[1, 1, 0, 0, 2, 2])[0], 3.0 - 6.0 / 3.0);
    }

    #[test]
    fn ties_go_to_the_earlier_query() {
        assert_eq!(keep_largest(&[1.0, 2.0, 2.0, 2.0], 2), [0.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn sampled_keys_lie_in_the_sequence_and_are_not_drawn_in_vain() {
        let rng = &mut Stream::Sample.rng(0, "test");
        let sampled = SampledKeys::draw(2, 24, rng);
        assert_eq!((sampled.kept, sampled.keys.len()), (8, 24 * 8));
        assert!(sampled.keys.iter().all(|&key| key < 24));
        assert_eq!(SampledKeys::draw(5, 12, rng), SampledKeys { kept: 12, keys: Vec::new() });
    }

    fn setting(device: &Device) -> (Attention, Tensor<3>) {
        let rng = &mut Stream::Init.rng(1, "informer");
        let attention = Attention::init(4, 2, rng, device);
        let values: Vec<f32> = (0..2 * 5 * 4).map(|_| rng.uniform(-1.0, 1.0)).collect();
        (attention, Tensor::from_data(TensorData::new(values, [2, 5, 4]), device))
    }

    fn host(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().expect("f32")
    }

    #[test]
    fn with_all_queries_it_is_plain_attention() {
        let (attention, tokens) = setting(&device(Backend::Flex));
        let full = SampledKeys { kept: 5, keys: Vec::new() };
        let sparse = host(attend(&attention, tokens.clone(), &full, Sight::All));
        let plain = host(attention.forward(tokens.clone(), tokens.clone(), tokens, None));
        sparse.iter().zip(plain).for_each(|(a, b)| assert!((a - b).abs() < 1e-6));
    }

    #[test]
    fn queries_left_out_get_the_mean_of_the_values() {
        let (attention, tokens) = setting(&device(Backend::Flex));
        let keys = (0..10).map(|idx| idx % 5).collect();
        let found = host(attend(&attention, tokens, &SampledKeys { kept: 0, keys }, Sight::All));
        for row in found.chunks_exact(4 * 5) {
            row.chunks_exact(4).for_each(|token| assert_eq!(token, &row[..4]));
        }
    }
}
