"""What passes the messages of a run on to its recorder."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Sequence, Set

from . import values
from .columns import Part, join
from .frames import LARGEST_MESSAGE, Buffer, Column, MessageTooLarge, frame
from .plain import to_json
from .recorder import Recorder
from .tensors import Tensors
from .warning import warn

#: The bytes of a message that are not columns.
_HEADER = 1 << 16


def _nothing() -> None:
    pass


class Sender:
    """The messages of a run on their way to its recorder, and the warnings about them."""

    def __init__(self, recorder: Optional[Recorder], name: str, tensors: Tensors) -> None:
        self._recorder = recorder
        self._name = name
        self._tensors = tensors
        self._warned: Set[str] = set()
        #: Sends what waits to be sent before any other message.
        self.flush: Callable[[], None] = _nothing
        #: Whether the run has ended.
        self.is_finished = recorder is None

    def send(self, message: str, columns: Sequence[Column] = ()) -> None:
        """Sends a message; drops it, with a warning at the first, where the recorder has ended."""
        self.flush()
        recorder = self._recorder
        if recorder is None or not recorder.is_alive:
            self.warn_of_end()
            return
        recorder.send(frame(message, columns))

    def send_frames(self, frames: Sequence[Buffer]) -> None:
        """Sends frames as they are."""
        recorder = self._recorder
        if recorder is None or not recorder.is_alive:
            return self.warn_of_end()
        recorder.send(*frames)

    def declare(self) -> None:
        """Sends the declarations of tensors that are not sent: after a Ctrl-C a second time."""
        tensors = self._tensors
        with tensors.lock:
            declarations = tensors.unsent()
            end = tensors.sent + len(declarations)
            if declarations:
                self.send('{"type":"tensors","tensors":%s}' % to_json(declarations))
                # A signal's handler may have sent more.
                tensors.sent = max(end, tensors.sent)

    def send_columns(
        self, message: str, apart: str, parts: List[Part], has_affine: bool = True
    ) -> None:
        """Sends a message with columns; those that are too large for one, in messages `apart`
        before it.
        """
        if self._tensors.sent < self._tensors.count:
            self.declare()
        unknown = [part for part in parts if part.non_finite is None]
        if unknown and len(unknown) < len(parts):
            # A column has a number for each: the recorder counts the unknown ones itself.
            self.send_columns(apart, apart, unknown)
            parts = [part for part in parts if part.non_finite is not None]
        try:
            if parts or message is not apart:
                self.send(message, join(parts))
            return
        except MessageTooLarge:
            pass
        groups, too_large = self._tensors.groups(parts, LARGEST_MESSAGE - _HEADER, has_affine)
        for name in too_large:
            self.warn_once(
                "size " + name,
                f"tensor {name} is not recorded: its moments are larger than a message, which has "
                "at most 64 MiB.",
            )
        for group in groups:
            self.send(apart, join(group))
        if message is not apart:
            self.send(message)

    def send_configuration(self, changed: Dict[str, Any]) -> None:
        """Sends members of the configuration that have changed."""
        self.send('{"type":"configuration","configuration":%s}' % to_json(changed))

    def warn_once(self, key: str, sentence: str) -> None:
        """Warns, the first time for each `key`."""
        if key not in self._warned:
            self._warned.add(key)
            warn(f"Run {self._name}: {sentence}")

    def warn_of_end(self) -> None:
        """Says once why nothing is recorded from now on."""
        recorder = self._recorder
        if recorder is None or "end" in self._warned:
            return
        if recorder.is_forked:
            sentence = "is not recorded in this process, a fork of the one that records it."
        elif recorder.failure is not None:
            sentence = f"is not recorded any more: {recorder.failure}"
        elif self.is_finished:
            sentence = "is not recorded any more: it is finished."
        else:
            return
        self._warned.add("end")
        warn(f"Run {self._name} {sentence}")

    def finite(self, key: str, value: Any) -> str:
        """The member of a message, without what is not finite: the recorder refuses it."""
        if type(value) is not float or not math.isfinite(value):
            value = values.figure(key, value)
        if type(value) is float and (value >= 0 or key != "duration"):
            return ',"%s":%r' % (key, value)
        self.warn_once(key, f"{key} is {value}, and is not recorded.")
        return ""

    def is_empty(self, count: int) -> bool:
        """Whether a batch has no examples and so nothing to record; warns of the first."""
        if count == 0:
            self.warn_once("empty", "a batch without examples has neither moments nor a size.")
        return count == 0

    def warn_of_repeat(self, tensor: Optional[str], step: int) -> None:
        """Warns once of a tensor with more than one record at a step, if there is one."""
        if tensor is not None:
            self.warn_once(
                "repeat",
                f"tensor {tensor} is recorded more than once at step {step}; one record is kept. "
                "Give each call of a module a tensor of its own.",
            )
