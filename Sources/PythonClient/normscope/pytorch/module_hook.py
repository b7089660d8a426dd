"""What all hooks of modules have in common."""

from __future__ import annotations

import inspect
import itertools
from typing import Any, List, Optional, Tuple

import numpy as np
import torch
from torch import nn

from . import compiled, selection
from .autograd import can_compile
from .moments import TINY, measured, refined
from .observations import Observations
from .ring import Ring
from .unsaved import Unsaved

_numbers = itertools.count()

#: Hooks get the arguments by keyword where this PyTorch can pass them.
KEYWORDS = (
    {"with_kwargs": True}
    if "with_kwargs" in inspect.signature(nn.Module.register_forward_hook).parameters
    else {}
)


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
        #: The rows of the steps that wait.
        self.ring: Optional[Ring] = None
        self._begun = 0
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
        own = itertools.chain(self.module._parameters.values(), self.module._buffers.values())
        first = next((tensor for tensor in own if tensor is not None), None)
        device = torch.empty(0).device if first is None else first.device
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

    def stacked(self, module: nn.Module, *rows: torch.Tensor) -> torch.Tensor:
        """A copy of the rows: in the ring, if this is the first pass of the step."""
        seen = self.observations
        if self._begun != seen.begun and module is self.module:
            self._begun = seen.begun
            if (self.ring is None or not self.ring.fits(rows[0])) and seen.place == 0:
                if self.is_norm:
                    seen.norms.unshare()
                self.ring = Ring.like(rows)  # Nothing waits in the old one.
            if self.ring is not None and self.ring.fits(rows[0]):
                copy = self.ring.put(seen.place, rows)
                if copy is not None:
                    return copy
        seen.is_odd = True
        return torch.stack(rows)

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
        self.observations.is_odd = True
