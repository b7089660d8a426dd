"""The rows of a hook at several steps."""

from __future__ import annotations

from typing import List, Optional, Sequence

import torch

#: The most steps whose rows are kept.
MOST_STEPS = 32
#: The most numbers of a row.
_WIDEST = 1 << 15


class Ring:
    """Memory for the rows of a hook at several steps, which is used again: rows that lie among the
    tensors of the training have its memory returned to the system and fetched again.
    """

    def __init__(self, rows: Sequence[torch.Tensor]) -> None:
        first = rows[0]
        self._type, self._device, self.units = first.dtype, first.device, first.numel()
        #: The rows [steps, rows, units]; none if they are too wide.
        self.rows = torch.empty(0, len(rows), len(first), dtype=first.dtype, device=first.device)
        self._places: List[torch.Tensor] = []
        if len(first) <= _WIDEST:
            with torch.inference_mode(False):
                self.rows = self.rows.new_empty(MOST_STEPS, *self.rows.shape[1:])
                self._places = [self.rows[place] for place in range(MOST_STEPS)]

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
