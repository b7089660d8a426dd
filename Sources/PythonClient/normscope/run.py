"""A run that is being recorded."""

from __future__ import annotations

import os
import sys
import time
import traceback
import warnings
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from . import provenance
from .columns import Part, join
from .configuration import Configuration
from .frames import Column, float32, frame
from .plain import number, to_json, to_plain
from .program import find_program
from .recorder import Recorder
from .tensors import Tensors
from .version import PROTOCOL


def start(
    name: str,
    configuration: Optional[Mapping[str, Any]] = None,
    tags: Optional[Mapping[str, Any]] = None,
    db: Any = None,
    resume: Optional[str] = None,
    first_step: Optional[int] = None,
    program: Any = None,
) -> "Run":
    """Starts a run, which the program `normscope` records in a process of its own.

    - name: the name of the run.
    - configuration: hyperparameters, by name; anything that JSON has, numpy's scalars, paths and
      dataclasses too.
    - tags: text by key.
    - db: the database's path; by default `$NORMSCOPE_DB`, else `normscope.db` of the working
      directory.
    - resume: the name or id of a run to continue instead of beginning one.
    - first_step: the first step of what follows, with `resume`: that step and later ones are
      recorded anew.
    - program: the program; by default it is looked for, see `normscope.program.find_program`.

    Raises `ProgramNotFound` without a program and `RecorderError`, with the program's sentence,
    where it refuses.
    """
    return Run(*begin(name, configuration, tags, db, resume, first_step, program))


def begin(
    name: str,
    configuration: Optional[Mapping[str, Any]] = None,
    tags: Optional[Mapping[str, Any]] = None,
    db: Any = None,
    resume: Optional[str] = None,
    first_step: Optional[int] = None,
    program: Any = None,
) -> Tuple[Recorder, str, Dict[str, Any], int]:
    """Starts the recorder of a run, as `start` does: what a `Run` is made of."""
    message: Dict[str, Any] = {"type": "begin", "protocol": PROTOCOL, "name": name}
    if not isinstance(name, str) or not name:
        raise ValueError("The name of a run is a text that is not empty.")
    if first_step is not None and resume is None:
        raise ValueError("first_step needs resume: a new run begins at step 0.")
    settings = dict(to_plain(dict(configuration or {})))
    message["configuration"] = settings
    message["provenance"] = provenance.here()
    if tags:
        message["tags"] = {str(key): str(value) for key, value in tags.items()}
    if first_step is not None:
        message["first_step"] = int(first_step)
    arguments: List[str] = []
    if db is not None:
        arguments += ["--db", os.fspath(db)]
    if resume is not None:
        arguments += ["--resume", resume]
    recorder = Recorder(find_program(program), arguments)
    recorder.send(frame(to_json(message)))
    recorder.wait_for_start()
    next_step = first_step if first_step is not None else recorder.started.get("next_step") or 0
    return recorder, name, settings, next_step


