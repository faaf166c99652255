"""Quantiles of the t and F distributions in plain Python, so that no web process has to load a numerical library.

Source: the regularised incomplete beta function by its continued fraction (Abramowitz & Stegun 26.5.8, evaluated by the
modified Lentz method as in Numerical Recipes, 3rd edition, section 6.4), turned round by bisection. Good to better than
1e-6 for the degrees of freedom that occur here; the tests hold it to the published tables.
"""

from __future__ import annotations

import math
from functools import lru_cache

_TINY = 1e-300
_STEPS = 1000


@lru_cache(maxsize=1024)
def student_t(probability: float, degrees: float) -> float:
    """The t below which `probability` (0.5 up to but not 1) of Student's distribution lies; degrees above 0.

    Rounded to six decimals: the last bits of a C library's logarithm must not decide whether two people differ.
    """
    if not 0.5 <= probability < 1 or degrees <= 0:
        raise ValueError("student_t needs 0.5 <= probability < 1 and degrees above 0")
    # The square of t with d degrees is F with 1 and d; both tails of t fall into the one tail of F.
    return round(math.sqrt(fisher_f(2 * probability - 1, 1, degrees)), 6)


@lru_cache(maxsize=1024)
def fisher_f(probability: float, upper: float, lower: float) -> float:
    """The F below which `probability` (0 up to but not 1) lies, with `upper` and `lower` degrees of freedom above 0."""
    if not 0 <= probability < 1 or upper <= 0 or lower <= 0:
        raise ValueError("fisher_f needs 0 <= probability < 1 and degrees above 0")
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if incomplete_beta(middle, upper / 2, lower / 2) < probability:
            low = middle
        else:
            high = middle
    return lower * low / (upper * (1 - low))


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 to 1, for 0 <= x <= 1 and a, b above 0."""
    if x in (0, 1):
        return float(x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    # The fraction settles quickly on this side of the mean only; the other side is its mirror image.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        before = value
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            c, d = _off_zero(1 + term / c), 1 / _off_zero(1 + term * d)
            value *= c * d
        if abs(value - before) <= 1e-15 * abs(value):
            return value
    raise ArithmeticError("the beta function does not settle: more than about a million degrees of freedom")


def _off_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
