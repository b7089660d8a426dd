"""Makes tables of the program's answers."""

from __future__ import annotations

from typing import Any, Dict

_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def table(answer: Dict[str, Any]) -> Any:
    """The rows of an answer: a DataFrame where pandas is installed, else a list of dictionaries.

    The frame's `attrs` have the answer's finding (one sentence) and its notes.
    """
    rows = [
        {
            key: _NUMBERS.get(value, value) if isinstance(value, str) else value
            for key, value in row.items()
        }
        for row in answer["rows"]
    ]
    try:
        import pandas
    except ImportError:
        return rows
    frame = pandas.DataFrame(rows, columns=answer.get("columns"))
    frame.attrs = {key: answer[key] for key in ("finding", "notes") if answer.get(key)}
    return frame
