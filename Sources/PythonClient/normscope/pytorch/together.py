"""The moments of several steps, computed at once."""

from __future__ import annotations

import math
from typing import Any, List, Optional, Sequence

import numpy as np
import torch

from ..frames import heads
from .moments import Layout

#: The steps whose variance is computed at once: what is computed stays in fast memory.
_STEPS = 32


class Together:
    """The rows of several steps, and what is computed from them."""

    def __init__(self) -> None:
        self.layout: Any = None
        #: The counts: int64 [steps, tensors].
        self.counts: Any = None
        #: Mean, 1/√(variance + epsilon) and, of batch norms, gamma and beta:
        #: [steps, 2 or 4, units].
        self.values: Any = None
        #: What `Layout.needs` says of the last step that was written.
        self.needs: Optional[np.ndarray] = None
        # Memory that is used again: new memory costs as much as all that is computed in it.
        self._rows = torch.empty(0)
        self._square: Any = np.empty((0, 0))

    def read(
        self, layout: Layout, counts: List[int], rings: Sequence[torch.Tensor], steps: int
    ) -> None:
        """Reads the rows of as many steps from the hooks' rings, or the one that they share."""
        parts = [ring[:steps] for ring in rings]
        if len(parts) > 1:
            shape, kind = (*rings[0].shape[:2], layout.total), rings[0].dtype
            device = rings[0].device
            if self._rows.shape != shape or (self._rows.dtype, self._rows.device) != (kind, device):
                self._rows = torch.empty(shape, dtype=kind, device=device)
            parts = [torch.cat(parts, 2, out=self._rows[:steps])]
        self.layout = layout
        self.counts = np.array(counts, np.int64).reshape(steps, -1)
        self.values = parts[0].cpu().numpy()

    @np.errstate(all="ignore")
    def write(self, columns: Sequence[np.ndarray]) -> None:
        """Writes mean, variance and, of batch norms, gamma and beta to columns [steps, units]."""
        layout, values = self.layout, self.values
        if self._square.shape[1] != layout.total:
            self._square = np.empty((_STEPS, layout.total))
        for start in range(0, len(values), _STEPS):
            inverse = values[start : start + _STEPS, 1]
            square = self._square[: len(inverse)]
            np.multiply(inverse, inverse, out=square, dtype=np.float64)
            np.divide(1, square, out=square)
            np.subtract(square, layout.epsilon, out=square)
            variance = columns[1][start : start + _STEPS]
            np.maximum(square, 0, out=variance, casting="same_kind")
        columns[0][:] = values[:, 0]
        for column, row in zip(columns[2:], range(2, values.shape[1])):
            column[:] = values[:, row]
        self.needs = layout.needs(values[-1, 0] * values[-1, 1], columns[1][-1])


@np.errstate(all="ignore")
def framed(messages: Sequence[str], found: Sequence[Together]) -> Optional[List[memoryview]]:
    """The frames of steps, of each its message and all its moments; None where moments are not
    finite, or their sum overflows.
    """
    steps = len(messages)
    tensors = np.frombuffer(b"".join(kind.layout.tensors for kind in found), np.int64)
    units = [
        sum(kind.layout.total for kind in found if row < kind.values.shape[1]) for row in range(4)
    ]
    shape = [("tensor", "I64", tensors.nbytes), ("count", "I64", tensors.nbytes)]
    names = ("mean", "variance", "gamma", "beta")
    shape += [(name, "F32", number * 4) for name, number in zip(names, units) if number]
    texts, size = heads(messages, shape)
    start = len(texts[0])
    width = start + size
    block = np.empty((steps, width), np.uint8)
    block[:, :start] = np.frombuffer(b"".join(texts), np.uint8).reshape(steps, start)

    def column(kind: Any, offset: int, length: int) -> np.ndarray:
        return np.ndarray((steps, length), kind, block, offset, (width, np.dtype(kind).itemsize))

    column(np.int64, start, len(tensors))[:] = tensors
    start += tensors.nbytes
    counts = [kind.counts for kind in found]
    column(np.int64, start, len(tensors))[:] = np.concatenate(counts, 1)
    numbers = column(np.float32, start + tensors.nbytes, sum(units))
    ends = [sum(units[:row]) for row in range(4)]
    for kind in found:
        columns = []
        for row in range(kind.values.shape[1]):
            columns.append(numbers[:, ends[row] : ends[row] + kind.layout.total])
            ends[row] += kind.layout.total
        kind.write(columns)
    if not math.isfinite(numbers[:, : units[0] + units[1]].sum()):
        return None
    frames = memoryview(block.reshape(-1))
    return [frames[end - width : end] for end in range(width, len(frames) + 1, width)]
