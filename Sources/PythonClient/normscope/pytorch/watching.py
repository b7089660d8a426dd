"""Begins to watch a model."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from torch import nn

from ..plain import settings
from ..starting import begin
from . import selection
from .hooks import BatchNormHook, InputHook, ModuleHook, Observations
from .ranks import Ranks
from .run import WatchedRun


def watch(
    model: nn.Module,
    name: str,
    every: int = 1,
    layers: Any = None,
    taps: Optional[Mapping[str, str]] = None,
    inputs: Any = None,
    optimizer: Any = None,
    running_every: int = 100,
    configuration: Any = None,
    **options: Any,
) -> WatchedRun:
    """Starts a run that records the layers of a PyTorch model while it trains.

    Of every batch norm, each step's batches: count, mean and biased variance of what it normalizes,
    with gamma, beta and epsilon. Call `step` of the run at the end of each training step.

    - model: the model; also compiled, or in DataParallel or DistributedDataParallel. Watch a
      compiled model before its first forward pass.
    - name: the name of the run.
    - every: records every so many steps.
    - layers: the batch norms to watch, all by default: patterns of names such as "layer3.*", types,
      modules, or several of them.
    - taps: by pattern of a batch norm's name, the tensor that it reads: "preactivation", the
      default, or "activation" where it follows the activation function.
    - inputs: other modules whose inputs are recorded, such as `nn.Linear` or "head.*".
    - optimizer: whose learning rate is recorded.
    - running_every: of the recorded steps, every so many, and the first, second, third, fifth,
      ninth… before, also have the batch as the running statistics would normalize it: it shows how
      far they lag.
    - configuration and other options: those of `normscope.start`.

    Raises `ValueError` where the model has nothing to watch, and what `normscope.start` raises.
    """
    if every < 1 or running_every < 1:
        raise ValueError("every and running_every are numbers of steps, from 1.")
    root = selection.unwrapped(model)
    observations = Observations(root)
    hooks: List[ModuleHook] = []
    for layer, module, is_norm in selection.chosen(root, layers, inputs):
        if is_norm:
            tap = selection.tap(layer, taps)
            hooks.append(BatchNormHook(observations, layer, module, tap))
        else:
            hooks.append(InputHook(observations, layer, module))
    if not hooks:
        raise ValueError(
            f"{type(root).__name__} has no layer to watch: layers names batch norms, inputs names "
            "other modules."
        )
    ranks = Ranks()
    hyperparameters = {"model": type(root).__name__, **settings(configuration)}
    if ranks.is_first:
        begun = begin(name, hyperparameters, **options)
    else:
        begun = (None, name, hyperparameters, 0)
    begun = (*begun[:3], ranks.same(begun[3]))
    return WatchedRun(observations, hooks, ranks, every, running_every, optimizer, *begun)
