"""Normscope: what did each layer's input distribution do while this network trained?

`watch` records every batch norm of a PyTorch model, `start` records from any training loop, `open`
reads runs back. Nothing here imports torch, numpy or pandas before it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import NotRecorded, ProgramError, ProgramNotFound, RecorderError
from .run import Run
from .starting import start
from .version import __version__

if TYPE_CHECKING:
    from .pytorch import watch

__all__ = [
    "Run",
    "start",
    "watch",
    "open",
    "NotRecorded",
    "ProgramError",
    "ProgramNotFound",
    "RecorderError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # Only who watches a model needs torch.
    if name == "watch":
        from .pytorch import watch

        return watch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def open(db: Any = None, program: Any = None) -> Any:
    """The runs of a database, by name: see `normscope.reading.Database`.

    `db` is the database's path (by default `$NORMSCOPE_DB`, else `normscope.db` of the working
    directory).
    """
    from .reading import Database

    return Database(db, program)
