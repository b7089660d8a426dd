"""What a run is made of when it begins."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional

from .recorder import Recorder


class Begun(NamedTuple):
    """What a run is made of when it begins."""

    #: None where another process records the run.
    recorder: Optional[Recorder]
    name: str
    configuration: Dict[str, Any]
    #: The step that is being made: 0, or that at which the run is resumed.
    next_step: int
