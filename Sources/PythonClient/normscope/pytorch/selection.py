"""Which modules of a model are watched."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Iterator, List, Mapping, Optional, Tuple

import torch
from torch import nn

BatchNorm = nn.modules.batchnorm._BatchNorm
_WRAPPERS = (nn.DataParallel, nn.parallel.DistributedDataParallel)
_CONVOLUTION = nn.modules.conv._ConvNd
_CHANNELS_SECOND = (nn.GroupNorm, nn.modules.instancenorm._InstanceNorm, BatchNorm)


def unwrapped(model: nn.Module) -> nn.Module:
    """The model inside of `torch.compile`, `DataParallel` and `DistributedDataParallel`."""
    while True:
        if "_orig_mod" in model._modules:
            model = model._modules["_orig_mod"]
        elif isinstance(model, _WRAPPERS):
            model = model.module
        else:
            return model


def chosen(root: nn.Module, layers: Any, inputs: Any) -> Iterator[Tuple[str, nn.Module, bool]]:
    """The modules to watch, in the model's order: name, module, whether it is a batch norm whose
    statistics are recorded.
    """
    for name, module in root.named_modules():
        is_norm = isinstance(module, BatchNorm)
        if is_norm and (layers is None or matches(name, module, layers)):
            yield name or type(module).__name__, module, True
        elif not is_norm and inputs is not None and matches(name, module, inputs):
            yield name or type(module).__name__, module, False


def matches(name: str, module: nn.Module, choices: Any) -> bool:
    """Whether one of the choices (patterns of names, types, modules) means the module."""
    if isinstance(choices, (str, type, nn.Module)):
        choices = (choices,)
    for choice in choices:
        if isinstance(choice, str):
            if fnmatchcase(name, choice):
                return True
        elif isinstance(choice, type):
            if isinstance(module, choice):
                return True
        elif choice is module:
            return True
    return False


def tap(name: str, taps: Optional[Mapping[str, str]]) -> str:
    """The tap that a batch norm reads: the first of `taps` whose pattern matches."""
    for pattern, value in (taps or {}).items():
        if fnmatchcase(name, pattern):
            return value
    return "preactivation"


def features(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The input of a module as [examples, features] or [examples, channels, places…]."""
    if isinstance(module, _CONVOLUTION):
        # A convolution takes one example without its axis, too.
        return x if x.dim() == len(module.kernel_size) + 2 else x.unsqueeze(0)
    if isinstance(module, _CHANNELS_SECOND) and x.dim() > 1:
        return x
    return x.reshape(-1, x.shape[-1]) if x.dim() != 2 else x


def example(module: nn.Module, shape: Tuple[int, ...]) -> List[int]:
    """The shape of one example of the input of a module."""
    if isinstance(module, _CONVOLUTION):
        return list(shape[-len(module.kernel_size) - 1 :])
    return list(shape[1:]) if len(shape) > 1 else list(shape)


def width(module: nn.Module) -> Optional[int]:
    """The number of features of the input of a module, None where the module does not say."""
    for attribute in ("num_features", "in_features", "in_channels", "num_channels"):
        found = getattr(module, attribute, None)
        if isinstance(found, int) and found > 0:
            return found
    shape = getattr(module, "normalized_shape", None)
    return int(shape[-1]) if shape else None
