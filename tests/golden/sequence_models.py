"""Reference values of the networks that read each node by itself, by PyTorch in float64.

Writes sequence_models.json beside itself: per model its forecast, its mean squared error, and the gradient norm of every
parameter, in the order and under the names that the Rust modules give them.

Parameter number i (from 1) of a model has the values of the weight rule w(i)[k] = 0.5 sin(0.7 (k + 1) + 1.3 i),
row-major, linear weights as [in, out]. Inputs and targets follow the formulas below.
"""

import json
import math
import pathlib

import torch
from torch import nn
from torch.func import functional_call

import fixtures
from fixtures import apply

B, T, N, F, P = 2, 5, 3, 2, 2
TARGET_FEATURE = 1
WIDTH, LAYERS, HEADS, FEED_FORWARD, KERNEL, SECOND_WIDTH = 4, 2, 2, 6, 3, 3


def sequences():
    """[B·N, T, F]"""
    return fixtures.sequences(B, T, N, F)


def lags():
    """[B·N, T] of the target."""
    return sequences()[:, :, TARGET_FEATURE]


class Weights(fixtures.Weights):
    def gates(self, name, gates, d_input, d_hidden):
        """Input weight and bias, hidden weight and bias of each gate."""
        return {gate: self.linear(f"{name}.{gate}.input_transform", d_input, d_hidden)
                + self.linear(f"{name}.{gate}.hidden_transform", d_hidden, d_hidden) for gate in gates}


def stacked(gates, order):
    """PyTorch's weight_ih, weight_hh, bias_ih, bias_hh from single gates."""
    return [torch.cat([gates[gate][part].T if part in (0, 2) else gates[gate][part] for gate in order])
            for part in (0, 2, 1, 3)]


def recurrent(module, layers):
    """Runs a torch recurrent module with these weights; `layers` are lists [ih, hh, bias ih, bias hh] by suffix."""
    names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    state = {f"{name}_{suffix}": value for suffix, parts in layers for name, value in zip(names, parts)}
    return functional_call(module, state, (sequences(),))[0]


GRU_FIELDS, GRU_ORDER = ["update_gate", "reset_gate", "new_gate"], ["reset_gate", "update_gate", "new_gate"]
LSTM_FIELDS = ["input_gate", "forget_gate", "output_gate", "cell_gate"]
LSTM_ORDER = ["input_gate", "forget_gate", "cell_gate", "output_gate"]


def gru(w):
    layers = [(f"l{layer}", stacked(w.gates(f"gru.{layer}", GRU_FIELDS, WIDTH if layer else F, WIDTH), GRU_ORDER))
              for layer in range(LAYERS)]
    states = recurrent(nn.GRU(F, WIDTH, LAYERS, batch_first=True), layers)
    return apply(w.linear("output", WIDTH, P), states[:, -1])


def lstm(w):
    layers = [(f"l{layer}", stacked(w.gates(f"lstm.{layer}", LSTM_FIELDS, WIDTH if layer else F, WIDTH), LSTM_ORDER))
              for layer in range(LAYERS)]
    states = recurrent(nn.LSTM(F, WIDTH, LAYERS, batch_first=True), layers)
    return apply(w.linear("output", WIDTH, P), states[:, -1])


def bilstm(w):
    layers = []
    for layer in range(LAYERS):
        d_input = 2 * WIDTH if layer else F
        for way, suffix in [("ahead", f"l{layer}"), ("back", f"l{layer}_reverse")]:
            gates = w.gates(f"layers.{layer}.{way}", LSTM_FIELDS, d_input, WIDTH)
            layers.append((suffix, stacked(gates, LSTM_ORDER)))
    states = recurrent(nn.LSTM(F, WIDTH, LAYERS, batch_first=True, bidirectional=True), layers)
    ends = torch.cat([states[:, -1, :WIDTH], states[:, 0, WIDTH:]], 1)
    return apply(w.linear("output", 2 * WIDTH, P), ends)


def mlp(w):
    first, second = w.linear("first", T * F, WIDTH), w.linear("second", WIDTH, SECOND_WIDTH)
    hidden = torch.relu(apply(second, torch.relu(apply(first, sequences().flatten(1)))))
    return apply(w.linear("output", SECOND_WIDTH, P), hidden)


def nlinear(w):
    """The change from the last value; the published model adds the last value back."""
    return apply(w.linear("output", T, P), lags() - lags()[:, -1:])


def dlinear(w):
    remainder, trend = w.linear("remainder", T, P), w.linear("trend", T, P)
    padded = nn.functional.pad(lags()[:, None], (KERNEL // 2, KERNEL // 2), mode="replicate")
    average = nn.functional.avg_pool1d(padded, KERNEL, stride=1)[:, 0]
    return apply(remainder, lags() - average) + apply(trend, average)


def encoder_state(w, name):
    """Weights of an nn.TransformerEncoderLayer."""
    query, key, value, output = (w.linear(f"{name}.attention.{part}", WIDTH, WIDTH)
                                 for part in ["query", "key", "value", "output"])
    norm_1 = w.take(f"{name}.attention_norm.gamma", WIDTH), w.take(f"{name}.attention_norm.beta", WIDTH)
    inner = w.linear(f"{name}.feed_forward.inner", WIDTH, FEED_FORWARD)
    outer = w.linear(f"{name}.feed_forward.outer", FEED_FORWARD, WIDTH)
    norm_2 = w.take(f"{name}.feed_forward_norm.gamma", WIDTH), w.take(f"{name}.feed_forward_norm.beta", WIDTH)
    return {
        "self_attn.in_proj_weight": torch.cat([query[0].T, key[0].T, value[0].T]),
        "self_attn.in_proj_bias": torch.cat([query[1], key[1], value[1]]),
        "self_attn.out_proj.weight": output[0].T, "self_attn.out_proj.bias": output[1],
        "norm1.weight": norm_1[0], "norm1.bias": norm_1[1],
        "linear1.weight": inner[0].T, "linear1.bias": inner[1],
        "linear2.weight": outer[0].T, "linear2.bias": outer[1],
        "norm2.weight": norm_2[0], "norm2.bias": norm_2[1],
    }


def positions():
    """[T, d] of Vaswani et al., section 3.5."""
    even = torch.arange(0, WIDTH, 2)
    angle = torch.arange(T)[:, None] / 10_000 ** (even / WIDTH)
    return torch.stack([angle.sin(), angle.cos()], 2).reshape(T, WIDTH)


def transformer(w):
    tokens = apply(w.linear("input", F, WIDTH), sequences()) + positions()
    module = nn.TransformerEncoderLayer(WIDTH, HEADS, FEED_FORWARD, dropout=0.0, activation="relu", batch_first=True)
    for layer in range(LAYERS):
        tokens = functional_call(module, encoder_state(w, f"layers.{layer}"), (tokens,))
    return apply(w.linear("output", WIDTH, P), tokens[:, -1])


def reference(model):
    weights = Weights()
    forecast = model(weights).reshape(B, N, P)
    mse = ((forecast - fixtures.targets(B, N, P)) ** 2).mean()
    mse.backward()
    return {"forecast": forecast.flatten().tolist(), "mse": mse.item(), "gradient_norms": weights.gradient_norms()}


if __name__ == "__main__":
    models = [mlp, nlinear, dlinear, gru, lstm, bilstm, transformer]
    found = {model.__name__: reference(model) for model in models}
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(found, indent=1) + "\n")
