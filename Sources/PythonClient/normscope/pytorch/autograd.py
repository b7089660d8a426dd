"""What PyTorch does around a forward pass, in any version of it."""

from __future__ import annotations

import sys
from typing import Callable

import torch
import torch.utils.checkpoint


def _never() -> bool:
    return False


def _is_in_checkpoint(*functions: str) -> bool:
    """Whether a function of activation checkpointing is among the callers."""
    file = torch.utils.checkpoint.__file__
    caller = sys._getframe(2)
    while caller is not None:
        code = caller.f_code
        if code.co_filename == file and (not functions or code.co_name in functions):
            return True
        caller = caller.f_back  # type: ignore[assignment]
    return False


def is_in_function() -> bool:
    """Whether the forward of an `autograd.Function` is among the callers, as of activation
    checkpointing: gradients are off in it, and yet come.
    """
    caller = sys._getframe(1)
    while caller is not None:
        code = caller.f_code
        if code.co_name == "forward" and code.co_argcount:
            first = caller.f_locals.get(code.co_varnames[0])
            if isinstance(first, torch.autograd.function.FunctionCtx):
                return True
        caller = caller.f_back  # type: ignore[assignment]
    return False


def is_called_within(module: torch.nn.Module) -> bool:
    """Whether the module is called from within a call of itself."""
    calls = 0
    caller = sys._getframe(1)
    while caller is not None:
        if caller.f_code.co_name == "_call_impl" and caller.f_locals.get("self") is module:
            calls += 1
        caller = caller.f_back  # type: ignore[assignment]
    return calls > 1


if hasattr(torch._C, "_current_graph_task_id"):
    _task = torch._C._current_graph_task_id

    def is_in_backward() -> bool:
        """Whether a backward pass is running: a forward pass in it is a recomputation."""
        return _task() != -1

else:

    def is_in_backward() -> bool:
        """Whether activation checkpointing recomputes a forward pass."""
        return _is_in_checkpoint("backward", "unpack")


if hasattr(torch._C._autograd, "_top_saved_tensors_default_hooks"):
    _top_hooks = torch._C._autograd._top_saved_tensors_default_hooks

    def hides_saved_tensors() -> bool:
        """Whether hooks hold what autograd saves, so that reading it would run them: activation
        checkpointing would recompute the forward pass and update batch norm once more.
        """
        return _top_hooks(False) is not None

else:

    def hides_saved_tensors() -> bool:
        """Whether activation checkpointing holds what autograd saves.

        This PyTorch does not say whether there are other hooks. Those of `save_on_cpu` are read
        without harm.
        """
        return _is_in_checkpoint()


_compiler = getattr(torch, "compiler", None)

#: Whether this PyTorch has a `torch.compile` that says when it traces.
can_compile = hasattr(_compiler, "is_dynamo_compiling")

#: Whether code is traced: by `torch.compile`, or for export.
is_compiling: Callable[[], bool] = _compiler.is_compiling if can_compile else _never

#: Whether `torch.compile` traces the code that asks.
is_tracing_graph: Callable[[], bool] = _compiler.is_dynamo_compiling if can_compile else _never


def identity(function: Callable) -> Callable:
    """The function itself."""
    return function


#: Marks a function that runs while `torch.compile` traces, not when the graph runs.
runs_while_tracing: Callable[[Callable], Callable] = (
    _compiler.assume_constant_result if can_compile else identity
)
