"""The recorder: a child process `normscope ingest` that is fed frames from a thread."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import signal
import subprocess
import threading
import weakref
from typing import IO, Any, Dict, List, Optional, Sequence, cast

from .errors import RecorderError
from .frame_queue import FrameQueue
from .frames import Buffer
from .version import PROTOCOL
from .warning import say

#: The size of the pipe, in bytes.
_PIPE = 1 << 20
#: How much lower the priority of the recorder is than that of the training, as a nice value:
#: otherwise it interrupts the training now and then, while another processor is idle.
_NICENESS = 10
#: The most frames of one system call: room for the training is made after each, and after each the
#: training waits for the interpreter's lock.
_FRAMES_OF_CALL = 128
#: Seconds after which a sentence of the recorder was not its last.
_LAST_WORDS = 0.5
#: Seconds after which a start has failed.
_START = 60.0
#: What the program's sentences begin with, and its exit codes for a wrong command line and for a
#: stream without an end.
_PREFIX = "normscope: "
_USAGE = 64
_INCOMPLETE = 65

_recorders: "weakref.WeakSet[Recorder]" = weakref.WeakSet()


class Recorder:
    """A recording process, the queue before it, and the threads that write to it and read from it.

    `send` never raises, and waits only when the queue is full. When the process ends early,
    `failure` is its own sentence and whatever is sent is dropped.
    """

    def __init__(self, program: str, arguments: Sequence[str], name: str) -> None:
        self.program = program
        self._name = name
        #: What the recorder answered when it began: the run's id and name, the database, the next
        #: step.
        self.started: Dict[str, Any] = {}
        #: The newest step that is in the database, None before the first.
        self.durable_step: Optional[int] = None
        #: The status that the recorder gave the run at its end.
        self.status: Optional[str] = None
        #: Why the recorder ended before it was asked to.
        self.failure: Optional[str] = None

        self._queue = FrameQueue()
        self._is_closing = False
        self._has_end = False
        self._ended = False
        self._last_line: Optional[str] = None
        self._printed_line: Optional[str] = None
        self._owner = os.getpid()
        try:
            # In a session of its own: a Ctrl-C in the terminal is for the script, which says what
            # becomes of the run.
            self._process = subprocess.Popen(
                [program, "ingest", "-", "--acknowledge", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise RecorderError(f"{program} does not start: {error.strerror or error}.") from error
        with contextlib.suppress(OSError):  # It has ended, or it is not allowed.
            niceness = min(os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS, 19)
            os.setpriority(os.PRIO_PROCESS, self._process.pid, niceness)
        self._input = cast(IO[bytes], self._process.stdin)
        self._output = cast(IO[bytes], self._process.stdout)
        self._errors = cast(IO[bytes], self._process.stderr)
        self._enlarge_pipe()
        _recorders.add(self)
        for work in (self._read, self._write):
            name = f"normscope-{work.__name__}"
            threading.Thread(target=work, name=name, daemon=True).start()

    @property
    def pid(self) -> int:
        """The id of the recording process."""
        return self._process.pid

    @property
    def is_forked(self) -> bool:
        """Whether this process is a fork of the one that records."""
        return os.getpid() != self._owner

    @property
    def is_alive(self) -> bool:
        """Whether what is sent now is recorded."""
        return not self._queue.is_closed

    def wait_for_start(self) -> None:
        """Waits until the run has begun; raises `RecorderError` with the reason if it does not."""
        self._queue.news.wait_until(
            lambda: bool(self.started) or self._ended,
            lambda: f"waiting for {self.program} to begin run {self._name}",
            _START,
        )
        if not self.started:
            if not self._ended:
                self._process.kill()
                raise RecorderError(
                    f"{self.program} has not begun run {self._name} in {_START:g} seconds: another "
                    "program holds the database, or it is no program normscope."
                )
            raise RecorderError(self._refusal())
        protocol = self.started.get("protocol")
        if protocol != PROTOCOL:
            raise RecorderError(
                f"The program {self.program} speaks version {protocol} of the protocol and "
                f"this package version {PROTOCOL}; install both from one wheel."
            )

    def send(self, *frames: Buffer) -> None:
        """Queues frames; drops them where the recorder has ended, and in a forked process."""
        if self.is_alive:
            self._queue.put(*frames)

    def close(self, last: Optional[bytes] = None) -> None:
        """Writes what is queued and `last`, closes the stream, waits until the recorder has ended.

        Without an `end` message in `last` the recorder leaves the run interrupted.
        """
        if self.is_forked:
            return
        if last is not None:
            self.send(last)
            self._has_end = True
        self._is_closing = True
        self._queue.close()
        try:
            self._queue.news.wait_until(
                lambda: self._ended,
                lambda: f"{self._queue.frames} messages are not written yet; Ctrl-C drops them",
            )
        except KeyboardInterrupt:
            self._process.terminate()
            raise

    def release(self) -> None:
        """Closes the stream without waiting: the run is no longer referenced, or did not start."""
        if not self.is_forked:
            self._is_closing = True
            self._queue.close()

    def _write(self) -> None:
        """The writing thread: the queue's frames to the process, until it is closed and empty."""
        # A script that restored SIGPIPE's default action would be killed by the recorder's end.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
        try:
            while True:
                frames = self._queue.take(_FRAMES_OF_CALL)
                if not frames:
                    break
                self._write_all(frames)
        except OSError:
            pass  # The recorder ended; the other thread reads why.
        finally:
            _close(self._input)

    def _write_all(self, frames: List[Buffer]) -> None:
        while frames:
            written = size = os.writev(self._input.fileno(), frames)
            if size == sum(map(len, frames)):
                return self._queue.written(len(frames), size)
            count = 0
            while count < len(frames) and written >= len(frames[count]):
                written -= len(frames[count])
                count += 1
            del frames[:count]
            if written:
                frames[0] = frames[0][written:]
            self._queue.written(count, size)

    def _read(self) -> None:
        """The reading thread: acknowledgements and sentences of the process, until it ends."""
        try:
            self._read_lines()
        finally:
            code = self._process.wait()
            is_left = code == _INCOMPLETE and self._is_closing and not self._has_end
            if is_left:
                after = "" if self.durable_step is None else f" after step {self.durable_step}"
                self._last_line = (
                    f"run {self._name} is not finished: it is left interrupted{after}, and can be "
                    "resumed"
                )
            if code == 0 or is_left:
                self._print_line()
            if not is_left and (code != 0 or self.status is None):
                self.failure = self._sentence(code)
            self._ended = True
            self._queue.drop()
            _close(self._output)
            _close(self._errors)

    def _read_lines(self) -> None:
        rest = {self._output: b"", self._errors: b""}
        with selectors.DefaultSelector() as selector:
            for stream in rest:
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                events = selector.select(None if self._last_line is None else _LAST_WORDS)
                if not events:
                    self._print_line()
                for key, _ in events:
                    stream = cast(IO[bytes], key.fileobj)
                    data = stream.read(1 << 16)
                    *lines, rest[stream] = (rest[stream] + data).split(b"\n")
                    if not data:
                        selector.unregister(stream)
                        lines.append(rest[stream])
                    for line in filter(None, lines):
                        text = line.decode("utf-8", "replace").rstrip()
                        if stream is self._output:
                            self._acknowledge(text)
                        else:
                            self._keep_line(text)

    def _acknowledge(self, line: str) -> None:
        try:
            message = json.loads(line)
            kind = message["type"]
        except (ValueError, KeyError, TypeError):
            return
        if kind == "durable":
            self.durable_step = message.get("step")
        elif kind == "ended":
            self.status = message.get("status")
        elif kind == "recording":
            message["database"] = os.path.abspath(message.get("database") or "")
            self.started = message
            self._queue.news.ring()

    def _keep_line(self, line: str) -> None:
        """Keeps a sentence of the recorder: its last becomes the warning, others are passed on."""
        self._print_line()
        self._last_line = line[len(_PREFIX) :] if line.startswith(_PREFIX) else line

    def _print_line(self) -> None:
        if self._last_line is not None:
            say(self._last_line)
            self._printed_line, self._last_line = self._last_line, None

    def _sentence(self, code: int) -> str:
        if code < 0:
            names = {member.value: member.name for member in signal.Signals}
            return f"The recorder was ended by {names.get(-code, f'signal {-code}')}."
        said = self._last_line or self._printed_line
        return said or f"The recorder ended without a word, with exit code {code}."

    def _refusal(self) -> str:
        sentence = self.failure or ""
        if self._process.returncode == _USAGE and "--acknowledge" in sentence:
            return (
                f"The program {self.program} is older than this package and cannot record other "
                "programs' runs; install both from one wheel."
            )
        # The caller knows its arguments, and no messages.
        return sentence.replace(" in message 1 ", " ", 1)

    def _enlarge_pipe(self) -> None:
        try:
            import fcntl

            fcntl.fcntl(self._input.fileno(), getattr(fcntl, "F_SETPIPE_SZ", 1031), _PIPE)
        except OSError:
            pass  # More than /proc/sys/fs/pipe-max-size: the usual 64 KiB serve.

    def _forget(self) -> None:
        """Lets go of the recorder in a forked process, so that the stream ends with its owner."""
        for stream in (self._input, self._output, self._errors):
            _close(stream)
        # The old lock may be held by a thread that is not in this process.
        self._queue = FrameQueue()
        self._queue.is_closed = True
        self._ended = True
        # Nobody here may wait for a process that is not a child of this one.
        self._process.returncode = 0


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        pass


def _close_all() -> None:
    for recorder in list(_recorders):
        recorder.close()


def _forget_all() -> None:
    for recorder in list(_recorders):
        recorder._forget()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
