"""The tensors that a run has declared."""

from __future__ import annotations

import sys
import threading
from array import array
from collections import Counter
from typing import Any, Collection, Dict, List, Optional, Tuple

from . import values
from .columns import Part
from .frames import Buffer, byte_count
from .plain import to_plain


class Tensors:
    """The tensors of a run by number and name, and the lengths that columns of them must have."""

    def __init__(self) -> None:
        #: Held while tensors are declared.
        self.lock = threading.RLock()
        self._indices: Dict[str, int] = {}
        # By name, the keys with which the tensor was declared last.
        self._newest: Dict[str, Dict[str, Any]] = {}
        self._names: List[str] = []
        self._keys: List[Dict[str, Any]] = []
        #: The number of tensors, and of those whose declarations are sent.
        self.count = self.sent = 0
        # By a column of tensors: their number, the bytes of a column of moments and of one of
        # gammas, and the name of a tensor that is there twice.
        self._lengths: Dict[bytes, Tuple[int, int, int, Optional[str]]] = {}
        self._places: Dict[Tuple[str, ...], str] = {}
        # The newest columns of counts that were good, and of tensors that are distinct.
        self._counts: Optional[Buffer] = None
        self._distinct: List[bytes] = []

    def index_of(self, name: str, keys: Dict[str, Any]) -> Optional[int]:
        """The number of the tensor of that name, None where it is not declared, or was last
        declared with other keys than these and units.
        """
        index = self._indices.get(name)
        if index is None or (len(keys) == 1 and "units" in keys):
            return index
        try:
            return index if self._newest.get(name) == keys else None
        except ValueError:
            return None  # An array among them.

    def keep_index(self, name: str, keys: Dict[str, Any]) -> None:
        """Keeps the keys with which the tensor was declared last."""
        self._newest[name] = keys

    def declare(self, name: str, keys: Dict[str, Any]) -> int:
        """The number of the tensor, which is new or known.

        Raises `ValueError` where it was declared otherwise.
        """
        keys = to_plain(keys)
        # A handler of a signal may declare while its thread does.
        with self.lock:
            return self._declare(name, keys)

    def _declare(self, name: str, keys: Dict[str, Any]) -> int:
        index = self._indices.get(values.text("A tensor's name", name))
        if index is not None:
            before = self._keys[index]
            for key, value in keys.items():
                if before.get(key, value) != value or (key not in before and value != name):
                    raise ValueError(
                        f"Tensor {name} was declared with {key} {before.get(key)!r} "
                        f"and cannot have {value!r} now."
                    )
            return index
        self._check_new(name, keys)
        index = len(self._indices)
        # A Ctrl-C may have ended this function before its last assignment.
        self._names[index:] = [name]
        self._keys[index:] = [keys]
        self._places[_place(name, keys)] = name
        self.count = index + 1
        self._indices[name] = index
        return index

    def unsent(self) -> List[Dict[str, Any]]:
        """The declarations that are not sent yet, in order; the caller moves `sent`."""
        every = range(self.sent, len(self._indices))
        return [{"name": self._names[index], **self._keys[index]} for index in every]

    def has_layer(self, layer: str) -> bool:
        """Whether a tensor of that layer is declared."""
        return any(place[0] == layer for place in self._places)

    def _check_new(self, name: str, keys: Dict[str, Any]) -> None:
        if "units" not in keys:
            raise ValueError(f"Tensor {name} needs units, a whole number from 1.")
        keys["units"] = values.whole("units", keys["units"], most=values.MOST_UNITS)
        for key in ("layer", "kind", "activation"):
            if not isinstance(keys.get(key, ""), str):
                raise ValueError(f"{key} must be text, not {keys[key]!r}.")
        for key, words in (
            ("tap", values.TAPS),
            ("population", values.POPULATIONS),
            ("statistics", values.STATISTICS),
        ):
            if key in keys:
                values.choice(key, keys[key], words)
        if "epsilon" in keys:
            keys["epsilon"] = values.epsilon(keys["epsilon"])
        elif "derives_normalized" in keys:
            raise ValueError("derives_normalized needs an epsilon.")
        if not isinstance(keys.get("derives_normalized", True), bool):
            raise ValueError("derives_normalized must be True or False.")
        if "shape" in keys:
            shape = keys["shape"]
            if not isinstance(shape, list) or len(shape) > 16:
                raise ValueError("shape must have at most 16 lengths.")
            keys["shape"] = [values.whole("A length of shape", length) for length in shape]
        other = self._places.get(_place(name, keys))
        if other is not None and other != name:
            raise ValueError(
                f"Tensor {name} has the layer, tap, population and statistics of tensor {other}: "
                "give it others."
            )

    def check(self, part: Part, has_affine: bool = True) -> None:
        """Raises `ValueError` where a column has another length than its tensors need."""
        lengths = self._lengths.get(part.tensors)
        if lengths is None:
            lengths = self._measure(part.tensors)
        entries, moments, affine, repeated = lengths
        affine = affine if has_affine else 0
        if repeated is not None and has_affine:
            raise ValueError(f"The columns have tensor {repeated} twice.")
        self._check("counts", part.counts, entries * 8, 8, part)
        self._check("mean", part.mean, moments, 4, part)
        self._check("variance", part.variance, moments, 4, part)
        self._check("gamma", part.gamma, affine, 4, part)
        self._check("beta", part.beta, affine, 4, part)
        if part.non_finite is not None:
            self._check("non_finite", part.non_finite, entries * 8, 8, part)
            self._check_non_finite(part)
        if any(number < 0 for number in _lowest(part.variance)):
            raise ValueError("variance must be numbers from 0.")
        if part.counts is not self._counts:
            counts = array("q", bytes(part.counts))
            if min(counts, default=1) < 1 or max(counts, default=1) > values.MOST_ROWS:
                raise ValueError(f"counts must be whole numbers from 1 to {values.MOST_ROWS}.")
            # Other buffers may change.
            self._counts = part.counts if type(part.counts) is bytes else None

    def _check_non_finite(self, part: Part) -> None:
        numbers = [array("q", bytes(column)) for column in (part.non_finite, part.counts)]
        for index, found, count in zip(array("q", part.tensors), *numbers):
            units = self._keys[index]["units"]
            if not 0 <= found <= count * units:
                raise ValueError(
                    f"Tensor {self._names[index]}: non_finite must be a whole number from 0 to "
                    f"{count * units}, the number of its elements, not {found}."
                )

    def without_repeats(
        self, parts: List[Part], sent: Collection[int]
    ) -> Tuple[List[Part], Optional[str]]:
        """The parts, without those of which a tensor is in a later one or in `sent`, and the name
        of such a tensor.
        """
        key = [part.tensors for part in parts]
        if key == self._distinct and not sent:
            return parts, None
        seen = set(sent)
        kept: List[Part] = []
        repeated = None
        for part in reversed(parts):
            indices = array("q", part.tensors)
            again = seen.intersection(indices)
            if again:
                repeated = self._names[min(again)]
            else:
                seen.update(indices)
                kept.append(part)
        kept.reverse()
        if repeated is None and not sent:
            self._distinct = key
        return kept, repeated

    def groups(
        self, parts: List[Part], most: int, has_affine: bool = True
    ) -> Tuple[List[List[Part]], List[str]]:
        """The parts cut into groups of at most `most` bytes, the entries of a tensor in one group;
        and the names of tensors that no group has room for.
        """
        entries: Dict[int, List[Part]] = {}
        for part in parts:
            indices = array("q", part.tensors)
            keys = [self._keys[index] for index in indices]
            affine = [has_affine and "epsilon" in key for key in keys]
            for index, one in zip(indices, part.cut([key["units"] for key in keys], affine)):
                entries.setdefault(index, []).append(one)
        groups: List[List[Part]] = []
        too_large = []
        room = 0
        for index, ones in entries.items():
            size = sum(one.size for one in ones)
            if size > most:
                too_large.append(self._names[index])
                continue
            if size > room:
                groups.append([])
                room = most
            groups[-1] += ones
            room -= size
        return groups, too_large

    def measured(self, part: Part) -> List[str]:
        """The names of tensors with the moments of several batches; raises `ValueError` where one
        has a single batch.
        """
        batches = Counter(array("q", part.tensors))
        for index, number in batches.items():
            if number < 2:
                name = self._names[index]
                raise ValueError(f"Tensor {name} has 1 batch, and noise needs at least 2.")
        return [self._names[index] for index in batches]

    def _measure(self, tensors: bytes) -> Tuple[int, int, int, Optional[str]]:
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
        numbers = Counter(indices)
        repeated = next((self._names[index] for index in numbers if numbers[index] > 1), None)
        lengths = self._lengths[tensors] = (len(indices), moments, affine, repeated)
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


def _place(name: str, keys: Dict[str, Any]) -> Tuple[str, ...]:
    """What the recorder distinguishes tensors by, with its defaults."""
    is_normalized = "epsilon" in keys
    return (
        keys.get("layer", name),
        keys.get("tap", "preactivation" if is_normalized else "input"),
        keys.get("population", "batch"),
        keys.get("statistics", "batch" if is_normalized else "none"),
    )


def _lowest(buffer: Buffer) -> Any:
    """Float32 numbers with the lowest among them, NaN aside: one where numpy is in use."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return array("f", bytes(buffer))
    numbers = numpy.frombuffer(buffer, "<f4")
    return (numpy.fmin.reduce(numbers),) if len(numbers) else ()
