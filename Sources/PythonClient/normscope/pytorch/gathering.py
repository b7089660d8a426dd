"""The moments of a step from all places where they are."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

import torch

from ..warning import warn
from .module_hook import ModuleHook
from .moments import Moments, concatenated, merged
from .observations import Observations
from .ranks import Apart, Ranks


class Gathering:
    """Takes the moments of a step: from hooks, from compiled graphs, from all ranks.

    - name: that of the run.
    """

    def __init__(
        self, observations: Observations, hooks: List[ModuleHook], ranks: Ranks, name: str
    ) -> None:
        self._observations = observations
        self._hooks = hooks
        self._ranks = ranks
        self._name = name

    def own(self) -> Tuple[Optional[Moments], ...]:
        """The moments of this process: of norms, of inputs, of frozen norms."""
        observations = self._observations
        norms, inputs = observations.norms.take(), observations.inputs.take()
        frozen = observations.frozen.take()
        if observations.is_traced:
            norms, inputs = self._with_graphs(norms, inputs)
        return norms, inputs, frozen

    def of_all_ranks(self, step: int) -> Sequence[Optional[Moments]]:
        """The moments of all ranks at a step, which meet here whatever fails on one of them."""
        error: Optional[Exception] = None
        own: Tuple[Optional[Moments], ...] = (None, None, None)
        try:
            own = self.own()
        except Exception as found:
            error = found
        norms = [hook for hook in self._hooks if hook.is_norm]
        others = [hook for hook in self._hooks if not hook.is_norm]
        try:
            merged = self._ranks.merge([norms, others, norms], own, [True, False, False])
        except Apart as apart:
            if self._ranks.is_first:
                warn(
                    f"Run {self._name}: from step {step} on the batches of the first rank "
                    f"alone are recorded. The other ranks are missing: {apart}. Call watch, step "
                    "and finish on every rank."
                )
            merged = own
        if error is not None:
            raise error
        return merged

    def read_graphs(self) -> List[Tuple[Any, ...]]:
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
        graphs = self.read_graphs()
        answer = []
        for moments, is_norm in ((norms, True), (inputs, False)):
            parts = [part for part in graphs if part[0].is_norm == is_norm]
            if parts and moments is None:
                moments = concatenated(parts)
            elif parts:
                moments = merged([*moments.parts(), *parts])
            answer.append(moments)
        return answer
