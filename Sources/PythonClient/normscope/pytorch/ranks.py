"""The processes of a distributed training, which record one run."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

import numpy as np
import torch
import torch.distributed as distributed

from .moments import Moments, concatenated


class Ranks:
    """The processes that train one model: the first of them records."""

    def __init__(self) -> None:
        ready = distributed.is_available() and distributed.is_initialized()
        self.count = distributed.get_world_size() if ready else 1
        self.is_first = not ready or distributed.get_rank() == 0
        self._device = torch.device("cpu")
        if self.count > 1 and distributed.get_backend() == "nccl":
            self._device = torch.device("cuda", torch.cuda.current_device())

    def same(self, value: Any) -> Any:
        """The value of the first rank."""
        if self.count == 1:
            return value
        values = [value]
        distributed.broadcast_object_list(values, 0)
        return values[0]

    @np.errstate(all="ignore")
    def merge(
        self,
        hooks: Sequence[Sequence[Any]],
        found: Sequence[Optional[Moments]],
        has_affine: Sequence[bool],
    ) -> List[Optional[Moments]]:
        """The moments over the batches of all ranks, by one collective operation.

        - hooks: for each kind of moments the hooks that may have some, the same on every rank.
        - found: the moments of this rank, of each kind.
        - has_affine: whether moments of the kind have gamma and beta.

        Sums of doubles lose nothing that counts: the error of a variance is 1e-16 of mean².
        """
        places = []
        end = 0
        for kind in hooks:
            place = {}
            for hook in kind:
                place[hook] = end
                end += 1 + 2 * hook.units
            places.append(place)
        sums = np.zeros(end)
        for place, moments in zip(places, found):
            for hook, count, mean, variance, _, _ in moments.parts() if moments else ():
                start, middle = place[hook], place[hook] + 1 + hook.units
                mean = mean.astype(np.float64)
                sums[start] = count
                sums[start + 1 : middle] = count * mean
                sums[middle : middle + hook.units] = count * (variance + mean * mean)
        total = torch.from_numpy(sums).to(self._device)
        distributed.all_reduce(total)
        sums = total.cpu().numpy()
        return [_moments(place, sums, *kind) for place, *kind in zip(places, found, has_affine)]


@np.errstate(all="ignore")
def _moments(
    place: Any, sums: np.ndarray, own: Optional[Moments], has_affine: bool
) -> Optional[Moments]:
    """The moments of one kind from sums over all ranks, with gamma and beta of this rank."""
    affine = {part[0]: part[4:] for part in own.parts()} if own else {}
    parts = []
    for hook, start in place.items():
        count = sums[start]
        if count == 0:
            continue
        middle = start + 1 + hook.units
        mean = sums[start + 1 : middle] / count
        variance = np.maximum(sums[middle : middle + hook.units] / count - mean * mean, 0)
        # Another rank alone saw it: the weights are the same everywhere.
        gamma, beta = affine.get(hook) or (hook.affine() if has_affine else (None, None))
        parts.append((hook, count, mean, variance, gamma, beta))
    return concatenated(parts)
