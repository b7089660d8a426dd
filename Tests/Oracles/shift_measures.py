"""Writes the golden numbers of the Statistics tests: numpy==2.4.6, scipy==1.17.1, mpmath==1.3.0.

python3 Tests/Oracles/shift_measures.py

No closed form of the library is used: W2 squared and W1 are integrals of the difference of the
quantile functions, the divergences those of p ln(p / q), the logarithm of the variance ratio twice
the difference of the entropies, the energy distance an integral of the difference of the
distribution functions, MMD one of that of the characteristic functions, Fisher-Rao the length of
the geodesic; the aggregates are numpy's. Tiny, huge and very unequal moments, where quadrature in
double precision fails, are the textbooks' formulas in 120 digits, cancellation and all.
"""

import textwrap
from pathlib import Path

import mpmath
import numpy
import scipy
from mpmath import mpf
from scipy.integrate import quad
from scipy.stats import norm

VERSIONS = (numpy.__version__, scipy.__version__, mpmath.__version__)
assert VERSIONS == ("2.4.6", "1.17.1", "1.3.0"), "see the pinned versions"

TARGET = Path(__file__).parents[1] / "StatisticsTests" / "Fixtures" / "ShiftMeasureGoldens.swift"


def integral(f, a, b, **options):
    return quad(f, a, b, epsabs=0, epsrel=1e-12, limit=2000, **options)[0]


def squared_w2(p, q):
    lower = integral(lambda u: (q.ppf(u) - p.ppf(u)) ** 2, 0, 0.5)
    upper = integral(lambda u: (q.isf(u) - p.isf(u)) ** 2, 0, 0.5)
    return lower + upper


def w1(p, q):
    crossing = (
        norm.cdf((p.mean() - q.mean()) / (q.std() - p.std())) if p.std() != q.std() else 0.5
    )
    cuts = sorted({0.0, min(crossing, 0.5), 0.5})
    lower = [integral(lambda u: abs(q.ppf(u) - p.ppf(u)), a, b) for a, b in zip(cuts, cuts[1:])]
    cuts = sorted({0.0, min(1 - crossing, 0.5), 0.5})
    upper = [integral(lambda u: abs(q.isf(u) - p.isf(u)), a, b) for a, b in zip(cuts, cuts[1:])]
    return sum(lower) + sum(upper)


def over_the_line(f, p, q):
    cuts = sorted(d.mean() + k * d.std() for d in (p, q) for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12))
    return sum(integral(f, a, b) for a, b in zip(cuts, cuts[1:]) if b > a)


def jeffreys(p, q):
    return over_the_line(
        lambda x: (p.pdf(x) - q.pdf(x)) * (p.logpdf(x) - q.logpdf(x)), p, q
    )


def divergence(p, q):
    """KL(p || q): p - q, which integrates to 0, keeps the integrand from changing its sign."""
    return over_the_line(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)) - p.pdf(x) + q.pdf(x), p, q
    )


def jensen_shannon(p, q):
    def integrand(x):
        a, b = p.logpdf(x), q.logpdf(x)
        mixture = numpy.logaddexp(a, b) - numpy.log(2)
        return (numpy.exp(a) * (a - mixture) + numpy.exp(b) * (b - mixture)) / 2

    return over_the_line(integrand, p, q)


def squared_hellinger(p, q):
    return over_the_line(lambda x: (p.pdf(x) ** 0.5 - q.pdf(x) ** 0.5) ** 2 / 2, p, q)


def squared_energy(p, q):
    return 2 * over_the_line(lambda x: (p.cdf(x) - q.cdf(x)) ** 2, p, q)


def squared_mmd(p, q, bandwidth):
    """By Bochner's theorem, the kernel being the characteristic function of N(0, 1/h^2)."""
    unit = norm(0, 1)
    a, b = p.std() / bandwidth, q.std() / bandwidth
    shift = (q.mean() - p.mean()) / bandwidth

    def integrand(w):
        first, second = numpy.exp(-((a * w) ** 2) / 2), numpy.exp(-((b * w) ** 2) / 2)
        return ((first - second) ** 2 + 4 * first * second * numpy.sin(shift * w / 2) ** 2) * unit.pdf(w)

    return 2 * sum(integral(integrand, x, y) for x, y in ((0, 0.5), (0.5, 2), (2, 5), (5, 12)))


def fisher_rao(p, q):
    """The geodesic is an arc of a circle about (center, 0) in the half plane (mean/sqrt(2), sd)."""
    x = (q.mean() - p.mean()) / 2**0.5
    if x == 0:
        return abs(integral(lambda s: 2**0.5 / s, p.std(), q.std()))
    center = (x * x + q.std() ** 2 - p.std() ** 2) / (2 * x)
    start, end = numpy.arctan2(p.std(), -center), numpy.arctan2(q.std(), x - center)
    return abs(integral(lambda t: 2**0.5 / numpy.sin(t), start, end))


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
            w2**0.5,
            w1(p, q),
            divergence(floored[1], floored[0]),
            divergence(*floored),
            jensen_shannon(*floored),
            squared_hellinger(*floored) ** 0.5,
            -numpy.log1p(-squared_hellinger(*floored)),
            squared_energy(p, q) ** 0.5,
            squared_mmd(p, q, floored[0].std()) ** 0.5,
            fisher_rao(*floored),
        ],
    )


