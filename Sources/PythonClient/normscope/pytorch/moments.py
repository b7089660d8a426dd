"""Moments of tensors: measured, gathered from a step, merged."""

from __future__ import annotations

import math
from collections import Counter
from itertools import compress
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
#: The forward passes that are kept apart: more of them without a step are merged as they come.
_MOST = 8192


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


class Entries:
    """The forward passes that hooks saw, in order: for each one the hook, the number of elements
    of a feature, and rows of mean, 1/√(variance + epsilon) and, of a batch norm, gamma and beta.

    `adapts`: the epsilon of a unit is that of the hook's `epsilons`, and units that need it are
    measured exactly from the next step on; otherwise all rows are exact.
    """

    def __init__(self, adapts: bool = False) -> None:
        self._adapts = adapts
        self._layouts: Dict[Tuple[Any, ...], Layout] = {}
        #: The hooks of passes whose numbers could not be read.
        self.unreadable: List[Any] = []
        self._needs: List[Tuple[Layout, np.ndarray]] = []
        self._folded: List[Optional[Moments]] = [None, None]
        self._is_folded = False
        # The passes that were merged, dropped or left out.
        self._gone: Counter = Counter()
        self._empty()

    def add(self, hook: Any, count: int, rows: torch.Tensor, is_aside: bool = False) -> None:
        """Adds a forward pass; one that is aside counts if the hook saw no other in the step."""
        if is_aside:
            self._asides.append(len(self.hooks))
        self.hooks.append(hook)
        self.counts.append(count)
        self.rows.append(rows)
        if len(self.hooks) >= _MOST:
            self._fold()

    def clear(self) -> None:
        """Forgets all."""
        if self._is_folded or self._gone:
            self._gone = Counter()
            self._folded = [None, None]
            self._is_folded = False
        self._empty()

    def _empty(self) -> None:
        self.hooks: List[Any] = []
        self.counts: List[int] = []
        self.rows: List[torch.Tensor] = []
        self._asides: List[int] = []

    def drop(self, start: int) -> None:
        """Forgets the passes from number `start` on."""
        self._gone.update(self.hooks[start:])
        del self.hooks[start:], self.counts[start:], self.rows[start:]
        self._asides = [number for number in self._asides if number < start]

    def leave_out(self, hook: Any) -> None:
        """Counts a pass of which nothing is kept."""
        self._gone[hook] += 1

    def passes(self) -> Counter:
        """How many passes each hook saw, with those of which nothing is kept."""
        return self._gone + Counter(self.hooks)

    def take(self) -> Optional[Moments]:
        """The moments of each hook, merged where it saw several passes; None of nothing."""
        if not self._asides and not self._is_folded:
            if not self.hooks:
                return None
            answer = self._read(self.hooks, self.counts, self.rows)
            self.clear()
            if self._needs:
                self._adapt()
            return answer
        self._fold()
        sure, asides = self._folded
        self.clear()
        if sure is None or asides is None:
            return sure or asides
        known = set(sure.layout.hooks)
        others = [part for part in asides.parts() if part[0] not in known]
        return merged([*sure.parts(), *others]) if others else sure

    def _fold(self) -> None:
        """Merges the passes, those that are aside apart."""
        asides = set(self._asides)
        self._is_folded = True
        for which in (0, 1):
            chosen = [
                number for number in range(len(self.hooks)) if (number in asides) == bool(which)
            ]
            columns = (self.hooks, self.counts, self.rows)
            found = self._read(*([column[number] for number in chosen] for column in columns))
            before = self._folded[which]
            if found is not None and before is not None:
                found = merged([*before.parts(), *found.parts()])
            self._folded[which] = found or before
        self._gone.update(self.hooks)
        self._empty()
        if self._needs:
            self._adapt()

    def _adapt(self) -> None:
        """Has the hooks measure exactly what needs it, once all that they measured is read."""
        for layout, needs in self._needs:
            for hook, units in zip(layout.hooks, layout.slices):
                hook.measure_exactly(needs[units])
        self._layouts.clear()
        self._needs = []

    @np.errstate(all="ignore")
    def _read(
        self, hooks: Sequence[Any], numbers: Sequence[int], rows: Sequence[torch.Tensor]
    ) -> Optional[Moments]:
        if not hooks:
            return None
        if rows[0].is_cuda and any(part.device != rows[0].device for part in rows):
            rows = [part.cpu() for part in rows]  # Replicas of DataParallel.
        try:
            values = (torch.cat(list(rows), 1) if len(rows) > 1 else rows[0]).cpu().numpy()
        except Exception:
            found = [_is_readable(part) for part in rows]
            if all(found):
                raise
            self.unreadable.extend(hook for hook, is_good in zip(hooks, found) if not is_good)
            return self._read(*(list(compress(each, found)) for each in (hooks, numbers, rows)))
        key = tuple(hooks)
        layout = self._layouts.get(key)
        if layout is None or layout.total != values.shape[1]:
            if len(self._layouts) > 64:
                self._layouts.clear()
            layout = Layout(key, [part.shape[1] for part in rows], self._adapts)
            self._layouts[key] = layout
        counts = np.array(numbers, np.int64)
        variance = values[1].astype(np.float64)
        np.multiply(variance, variance, out=variance)
        np.divide(1, variance, out=variance)
        variance -= layout.epsilon
        np.maximum(variance, 0, out=variance)
        if self._adapts:
            needs = layout.needs(values[0] * values[1], variance)
            if needs is not None:
                self._needs.append((layout, needs))
        if layout.is_simple:
            affine = values.shape[0] > 2
            return Moments(
                layout,
                counts,
                _float32(values[0]),
                variance.astype(np.float32),
                _float32(values[2]) if affine else None,
                _float32(values[3]) if affine else None,
            )
        parts = Moments(layout, counts, values[0], variance, *values[2:4])
        return merged(parts.parts())


def _is_readable(rows: torch.Tensor) -> bool:
    """Whether a tensor has numbers: those of `vmap` and of fake tensors cannot be read."""
    try:
        rows.cpu().numpy()
    except Exception:
        return False
    return True


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
        if is_known and ratio.dot(ratio) < _FAR * _FAR and variance.min() >= self._most:
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
        # Finite only if all are; where products overflow it is looked for in vain.
        with np.errstate(all="ignore"):
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
