"""The bounded queue between the training and the thread that writes to the recorder."""

from __future__ import annotations

from collections import deque
from typing import Deque, List

from .bell import Bell
from .frames import Buffer

#: The most bytes and frames that wait for the recorder; then the training waits too.
MOST_BYTES = 64 << 20
MOST_FRAMES = 1024
#: Seconds for which frames are collected before they are written, and how many are enough: the
#: writing thread wakes less often than steps are made.
_COLLECTING = 0.02
_ENOUGH = 8


class FrameQueue:
    """Frames that wait to be written, bounded by their bytes and their number.

    Threads put, another takes. A frame counts until it is `written`. A handler of a signal may put
    while its thread puts: no lock is held here. What two of them count at once may be lost, until
    all is written.
    """

    def __init__(self) -> None:
        #: Rings when there is room, or the recorder has something to say.
        self.news = Bell()
        #: Whether no frame follows.
        self.is_closed = False
        self._queue: Deque[Buffer] = deque()
        # Rings when the writing thread has something to do.
        self._work = Bell()
        self._is_idle = False
        self._waiters = 0
        # Each is counted by one side: frames and bytes that were put, and that are written.
        self._put = self._put_bytes = 0
        self._written = self._written_bytes = 0

    @property
    def frames(self) -> int:
        """The number of frames that are not written yet."""
        return self._put - self._written

    @property
    def bytes(self) -> int:
        """The bytes that are not written yet."""
        return self._put_bytes - self._written_bytes

    def put(self, *frames: Buffer) -> None:
        """Appends frames; waits only while there is no room. Does nothing when closed."""
        size = sum(map(len, frames))
        if not self._has_room(size):
            self._wait_for_room(size)
        if self.is_closed:
            return
        self._queue.extend(frames)
        self._put += len(frames)
        self._put_bytes += size
        if self._is_idle:
            self._is_idle = False
            self._work.ring()

    def take(self, most: int) -> List[Buffer]:
        """The oldest frames, at most `most`; waits for one, and returns none when closed."""
        queue = self._queue
        while not queue and not self.is_closed:
            self._is_idle = True
            # What is put from here on rings.
            if queue or self.is_closed:
                break
            self._written, self._written_bytes = self._put, self._put_bytes
            self.news.ring()
            self._work.wait()
            self._is_idle = False
            if len(queue) < _ENOUGH and not self.is_closed and not self._waiters:
                self._work.wait(_COLLECTING)
        return [queue.popleft() for _ in range(min(len(queue), most))]

    def written(self, frames: int, size: int) -> None:
        """Makes room: `frames` are written whole, and `size` bytes in all."""
        self._written += frames
        self._written_bytes += size
        if self._waiters:
            self.news.ring()

    def close(self) -> None:
        """Ends the queue: what is in it is still taken."""
        self.is_closed = True
        self._work.ring()
        self.news.ring()

    def drop(self) -> None:
        """Ends the queue and drops what is in it."""
        self.is_closed = True
        self._queue.clear()
        self._written, self._written_bytes = self._put, self._put_bytes
        self._work.ring()
        self.news.ring()

    def _has_room(self, size: int) -> bool:
        # What is larger than the bounds passes alone.
        waiting = self.frames
        return waiting <= 0 or (self.bytes + size <= MOST_BYTES and waiting < MOST_FRAMES)

    def _wait_for_room(self, size: int) -> None:
        self._waiters += 1
        try:
            self._work.ring()
            self.news.wait_until(
                lambda: self.is_closed or self._has_room(size),
                lambda: f"the training waits: the recorder has {self.frames} messages to write",
            )
        finally:
            self._waiters -= 1
