"""The hooks that watch the modules of a model."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

import numpy as np
import torch
from torch import nn

from . import compiled, selection
from .autograd import (
    can_compile,
    hides_saved_tensors,
    is_compiling,
    is_in_backward,
    is_in_function,
    is_tracing_graph,
)
from .isolation import undisturbed
from .module_hook import KEYWORDS, ModuleHook
from .moments import TINY, measured, refined
from .observations import Observations
from .unsaved import Unsaved

# Batch norms whose node keeps the mean and the inverse deviation of its batch.
_NODES = frozenset(
    ("NativeBatchNormBackward0", "CudnnBatchNormBackward0", "MiopenBatchNormBackward0")
)


class BatchNormHook(ModuleHook):
    """Sees every forward pass of a batch norm."""

    is_norm = True

    def __init__(self, observations: Observations, name: str, module: nn.Module, tap: str) -> None:
        super().__init__(observations, name, module, tap, float(module.eps))
        self.is_frozen = False
        self.is_repeated = False
        self.frozen_tensor: Optional[int] = None
        self.gap_tensor: Optional[int] = None
        # The type of the nodes that the module made last.
        self._node: Any = None
        self._plain: Tuple[torch.Tensor, torch.Tensor] = (torch.empty(0), torch.empty(0))
        # Whether graphs keep a parametrized gamma or beta in the state as they compute it.
        self._keeps_gamma = self._keeps_beta = False
        self._affine_handles: List[Any] = []

    def attach(self) -> None:
        """Starts watching."""
        self.handle = self.module.register_forward_hook(self, **KEYWORDS)
        parametrizations = getattr(self.module, "parametrizations", {}) if can_compile else {}
        self._keeps_gamma = "weight" in parametrizations
        self._keeps_beta = "bias" in parametrizations
        for row, name in ((3, "weight"), (4, "bias")):
            if name in parametrizations:
                hook = _AffineHook(self, row)
                self._affine_handles.append(parametrizations[name].register_forward_hook(hook))

    def detach(self) -> None:
        """Stops watching."""
        super().detach()
        for handle in self._affine_handles:
            handle.remove()
        self._affine_handles = []

    def __call__(self, module: nn.Module, inputs: Any, *rest: Any) -> None:
        # The output, after the arguments by keyword where this PyTorch has them.
        output = rest[-1]
        if is_compiling():
            state = self.state
            if is_tracing_graph() and module.training and inputs and state is not None:
                if state.device == inputs[0].device:
                    compiled.note(self.number)
                    gamma = state[3] if self._keeps_gamma else module.weight
                    beta = state[4] if self._keeps_beta else module.bias
                    compiled.accumulate(state, inputs[0], gamma, beta)
            return
        seen = self.observations
        if not seen.is_active:
            return
        try:
            if self._begun == seen.begun or not self._see_quickly(seen, module, output):
                x = _first(inputs, rest[0] if len(rest) > 1 else {})
                self._see(module, x, output)
        except Exception as error:  # The training goes on, whatever a module does.
            self.fail(error)

    def _see_quickly(self, seen: Observations, module: nn.Module, output: Any) -> bool:
        """Sees the first pass of a step where it is a usual one: little code, because all of it is
        new to the processor after the training's own. Returns whether it was one.
        """
        ring = self.ring
        if ring is None or self._exact is not None or self.exact is None:
            return False
        state = module.__dict__
        if module is not self.module or not state.get("training"):
            return False
        if state.get("eps") != self.epsilon:
            return False
        node = getattr(output, "grad_fn", None)
        if type(node) is not self._node:
            if type(node).__name__ not in _NODES:
                return False
            self._node = type(node)
        # A recomputation is never the first pass of a step inside of the model's.
        if hides_saved_tensors() or not seen.defers and is_in_backward():
            return False
        mean = node._saved_result1
        parameters = state["_parameters"]
        gamma, beta = parameters.get("weight"), parameters.get("bias")
        if gamma is None or beta is None or gamma.dtype is not mean.dtype or not ring.fits(mean):
            return False
        count = output.numel() // ring.units
        if not count:
            return False
        inverse = node._saved_result2
        if seen.defers:
            version = gamma._version + beta._version
            seen.norms.late.append((self, count, version, mean, inverse, gamma, beta))
        else:
            copy = ring.put(seen.place, (mean, inverse, gamma.detach(), beta.detach()))
            if copy is None:
                return False
            seen.norms.add(self, count, copy)
        self._begun = seen.begun
        return True

    def _see(self, module: nn.Module, x: Optional[torch.Tensor], output: Any) -> None:
        seen = self.observations
        if not module.training:
            if x is not None:
                self._evaluated(x)
            return
        if is_in_backward():
            if not self.is_repeated and module.running_mean is not None:
                self.is_repeated = True
                seen.newly_repeated.append(self)
                seen.is_odd = True
            return seen.norms.leave_out(self)
        node = output.grad_fn if torch.is_tensor(output) else None
        is_read = type(node).__name__ in _NODES and not hides_saved_tensors()
        if x is None:
            if not is_read:
                raise TypeError("it was called without a tensor.")
            x = output  # Of the same shape.
            mean, inverse = node._saved_result1, node._saved_result2
        elif not x.numel():
            return seen.norms.leave_out(self)
        elif self.exact is None or not is_read or module.eps != self.epsilon:
            if module.eps != self.epsilon and self not in seen.changed:
                seen.changed.append(self)
                seen.is_odd = True
            mean, inverse = self.measured(x)
        else:
            mean, inverse = node._saved_result1, node._saved_result2
            if mean.dtype is torch.bfloat16 or mean.dtype is torch.float16 or not mean.numel():
                mean, inverse = self.measured(x)
            elif self._exact is not None:
                mean, inverse = refined(x, mean, inverse, self._exact)
        gamma, beta = _weight(module, "weight", node), _weight(module, "bias", node)
        if gamma is None or beta is None or gamma.dtype is not mean.dtype:
            gamma, beta = self._affine(gamma, beta, mean)
        if self.shape is None:
            self.note_shape(x, len(mean))
        # Copied here: the optimizer changes gamma and beta in place.
        rows = self.stacked(module, mean, inverse, gamma.detach(), beta.detach())
        is_aside = not torch.is_grad_enabled() and not is_in_function()
        seen.is_odd |= is_aside
        seen.norms.add(self, x.numel() // rows.shape[1], rows, is_aside)

    def affine(self) -> Tuple[Optional[np.ndarray], Optional[np.ndarray]]:
        """Gamma and beta as they are now."""
        gamma, beta = self._affine(
            _weight(self.module, "weight"),
            _weight(self.module, "bias"),
            torch.empty(self.units, device="cpu"),
        )
        return gamma.detach().cpu().numpy().copy(), beta.detach().cpu().numpy().copy()

    def _affine(
        self, gamma: Optional[torch.Tensor], beta: Optional[torch.Tensor], mean: torch.Tensor
    ) -> Tuple[torch.Tensor, torch.Tensor]:
        ones, zeros = self._plain
        if ones.shape != mean.shape or ones.device != mean.device or ones.dtype != mean.dtype:
            ones, zeros = self._plain = torch.ones_like(mean), torch.zeros_like(mean)
        return (
            ones if gamma is None else gamma.to(mean.dtype),
            zeros if beta is None else beta.to(mean.dtype),
        )

    def _evaluated(self, x: torch.Tensor) -> None:
        seen = self.observations
        if not seen.root.training or not torch.is_grad_enabled() or is_in_backward():
            return
        if not self.is_frozen:
            self.is_frozen = True
            seen.newly_frozen.append(self)
            seen.is_odd = True
        if seen.measures_frozen and x.numel():
            rows = torch.stack(measured(x))
            if self.shape is None:
                self.note_shape(x, rows.shape[1])
            seen.frozen.add(self, x.numel() // rows.shape[1], rows)


class _AffineHook(Unsaved):
    """Keeps a parametrized gamma or beta as a graph of `torch.compile` computes it: to read it
    again would compute it again.
    """

    def __init__(self, norm: BatchNormHook, row: int) -> None:
        self._norm = norm
        self._row = row

    def __call__(self, module: nn.Module, inputs: Any, output: torch.Tensor) -> None:
        if is_compiling() and is_tracing_graph():
            state = self._norm.state
            if state is not None and state.device == output.device:
                state[self._row].copy_(output.detach())


class InputHook(ModuleHook):
    """Sees the input of every forward pass of a module."""

    def __init__(
        self,
        observations: Observations,
        name: str,
        module: nn.Module,
        axis: Optional[Tuple[int, int]] = None,
    ) -> None:
        super().__init__(observations, name, module, "input", TINY)
        self.axis = axis

    def attach(self) -> None:
        """Starts watching."""
        self.handle = self.module.register_forward_pre_hook(self, **KEYWORDS)

    def __call__(self, module: nn.Module, inputs: Any, keywords: Any = None) -> None:
        if not module.training:
            return
        if is_compiling():
            state = self.state
            if not is_tracing_graph() or not inputs or not torch.is_tensor(inputs[0]):
                return
            x = inputs[0]
            if state is not None and state.device == x.device and x.is_floating_point():
                compiled.note(self.number)
                compiled.accumulate(state, selection.features(module, x, self.axis), None, None)
            return
        seen = self.observations
        if not seen.is_active or is_in_backward():
            return
        try:
            found = _first(inputs, keywords or {})
            if found is None or not found.is_floating_point():
                what = type(inputs[0]).__name__ if inputs else "no positional argument"
                raise TypeError(
                    f"it reads {what if found is None else found.dtype}, and only tensors of real "
                    "floating-point numbers have moments."
                )
            if not found.numel():
                return
            x = selection.features(module, found, self.axis)
            rows = self.stacked(module, *self.measured(x))
            if self.shape is None:
                self.note_shape(found, rows.shape[1])
            elif self.units != rows.shape[1]:
                raise ValueError(
                    f"its input has {rows.shape[1]} features now and had {self.units} before."
                )
            is_aside = not torch.is_grad_enabled() and not is_in_function()
            seen.is_odd |= is_aside
            seen.inputs.add(self, x.numel() // rows.shape[1], rows, is_aside)
        except Exception as error:
            self.fail(error)


def _first(inputs: Any, keywords: Any) -> Optional[torch.Tensor]:
    """The tensor that a module reads: its first argument, else the first tensor by keyword."""
    if inputs:
        return inputs[0] if torch.is_tensor(inputs[0]) else None
    return next((value for value in keywords.values() if torch.is_tensor(value)), None)


def _weight(module: nn.Module, name: str, node: Any = None) -> Optional[torch.Tensor]:
    """Gamma ("weight") or beta ("bias") of a batch norm.

    A parametrization computes it at each reading, by random numbers or with a state: the value
    that the forward pass used is in its node, else the reading leaves no trace.
    """
    if name in module._parameters:
        return module._parameters[name]
    if name in module.__dict__:
        return module.__dict__[name]  # Of weight norm, of pruning.
    saved = getattr(node, f"_saved_{name}", None)
    if saved is not None:
        return saved
    with undisturbed(module):
        found = getattr(module, name)
        return None if found is None else found.detach().clone()
