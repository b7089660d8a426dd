"""Waiting in the thread of the training."""

from __future__ import annotations

import time
from typing import Callable

from .warning import say

#: Seconds after which a remark says what is waited for.
_PATIENCE = 5.0


def wait_until(is_done: Callable[[], bool], remark: Callable[[], str], limit: float = 1e9) -> bool:
    """Waits until `is_done`, for at most `limit` seconds, and says `remark` after some; whether it
    is done.

    It looks again and again: a Ctrl-C inside of `Condition.wait` can raise out of it without the
    lock, and the training would end with another error.
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
        time.sleep(0.001 if elapsed < 0.1 else 0.01)
    return True
