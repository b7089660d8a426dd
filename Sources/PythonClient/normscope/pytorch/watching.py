"""Starts watching a model."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from torch import nn

from ..begun import Begun
from ..plain import settings
from ..starting import begin
from . import compiled, selection
from .hooks import BatchNormHook, InputHook
from .module_hook import ModuleHook
from .observations import Observations
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
    tags: Optional[Mapping[str, Any]] = None,
    db: Any = None,
    resume: Optional[str] = None,
    first_step: Optional[int] = None,
    program: Any = None,
) -> WatchedRun:
    """Starts a run that records the layers of a PyTorch model while it trains.

    Of every batch norm, each step's batches: count, mean and biased variance of what it normalizes,
    with gamma, beta and epsilon. Call `step` of the run at the end of each training step: the
    training passes since the last call are its batch. With two models, as in a GAN, a pass of the
    one while the other is updated belongs to the one's next step.

    - model: the model; also compiled, or in DataParallel or DistributedDataParallel.
    - name: the name of the run.
    - every: records one step in `every`.
    - layers: the batch norms to watch, all by default: patterns of names such as "layer3.*", types,
      modules, or several of them.
    - taps: by pattern of a batch norm's name, the tensor that it reads: "preactivation", the
      default, or "activation" where it follows the activation function.
    - inputs: other modules whose inputs are recorded, such as `nn.Linear` or "head.*". Features are
      the channels of convolutions, pooling and the like, the last axis of linear layers and the
      like; of a module that fits both, such as `nn.ReLU`, the features of its neighbor in the
      model, if the input has as many. Otherwise a warning says that they are unknown.
    - optimizer: whose learning rate is recorded.
    - running_every: of the recorded steps, one in `running_every`, and the first, second, third,
      fifth, ninth… before, also have the batch as the running statistics would normalize it: it
      shows how far they lag.
    - configuration, tags, db, resume, first_step, program: as in `normscope.start`.

    Raises `ValueError` where the model has nothing to watch, and what `normscope.start` raises.
    """
    if not isinstance(model, nn.Module):
        raise ValueError(f"watch needs a model, a torch.nn.Module, and a name, not {model!r}.")
    for number in (every, running_every):
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise ValueError("every and running_every are whole numbers of steps, from 1.")
    if optimizer is not None and not hasattr(optimizer, "param_groups"):
        raise ValueError(f"optimizer is one of torch.optim, not {optimizer!r}.")
    root = selection.unwrapped(model)
    observations = Observations(root)
    hooks: List[ModuleHook] = []
    selection.check_taps(root, taps)
    neighbors = selection.neighbors(root) if inputs is not None else {}
    for layer, module, is_norm in selection.chosen(root, layers, inputs):
        if is_norm:
            tap = selection.tap(layer, taps)
            hooks.append(BatchNormHook(observations, layer, module, tap))
        else:
            hooks.append(InputHook(observations, layer, module, neighbors.get(module)))
    if not hooks:
        raise ValueError(
            f"{type(root).__name__} has no layer to watch: layers names batch norms, inputs names "
            "other modules."
        )
    compiled.notice_hooks()
    ranks = Ranks(model, name)
    hyperparameters = {"model": type(root).__name__, **settings(configuration)}
    begun = ranks.begin(
        lambda: begin(name, hyperparameters, tags, db, resume, first_step, program),
        lambda next_step: Begun(None, name, hyperparameters, next_step),
    )
    return WatchedRun(observations, hooks, ranks, every, running_every, optimizer, begun)
