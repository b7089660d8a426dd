"""Records training loops in JAX: batch norm's moments from Flax's running statistics.

The moments of any other tensor need no function: let the jitted step return `x.mean(0)` and
`x.var(0)`, and pass them to `run.record`.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

import numpy

from ..run import Run
from .running import batch_moments, is_recoverable


def record_batch_stats(
    run: Run,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    count: int,
    momentum: float = 0.99,
    params: Optional[Mapping[str, Any]] = None,
    epsilon: float = 1e-5,
) -> None:
    """Records the batch moments of every batch norm at the step that is being made.

    Flax keeps running statistics: new = momentum * old + (1 - momentum) * batch. The batch's
    moments follow from those before and after the update, to about 6e-8 / (1 - momentum) of the
    running statistics. A layer whose statistics did not move has normalized by them: it has no
    moments.

    - before, after: the collection `batch_stats` before and after the step (of `flax.nnx`,
      `nnx.state(model, nnx.BatchStat)` as a pure dictionary): mappings with `mean` and `var`
      inside.
    - count: over how many elements each mean was taken: the batch size, times the places of an
      image.
    - momentum, epsilon: the layers' own.
    - params: the parameters before the step, with `scale` and `bias` at the same paths: gamma and
      beta.

    Raises `ValueError` where the momentum is above 0.99: rounding would hide the batch.
    """
    if not is_recoverable(momentum):
        raise ValueError(
            f"With a momentum of {momentum} the moments of a batch are lost in rounding: "
            "it must be at most 0.99."
        )
    _record(run, "", before, after, params or {}, count, momentum, epsilon)


def _record(
    run: Run,
    path: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    params: Mapping[str, Any],
    count: int,
    momentum: float,
    epsilon: float,
) -> None:
    if "mean" in after and "var" in after:
        old = (_array(before["mean"]), _array(before["var"]))
        new = (_array(after["mean"]), _array(after["var"]))
        if numpy.array_equal(old, new):
            return
        mean, variance = batch_moments(old, new, momentum)
        gamma, beta = params.get("scale"), params.get("bias")
        units = len(mean)
        name = path or "BatchNorm"
        run.record(
            name,
            count,
            mean,
            variance,
            [1.0] * units if gamma is None else _array(gamma),
            [0.0] * units if beta is None else _array(beta),
            kind="BatchNorm",
            epsilon=epsilon,
        )
        return
    for key, inner in after.items():
        if isinstance(inner, Mapping):
            deeper = f"{path}.{key}" if path else str(key)
            own = params.get(key, {})
            _record(run, deeper, before[key], inner, own, count, momentum, epsilon)


def _array(leaf: Any) -> Any:
    return numpy.asarray(getattr(leaf, "value", leaf))
