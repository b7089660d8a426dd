"""Writes the golden numbers of the Statistics tests: numpy==2.4.6, scipy==1.17.1.

python3 Tests/Oracles/shift_measures.py

No closed form of the library is used: W2 squared is the integral of the squared difference of the
quantile functions, the Jeffreys divergence that of (p - q) ln(p / q), the logarithm of the variance
ratio twice the difference of the entropies; the aggregates are numpy's.
"""

import textwrap
from pathlib import Path

import numpy
import scipy
from scipy.integrate import quad
from scipy.stats import norm

assert (numpy.__version__, scipy.__version__) == ("2.4.6", "1.17.1"), "see the pinned versions"

TARGET = Path(__file__).parents[1] / "StatisticsTests" / "Fixtures" / "ShiftMeasureGoldens.swift"


def integral(f, a, b, **options):
    return quad(f, a, b, epsabs=0, epsrel=1e-12, limit=2000, **options)[0]


def squared_w2(p, q):
    lower = integral(lambda u: (q.ppf(u) - p.ppf(u)) ** 2, 0, 0.5)
    upper = integral(lambda u: (q.isf(u) - p.isf(u)) ** 2, 0, 0.5)
    return lower + upper


def jeffreys(p, q):
    def integrand(x):
        return (p.pdf(x) - q.pdf(x)) * (p.logpdf(x) - q.logpdf(x))

    cuts = sorted(d.mean() + k * d.std() for d in (p, q) for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12))
    return sum(integral(integrand, a, b) for a, b in zip(cuts, cuts[1:]) if b > a)


def row(mean1, variance1, mean2, variance2, epsilon):
    mean1, variance1, mean2, variance2 = (
        float(numpy.float32(x)) for x in (mean1, variance1, mean2, variance2)
    )
    p, q = norm(mean1, variance1**0.5), norm(mean2, variance2**0.5)
    floored = norm(mean1, (variance1 + epsilon) ** 0.5), norm(mean2, (variance2 + epsilon) ** 0.5)
    w2 = squared_w2(p, q)
    return (
        [mean1, variance1, mean2, variance2, epsilon],
        [
            w2**0.5 / floored[0].std(),
            w2,
            (q.mean() - p.mean()) / floored[0].std(),
            2 * (floored[1].entropy() - floored[0].entropy()),
            jeffreys(*floored),
        ],
    )


def measure_rows():
    yield row(0, 1, 0.1, 1, 0)
    yield row(0, 1, 0.1, 1, 1e-3)
    yield row(0, 1, 0, 1.21, 0)
    yield row(0, 1, 0, 4, 1e-3)
    yield row(2, 0.25, -1, 9, 0)
    yield row(1e5, 4, 1e5 + 0.5, 5, 1e-3)
    yield row(-3e-4, 1e-6, 2e-4, 4e-6, 0)
    yield row(-3e-4, 1e-6, 2e-4, 4e-6, 1e-3)
    random = numpy.random.default_rng(20150211)
    for index in range(22):
        mean1, mean2 = random.normal(0, 2, 2)
        variance1, variance2 = numpy.exp(random.normal(0, 1, 2))
        yield row(mean1, variance1, mean2, variance2, (0, 1e-5, 1e-3, 1e-1)[index % 4])


def aggregate_rows():
    random = numpy.random.default_rng(19620101)
    for count in (2, 3, 8, 11, 20):
        values = random.normal(0, 1, count).round(3)
        size = numpy.abs(values)
        yield (
            values.tolist(),
            [
                float(numpy.median(values)),
                float(values.mean()),
                float(numpy.quantile(size, 0.9, method="linear")),
                float(size.max()),
                float(numpy.sqrt((values**2).mean())),
            ],
        )


def literal(numbers):
    text = ", ".join(repr(float(x)) for x in numbers)
    return textwrap.fill(text, 98, initial_indent=" " * 8, subsequent_indent=" " * 8)


def table(name, documentation, rows):
    body = "".join(
        f"    Golden(\n      input: [\n{literal(a)},\n      ],\n"
        f"      expected: [\n{literal(b)},\n      ]),\n"
        for a, b in rows
    )
    return f"  /// {documentation}\n  static let {name}: [Golden] = [\n{body}  ]\n"


TARGET.parent.mkdir(exist_ok=True)
TARGET.write_text(
    "// Written by Tests/Oracles/shift_measures.py; don't edit.\n\n"
    "/// Numbers that numpy and scipy computed.\n"
    "struct Golden: Sendable {\n"
    "  let input: [Double]\n"
    "  let expected: [Double]\n\n"
    + table(
        "measures",
        "The input is μ₁, σ₁², μ₂, σ₂², ε; expected are nw2, w2sq, mean-shift, log-var-ratio, jeffreys.",
        measure_rows(),
    )
    + "\n"
    + table(
        "aggregates",
        "The input is the values; expected are median, mean, p90, max, rms.",
        aggregate_rows(),
    )
    + "}\n"
)
