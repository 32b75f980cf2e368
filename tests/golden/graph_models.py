"""Reference values of the published graph networks, by PyTorch in float64.

Writes graph_models.json beside itself: per model its forecast, its mean squared error, and the gradient norm of every
parameter, in the order and under the names that the Rust modules give them.

Parameter number i (from 1) of a model has the values of the weight rule w(i)[k] = 0.5 sin(0.7 (k + 1) + 1.3 i),
row-major, linear weights as [in, out]. Inputs, targets and graphs follow formulas. The networks follow the code of
their authors (STGCN that of its PyTorch port), in their layout [B, channels, ...]; deviations are named where they are.
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


# Graph WaveNet --------------------------------------------------------------------------------------------------------


def walk(adjacency):
    return adjacency / adjacency.sum(2, keepdim=True)


def batch_norm(w, name, x):
    """At evaluation, over channels in dimension 1."""
    width = x.shape[1]
    gamma, beta = w.take(f"{name}.gamma", width), w.take(f"{name}.beta", width)
    mean, variance = w.take(f"{name}.running_mean", width), w.take(f"{name}.running_variance", width)
    return fn.batch_norm(x, mean.detach(), 1 + variance.detach(), gamma, beta)


def gwnet(w, width=6, skip_width=3, end_width=5, blocks=2, layers=2, embedding=6, order=2):
    """Over the whole window, as published; graphs as the paper writes them, rows receiving."""
    x = images().transpose(2, 3)  # [B, F, N, T]
    conv = lambda weights, x: fn.conv2d(x, weights[0].T[:, :, None, None], weights[1])
    x = conv(w.linear("input", F, width), x)
    receiver, sender = w.take("node_receiver", N, embedding), w.take("node_sender", N, embedding)
    learned = torch.softmax(torch.relu(receiver @ sender.T), 1)
    graphs = [walk(given()), walk(given().transpose(1, 2)), learned.expand(B, N, N)]
    skip = 0
    for i in range(blocks * layers):
        def dilated(part):
            weight, bias = w.conv(f"layers.{i}.{part}", width, width, 2)
            return fn.conv2d(x, weight[:, :, None], bias, dilation=(1, 2 ** (i % layers)))
        residual = x
        x = torch.tanh(dilated("filter")) * torch.sigmoid(dilated("gate"))
        s = conv(w.linear(f"layers.{i}.skip", width, skip_width), x)
        skip = s + (skip[..., -s.shape[3]:] if i else 0)
        if i + 1 == blocks * layers:
            break
        out = [x]
        for graph in graphs:
            power = x
            for _ in range(order):
                power = torch.einsum("bvw,bcwt->bcvt", graph, power)
                out.append(power)
        x = conv(w.linear(f"layers.{i}.diffusion.mix", len(out) * width, width), torch.cat(out, 1))
        x = batch_norm(w, f"layers.{i}.diffusion.norm", x + residual[..., -x.shape[3]:])
    x = torch.relu(conv(w.linear("hidden", skip_width, end_width), torch.relu(skip)))
    return conv(w.linear("output", end_width, P), x)[..., -1].transpose(1, 2)


# DCRNN ----------------------------------------------------------------------------------------------------------------


def dcrnn(w, width=4, layers=2, order=2):
    """The paper's recursion: every walk begins with the input."""
    walks = [walk(given()), walk(given().transpose(1, 2))]

    def diffuse(x):
        terms = [x]
        for support in walks:
            before, now = x, support @ x
            terms.append(now)
            for _ in range(2, order + 1):
                before, now = now, 2 * support @ now - before
                terms.append(now)
        return torch.cat(terms, 2)

    def cells(name, d_in):
        terms = 1 + 2 * order
        make = lambda i, d: (w.linear(f"{name}.{i}.gates", terms * (d + width), 2 * width),
                             w.linear(f"{name}.{i}.candidate", terms * (d + width), width))
        return [make(i, width if i else d_in) for i in range(layers)]

    def step(weights, x, states):
        for i, (gates, candidate) in enumerate(weights):
            h = states[i]
            r, u = torch.sigmoid(apply(gates, diffuse(torch.cat([x, h], 2)))).split(width, 2)
            c = torch.tanh(apply(candidate, diffuse(torch.cat([x, r * h], 2))))
            x = states[i] = u * h + (1 - u) * c
        return x

    encoder, decoder = cells("encoder", F), cells("decoder", 1)
    output = w.linear("output", width, 1)
    states = [torch.zeros(B, N, width)] * layers
    for t in range(T):
        step(encoder, fixtures.inputs(B, T, N, F)[:, t], states)
    last, ahead = torch.zeros(B, N, 1), []
    for _ in range(P):
        last = apply(output, step(decoder, last, states))
        ahead.append(last)
    return torch.cat(ahead, 2)


