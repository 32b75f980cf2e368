"""Scores of detectors by scikit-learn and numpy, on the fold of fold.rs. Writes fixtures.json beside itself."""
import json
import pathlib

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

S, Q, W, I, RUNS, M = 90, 5, 2, 6, 6, 12
TYPES = [[0, 1, 2], [3, 4], [5]]


def faulty(run):
    return 20 + 7 * run, 40 + 7 * run


def values(run):
    state, out = 1000 + run, np.zeros((S, I, W), np.float32)
    for s in range(S):
        for i in range(I):
            for w in range(W):
                state = (state * 1103515245 + 12345) % 2**31
                hit = faulty(run)[0] <= s < faulty(run)[1] and i == run % I
                out[s, i, w] = abs(s % 24 - 12) / 8 - 0.75 + 2 * hit + ((state >> 15) & 1023) / 512 - 1
    return out


X = [values(run) for run in range(RUNS)]
label = lambda run, s: faulty(run)[0] <= s < faulty(run)[1]
windows = lambda runs: [(run, last) for run in runs for last in range(Q - 1, S)]
train, validation, test = windows(range(4)), windows([4]), windows([5])
y = np.array([label(*w) for w in train])
buffered = lambda run, last: any(label(run, s) != label(run, last) for s in range(last + 1 - Q, last))
normal = [w for w in train if not label(*w) and not buffered(*w)]
marked = [at for at, w in enumerate(train) if label(*w)]
synthetic = [(marked[5 * k], marked[5 * k + 7], (k % 4) / 4) for k in range(12)]
tensor = lambda run, last: X[run][last + 1 - Q:last + 1].astype(float)
mean = lambda ws: np.array([tensor(*w).mean((0, 2)) for w in ws])


def summary(x):
    flat = x.transpose(1, 0, 2).reshape(I, Q * W)
    slope = np.polyfit(np.arange(Q * W), flat.T, 1)[0] * W
    return flat.mean(1), slope, np.abs(flat).max(1)


# Values pass through f32 once, as in the detector, so that bins and ties agree.
row = lambda x: np.concatenate([np.sort(part)[::-1] for part in summary(x)]).astype(np.float32)
rows = lambda ws: np.array([row(tensor(*w)) for w in ws])
made = np.array([row(tensor(*train[a]) + g * (tensor(*train[b]) - tensor(*train[a]))) for a, b, g in synthetic])
away = [w for w in train if not buffered(*w)]
R = np.vstack([rows(away), made])
labels = np.concatenate([[label(*w) for w in away], np.ones(len(made), bool)])
out = {}


def keep(name, score):
    out[name] = {"validation": [float(v) for v in score(validation)], "test": [float(v) for v in score(test)]}


keep("zmax", lambda ws: np.abs(mean(ws)).max(1))
keep("ztop3", lambda ws: np.sort(np.abs(mean(ws)), 1)[:, -3:].mean(1))

