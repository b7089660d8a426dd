"""What a copy of a run is in another process."""

from __future__ import annotations

from typing import Any, Collection

from .begun import Begun
from .run import Run


class IdleRun(Run):
    """A run that records nothing: what a copy of a run is in another process.

    It has the methods of the run that it is a copy of; those that a `Run` lacks do nothing.
    """

    def __init__(self, name: str, members: Collection[str]) -> None:
        super().__init__(Begun(None, name, {}, 0))
        self._members = members

    def __getattr__(self, name: str) -> Any:
        if name[0] == "_" or name not in self._members:
            raise AttributeError(f"A run has no attribute {name!r}.")
        return _do_nothing

    def __reduce__(self) -> Any:
        return idle_run, (self.name, self._members)


def idle_run(name: str, members: Collection[str]) -> IdleRun:
    """A run that records nothing, with these members."""
    return IdleRun(name, members)


def _do_nothing(*_: Any, **__: Any) -> None:
    pass
