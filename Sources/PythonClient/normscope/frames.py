"""Frames of the recording protocol: each is one safetensors file whose metadata holds a message.

The columns of a frame are buffers of little-endian float32 or int64 numbers, which are joined once
and never looked at.
"""

from __future__ import annotations

import json
import struct
from array import array
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Union

#: Bytes in which numbers lie one after the other.
Buffer = Union[bytes, bytearray, memoryview, "array[Any]"]
#: The name of a column, its safetensors type, and its buffers.
Column = Tuple[str, str, Sequence[Buffer]]

#: The most bytes of one message.
LARGEST_MESSAGE = 64 << 20


class MessageTooLarge(ValueError):
    """A message that is larger than `LARGEST_MESSAGE`."""


_INT64 = "q"
_SIZES = {"I64": 8, "F32": 4}

#: The part of a header that describes the columns, and their bytes, for each shape of a frame: the
#: same at every step.
_headers: Dict[Tuple[Tuple[str, str, int], ...], Tuple[bytes, int]] = {}


def frame(message: str, columns: Sequence[Column] = ()) -> bytes:
    """One frame: the JSON text of a message, and its columns in the order given."""
    shape = []
    buffers: List[Buffer] = []
    for name, kind, parts in columns:
        shape.append((name, kind, sum(map(byte_count, parts))))
        buffers.extend(parts)
    (head,), _ = heads([message], shape)
    return b"".join((head, *buffers))


def heads(
    messages: Sequence[str], shape: Sequence[Tuple[str, str, int]]
) -> Tuple[List[bytes], int]:
    """What frames of several messages begin with, all of one length, and the bytes of the columns
    that follow in each.

    - shape: the name, the type and the bytes of each column.
    """
    described, size = _described(tuple(shape))
    headers = [
        b'{"__metadata__":{"message":%s}%s}' % (_quoted(message), described) for message in messages
    ]
    length = max(map(len, headers))
    length += -length % 8  # The data begin at a multiple of 8.
    total = 8 + length + size
    if total > LARGEST_MESSAGE:
        raise MessageTooLarge(
            f"A message of {total} bytes is too large: at most {LARGEST_MESSAGE} are possible."
        )
    start = struct.pack("<Q", length)
    return [start + header.ljust(length) for header in headers], size


def _described(shape: Tuple[Tuple[str, str, int], ...]) -> Tuple[bytes, int]:
    found = _headers.get(shape)
    if found is None:
        if len(_headers) > 64:
            _headers.clear()
        size = sum(length for _, _, length in shape)
        found = _headers[shape] = _describe(shape), size
    return found


def _describe(shape: Iterable[Tuple[str, str, int]]) -> bytes:
    text = []
    offset = 0
    for name, kind, length in shape:
        end = offset + length
        entry = {
            "dtype": kind,
            "shape": [length // _SIZES[kind]],
            "data_offsets": [offset, end],
        }
        text.append(f',"{name}":{json.dumps(entry)}')
        offset = end
    return "".join(text).encode()


def _quoted(text: str) -> bytes:
    return json.encoder.encode_basestring(text).encode("utf-8", "replace")


def float32(values: Any) -> Buffer:
    """The numbers of `values` as float32: itself where it is bytes or a contiguous float32 buffer,
    else a copy.

    `values` is bytes, a buffer, an array of any library with `__array__`, a tensor of torch, or any
    iterable of numbers.
    """
    return _column(values, "f", "float32")


def int64(values: Any) -> Buffer:
    """The numbers of `values` as int64: itself where it is bytes or a contiguous int64 buffer, else
    a copy.
    """
    return _column(values, _INT64, "int64")


def _column(values: Any, code: str, type_name: str) -> Buffer:
    if type(values) is bytes:
        return values
    if hasattr(values, "detach"):  # A tensor of torch has no buffer; its array has.
        values = values.detach().cpu()
        values = (values.float() if code == "f" else values.long()).numpy()
    try:
        view = memoryview(values)
    except TypeError:
        view = None
    if view is not None and view.c_contiguous:
        # On this machine "l" is an int64 too, and numpy names its int64 so.
        if view.format == code or (code == _INT64 and view.format == "l" and view.itemsize == 8):
            return view
        if view.format == "B":
            return view
    if hasattr(values, "__array__"):
        import numpy

        return numpy.ascontiguousarray(values, dtype=type_name).reshape(-1).data
    return array(code, _flat(values))


def _flat(values: Any) -> Iterable[Any]:
    if hasattr(values, "tolist"):
        values = values.tolist()
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _flat(value)
        else:
            yield value


def byte_count(buffer: Optional[Buffer]) -> int:
    """The number of bytes in a buffer; 0 for none."""
    if buffer is None:
        return 0
    return len(buffer) if type(buffer) is bytes else memoryview(buffer).nbytes
