"""Checks of the values that the recorder would refuse: each raises `ValueError`."""

from __future__ import annotations

import math
import operator
import re
from typing import Any, Sequence

from .plain import number

#: The largest count, step and number of units of the protocol.
MOST_COUNT = 1 << 53
MOST_ROWS = 1 << 32
MOST_STEP = 1 << 40
MOST_UNITS = 1 << 24
#: The words of the protocol.
TAPS = ("input", "preactivation", "activation", "normalized")
POPULATIONS = ("batch", "probe")
STATISTICS = ("batch", "running", "precise", "ioffe", "none")
STATUSES = ("finished", "diverged", "failed")

_SPLIT = re.compile(r"[^\s\x00-\x1f\x7f-\x9f(),=<>]+")
_KIND = re.compile(r"[a-z0-9_-]+")


def whole(what: str, value: Any, least: int = 1, most: int = MOST_COUNT) -> int:
    """The whole number `value`, from `least` to `most`."""
    if type(value) is not int:
        value = _whole(value)
    if value is None or not least <= value <= most:
        raise ValueError(f"{what} must be a whole number from {least} to {most}.")
    return int(value)


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except TypeError:
        pass
    try:
        value = value.item() if hasattr(value, "item") else value
        return int(value) if isinstance(value, (int, float)) and value == int(value) else None
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None


def figure(what: str, value: Any) -> Any:
    """A number, or a tensor of one, as a float; or the name of a number that is not finite."""
    try:
        return number(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{what} must be a number or a tensor of one number: {error}") from error


def share(what: str, value: Any) -> Any:
    """A figure from 0 to 1, or the name of NaN."""
    found = figure(what, value)
    if found != "NaN" and not (type(found) is float and 0 <= found <= 1):
        raise ValueError(f"{what} must be a number from 0 to 1, not {found}.")
    return found


def figure_json(what: str, value: Any) -> str:
    """The JSON text of a `figure`."""
    found = figure(what, value)
    return repr(found) if type(found) is float else f'"{found}"'


def text(what: str, value: Any) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{what} must be a text that is not empty, not {value!r}.")
    return value


def choice(what: str, value: Any, words: Sequence[str]) -> str:
    """One of a few words."""
    if value not in words:
        raise ValueError(f"{what} must be {', '.join(words[:-1])} or {words[-1]}, not {value!r}.")
    return str(value)


def split(value: Any) -> str:
    """The name of a split of the data."""
    if not isinstance(value, str) or not _SPLIT.fullmatch(value):
        raise ValueError(f"split must be a word without spaces and (),=<>, not {value!r}.")
    return value


def event_kind(value: Any) -> str:
    """The kind of an event."""
    if not isinstance(value, str) or not _KIND.fullmatch(value):
        raise ValueError(f"kind must be a word of a-z, 0-9, - and _, not {value!r}.")
    return value


def epsilon(value: Any) -> float:
    """The epsilon of a normalization."""
    found = figure("epsilon", value)
    if type(found) is not float or not math.isfinite(found) or found < 0:
        raise ValueError(f"epsilon must be a number from 0, not {found}.")
    return found
