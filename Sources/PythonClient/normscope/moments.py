"""The moments of one tensor over a run."""

from __future__ import annotations

from array import array
from typing import Any, Dict, List, Optional, Sequence, Tuple


class Moments:
    """The moments of a tensor, an entry for each recorded step.

    `steps`, `count` and `non_finite` are [steps]; `mean`, `variance` (biased), `gamma` and `beta`
    are [steps, units]: arrays of numpy where it is installed, else lists. `gamma` and `beta` are
    None where no normalization reads the tensor.
    """

    def __init__(self, tensor: Dict[str, Any], rows: Sequence[Tuple[Any, ...]]) -> None:
        #: What the tensor is: layer, name, tap, population, statistics, units, epsilon.
        self.tensor = tensor
        units = tensor["units"]
        columns: List[Any] = list(zip(*rows)) if rows else [()] * 7
        self.steps = _numbers(columns[0])
        self.count = _numbers(columns[1])
        self.non_finite = _numbers(columns[2])
        self.mean = _vectors(columns[3], units)
        self.variance = _vectors(columns[4], units)
        has_affine = bool(rows) and all(gamma is not None for gamma in columns[5])
        self.gamma: Optional[Any] = _vectors(columns[5], units) if has_affine else None
        self.beta: Optional[Any] = _vectors(columns[6], units) if has_affine else None

    def __len__(self) -> int:
        """The number of recorded steps."""
        return len(self.steps)

    def __repr__(self) -> str:
        about = ", ".join(
            f"{key} {value}" for key, value in self.tensor.items() if value is not None
        )
        return f"<moments of {len(self)} steps: {about}>"


def _numbers(values: Sequence[int]) -> Any:
    try:
        import numpy
    except ImportError:
        return list(values)
    return numpy.array(values, dtype="int64")


def _vectors(blobs: Sequence[bytes], units: int) -> Any:
    """Little-endian float32 vectors, one for each step."""
    try:
        import numpy
    except ImportError:
        return [list(array("f", blob)) for blob in blobs]
    return numpy.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), units)
