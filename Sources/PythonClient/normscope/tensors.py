"""The tensors that a run has declared."""

from __future__ import annotations

from array import array
from typing import Any, Dict, List, Optional, Tuple

from .columns import Part
from .frames import Buffer, byte_count
from .plain import to_plain


class Tensors:
    """The tensors of a run by number and name, and the lengths that columns of them must have."""

    def __init__(self) -> None:
        self._indices: Dict[str, int] = {}
        self._names: List[str] = []
        self._keys: List[Dict[str, Any]] = []
        # By a column of tensors: their number, and the bytes of a column of moments and of one of
        # gammas.
        self._lengths: Dict[bytes, Tuple[int, int, int]] = {}

    def index(self, name: str) -> Optional[int]:
        """The number of the tensor of that name, None where it is not declared."""
        return self._indices.get(name)

    def declare(self, name: str, keys: Dict[str, Any]) -> Tuple[int, Optional[Dict[str, Any]]]:
        """The number of the tensor, and its declaration where it is new.

        Raises `ValueError` where it was declared otherwise.
        """
        keys = to_plain(keys)
        index = self._indices.get(name)
        if index is not None:
            before = self._keys[index]
            for key, value in keys.items():
                if before.get(key, value) != value or (key not in before and value != name):
                    raise ValueError(
                        f"Tensor {name} was declared with {key} {before.get(key)!r} "
                        f"and cannot have {value!r} now."
                    )
            return index, None
        units = keys.get("units")
        if not isinstance(units, int) or isinstance(units, bool) or units < 1:
            raise ValueError(f"Tensor {name} needs units, a number from 1: it has {units!r}.")
        index = len(self._names)
        self._indices[name] = index
        self._names.append(name)
        self._keys.append(keys)
        return index, {"name": name, **keys}

    def check(self, part: Part, has_affine: bool = True) -> None:
        """Raises `ValueError` where a column has another length than its tensors need."""
        lengths = self._lengths.get(part.tensors)
        if lengths is None:
            lengths = self._measure(part.tensors)
        entries, moments, affine = lengths
        affine = affine if has_affine else 0
        self._check("counts", part.counts, entries * 8, 8, part)
        self._check("mean", part.mean, moments, 4, part)
        self._check("variance", part.variance, moments, 4, part)
        self._check("gamma", part.gamma, affine, 4, part)
        self._check("beta", part.beta, affine, 4, part)
        if part.non_finite is not None:
            self._check("non_finite", part.non_finite, entries * 8, 8, part)

    def _measure(self, tensors: bytes) -> Tuple[int, int, int]:
        if len(tensors) % 8 != 0:
            raise ValueError("Tensors are int64 numbers.")
        indices = array("q", tensors)
        moments = affine = 0
        for index in indices:
            if not 0 <= index < len(self._keys):
                raise ValueError(f"Tensor {index} is not declared: there are {len(self._keys)}.")
            keys = self._keys[index]
            moments += keys["units"] * 4
            if "epsilon" in keys:
                affine += keys["units"] * 4
        if len(self._lengths) > 256:
            self._lengths.clear()
        lengths = self._lengths[tensors] = (len(indices), moments, affine)
        return lengths

    def _check(
        self, column: str, buffer: Optional[Buffer], length: int, size: int, part: Part
    ) -> None:
        found = byte_count(buffer)
        if found == length:
            return
        names = [self._names[index] for index in array("q", part.tensors)]
        who = f"Tensor {names[0]}"
        if len(names) > 1:
            who = f"The {len(names)} tensors {names[0]} to {names[-1]}"
        if buffer is None:
            raise ValueError(f"{who}: {column} is missing, and there is an epsilon.")
        raise ValueError(
            f"{who}: {column} has {found / size:g} numbers and must have {length // size}."
        )
