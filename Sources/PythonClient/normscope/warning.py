"""Warnings that never become errors of the training."""

from __future__ import annotations

import os
import sys
import warnings


def warn(text: str) -> None:
    """Issues a `RuntimeWarning` at the line of the first caller outside of this package.

    Where the script makes errors of warnings, the text goes to standard error instead.
    """
    try:
        warnings.warn(text, RuntimeWarning, stacklevel=_level())
    except RuntimeWarning:
        say(text)


def say(line: str) -> None:
    """Writes a remark to standard error, where there is one."""
    try:
        print(f"normscope: {line}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError, RuntimeError):
        pass  # Closed, or a signal's handler that runs inside another print.


def _level() -> int:
    """The stack level, for `warn`, of the first caller outside of this package."""
    folder = os.path.dirname(__file__)
    level = 1
    caller = sys._getframe(1)
    while caller is not None and os.path.dirname(caller.f_code.co_filename).startswith(folder):
        level += 1
        caller = caller.f_back  # type: ignore[assignment]
    return level
