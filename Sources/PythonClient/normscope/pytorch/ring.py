"""The rows of a hook at several steps."""

from __future__ import annotations

from typing import Optional, Sequence

import torch

#: The most steps whose rows are kept, and the most of those on a device, where memory is scarce.
MOST_STEPS = 128
_MOST_OF_DEVICE = 32
#: The most numbers of a row.
_WIDEST = 1 << 15


class Ring:
    """Memory for the rows of a hook at several steps, which is used again: rows that lie among the
    tensors of the training have its memory returned to the system and fetched again.
    """

    def __init__(self, rows: torch.Tensor) -> None:
        #: The rows [steps, rows, units]; no steps if they are too wide.
        self.rows = rows
        self.units = rows.shape[2]
        self._type, self._device = rows.dtype, rows.device
        self._places = list(rows)

    @staticmethod
    def like(rows: Sequence[torch.Tensor]) -> Ring:
        """The ring for such rows."""
        first = rows[0]
        steps = MOST_STEPS if first.device.type == "cpu" else _MOST_OF_DEVICE
        if first.numel() > _WIDEST:
            steps = 0
        with torch.inference_mode(False):
            shape = (steps, len(rows), first.numel())
            return Ring(torch.empty(shape, dtype=first.dtype, device=first.device))

    def at(self, place: int) -> torch.Tensor:
        """The rows of a step."""
        return self._places[place]

    def fits(self, row: torch.Tensor) -> bool:
        """Whether a row is like those that the ring is for."""
        return row.dtype is self._type and row.numel() == self.units and row.device == self._device

    def put(self, place: int, rows: Sequence[torch.Tensor]) -> Optional[torch.Tensor]:
        """A copy of the rows in the ring; None if they are too wide, or without numbers, such as
        those of vmap.
        """
        try:
            return torch.stack(rows, out=self._places[place])
        except (IndexError, RuntimeError):
            return None
