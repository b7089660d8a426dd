"""The processes of a distributed training, which record one run."""

from __future__ import annotations

import contextlib
import gc
import time
from collections import Counter
from datetime import timedelta
from typing import Any, Callable, List, Optional, Sequence

import numpy as np
import torch
import torch.distributed as distributed
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from ..begun import Begun
from ..errors import RecorderError
from ..warning import say, warn
from . import selection
from .autograd import is_compiling
from .moments import Moments, concatenated
from .unsaved import Unsaved

#: Seconds in which all ranks must call `watch`.
_MEETING = 30
#: Seconds in which the first rank must have started its recorder.
_START = 120
#: Seconds for which a rank waits for the others at a step: until it says so, and at most.
_REMARK = 10
_LIMIT = 300

_meetings: Counter = Counter()


class Apart(Exception):
    """The ranks do not record together any more."""


class Ranks:
    """The processes that train one model: the first of them records.

    They have a process group of their own: what they send is never mixed with what the training
    sends, and a rank that waits in vain for the others trains on.

    - model: as the script has it, to see whether it is inside of `join`.
    - name: that of the run.
    """

    def __init__(self, model: Any = None, name: str = "") -> None:
        ready = distributed.is_available() and distributed.is_initialized()
        self.count = distributed.get_world_size() if ready else 1
        self.is_first = not ready or distributed.get_rank() == 0
        self._model = model
        self._group: Any = None
        self._device = torch.device("cpu")
        self._was_joining = False
        # How often the ranks have met at a step; how many training passes of the model this one
        # began since, and how many it began from the meeting before to the last one.
        self._met = 0
        self._passes = self._usual_passes = 0
        self._handle: Any = None
        self._knows_joins = False
        if self.count > 1:
            _meetings[name] += 1
            self._place = f"normscope/{name}/{_meetings[name]}"
            self._store = distributed.distributed_c10d._get_default_store()
            self._meet(name)

    def _meet(self, name: str) -> None:
        """Waits until all ranks are here; without them each is alone."""
        place, wait = self._place, timedelta(seconds=_MEETING)
        answer = f"{place}/answer"
        self._publish()
        if self.is_first:
            others = [f"{place}/{rank}" for rank in range(1, self.count)]
            try:
                self._store.wait(others, wait)
                self._store.set(answer, "all")
                return
            except Exception:
                self._store.set(answer, "alone")
            warn(
                f"Run {name}: the other ranks did not call watch within {_MEETING} seconds, and "
                "the batches of the first rank alone are recorded. Call watch on every rank."
            )
        else:
            self._store.set(f"{place}/{distributed.get_rank()}", "here")
            with contextlib.suppress(Exception):
                self._store.wait([answer], wait)
                if self._store.get(answer) == b"all":
                    return
            warn(
                f"Run {name}: the first rank did not call watch together with this one, and "
                "nothing of this rank is recorded. Call watch on every rank."
            )
        self.count = 1

    def begin(self, start: Callable[[], Begun], alone: Callable[[int], Begun]) -> Begun:
        """What `start` returns on the first rank, and `alone` of its next step on the others. All
        ranks raise what `start` raises.
        """
        if self.count == 1:
            return start() if self.is_first else alone(0)
        place = f"{self._place}/begun"
        if self.is_first:
            try:
                begun = start()
            except BaseException as error:
                self._store.set(place, f"error {error}")
                raise
            self._store.set(place, f"step {begun.next_step}")
        else:
            self._store.wait([place], timedelta(seconds=_START))
            kind, _, text = self._store.get(place).decode().partition(" ")
            if kind == "error":
                raise RecorderError(text)
            begun = alone(int(text))
        if distributed.is_gloo_available():
            self._group = distributed.new_group(backend="gloo", timeout=timedelta(seconds=_LIMIT))
        elif distributed.get_backend() == "nccl":
            self._device = torch.device("cuda", torch.cuda.current_device())
        self._handle = self._model.register_forward_pre_hook(_PassCount(self))
        return begun

    def count_pass(self) -> None:
        """Counts a forward pass that begins, and tells the other ranks of it until all have met at
        a step, and then of the one by which there are more than between two meetings before.
        """
        self._passes += 1
        if self.count > 1 and (self._met == 0 or self._passes == self._usual_passes + 1):
            with contextlib.suppress(Exception):
                self._publish()

    def _publish(self) -> None:
        place = self._place_of_passes(distributed.get_rank())
        self._store.set(place, f"{self._met} {self._passes}")

    def _place_of_passes(self, rank: int) -> str:
        return f"{self._place}/passes/{rank}"

    def _is_alone(self) -> bool:
        """Whether another rank is beyond the passes of this step already, and did not call
        `step`.
        """
        with contextlib.suppress(Exception):
            for rank in range(self.count):
                met, passes = map(int, self._store.get(self._place_of_passes(rank)).split())
                if met == self._met and passes > self._passes:
                    return True
        return False

    @property
    def are_together(self) -> bool:
        """Whether the moments of all ranks are recorded at this step."""
        if self.count == 1:
            return False
        if not self._knows_joins:
            self._knows_joins = True
            self._model = _parallel(self._model)
        is_joining = getattr(getattr(self._model, "_join_config", None), "enable", False)
        if is_joining and not self._was_joining:
            self._was_joining = True
            if self.is_first:
                warn(
                    "Inside of join, ranks may end their batches early: the batches of the first "
                    "rank alone are recorded there."
                )
        return not is_joining

    def close(self) -> None:
        """Ends the process group of the ranks."""
        group, self._group = self._group, None
        self.count = 1
        self._model = None
        if self._handle is not None:
            self._handle.remove()
        if group is not None:
            with contextlib.suppress(Exception):
                distributed.destroy_process_group(group)

    def _reduce(self, sums: np.ndarray, operation: Any) -> np.ndarray:
        total = torch.from_numpy(sums).to(self._device)
        try:
            work = distributed.all_reduce(total, operation, group=self._group, async_op=True)
            self._wait(work)
        except Exception as error:
            if not isinstance(error, Apart):
                error = Apart(f"a rank has left: {error}")
            # The group is of no use any more, and other ranks may still wait in it.
            self.count = 1
            raise error from None
        return total.cpu().numpy()

    def _wait(self, work: Any) -> None:
        start = time.monotonic()
        is_said = False
        while not work.is_completed():
            elapsed = time.monotonic() - start
            if elapsed > _LIMIT:
                raise Apart(f"they did not call step within {_LIMIT} seconds")
            if elapsed > _REMARK and not is_said:
                if self._is_alone():
                    raise Apart("they began the next step without a call of step")
                is_said = True
                say(
                    f"this rank waits for the other ranks to call step, for up to {_LIMIT} "
                    "seconds; call step on every rank"
                )
            time.sleep(0 if elapsed < 0.01 else 0.001)
        work.wait()
        self._met += 1
        self._usual_passes, self._passes = self._passes, 0

    @np.errstate(all="ignore")
    def merge(
        self,
        hooks: Sequence[Sequence[Any]],
        found: Sequence[Optional[Moments]],
        has_affine: Sequence[bool],
    ) -> List[Optional[Moments]]:
        """The moments over the batches of all ranks, by one collective operation, and another one
        while the widths of some modules are unknown. Raises `Apart` where ranks are missing.

        - hooks: for each kind of moments the hooks that may have some, the same on every rank.
        - found: the moments of this rank, of each kind.
        - has_affine: whether moments of the kind have gamma and beta.

        Sums of doubles lose nothing that counts: the error of a variance is 1e-16 of mean².
        """
        self._agree([hook for kind in hooks for hook in kind if not hook.is_agreed])
        places = []
        end = 0
        for kind in hooks:
            place = {}
            for hook in kind:
                place[hook] = end
                end += 1 + 2 * hook.units
            places.append(place)
        sums = np.zeros(end)
        for place, moments in zip(places, found):
            for hook, count, mean, variance, _, _ in moments.parts() if moments else ():
                start, middle = place[hook], place[hook] + 1 + hook.units
                mean = mean.astype(np.float64)
                sums[start] = count
                sums[start + 1 : middle] = count * mean
                sums[middle : middle + hook.units] = count * (variance + mean * mean)
        sums = self._reduce(sums, distributed.ReduceOp.SUM)
        return [_moments(place, sums, *kind) for place, *kind in zip(places, found, has_affine)]

    def _agree(self, hooks: Sequence[Any]) -> None:
        """Has the ranks agree on the widths of modules that do not say them, and that only some
        ranks may have seen.
        """
        if not hooks:
            return
        known = np.array([float(hook.units) for hook in hooks])
        units = self._reduce(known, distributed.ReduceOp.MAX)
        for hook, width in zip(hooks, units):
            hook.units = int(width)
            hook.is_agreed = hook.units > 0


