"""Sealed vectors: packed into the bits by which their numbers lie above those of a frame.

The format is that of the table `frame` in the schema of a database.
"""

from __future__ import annotations

import sqlite3
import struct
import zlib
from functools import lru_cache
from typing import Any, List, NamedTuple, Optional, Tuple


class _Unit(NamedTuple):
    """The frame of one unit."""

    width: int
    has_either_sign: bool
    base: int


@lru_cache(maxsize=64)
def _units(frame: bytes) -> List[_Unit]:
    """The units of a stored frame; raises `ValueError`."""
    count = len(frame) // 5 - 1
    if len(frame) != 5 * count + 5 or count < 1:
        raise ValueError(f"{len(frame)} bytes are no frame")
    (checksum,) = struct.unpack("<I", frame[-4:])
    if checksum != zlib.crc32(frame[:-4]):
        raise ValueError("the frame has a wrong checksum")
    if frame[0] != 1:
        raise ValueError(f"the frame has the version {frame[0]}, and only 1 is known")
    bases = struct.unpack_from(f"<{count}I", frame, 1 + count)
    units = [
        _Unit(width & 127, width > 127, base) for width, base in zip(frame[1 : 1 + count], bases)
    ]
    if any(not unit.has_either_sign <= unit.width <= 32 for unit in units):
        raise ValueError("the frame has impossible widths")
    return units


def unseal(vector: Optional[bytes], frame: Optional[bytes]) -> Optional[bytes]:
    """Little-endian float32 numbers from a vector that may be sealed in `frame`.

    Raises `ValueError` where it is sealed, and the frame is not its own.
    """
    if vector is None or len(vector) % 4 == 0:
        return vector
    if frame is None:
        raise ValueError("a sealed vector has no frame")
    units = _units(frame)
    if len(vector) != (sum(unit.width for unit in units) + 31) // 32 * 4 + 1:
        raise ValueError("a sealed vector does not fit its frame")
    try:
        import numpy
    except ImportError:
        return _unsealed(vector, units)
    at, shifts, masks, bases, mixed = _arrays(frame)
    # The eight bytes from each byte on.
    bits = numpy.ndarray((len(vector),), "<u8", vector + bytes(8), strides=(1,))[at]
    offsets = bits >> shifts & masks
    numbers = bases + (offsets >> mixed) + ((offsets & mixed) << 31)
    unsealed: bytes = numbers.astype("<u4").tobytes()
    return unsealed


def _unsealed(vector: bytes, units: List[_Unit]) -> bytes:
    numbers = []
    bits, have, at = 0, 0, 0
    for width, has_either_sign, base in units:
        if have < width:
            bits |= int.from_bytes(vector[at : at + 256], "little") << have
            have, at = have + 2048, at + 256
        offset = bits & ((1 << width) - 1)
        bits >>= width
        have -= width
        if has_either_sign:
            offset, base = offset >> 1, base + ((offset & 1) << 31)
        numbers.append(base + offset & 0xFFFFFFFF)
    return struct.pack(f"<{len(numbers)}I", *numbers)


@lru_cache(maxsize=64)
def _arrays(frame: bytes) -> Tuple[Any, ...]:
    """First byte, shift and mask of each unit's offset, its base, and 1 where it has either sign."""
    import numpy

    units = _units(frame)
    widths = numpy.array([unit.width for unit in units], "u8")
    positions = numpy.cumsum(widths) - widths
    masks = (1 << widths) - 1
    bases = numpy.array([unit.base for unit in units], "u8")
    mixed = numpy.array([unit.has_either_sign for unit in units], "u8")
    at = (positions >> 3).astype("i8")
    return at, positions & 7, masks.astype("u8"), bases, mixed


def show_unsealed(connection: sqlite3.Connection) -> None:
    """Makes `moment` and `affine` name views of those tables in which no vector is sealed."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'frame'").fetchall():
        return
    connection.create_function("vec_unseal", 2, unseal)

    def unsealed(table: str, vector: str) -> str:
        return f"""vec_unseal({table}.{vector}, (SELECT frame.{vector} FROM main.frame
            WHERE frame.site = moment.site AND frame.step <= moment.step
            ORDER BY frame.step DESC LIMIT 1)) AS {vector}"""

    connection.executescript(
        f"""CREATE TEMP VIEW moment AS SELECT id, site, step, count, non_finite_count,
            {unsealed("moment", "mean")}, {unsealed("moment", "variance")} FROM main.moment;
        CREATE TEMP VIEW affine AS SELECT moment.id AS moment,
            {unsealed("affine", "gamma")}, {unsealed("affine", "beta")}
            FROM main.affine JOIN main.moment ON moment.id = affine.moment;"""
    )
