"""The steps of a watched run that wait to be computed."""

from __future__ import annotations

import math
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

import torch

from .. import values
from ..frames import frame
from ..sender import Sender
from .observations import Observations
from .ring import MOST_STEPS
from .together import framed

#: Seconds after which the first of them waits no longer.
LONGEST = 0.2


class Step(NamedTuple):
    """A step that waits."""

    number: int
    #: Whether it has moments.
    has_layers: bool
    #: Its message, or None of one that has only these figures.
    text: Optional[str]
    #: A tensor where it is on a device that would be waited for.
    loss: Any = None
    learning_rate: Optional[float] = None
    duration: float = 0

    @property
    def message(self) -> str:
        """The JSON text of its message."""
        return _message(*self)


def _message(
    number: int,
    has_layers: bool,
    text: Optional[str],
    loss: Optional[float] = None,
    learning_rate: Optional[float] = None,
    duration: float = 0,
) -> str:
    if text is not None:
        return text
    text = '{"type":"step","step":%d' % number
    if loss is not None:
        text += ',"loss":' + (
            repr(loss) if math.isfinite(loss) else values.figure_json("loss", loss)
        )
    if learning_rate is not None:
        text += ',"learning_rate":%r' % learning_rate
    return text + ',"duration":%r}' % duration


class Waiting:
    """Steps that are like the one before them, until several are computed at once.

    The training fills the caches of the processor, and code that runs for the first time after it
    takes several times as long: for 16 steps little longer than for one.

    - observations: where the hooks add what they see.
    """

    def __init__(self, observations: Observations) -> None:
        self._norms = observations.norms
        self._inputs = observations.inputs
        self._kinds = observations.kinds
        # As tuples, which are made faster.
        self._steps: List[Tuple[Any, ...]] = []
        #: How many of them have moments.
        self.places = 0
        self._since = 0.0

    def add(self, step: Tuple[Any, ...], now: float, before: float) -> bool:
        """Has a step wait, a `Step` or the members of one. Returns whether no other step may be
        waited for.

        - now, before: when this step ended and the one before it, in seconds. The next one is
          expected to take as long.
        """
        if step[1]:
            self.places += 1
            for kind in self._kinds:
                kind.wait()
        if not self._steps:
            self._since = now
        self._steps.append(step)
        return len(self._steps) >= MOST_STEPS or now + (now - before) - self._since > LONGEST

    def flush(self, run: Any, sender: Sender) -> None:
        """Records the steps that wait."""
        waiting = self._steps
        count = len(waiting)
        if not count:
            return
        steps = _with_losses(waiting, sender)
        try:
            frames = self._frames(run, steps)
        except Exception:  # It is said below, of the steps that are concerned.
            frames = None
        if self._steps is not waiting or len(waiting) != count:
            return  # The handler of a signal has recorded these steps, or made one more.
        self._steps, self.places = [], 0
        norms, inputs = self._norms.take_waiting(), self._inputs.take_waiting()
        if frames is not None:
            sender.send_frames(frames)
        else:
            places = iter(range(count))
            for step in map(Step._make, steps):
                place = next(places) if step.has_layers else None
                run.record_late(step, norms(place), inputs(place))
        self._norms.adapt()
        self._inputs.adapt()

    def _frames(self, run: Any, steps: Sequence[Tuple[Any, ...]]) -> Optional[List[Any]]:
        """The frames of the steps; None where a step needs more than its frame."""
        norms = self._norms.read_waiting(self.places) if self.places else None
        inputs = self._inputs.read_waiting(self.places) if self.places else None
        found = [kind for kind in (norms, inputs) if kind is not None]
        if any(kind.layout.tensors is None for kind in found):
            run.number(norms, inputs)
        if not found:
            return [frame(_message(*step)) for step in steps]
        layers = framed([_message(*step) for step in steps if step[1]], found)
        if layers is None or len(layers) == len(steps):
            return layers
        rest = iter(layers)
        return [next(rest) if step[1] else frame(_message(*step)) for step in steps]


def _with_losses(steps: List[Tuple[Any, ...]], sender: Sender) -> List[Tuple[Any, ...]]:
    """The steps with losses that are numbers: those on a device are read at once."""
    far = [number for number, step in enumerate(steps) if isinstance(step[3], torch.Tensor)]
    if not far:
        return steps
    losses: List[Any] = [None] * len(far)
    try:
        losses = torch.stack([steps[number][3] for number in far]).tolist()
    except Exception as error:  # The training goes on.
        sender.warn_once("loss", f"a loss cannot be read, and is not recorded: {error}")
    answer = list(steps)
    for number, loss in zip(far, losses):
        answer[number] = (*answer[number][:3], loss, *answer[number][4:])
    return answer
