"""Makes JSON of what people put into configurations."""

from __future__ import annotations

import json
import math
import os
from typing import Any


def to_json(value: Any) -> str:
    """The JSON text of `value`; numbers that are not finite become the strings "NaN", "Infinity"
    and "-Infinity".
    """
    return json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"))


def to_plain(value: Any) -> Any:
    """`value` made of dictionaries, lists, text, numbers, truth values and None; anything else as
    its text.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict):
        return {str(key): to_plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_plain(member) for member in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    for method in ("item", "tolist"):  # Scalars and arrays of numpy, torch and jax.
        try:
            return to_plain(getattr(value, method)())
        except (AttributeError, ValueError, RuntimeError, TypeError):
            pass
    if type(value).__name__ == "Namespace" or hasattr(value, "__dataclass_fields__"):
        return to_plain(vars(value))
    return str(value)


def number(value: Any) -> Any:
    """The number itself where it is finite, else its name."""
    if hasattr(value, "detach"):  # PyTorch warns of a loss that still has its graph.
        value = value.detach()
    value = float(value)
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