# AGCRN ----------------------------------------------------------------------------------------------------------------


def agcrn(w, width=4, layers=2, embedding=2):
    """With the names of the published code: its z resets, its r keeps."""
    nodes = w.take("node_embedding", N, embedding)
    supports = torch.stack([torch.eye(N), torch.softmax(torch.relu(nodes @ nodes.T), 1)])

    def convolution(name, d_in, d_out):
        weights = torch.einsum("nd,dkio->nkio", nodes, w.take(f"{name}.weight_pool", embedding, 2 * d_in * d_out)
                               .reshape(embedding, 2, d_in, d_out))
        bias = nodes @ w.take(f"{name}.bias_pool", embedding, d_out)
        def forward(x):
            x_g = torch.einsum("knm,bmc->bknc", supports, x).permute(0, 2, 1, 3)
            return torch.einsum("bnki,nkio->bno", x_g, weights) + bias
        return forward

    x = fixtures.inputs(B, T, N, F).unbind(1)
    for i in range(layers):
        d_in = (width if i else F) + width
        gate = convolution(f"layers.{i}.gates", d_in, 2 * width)
        update = convolution(f"layers.{i}.candidate", d_in, width)
        state, states = torch.zeros(B, N, width), []
        for x_t in x:
            z, r = torch.sigmoid(gate(torch.cat([x_t, state], 2))).split(width, 2)
            hc = torch.tanh(update(torch.cat([x_t, z * state], 2)))
            state = r * state + (1 - r) * hc
            states.append(state)
        x = states
    return apply(w.linear("output", width, P), x[-1])


# MTGNN ----------------------------------------------------------------------------------------------------------------


