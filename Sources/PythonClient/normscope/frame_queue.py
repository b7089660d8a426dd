"""The bounded queue between the training and the thread that writes to the recorder."""

from __future__ import annotations

import threading
from collections import deque
from typing import Deque, List

from .waiting import wait_until

#: The most bytes and frames that wait for the recorder; then the training waits too.
MOST_BYTES = 64 << 20
MOST_FRAMES = 1024
#: Seconds for which frames are collected before they are written: the writing thread wakes less
#: often than steps are made.
_COLLECTING = 0.02


class FrameQueue:
    """Frames that wait to be written, bounded by their bytes and their number.

    One thread puts, another takes. A frame counts until it is `written`. A handler of a signal may
    put while its thread puts.
    """

    def __init__(self) -> None:
        #: Notified whenever anything here changes; who holds it may look at everything.
        self.changed = threading.Condition(threading.RLock())
        #: The number of frames that are not written yet, and their bytes.
        self.frames = 0
        self.bytes = 0
        #: Whether no frame follows.
        self.is_closed = False
        self._queue: Deque[bytes] = deque()
        self._is_idle = False
        self._waiting = 0

    def put(self, frame: bytes) -> None:
        """Appends a frame; waits only while there is no room. Does nothing when closed."""
        size = len(frame)
        if not self._has_room(size):
            self._wait_for_room(size)
        with self.changed:
            if self.is_closed:
                return
            self._queue.append(frame)
            self.bytes += size
            self.frames += 1
            if self._is_idle:
                self._is_idle = False
                self._notify()

    def take(self, most: int) -> List[bytes]:
        """The oldest frames, at most `most`; waits for one, and returns none when closed."""
        with self.changed:
            while not self._queue and not self.is_closed:
                # All is written. A put inside of a put can have miscounted.
                self.frames = self.bytes = 0
                self._is_idle = True
                self.changed.wait()
                self._is_idle = False
                if not self.is_closed and not self._waiting:
                    self.changed.wait(_COLLECTING)
            return [self._queue.popleft() for _ in range(min(len(self._queue), most))]

    def written(self, frames: int, size: int) -> None:
        """Makes room: `frames` are written whole, and `size` bytes in all."""
        with self.changed:
            self.frames -= frames
            self.bytes -= size

    def close(self) -> None:
        """Ends the queue: what is in it is still taken."""
        with self.changed:
            self.is_closed = True
            self._notify()

    def drop(self) -> None:
        """Ends the queue and drops what is in it."""
        with self.changed:
            self._queue.clear()
            self.frames = self.bytes = 0
            self.is_closed = True
            self._notify()

    def _notify(self) -> None:
        try:
            self.changed.notify_all()
        except RuntimeError:
            pass  # Before Python 3.10: a signal's handler has notified the same waiter.

    def _has_room(self, size: int) -> bool:
        # A frame larger than the bound passes alone.
        return self.frames <= 0 or (self.bytes + size <= MOST_BYTES and self.frames < MOST_FRAMES)

    def _wait_for_room(self, size: int) -> None:
        with self.changed:
            self._waiting += 1
            self._notify()
        try:
            wait_until(
                lambda: self.is_closed or self._has_room(size),
                lambda: f"the training waits: the recorder has {self.frames} messages to write",
            )
        finally:
            self._waiting -= 1
