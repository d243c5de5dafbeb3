#!/usr/bin/env python3
"""Finds the coefficients in Sources/Kernels/Activations.swift.

usage: Scripts/fit_tanh.py        (needs numpy)

tanh(x) ~ x P(x^2) / Q(x^2) with P of degree 3, Q of degree 4 and Q(0) = 1, so that the greatest relative
error over 0 < x <= 8 is minimal. Linearised least squares, reweighted towards the greatest errors (Lawson).
"""

import numpy as np

NUMERATOR_DEGREE = 3
DENOMINATOR_DEGREE = 4
HIGHEST = 8.0


def fit():
    # Chebyshev points, denser towards both ends.
    x = HIGHEST * (0.5 - 0.5 * np.cos(np.pi * np.linspace(0.0005, 1, 4000)))
    target = np.tanh(x) / x
    u = (x / HIGHEST) ** 2
    numerator_powers = u[:, None] ** np.arange(NUMERATOR_DEGREE + 1)
    denominator_powers = u[:, None] ** np.arange(1, DENOMINATOR_DEGREE + 1)
    importance = np.ones_like(x)
    denominator = np.ones_like(x)
    best_error, best = np.inf, None
    for _ in range(500):
        weight = np.sqrt(importance) / (target * denominator)
        equations = np.hstack([numerator_powers, -target[:, None] * denominator_powers]) * weight[:, None]
        solution, *_ = np.linalg.lstsq(equations, target * weight, rcond=None)
        numerator = numerator_powers @ solution[: NUMERATOR_DEGREE + 1]
        denominator = 1 + denominator_powers @ solution[NUMERATOR_DEGREE + 1 :]
        error = np.abs(numerator / denominator / target - 1)
        if error.max() < best_error:
            best_error, best = error.max(), solution
        importance *= (error / error.max() + 1e-3) ** 0.7
        importance /= importance.mean()
    powers = np.concatenate([np.arange(NUMERATOR_DEGREE + 1), np.arange(1, DENOMINATOR_DEGREE + 1)])
    return best_error, best / HIGHEST ** (2 * powers)


def main():
    error, coefficients = fit()
    print(f"greatest relative error {error:.3g}")
    print("P:", *[f"{c:.17g}" for c in coefficients[: NUMERATOR_DEGREE + 1]])
    print("Q: 1", *[f"{c:.17g}" for c in coefficients[NUMERATOR_DEGREE + 1 :]])


if __name__ == "__main__":
    main()
