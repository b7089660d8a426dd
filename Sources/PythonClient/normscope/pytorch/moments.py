"""Moments of tensors: measured, laid out, merged."""

from __future__ import annotations

import math
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

import numpy as np
import torch

#: The epsilon of exact rows: so small that a variance keeps all its digits.
TINY = 1e-30
#: Mean over standard deviation from which a unit is measured again about its mean: PyTorch's kernel
#: errs by up to 4e-6 of the mean.
_FAR = 10
#: The part of epsilon below which 1/√(variance + epsilon) has too few digits of the variance.
_SMALL = 1e-2


def measured(
    x: torch.Tensor, epsilon: float = TINY, is_exact: bool = True
) -> Tuple[torch.Tensor, torch.Tensor]:
    """Mean and 1/√(variance + epsilon) of x [examples, features, …] for each feature.

    PyTorch's batch norm kernel computes them ten times faster than `var_mean`, in one pass. Far
    from zero it loses digits of the mean: `is_exact` takes a second pass, about the first mean.
    """
    with torch.no_grad():
        x = x.detach()
        if x.dtype is torch.bfloat16 or x.dtype is torch.float16:
            x = x.float()
        _, mean, inverse = torch.native_batch_norm(x, None, None, None, None, True, 0.0, epsilon)
        if is_exact:
            x = x - mean.view(-1, *(1 for _ in x.shape[2:]))
            _, rest, inverse = torch.native_batch_norm(
                x, None, None, None, None, True, 0.0, epsilon
            )
            mean = mean + rest
        return mean, inverse


def refined(
    x: torch.Tensor, mean: torch.Tensor, inverse: torch.Tensor, units: torch.Tensor
) -> Tuple[torch.Tensor, torch.Tensor]:
    """The mean and the inverse deviation, exact for these units of x [examples, features, …]."""
    with torch.no_grad():
        units = units.to(x.device)
        exact = measured(x.detach().index_select(1, units))
        return mean.index_copy(0, units, exact[0]), inverse.index_copy(0, units, exact[1])


class Layout:
    """Where the units of each hook are in the rows of a step."""

    def __init__(self, hooks: Sequence[Any], widths: Sequence[int], adapts: bool = False) -> None:
        self.hooks = tuple(hooks)
        ends = np.cumsum(widths)
        self.slices = [slice(int(end) - width, int(end)) for end, width in zip(ends, widths)]
        self.total = int(ends[-1])
        #: Whether no hook is there twice.
        self.is_simple = len(set(hooks)) == len(hooks)
        #: The numbers of the run's tensors, once they are declared.
        self.tensors: Optional[bytes] = None
        self.epsilon: Any = TINY
        if adapts:
            self._is_new = any(hook.exact is None for hook in hooks)
            exact = [
                np.zeros(width, bool) if hook.exact is None else hook.exact
                for hook, width in zip(hooks, widths)
            ]
            self._is_rough = ~np.concatenate(exact)
            self.epsilon = np.concatenate(
                [hook.epsilons(width) for hook, width in zip(hooks, widths)]
            )
            self._least = _SMALL * np.repeat([hook.epsilon for hook in hooks], widths)
            self._most = self._least.max()

    def needs(self, ratio: np.ndarray, variance: np.ndarray) -> Optional[np.ndarray]:
        """The units that must be measured exactly, by mean over deviation and variance; None where
        no hook has news of it.
        """
        is_known = not self._is_new
        if is_known and np.abs(ratio).max() <= _FAR and variance.min() >= self._most:
            return None
        needs = np.abs(ratio) > _FAR
        needs |= variance < self._least
        needs &= self._is_rough
        return None if is_known and not needs.any() else needs


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
        # Finite only if all are; where sums overflow it is looked for in vain.
        with np.errstate(all="ignore"):
            if math.isfinite(self.mean.sum() + self.variance.sum()):
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
        float32(np.concatenate(means)),
        float32(np.concatenate(variances)),
        float32(np.concatenate(gammas)) if affine else None,
        float32(np.concatenate(betas)) if affine else None,
    )


def float32(values: np.ndarray) -> np.ndarray:
    """The numbers as float32."""
    return values if values.dtype == np.float32 else values.astype(np.float32)
