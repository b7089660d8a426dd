"""The hooks that watch the modules of a model."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any, List, Optional, Tuple

import numpy as np
import torch
from torch import nn

from . import compiled
from .autograd import (
    can_compile,
    hides_saved_tensors,
    is_compiling,
    is_in_backward,
    is_tracing_graph,
)
from .moments import Entries, measured
from .selection import example, features, width

_numbers = itertools.count()

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
        self.norms = Entries()
        self.inputs = Entries()
        self.frozen = Entries()
        #: The batch norms that use their running statistics while the model trains, once each.
        self.newly_frozen: List[BatchNormHook] = []
        #: The batch norms that updated their running statistics again in the backward pass, once
        #: each.
        self.newly_repeated: List[BatchNormHook] = []
        #: The hooks that failed, and their errors.
        self.failures: List[Tuple[ModuleHook, Exception]] = []


class ModuleHook:
    """A hook of one module. A copy of the module, or one read from a file, is not watched."""

    is_norm = False

    def __init__(
        self, observations: Observations, name: str, module: nn.Module, tap: str, epsilon: float
    ) -> None:
        self.observations = observations
        self.name = name
        self.module = module
        self.tap = tap
        #: The epsilon of the rows of this hook's entries.
        self.epsilon = epsilon
        #: The shape of one example of what the module reads, once it is seen.
        self.shape: Optional[List[int]] = None
        #: The number of features of what the module reads; 0 until it is seen, if the module does
        #: not say it.
        self.units = width(module) or 0
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
        return type(self.module).__name__

    def renew_state(self) -> None:
        """Makes the state for graphs, on the device of the module."""
        units = width(self.module)
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
        self.shape = example(self.module, tuple(x.shape))
        self.units = units

    def attach(self) -> None:
        """Begins to watch."""
        raise NotImplementedError

    def detach(self) -> None:
        """Ends to watch."""
        if self.handle is not None:
            self.handle.remove()
            self.handle = None

    def fail(self, error: Exception) -> None:
        """Ends to watch a module that cannot be."""
        self.detach()
        self.observations.failures.append((self, error))

    def __deepcopy__(self, memo: Any) -> Any:
        return contextlib.nullcontext.__exit__

    def __reduce__(self) -> Any:
        # A function of the standard library that does nothing: a saved model needs no normscope.
        return getattr, (contextlib.nullcontext, "__exit__")


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

    def attach(self) -> None:
        """Begins to watch."""
        self.handle = self.module.register_forward_hook(self)

    def __call__(self, module: nn.Module, inputs: Any, output: torch.Tensor) -> None:
        if is_compiling():
            state = self.state
            if is_tracing_graph() and module.training and inputs and state is not None:
                if state.device == output.device:
                    compiled.note(self.number)
                    compiled.accumulate(state, inputs[0], module.weight, module.bias)
            return
        if not self.observations.is_active:
            return
        try:
            self._see(module, inputs, output)
        except Exception as error:  # The training goes on, whatever a module does.
            self.fail(error)

    def _see(self, module: nn.Module, inputs: Any, output: torch.Tensor) -> None:
        seen = self.observations
        if not module.training:
            self._evaluated(inputs)
            return
        if is_in_backward():
            if not self.is_repeated and module.running_mean is not None:
                self.is_repeated = True
                seen.newly_repeated.append(self)
            return
        node = output.grad_fn
        if type(node).__name__ in _NODES and not hides_saved_tensors():
            mean, inverse = node._saved_result1, node._saved_result2
            if mean.dtype is torch.bfloat16 or mean.dtype is torch.float16 or not mean.numel():
                mean, inverse = measured(inputs[0], self.epsilon)
        else:
            mean, inverse = measured(inputs[0], self.epsilon)
        gamma, beta = module.weight, module.bias
        if gamma is None or beta is None or gamma.dtype is not mean.dtype:
            gamma, beta = self._affine(gamma, beta, mean)
        if self.shape is None:
            self.note_shape(output, len(mean))
        # Copied here: the optimizer changes gamma and beta in place.
        rows = torch.stack((mean, inverse, gamma.detach(), beta.detach()))
        seen.norms.add(self, output.numel() // rows.shape[1], rows)

    def affine(self) -> Tuple[Optional[np.ndarray], Optional[np.ndarray]]:
        """Gamma and beta as they are now."""
        gamma, beta = self._affine(
            self.module.weight, self.module.bias, torch.empty(self.units, device="cpu")
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

    def _evaluated(self, inputs: Any) -> None:
        seen = self.observations
        if not seen.root.training or not torch.is_grad_enabled() or is_in_backward():
            return
        if not self.is_frozen:
            self.is_frozen = True
            seen.newly_frozen.append(self)
        if seen.measures_frozen and inputs:
            x = inputs[0]
            rows = torch.stack(measured(x, self.epsilon))
            if self.shape is None:
                self.note_shape(x, rows.shape[1])
            seen.frozen.add(self, x.numel() // rows.shape[1], rows)


class InputHook(ModuleHook):
    """Sees the input of every forward pass of a module."""

    def __init__(self, observations: Observations, name: str, module: nn.Module) -> None:
        # So small that the variance has all its digits.
        super().__init__(observations, name, module, "input", 1e-30)

    def attach(self) -> None:
        """Begins to watch."""
        self.handle = self.module.register_forward_pre_hook(self)

    def __call__(self, module: nn.Module, inputs: Any) -> None:
        if not inputs or not torch.is_tensor(inputs[0]) or not module.training:
            return
        x = inputs[0]
        if is_compiling():
            state = self.state
            if not is_tracing_graph():
                return
            if state is not None and state.device == x.device and x.is_floating_point():
                compiled.note(self.number)
                compiled.accumulate(state, features(module, x), None, None)
            return
        seen = self.observations
        if not seen.is_active or not x.is_floating_point() or is_in_backward():
            return
        try:
            rows = torch.stack(measured(features(module, x), self.epsilon))
            if self.shape is None:
                self.note_shape(x, rows.shape[1])
            seen.inputs.add(self, x.numel() // rows.shape[1], rows)
        except Exception as error:
            self.fail(error)
