"""Reference values of the published graph networks, by PyTorch in float64.

Writes graph_models.json beside itself: per model its forecast, its mean squared error, and the gradient norm of every
parameter, in the order and under the names that the Rust modules give them.

Parameter number i (from 1) of a model has the values of the weight rule w(i)[k] = 0.5 sin(0.7 (k + 1) + 1.3 i),
row-major, linear weights as [in, out]. Inputs, targets and graphs follow formulas. The networks follow the code of their
authors (STGCN that of its PyTorch port), in their layout [B, channels, ...]; deviations are named where they are.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as fn

import fixtures
from fixtures import apply

B, T, N, F, P = 2, 8, 3, 2, 2


def channel(a, b, c, d):
    """[B, N, N] with a diagonal of 0."""
    weight = lambda w, i, j: 0.0 if i == j else 0.5 + 0.4 * math.sin(a * w + b * i + c * j + d)
    return torch.tensor([[[weight(w, i, j) for j in range(N)] for i in range(N)] for w in range(B)])


def given():
    """Mean of correlation and records."""
    return (channel(1.9, 1.3, 2.1, 0.0) + channel(0.6, 2.2, 0.9, 1.0)) / 2


def images():
    """[B, F, T, N]"""
    return fixtures.inputs(B, T, N, F).permute(0, 3, 1, 2)


class Weights(fixtures.Weights):
    def conv(self, name, d_in, d_out, kernel):
        """Weight and bias of a convolution over time."""
        weight, bias = self.linear(f"{name}.linear", kernel * d_in, d_out)
        return weight.reshape(kernel, d_in, d_out).permute(2, 1, 0), bias

    def node_norm(self, name, width):
        return self.take(f"{name}.node_gain", N, width), self.take(f"{name}.node_shift", N, width)


# STGCN ----------------------------------------------------------------------------------------------------------------


def stgcn(w, width=4, graph_width=3, kernel=2, order=3):
    adjacency = given()
    undirected = (adjacency + adjacency.transpose(1, 2)) / 2
    scale = torch.diag_embed(undirected.sum(2) ** -0.5)
    laplacian = torch.eye(N) - scale @ undirected @ scale
    scaled = 2 * laplacian / 2 - torch.eye(N)

    def align(weights, x, d_out):
        d_in = x.shape[1]
        if weights is not None:
            return fn.conv2d(x, weights[0].T[:, :, None, None], weights[1])
        return torch.cat([x, torch.zeros(B, d_out - d_in, *x.shape[2:])], 1)

    def gated(name, x, d_out, kernel):
        d_in = x.shape[1]
        weight, bias = w.conv(f"{name}.conv", d_in, 2 * d_out, kernel)
        weights = w.linear(f"{name}.align.linear", d_in, d_out) if d_in > d_out else None
        both = fn.conv2d(x, weight[..., None], bias)
        kept = align(weights, x, d_out)[:, :, kernel - 1:]
        return (both[:, :d_out] + kept) * torch.sigmoid(both[:, d_out:])

    def norm(name, x):
        gain, shift = w.node_norm(name, x.shape[1])
        return fn.layer_norm(x.permute(0, 2, 3, 1), gain.shape, gain, shift).permute(0, 3, 1, 2)

    def block(name, x):
        x = gated(f"{name}.first", x, width, kernel)
        x = align(w.linear(f"{name}.align.linear", width, graph_width), x, graph_width)
        weight, bias = w.linear(f"{name}.chebyshev", order * graph_width, graph_width)
        terms = [x, torch.einsum("bhi,bcti->bcth", scaled, x)]
        for _ in range(2, order):
            terms.append(2 * torch.einsum("bhi,bcti->bcth", scaled, terms[-1]) - terms[-2])
        weight = weight.reshape(order, graph_width, graph_width)
        spread = torch.einsum("kbcti,kcj->bjti", torch.stack(terms), weight) + bias[:, None, None]
        x = gated(f"{name}.second", torch.relu(spread + x), width, kernel)
        return norm(f"{name}.norm", x)

    x = block("blocks.1", block("blocks.0", images()))
    x = norm("norm", gated("last", x, 2 * width, x.shape[2]))[:, :, 0].transpose(1, 2)
    x = torch.relu(apply(w.linear("hidden", 2 * width, 2 * width), x))
    return apply(w.linear("output", 2 * width, P), x)


def reference(model):
    weights = Weights()
    forecast = model(weights).reshape(B, N, P)
    mse = (forecast - fixtures.targets(B, N, P)).square().mean()
    mse.backward()
    return {"forecast": forecast.flatten().tolist(), "mse": mse.item(), "gradient_norms": weights.gradient_norms()}


if __name__ == "__main__":
    models = [stgcn]
    found = {model.__name__: reference(model) for model in models}
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(found, indent=1) + "\n")
