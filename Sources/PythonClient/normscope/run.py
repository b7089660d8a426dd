"""A run that is being recorded."""

from __future__ import annotations

import time
import traceback
from array import array
from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import values
from .begun import Begun
from .columns import Part, packed
from .configuration import Configuration
from .frames import float32, frame
from .plain import to_json
from .sender import Sender
from .tensors import Tensors


class Run:
    """A run that is being recorded: `normscope.start` makes one.

    Use it as a context manager: an exception inside makes the run `failed` with the exception's
    sentence, Ctrl-C leaves it `interrupted`, otherwise it is `finished`. A run that is not finished
    when the script ends is left `interrupted`.

    After the start nothing raises but errors of use (`ValueError`), of which nothing is sent. When
    the recorder ends early, one `RuntimeWarning` says why, and whatever is recorded later is
    dropped. A forked process records nothing. A run that is no longer referenced is left
    `interrupted`.
    """

    def __init__(self, begun: Begun) -> None:
        recorder, name, configuration, next_step = begun
        self._recorder = recorder
        self._tensors = Tensors()
        self._sender = Sender(recorder, name, self._tensors)
        #: The name of the run.
        self.name = name
        #: The configuration, as a dictionary: what is set is recorded.
        self.config = Configuration(self._sender.send_configuration, configuration)
        #: The step that is being made: the number of updates that the weights had.
        self.next_step = next_step
        self._parts: List[Part] = []
        self._last = time.perf_counter()
        self._first_step = next_step
        # What the recorder takes once at a step: the moments that `record_columns` sent ahead of
        # the end of their step, by tensor; evaluations by split and statistics; noise by tensor.
        self._sent: Dict[int, int] = {}
        self._evaluated: Dict[Tuple[str, str], int] = {}
        self._measured: Dict[str, int] = {}

    @property
    def id(self) -> Optional[str]:
        """The id of the run in the database, None in another process."""
        return self._recorder.started.get("run") if self._recorder else None

    @property
    def database(self) -> Optional[str]:
        """The absolute path of the database, None in another process."""
        return self._recorder.started.get("database") if self._recorder else None

    @property
    def durable_step(self) -> Optional[int]:
        """The newest step that is in the database, None before the first."""
        return self._recorder.durable_step if self._recorder else None

    @property
    def is_recording(self) -> bool:
        """Whether what is recorded now is kept."""
        recorder = self._recorder
        return recorder is not None and recorder.is_alive and not self._sender.is_finished

    def __repr__(self) -> str:
        status = "recording" if self.is_recording else "not recording"
        return f"<run {self.name}: {status}, step {self.next_step}, {self.database}>"

    def tensor(
        self,
        name: str,
        units: Optional[int] = None,
        layer: Optional[str] = None,
        kind: Optional[str] = None,
        shape: Optional[Sequence[int]] = None,
        tap: Optional[str] = None,
        population: Optional[str] = None,
        statistics: Optional[str] = None,
        epsilon: Optional[float] = None,
        activation: Optional[str] = None,
        derives_normalized: Optional[bool] = None,
    ) -> int:
        """Declares a tensor whose moments are recorded, and returns its number; the same again
        returns the same number.

        - name: unique in the run; `record` names it.
        - units: how many moments it has: features, or channels.
        - layer: the layer's name, by default `name`; `kind`: its type; `shape`: that of one example
          of the tensor.
        - tap: `input`, `preactivation`, `activation` or `normalized`; `population`: `batch` or
          `probe`.
        - statistics: how batch norm was evaluated: `batch`, `running`, `precise`, `ioffe` or
          `none`.
        - epsilon: that of the normalization that reads the tensor; then every moment has gamma and
          beta.
        - activation: what follows it. derives_normalized: whether the normalized output follows
          from these moments.
        """
        keys = {key: value for key, value in locals().items() if value is not None}
        del keys["self"]
        keys.pop("name", None)
        index = self._tensors.declare(name, keys)
        self._sender.declare()
        return index

    def record(
        self,
        name: str,
        count: int,
        mean: Any,
        variance: Any,
        gamma: Any = None,
        beta: Any = None,
        non_finite: int = 0,
        **keys: Any,
    ) -> None:
        """Records moments of a tensor at the step that is being made.

        `mean` and the biased `variance` have one number for each unit, over `count` examples (and
        places); `gamma` and `beta` likewise, where the tensor has an epsilon. `keys` are those of
        `tensor`, needed at the first use of `name` if at all. The numbers are copied. A tensor has
        one record at a step: of two the later is kept.
        """
        if self._sender.is_empty(values.whole("count", count, 0, values.MOST_ROWS)):
            return
        mean, variance = bytes(float32(mean)), bytes(float32(variance))
        if len(variance) != len(mean):
            raise ValueError(
                f"Tensor {name}: variance has {len(variance) // 4} numbers and must have "
                f"{len(mean) // 4}."
            )
        keys.setdefault("units", len(mean) // 4)
        index = self._tensors.index_of(name, keys)
        if index is None:
            index = self.tensor(name, **keys)
            self._tensors.keep_index(name, keys)
        self.record_columns(
            packed(index),
            packed(count),
            mean,
            variance,
            None if gamma is None else bytes(float32(gamma)),
            None if beta is None else bytes(float32(beta)),
            [non_finite] if non_finite else None,
        )

    def record_columns(
        self,
        tensors: Any,
        counts: Any,
        mean: Any,
        variance: Any,
        gamma: Any = None,
        beta: Any = None,
        non_finite: Any = None,
        step: Optional[int] = None,
    ) -> None:
        """Records moments of several tensors as columns.

        - tensors, counts, non_finite: one int64 for each tensor, `tensors` by their numbers.
        - mean, variance: float32, the units of all these tensors one after the other.
        - gamma, beta: likewise of the tensors with an epsilon, None where there is none among them.
        - step: None for the step that is being made, which `step` ends; else a step to which the
          moments are added at once.

        Buffers of the right type are not copied: leave them as they are until `step`.
        """
        part = Part.of(tensors, counts, mean, variance, gamma, beta, non_finite)
        self._tensors.check(part)
        if step is None:
            self._parts.append(part)
            return
        step = self._checked_step(step)
        kept, repeated = self._tensors.without_repeats([part], self._sent_at(step))
        self._sender.warn_of_repeat(repeated, step)
        self._sent.update(dict.fromkeys(array("q", part.tensors), step) if kept else {})
        message = '{"type":"moments","step":%d}' % step
        self._sender.send_columns(message, message, kept)

    def step(
        self,
        loss: Any = None,
        accuracy: Any = None,
        learning_rate: Any = None,
        batch_size: Optional[int] = None,
        duration: Optional[float] = None,
        step: Optional[int] = None,
    ) -> None:
        """Ends a training step: what was recorded since the last one and these figures become its
        record. Of a watched model these are the moments of the batches since the last one.

        - loss, accuracy: numbers, or tensors of one number.
        - learning_rate: by default that of the first group of the optimizer that `watch` was given.
        - duration: seconds; by default those since the last step.
        - step: its number; by default they count from 0, or from the step at which a run is
          resumed.
        """
        now = time.perf_counter()
        step = self._checked_step(step)
        # Everything is converted before anything changes: after an error the step can be repeated.
        text = '{"type":"step","step":%d' % step
        if loss is not None:
            text += ',"loss":' + values.figure_json("loss", loss)
        if accuracy is not None:
            text += ',"accuracy":' + values.figure_json(
                "accuracy", values.share("accuracy", accuracy)
            )
        if learning_rate is not None:
            text += self._sender.finite("learning_rate", learning_rate)
        if batch_size is not None:
            batch_size = values.whole("batch_size", batch_size, 0)
            if not self._sender.is_empty(batch_size):
                text += ',"batch_size":%d' % batch_size
        seconds = now - self._last if duration is None else duration
        text += self._sender.finite("duration", seconds) + "}"
        self._end_step(step, text, now)

    def _end_step(self, step: int, text: str, now: float) -> None:
        """Sends the message of a step and its columns."""
        parts, repeated = self._parts, None
        if len(parts) > 1 or self._sent:
            parts, repeated = self._tensors.without_repeats(parts, self._sent_at(step))
        # A Ctrl-C from here on loses the step; it is not sent twice.
        self._last = now
        self._parts = []
        self.next_step = step + 1
        if self._sent:
            self._sent = {}
        self._sender.send_columns(text, '{"type":"moments","step":%d}' % step, parts)
        if repeated is not None:
            self._sender.warn_of_repeat(repeated, step)

    def evaluate(
        self,
        split: str,
        statistics: str = "none",
        loss: Any = None,
        accuracy: Any = None,
        count: Optional[int] = None,
        step: Optional[int] = None,
    ) -> None:
        """Records an evaluation on `split` (any word, such as "test") of `count` examples, with the
        weights as they are now.
        """
        step = self._checked_step(step, self._first_step)
        message: Dict[str, Any] = {
            "type": "evaluation",
            "step": step,
            "split": values.split(split),
            "statistics": values.choice("statistics", statistics, values.STATISTICS),
        }
        for key, value in (("loss", loss), ("accuracy", accuracy)):
            if value is not None:
                check = values.share if key == "accuracy" else values.figure
                message[key] = check(key, value)
        if count is not None:
            message["count"] = values.whole("count", count)
        newest = self._evaluated.get((split, statistics), -1)
        if step < newest:
            raise ValueError(
                f"Step {step} cannot follow step {newest}, at which {split} was evaluated: steps "
                "increase."
            )
        if step == newest:
            self._sender.warn_once(
                "evaluation",
                f"{split} is evaluated again at step {step}; the first evaluation of a step is "
                "kept. Another loader needs another split.",
            )
            return
        self._evaluated[split, statistics] = step
        self._sender.send(to_json(message))

    def event(
        self, kind: str, message: str, layer: Optional[str] = None, step: Optional[int] = None
    ) -> None:
        """Records an event: its kind (a word of a-z, 0-9, - and _), a sentence, and the layer of a
        declared tensor where it is of one.
        """
        text: Dict[str, Any] = {
            "type": "event",
            "step": self._checked_step(step, self._first_step),
            "kind": values.event_kind(kind),
            "message": str(message),
        }
        if layer is not None:
            if not self._tensors.has_layer(layer):
                raise ValueError(f"layer must be that of a declared tensor, not {layer!r}.")
            text["layer"] = layer
        self._sender.send(to_json(text))

    def noise(
        self, tensors: Any, counts: Any, mean: Any, variance: Any, step: Optional[int] = None
    ) -> None:
        """Records moments of several batches under the same weights, of which the recorder computes
        the sampling noise.

        The columns are those of `record_columns`, with an entry for each pair of a batch and a
        tensor, in any order. Each tensor has at least 2 batches, and is measured once at a step.
        """
        part = Part.of(tensors, counts, mean, variance)
        self._tensors.check(part, has_affine=False)
        step = self._checked_step(step, self._first_step)
        names = self._tensors.measured(part)
        again = next((name for name in names if self._measured.get(name, -1) >= step), None)
        if again is not None:
            self._sender.warn_once(
                "noise", f"the noise of tensor {again} is measured already at step {step}."
            )
            return
        self._measured.update(dict.fromkeys(names, step))
        message = '{"type":"noise","step":%d}' % step
        self._sender.send_columns(message, message, [part], has_affine=False)

    def finish(self, status: str = "finished", reason: Optional[str] = None) -> None:
        """Ends the run `finished`, `diverged` or `failed`, and waits until the database has it."""
        message = {"type": "end", "status": values.choice("status", status, values.STATUSES)}
        if reason is not None:
            message["reason"] = str(reason)
        self._end(frame(to_json(message)))

    def leave(self) -> None:
        """Leaves the run interrupted, with everything that was recorded: it can be resumed."""
        self._end(None)

    def __del__(self) -> None:
        recorder = getattr(self, "_recorder", None)
        if recorder is not None:
            recorder.release()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            self.finish()
        elif issubclass(kind, (KeyboardInterrupt, GeneratorExit)):
            self.leave()
        elif issubclass(kind, SystemExit) and error.code in (None, 0):
            self.finish()
        else:
            self.finish("failed", "".join(traceback.format_exception_only(kind, error)).strip())

    def _end(self, last: Optional[bytes]) -> None:
        if self._sender.is_finished or self._recorder is None:
            return
        self._sender.is_finished = True
        self._recorder.close(last)
        if self._recorder.failure is not None:
            self._sender.warn_of_end()

    def _checked_step(self, step: Any, least: Optional[int] = None) -> int:
        """The number of a step, by default the one that is being made; from `least`, by default
        that one too.
        """
        step = self.next_step if step is None else values.whole("step", step, 0, values.MOST_STEP)
        if least is not None:
            if step < least:
                raise ValueError(
                    f"Step {step} is before step {least}, at which the run was resumed."
                )
        elif step < self.next_step:
            raise ValueError(
                f"Step {step} cannot follow step {self.next_step - 1}: steps increase."
            )
        elif self._sent and step < max(self._sent.values()):
            newest = max(self._sent.values())
            raise ValueError(f"Moments of step {newest} came before step {step}: steps increase.")
        return step

    def _sent_at(self, step: int) -> List[int]:
        return [tensor for tensor, newest in self._sent.items() if newest >= step]

    # A copied model has hooks that name this run: the copy records into the same run, in another
    # process into none.

    def __copy__(self) -> "Run":
        return self

    def __deepcopy__(self, memo: Any) -> "Run":
        return self

    def __reduce__(self) -> Any:
        from .idle_run import idle_run

        return idle_run, (self.name, [name for name in dir(type(self)) if name[0] != "_"])
