"""The columns of moments of the step that is being made."""

from __future__ import annotations

import struct
from typing import Any, Iterator, List, NamedTuple, Optional, Sequence

from .frames import Buffer, Column, byte_count, float32, int64

#: One int64 as a column of one tensor.
packed = struct.Struct("<q").pack


class Part(NamedTuple):
    """Moments of several tensors: int64 of each tensor, float32 of each of their units."""

    tensors: bytes
    counts: Buffer
    mean: Buffer
    variance: Buffer
    gamma: Optional[Buffer]
    beta: Optional[Buffer]
    non_finite: Optional[Buffer]

    @staticmethod
    def of(
        tensors: Any,
        counts: Any,
        mean: Any,
        variance: Any,
        gamma: Any = None,
        beta: Any = None,
        non_finite: Any = None,
    ) -> Part:
        """The part that has these numbers; buffers of the right type are kept, not copied."""
        return Part(
            bytes(int64(tensors)),
            int64(counts),
            float32(mean),
            float32(variance),
            None if gamma is None else float32(gamma),
            None if beta is None else float32(beta),
            None if non_finite is None else int64(non_finite),
        )

    @property
    def size(self) -> int:
        """The bytes of its columns."""
        return sum(map(byte_count, self))

    def cut(self, units: Sequence[int], has_affine: Sequence[bool]) -> Iterator[Part]:
        """A part for each of the tensors, which have these units, and gamma and beta or not."""
        start = affine_start = 0
        for index, (width, is_affine) in enumerate(zip(units, has_affine)):
            one = slice(index * 8, index * 8 + 8)
            end = start + width * 4
            affine_end = affine_start + (width * 4 if is_affine else 0)
            affine = slice(affine_start, affine_end)
            yield Part(
                bytes(self.tensors[one]),
                _bytes(self.counts)[one],
                _bytes(self.mean)[start:end],
                _bytes(self.variance)[start:end],
                _bytes(self.gamma)[affine] if is_affine and self.gamma is not None else None,
                _bytes(self.beta)[affine] if is_affine and self.beta is not None else None,
                None if self.non_finite is None else _bytes(self.non_finite)[one],
            )
            start, affine_start = end, affine_end


def _bytes(buffer: Buffer) -> memoryview:
    return memoryview(buffer).cast("B")


def join(parts: List[Part]) -> List[Column]:
    """The columns of a frame, int64 before float32."""
    if not parts:
        return []
    columns: List[Column] = [
        ("tensor", "I64", [part.tensors for part in parts]),
        ("count", "I64", [part.counts for part in parts]),
    ]
    if any(part.non_finite is not None for part in parts):
        zeros = (part.non_finite or bytes(byte_count(part.tensors)) for part in parts)
        columns.append(("non_finite", "I64", list(zeros)))
    columns.append(("mean", "F32", [part.mean for part in parts]))
    columns.append(("variance", "F32", [part.variance for part in parts]))
    gammas = [part.gamma for part in parts if part.gamma is not None]
    if gammas:
        columns.append(("gamma", "F32", gammas))
        columns.append(("beta", "F32", [part.beta for part in parts if part.beta is not None]))
    return columns
