"""Reference values of the classical models, by statsmodels and SciPy in float64.

Writes classical_models.json beside itself. The series follow the formulas below, which the Rust tests follow too.
"""

import json
import math
import pathlib

import numpy as np
from scipy.optimize import least_squares
from scipy.signal import lfilter
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.seasonal import MSTL

N, WARM_UP, AHEAD = 240, 3, 5


def noise(n):
    """Numbers without pattern in (-0.5, 0.5): the fractional part of a large multiple of a sine."""
    return np.array([math.modf(abs(43758.5453 * math.sin(12.9898 * (t + 1))))[0] - 0.5 for t in range(n)])


def series(n=N):
    """ARMA(2, 1) around 3."""
    z, errors = [], noise(n)
    for t in range(n):
        back = lambda values, k: values[t - k] if t >= k else 0.0
        z.append(0.9 * back(z, 1) - 0.4 * back(z, 2) + errors[t] + 0.5 * back(errors, 1))
    return 3.0 + np.array(z)


def seasonal():
    """Two seasons, a trend and the noise."""
    return np.array([0.02 * t + 2.0 * math.sin(2 * math.pi * t / 8) + math.cos(2 * math.pi * t / 40)
                     for t in range(N)]) + noise(N)


def coefficients(free):
    """Partial autocorrelations u / sqrt(1 + u²) to coefficients of a stationary autoregression."""
    out = []
    for u in free:
        partial = u / math.sqrt(1 + u * u)
        out = [c - partial * m for c, m in zip(out, reversed(out))] + [partial]
    return out


def errors(free, y, p):
    """Conditional errors: those of the first values are 0 and so are all values before the first."""
    z = y - free[0]
    ar, ma = coefficients(free[1:1 + p]), [-c for c in coefficients(free[1 + p:])]
    right = lfilter([1.0] + [-c for c in ar], [1.0], z)
    right[:WARM_UP] = 0.0
    return lfilter([1.0], [1.0] + ma, right)


def fitted(y, p, q):
    """Best of several starts."""
    starts = [np.concatenate([[y.mean()], np.full(p, a), np.full(q, b)]) for a in (-0.5, 0.1, 0.5) for b in (-0.5, 0.1, 0.5)]
    solve = lambda start: least_squares(lambda free: errors(free, y, p)[WARM_UP:], start, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    best = min((solve(start) for start in starts), key=lambda found: found.cost)
    ar, ma = coefficients(best.x[1:1 + p]), [-c for c in coefficients(best.x[1 + p:])]
    return {"p": p, "q": q, "squares": 2 * best.cost, "coefficients": [best.x[0], *ar, *ma]}


def arma_forecast(y):
    """By the Kalman filter, at given coefficients: the start is forgotten after so many values."""
    model = ARIMA(y, order=(2, 0, 1), trend="c")
    found = model.smooth([3.1, 0.7, -0.2, 0.4, 0.08])
    return {"mean": 3.1, "ar": [0.7, -0.2], "ma": [0.4], "forecast": list(found.forecast(AHEAD))}


def ets_forecast(y, beta):
    damped = beta is not None
    model = ETSModel(y, error="add", trend="add" if damped else None, damped_trend=damped, initialization_method="known",
                     initial_level=y[0], initial_trend=0.0 if damped else None)
    names = dict(zip(model.param_names, model.start_params))
    values = {"smoothing_level": 0.3, "smoothing_trend": beta, "damping_trend": 0.9, "initial_level": y[0], "initial_trend": 0.0}
    found = model.smooth([values[name] for name in names])
    return {"alpha": 0.3, "beta": beta, "phi": 0.9, "forecast": list(found.forecast(AHEAD))}


def mstl(y, periods):
    """Smoothed at every tenth of a window and joined by lines between, as the authors' program does."""
    odd = lambda x: math.ceil(x) + (math.ceil(x) + 1) % 2
    windows = [11 + 4 * k for k in range(len(periods))]
    jump = lambda window: math.ceil(window / 10)
    # One set of jumps for all periods in this library, so the test has one period at a time.
    (period,), (window,) = periods, windows
    trend = odd(1.5 * period / (1 - 1.5 / window))
    low_pass = odd(period + 1) if period % 2 == 0 else period
    jumps = {"seasonal_jump": jump(window), "trend_jump": jump(trend), "low_pass_jump": jump(low_pass), "seasonal_deg": 0,
             "inner_iter": 2, "outer_iter": 0}
    found = MSTL(y, periods=periods, windows=windows, iterate=1, stl_kwargs=jumps).fit()
    season = np.asarray(found.seasonal).reshape(N, -1)[:, 0]
    return {"period": period, "season": [season[N - period + (i - N) % period] for i in range(period)]}


def main():
    y = series()
    out = {
        "series": list(y[:6]),
        "arma_fits": [fitted(y, p, q) for p, q in [(1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]],
        "arma_forecast": arma_forecast(y),
        "ets": [ets_forecast(y, None), ets_forecast(y, 0.06)],
        "mstl": [mstl(seasonal(), [period]) for period in (8, 40)],
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
