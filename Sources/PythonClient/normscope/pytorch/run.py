"""A run of a PyTorch model that is being watched."""

from __future__ import annotations

import weakref
from collections import Counter
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
import torch

from .. import values
from ..begun import Begun
from ..run import Run
from ..warning import warn
from . import probing
from .hooks import ModuleHook, Observations
from .moments import Moments, concatenated, merged
from .passes import Passes
from .ranks import Apart, Ranks
from .supervision import Supervision

_MOST_FAILURES = 3


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
        self._every = every
        self._running_every = running_every
        self._optimizer = optimizer
        self._passes = Passes(observations)
        self._supervision = Supervision(self, observations, hooks)
        # Between the numbers of the last two steps: the next number, if the script gives them.
        self._stride = 1
        self._failed = 0
        # The newest steps with a probe and with noise: there is one of each at a step.
        self._probed = self._noised = -1
        # A run that is dropped lets go of the model.
        self._dropped = weakref.finalize(self, _release, observations, self._passes, hooks)
        self._dropped.atexit = False
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
        """Ends a training step: the moments of the batches since the last one and these figures
        become its record.

        - loss, accuracy: numbers, or tensors of one number.
        - learning_rate: by default that of the optimizer's first group, where `watch` knows the
          optimizer.
        - duration: seconds; by default those since the last step.
        - step: its number; by default they count from 0.
        """
        # A wrong value is found before anything is taken.
        loss = loss if loss is None else values.figure("loss", loss)
        accuracy = accuracy if accuracy is None else values.figure("accuracy", accuracy)
        if learning_rate is None and self._optimizer is not None:
            learning_rate = self._optimizer.param_groups[0]["lr"]
        before = self.next_step
        try:
            self._passes.drop()
            if self._observations.is_active:
                self._take()
                self._failed = 0
            else:
                self._read_graphs()
        except Exception as error:  # The training goes on.
            self._fail(error)
        super().step(loss, accuracy, learning_rate, batch_size, duration, step)
        self._stride = self.next_step - before
        self._prepare()

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
        self._let_go()
        # The model may be freed while the run is kept.
        self._hooks.clear()
        self._optimizer = None
        self._ranks.close()
        self._observations = Observations(torch.nn.Module())
        self._passes = Passes(self._observations)
        self._supervision = Supervision(self, self._observations, self._hooks)
        super()._end(last)

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
        observations = self._observations
        # The ranks go on together, whatever happens to the recorder of the first.
        observations.is_active = (
            self._is_chosen() and bool(self._hooks) and (self._ranks.count > 1 or self.is_recording)
        )
        observations.measures_frozen = is_due = self._is_due()
        if is_due and observations.is_active:
            self._supervision.prepare()

    def _expected(self) -> int:
        """The number that the step being made will have, by the two before it."""
        return self.next_step - 1 + self._stride

    def _is_chosen(self) -> bool:
        """Whether the moments of the step being made are recorded: the first step at or after each
        multiple of `every`.
        """
        before = (self.next_step - 1) // self._every
        return self._expected() // self._every > before

    def _is_due(self) -> bool:
        """Whether the running statistics are recorded at the step that is being made: early ones
        too, at powers of two, so that a short run has a recent one.
        """
        number = self._expected() // self._every
        if number < self._running_every:
            return number & (number - 1) == 0
        return number % self._running_every == 0

    def _take(self) -> None:
        observations = self._observations
        forwards = observations.norms.passes() if observations.measures_frozen else Counter()
        if self._ranks.are_together:
            norms, inputs, frozen = self._of_all_ranks()
        else:
            norms, inputs, frozen = self._own()
        found = [moments for moments in (norms, inputs, frozen) if moments is not None]
        for moments in found:
            if moments.layout.tensors is None:
                self._number(norms, inputs, frozen)
        broken = None
        for moments in found:
            non_finite = self._record(moments.layout.tensors, moments, None)
            if non_finite is not None and broken is None:
                broken = moments.layout.hooks, non_finite
        if norms is not None and observations.measures_frozen:
            for tensors, moments in probing.by_running_statistics(self, norms):
                self._record(tensors, moments, None)
        self._supervision.check(norms, inputs, forwards, broken, observations.measures_frozen)

    def _own(self) -> Tuple[Optional[Moments], ...]:
        """The moments of this process: of norms, of inputs, of frozen norms."""
        observations = self._observations
        norms, inputs = observations.norms.take(), observations.inputs.take()
        frozen = observations.frozen.take()
        if observations.is_traced:
            norms, inputs = self._with_graphs(norms, inputs)
        return norms, inputs, frozen

    def _of_all_ranks(self) -> Sequence[Optional[Moments]]:
        """The moments of all ranks, which meet here whatever fails on one of them."""
        error: Optional[Exception] = None
        own: Tuple[Optional[Moments], ...] = (None, None, None)
        try:
            own = self._own()
        except Exception as found:
            error = found
        norms = [hook for hook in self._hooks if hook.is_norm]
        others = [hook for hook in self._hooks if not hook.is_norm]
        try:
            merged = self._ranks.merge([norms, others, norms], own, [True, False, False])
        except Apart as apart:
            if self._ranks.is_first:
                warn(
                    f"Run {self.name}: from step {self.next_step} on the batches of the first rank "
                    f"alone are recorded. The other ranks are missing: {apart}. Call watch, step "
                    "and finish on every rank."
                )
            merged = own
        if error is not None:
            raise error
        return merged

    def _number(self, *kinds: Optional[Moments]) -> None:
        """Declares the tensors of norms, inputs and frozen norms and notes their numbers."""
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

    def _read_graphs(self) -> List[Tuple[Any, ...]]:
        """The moments of compiled graphs since the last step, whose states begin anew."""
        if not self._observations.is_traced:
            return []
        hooks = [hook for hook in self._hooks if hook.is_traced and hook.state is not None]
        rows = torch.cat([hook.state for hook in hooks], 1).cpu().numpy()
        for hook in hooks:
            hook.state[:3].zero_()  # A parametrized gamma may be computed once for several steps.
        parts = []
        end = 0
        for hook in hooks:
            start, end = end, end + hook.state.shape[1]
            count, mean, deviations, gamma, beta = rows[:, start:end]
            if count[0] > 0:
                affine = (gamma, beta) if hook.is_norm else (None, None)
                parts.append((hook, count[0], mean, deviations / count[0], *affine))
        return parts

    def _with_graphs(
        self, norms: Optional[Moments], inputs: Optional[Moments]
    ) -> Sequence[Optional[Moments]]:
        graphs = self._read_graphs()
        answer = []
        for moments, is_norm in ((norms, True), (inputs, False)):
            parts = [part for part in graphs if part[0].is_norm == is_norm]
            if parts and moments is None:
                moments = concatenated(parts)
            elif parts:
                moments = merged([*moments.parts(), *parts])
            answer.append(moments)
        return answer


def _release(observations: Observations, passes: Passes, hooks: List[ModuleHook]) -> None:
    """Stops watching a model."""
    observations.is_active = observations.is_traced = False
    passes.detach()
    for hook in hooks:
        hook.detach()
