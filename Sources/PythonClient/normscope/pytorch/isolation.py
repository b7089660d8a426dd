"""Forward passes that leave no trace in a model."""

from __future__ import annotations

import contextlib
import random
from collections import deque
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
import torch
from torch import nn

# The attributes of every module.
_COMMON = frozenset(vars(nn.Module()))


@contextlib.contextmanager
def undisturbed(root: nn.Module) -> Iterator[None]:
    """Puts everything back at its end that forward passes change, bit for bit: buffers, modes,
    attributes (of the modules, with the members of lists, dictionaries and sets), the states of
    the random number generators. Gradients are off; compiled code runs as written.
    """
    modules: List[Tuple[nn.Module, bool, Dict[str, Any], Dict[str, Any]]] = []
    copies: Dict[int, Any] = {}
    for module in root.modules():
        own = {name: value for name, value in vars(module).items() if name not in _COMMON}
        modules.append((module, module.training, dict(module._buffers), own))
    generators = random.getstate(), np.random.get_state(), torch.get_rng_state()
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    set_stance = getattr(getattr(torch, "compiler", None), "set_stance", None)
    try:
        # Copies take the places of buffers and attributes, which are not touched: a backward pass
        # that waits finds them as they were.
        for module, _, *originals in modules:
            for into, values in zip((module._buffers, vars(module)), originals):
                for name, value in values.items():
                    if id(value) not in copies:
                        copies[id(value)] = _copied(value)
                    into[name] = copies[id(value)]
        with torch.no_grad(), set_stance("force_eager") if set_stance else contextlib.nullcontext():
            yield
    finally:
        for module, training, buffers, own in modules:
            module._buffers.update(buffers)
            for name in [name for name in vars(module) if name not in _COMMON and name not in own]:
                del vars(module)[name]
            vars(module).update(own)
            module.training = training
        random.setstate(generators[0])
        np.random.set_state(generators[1])
        torch.set_rng_state(generators[2])
        if devices is not None:
            torch.cuda.set_rng_state_all(devices)


def _copied(value: Any) -> Any:
    """A copy of what a forward pass may change in place, else the value."""
    if torch.is_tensor(value):
        return value.detach().clone()
    return value.copy() if type(value) in (list, dict, set, deque) else value


def forward(root: nn.Module, batch: Any) -> Any:
    """The output of a model for a batch: a tensor, a tuple or a dictionary of arguments."""
    if isinstance(batch, dict):
        return root(**batch)
    if isinstance(batch, (tuple, list)):
        return root(*batch)
    return root(batch)