class _PassCount(Unsaved):
    """The hook that counts forward passes in training mode."""

    def __init__(self, ranks: Ranks) -> None:
        self._ranks = ranks

    def __call__(self, module: nn.Module, inputs: Any) -> None:
        if module.training and not is_compiling():
            self._ranks.count_pass()


def _parallel(model: nn.Module) -> nn.Module:
    """The DistributedDataParallel that holds the model, which alone knows of `join`; the model if
    there is none.
    """
    model = getattr(model, "_orig_mod", model)
    if isinstance(model, DistributedDataParallel):
        return model
    root = selection.unwrapped(model)
    holders = (one for one in gc.get_objects() if type(one) is DistributedDataParallel)
    return next((one for one in holders if selection.unwrapped(one) is root), model)


@np.errstate(all="ignore")
def _moments(
    place: Any, sums: np.ndarray, own: Optional[Moments], has_affine: bool
) -> Optional[Moments]:
    """The moments of one kind from sums over all ranks, with gamma and beta of this rank."""
    affine = {part[0]: part[4:] for part in own.parts()} if own else {}
    parts = []
    for hook, start in place.items():
        count = sums[start]
        if count == 0:
            continue
        middle = start + 1 + hook.units
        mean = sums[start + 1 : middle] / count
        variance = np.maximum(sums[middle : middle + hook.units] / count - mean * mean, 0)
        # Another rank alone saw it: the weights are the same everywhere.
        gamma, beta = affine.get(hook) or (hook.affine() if has_affine else (None, None))
        parts.append((hook, count, mean, variance, gamma, beta))
    return concatenated(parts)
