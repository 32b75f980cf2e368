"""What the reference scripts share: inputs, targets and weights by formulas that the Rust tests follow too."""

import math

import torch

torch.set_default_dtype(torch.float64)


def inputs(b_n, t_n, n_n, f_n):
    """[B, T, N, F]"""
    return torch.tensor([[[[0.4 + 0.3 * math.sin(2.3 * b + 0.8 * t + 1.7 * i + 0.5 * f) for f in range(f_n)]
                           for i in range(n_n)] for t in range(t_n)] for b in range(b_n)])


def sequences(b_n, t_n, n_n, f_n):
    """[B·N, T, F]"""
    return inputs(b_n, t_n, n_n, f_n).permute(0, 2, 1, 3).reshape(b_n * n_n, t_n, f_n)


def targets(b_n, n_n, p_n):
    """[B, N, P]"""
    return torch.tensor([[[0.5 + 0.4 * math.cos(1.1 * b + 0.9 * i + 0.6 * p) for p in range(p_n)]
                          for i in range(n_n)] for b in range(b_n)])


def apply(weights, x):
    weight, bias = weights
    return x @ weight + bias


class Weights:
    """Hands out the parameters of a model in order: number i (from 1) has the values of the weight rule
    w(i)[k] = 0.5 sin(0.7 (k + 1) + 1.3 i), row-major."""

    def __init__(self):
        self.named = []

    def take(self, name, *shape):
        number = len(self.named) + 1
        values = [0.5 * math.sin(0.7 * (k + 1) + 1.3 * number) for k in range(math.prod(shape))]
        weight = torch.tensor(values).reshape(shape).requires_grad_()
        self.named.append((name, weight))
        return weight

    def linear(self, name, d_in, d_out):
        return self.take(f"{name}.weight", d_in, d_out), self.take(f"{name}.bias", d_out)

    def gradient_norms(self):
        norm = lambda weight: 0.0 if weight.grad is None else weight.grad.norm().item()
        return [[name, norm(weight)] for name, weight in self.named]
