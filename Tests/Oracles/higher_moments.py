"""Writes the golden numbers of skewness and kurtosis: scipy==1.17.1, numpy==2.4.6.

python3 Tests/Oracles/higher_moments.py

The rows come from the generator of the Swift tests, rounded to float32. The expected numbers are
computed in exact fractions; scipy's have to agree with them.
"""

from fractions import Fraction
from pathlib import Path

import numpy
import scipy
from scipy import stats

assert (numpy.__version__, scipy.__version__) == ("2.4.6", "1.17.1"), "see the pinned versions"

TARGET = Path(__file__).parents[1] / "StatisticsTests" / "Fixtures" / "HigherMomentGoldens.swift"


def split_mix(seed):
    mask = 2**64 - 1
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def rows(seed, count, offset):
    """Products of uniform numbers, which are skewed, on an offset."""
    bits = split_mix(seed)
    uniform = lambda: (next(bits) >> 11) * 2.0**-53
    return [float(numpy.float32(offset + uniform() * uniform() * uniform())) for _ in range(count)]


def moments(values):
    exact = [Fraction(x) for x in values]
    count = len(exact)
    mean = sum(exact) / count
    second, third, fourth = (sum((x - mean) ** k for x in exact) / count for k in (2, 3, 4))
    expected = [
        float(mean),
        float(second),
        float(third) / float(second) ** 1.5,
        float(fourth / second**2),
    ]
    of_scipy = [
        numpy.mean(values),
        numpy.var(values),
        stats.skew(values),
        stats.kurtosis(values, fisher=False),
    ]
    assert numpy.allclose(expected, of_scipy, rtol=1e-9)
    return expected


lines = ""
for seed, count, offset in ((1, 2, 0), (2, 7, -3), (3, 60, 10), (4, 1000, 0), (5, 1000, 100), (6, 500, 1e4)):
    numbers = ",\n        ".join(repr(x) for x in moments(rows(seed, count, offset)))
    lines += (
        f"    HigherMomentGolden(\n      seed: {seed}, count: {count}, offset: {float(offset)},\n"
        f"      expected: [\n        {numbers},\n      ]),\n"
    )
TARGET.write_text(
    "// Written by Tests/Oracles/higher_moments.py; don't edit.\n\n"
    "/// Rows of the tests' generator, and their mean, variance, skewness and kurtosis.\n"
    "struct HigherMomentGolden: Sendable {\n"
    "  let seed: UInt64\n  let count: Int\n  let offset: Double\n  let expected: [Double]\n\n"
    f"  static let all: [HigherMomentGolden] = [\n{lines}  ]\n}}\n"
)
