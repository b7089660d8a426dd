"""The recorder: a child process `normscope ingest` that is fed frames from a thread."""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import weakref
from collections import deque
from typing import Any, Deque, Dict, List, Optional, Sequence

from .errors import RecorderError
from .version import PROTOCOL

#: The most bytes and frames that wait for the recorder; then the training waits too.
MOST_BYTES = 64 << 20
MOST_FRAMES = 1024
#: Seconds for which the thread collects frames before it writes them: it is woken less often than
#: steps are made.
_COLLECTING = 0.02
#: The size of the pipe, in bytes.
_PIPE = 1 << 20
#: The most frames of one system call; IOV_MAX is 1,024 on Linux.
_FRAMES_OF_CALL = 512
#: Seconds after which a sentence of the recorder was not its last.
_LAST_WORDS = 0.5
#: What the program's sentences begin with, and its exit code for a wrong command line.
_PREFIX = "normscope: "
_USAGE = 64
#: Seconds after which a closing recorder says what it waits for.
_PATIENCE = 5.0

_recorders: "weakref.WeakSet[Recorder]" = weakref.WeakSet()


class Recorder:
    """A recording process and the bounded queue before it.

    `send` never raises and never waits, unless `MOST_BYTES` or `MOST_FRAMES` are waiting already.
    When the process ends early, `failure` is its own sentence and whatever is sent is dropped.
    """

    def __init__(self, program: str, arguments: Sequence[str]) -> None:
        self.program = program
        #: What the recorder answered when it began: the run's id and name, the database, the next
        #: step.
        self.started: Dict[str, Any] = {}
        #: The newest step that is in the database, None before the first.
        self.durable_step: Optional[int] = None
        #: The status that the recorder gave the run at its end.
        self.status: Optional[str] = None
        #: Why the recorder ended before it was asked to.
        self.failure: Optional[str] = None

        self._queue: Deque[bytes] = deque()
        self._pending_bytes = 0
        self._pending_frames = 0
        self._closing = False
        self._told_end = False
        self._ended = False
        self._idle = False
        self._waiting = 0
        self._changed = threading.Condition(threading.Lock())
        self._held: Optional[str] = None
        self._said: Optional[str] = None
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
        self._enlarge_pipe()
        self._writer = threading.Thread(target=self._write, name="normscope-writer", daemon=True)
        self._reader = threading.Thread(target=self._read, name="normscope-reader", daemon=True)
        self._reader.start()
        self._writer.start()
        _recorders.add(self)

    @property
    def is_elsewhere(self) -> bool:
        """Whether this process is a fork of the one that records."""
        return os.getpid() != self._owner

    @property
    def is_alive(self) -> bool:
        """Whether what is sent now is recorded."""
        return not self._ended and not self._closing

    def wait_for_start(self) -> None:
        """Waits until the recorder has begun the run; raises `RecorderError` with its sentence
        where it refused.
        """
        with self._changed:
            while not self.started and not self._ended:
                self._changed.wait()
        protocol = self.started.get("protocol", PROTOCOL)
        if self.started and protocol != PROTOCOL:
            self.close()
            raise RecorderError(
                f"The program {self.program} speaks version {protocol} of the protocol and "
                f"this package version {PROTOCOL}; install both from one wheel."
            )
        if not self.started:
            self._closing = True
            raise RecorderError(self._refusal())

    def send(self, frame: bytes) -> None:
        """Queues a frame; drops it where the recorder has ended, and in a forked process."""
        if not self.is_alive:
            return
        size = len(frame)
        with self._changed:
            while self._pending_frames and (
                self._pending_bytes + size > MOST_BYTES or self._pending_frames >= MOST_FRAMES
            ):
                if self._ended:
                    return
                self._waiting += 1
                try:
                    self._changed.notify_all()
                    self._changed.wait()
                finally:
                    self._waiting -= 1
            self._queue.append(frame)
            self._pending_bytes += size
            self._pending_frames += 1
            if self._idle:
                self._idle = False
                self._changed.notify_all()

    def close(self, last: Optional[bytes] = None) -> None:
        """Writes what is queued and `last`, closes the stream, and waits until the recorder has
        ended.

        Without an `end` message among them the recorder leaves the run interrupted.
        """
        if self.is_elsewhere:
            return
        if last is not None:
            self.send(last)
            self._told_end = True
        try:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
                patience: Optional[float] = _PATIENCE
                while not self._ended:
                    if not self._changed.wait(patience) and patience is not None:
                        _say(
                            f"waiting for the recorder to write {self._pending_frames} messages; "
                            "Ctrl-C ends it"
                        )
                        patience = None
        except KeyboardInterrupt:
            self._process.terminate()
            raise

    # The writing thread.

    def _write(self) -> None:
        # A script that restored SIGPIPE's default action would be killed by the recorder's end.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
        descriptor = self._process.stdin.fileno()
        try:
            while True:
                frames = self._take()
                if not frames:
                    break
                self._write_all(descriptor, frames)
        except OSError:
            pass  # The recorder ended; the reading thread says why.
        finally:
            with self._changed:
                try:
                    self._process.stdin.close()
                except OSError:
                    pass

    def _take(self) -> List[bytes]:
        """The next frames to write; none when the stream ends."""
        with self._changed:
            while not self._queue and not self._closing and not self._ended:
                self._idle = True
                self._changed.wait()
                self._idle = False
                if not self._closing and not self._waiting:
                    self._changed.wait(_COLLECTING)
            if self._ended:
                return []
            return [self._queue.popleft() for _ in range(min(len(self._queue), _FRAMES_OF_CALL))]

    def _write_all(self, descriptor: int, frames: List[bytes]) -> None:
        frames.reverse()
        while frames:
            # A few at a time, so that room for the training is made soon.
            call = frames[:-17:-1]
            written = os.writev(descriptor, call)
            done = freed = 0
            while frames and written >= len(frames[-1]):
                size = len(frames.pop())
                written -= size
                freed += size
                done += 1
            if written:
                frames[-1] = frames[-1][written:] if written < len(frames[-1]) else b""
                freed += written
            with self._changed:
                self._pending_bytes -= freed
                self._pending_frames -= done
                if self._waiting:
                    self._changed.notify_all()

    # The reading thread.

    def _read(self) -> None:
        rest = {self._process.stdout: b"", self._process.stderr: b""}
        with selectors.DefaultSelector() as selector:
            for stream in rest:
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                events = selector.select(None if self._held is None else _LAST_WORDS)
                if not events:
                    self._pass_on()
                for key, _ in events:
                    stream = key.fileobj
                    data = stream.read(1 << 16)
                    *lines, rest[stream] = (rest[stream] + data).split(b"\n")
                    if not data:
                        selector.unregister(stream)
                        if rest[stream]:
                            lines.append(rest[stream])
                    for line in lines:
                        text = line.decode("utf-8", "replace").rstrip()
                        if stream is self._process.stdout:
                            self._acknowledge(text)
                        elif text:
                            self._hear(text)
        code = self._process.wait()
        with self._changed:
            if code == 65 and self._closing and not self._told_end:
                _say(self._sentence(code))
            elif code != 0:
                self.failure = self._sentence(code)
            elif code == 0 and self.status is None:
                self.failure = "The recorder ended without a word."
            self._ended = True
            self._queue.clear()
            self._pending_bytes = self._pending_frames = 0
            self._changed.notify_all()
        self._process.stdout.close()
        self._process.stderr.close()

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
            with self._changed:
                self.started = message
                self._changed.notify_all()

    def _hear(self, line: str) -> None:
        """Keeps what the recorder says: its last sentence becomes the warning, others are passed
        on.
        """
        self._pass_on()
        self._held = line[len(_PREFIX) :] if line.startswith(_PREFIX) else line

    def _pass_on(self) -> None:
        if self._held is not None:
            _say(self._held)
            self._said = self._held
            self._held = None

    def _sentence(self, code: int) -> str:
        sentence = self._held or self._said
        if code < 0:
            names = {member.value: member.name for member in signal.Signals}
            sentence = f"The recorder was ended by {names.get(-code, f'signal {-code}')}."
        return sentence or f"The recorder ended with exit code {code}."

    def _refusal(self) -> str:
        sentence = self.failure or "The recorder ended without a word."
        if self._process.returncode == _USAGE and "--acknowledge" in sentence:
            sentence = (
                f"The program {self.program} is older than this package and cannot record other "
                "programs' runs; install both from one wheel."
            )
        return sentence

    def _enlarge_pipe(self) -> None:
        try:
            import fcntl

            fcntl.fcntl(self._process.stdin.fileno(), getattr(fcntl, "F_SETPIPE_SZ", 1031), _PIPE)
        except OSError:
            pass  # More than /proc/sys/fs/pipe-max-size: the usual 64 KiB serve.

    def _forget(self) -> None:
        """Lets go of the recorder in a forked process: the stream must end when the process that
        records ends.
        """
        self._ended = True
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                stream.close()
            except OSError:
                pass
        # Nobody here may wait for a child that is not of this process, and the lock may be held by
        # a thread that is not here.
        self._process.returncode = 0
        self._changed = threading.Condition(threading.Lock())


def _say(line: str) -> None:
    try:
        print(f"normscope: {line}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass


def _close_all() -> None:
    for recorder in list(_recorders):
        recorder.close()


def _forget_in_child() -> None:
    for recorder in list(_recorders):
        recorder._forget()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
