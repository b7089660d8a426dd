"""Writes the golden numbers of the change detectors: river==0.26.1, frouros==0.9.0, numpy==2.4.6.

python3 Tests/Oracles/change_detectors.py

Install frouros with --no-deps, and tqdm: it asks for an older numpy, which its detectors don't need.
The standardized CUSUM, which neither library has, is written out with numpy's median.
"""

import random
import textwrap
from importlib.metadata import version
from pathlib import Path

import numpy
from frouros.detectors.concept_drift import CUSUM, CUSUMConfig
from river import drift

VERSIONS = tuple(version(name) for name in ("river", "frouros", "numpy"))
assert VERSIONS == ("0.26.1", "0.9.0", "2.4.6"), "see the pinned versions"

TARGET = Path(__file__).parents[1] / "StatisticsTests" / "Fixtures" / "ChangeDetectorGoldens.swift"


def frouros_stream():
    """The stream of frouros's documentation, to four decimals, which move none of its alarms."""
    numpy.random.seed(seed=31)
    first = numpy.random.normal(loc=0.2, scale=0.01, size=1000)
    second = numpy.random.normal(loc=0.8, scale=0.04, size=1000)
    exact = numpy.concatenate((first, second))
    rounded = [round(x * 10_000) for x in exact]
    values = [x / 10_000 for x in rounded]
    assert cusum(values)[0] == cusum(list(exact))[0] == 1086
    return rounded, values


def river_stream():
    """The stream of river's documentation."""
    generator = random.Random(12345)
    return generator.choices([0, 1], k=1000) + generator.choices(range(4, 8), k=1000)


def split_mix(seed):
    """The generator of the Swift tests."""
    mask = 2**64 - 1
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def step_stream(seed):
    """Ten pieces of 300 numbers, each with a level and a spread of its own."""
    bits = split_mix(seed)
    uniform = lambda: (next(bits) >> 11) * 2.0**-53
    values = []
    for _ in range(10):
        level, spread = 4 * uniform(), 0.1 + uniform()
        values += [level + spread * (uniform() + uniform() - 1) for _ in range(300)]
    return values


def river_alarms(detector, values):
    alarms = []
    for index, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            alarms.append(index)
    return alarms


def cusum(values, **options):
    detector = CUSUM(CUSUMConfig(**options))
    alarms = []
    for index, value in enumerate(values):
        detector.update(value=value)
        if detector.drift:
            alarms.append(index)
            detector.reset()
    return alarms


def standardized_cusum(values, window=200, clip=10, slack=1.5, threshold=8):
    alarms, before, rise, fall = [], [], 0.0, 0.0
    for index, value in enumerate(values):
        if len(before) < window:
            before.append(value)
            continue
        median = numpy.median(before)
        deviation = 1.4826 * numpy.median(numpy.abs(numpy.array(before) - median))
        z = min(max((value - median) / deviation, -clip), clip)
        before = before[1:] + [value]
        rise, fall = max(0.0, rise + z - slack), max(0.0, fall - z - slack)
        if max(rise, fall) > threshold:
            alarms.append(index)
            before, rise, fall = [], 0.0, 0.0
    return alarms


def integers(name, documentation, numbers):
    body = textwrap.fill(
        ", ".join(map(str, numbers)), 98, initial_indent=" " * 4, subsequent_indent=" " * 4
    )
    trailing = "," if len(numbers) > 1 else ""
    return f"  /// {documentation}\n  static let {name}: [Int] = [\n{body}{trailing}\n  ]\n"


def nested(name, documentation, rows):
    lines = ""
    for row in rows:
        body = textwrap.fill(
            ", ".join(map(str, row)), 98, initial_indent=" " * 6, subsequent_indent=" " * 6
        )
        lines += f"    [\n{body},\n    ],\n"
    return f"  /// {documentation}\n  static let {name}: [[Int]] = [\n{lines}  ]\n"


rounded, values = frouros_stream()
digits = river_stream()
steps = [step_stream(seed) for seed in (1, 2, 3)]
small = dict(delta=0.05, threshold=5, alpha=0.99, min_instances=10)
quick = dict(delta=0.01, clock=1, max_buckets=3, min_window_length=3, grace_period=20)
widths = []
for stream in steps:
    detector = drift.ADWIN(**quick)
    river_alarms(detector, stream)
    widths.append(int(detector.width))

parts = [
    integers("frourosStream", "The stream of frouros's documentation, in units of 1e-4.", rounded),
    integers("riverStream", "The stream of river's documentation.", digits),
    integers("cusum", "frouros's CUSUM on its own stream.", cusum(values)),
    integers("pageHinkley", "river's PageHinkley on its own stream.", river_alarms(drift.PageHinkley(), digits)),
    integers(
        "pageHinkleyOfFrourosStream",
        "river's PageHinkley on frouros's stream, where frouros's own, which differs, has 1094.",
        river_alarms(drift.PageHinkley(), values),
    ),
    integers("adwin", "river's ADWIN on its own stream.", river_alarms(drift.ADWIN(), digits)),
]
parts += [
    nested(
        "smallCUSUM",
        "frouros's CUSUM of tolerance 0.05, threshold 5 and minimum 10 on the step streams.",
        [cusum(s, delta=0.05, lambda_=5.0, min_num_instances=10) for s in steps],
    )
]
for mode in ["both"]:
    parts.append(
        nested(
            f"pageHinkley{mode.title()}",
            f"river's PageHinkley, mode {mode}, of 0.05, 5, 0.99 and 10 on the step streams.",
            [river_alarms(drift.PageHinkley(mode=mode, **small), s) for s in steps],
        )
    )
parts += [
    nested("adwinOfSteps", "river's ADWIN on the step streams.", [river_alarms(drift.ADWIN(), s) for s in steps]),
    nested(
        "quickADWIN",
        "river's ADWIN of 0.01, clock 1, 3 buckets, shortest part 3 and grace period 20 on them.",
        [river_alarms(drift.ADWIN(**quick), s) for s in steps],
    ),
    integers("quickADWINWidths", "The widths of its windows at the end.", widths),
    nested(
        "standardizedCUSUM",
        "The standardized CUSUM with its defaults on the step streams.",
        [standardized_cusum(s) for s in steps],
    ),
    nested(
        "quickStandardizedCUSUM",
        "That of window 31, clip 4, slack 0.5 and threshold 5.",
        [standardized_cusum(s, 31, 4, 0.5, 5) for s in steps],
    ),
]
TARGET.write_text(
    "// Written by Tests/Oracles/change_detectors.py; don't edit.\n\n"
    "/// Streams, and the indices at which other libraries see a change in them.\n"
    "enum ChangeDetectorGoldens {\n" + "\n".join(parts) + "}\n"
)
