"""Functions of probability that the standard library lacks. Plain floats."""

from __future__ import annotations

from math import erfc, exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

NORMAL = NormalDist()

_TINY = 1e-300
_ENOUGH = 1e-15


def normal_below(z: float) -> float:
    """P(Z <= z) of a standard normal Z, exact in both tails."""
    return 0.5 * erfc(-z / sqrt(2.0))


def normal_quantile(q: float) -> float:
    """The z with P(Z <= z) = q, 0 < q < 1 (Wichura 1988, algorithm AS 241, in the standard library)."""
    return NORMAL.inv_cdf(q)


def beta_below(x: float, a: float, b: float) -> float:
    """P(X <= x) of a beta variable with shapes a, b > 0: the regularized incomplete beta function I_x(a, b).

    By the continued fraction DLMF 8.17.22, evaluated by the method of Lentz (1976).
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges quickly on this side of the mean, its mirror image on the other.
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def beta_density(x: float, a: float, b: float) -> float:
    """The density of the same variable, 0 < x < 1."""
    return exp(lgamma(a + b) - lgamma(a) - lgamma(b) + (a - 1.0) * log(x) + (b - 1.0) * log1p(-x))


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, 400):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + step * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + step / c
            c = c if abs(c) > _TINY else _TINY
            value *= c * d
        if abs(c * d - 1.0) < _ENOUGH:
            break
    return value
