"""The forward passes of the whole model."""

from __future__ import annotations

import threading
from typing import Any, List, Optional, Tuple

from torch import nn

from .autograd import is_called_within, is_compiling, is_in_backward
from .observations import Observations
from .unsaved import Unsaved


class Passes(Unsaved):
    """The watch over forward passes of the model that an error ends, such as one of memory: their
    moments are dropped, because the batch is tried again.
    """

    def __init__(self, observations: Observations) -> None:
        self._observations = observations
        self._handles: List[Any] = []
        #: The thread of the pass that runs, or that an error has ended, and how much was seen
        #: before it.
        self.open: Optional[Tuple[int, Tuple[int, int, int]]] = None
        self._is_nested = False
        # How often gamma and beta were changed before the pass, where that is looked at.
        self._versions: Optional[int] = None

    def attach(self) -> None:
        """Starts watching the model."""
        root = self._observations.root
        self._handles = [
            root.register_forward_pre_hook(self),
            root.register_forward_hook(_PassEnd(self, root)),
        ]

    def detach(self) -> None:
        """Stops watching the model."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def __call__(self, module: nn.Module, inputs: Any) -> None:
        if is_compiling():
            return
        seen = self._observations
        if not seen.is_active or module is not seen.root or is_in_backward():
            return
        if self.open is not None:
            if self.open[0] != threading.get_ident():
                return
            if is_called_within(module):
                self._is_nested = True
                return
            self.drop()
        norms = seen.norms
        starts = len(norms.hooks), len(seen.inputs.hooks), len(seen.frozen.hooks)
        self.open = threading.get_ident(), starts
        if norms.defers:
            seen.defers = True
            norms.place = seen.place
        else:
            seen.defers = False
            self._versions = norms.versions()

    def end(self) -> None:
        """Notes that the pass came to its end."""
        if self.open is None or self.open[0] != threading.get_ident():
            return
        if self._is_nested and is_called_within(self._observations.root):
            return
        self.open = None
        self._is_nested = False
        seen = self._observations
        if seen.defers:
            seen.defers = False
            if not seen.norms.settle():
                seen.is_odd = True
        elif self._versions is not None:
            # Not a training in itself, which changes them before its end.
            seen.norms.defers = seen.norms.versions() == self._versions

    def drop(self) -> None:
        """Drops the moments of a pass that an error ended, if there is one."""
        if self.open is not None:
            seen = self._observations
            for kind, start in zip((seen.norms, seen.inputs, seen.frozen), self.open[1]):
                kind.drop(start)
            seen.defers = False
            self.open = None
            self._is_nested = False


class _PassEnd(Unsaved):
    """The hook at the end of a forward pass of the model."""

    def __init__(self, passes: Passes, root: nn.Module) -> None:
        self._passes = passes
        self._root = root

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if not is_compiling() and module is self._root:
            self._passes.end()
