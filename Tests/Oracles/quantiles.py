"""Writes the golden numbers of quantiles: numpy==2.4.6.

python3 Tests/Oracles/quantiles.py

The rows come from the generator of the Swift tests, rounded to float32; the quantiles are those of
numpy.quantile's default, type 7 of Hyndman and Fan.
"""

from pathlib import Path

import numpy

assert numpy.__version__ == "2.4.6", "see the pinned version"

TARGET = Path(__file__).parents[1] / "StatisticsTests" / "Fixtures" / "QuantileGoldens.swift"
LEVELS = (0.0, 0.01, 0.15, 0.5, 0.85, 1.0)


def split_mix(seed):
    mask = 2**64 - 1
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def rows(seed, count, features):
    """Squares of uniform numbers less 0.25 in every feature, in 64ths, so that many are equal."""
    bits = split_mix(seed)
    uniform = lambda: (next(bits) >> 11) * 2.0**-53
    numbers = [numpy.floor(64 * uniform()) / 64 for _ in range(count * features)]
    return numpy.array([x * x - 0.25 for x in numbers], numpy.float32).reshape(count, features)


lines = ""
for seed, count, features in ((1, 1, 2), (2, 2, 1), (3, 7, 3), (4, 60, 2), (5, 1000, 2)):
    values = numpy.quantile(rows(seed, count, features).astype(float), LEVELS, axis=0)
    numbers = ",\n        ".join(
        "[" + ", ".join(repr(x.item()) for x in level) + "]" for level in values.astype(numpy.float32)
    )
    lines += (
        f"    QuantileGolden(\n      seed: {seed}, count: {count}, features: {features},\n"
        f"      expected: [\n        {numbers},\n      ]),\n"
    )
TARGET.write_text(
    "// Written by Tests/Oracles/quantiles.py; don't edit.\n\n"
    "/// Rows of the tests' generator, and the quantiles of their features at each level.\n"
    "struct QuantileGolden: Sendable {\n"
    f"  static let levels = {list(LEVELS)}\n\n"
    "  let seed: UInt64\n  let count: Int\n  let features: Int\n  let expected: [[Float]]\n\n"
    f"  static let all: [QuantileGolden] = [\n{lines}  ]\n}}\n"
)
