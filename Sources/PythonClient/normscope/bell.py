"""How threads wait for each other."""

from __future__ import annotations

import math
import queue
import time
from typing import Callable, Optional

from .warning import say

#: Seconds after which a remark says what is waited for.
_PATIENCE = 5.0
#: Seconds after which who waits looks again, whoever rang.
_LOOK = 0.05


class Bell:
    """What a thread waits for and another one rings.

    It holds no lock: a Ctrl-C inside of `Condition.wait` can raise out of it without the lock, so
    that `with` raises another error, and a handler of a signal that waited would hold it.
    """

    def __init__(self) -> None:
        self._rings: queue.SimpleQueue[None] = queue.SimpleQueue()

    def ring(self) -> None:
        """Wakes one who waits, or else the next."""
        if self._rings.empty():
            self._rings.put(None)

    def wait(self, seconds: Optional[float] = None) -> None:
        """Waits until it rings, or for some seconds."""
        try:
            self._rings.get(timeout=seconds)
        except queue.Empty:
            pass

    def wait_until(
        self, is_done: Callable[[], bool], remark: Callable[[], str], limit: float = math.inf
    ) -> bool:
        """Waits until `is_done`, for at most `limit` seconds, and says `remark` after some; whether
        it is done.
        """
        start = time.monotonic()
        is_said = False
        while not is_done():
            elapsed = time.monotonic() - start
            if elapsed >= limit:
                return False
            if elapsed >= _PATIENCE and not is_said:
                is_said = True
                say(remark())
            self.wait(_LOOK)
        self.ring()  # Another thread may wait, too.
        return True
