"""Moments of tensors: measured, gathered from a step, merged."""

from __future__ import annotations

import math
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

import numpy as np
import torch


def measured(x: torch.Tensor, epsilon: float) -> Tuple[torch.Tensor, torch.Tensor]:
    """Mean and 1/√(variance + epsilon) of x [examples, features, …] for each feature.

    PyTorch's batch norm kernel computes them ten times faster than `var_mean`, in one pass.
    """
    with torch.no_grad():
        x = x.detach()
        if x.dtype is torch.bfloat16 or x.dtype is torch.float16:
            x = x.float()
        _, mean, inverse = torch.native_batch_norm(x, None, None, None, None, True, 0.0, epsilon)
        return mean, inverse


class Entries:
    """The forward passes that hooks saw, in order: for each one the hook, the number of elements
    of a feature, and rows of mean, 1/√(variance + epsilon) and, of a batch norm, gamma and beta.
    """

    __slots__ = ("hooks", "counts", "rows")

    def __init__(self) -> None:
        self.clear()

    def add(self, hook: Any, count: int, rows: torch.Tensor) -> None:
        """Adds a forward pass."""
        self.hooks.append(hook)
        self.counts.append(count)
        self.rows.append(rows)

    def clear(self) -> None:
        """Forgets all."""
        self.hooks: List[Any] = []
        self.counts: List[int] = []
        self.rows: List[torch.Tensor] = []

    @np.errstate(all="ignore")
    def take(self, layouts: Dict[Tuple[Any, ...], "Layout"]) -> Optional["Moments"]:
        """The moments of each hook, merged where it saw several passes; None of nothing."""
        if not self.hooks:
            return None
        hooks = tuple(self.hooks)
        rows = self.rows
        if rows[0].is_cuda and any(part.device != rows[0].device for part in rows):
            rows = [part.cpu() for part in rows]  # Replicas of DataParallel.
        values = (torch.cat(rows, 1) if len(rows) > 1 else rows[0]).cpu().numpy()
        layout = layouts.get(hooks)
        if layout is None or layout.total != values.shape[1]:
            if len(layouts) > 64:
                layouts.clear()
            layout = layouts[hooks] = Layout(hooks, [part.shape[1] for part in rows])
        counts = np.array(self.counts, np.int64)
        self.clear()
        inverse = values[1].astype(np.float64)
        np.multiply(inverse, inverse, out=inverse)
        np.divide(1, inverse, out=inverse)
        inverse -= layout.epsilon
        np.maximum(inverse, 0, out=inverse)
        if layout.is_simple:
            affine = values.shape[0] > 2
            return Moments(
                layout,
                counts,
                _float32(values[0]),
                inverse.astype(np.float32),
                _float32(values[2]) if affine else None,
                _float32(values[3]) if affine else None,
            )
        parts = Moments(layout, counts, values[0], inverse, *values[2:4])
        return merged(parts.parts())


class Layout:
    """Where the units of each hook are in the rows of a step."""

    def __init__(self, hooks: Sequence[Any], widths: Sequence[int]) -> None:
        self.hooks = tuple(hooks)
        ends = np.cumsum(widths)
        self.slices = [slice(int(end) - width, int(end)) for end, width in zip(ends, widths)]
        self.total = int(ends[-1])
        self.epsilon = np.repeat([hook.epsilon for hook in hooks], widths)
        #: Whether no hook is there twice.
        self.is_simple = len(set(hooks)) == len(hooks)
        #: The numbers of the run's tensors, once they are declared.
        self.tensors: Optional[bytes] = None


class Moments:
    """Count, mean and biased variance of the tensors of a layout, and gamma and beta of those that
    a batch norm reads.
    """

    def __init__(
        self,
        layout: Layout,
        counts: np.ndarray,
        mean: np.ndarray,
        variance: np.ndarray,
        gamma: Optional[np.ndarray] = None,
        beta: Optional[np.ndarray] = None,
    ) -> None:
        self.layout = layout
        self.counts = counts
        self.mean = mean
        self.variance = variance
        self.gamma = gamma
        self.beta = beta

    def parts(self) -> Iterator[Tuple[Any, ...]]:
        """Hook, count, mean, variance, gamma and beta of each tensor."""
        for hook, count, units in zip(self.layout.hooks, self.counts, self.layout.slices):
            yield (
                hook,
                float(count),
                self.mean[units],
                self.variance[units],
                None if self.gamma is None else self.gamma[units],
                None if self.beta is None else self.beta[units],
            )

    def non_finite(self) -> Optional[np.ndarray]:
        """At least how many elements of each tensor are not finite: one for each unit whose moments
        are not; None where all are finite.
        """
        # Finite only if all are; where products overflow it is looked for in vain.
        if math.isfinite(self.mean.dot(self.variance)):
            return None
        broken = ~(np.isfinite(self.mean) & np.isfinite(self.variance))
        if not broken.any():
            return None
        return np.array([broken[units].sum() for units in self.layout.slices], np.int64)


@np.errstate(all="ignore")
def merged(parts: Iterable[Tuple[Any, ...]]) -> Optional[Moments]:
    """The parts of each hook as one, by Chan's formula in double precision, hooks in the order of
    their first part; gamma and beta are those of the first.
    """
    sums: Dict[Any, List[Any]] = {}
    for hook, count, mean, variance, gamma, beta in parts:
        mean = np.asarray(mean, np.float64)
        deviations = np.asarray(variance, np.float64) * count
        if hook not in sums:
            sums[hook] = [count, mean, deviations, gamma, beta]
            continue
        into = sums[hook]
        total = into[0] + count
        delta = mean - into[1]
        into[2] = into[2] + deviations + delta * delta * (into[0] * count / total)
        into[1] = into[1] + delta * (count / total)
        into[0] = total
    return concatenated(
        (hook, row[0], row[1], row[2] / row[0], row[3], row[4]) for hook, row in sums.items()
    )


@np.errstate(all="ignore")
def concatenated(parts: Iterable[Tuple[Any, ...]]) -> Optional[Moments]:
    """The parts, each of another hook, as moments; None of nothing."""
    rows = list(parts)
    if not rows:
        return None
    hooks, counts, means, variances, gammas, betas = zip(*rows)
    affine = gammas[0] is not None
    return Moments(
        Layout(hooks, [len(mean) for mean in means]),
        np.array(counts, np.int64),
        _float32(np.concatenate(means)),
        _float32(np.concatenate(variances)),
        _float32(np.concatenate(gammas)) if affine else None,
        _float32(np.concatenate(betas)) if affine else None,
    )


def _float32(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == np.float32 else values.astype(np.float32)
