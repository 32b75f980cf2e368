//! Parameters as flat host arrays, in the order in which a module lists its fields.
//!
//! The optimiser, checkpoints, digests and golden tests all work on this one form, so they do not depend on the
//! tensor library, and a checkpoint is exact.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Gradients, Tensor, TensorData};

use crate::stream::StreamRng;

/// All parameters of a module.
pub fn flatten<M: Module>(module: &M) -> Vec<f32> {
    struct Flatten(Vec<f32>);
    impl ModuleVisitor for Flatten {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.extend(values(param.val().detach()));
        }
    }
    let mut visitor = Flatten(Vec::new());
    module.visit(&mut visitor);
    visitor.0
}

/// Name, shape and values of all parameters, in the order of [`flatten`]; names are paths as of [`named_gradients`].
pub fn named_weights<M: Module>(module: &M) -> Vec<(String, Vec<usize>, Vec<f32>)> {
    #[derive(Default)]
    struct Collect {
        path: Vec<String>,
        out: Vec<(String, Vec<usize>, Vec<f32>)>,
    }
    impl ModuleVisitor for Collect {
        fn enter_module(&mut self, name: &str, _container: &str) {
            self.path.push(name.to_owned());
        }
        fn exit_module(&mut self, _name: &str, _container: &str) {
            self.path.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val().detach();
            self.out.push((self.path.join("."), tensor.dims().to_vec(), values(tensor)));
        }
    }
    let mut visitor = Collect::default();
    module.visit(&mut visitor);
    visitor.out
}

/// The module with its parameters replaced, in the order of [`flatten`].
///
/// # Panics
/// If `weights` is shorter than the module.
pub fn load<M: Module>(module: M, weights: &[f32]) -> M {
    struct Load<'a>(&'a [f32]);
    impl ModuleMapper for Load<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|tensor| {
                let shape = tensor.dims();
                let (mine, rest) = self.0.split_at(shape.iter().product());
                self.0 = rest;
                let device = tensor.device();
                let tracked = tensor.is_require_grad();
                Tensor::from_data(TensorData::new(mine.to_vec(), shape), &device).set_require_grad(tracked)
            })
        }
    }
    module.map(&mut Load(weights))
}

/// Copies what a forward pass moves and no optimiser may (running statistics) from a module on a device with gradients
/// into weights in the order of [`flatten`].
///
/// # Panics
/// If `weights` is shorter than the module.
pub fn keep_state<M: Module>(module: &M, weights: &mut [f32]) {
    struct Keep<'a> {
        weights: &'a mut [f32],
        at: usize,
    }
    impl ModuleVisitor for Keep<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            let n: usize = tensor.dims().iter().product();
            if !tensor.is_require_grad() {
                self.weights[self.at..self.at + n].copy_from_slice(&values(tensor));
            }
            self.at += n;
        }
    }
    module.visit(&mut Keep { weights, at: 0 });
}

/// Number of parameters that are learned, on a device with gradients: all of [`flatten`] but running statistics.
pub fn count_learned<M: Module>(module: &M) -> usize {
    struct Count(usize);
    impl ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            if tensor.is_require_grad() {
                self.0 += tensor.dims().iter().product::<usize>();
            }
        }
    }
    let mut visitor = Count(0);
    module.visit(&mut visitor);
    visitor.0
}

/// Gradients of all parameters, in the order of [`flatten`]; 0 where a parameter got none.
pub fn gradients<M: Module>(module: &M, grads: &Gradients) -> Vec<f32> {
    named_gradients(module, grads).into_iter().flat_map(|(_, gradient)| gradient).collect()
}

/// The same, by the path of the parameter (`layers.0.linear.weight`).
pub fn named_gradients<M: Module>(module: &M, grads: &Gradients) -> Vec<(String, Vec<f32>)> {
    struct Collect<'a> {
        grads: &'a Gradients,
        path: Vec<String>,
        out: Vec<(String, Vec<f32>)>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn enter_module(&mut self, name: &str, _container: &str) {
            self.path.push(name.to_owned());
        }
        fn exit_module(&mut self, _name: &str, _container: &str) {
            self.path.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            let n = tensor.dims().iter().product();
            let gradient = tensor.grad(self.grads).map_or_else(|| vec![0.0; n], values);
            self.out.push((self.path.join("."), gradient));
        }
    }
    let mut visitor = Collect { grads, path: Vec::new(), out: Vec::new() };
    module.visit(&mut visitor);
    visitor.out
}

