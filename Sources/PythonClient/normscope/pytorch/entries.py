"""What hooks saw since a step, and what waits of several steps."""

from __future__ import annotations

from collections import Counter
from itertools import compress
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
import torch

from .moments import Layout, Moments, float32, merged
from .shared_ring import SharedRing
from .together import Together

#: The forward passes that are kept apart: more of them without a step are merged as they come.
_MOST = 8192


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
        # The hooks of the newest step that was read, if each is there once; and the counts of the
        # steps after it that wait.
        self._usual: Optional[List[Any]] = None
        self._waiting: List[int] = []
        self._together = Together()
        #: Whether rows may be copied later than a pass: at the end of the model's, all at once.
        self.defers = False
        self._shared: Optional[SharedRing] = None
        #: The passes that are not copied yet: hook, count, how often gamma and beta were changed
        #: before they were used, and the rows.
        self.late: List[Tuple[Any, ...]] = []
        #: The place in the hooks' rings where they will be.
        self.place = 0
        self._error: Optional[Exception] = None
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

    def settle(self) -> bool:
        """Copies the rows that are late. Returns whether they are in the rings."""
        late = self.late
        if not late:
            return True
        self.late = []
        hooks, counts, versions, means, inverses, gammas, betas = map(list, zip(*late))
        before = len(self.hooks)
        self.hooks += hooks
        self.counts += counts
        self.rows += [None] * len(hooks)
        try:
            # Gamma and beta may have been changed in place since.
            if sum(versions) != sum([row._version for row in gammas + betas]):
                self.unshare()
                raise ValueError(
                    "a forward pass of the model changed gamma or beta after it had used them."
                )
            shared = self._shared
            if shared is not None and self.hooks == shared.hooks and not before:
                if shared.put(self.place, means + inverses + gammas + betas):
                    return True
            return self._settle_alone(before, zip(means, inverses, gammas, betas))
        except Exception as error:  # The training goes on.
            self._error = error
            return False

    def _settle_alone(self, first: int, late: Iterable[Tuple[torch.Tensor, ...]]) -> bool:
        copies = []
        for number, columns in enumerate(late, first):
            rows = [row.detach() for row in columns]
            copy = self.hooks[number].ring.put(self.place, rows)
            copies.append(copy)
            self.rows[number] = torch.stack(rows) if copy is None else copy
        return all(copy is not None for copy in copies)

    def _fill(self) -> None:
        """Has the rows that are in the rings of their hooks."""
        self.settle()
        if None in self.rows:
            for number, row in enumerate(self.rows):
                if row is None:
                    self.rows[number] = self.hooks[number].ring.at(self.place)

    def unshare(self) -> None:
        """Has rows copied at each pass, to rings that hooks do not share."""
        self.defers, self._shared = False, None

    def versions(self) -> Optional[int]:
        """How often the gammas and betas were changed whose rows may be copied later; None of
        none.
        """
        if self._shared is None:
            return None
        parameters = [hook.module._parameters for hook in self._shared.hooks]
        rows = [each.get(name) for each in parameters for name in ("weight", "bias")]
        return sum([row._version for row in rows if row is not None])

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
        #: None of rows that are, or will be, in the rings.
        self.rows: List[Any] = []
        self._asides: List[int] = []
        self.late = []

    def drop(self, start: int) -> None:
        """Forgets the passes from number `start` on."""
        self._gone.update(self.hooks[start:])
        # What is not copied yet is of the same pass.
        self._gone.update([each[0] for each in self.late])
        self.late = []
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
        usual, self._usual = self._usual, None
        self._fill()
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        if not self._asides and not self._is_folded:
            if not self.hooks:
                self._usual = []
                return None
            hooks = self.hooks
            answer = self.read(hooks, self.counts, self.rows)
            if answer is not None and answer.layout.is_simple:
                self._usual = hooks
            self.clear()
            self.adapt()
            if self._adapts and hooks == usual:
                self._share(hooks)
            return answer
        self._fold()
        sure, asides = self._folded
        self.clear()
        if sure is None or asides is None:
            return sure or asides
        known = set(sure.layout.hooks)
        others = [part for part in asides.parts() if part[0] not in known]
        return merged([*sure.parts(), *others]) if others else sure

    def _share(self, hooks: List[Any]) -> None:
        """Has hooks share a ring that one step after another was read of."""
        if self._waiting or not hooks[0].is_norm:
            return
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            # Sharded parameters lose their memory before the model's pass ends.
            return self.unshare()
        if self._shared is None or not self._shared.holds(hooks):
            self.defers = False
            self._shared = SharedRing.of(hooks)

    def _fold(self) -> None:
        """Merges the passes, those that are aside apart."""
        self._fill()
        asides = set(self._asides)
        self._is_folded = True
        for which in (0, 1):
            chosen = [
                number for number in range(len(self.hooks)) if (number in asides) == bool(which)
            ]
            columns = (self.hooks, self.counts, self.rows)
            found = self.read(*([column[number] for number in chosen] for column in columns))
            before = self._folded[which]
            if found is not None and before is not None:
                found = merged([*before.parts(), *found.parts()])
            self._folded[which] = found or before
        self._gone.update(self.hooks)
        self._empty()
        self.adapt()

    def can_wait(self) -> bool:
        """Whether the passes of a step, with their rows in the hooks' rings, can be read together
        with those of others: each hook of the newest step that was read is there once.
        """
        return self.hooks == self._usual and not (
            self.late or self._error is not None or self._is_folded or self._needs
        )

    def wait(self) -> None:
        """Keeps the passes of a step that `can_wait`."""
        if self.hooks:
            self._waiting += self.counts
            self.hooks, self.counts, self.rows = [], [], []
        if self._gone:
            self._gone = Counter()

    def read_waiting(self, steps: int) -> Optional[Together]:
        """The moments of the steps that wait, until this is called again; None where none do. They
        wait on.
        """
        if not self._waiting or not self._usual:
            return None
        key = tuple(self._usual)
        rings = [hook.ring.rows for hook in key]
        layout = self._layouts.get(key)
        if layout is None:
            layout = Layout(key, [ring.shape[2] for ring in rings], self._adapts)
            self._layouts[key] = layout
        if self._shared is not None and self._shared.holds(self._usual):
            rings = [self._shared.rows]
        self._together.read(layout, self._waiting, rings, steps)
        return self._together

    def take_waiting(self) -> Callable[[Optional[int]], Tuple[Any, ...]]:
        """What waits: a function of a step's place that answers the arguments of `read`. Nothing
        waits then.
        """
        hooks, counts = self._usual or [], self._waiting
        self._waiting = []
        needs, self._together.needs = self._together.needs, None
        if needs is not None:
            self._needs.append((self._together.layout, needs))

        def at(place: Optional[int]) -> Tuple[Any, ...]:
            if place is None or not counts:
                return (), (), ()
            start = place * len(hooks)
            return (
                hooks,
                counts[start : start + len(hooks)],
                [hook.ring.rows[place] for hook in hooks],
            )

        return at

    def adapt(self) -> None:
        """Has the hooks measure exactly what needs it, once all that they measured is read."""
        if not self._needs or self.hooks or self._waiting:
            return
        for layout, needs in self._needs:
            for hook, units in zip(layout.hooks, layout.slices):
                hook.measure_exactly(needs[units])
        self._layouts.clear()
        self._needs = []

    @np.errstate(all="ignore")
    def read(
        self,
        hooks: Sequence[Any],
        numbers: Sequence[int],
        rows: Sequence[torch.Tensor],
    ) -> Optional[Moments]:
        """The moments of passes of hooks, with their counts and rows; None of none."""
        if not rows:
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
            return self.read(*(list(compress(each, found)) for each in (hooks, numbers, rows)))
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
                float32(values[0]),
                variance.astype(np.float32),
                float32(values[2]) if affine else None,
                float32(values[3]) if affine else None,
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
