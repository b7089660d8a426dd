"""Forward passes that leave no trace in a model."""

from __future__ import annotations

import contextlib
import random
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
import torch
from torch import nn


@contextlib.contextmanager
def undisturbed(root: nn.Module) -> Iterator[None]:
    """Puts everything back at its end that forward passes change, bit for bit: buffers, modes, the
    states of the random number generators. Gradients are off; compiled code runs as written.
    """
    modules: List[Tuple[nn.Module, bool, Dict[str, Any]]] = []
    copies: Dict[int, torch.Tensor] = {}
    for module in root.modules():
        modules.append((module, module.training, dict(module._buffers)))
    generators = random.getstate(), np.random.get_state(), torch.get_rng_state()
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    set_stance = getattr(getattr(torch, "compiler", None), "set_stance", None)
    try:
        # Copies take the buffers' places: the buffers themselves are not touched, and a backward
        # pass that waits finds them as they were.
        for module, _, buffers in modules:
            for name, buffer in buffers.items():
                if buffer is not None:
                    copy = copies.get(id(buffer))
                    if copy is None:
                        copy = copies[id(buffer)] = buffer.detach().clone()
                    module._buffers[name] = copy
        with torch.no_grad(), set_stance("force_eager") if set_stance else contextlib.nullcontext():
            yield
    finally:
        for module, training, buffers in modules:
            module._buffers.update(buffers)
            module.training = training
        random.setstate(generators[0])
        np.random.set_state(generators[1])
        torch.set_rng_state(generators[2])
        if devices is not None:
            torch.cuda.set_rng_state_all(devices)


def forward(root: nn.Module, batch: Any) -> Any:
    """The output of a model for a batch: a tensor, a tuple or a dictionary of arguments."""
    if isinstance(batch, dict):
        return root(**batch)
    if isinstance(batch, (tuple, list)):
        return root(*batch)
    return root(batch)