def mtgnn(w, width=8, skip_width=3, end_width=4, layers=2, embedding=3, neighbours=1, depth=2, kept=0.05, alpha=3):
    """At evaluation, without the noise that breaks ties; graphs as the paper writes them, rows receiving."""
    kernels = [2, 3, 6, 7]
    field = 1 + 6 * (2 ** layers - 1)
    window = fn.pad(images().transpose(2, 3), (max(field - T, 0), 0))  # [B, F, N, L]
    point = lambda weights, x: fn.conv2d(x, weights[0].T[:, :, None, None], weights[1])

    def whole(name, x, d_out):
        d_in, length = x.shape[1], x.shape[3]
        weight, bias = w.linear(name, length * d_in, d_out)
        return fn.conv2d(x, weight.reshape(length, d_in, d_out).permute(2, 1, 0)[:, :, None], bias)

    x = point(w.linear("input", F, width), window)
    first, second = w.take("graph.node_first", N, embedding), w.take("graph.node_second", N, embedding)
    first = torch.tanh(alpha * apply(w.linear("graph.first", embedding, embedding), first))
    second = torch.tanh(alpha * apply(w.linear("graph.second", embedding, embedding), second))
    adjacency = torch.relu(torch.tanh(alpha * (first @ second.T - second @ first.T)))
    mask = torch.zeros(N, N).scatter(1, adjacency.topk(neighbours, 1)[1], 1.0)
    adjacency = adjacency * mask
    skip = whole("first_skip", window, skip_width)
    for i in range(layers):
        def inception(part):
            out = []
            for k, kernel in enumerate(kernels):
                weight, bias = w.conv(f"layers.{i}.{part}.convs.{k}", width, width // 4, kernel)
                out.append(fn.conv2d(x, weight[:, :, None], bias, dilation=(1, 2 ** i)))
            return torch.cat([some[..., -out[-1].shape[3]:] for some in out], 1)
        residual = x
        x = torch.tanh(inception("filter")) * torch.sigmoid(inception("gate"))
        skip = skip + whole(f"layers.{i}.skip", x, skip_width)

        def mixprop(name, graph):
            graph = graph + torch.eye(N)
            graph = graph / graph.sum(1, keepdim=True)
            hops = [x]
            for _ in range(depth):
                hops.append(kept * x + (1 - kept) * torch.einsum("vw,bcwt->bcvt", graph, hops[-1]))
            return point(w.linear(name, len(hops) * width, width), torch.cat(hops, 1))
        x = mixprop(f"layers.{i}.along", adjacency) + mixprop(f"layers.{i}.against", adjacency.T)
        x = x + residual[..., -x.shape[3]:]
        length = x.shape[3]
        gain, shift = w.node_norm(f"layers.{i}.norm", length * width)
        weights = [each.reshape(N, length, width).permute(2, 0, 1) for each in (gain, shift)]
        x = fn.layer_norm(x, x.shape[1:], *weights)
    skip = skip + whole("last_skip", x, skip_width)
    x = torch.relu(point(w.linear("hidden", skip_width, end_width), torch.relu(skip)))
    return point(w.linear("output", end_width, P), x)[..., 0].transpose(1, 2)


# TimeGNN --------------------------------------------------------------------------------------------------------------


def timegnn(w, width=8, layers=2, temperature=0.5):
    """At evaluation, where nothing is drawn. The aggregation is that of GraphSAGE, with the drawn edges as weights: the
    published code leaves the weights out, and with them the gradient of the edges."""
    window = fixtures.sequences(B, T, N, F).transpose(1, 2)  # [B·N, F, T]

    def conv(name, x, d_in, kernel, dilation):
        weight, bias = w.conv(name, d_in, width, kernel)
        return fn.conv1d(x, weight, bias, padding="same", dilation=dilation)

    def point(name, x):
        weight, bias = w.linear(name, F, width)
        return fn.conv1d(x, weight.T[:, :, None], bias)

    near = conv("features.near", point("features.near_input", window), width, 3, 3)
    far = conv("features.far", point("features.far_input", window), width, 5, 5)
    x = torch.cat([near, far, point("features.here", window)], 1).transpose(1, 2)
    x = torch.relu(apply(w.linear("features.merge", 3 * width, width), x))

    receiver, bias = w.linear("edges.receiver", width, width)
    sender = w.take("edges.sender.weight", width, width)
    both = torch.cat([x[:, :, None].expand(-1, T, T, width), x[:, None].expand(-1, T, T, width)], 3)
    logits = apply(w.linear("edges.score", width, 2), torch.relu(both @ torch.cat([receiver, sender]) + bias))
    soft = torch.softmax(logits / temperature, 3)
    assert (soft - 0.5).abs().min() > 1e-4, "an edge that f32 may not see"
    hard = fn.one_hot(soft.argmax(3), 2).to(soft) - soft.detach() + soft
    edges = hard[..., 0] * torch.ones(T, T).tril(-1)
    degree = edges.sum(2, keepdim=True)
    mean = edges / torch.where(degree == 0, 1 + degree, degree)

    newest = []
    for i in range(layers):
        received = apply(w.linear(f"layers.{i}.received", width, width), mean @ x)
        x = received + x @ w.take(f"layers.{i}.own.weight", width, width)
        x = batch_norm(w, f"layers.{i}.norm", x.transpose(1, 2)).transpose(1, 2)
        newest.append(x[:, -1])
    x = torch.relu(apply(w.linear("shares", layers, 1), torch.stack(newest, 2))[..., 0])
    x = torch.relu(apply(w.linear("hidden", width, width // 2), x))
    return apply(w.linear("output", width // 2, P), x)


def reference(model):
    weights = Weights()
    forecast = model(weights).reshape(B, N, P)
    mse = (forecast - fixtures.targets(B, N, P)).square().mean()
    mse.backward()
    return {"forecast": forecast.flatten().tolist(), "mse": mse.item(), "gradient_norms": weights.gradient_norms()}


if __name__ == "__main__":
    models = [stgcn, gwnet, dcrnn, agcrn, mtgnn, timegnn]
    found = {model.__name__: reference(model) for model in models}
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(found, indent=1) + "\n")
