#!/usr/bin/env python3
"""Writes correctly rounded results of elementary functions: Tests/ElementaryFunctionsTests/Fixtures/elementary.txt.

usage: python3 Scripts/elementary_fixture.py        (pip install mpmath; one to three minutes)

A line has a function, the bits of its argument or arguments, and the bits of the result, in hexadecimal. The arguments
are random ones, the hardest of many random ones (results next to the middle of two doubles, where more digits decide),
powers in the middle of two doubles, limits of the range, and two worst cases of the literature (Lefèvre and Muller, "Worst
cases for correct rounding of the elementary functions in double precision", ARITH 15, 2001).
"""

import math
import random
import struct

import mpmath
from mpmath import mp, mpf

PATH = "Tests/ElementaryFunctionsTests/Fixtures/elementary.txt"
RANDOM, CANDIDATES, HARDEST = 150, 30_000, 150
SEED = 1

mp.prec = 300
generator = random.Random(SEED)


def near(center, exponents):
    """A number at a random distance from another, on a logarithmic scale."""
    return center + generator.uniform(-1, 1) * 2.0 ** generator.uniform(*exponents)


def any_positive():
    return math.ldexp(generator.uniform(1, 2), generator.randint(-1022, 1023))


def power_argument():
    """A base and an exponent whose power is neither infinite nor 0."""
    kind = generator.randrange(4)
    if kind == 0:
        return generator.uniform(0.5, 1), float(generator.randint(1, 1000))
    base = any_positive() if kind == 1 else near(1, (-52, -1)) if kind == 2 else generator.uniform(0, 10)
    base = base if base not in (0, 1) else 2.0
    return base, generator.uniform(-740, 709) / math.log(base)


# Functions, and their arguments: a choice of random ones.
FUNCTIONS = {
    "exp": (mpmath.exp, [lambda: generator.uniform(-745, 709.7), lambda: near(0, (-40, 4))]),
    "log": (mpmath.log, [any_positive, lambda: abs(near(1, (-40, -1))), lambda: generator.uniform(0, 100)]),
    "log1p": (mpmath.log1p, [any_positive, lambda: near(0, (-40, -1)), lambda: generator.uniform(0, 1)]),
    "log10": (mpmath.log10, [any_positive, lambda: abs(near(1, (-40, -1))), lambda: generator.uniform(0, 100)]),
    "tanh": (mpmath.tanh, [lambda: near(0, (-26, 0)), lambda: generator.uniform(-20, 20)]),
    "sin": (mpmath.sin, [lambda: near(0, (-26, 2)), lambda: generator.uniform(-1e3, 1e3), any_positive]),
    "cos": (mpmath.cos, [lambda: near(0, (-26, 2)), lambda: generator.uniform(0, math.pi), any_positive]),
    "atan": (mpmath.atan, [lambda: near(0, (-26, 2)), lambda: generator.uniform(0, 50), any_positive]),
    "pow": (mpmath.power, [power_argument]),
}

# Angles next to multiples of pi/2, limits of the range, and the worst cases of the literature.
NOTED = {
    "exp": [709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, -708.3964185322641,
            float.fromhex("0x1.9e9cbbfd6080bp-31"), 2.0**-53, -(2.0**-53), 2.0**-54, 1.0, -1.0],
    "log": [float.fromhex("0x1.62a88613629b6p+678"), 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
            1 + 2.0**-52, 1 - 2.0**-53, 2.0],
    "log1p": [2.0**-53, -(2.0**-53), 2.0**-54, 5e-324, -1 + 2.0**-53, 1.7976931348623157e308, 1.0],
    "log10": [10.0**power for power in range(-300, 309, 19)] + [5e-324, 1.7976931348623157e308],
    "tanh": [2.0**-27, 2.0**-26, 19.06, 19.1, 20.0, 5e-324],
    "sin": [math.pi, 2 * math.pi, math.pi / 2, 6381956970095103.0 * 2.0**797, 1.7976931348623157e308, 2.0**-27],
    "cos": [math.pi, 2 * math.pi, math.pi / 2, 6381956970095103.0 * 2.0**797, 1.7976931348623157e308, 2.0**-27],
    "atan": [1.0, 2.0**-27, 2.0**60, 2.0**64, 1.7976931348623157e308, 1 / 64, 3 / 64],
    "pow": [(3.0, 34.0), (5.0, 23.0), (2.0, -1074.0), (2.0, -1075.0), (2.0, 1023.5), (2.0, 1023.0), (0.5, 1075.0),
            (3 * 2.0**-215, 5.0), (5 * 2.0**-215, 5.0), (1 + 2.0**-52, 2.0**61), (1 - 2.0**-53, 2.0**62), (4.0, 0.5),
            (9.0, 16.5), (2.0**-1074, 0.25), (2.0**-1074, 1.0), (1e-320, 0.9), (0.9, 350.0), (0.999, 1.0),
            (10.0, 22.0), (10.0, 23.0), (10.0, 308.0), (10.0, -320.0)]
    + [(float(base), 2.0) for base in range(2**27 - 41, 2**27, 2)]
    + [(float(base) ** 2, 1.5) for base in range(262_101, 262_143, 2)],
}


def bits(value):
    return struct.pack(">d", value).hex()


def nearest(value):
    """The double nearest to a number; mpmath does not round to subnormal numbers."""
    if value == 0 or abs(value) >= mpf(2) ** -1022:
        return float(value) if abs(value) < mpf(2) ** 1024 - mpf(2) ** 970 else math.copysign(math.inf, value)
    return math.ldexp(int(mpmath.nint(mpmath.ldexp(value, 1074))), -1074)


def true_value(function, argument):
    with mpmath.workprec(1400 if abs(argument[0]) > 1e6 or abs(argument[0]) < 1e-6 else 300):
        return function(*(mpf(number) for number in argument))


def hardness(value):
    """The distance to the nearest middle of two doubles, in units of the last digit."""
    fraction = mpmath.ldexp(mpf(value), 53 - mpmath.frexp(value)[1]) % 1
    return abs(fraction - 0.5)


def arguments(name):
    function, choices = FUNCTIONS[name]

    def draw():
        argument = generator.choice(choices)()
        return argument if isinstance(argument, tuple) else (argument,)

    noted = [argument if isinstance(argument, tuple) else (argument,) for argument in NOTED[name]]
    mp.prec = 140
    candidates = [draw() for _ in range(CANDIDATES)]
    candidates = [argument for argument in candidates if abs(argument[0]) < 1e6 or name in ("log", "log10", "pow")]
    measured = sorted((hardness(function(*map(mpf, argument))), argument) for argument in candidates)
    mp.prec = 300
    return noted + [draw() for _ in range(RANDOM)] + [argument for _, argument in measured[:HARDEST]]


def main():
    lines = []
    for name, (function, _) in FUNCTIONS.items():
        for argument in arguments(name):
            result = nearest(true_value(function, argument))
            lines.append(" ".join([name] + [bits(number) for number in (*argument, result)]))
    with open(PATH, "w") as file:
        file.write("\n".join(lines) + "\n")
    print(f"{PATH}: {len(lines)} results")


main()
