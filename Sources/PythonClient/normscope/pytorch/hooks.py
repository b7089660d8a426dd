"""The hooks that watch the modules of a model."""

from __future__ import annotations

import inspect
import itertools
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
from .moments import TINY, Entries, measured, refined
from .unsaved import Unsaved

_numbers = itertools.count()

# Hooks get the arguments by keyword where this PyTorch can pass them.
KEYWORDS = (
    {"with_kwargs": True}
    if "with_kwargs" in inspect.signature(nn.Module.register_forward_hook).parameters
    else {}
)

# Batch norms whose node keeps the mean and the inverse deviation of its batch.
_NODES = frozenset(
    ("NativeBatchNormBackward0", "CudnnBatchNormBackward0", "MiopenBatchNormBackward0")
)


class Observations:
    """What the hooks of a run saw since the last step."""

    def __init__(self, root: nn.Module) -> None:
        #: The model, which says whether it trains.
        self.root = root
        #: Whether the step that is being made is recorded.
        self.is_active = True
        #: Whether batch norms that use their running statistics are measured in this step.
        self.measures_frozen = True
        #: Whether any hook is in a graph of `torch.compile`.
        self.is_traced = False
        self.norms = Entries(adapts=True)
        self.inputs = Entries(adapts=True)
        self.frozen = Entries()
        #: The batch norms that use their running statistics while the model trains, once each.
        self.newly_frozen: List[BatchNormHook] = []
        #: The batch norms that updated their running statistics again in the backward pass, once
        #: each.
        self.newly_repeated: List[BatchNormHook] = []
        #: The batch norms whose epsilon is another than the declared one.
        self.changed: List[BatchNormHook] = []
        #: The hooks that failed, and their errors.
        self.failures: List[Tuple[ModuleHook, Exception]] = []


class ModuleHook(Unsaved):
    """A hook of one module."""

    is_norm = False

    def __init__(
        self, observations: Observations, name: str, module: nn.Module, tap: str, epsilon: float
    ) -> None:
        self.observations = observations
        self.name = name
        self.module = module
        self.tap = tap
        #: The declared epsilon of a batch norm, else `TINY`.
        self.epsilon = epsilon
        #: Which units are measured exactly, for which the usual rows have too few digits; None, all
        #: of them, until a step shows which.
        self.exact: Optional[np.ndarray] = None
        self._exact: Optional[torch.Tensor] = None
        #: The shape of one example of what the module reads, once it is seen.
        self.shape: Optional[List[int]] = None
        #: The number of features of what the module reads; 0 until it is seen, if the module does
        #: not say it.
        self.units = selection.width(module) or 0
        #: Whether all ranks know `units`.
        self.is_agreed = self.units > 0
        #: The axis and the number of the features that the module reads, where its class does not
        #: say it.
        self.axis: Optional[Tuple[int, int]] = None
        #: The number of the run's tensor, once it is declared.
        self.tensor: Optional[int] = None
        #: Whether the run has any tensor of this layer.
        self.is_declared = False
        self.number = next(_numbers)
        self.is_traced = False
        self.state: Optional[torch.Tensor] = None
        self.handle: Any = None
        compiled.hooks[self.number] = self
        self.renew_state()

    @property
    def kind(self) -> str:
        """The name of the module's class."""
        return selection.kind(self.module)

    def renew_state(self) -> None:
        """Makes the state for graphs, on the device of the module."""
        units = selection.width(self.module)
        if not can_compile or units is None:
            return
        device = next(
            itertools.chain(self.module.parameters(False), self.module.buffers(False)),
            torch.empty(0),
        ).device
        if device.type != "meta" and (self.state is None or self.state.device != device):
            self.state = compiled.new_state(units, device)

    def affine(self) -> Tuple[Optional[np.ndarray], Optional[np.ndarray]]:
        """Gamma and beta as they are now, None where nothing of that name scales the input."""
        return None, None

    def note_shape(self, x: torch.Tensor, units: int) -> None:
        """Notes the shape of an example of the input and the number of its features."""
        self.shape = selection.example(self.module, tuple(x.shape))
        self.units = units

    def epsilons(self, units: int) -> np.ndarray:
        """The epsilon of each unit's rows."""
        if self.exact is None:
            return np.full(units, TINY)
        return np.where(self.exact, TINY, self.epsilon)

    def measure_exactly(self, units: np.ndarray) -> None:
        """Has these units measured exactly, too, from now on."""
        self.exact = units.copy() if self.exact is None else self.exact | units
        numbers = np.flatnonzero(self.exact)
        self._exact = torch.from_numpy(numbers) if len(numbers) else None

    def measured(self, x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """Mean and inverse deviation of x [examples, features, …]."""
        if self.exact is None:
            return measured(x)
        mean, inverse = measured(x, self.epsilon, is_exact=False)
        return (mean, inverse) if self._exact is None else refined(x, mean, inverse, self._exact)

    def attach(self) -> None:
        """Starts watching."""
        raise NotImplementedError

    def detach(self) -> None:
        """Stops watching."""
        if self.handle is not None:
            self.handle.remove()
            self.handle = None

    def fail(self, error: Exception) -> None:
        """Stops watching a module that cannot be watched."""
        self.detach()
        self.observations.failures.append((self, error))


class BatchNormHook(ModuleHook):
    """Sees every forward pass of a batch norm."""

    is_norm = True

    def __init__(self, observations: Observations, name: str, module: nn.Module, tap: str) -> None:
        super().__init__(observations, name, module, tap, float(module.eps))
        self.is_frozen = False
        self.is_repeated = False
        self.frozen_tensor: Optional[int] = None
        self.gap_tensor: Optional[int] = None
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
        if not self.observations.is_active:
            return
        try:
            x = _first(inputs, rest[0] if len(rest) > 1 else {})
            self._see(module, x, output)
        except Exception as error:  # The training goes on, whatever a module does.
            self.fail(error)

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
        rows = torch.stack((mean, inverse, gamma.detach(), beta.detach()))
        is_aside = not torch.is_grad_enabled() and not is_in_function()
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
            rows = torch.stack(self.measured(x))
            if self.shape is None:
                self.note_shape(found, rows.shape[1])
            elif self.units != rows.shape[1]:
                raise ValueError(
                    f"its input has {rows.shape[1]} features now and had {self.units} before."
                )
            is_aside = not torch.is_grad_enabled() and not is_in_function()
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
