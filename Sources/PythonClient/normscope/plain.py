"""Makes JSON of what people put into configurations."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from typing import Any, Dict


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
        # A larger one has no JSON that the recorder reads.
        return int(value) if abs(value) < 1 << 1023 else str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
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
    members = _members(value)
    return str(value) if members is None else to_plain(members)


def settings(configuration: Any) -> Dict[str, Any]:
    """A configuration as a plain dictionary: of a mapping, a dataclass, an `argparse.Namespace`, or
    anything with `items`; empty for None.

    Raises `ValueError` for anything else.
    """
    if configuration is None:
        return {}
    members = _members(configuration)
    if members is None and hasattr(configuration, "items"):
        members = dict(configuration.items())
    if members is None:
        try:
            members = dict(configuration)
        except (TypeError, ValueError):
            raise ValueError(
                "configuration must be a dictionary, a dataclass or an argparse.Namespace, not "
                f"{type(configuration).__name__}."
            ) from None
    plain: Dict[str, Any] = to_plain(members)
    return plain


def _members(value: Any) -> Any:
    """The attributes of a dataclass or a namespace by name, None of anything else."""
    if isinstance(value, type):
        return None
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    classes = {kind.__name__ for kind in type(value).__mro__}
    return vars(value) if classes & {"Namespace", "SimpleNamespace"} else None


def number(value: Any) -> Any:
    """The number itself where it is finite, else its name."""
    if type(value) is not float:
        # `float` of a tensor with a graph, or of an array of one number, warns.
        value = float(value.item() if hasattr(value, "item") else value)
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