def exact_row(mean1, variance1, mean2, variance2, epsilon):
    """The textbooks' formulas in 120 digits."""
    mpmath.mp.dps = 120
    inputs = [float(numpy.float32(x)) for x in (mean1, variance1, mean2, variance2)] + [epsilon]
    m1, v1, m2, v2, epsilon = (mpf(x) for x in inputs)
    s1, s2, d = mpmath.sqrt(v1), mpmath.sqrt(v2), m2 - m1
    a, b = v1 + epsilon, v2 + epsilon

    def mean_magnitude(m, s):
        if s == 0:
            return abs(m)
        return s * mpmath.sqrt(2 / mpmath.pi) * mpmath.exp(-m * m / (2 * s * s)) + m * mpmath.erf(
            m / (s * mpmath.sqrt(2))
        )

    def kernel_mean(v, m):
        return mpmath.sqrt(a / (a + v)) * mpmath.exp(-m * m / (2 * (a + v)))

    def kl(d, v, w):
        return (v / w - 1 - mpmath.log(v / w) + d * d / w) / 2

    overlap = mpmath.sqrt(2 * mpmath.sqrt(a * b) / (a + b)) * mpmath.exp(-d * d / (4 * (a + b)))
    squared_w2 = d * d + (s2 - s1) ** 2
    expected = [
        mpmath.sqrt(squared_w2 / a),
        squared_w2,
        d / mpmath.sqrt(a),
        mpmath.log(b / a),
        kl(d, a, b) + kl(d, b, a),
        mpmath.sqrt(squared_w2),
        mean_magnitude(d, abs(s2 - s1)),
        kl(d, b, a),
        kl(d, a, b),
        exact_jensen_shannon(d, a, b),
        mpmath.sqrt(1 - overlap),
        -mpmath.log(overlap),
        mpmath.sqrt(
            2 * mean_magnitude(d, mpmath.sqrt(v1 + v2)) - 2 * (s1 + s2) / mpmath.sqrt(mpmath.pi)
        ),
        mpmath.sqrt(kernel_mean(2 * v1, 0) + kernel_mean(2 * v2, 0) - 2 * kernel_mean(v1 + v2, d)),
        mpmath.sqrt(2)
        * mpmath.acosh(
            1 + (d * d / 2 + (mpmath.sqrt(b) - mpmath.sqrt(a)) ** 2) / (2 * mpmath.sqrt(a * b))
        ),
    ]
    return inputs, [float(x) for x in expected]


def exact_jensen_shannon(d, a, b):
    """The quadrature in 50 digits, the integrand's in as many more as cancel."""
    mpmath.mp.dps = 50
    s, t = mpmath.sqrt(a), mpmath.sqrt(b)

    def integrand(x):
        p = mpmath.exp(-x * x / (2 * a)) / s
        q = mpmath.exp(-((x - d) ** 2) / (2 * b)) / t
        m = (p + q) / 2
        return (p * mpmath.log(p / m) + q * mpmath.log(q / m)) / 2

    cuts = (-16, -8, -5, -3, -1.5, 0, 1.5, 3, 5, 8, 16)
    points = sorted({k * s for k in cuts} | {d + k * t for k in cuts})
    value = mpmath.quad(integrand, points, maxdegree=8) / mpmath.sqrt(2 * mpmath.pi)
    mpmath.mp.dps = 120
    return value


def exact_rows():
    for d in (1e-2, 1e-5, 1e-10, 1e-18):
        yield exact_row(0, 1, d, 1, 0)
    for change in (1e-2, 1e-4, -1e-4, 2e-7):
        yield exact_row(0, 4, 0, 4 + change, 0)
    yield exact_row(1e-12, 0.25, 2e-12, 0.2500001, 1e-3)
    yield exact_row(0, 1, 0, 1.375, 0)
    yield exact_row(0, 1, 0, 0.625, 0)
    yield exact_row(0, 1, 3, 1e-8, 0)
    yield exact_row(0, 1e-8, 3, 1, 0)
    yield exact_row(2, 1e10, -3, 1, 1e-3)
    yield exact_row(0, 1, 9, 2, 0)
    yield exact_row(0, 2, -9, 0.5, 1e-3)
    yield exact_row(1e-19, 1e-38, 3e-19, 4e-38, 0)
    yield exact_row(1e-19, 1e-38, 3e-19, 4e-38, 1e-3)
    yield exact_row(1e15, 1e30, -2e15, 3e30, 1e-3)


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
    "/// Numbers that numpy, scipy and mpmath computed.\n"
    "struct Golden: Sendable {\n"
    "  let input: [Double]\n"
    "  let expected: [Double]\n\n"
    + table(
        "measures",
        "The input is μ₁, σ₁², μ₂, σ₂², ε; expected are the measures in the order of their declaration.",
        measure_rows(),
    )
    + "\n"
    + table(
        "hardMeasures",
        "As `measures`, of tiny, huge and very unequal moments, computed in 120 digits.",
        exact_rows(),
    )
    + "\n"
    + table(
        "aggregates",
        "The input is the values; expected are median, mean, p90, max, rms.",
        aggregate_rows(),
    )
    + "}\n"
)