class Run:
    """A run that is being recorded: `normscope.start` makes one.

    Use it as a context manager: an exception inside makes the run `failed` with the exception's
    sentence, Ctrl-C leaves it `interrupted`, otherwise it is `finished`. A run that is not finished
    when the script ends is left `interrupted`.

    After the start nothing raises but errors of use (`ValueError`). When the recorder ends early,
    one `RuntimeWarning` says why, and whatever is recorded later is dropped. A forked process
    records nothing.
    """

    def __init__(
        self, recorder: Optional[Recorder], name: str, configuration: Dict[str, Any], next_step: int
    ) -> None:
        self._recorder = recorder
        self._told = recorder is None
        self._finished = recorder is None
        #: The name of the run.
        self.name = name
        #: The configuration, as a dictionary: what is set is recorded.
        self.config = Configuration(self, configuration)
        #: The step that is being made: the number of updates that the weights had.
        self.next_step = next_step
        self._tensors = Tensors()
        self._parts: List[Part] = []
        self._last = time.perf_counter()

    @property
    def id(self) -> Optional[str]:
        """The id of the run in the database, None in another process."""
        return self._recorder.started.get("run") if self._recorder else None

    @property
    def database(self) -> Optional[str]:
        """The path of the database, None in another process."""
        return self._recorder.started.get("database") if self._recorder else None

    @property
    def durable_step(self) -> Optional[int]:
        """The newest step that is in the database, None before the first."""
        return self._recorder.durable_step if self._recorder else None

    @property
    def is_recording(self) -> bool:
        """Whether what is recorded now is kept."""
        return not self._finished and self._recorder is not None and self._recorder.is_alive

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
        keys = {
            "layer": layer,
            "kind": kind,
            "shape": shape,
            "tap": tap,
            "population": population,
            "statistics": statistics,
            "units": units,
            "epsilon": epsilon,
            "activation": activation,
            "derives_normalized": derives_normalized,
        }
        index, added = self._tensors.declare(
            name, {key: value for key, value in keys.items() if value is not None}
        )
        if added is not None:
            self._send('{"type":"tensors","tensors":[%s]}' % to_json(added))
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
        `tensor`, needed at the first use of `name` if at all. The numbers are copied.
        """
        mean = bytes(float32(mean))
        keys.setdefault("units", len(mean) // 4)
        index = self._tensors.index(name)
        if index is None or len(keys) > 1:
            index = self.tensor(name, **keys)
        self.record_columns(
            [index],
            [count],
            mean,
            bytes(float32(variance)),
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
        else:
            self._send('{"type":"moments","step":%d}' % step, join([part]))

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
        record.

        - loss, accuracy, learning_rate: numbers, or tensors of one number.
        - duration: seconds; by default those since the last step.
        - step: its number; by default they count from 0, or from the step at which a run is
          resumed.
        """
        now = time.perf_counter()
        if step is None:
            step = self.next_step
        elif step < self.next_step:
            raise ValueError(
                f"Step {step} cannot follow step {self.next_step - 1}: steps increase."
            )
        text = '{"type":"step","step":%d' % step
        if loss is not None:
            text += ',"loss":' + _text(loss)
        if accuracy is not None:
            text += ',"accuracy":' + _text(accuracy)
        if learning_rate is not None:
            text += ',"learning_rate":' + _text(learning_rate)
        if batch_size is not None:
            text += ',"batch_size":%d' % batch_size
        text += ',"duration":%r}' % (now - self._last if duration is None else float(duration))
        self._last = now
        parts, self._parts = self._parts, []
        self._send(text, join(parts))
        self.next_step = step + 1

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
        message: Dict[str, Any] = {
            "type": "evaluation",
            "step": self.next_step if step is None else step,
            "split": split,
            "statistics": statistics,
        }
        for key, value in (("loss", loss), ("accuracy", accuracy)):
            if value is not None:
                message[key] = number(value)
        if count is not None:
            message["count"] = int(count)
        self._send(to_json(message))

    def event(
        self, kind: str, message: str, layer: Optional[str] = None, step: Optional[int] = None
    ) -> None:
        """Records an event: its kind (a word of a-z, 0-9, - and _) and a sentence."""
        text: Dict[str, Any] = {
            "type": "event",
            "step": self.next_step if step is None else step,
            "kind": kind,
            "message": message,
        }
        if layer is not None:
            text["layer"] = layer
        self._send(to_json(text))

    def noise(
        self, tensors: Any, counts: Any, mean: Any, variance: Any, step: Optional[int] = None
    ) -> None:
        """Records moments of several batches under the same weights, of which the recorder computes
        the sampling noise.

        The columns are those of `record_columns`, with an entry for each pair of a batch and a
        tensor, in any order.
        """
        part = Part.of(tensors, counts, mean, variance)
        self._tensors.check(part, has_affine=False)
        step = self.next_step if step is None else step
        self._send('{"type":"noise","step":%d}' % step, join([part]))

    def finish(self, status: str = "finished", reason: Optional[str] = None) -> None:
        """Ends the run `finished`, `diverged` or `failed`, and waits until the database has it."""
        if status not in ("finished", "diverged", "failed"):
            raise ValueError(f"A run ends finished, diverged or failed, not {status!r}.")
        message = {"type": "end", "status": status}
        if reason is not None:
            message["reason"] = reason
        self._end(frame(to_json(message)))

    def leave(self) -> None:
        """Leaves the run interrupted, with everything that was recorded: it can be resumed."""
        self._end(None)

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
        if self._finished or self._recorder is None:
            return
        self._finished = True
        self._recorder.close(last)
        if self._recorder.failure is not None:
            self._warn()

    def _send(self, message: str, columns: Sequence[Column] = ()) -> None:
        recorder = self._recorder
        if recorder is None or not recorder.is_alive:
            self._warn()
            return
        recorder.send(frame(message, columns))

    def _send_configuration(self, values: Dict[str, Any]) -> None:
        self._send('{"type":"configuration","configuration":%s}' % to_json(values))

    def _warn(self) -> None:
        """Says once why nothing is recorded any more, at the line of the caller."""
        recorder = self._recorder
        if self._told or recorder is None:
            return
        if recorder.is_elsewhere:
            reason = "this process is a fork of the one that records it."
        elif recorder.failure is not None:
            reason = recorder.failure
        elif self._finished:
            reason = "it is finished."
        else:
            return
        self._told = True
        warnings.warn(
            f"Run {self.name} is not recorded any more: {reason}",
            RuntimeWarning,
            stacklevel=_level(),
        )

    # A copied model has hooks that name this run: the copy records into the same run, in another
    # process into none.

    def __copy__(self) -> "Run":
        return self

    def __deepcopy__(self, memo: Any) -> "Run":
        return self

    def __reduce__(self) -> Any:
        return _elsewhere, (self.name,)


def _elsewhere(name: str) -> Run:
    """A run that records nothing: what a copy of a run is in another process."""
    return Run(None, name, {}, 0)


def _text(value: Any) -> str:
    """The JSON text of a number, or of a tensor of one."""
    value = number(value)
    return repr(value) if type(value) is float else f'"{value}"'


def _level() -> int:
    """The stack level of the first caller outside of this package."""
    folder = os.path.dirname(__file__)
    level = 1
    caller = sys._getframe(1)
    while caller is not None and os.path.dirname(caller.f_code.co_filename).startswith(folder):
        level += 1
        caller = caller.f_back  # type: ignore[assignment]
    return level
