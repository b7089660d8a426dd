"""Recorded tables for Arrow and Parquet, with the library pyarrow."""

from __future__ import annotations

import os
import sqlite3
import uuid
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Sequence, Tuple

#: The most rows, and about the most bytes of vectors, of a batch, which is a row group of Parquet.
_MOST_ROWS = 1 << 16
_MOST_BYTES = 16 << 20

#: The coordinates of the tensor that a row is about.
_OF_SITE = {
    "layer": "integer",
    "layer_name": "text",
    "tap": "text",
    "population": "text",
    "statistics": "text",
}


class ArrowTable(NamedTuple):
    """A table of recorded data, with the columns of the program's `export --table`."""

    #: Its own columns, with their types.
    columns: Dict[str, str]
    #: What SQL reads them from, and in which order.
    source: str
    order: str
    #: Whether a row is about a tensor.
    is_of_site: bool

    @property
    def all_columns(self) -> Dict[str, str]:
        """All columns: those of the run, of the tensor and its own."""
        coordinates = _OF_SITE if self.is_of_site else {}
        return {"run": "text", "run_name": "text", **coordinates, **self.columns}


TABLES = {
    "moment": ArrowTable(
        {
            "step": "integer",
            "count": "integer",
            "non_finite_count": "integer",
            "mean": "vector",
            "variance": "vector",
            "gamma": "vector",
            "beta": "vector",
            "skewness": "vector",
            "kurtosis": "vector",
        },
        """moment LEFT JOIN affine ON affine.moment = moment.id
        LEFT JOIN higher_moment ON higher_moment.moment = moment.id""",
        "step",
        True,
    ),
    "batch_noise": ArrowTable(
        {
            "step": "integer",
            "batches": "integer",
            "count": "integer",
            "degrees_of_freedom": "real",
            "rho": "vector",
            "kurtosis": "vector",
            "variance": "vector",
        },
        "batch_noise",
        "step",
        True,
    ),
    "quantile": ArrowTable(
        {"step": "integer", "level": "real", "quantile": "vector"}, "quantile", "step, level", True
    ),
    "step": ArrowTable(
        {
            "step": "integer",
            "loss": "real",
            "accuracy": "real",
            "learning_rate": "real",
            "batch_size": "integer",
            "duration": "real",
        },
        "step",
        "step",
        False,
    ),
    "evaluation": ArrowTable(
        {
            "split": "text",
            "statistics": "text",
            "step": "integer",
            "loss": "real",
            "accuracy": "real",
            "count": "integer",
        },
        "evaluation",
        "step, split, statistics",
        False,
    ),
}


def named(name: str) -> ArrowTable:
    """The table of that name; raises `ValueError`."""
    if name not in TABLES:
        raise ValueError(f"There is no table {name!r} for Arrow; there are {', '.join(TABLES)}.")
    return TABLES[name]


class Source(NamedTuple):
    """The rows of a run, or of one of its tensors."""

    #: The cells that all rows have first: the run, its name and the tensor.
    first: Tuple[Any, ...]
    #: The id of the run or of the tensor.
    id: int


def rows(
    table: ArrowTable,
    sources: Iterable[Source],
    steps: Tuple[int, int],
    connection: sqlite3.Connection,
) -> Iterator[Tuple[Any, ...]]:
    """The rows from the first to the last of `steps`, which are read while they are used."""
    # One state of the file for all tensors, also while the run is recorded.
    connection.execute("BEGIN")
    name = table.source.split()[0]
    there = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}

    def cell(column: str) -> str:
        # SQLite stores NaN as NULL; newer files have marks of it.
        mark = f"{column}_is_nan"
        return f"CASE WHEN {mark} THEN 'NaN' ELSE {column} END" if mark in there else column

    query = f"""SELECT {", ".join(map(cell, table.columns))} FROM {table.source}
        WHERE {"site" if table.is_of_site else "run"} = ? AND step BETWEEN ? AND ?
        ORDER BY {table.order}"""
    for source in sources:
        for row in connection.execute(query, (source.id, *steps)):
            yield (*source.first, *row)


def schema(table: ArrowTable) -> Any:
    """The columns and their types: vectors are lists of float32, as they were recorded."""
    arrow = _arrow()
    types = {
        "integer": arrow.int64(),
        "real": arrow.float64(),
        "text": arrow.string(),
        "vector": arrow.list_(arrow.float32()),
    }
    return arrow.schema([(name, types[kind]) for name, kind in table.all_columns.items()])


def batches(table: ArrowTable, recorded: Iterator[Tuple[Any, ...]]) -> Iterator[Any]:
    """Record batches of at most 65,536 rows and about 16 MiB of vectors."""
    arrow = _arrow()
    columns = schema(table)
    kinds = table.all_columns.values()
    vectors = [index for index, kind in enumerate(kinds) if kind == "vector"]
    gathered: List[Tuple[Any, ...]] = []
    size = 0

    def batch() -> Any:
        arrays = [
            _array(arrow, kind, values, field.type)
            for kind, values, field in zip(kinds, zip(*gathered), columns)
        ]
        return arrow.RecordBatch.from_arrays(arrays, schema=columns)

    for row in recorded:
        gathered.append(row)
        size += sum(len(row[index] or b"") for index in vectors)
        if len(gathered) >= _MOST_ROWS or size >= _MOST_BYTES:
            yield batch()
            gathered.clear()
            size = 0
    if gathered:
        yield batch()


def table(made: ArrowTable, recorded: Iterator[Tuple[Any, ...]]) -> Any:
    """The rows as a table of pyarrow."""
    arrow = _arrow()
    return arrow.Table.from_batches(batches(made, recorded), schema(made))


def write_parquet(path: Any, table: ArrowTable, recorded: Iterator[Tuple[Any, ...]]) -> None:
    """Writes a file, a row group for each batch; what was there is replaced when it is complete.

    It is compressed by zstd. The bytes of floating-point numbers are written apart by their places
    in the numbers, which makes it smaller.
    """
    _arrow()
    from pyarrow import parquet

    kinds = table.all_columns
    paths = {"vector": "{}.list.element", "real": "{}"}
    path = os.fspath(path)
    partial = f"{path}.{uuid.uuid4().hex[:8]}.partial"
    try:
        with parquet.ParquetWriter(
            partial,
            schema(table),
            compression="zstd",
            use_dictionary=[name for name, kind in kinds.items() if kind == "text"],
            use_byte_stream_split=[
                paths[kind].format(name) for name, kind in kinds.items() if kind in paths
            ],
            use_compliant_nested_type=True,
        ) as writer:
            for batch in batches(table, recorded):
                writer.write_batch(batch)
        os.replace(partial, path)
    except BaseException:
        if os.path.exists(partial):
            os.remove(partial)
        raise


def _array(arrow: Any, kind: str, values: Sequence[Any], type: Any) -> Any:
    if kind == "vector":
        offsets: List[Any] = []
        end = 0
        for blob in values:
            # An offset of none is a missing list.
            offsets.append(None if blob is None else end)
            end += len(blob or b"") // 4
        offsets.append(end)
        numbers = arrow.py_buffer(b"".join(blob for blob in values if blob is not None))
        return arrow.ListArray.from_arrays(
            arrow.array(offsets, arrow.int32()),
            arrow.Array.from_buffers(arrow.float32(), end, [None, numbers]),
        )
    if kind == "real":
        values = [value if value is None else float(value) for value in values]
    return arrow.array(values, type)


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise ImportError(
            "Tables of Arrow and Parquet need the library pyarrow; `pip install pyarrow` installs "
            "it."
        ) from None
    return pyarrow
