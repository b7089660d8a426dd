"""Sealed vectors: packed into the bits by which their numbers lie above the smallest of their unit.

The format is that of the table `sealed` in the schema of a database.
"""

from __future__ import annotations

import sqlite3
import struct
from typing import Dict, List, Optional, Tuple

#: The step numbers that a block spans.
_SPAN = 128
#: The bytes of the checksum at the end, which `normscope db check` compares.
_CHECKSUM = 8


def unseal(bits: bytes) -> List[bytes]:
    """The numbers of each step, little-endian float32, from `bits` of a row of `sealed`.

    Raises `ValueError` where they are no sealed numbers.
    """
    units = bits[1] if len(bits) > 1 else 0
    head = 2 + 5 * units
    widths = [width & 127 for width in bits[2 + 4 * units : head]]
    turns = [width > 127 for width in bits[2 + 4 * units : head]]
    size = (sum(widths) + 7) // 8
    if units == 0 or len(bits) != head + bits[0] * size + _CHECKSUM or max(widths) > 32:
        raise ValueError(f"{len(bits)} bytes are no sealed numbers")
    bases = struct.unpack_from(f"<{units}I", bits, 2)
    try:
        import numpy
    except ImportError:
        places = [head + place * size for place in range(bits[0])]
        return [_unsealed(bits[at : at + size], bases, widths, turns) for at in places]
    padded = numpy.zeros((bits[0], size + 8), "u1")
    padded[:, :size] = numpy.frombuffer(bits, "u1", bits[0] * size, head).reshape(bits[0], size)
    sizes = numpy.array(widths, "u8")
    positions = numpy.cumsum(sizes) - sizes
    # The eight bytes from each byte on.
    words = numpy.ndarray((bits[0], size + 1), "<u8", padded, strides=(size + 8, 1))
    shifted = words[:, (positions >> 3).astype("i8")] >> (positions & 7)
    masks = numpy.array([(1 << width) - 1 for width in widths], "u8")
    numbers = ((shifted & masks) + numpy.array(bases, "u8")).astype("<u4")
    numbers = numpy.where(turns, numbers >> 1 | numbers << 31, numbers).astype("<u4")
    unsealed = numbers.tobytes()
    return [unsealed[at : at + 4 * units] for at in range(0, len(unsealed), 4 * units)]


def _unsealed(
    step: bytes, bases: Tuple[int, ...], widths: List[int], turns: List[bool]
) -> bytes:
    word, numbers = int.from_bytes(step, "little"), []
    for base, width, is_turned in zip(bases, widths, turns):
        number = base + (word & ((1 << width) - 1)) & 0xFFFFFFFF
        numbers.append(number >> 1 | (number & 1) << 31 if is_turned else number)
        word >>= width
    return struct.pack(f"<{len(numbers)}I", *numbers)


def show_unsealed(connection: sqlite3.Connection) -> None:
    """Makes `moment` and `affine` name views of those tables in which no vector is sealed."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sealed'").fetchall():
        return
    blocks: Dict[Tuple[int, int], Tuple[int, Dict[int, bytes]]] = {}

    def unsealed(site: int, step: int, vector: int) -> Optional[bytes]:
        start = step - step % _SPAN
        block = blocks.get((site, vector))
        if block is None or block[0] != start:
            block = (start, _vectors(connection, site, start, vector))
            blocks[(site, vector)] = block
        return block[1].get(step)

    connection.create_function("unsealed", 3, unsealed)

    def column(name: str, vector: int, plain: str) -> str:
        return f"""CASE WHEN length(mean) > 0 THEN {plain}
            ELSE unsealed(site, step, {vector}) END AS {name}"""

    def affine(name: str, vector: int) -> str:
        plain = f"(SELECT {name} FROM main.affine WHERE affine.moment = moment.id)"
        return column(name, vector, plain)

    connection.executescript(
        f"""CREATE TEMP VIEW moment AS SELECT id, site, step, count, non_finite_count,
            {column("mean", 1, "mean")}, {column("variance", 2, "variance")} FROM main.moment;
        CREATE TEMP VIEW affine AS SELECT id AS moment, {affine("gamma", 3)}, {affine("beta", 4)}
            FROM main.moment WHERE CASE WHEN length(mean) > 0
                THEN EXISTS (SELECT 1 FROM main.affine WHERE affine.moment = moment.id)
                ELSE (SELECT epsilon FROM main.site WHERE site.id = moment.site) IS NOT NULL END;"""
    )


def _vectors(
    connection: sqlite3.Connection, site: int, start: int, vector: int
) -> Dict[int, bytes]:
    """A vector of each step of a block."""
    steps = connection.execute(
        "SELECT step FROM main.moment WHERE site = ? AND step BETWEEN ? AND ? ORDER BY step",
        (site, start, start + _SPAN - 1),
    ).fetchall()
    parts = [
        unseal(bits)
        for (bits,) in connection.execute(
            "SELECT bits FROM sealed WHERE site = ? AND step = ? AND vector = ? ORDER BY unit",
            (site, start, vector),
        )
    ]
    if not parts or any(len(part) != len(steps) for part in parts):
        raise ValueError(f"the sealed moments from step {start} on are damaged")
    return {step: b"".join(part[place] for part in parts) for place, (step,) in enumerate(steps)}
