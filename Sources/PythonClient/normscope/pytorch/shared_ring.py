"""The rings of several hooks in one memory."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

import torch

from .ring import Ring


class SharedRing:
    """The rings of hooks as parts of one memory, so that one copy fills a step of all of them."""

    def __init__(self, hooks: Sequence[Any]) -> None:
        self.hooks = list(hooks)
        first = hooks[0].ring.rows
        widths = [hook.ring.units for hook in hooks]
        with torch.inference_mode(False):
            #: The rows [steps, rows, units of all hooks].
            self.rows = first.new_empty(*first.shape[:2], sum(widths))
        self._places = [place.view(-1) for place in self.rows]
        self._rings = [Ring(part) for part in self.rows.split(widths, 2)]
        for hook, ring in zip(hooks, self._rings):
            hook.ring = ring

    @staticmethod
    def of(hooks: Sequence[Any]) -> Optional[SharedRing]:
        """The shared ring of hooks, whose rings become its parts; None where they do not fit
        together. No rows may be in their rings.
        """
        rings = [hook.ring for hook in hooks]
        if not rings or any(ring is None or not len(ring.rows) for ring in rings):
            return None
        kinds = {(ring.rows.dtype, ring.rows.device, ring.rows.shape[1]) for ring in rings}
        return SharedRing(hooks) if len(kinds) == 1 else None

    def holds(self, hooks: Sequence[Any]) -> bool:
        """Whether the rings of these hooks are its parts, one after the other."""
        return self.hooks == hooks and all(
            hook.ring is ring for hook, ring in zip(hooks, self._rings)
        )

    def put(self, place: int, rows: List[torch.Tensor]) -> bool:
        """Copies rows: the first ones of all hooks, then the second ones, and so on. Returns
        whether that was possible.
        """
        is_enabled = torch.is_grad_enabled()
        try:
            # Parameters are among them.
            torch._C._set_grad_enabled(False)
            torch.cat(rows, out=self._places[place])
            return True
        except (IndexError, RuntimeError):
            return False
        finally:
            torch._C._set_grad_enabled(is_enabled)
