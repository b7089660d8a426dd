"""Which modules of a model are watched."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

import torch
from torch import nn

from ..values import TAPS

BatchNorm = nn.modules.batchnorm._BatchNorm
_WRAPPERS = (nn.DataParallel, nn.parallel.DistributedDataParallel)
_CONVOLUTION = nn.modules.conv._ConvNd
_CHANNELS_SECOND = (_CONVOLUTION, nn.GroupNorm, nn.modules.instancenorm._InstanceNorm, BatchNorm)
_LAST = (
    nn.Linear,
    nn.Bilinear,
    nn.LayerNorm,
    nn.RNNBase,
    nn.RNNCellBase,
    nn.MultiheadAttention,
    *([nn.RMSNorm] if hasattr(nn, "RMSNorm") else []),
)
# Files and classes of PyTorch's modules that read channels.
_CHANNEL_FILES = frozenset(
    f"torch.nn.modules.{name}"
    for name in ("pooling", "padding", "upsampling", "pixelshuffle", "channelshuffle")
)
_CHANNEL_NAMES = frozenset(
    ("Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout", "Softmax2d")
    + ("LocalResponseNorm", "CrossMapLRN2d")
)
# Attributes that say how many features a module gives.
_OUTPUTS = ("out_features", "out_channels", "embed_dim", "embedding_dim")


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

    Raises `ValueError` where a choice means no module.
    """
    for argument, choices in (("layers", layers), ("inputs", inputs)):
        for choice in _listed(choices):
            found = (
                name
                for name, module in root.named_modules()
                if matches(name, module, choice)
                and (argument == "inputs" or isinstance(module, BatchNorm))
            )
            if next(found, None) is None:
                what = "batch norm" if argument == "layers" else "module"
                raise ValueError(f"{argument}: {choice!r} means no {what} of the model.")
    for name, module in root.named_modules():
        is_norm = isinstance(module, BatchNorm)
        if is_norm and (layers is None or matches(name, module, layers)):
            yield name or type(module).__name__, module, True
        elif inputs is not None and matches(name, module, inputs):
            yield name or type(module).__name__, module, False


def _listed(choices: Any) -> Tuple[Any, ...]:
    """Choices as a tuple. Raises `ValueError` where one is no pattern, type or module."""
    if choices is None or choices == ():
        return ()
    if isinstance(choices, (str, type, nn.Module)):
        return (choices,)
    if not isinstance(choices, (list, tuple, set, frozenset)):
        choices = (choices,)
    for choice in choices:
        if not isinstance(choice, (str, type, nn.Module)):
            raise ValueError(
                f"layers and inputs are patterns of names, types or modules, not {choice!r}."
            )
    return tuple(choices)


def matches(name: str, module: nn.Module, choices: Any) -> bool:
    """Whether one of the choices (patterns of names, types, modules) means the module."""
    for choice in _listed(choices):
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


def check_taps(root: nn.Module, taps: Optional[Mapping[str, str]]) -> None:
    """Raises `ValueError` where `taps` has an unknown tap, or a pattern of no batch norm."""
    if taps is None:
        return
    if not isinstance(taps, Mapping):
        raise ValueError(f"taps has a tap for each pattern of names, and is not {taps!r}.")
    for pattern, value in taps.items():
        if value not in TAPS:
            raise ValueError(f"taps: {value!r} is none of {', '.join(TAPS)}.")
        if not any(
            isinstance(module, BatchNorm) and fnmatchcase(name, pattern)
            for name, module in root.named_modules()
        ):
            raise ValueError(f"taps: {pattern!r} means no batch norm of the model.")


def kind(module: nn.Module) -> str:
    """The name of the module's class, without those that PyTorch derives for parametrizations."""
    cls = type(module)
    while cls.__module__ == "torch.nn.utils.parametrize" and len(cls.__mro__) > 1:
        cls = cls.__mro__[1]
    return cls.__name__


def axis(module: nn.Module) -> Optional[int]:
    """Which axis of its input has the features: 1, the channels, or -1; None where the class does
    not say it.
    """
    if isinstance(module, _CHANNELS_SECOND):
        return 1
    if isinstance(module, _LAST):
        return -1
    for cls in type(module).__mro__:
        if cls.__module__ in _CHANNEL_FILES or cls.__name__ in _CHANNEL_NAMES:
            return 1
    return None


def neighbors(root: nn.Module) -> Dict[nn.Module, Tuple[int, int]]:
    """The axis and the number of the features of a module's input, where its class does not say
    them: those of the first module inside that says both, else of what the one before it gives.
    """
    answer: Dict[nn.Module, Tuple[int, int]] = {}
    before: Optional[Tuple[int, int]] = None
    for module in root.modules():
        inside = ((axis(other), width(other)) for other in module.modules() if other is not module)
        first = next((found for found in inside if None not in found), None)
        if axis(module) is None and (first or before):
            answer[module] = first or before  # type: ignore[assignment]
        given = next(
            (
                found
                for found in (getattr(module, name, None) for name in _OUTPUTS)
                if isinstance(found, int)
            ),
            width(module),
        )
        if axis(module) is not None and given:
            before = axis(module), given  # type: ignore[assignment]
    return answer


def features(
    module: nn.Module, x: torch.Tensor, neighbor: Optional[Tuple[int, int]] = None
) -> torch.Tensor:
    """The input of a module as [examples, features] or [examples, channels, places…].

    `neighbor`: what `neighbors` has of it. Raises `ValueError` where the features' axis is unknown.
    """
    where = axis(module)
    places = _places(module)
    if where == 1 and places is not None and x.dim() == places + 1:
        return x.unsqueeze(0)  # One example without its axis.
    if x.dim() < 2:
        return x.reshape(1, -1)
    if x.dim() == 2:
        return x
    if where is None:
        if neighbor is None or x.shape[neighbor[0]] != neighbor[1]:
            raise ValueError(
                f"which axis of its input {list(x.shape)} has the features is unknown for a "
                f"{kind(module)}."
            )
        where = neighbor[0]
    return x if where == 1 else x.reshape(-1, x.shape[-1])


def _places(module: nn.Module) -> Optional[int]:
    """How many axes of places follow the channels of a module's input, None of any number."""
    if isinstance(module, _CONVOLUTION):
        return len(module.kernel_size)
    if isinstance(module, BatchNorm):
        return None
    found = re.search(r"([123])d$", kind(module))
    return int(found[1]) if found else None


def example(module: nn.Module, shape: Tuple[int, ...]) -> List[int]:
    """The shape of one example of the input of a module."""
    places = _places(module)
    if places is not None and axis(module) == 1:
        return list(shape[-places - 1 :])
    return list(shape[1:]) if len(shape) > 1 else list(shape)


def width(module: nn.Module) -> Optional[int]:
    """The number of features of the input of a module, None where the module does not say."""
    if axis(module) is None:
        return None
    for attribute in ("num_features", "in_features", "in_channels", "num_channels"):
        found = getattr(module, attribute, None)
        if isinstance(found, int) and found > 0:
            return found
    shape = getattr(module, "normalized_shape", None)
    return int(shape[-1]) if shape else None
