"""The moments that are not of the training's own forward passes."""

from __future__ import annotations

import inspect
import itertools
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

from . import selection
from .entries import Entries
from .isolation import forward, undisturbed
from .module_hook import KEYWORDS, ModuleHook
from .moments import Moments, concatenated, measured
from .observations import Observations


class _Pass:
    """What a forward pass of the whole model shows of the watched modules."""

    def __init__(self, hooks: Sequence[ModuleHook], reads_outputs: bool) -> None:
        self.read = Entries()
        self.inputs = Entries()
        self.outputs = Entries()
        self._handles: List[Any] = []
        for hook in hooks:
            module = hook.module
            into = self.read if hook.is_norm else self.inputs
            self._handles.append(
                module.register_forward_pre_hook(self._before(hook, into), **KEYWORDS)
            )
            if hook.is_norm and reads_outputs:
                self._handles.append(module.register_forward_hook(self._after(hook)))

    def _before(self, hook: ModuleHook, into: Entries) -> Any:
        def see(module: Any, inputs: Any, keywords: Any = None) -> None:
            x = inputs[0] if inputs else next(iter((keywords or {}).values()), None)
            if torch.is_tensor(x) and x.is_floating_point() and x.numel():
                units = _add(into, hook, selection.features(module, x, hook.axis))
                if hook.shape is None:
                    hook.note_shape(x, units)

        return see

    def _after(self, hook: ModuleHook) -> Any:
        def see(module: Any, inputs: Any, output: torch.Tensor) -> None:
            if torch.is_tensor(output) and output.numel():
                _add(self.outputs, hook, output)

        return see

    def close(self) -> None:
        """Takes the hooks of the pass away."""
        for handle in self._handles:
            handle.remove()


def _add(into: Entries, hook: ModuleHook, x: torch.Tensor) -> int:
    rows = torch.stack(measured(x))
    units = rows.shape[1]
    into.add(hook, x.numel() // units, rows)
    return units


def _with_affine(moments: Optional[Moments]) -> Optional[Moments]:
    """The moments with gamma and beta as they are now."""
    if moments is None:
        return None
    return concatenated((*part[:4], *part[0].affine()) for part in moments.parts())


def probe(
    run: Any, observations: Observations, hooks: Sequence[ModuleHook], batch: Any
) -> List[Tuple[bytes, Moments]]:
    """Tensors and moments of a batch by its own statistics, then by the running ones."""
    root = observations.root
    _check(root)
    answer = []
    for statistics in ("batch", "running"):
        with _paused(observations), undisturbed(root):
            for module in root.modules():
                module.training = statistics == "batch" and isinstance(module, selection.BatchNorm)
            seen = _Pass(hooks, reads_outputs=statistics == "running")
            try:
                forward(root, batch)
            finally:
                seen.close()
        read = seen.read.take()
        if statistics == "batch":
            read = _with_affine(read)
        found = [
            (read, None),
            (seen.inputs.take(), "input"),
            (seen.outputs.take(), "normalized"),
        ]
        for moments, tap in found:
            if moments is not None:
                tensors = [
                    tensor(run, hook, tap or hook.tap, "probe", statistics)
                    for hook in moments.layout.hooks
                ]
                answer.append((np.array(tensors, np.int64).tobytes(), moments))
    return answer


def noise(
    observations: Observations, hooks: Sequence[ModuleHook], batches: Iterable[Any], limit: int
) -> List[Tuple[Any, ...]]:
    """Hook, count, mean and variance of each pair of a batch and a layer."""
    root = observations.root
    _check(root)
    device = next(iter(root.parameters()), torch.empty(0)).device
    parts: List[Tuple[Any, ...]] = []
    with _paused(observations), undisturbed(root):
        for number, batch in enumerate(batches):
            if number == limit:
                break
            if isinstance(batch, (tuple, list)):
                batch = tuple(batch[: _arguments(root)])
            batch = _moved(batch, device)
            seen = _Pass([hook for hook in hooks if hook.module.training], reads_outputs=False)
            try:
                forward(root, batch)
            finally:
                seen.close()
            for entries in (seen.read, seen.inputs):
                moments = entries.take()
                if moments is not None:
                    parts.extend(part[:4] for part in moments.parts())
    return parts


def _check(root: nn.Module) -> None:
    """Raises `ValueError` where the shapes of a model's parameters are not known yet."""
    for name, value in itertools.chain(root.named_parameters(), root.named_buffers()):
        if is_lazy(value):
            raise ValueError(
                f"{name} has no shape before the model's first forward pass, which comes before a "
                "probe or a measurement of noise."
            )


def _arguments(root: nn.Module) -> int:
    """How many positional arguments a model needs, at least one: a loader yields them first."""
    needed = [
        parameter
        for parameter in inspect.signature(root.forward).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and parameter.default is parameter.empty
    ]
    return max(len(needed), 1)


def _moved(batch: Any, device: torch.device) -> Any:
    """A tensor, or those in a tuple or a dictionary, on a device."""
    if torch.is_tensor(batch):
        return batch.to(device)
    if isinstance(batch, tuple):
        return tuple(_moved(member, device) for member in batch)
    if isinstance(batch, Mapping):
        return {key: _moved(member, device) for key, member in batch.items()}
    return batch


class _paused:
    """Keeps the hooks of the training from seeing forward passes."""

    def __init__(self, observations: Observations) -> None:
        self._observations = observations
        self._was = observations.is_active

    def __enter__(self) -> None:
        self._observations.is_active = False

    def __exit__(self, *error: Any) -> None:
        self._observations.is_active = self._was


def by_running_statistics(run: Any, norms: Moments) -> Iterator[Tuple[bytes, Moments]]:
    """Tensors and moments of what the batch norms would make of a step's batches by their running
    statistics as they are now: it follows from the batches' moments.
    """
    parts = []
    tensors = []
    for hook, count, mean, variance, gamma, beta in norms.parts():
        module = hook.module
        if module.running_mean is None or module.running_var is None:
            continue
        center = module.running_mean.detach().cpu().double().numpy()
        scale = module.running_var.detach().cpu().double().numpy()
        with np.errstate(all="ignore"):
            scale = gamma / np.sqrt(scale + module.eps)
            parts.append(
                (hook, count, (mean - center) * scale + beta, variance * scale * scale, None, None)
            )
        if hook.gap_tensor is None:
            hook.gap_tensor = tensor(run, hook, "normalized", "batch", "running")
        tensors.append(hook.gap_tensor)
    moments = concatenated(parts)
    if moments is not None:
        yield np.array(tensors, np.int64).tobytes(), moments


def tensor(run: Any, hook: ModuleHook, tap: str, population: str, statistics: str) -> int:
    """The run's tensor of a hook with these coordinates."""
    reads = hook.is_norm and tap == hook.tap and statistics == "batch"
    return run.tensor(
        f"{hook.name} {tap} {population} {statistics}",
        tap=tap,
        population=population,
        statistics=statistics,
        epsilon=hook.epsilon if reads else None,
        **run.facts(hook),
    )
