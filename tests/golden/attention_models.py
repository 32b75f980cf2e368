"""Reference values of Informer and of the BERT-style encoder, by PyTorch in float64.

Writes attention_models.json beside itself: forecast, mean squared error (for pre-training its loss), and the gradient
norm of every parameter, in the order and under the names that the Rust modules give them.

Parameter number i (from 1) of a model has the values of the weight rule w(i)[k] = 0.5 sin(0.7 (k + 1) + 1.3 i),
row-major, linear weights as [in, out]; running variances are 1 + w. Inputs and targets follow the formulas below.
ProbSparse attention follows the code of the authors of Informer, with given keys in place of drawn ones.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as fn

import fixtures
from fixtures import apply

B, T, N, F, P = 2, 8, 3, 2, 2
WIDTH, HEADS, LAYERS, FEED_FORWARD, FACTOR, PATCH = 4, 2, 2, 6, 1, 2
LABEL = T // 2
ROWS = B * N


def sequences():
    """[B·N, T, F]"""
    return fixtures.sequences(B, T, N, F)


def positions(length):
    """[1, length, d]"""
    def value(step, column):
        angle = step / 10_000 ** ((column - column % 2) / WIDTH)
        return math.cos(angle) if column % 2 else math.sin(angle)
    return torch.tensor([[[value(step, column) for column in range(WIDTH)] for step in range(length)]])


class Weights(fixtures.Weights):
    def attention(self, name):
        return [self.linear(f"{name}.{part}", WIDTH, WIDTH) for part in ("query", "key", "value", "output")]

    def norm(self, name):
        return self.take(f"{name}.gamma", WIDTH), self.take(f"{name}.beta", WIDTH)

    def feed_forward(self, name):
        return self.linear(f"{name}.inner", WIDTH, FEED_FORWARD), self.linear(f"{name}.outer", FEED_FORWARD, WIDTH)

    def forget(self):
        for _, weight in self.named:
            weight.grad = None


def layer_norm(norm, x):
    return fn.layer_norm(x, (WIDTH,), *norm)


def feed(layers, x):
    inner, outer = layers
    return apply(outer, fn.gelu(apply(inner, x)))


def heads(x):
    """[R, L, d] to [R, K, L, d/K]"""
    return x.reshape(ROWS, -1, HEADS, WIDTH // HEADS).transpose(1, 2)


def full_attention(layer, asking, tokens):
    query, key, value, output = layer
    q, k, v = heads(apply(query, asking)), heads(apply(key, tokens)), heads(apply(value, tokens))
    found = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(WIDTH // HEADS), -1) @ v
    return apply(output, found.transpose(1, 2).reshape(ROWS, -1, WIDTH))


# Informer -------------------------------------------------------------------------------------------------------------


def sampled_keys(length, per_query):
    return torch.tensor([[(3 * q + 5 * s + 1) % length for s in range(per_query)] for q in range(length)])


def prob_attention(layer, tokens, masked):
    """The authors' ProbAttention and AttentionLayer, self-attention; `mix` where masked."""
    query, key, value, output = layer
    q, k, v = (heads(apply(part, tokens)) for part in (query, key, value))
    length = tokens.shape[1]
    u = min(FACTOR * math.ceil(math.log(length)), length)
    index_sample = sampled_keys(length, u)
    k_expand = k.unsqueeze(-3).expand(ROWS, HEADS, length, length, WIDTH // HEADS)
    k_sample = k_expand[:, :, torch.arange(length).unsqueeze(1), index_sample, :]
    qk_sample = (q.unsqueeze(-2) @ k_sample.transpose(-2, -1)).squeeze(-2)
    measure = qk_sample.max(-1)[0] - qk_sample.sum(-1) / length
    ordered = measure.detach().sort(-1, descending=True)[0]
    assert u == length or (ordered[..., u - 1] - ordered[..., u]).min() > 5e-5, "a tie that f32 may break"
    index = measure.topk(u, sorted=False)[1]
    rows, columns = torch.arange(ROWS)[:, None, None], torch.arange(HEADS)[None, :, None]
    scores = q[rows, columns, index, :] @ k.transpose(-2, -1) / math.sqrt(WIDTH // HEADS)
    if masked:
        context = v.cumsum(-2)
        behind = torch.ones(length, length, dtype=torch.bool).triu(1)[index]
        scores = scores.masked_fill(behind, -math.inf)
    else:
        context = v.mean(-2, keepdim=True).expand(v.shape).clone()
    found = context.index_put((rows, columns, index), torch.softmax(scores, -1) @ v)
    found = found.transpose(1, 2).contiguous()  # [R, L, K, d/K]
    if masked:
        found = found.transpose(2, 1).contiguous()
    return apply(output, found.view(ROWS, length, WIDTH))


def circular_conv(layer, x):
    weight, bias = layer
    kernel = weight.reshape(3, -1, WIDTH).permute(2, 1, 0)
    padded = fn.pad(x.transpose(1, 2), (1, 1), mode="circular")
    return fn.conv1d(padded, kernel, bias).transpose(1, 2)


class Informer:
    def __init__(self):
        w = self.weights = Weights()
        self.encoder_input = w.linear("encoder_input.linear", 3 * F, WIDTH)
        self.encoder = [self.encoder_layer(w, f"encoder.{i}") for i in range(LAYERS)]
        self.conv = w.linear("distil.0.conv.linear", 3 * WIDTH, WIDTH)
        self.batch_norm = w.norm("distil.0.norm")
        self.running_mean = w.take("distil.0.norm.running_mean", WIDTH).detach()
        self.running_variance = 1 + w.take("distil.0.norm.running_variance", WIDTH).detach()
        self.encoder_norm = w.norm("encoder_norm")
        self.decoder_input = w.linear("decoder_input.linear", 3 * F, WIDTH)
        self.self_attention = w.attention("decoder.attention")
        self.self_norm = w.norm("decoder.attention_norm.norm")
        self.cross = w.attention("decoder.cross")
        self.cross_norm = w.norm("decoder.cross_norm.norm")
        self.feed = w.feed_forward("decoder.feed_forward")
        self.feed_norm = w.norm("decoder.feed_forward_norm.norm")
        self.decoder_norm = w.norm("decoder_norm")
        self.output = w.linear("output", WIDTH, 1)

    @staticmethod
    def encoder_layer(w, name):
        return (w.attention(f"{name}.attention"), w.norm(f"{name}.attention_norm.norm"),
                w.feed_forward(f"{name}.feed_forward"), w.norm(f"{name}.feed_forward_norm.norm"))

    def distil(self, x, training):
        x = circular_conv(self.conv, x).transpose(1, 2)
        x = fn.batch_norm(x, self.running_mean, self.running_variance, *self.batch_norm, training=training)
        return fn.max_pool1d(fn.elu(x), 3, 2, 1).transpose(1, 2)

    def forward(self, training):
        series = sequences()
        x = circular_conv(self.encoder_input, series) + positions(T)
        for i, (attention, norm, feed_forward, feed_norm) in enumerate(self.encoder):
            x = layer_norm(norm, x + prob_attention(attention, x, False))
            x = layer_norm(feed_norm, x + feed(feed_forward, x))
            if i + 1 < LAYERS:
                x = self.distil(x, training)
        encoded = layer_norm(self.encoder_norm, x)
        start = torch.cat([series[:, -LABEL:], torch.zeros(ROWS, P, F)], 1)
        x = circular_conv(self.decoder_input, start) + positions(LABEL + P)
        x = layer_norm(self.self_norm, x + prob_attention(self.self_attention, x, True))
        x = layer_norm(self.cross_norm, x + full_attention(self.cross, x, encoded))
        x = layer_norm(self.feed_norm, x + feed(self.feed, x))
        return apply(self.output, layer_norm(self.decoder_norm, x))[:, -P:].reshape(B, N, P)


# BERT -----------------------------------------------------------------------------------------------------------------

N_PATCHES = T // PATCH


def fates():
    """Per patch: what stands in its place (None is [MASK]), and whether it is asked for."""
    out = []
    for k in range(ROWS * N_PATCHES):
        source = {0: None, 3: (5 * k + 2) % (ROWS * N_PATCHES)}.get(k % 7, k)
        out.append((source, k % 7 in (0, 3, 5)))
    return out


class Bert:
    def __init__(self):
        w = self.weights = Weights()
        self.input = w.linear("input", PATCH * F, WIDTH)
        self.cls = w.take("class", WIDTH)
        self.mask = w.take("mask", WIDTH)
        self.layers = [(w.attention(f"layers.{i}.attention"), w.norm(f"layers.{i}.attention_norm"),
                        w.feed_forward(f"layers.{i}.feed_forward"), w.norm(f"layers.{i}.feed_forward_norm"))
                       for i in range(LAYERS)]
        self.output = w.linear("output", 2 * WIDTH, P)
        self.reconstruction = w.linear("reconstruction", WIDTH, PATCH * F)

    @staticmethod
    def patches():
        return sequences().reshape(ROWS, N_PATCHES, PATCH * F)

    def encode(self, embedded):
        x = torch.cat([self.cls.expand(ROWS, 1, WIDTH), embedded], 1) + positions(N_PATCHES + 1)
        for attention, norm, feed_forward, feed_norm in self.layers:
            x = layer_norm(norm, x + full_attention(attention, x, x))
            x = layer_norm(feed_norm, x + feed(feed_forward, x))
        return x

    def forward(self):
        x = self.encode(apply(self.input, self.patches()))
        return apply(self.output, torch.cat([x[:, 0], x[:, 1:].mean(1)], 1)).reshape(B, N, P)

    def pretrain(self):
        patches = self.patches().reshape(ROWS * N_PATCHES, PATCH * F)
        embed = lambda source: self.mask if source is None else apply(self.input, patches[source])
        embedded = torch.stack([embed(source) for source, _ in fates()])
        x = self.encode(embedded.reshape(ROWS, N_PATCHES, WIDTH))[:, 1:].reshape(ROWS * N_PATCHES, WIDTH)
        asked = torch.tensor([asked for _, asked in fates()])
        return (apply(self.reconstruction, x) - patches)[asked].square().mean()


def judged(model, forecast):
    mse = (forecast - fixtures.targets(B, N, P)).square().mean()
    model.weights.forget()
    mse.backward()
    return {"forecast": forecast.flatten().tolist(), "loss": mse.item(), "gradient_norms": model.weights.gradient_norms()}


def main():
    informer = Informer()
    out = {"informer_evaluation": judged(informer, informer.forward(False))}
    out["informer_training"] = judged(informer, informer.forward(True))
    out["informer_training"]["running_mean"] = informer.running_mean.tolist()
    out["informer_training"]["running_variance"] = informer.running_variance.tolist()
    bert = Bert()
    out["bert"] = judged(bert, bert.forward())
    bert.weights.forget()
    loss = bert.pretrain()
    loss.backward()
    out["bert_pretraining"] = {"loss": loss.item(), "gradient_norms": bert.weights.gradient_norms()}
    path = pathlib.Path(__file__).with_name("attention_models.json")
    path.write_text(json.dumps(out, indent=1) + "\n")


main()
