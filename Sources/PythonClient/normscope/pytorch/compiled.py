"""The moments of a tensor inside of a graph that `torch.compile` makes."""

from __future__ import annotations

import sys
import weakref
from typing import Any, Optional

import torch

from .autograd import is_compiling, runs_while_tracing

_HALF = (torch.bfloat16, torch.float16)

#: The hooks by their number, for what a graph knows while it is traced.
hooks: "weakref.WeakValueDictionary[int, Any]" = weakref.WeakValueDictionary()


@runs_while_tracing
def note(number: int) -> int:
    """Notes that hook `number` is in a graph."""
    hook = hooks.get(number)
    if hook is not None:
        hook.is_traced = hook.observations.is_traced = True
        notice_hooks()
    return 0


def notice_hooks() -> bool:
    """Has graphs notice from now on which modules have hooks; else PyTorch runs the graph of one
    model for another of its class, with hooks or without. Whether there were graphs before, which
    are compiled anew.
    """
    if "torch._dynamo" not in sys.modules:  # It takes seconds to import.
        return False
    try:
        from torch._dynamo import config, convert_frame, reset_code_caches

        if not config.skip_nnmodule_hook_guards:
            return False
        config.skip_nnmodule_hook_guards = False
        has_graphs = bool(convert_frame.output_codes.seen)
    except (ImportError, AttributeError):
        return False  # Another PyTorch: `Supervision` says what is not seen.
    if has_graphs and not is_compiling():
        reset_code_caches()
    return has_graphs


def new_state(units: int, device: torch.device) -> torch.Tensor:
    """The state of a hook: rows of count, mean, sum of squared deviations, gamma, beta."""
    kind = torch.float32 if device.type == "mps" else torch.float64
    return torch.zeros(5, units, dtype=kind, device=device)


def accumulate(
    state: torch.Tensor,
    x: torch.Tensor,
    gamma: Optional[torch.Tensor],
    beta: Optional[torch.Tensor],
) -> None:
    """Merges the moments of x [examples, features, …] into the state, by Chan's formula.

    Batch norm computes the same mean and variance in the graph, where they are shared.
    """
    if x.numel() == 0:
        return
    with torch.no_grad():
        x = x.detach()
        if x.dtype in _HALF:
            x = x.float()
        axes = [axis for axis in range(x.dim()) if axis != 1]
        variance, mean = torch.var_mean(x, axes, correction=0)
        count = x.numel() // x.shape[1]
        before = state[0]
        total = before + count
        delta = mean.to(state.dtype) - state[1]
        ones = torch.ones_like(before)
        state.copy_(
            torch.stack(
                (
                    total,
                    state[1] + delta * (count / total),
                    state[2]
                    + variance.to(state.dtype) * count
                    + delta * delta * (before * count / total),
                    ones if gamma is None else gamma.detach().to(state.dtype),
                    torch.zeros_like(before) if beta is None else beta.detach().to(state.dtype),
                )
            )
        )