/// Sum of squares in `f64`, in order.
pub fn sum_of_squares(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value).powi(2)).sum()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().expect("parameters are f32")
}

/// A parameter drawn from U(-bound, bound).
pub(super) fn uniform<const D: usize>(
    shape: [usize; D],
    bound: f32,
    rng: &mut StreamRng,
    device: &Device,
) -> Param<Tensor<D>> {
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| rng.uniform(-bound, bound)).collect();
    Param::from_data(TensorData::new(values, shape), device)
}

/// A parameter drawn from the standard normal distribution.
pub(super) fn normal<const D: usize>(shape: [usize; D], rng: &mut StreamRng, device: &Device) -> Param<Tensor<D>> {
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| rng.normal()).collect();
    Param::from_data(TensorData::new(values, shape), device)
}

/// A parameter with one value everywhere.
pub(super) fn constant<const D: usize>(shape: [usize; D], value: f32, device: &Device) -> Param<Tensor<D>> {
    Param::from_data(TensorData::new(vec![value; shape.iter().product()], shape), device)
}

/// A linear layer drawn from U(±1/√fan), weight first; `fan` is its input width except inside recurrent cells.
pub(super) fn linear(sizes: [usize; 2], fan: usize, bias: bool, rng: &mut StreamRng, device: &Device) -> Linear {
    let bound = 1.0 / (fan as f32).sqrt();
    let weight = uniform(sizes, bound, rng, device);
    let bias = bias.then(|| uniform([sizes[1]], bound, rng, device));
    Linear { weight, bias }
}

/// Dropout whose masks come from a named stream, so that they are the same for every tensor library.
#[derive(Debug)]
pub struct Dropout<'a> {
    /// The stream of masks; `None` switches dropout off, as at evaluation.
    pub rng: Option<&'a mut StreamRng>,
}

impl Dropout<'_> {
    /// Whether weights are being learned, as opposed to used.
    pub fn is_training(&self) -> bool {
        self.rng.is_some()
    }

    /// Zeroes each entry with this probability and scales the others by `1 / (1 - probability)`.
    pub fn apply<const D: usize>(&mut self, tensor: Tensor<D>, probability: f64) -> Tensor<D> {
        let Some(rng) = self.rng.as_mut().filter(|_| probability > 0.0) else { return tensor };
        let scale = (1.0 / (1.0 - probability)) as f32;
        let shape = tensor.dims();
        let mask: Vec<f32> = (0..shape.iter().product())
            .map(|_| if f64::from(rng.unit()) < probability { 0.0 } else { scale })
            .collect();
        let device = tensor.device();
        tensor * Tensor::from_data(TensorData::new(mask, shape), &device)
    }

    /// The same with 16 random bits per entry, so that the probability is a multiple of 2⁻¹⁶: for masks of millions of
    /// entries.
    pub fn apply_coarse<const D: usize>(&mut self, tensor: Tensor<D>, probability: f64) -> Tensor<D> {
        let Some(rng) = self.rng.as_mut().filter(|_| probability > 0.0) else { return tensor };
        let scale = (1.0 / (1.0 - probability)) as f32;
        // Below 65,536, because probabilities are below 1.
        let dropped = (probability * 65_536.0) as u16;
        let shape = tensor.dims();
        let mut mask = vec![0.0_f32; shape.iter().product()];
        for cells in mask.chunks_mut(4) {
            let keep = rng.lanes().map(|lane| f32::from(u8::from(lane >= dropped)) * scale);
            cells.iter_mut().zip(keep).for_each(|(cell, keep)| *cell = keep);
        }
        let device = tensor.device();
        tensor * Tensor::from_data(TensorData::new(mask, shape), &device)
    }
}
