"""Normscope: what did each layer's input distribution do while this network trained?

`watch` records every batch norm of a PyTorch model, `start` records from any training loop, `open`
reads runs back. Nothing here imports torch, numpy or pandas before it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional

from .errors import NotRecorded, ProgramError, ProgramNotFound, RecorderError
from .run import Run
from .starting import start
from .version import __version__

if TYPE_CHECKING:
    from .pytorch.run import WatchedRun

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


def watch(
    model: Any,
    name: str,
    every: int = 1,
    layers: Any = None,
    taps: Optional[Mapping[str, str]] = None,
    inputs: Any = None,
    optimizer: Any = None,
    running_every: int = 100,
    configuration: Any = None,
    tags: Optional[Mapping[str, Any]] = None,
    db: Any = None,
    resume: Optional[str] = None,
    first_step: Optional[int] = None,
    program: Any = None,
) -> "WatchedRun":
    """Starts a run that records the layers of a PyTorch model while it trains.

    - model, name: the model, and the name of the run.
    - every: one step in `every` is recorded.
    - layers: the batch norms to watch, all by default: patterns of names such as "layer3.*", types,
      modules, or several of them.
    - taps: "preactivation" or "activation" by pattern of a batch norm's name: what it reads.
    - inputs: other modules whose inputs are recorded, such as `torch.nn.Linear` or "head.*".
    - optimizer: its learning rate is recorded.
    - running_every: one recorded step in `running_every` also has the batch as the running
      statistics would normalize it.
    - configuration, tags, db, resume, first_step, program: as in `normscope.start`.

    Raises `ValueError` where the model has nothing to watch, and what `normscope.start` raises.
    `normscope.pytorch.watch` says more.
    """
    from .pytorch import watch as watch_model

    return watch_model(
        model,
        name,
        every,
        layers,
        taps,
        inputs,
        optimizer,
        running_every,
        configuration,
        tags=tags,
        db=db,
        resume=resume,
        first_step=first_step,
        program=program,
    )


def open(db: Any = None, program: Any = None) -> Any:
    """The runs of a database, by name: see `normscope.reading.Database`.

    `db` is the database's path (by default `$NORMSCOPE_DB`, else `normscope.db` of the working
    directory).
    """
    from .reading import Database

    return Database(db, program)