hot = lambda ws: np.eye(S // 5)[[last // 5 for _, last in ws]]
clock = LogisticRegression(C=1.0, tol=1e-12, max_iter=10000).fit(hot(train), y)
keep("clock", lambda ws: clock.predict_proba(hot(ws))[:, 1])

scale = StandardScaler().fit(R.astype(float))
logreg = LogisticRegression(C=1.0, tol=1e-12, max_iter=10000).fit(scale.transform(R.astype(float)), labels)
keep("logreg", lambda ws: logreg.predict_proba(scale.transform(rows(ws).astype(float)))[:, 1])

gbm = HistGradientBoostingClassifier(max_iter=100, learning_rate=0.1, max_depth=3, min_samples_leaf=20, max_bins=64,
                                     early_stopping=False, l2_regularization=0.0).fit(R, labels)
yv = np.array([label(*w) for w in validation])
losses = [log_loss(yv, p[:, 1]) for p in gbm.staged_predict_proba(rows(validation))]
best = 0
for at, loss in enumerate(losses):
    if loss < losses[best]:
        best = at
    elif at + 1 >= best + 1 + 10:
        break
stage = lambda ws: list(gbm.staged_predict_proba(rows(ws)))[best][:, 1]
keep("gbm-lite", stage)
out["gbm-lite"]["n_trees"] = best + 1

pca = PCA(0.9, svd_solver="full").fit(mean(normal))
keep("pca_spe", lambda ws: ((mean(ws) - pca.inverse_transform(pca.transform(mean(ws)))) ** 2).sum(1))
out["pca_spe"]["n_components"] = int(pca.n_components_)

space = PCA(min(8, I), svd_solver="full").fit(mean(normal))
apart = []
for run, last in normal:
    if not apart or apart[-1][0] != run or last - apart[-1][1] >= Q:
        apart.append((run, last))
points = space.transform(mean(apart))
eps = np.quantile(NearestNeighbors(n_neighbors=16).fit(points).kneighbors(points)[0][:, -1], 0.95)
core = points[DBSCAN(eps=eps, min_samples=16).fit(points).core_sample_indices_]
keep("dbscan_cpu", lambda ws: NearestNeighbors(n_neighbors=1).fit(core).kneighbors(space.transform(mean(ws)))[0][:, 0])

covered = {(run, s) for run, last in normal for s in range(last + 1 - Q, last + 1)}
level = [x.astype(float).mean(2) for x in X]
places = [(run, s) for run in range(4) for s in range(S - M + 1) if all((run, s + k) in covered for k in range(M))]


def profile(prepare):
    reference = np.array([prepare(level[run][s:s + M]) for run, s in places])

    def score(ws):
        scores = []
        for run, last in ws:
            if last + 1 < M:
                scores.append(0.0)
                continue
            query = prepare(level[run][last + 1 - M:last + 1])
            scores.append(np.sqrt(((reference - query) ** 2).sum(1)).min(0).max())
        return scores

    return score


keep("mp", profile(lambda x: (x - x.mean(0)) / x.std(0)))
keep("mp_plain", profile(lambda x: x))

usual = np.array([level[run][s] for run, s in sorted(covered)])
m0, s0 = usual.mean(0), usual.std(0)


def ewma(rate, runs=(4, 5)):
    out = {}
    for run in runs:
        m, v = m0.copy(), s0**2
        for s in range(S):
            d = level[run][s] - m
            out[run, s] = (np.abs(d) / (np.sqrt(v) + 0.1)).max()
            m, v = m + rate * d, (1 - rate) * (v + rate * d * d)
    return out


for rate in (0.05, 0.2):
    chart = ewma(rate)
    keep(f"ewma {rate}", lambda ws: [chart[w] for w in ws])


def deviation(x):
    out = np.zeros_like(x)
    for group in TYPES:
        for i in group:
            others = x[:, [j for j in group if j != i]]
            if others.shape[1] == 1:
                out[:, i] = np.abs(x[:, i] - others[:, 0]) / np.sqrt(2)
            elif others.shape[1] > 1:
                middle = np.median(others, 1)
                mad = np.median(np.abs(others - middle[:, None]), 1)
                out[:, i] = np.abs(x[:, i] - middle) / (1.4826 * mad + 0.25)
    return out


replica = [deviation(x) for x in level]
keep("replica_dev", lambda ws: [replica[run][last + 1 - Q:last + 1].mean(0).max() for run, last in ws])
for lag in (23, 24, 25):
    cycle = [np.vstack([np.zeros((lag, I)), np.abs(x[lag:] - x[:-lag]) / np.sqrt(2)]) for x in level]
    keep(f"cycle of {lag}", lambda ws: [cycle[run][last + 1 - Q:last + 1].mean(0).max() for run, last in ws])

both = lambda ws: np.array([np.concatenate(summary(tensor(*w))[:2]) for w in ws])
forests = [IsolationForest(n_estimators=100, max_samples=256, random_state=seed).fit(both(normal)) for seed in range(20)]
keep("iforest", lambda ws: np.mean([-forest.score_samples(both(ws)) for forest in forests], 0))

text = json.dumps({k: {a: [round(v, 7) for v in b] if isinstance(b, list) else b for a, b in s.items()}
                   for k, s in out.items()}, indent=None, separators=(",", ":"))
pathlib.Path(__file__).with_name("fixtures.json").write_text(text.replace('},"', '},\n"') + "\n")
