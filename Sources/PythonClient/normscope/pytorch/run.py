"""A run of a PyTorch model that is being watched."""

from __future__ import annotations

import atexit
import math
import time
import weakref
from collections import Counter
from typing import Any, Dict, Iterable, List, Optional, Sequence

import numpy as np
import torch

from ..begun import Begun
from ..run import Run
from ..warning import warn
from . import probing
from .cadence import Cadence
from .gathering import Gathering
from .module_hook import ModuleHook
from .moments import Moments
from .observations import Observations
from .passes import Passes
from .ranks import Ranks
from .supervision import Supervision
from .waiting import Step, Waiting

_MOST_FAILURES = 3

_open: "weakref.WeakSet[WatchedRun]" = weakref.WeakSet()


class WatchedRun(Run):
    """A run of a PyTorch model that is being watched: `normscope.watch` makes one.

    Call `step` at the end of each training step. Leaving the `with` block, or `finish`, takes the
    hooks away: the model is as it was.

    Every method is called on every rank of a distributed training; the first rank records.
    """

    def __init__(
        self,
        observations: Observations,
        hooks: List[ModuleHook],
        ranks: Ranks,
        every: int,
        running_every: int,
        optimizer: Any,
        begun: Begun,
    ) -> None:
        super().__init__(begun)
        self._observations = observations
        self._hooks = hooks
        self._ranks = ranks
        self._cadence = Cadence(every, running_every)
        self._optimizer = optimizer
        self._passes = Passes(observations)
        self._gathering = Gathering(observations, hooks, ranks, self.name)
        self._supervision = Supervision(self, observations, hooks)
        into = (observations.norms if hook.is_norm else observations.inputs for hook in hooks)
        observations.kinds = tuple(dict.fromkeys(into))
        self._waiting = Waiting(observations)
        self._sender.flush = self._flush
        self._failed = 0
        # Whether this process alone records; the step before which each is recorded and none is
        # looked at closely.
        self._is_alone = False
        self._usual_until = 0
        # The newest steps with a probe and with noise: there is one of each at a step.
        self._probed = self._noised = -1
        # A run that is dropped lets go of the model.
        self._dropped = weakref.finalize(self, _release, observations, self._passes, hooks)
        self._dropped.atexit = False
        _open.add(self)
        try:
            self._passes.attach()
            for hook in hooks:
                hook.attach()
            self._prepare()
        except BaseException:
            self.leave()
            raise

    def step(
        self,
        loss: Any = None,
        accuracy: Any = None,
        learning_rate: Any = None,
        batch_size: Optional[int] = None,
        duration: Optional[float] = None,
        step: Optional[int] = None,
    ) -> None:
        if learning_rate is None and self._optimizer is not None:
            learning_rate = self._optimizer.param_groups[0]["lr"]
        is_more = not (accuracy is batch_size is duration is step is None)
        if is_more or not self._step_quickly(loss, learning_rate):
            super().step(loss, accuracy, learning_rate, batch_size, duration, step)

    def _end_step(self, step: int, text: str, now: float) -> None:
        last, before = self._last, self.next_step
        # Events are of this step.
        self.next_step = step
        is_active = self._observations.is_active
        self._passes.drop()
        if self._can_wait():
            self._last = now
            self.next_step = step + 1
            if self._waiting.add(Step(step, is_active, text), now, last):
                self._flush()
        else:
            self._flush()
            try:
                if is_active:
                    self._take()
                    self._failed = 0
                else:
                    self._gathering.read_graphs()
            except Exception as error:  # The training goes on.
                self._fail(error)
            super()._end_step(step, text, now)
        self._cadence.stride = self.next_step - before
        self._prepare()

    def _step_quickly(self, loss: Any, learning_rate: Any) -> bool:
        """Ends a step that is like the one before it: little code, because all of it is new to the
        processor after the training's own. Returns whether the step was one.
        """
        now, number = time.perf_counter(), self.next_step
        seen, waiting = self._observations, self._waiting
        if number >= self._usual_until or seen.is_odd or self._passes.open is not None:
            return False
        if self._parts or self._sent or seen.is_traced or seen.place != waiting.places:
            return False
        for kind in seen.kinds:
            if not kind.can_wait():
                return False
        is_far = False
        if isinstance(loss, torch.Tensor):
            is_far = not loss.is_cpu
            if loss.numel() != 1 or is_far and not loss.is_floating_point():
                return False
            # A device would be waited for. A clone: the script may change its loss in place.
            loss = loss.detach().reshape(()).clone() if is_far else loss.item()
        if not (loss is None or type(loss) is float or is_far):
            return False
        if learning_rate is not None:
            if type(learning_rate) is not float or not math.isfinite(learning_rate):
                return False
        last, self._last = self._last, now
        self.next_step = number + 1
        if waiting.add((number, True, None, loss, learning_rate, now - last), now, last):
            self._flush()
            self._prepare()
        elif number + 1 == self._usual_until:
            self._prepare()
        else:
            seen.begin(waiting.places)
        return True

    def _can_wait(self) -> bool:
        """Whether the step that ends is like the one before it, so that it may wait."""
        seen = self._observations
        if seen.is_odd or self._parts or self._sent or seen.is_traced or not self._is_alone:
            return False
        if not seen.is_active:
            return True
        if seen.measures_frozen or seen.place != self._waiting.places:
            return False
        return all(kind.can_wait() for kind in seen.kinds)

    def _flush(self) -> None:
        self._waiting.flush(self, self._sender)

    def record_late(self, step: Step, norms: Sequence[Any], inputs: Sequence[Any]) -> None:
        """Records a step that waited: what its batch norms and its inputs saw, as arguments of
        `Entries.read`.
        """
        seen = self._observations
        later = self.next_step, self._parts
        self.next_step, self._parts = step.number, []
        try:
            self._store(seen.norms.read(*norms), seen.inputs.read(*inputs))
            self._failed = 0
        except Exception as error:
            self._fail(error)
        parts = self._parts
        self.next_step, self._parts = later
        self._sender.send_columns(step.message, '{"type":"moments","step":%d}' % step.number, parts)

    def probe(self, batch: Any) -> None:
        """Records the moments of a fixed held-out batch with the weights as they are now, by its
        own statistics and by the running ones; from them follows how far the running statistics
        lag.

        `batch` is what the model takes: a tensor, a tuple of arguments or a dictionary of them.
        There is one probe at a step: the same call again before the next step does nothing.
        Dropout is off. Buffers, modes, attributes, gradients and random number generators are as
        before. On several ranks give each of them the same batch.
        """
        if self._probed == self.next_step:
            return
        if not self._hooks:
            return self._sender.warn_of_end()
        for tensors, moments in probing.probe(self, self._observations, self._hooks, batch):
            self._record(tensors, moments, self.next_step)
        self._probed = self.next_step

    def measure_noise(self, batches: Iterable[Any], limit: int = 50) -> None:
        """Records the sampling noise of the training batches: the moments of up to `limit` of them
        under the weights as they are now.

        Each batch is a tensor, a dictionary of arguments, or what a loader yields: a tuple or list
        that begins with as many arguments as the model needs. The modes
        are those of training; everything is as before. There is one measurement at a step.
        """
        if self._noised == self.next_step:
            return
        if not self._hooks:
            return self._sender.warn_of_end()
        parts = probing.noise(self._observations, self._hooks, batches, limit)
        if not parts:
            return
        if max(Counter(part[0] for part in parts).values()) < 2:
            raise ValueError("measure_noise needs two batches or more.")
        self._noised = self.next_step
        self.declare(hook for hook, *_ in parts)
        counts = [int(part[1]) for part in parts]
        mean = np.concatenate([part[2] for part in parts]).astype(np.float32)
        variance = np.concatenate([part[3] for part in parts]).astype(np.float32)
        self.noise([part[0].tensor for part in parts], counts, mean, variance)

    def declare(self, hooks: Iterable[ModuleHook], frozen: Iterable[ModuleHook] = ()) -> None:
        """Declares the tensors of the training batches that these hooks see, and of those that are
        frozen, in the model's order.
        """
        new = {hook for hook in hooks if hook.tensor is None}
        cold = {hook for hook in frozen if hook.frozen_tensor is None}
        for hook in self._hooks if new or cold else ():
            if hook in cold:
                hook.frozen_tensor = probing.tensor(self, hook, hook.tap, "batch", "running")
            if hook in new:
                keys: Dict[str, Any] = {"tap": hook.tap, "statistics": "none"}
                if hook.is_norm:
                    keys.update(statistics="batch", epsilon=hook.epsilon)
                hook.tensor = self.tensor(hook.name, population="batch", **self.facts(hook), **keys)

    def facts(self, hook: ModuleHook) -> Dict[str, Any]:
        """What is declared of every tensor of a hook."""
        hook.is_declared = True
        return {
            "layer": hook.name,
            "kind": hook.kind,
            "shape": hook.shape,
            "units": hook.units,
        }

    def _end(self, last: Optional[bytes]) -> None:
        self._flush()
        self._let_go()
        # The model may be freed while the run is kept.
        self._hooks.clear()
        self._optimizer = None
        self._ranks.close()
        self._observations = Observations(torch.nn.Module())
        self._passes = Passes(self._observations)
        self._gathering = Gathering(self._observations, self._hooks, self._ranks, self.name)
        self._supervision = Supervision(self, self._observations, self._hooks)
        self._waiting = Waiting(self._observations)
        super()._end(last)

    def __del__(self) -> None:
        waiting = getattr(self, "_waiting", None)
        if waiting is not None:
            self._flush()
        super().__del__()

    def _fail(self, error: Exception) -> None:
        """Says that the layers of a step are not recorded; at the third step after another stops
        watching the model: only losses are recorded then.
        """
        self._parts.clear()
        for entries in (observations := self._observations).norms, observations.inputs:
            entries.clear()
        observations.frozen.clear()
        self._failed += 1
        what = "the layers of this step are not recorded"
        if self._failed == _MOST_FAILURES:
            if self._ranks.count == 1:
                self._let_go()
                self._hooks.clear()
            for hook in self._hooks:
                hook.detach()  # The other ranks still meet this one.
            what = "the layers are not recorded any more"
        if self._failed in (1, _MOST_FAILURES):
            warn(f"Run {self.name}: {what}: {error}")

    def _let_go(self) -> None:
        """Stops watching the model."""
        self._dropped()

    def _prepare(self) -> None:
        """Makes the hooks ready for the next step."""
        observations, cadence = self._observations, self._cadence
        observations.begin(self._waiting.places)
        # The ranks go on together, whatever happens to the recorder of the first.
        is_together = self._ranks.count > 1
        self._is_alone = self.is_recording and not is_together
        observations.is_active = (
            (is_together or self._is_alone)
            and bool(self._hooks)
            and cadence.is_chosen(self.next_step)
        )
        observations.measures_frozen = is_due = cadence.is_due(self.next_step)
        is_usual = self._is_alone and observations.is_active
        self._usual_until = cadence.usual_until(self.next_step) if is_usual else 0
        if is_due and observations.is_active:
            self._supervision.prepare()

    def _take(self) -> None:
        observations = self._observations
        forwards = observations.norms.passes() if observations.measures_frozen else Counter()
        if self._ranks.are_together:
            norms, inputs, frozen = self._gathering.of_all_ranks(self.next_step)
        else:
            norms, inputs, frozen = self._gathering.own()
        self._store(norms, inputs, frozen)
        if norms is not None and observations.measures_frozen:
            for tensors, moments in probing.by_running_statistics(self, norms):
                self._record(tensors, moments, None)
        self._supervision.check(norms, inputs, forwards, observations.measures_frozen)

    def _store(
        self,
        norms: Optional[Moments],
        inputs: Optional[Moments],
        frozen: Optional[Moments] = None,
    ) -> None:
        """Records the moments of a step."""
        found = [moments for moments in (norms, inputs, frozen) if moments is not None]
        if any(moments.layout.tensors is None for moments in found):
            self.number(norms, inputs, frozen)
        for moments in found:
            non_finite = self._record(moments.layout.tensors, moments, None)
            if non_finite is not None:
                self._supervision.check_numbers(moments.layout.hooks, non_finite)

    def number(
        self,
        norms: Any,
        inputs: Any,
        frozen: Any = None,
    ) -> None:
        """Declares the tensors of the layouts of norms, inputs and frozen norms, and notes their
        numbers in them.
        """
        kinds = (norms, inputs, frozen)
        hooks = [moments.layout.hooks if moments else () for moments in kinds]
        self.declare((*hooks[0], *hooks[1]), hooks[2])
        for moments, is_frozen in zip(kinds, (False, False, True)):
            if moments is not None:
                numbers = [
                    hook.frozen_tensor if is_frozen else hook.tensor
                    for hook in moments.layout.hooks
                ]
                moments.layout.tensors = np.array(numbers, np.int64).tobytes()

    def _record(self, tensors: Any, moments: Moments, step: Optional[int]) -> Optional[np.ndarray]:
        """Records moments; returns the numbers of elements that are not finite if there are any."""
        non_finite = moments.non_finite()
        if self._recorder is not None:
            self.record_columns(
                tensors,
                moments.counts,
                moments.mean,
                moments.variance,
                moments.gamma,
                moments.beta,
                non_finite,
                step,
            )
        return non_finite


def _flush_all() -> None:
    for run in list(_open):
        run._flush()


# After this the recorders are closed.
atexit.register(_flush_all)


def _release(observations: Observations, passes: Passes, hooks: List[ModuleHook]) -> None:
    """Stops watching a model."""
    observations.is_active = observations.is_traced = False
    passes.detach()
    for hook in hooks:
        hook.detach()
