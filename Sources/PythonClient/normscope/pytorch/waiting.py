"""The steps of a watched run that wait to be computed."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from ..frames import frame, framed
from ..sender import Sender
from .entries import Entries
from .ring import MOST_STEPS
from .together import Together

#: Seconds after which the first of them waits no longer.
LONGEST = 0.2


class Step(NamedTuple):
    """A step that waits."""

    number: int
    #: Whether it has moments.
    has_layers: bool
    #: Its message, or None of one that has only these figures.
    text: Optional[str]
    loss: Optional[float] = None
    learning_rate: Optional[float] = None
    duration: float = 0

    @property
    def message(self) -> str:
        """The JSON text of its message."""
        if self.text is not None:
            return self.text
        loss = "" if self.loss is None else ',"loss":%r' % self.loss
        rate = "" if self.learning_rate is None else ',"learning_rate":%r' % self.learning_rate
        return '{"type":"step","step":%d%s%s,"duration":%r}' % (
            self.number,
            loss,
            rate,
            self.duration,
        )


class Waiting:
    """Steps that are like the one before them, until several are computed at once.

    The training fills the caches of the processor, and code that runs for the first time after it
    takes several times as long: for 16 steps little longer than for one.

    - norms, inputs: the moments of batch norms, and of the inputs of other modules.
    """

    def __init__(self, norms: Entries, inputs: Entries) -> None:
        self._norms = norms
        self._inputs = inputs
        self._steps: List[Step] = []
        #: How many of them have moments.
        self.places = 0
        self._since = 0.0

    def add(self, step: Step, now: float, before: float) -> bool:
        """Has a step wait. Returns whether no other step may be waited for.

        - now, before: when this step ended and the one before it, in seconds. The next one is
          expected to take as long.
        """
        if step.has_layers:
            self.places += 1
            self._norms.wait()
            self._inputs.wait()
        if not self._steps:
            self._since = now
        self._steps.append(step)
        return len(self._steps) >= MOST_STEPS or now + (now - before) - self._since > LONGEST

    def flush(self, run: Any, sender: Sender) -> None:
        """Records the steps that wait."""
        steps = self._steps
        count = len(steps)
        if not count:
            return
        try:
            frames = self._frames(run, steps)
        except Exception:  # It is said below, of the steps that are concerned.
            frames = None
        if self._steps is not steps or len(steps) != count:
            return  # The handler of a signal has recorded these steps, or made one more.
        self._steps, self.places = [], 0
        norms, inputs = self._norms.take_waiting(), self._inputs.take_waiting()
        if frames is not None:
            sender.send_frames(frames)
        else:
            places = iter(range(count))
            for step in steps:
                place = next(places) if step.has_layers else None
                run.record_late(step, norms(place), inputs(place))
        self._norms.adapt()
        self._inputs.adapt()

    def _frames(self, run: Any, steps: Sequence[Step]) -> Optional[List[bytes]]:
        """The frames of the steps; None where a step needs more than its frame."""
        norms = self._norms.read_waiting(self.places) if self.places else None
        inputs = self._inputs.read_waiting(self.places) if self.places else None
        found = [kind for kind in (norms, inputs) if kind is not None]
        for kind in found:
            if not kind.is_finite:
                return None
        if any(kind.layout.tensors is None for kind in found):
            run.number(norms, inputs)
        shape = _shape(found)
        places = iter(range(self.places))
        return [
            framed(step.message, shape, _buffers(found, next(places)))
            if step.has_layers and found
            else frame(step.message)
            for step in steps
        ]


def _shape(found: Sequence[Together]) -> List[Tuple[str, str, int]]:
    """The name, the type and the bytes of each column of a step."""
    tensors = sum(len(kind.layout.tensors) for kind in found)
    shape = [("tensor", "I64", tensors), ("count", "I64", tensors)]
    for row, name in enumerate(("mean", "variance", "gamma", "beta")):
        units = sum(kind.layout.total for kind in found if row < kind.values.shape[1])
        if units:
            shape.append((name, "F32", units * 4))
    return shape


def _buffers(found: Sequence[Together], place: int) -> List[Any]:
    """The columns of a step, one after the other."""
    buffers = [kind.layout.tensors for kind in found]
    for kind in found:
        length = len(kind.layout.tensors)
        buffers.append(kind.counts[place * length : (place + 1) * length])
    if len(found) == 1:
        return [*buffers, found[0].values[place]]
    for row in range(4):
        buffers += [kind.values[place, row] for kind in found if row < kind.values.shape[1]]
    return buffers
