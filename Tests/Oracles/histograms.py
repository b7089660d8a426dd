"""Writes the golden numbers of the histogram measures: numpy==2.4.6, scipy==1.17.1.

python3 Tests/Oracles/histograms.py

W1 is scipy's wasserstein_distance of the bins' middles, weighted by the counts, the Jensen-Shannon
distance that of scipy.spatial, the critical value that of scipy's chi-squared distribution.
"""

import textwrap
from pathlib import Path

import numpy
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2, wasserstein_distance

assert (numpy.__version__, scipy.__version__) == ("2.4.6", "1.17.1"), "see the pinned versions"

TARGET = Path(__file__).parents[1] / "StatisticsTests" / "Fixtures" / "HistogramGoldens.swift"


def literal(numbers, indent=6):
    text = ", ".join(repr(x.item()) for x in numpy.asarray(numbers))
    space = " " * (indent + 2)
    body = textwrap.fill(text, 97, initial_indent=space, subsequent_indent=space)
    return f"[\n{body},\n{' ' * indent}]"


def row(edges, first, second):
    bounded = numpy.concatenate(([-numpy.inf], edges, [numpy.inf]))
    counts = []
    for values in (first, second):
        inner, _ = numpy.histogram(values, edges)
        counts.append(
            numpy.concatenate(([(values < edges[0]).sum()], inner, [(values > edges[-1]).sum()]))
        )
    assert len(bounded) == len(counts[0]) + 1
    p, q = (c / c.sum() for c in counts)
    places = numpy.concatenate((edges[:1], (edges[1:] + edges[:-1]) / 2, edges[-1:]))
    used = (p > 0) | (q > 0)
    a, b = (numpy.where(x[used] > 0, x[used], 1e-4) for x in (p, q))
    degrees, scale = used.sum() - 1, 1 / len(first) + 1 / len(second)
    expected = [
        jensenshannon(p, q, base=2),
        wasserstein_distance(places, places, p, q),
        abs(numpy.cumsum(p - q)).max(),
        ((b - a) * numpy.log(b / a)).sum(),
        degrees * scale,
        chi2.isf(0.05, degrees) * scale,
        chi2.isf(1e-6, degrees) * scale,
    ]
    return (
        f"    HistogramGolden(\n      edges: {literal(edges)},\n"
        f"      reference: {literal(first)},\n      current: {literal(second)},\n"
        f"      counts: {literal(counts[0])},\n      expected: {literal(expected)}),\n"
    )


random = numpy.random.default_rng(20180607)
rows = [
    row(numpy.linspace(-2, 2, 11), random.normal(0, 1, 60).round(2), random.normal(0, 1, 60).round(2)),
    row(numpy.linspace(-5, 5, 65), random.normal(0, 1, 120).round(2), random.normal(1, 2, 90).round(2)),
    row(numpy.array([-1, -0.5, 0, 2, 7.0]), random.normal(0, 1, 50).round(1), random.normal(3, 4, 40).round(1)),
    row(numpy.array([0, 1.0]), numpy.array([0, 1, 1, 0.5]), numpy.array([0.25, 3.0, -1])),
    row(numpy.array([0, 1.0, 2]), numpy.array([0, 0.5, 0.25]), numpy.array([1, 2.0])),
]
degrees = (1, 2, 3, 9, 63, 1000)
levels = (0.999, 0.5, 0.05, 1e-3, 1e-9)
quantiles = "".join(f"    {literal([chi2.isf(a, k) for a in levels], 4)},\n" for k in degrees)
TARGET.write_text(
    "// Written by Tests/Oracles/histograms.py; don't edit.\n\n"
    "/// Samples, numpy's counts of the reference with those outside, and what scipy has for both.\n"
    "struct HistogramGolden: Sendable {\n"
    "  let edges: [Double]\n  let reference: [Double]\n  let current: [Double]\n"
    "  let counts: [Int]\n"
    "  /// Jensen–Shannon distance, W1, KS, PSI, its null mean, its critical values for 5 % and 1e-6.\n"
    "  let expected: [Double]\n\n"
    f"  static let all: [HistogramGolden] = [\n{''.join(rows)}  ]\n\n"
    "  /// Chi-squared quantiles for 1, 2, 3, 9, 63 and 1000 degrees of freedom, by row, that are\n"
    "  /// exceeded with the probabilities 0.999, 0.5, 0.05, 1e-3 and 1e-9.\n"
    f"  static let quantiles: [[Double]] = [\n{quantiles}  ]\n}}\n"
)
