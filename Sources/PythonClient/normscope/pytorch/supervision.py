"""Warnings of what makes the record of a model wrong or empty."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Tuple

import torch

from ..warning import warn
from . import compiled, selection
from .hooks import BatchNormHook
from .module_hook import ModuleHook
from .moments import Moments
from .observations import Observations

#: The steps after which a layer that was never seen is said to be missing.
_PATIENCE = 8


class Supervision:
    """Checks what the hooks of a run see, and records the events."""

    def __init__(self, run: Any, observations: Observations, hooks: List[ModuleHook]) -> None:
        self._run = run
        self._observations = observations
        self._hooks = hooks
        self._updates: Dict[ModuleHook, int] = {}
        self._told: Dict[str, set] = {}
        self._most = 0
        self._seen: Set[Tuple[Any, ...]] = set()
        # The batch norms of which it is known whether they are watched.
        self._known = {name for name, _ in self._norms()}

    def prepare(self) -> None:
        """Notes how often the batch norms have updated their running statistics."""
        self._updates = self._tracked()

    def check(
        self,
        norms: Optional[Moments],
        inputs: Optional[Moments],
        forwards: Mapping[ModuleHook, int],
        is_due: bool,
    ) -> None:
        """Looks at the moments of a step, whose tensors are declared.

        - forwards: how many forward passes outside of graphs each hook saw, where `is_due`.
        - is_due: whether this step is looked at closely, for which `prepare` was called.
        """
        seen = self._observations
        if seen.failures:
            self._failed()
        if seen.newly_frozen:
            self._frozen(seen.newly_frozen)
            seen.newly_frozen = []
        found = len(norms.layout.hooks) if norms is not None else 0
        if inputs is not None:
            found += len(inputs.layout.hooks)
        if is_due or found != self._most and self._is_new(norms, inputs):
            self._look_for_missing(norms, inputs, forwards, is_due)
            self._most = max(found, self._most)
        for entries in (seen.norms, seen.inputs, seen.frozen):
            if entries.unreadable:
                self._warn(
                    "unreadable",
                    entries.unreadable,
                    "ran on tensors without numbers to read, such as those of vmap, and nothing is "
                    "recorded of such a pass.",
                )
                entries.unreadable.clear()
        if seen.changed:
            self._warn(
                "changed",
                seen.changed,
                "has another epsilon than the one that is declared in the record.",
            )
            seen.changed.clear()
        if seen.newly_repeated:
            self._repeated(seen.newly_repeated)
            seen.newly_repeated = []

    def _is_new(self, *kinds: Optional[Moments]) -> bool:
        """Whether no step before saw just these layers: steps of several kinds may alternate."""
        hooks = tuple(moments.layout.hooks for moments in kinds if moments is not None)
        if hooks in self._seen:
            return False
        if len(self._seen) > 64:
            self._seen.clear()
        self._seen.add(hooks)
        return True

    def _failed(self) -> None:
        """Says which layers are not recorded, those of one reason together, and which are not as
        declared.
        """
        seen = self._observations
        reasons: Dict[str, List[ModuleHook]] = {}
        for hook, error in seen.failures:
            reasons.setdefault(str(error), []).append(hook)
        seen.failures.clear()
        for reason, hooks in reasons.items():
            self._warn("failed", hooks, f"is not recorded any more: {reason}")

    def _frozen(self, hooks: List[BatchNormHook]) -> None:
        self._tell(
            "frozen",
            hooks,
            "normalized by running statistics, which do not move, while the model trains: "
            "what was read is recorded with statistics running.",
        )

    def _repeated(self, hooks: Sequence[ModuleHook]) -> None:
        self._tell(
            "updated-twice",
            hooks,
            "updated running statistics more than once for one batch: activation checkpointing "
            "runs the forward pass again, and its momentum counts twice.",
        )

    def check_numbers(self, hooks: Sequence[ModuleHook], counts: Any) -> None:
        """Looks at how many elements of what each hook saw are not finite."""
        if "non-finite" in self._told:
            return
        hooks = [hook for hook, count in zip(hooks, counts) if count]
        what = "read numbers that are not finite"
        if hooks[0].is_norm:
            what += ", and so running statistics are not finite any more"
        self._tell("non-finite", hooks, what + ".")

    def _look_for_missing(
        self,
        norms: Optional[Moments],
        inputs: Optional[Moments],
        forwards: Mapping[ModuleHook, int],
        is_due: bool,
    ) -> None:
        is_replaced = self._replaced()
        found = {hook for moments in (norms, inputs) if moments for hook in moments.layout.hooks}
        for hook in self._hooks:
            hook.renew_state()
        if not is_due:
            return
        self._look_for_added()
        now = self._tracked()
        moved = {hook: now[hook] - self._updates.get(hook, now[hook]) for hook in now}
        known = found | self._told.get("failed", set())
        unseen = [hook for hook in moved if moved[hook] > forwards.get(hook, 0)]
        unseen = [hook for hook in unseen if hook not in known]
        if unseen:
            what = (
                "ran without being seen, and nothing is recorded of it: PyTorch compiled the "
                "model, or another of its class, before it was watched. "
            )
            if compiled.notice_hooks():
                what += "It is compiled anew, and recorded from now on."
            else:
                what += "Call torch.compiler.reset() and then watch, before the first forward pass."
            self._warn("unseen", unseen, what)
        idle = [hook for hook in self._hooks if hook not in found and not hook.module.training]
        if self._observations.root.training:
            self._tell(
                "frozen",
                [hook for hook in idle if hook.is_norm],
                "is in evaluation mode while the model trains, and nothing is recorded of it.",
            )
        for hook in moved:
            if hook in found and not hook.is_traced and not hook.is_repeated:
                # A recomputation may end before it reaches the hook.
                if moved[hook] > forwards.get(hook, 0):
                    hook.is_repeated = True
                    self._observations.newly_repeated.append(hook)
        missing = [hook for hook in self._hooks if hook not in known and not hook.is_declared]
        if found and self._run.next_step < _PATIENCE or unseen or is_replaced:
            return
        if found or "frozen" not in self._told:
            self._warn(
                "unseen",
                missing,
                "was not seen in a forward pass in training mode, and nothing is recorded of it "
                "so far.",
            )

    def _replaced(self) -> bool:
        """Watches the modules that took the places of watched ones; whether there are some."""
        modules = dict(self._observations.root.named_modules())
        replaced = []
        is_found = False
        for hook in self._hooks:
            module = modules.get(hook.name)
            if module is None or module is hook.module:
                continue
            is_found = True
            is_norm = isinstance(module, selection.BatchNorm)
            if is_norm != hook.is_norm or selection.width(module) != hook.units:
                self._warn(
                    "replaced",
                    [hook],
                    f"was replaced by a {type(module).__name__} of another kind or width, which is "
                    "not recorded.",
                )
                continue
            hook.detach()
            hook.module = module
            hook.attach()
            replaced.append(hook)
        if replaced:
            self._tell(
                "note", replaced, "was replaced; the new module is recorded from the next step on."
            )
        return is_found

    def _norms(self) -> List[Tuple[str, Any]]:
        modules = self._observations.root.named_modules()
        return [(name, norm) for name, norm in modules if isinstance(norm, selection.BatchNorm)]

    def _look_for_added(self) -> None:
        """Says that batch norms are not recorded which the model did not have at the start."""
        for name, _ in self._norms():
            if name not in self._known:
                self._known.add(name)
                what = f"{name} was added after watch, and is not recorded."
                self._run.event("note", what)
                warn(f"Run {self._run.name}: {what}")

    def _tracked(self) -> Dict[ModuleHook, int]:
        """How often each batch norm has updated its running statistics."""
        counters = {
            hook: hook.module.num_batches_tracked
            for hook in self._hooks
            if hook.is_norm and _has_counter(hook.module)
        }
        if not counters:
            return {}
        device = next(iter(counters.values())).device
        stacked = torch.stack([counter.to(device) for counter in counters.values()])
        return dict(zip(counters, stacked.tolist()))

    def _warn(self, key: str, hooks: Sequence[ModuleHook], what: str) -> None:
        new = self._tell("note", hooks, what, key)
        if new:
            warn(f"Run {self._run.name}: {new}")

    def _tell(
        self, kind: str, hooks: Sequence[ModuleHook], what: str, key: Optional[str] = None
    ) -> Optional[str]:
        """Records an event of layers, once for each; returns its sentence if it is new."""
        if not hooks:
            return None
        told = self._told.setdefault(key or kind, set())
        hooks = [hook for hook in hooks if hook not in told]
        told.update(hooks)
        if not hooks:
            return None
        first = hooks[0].name
        who = first if len(hooks) == 1 else f"{first} (first of {len(hooks)} layers)"
        sentence = f"{who} {what}"
        # The recorder knows the layers of declared tensors.
        self._run.event(kind, sentence, layer=first if hooks[0].is_declared else None)
        return sentence


def _has_counter(module: Any) -> bool:
    counter = getattr(module, "num_batches_tracked", None)
    return counter is not None and counter.device.type != "meta"
