"""Normscope: what did each layer's input distribution do while this network trained?

`watch` records every batch norm of a PyTorch model, `start` records from any training loop, `open`
reads runs back. Nothing here imports torch, numpy or pandas before it is needed.
"""

from __future__ import annotations

from typing import Any

from .errors import ProgramError, ProgramNotFound, RecorderError
from .run import Run
from .starting import start
from .version import __version__

__all__ = [
    "Run",
    "start",
    "watch",
    "open",
    "ProgramError",
    "ProgramNotFound",
    "RecorderError",
    "__version__",
]


def watch(model: Any, *arguments: Any, **options: Any) -> Any:
    """Records the layers of a PyTorch model while it trains: see `normscope.pytorch.watch`."""
    from .pytorch import watch as watch_model

    return watch_model(model, *arguments, **options)


def open(db: Any = None, program: Any = None) -> Any:
    """The runs of a database, by name: see `normscope.reading.Database`.

    `db` is the database's path (by default `$NORMSCOPE_DB`, else `normscope.db` of the working
    directory).
    """
    from .reading import Database

    return Database(db, program)
