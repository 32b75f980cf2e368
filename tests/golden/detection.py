"""Reference values of detection metrics, by scikit-learn and by the authors of VUS and of the affiliation metrics.

Writes detection.json beside itself. Needs scikit-learn and the package `vus` (0.0.6), whose `RangeAUC_volume_opt` is
the reference of the volumes and whose `affiliation.metrics` is the code of Huet et al.

Scores are exact in float32: multiples of 1/1024, so that ties are ties everywhere.
"""

import contextlib
import json
import math
import pathlib
import sys
import types
import warnings

import numpy as np
from sklearn import metrics
from sklearn.decomposition import PCA

# Only used for progress bars and for tables, neither of which is needed here.
for name in ("tqdm", "pandas"):
    with contextlib.suppress(ImportError):
        __import__(name)
    sys.modules.setdefault(name, types.ModuleType(name))
sys.modules["tqdm"].tqdm = getattr(sys.modules["tqdm"], "tqdm", None)

from vus.affiliation.generics import convert_vector_to_events
from vus.affiliation.metrics import pr_from_events
from vus.utils.metrics import metricor

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20260103)


def plain(value):
    """Undefined is null."""
    return None if value is None or math.isnan(value) else float(value)


def labels_of(n, ranges):
    labels = np.zeros(n, dtype=int)
    for start, end in ranges:
        labels[start:end] = 1
    return labels


def scores_of(labels, shift, step):
    """Noise with a shift where a fault is, in multiples of 1/1024, and of `step` of them where ties are wanted."""
    raw = np.clip(0.35 + 0.15 * rng.standard_normal(len(labels)) + shift * labels, 0, 1)
    return np.floor(raw * 1024 / step) * step / 1024


def row(report, key):
    return [plain(report[key][name]) for name in ("precision", "recall", "f1-score")]


def windows(labels, scores, threshold):
    flags = (scores >= threshold).astype(int)
    report = metrics.classification_report(
        labels, flags, labels=[0, 1], output_dict=True, zero_division=np.nan
    )
    both = 0 < labels.sum() < len(labels)
    fpr, tpr, _ = metrics.roc_curve(labels, scores, drop_intermediate=False) if both else (None, None, None)
    return {
        "accuracy": plain(metrics.accuracy_score(labels, flags)),
        "normal": row(report, "0"),
        "fault": row(report, "1"),
        "macro": row(report, "macro avg"),
        "weighted": row(report, "weighted avg"),
        "balanced_accuracy": plain(metrics.balanced_accuracy_score(labels, flags)) if both else None,
        "matthews": plain(metrics.matthews_corrcoef(labels, flags)) if both else None,
        "brier": plain(metrics.brier_score_loss(labels, scores, pos_label=1)),
        "roc_auc": plain(metrics.roc_auc_score(labels, scores)) if both else None,
        "average_precision": plain(metrics.average_precision_score(labels, scores)) if labels.any() else None,
        "fpr_at_recall_95": plain(fpr[tpr >= 0.95][0]) if both else None,
    }


def volumes(labels, scores, longest):
    *_, roc, pr = metricor().RangeAUC_volume_opt(labels, scores, longest, min(250, len(labels)))
    return {"longest": longest, "roc": plain(roc), "pr": plain(pr)}


def affiliation(labels, flags):
    found = pr_from_events(convert_vector_to_events(flags), convert_vector_to_events(labels), (0, len(labels)))
    return [plain(found["Affiliation_Precision"]), plain(found["Affiliation_Recall"])]


def case(name, labels, scores, threshold):
    flags = (scores >= threshold).astype(int)
    ranges = labels.any() and not labels.all()
    return {
        "name": name,
        "labels": "".join(map(str, labels)),
        "scores": [int(round(score * 1024)) for score in scores],
        "threshold": threshold,
        "windows": windows(labels, scores, threshold),
        "volumes": [volumes(labels, scores, longest) for longest in (0, 1, 5, 24)] if ranges else [],
        "affiliation": affiliation(labels, flags) if labels.any() else [None, None],
    }


def cases():
    layouts = {
        "one range": (200, [(50, 90)], 0.3, 1),
        "many ties": (150, [(20, 40), (100, 115)], 0.2, 128),
        "ranges whose buffers meet": (120, [(30, 36), (48, 50), (52, 60), (85, 86)], 0.25, 1),
        "ranges at both ends": (100, [(0, 12), (90, 100)], 0.2, 16),
        "more windows than thresholds": (1200, [(200, 320), (700, 701), (900, 960)], 0.2, 1),
        "worse than chance": (90, [(30, 50)], -0.2, 1),
    }
    for name, (n, ranges, shift, step) in layouts.items():
        labels = labels_of(n, ranges)
        yield case(name, labels, scores_of(labels, shift, step), 0.5)
    nothing = labels_of(30, [])
    yield case("no fault", nothing, scores_of(nothing, 0, 1), 0.5)
    labels = labels_of(40, [(10, 20)])
    yield case("no alarm", labels, scores_of(labels, 0.1, 4) / 4, 0.5)
    yield case("always", labels, np.ones(40), 0.5)
    yield case("all faulty", labels_of(20, [(0, 20)]), scores_of(labels_of(20, [(0, 20)]), 0, 1), 0.5)


def embedding():
    """Training and test rows, the plane of the first, and how far the classes of the second lie apart in it."""
    mix = rng.standard_normal((5, 5))
    train = np.float32(rng.standard_normal((60, 5)) @ mix)
    labels = labels_of(30, [(18, 30)])
    test = np.float32(rng.standard_normal((30, 5)) @ mix + 1.5 * labels[:, None])
    plane = PCA(n_components=2, svd_solver="full").fit(train.astype(float))
    points = plane.transform(test.astype(float))
    return {
        "train": train.ravel().tolist(),
        "test": test.ravel().tolist(),
        "labels": "".join(map(str, labels)),
        "components": plane.components_.ravel().tolist(),
        "variances": plane.explained_variance_.tolist(),
        "ratios": plane.explained_variance_ratio_.tolist(),
        "points": points.ravel().tolist(),
        "silhouette": float(metrics.silhouette_score(points, labels)),
        "first_auc": float(metrics.roc_auc_score(labels, points[:, 0])),
    }


if __name__ == "__main__":
    found = {"cases": list(cases()), "embedding": embedding()}
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(found) + "\n")
