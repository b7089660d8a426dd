"""The moments of several steps, computed at once."""

from __future__ import annotations

import math
from array import array
from typing import Any, List, Optional, Sequence

import numpy as np
import torch

from .moments import Layout


class Together:
    """The moments of several steps, in memory that is used again: new memory costs as much as all
    that is computed in it.
    """

    def __init__(self) -> None:
        self.layout: Any = None
        #: The counts, those of one step after those of another: int64.
        self.counts = b""
        #: Mean, variance and, of batch norms, gamma and beta: float32 [steps, 2 or 4, units].
        self.values: Any = None
        self._rows = torch.empty(0)
        self._variance: Any = None

    @np.errstate(all="ignore")
    def read(
        self, layout: Layout, counts: List[int], rings: Sequence[torch.Tensor], steps: int
    ) -> Optional[np.ndarray]:
        """Computes the moments of as many steps from the hooks' rings; returns what `Layout.needs`
        says of the last.
        """
        most, rows = rings[0].shape[:2]
        shape, kind = (most, rows, layout.total), rings[0].dtype
        if self._rows.shape != shape or self._rows.dtype is not kind:
            self._rows = torch.empty(shape, dtype=kind)
            self._variance = np.empty((most, layout.total))
        is_full = steps == most
        parts = tuple(rings if is_full else (ring[:steps] for ring in rings))
        if rings[0].device.type == "cpu":
            into = self._rows if is_full else self._rows[:steps]
            values = torch.cat(parts, 2, out=into).numpy()
        else:
            values = torch.cat(parts, 2).cpu().numpy()
        mean, inverse, variance = values[:, 0], values[:, 1], self._variance[:steps]
        ratio = mean[-1] * inverse[-1]
        np.multiply(inverse, inverse, out=variance, dtype=np.float64)
        np.divide(1, variance, out=variance)
        np.subtract(variance, layout.epsilon, out=variance)
        np.maximum(variance, 0, out=inverse, casting="same_kind")
        self.layout = layout
        self.counts = array("q", counts).tobytes()
        self.values = values if values.dtype == np.float32 else values.astype(np.float32)
        return layout.needs(ratio, inverse[-1])

    @property
    def is_finite(self) -> bool:
        """Whether all moments are finite; False also where their sum overflows."""
        with np.errstate(all="ignore"):
            return math.isfinite(self.values[:, :2].sum())
