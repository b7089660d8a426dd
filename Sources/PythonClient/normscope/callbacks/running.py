"""The moments of a batch, from batch norm's running statistics before and after it."""

from __future__ import annotations

from typing import Any, Tuple

import numpy


def is_recoverable(momentum: float) -> bool:
    """Whether rounding leaves enough of the batch: the old value may weigh at most 0.99."""
    return 1 - momentum > 0.01 - 1e-9


def batch_moments(
    before: Tuple[Any, Any], after: Tuple[Any, Any], momentum: float
) -> Tuple[Any, Any]:
    """The mean and the variance m and v of new = momentum * old + (1 - momentum) * (m, v).

    `before` and `after` are pairs of arrays: running mean and running variance.
    """
    old = numpy.asarray(before, dtype="float64")
    new = numpy.asarray(after, dtype="float64")
    # The frameworks multiply by float32 numbers.
    weight = float(numpy.float32(momentum))
    share = float(numpy.float32(1 - momentum))
    mean, variance = (new - weight * old) / share
    # A batch without variance may come out a rounding error below 0; NaN stays.
    return mean, numpy.where(variance < 0, 0, variance)
