"""The configuration of a run, as a dictionary that records what is set."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Callable, Dict, Iterator, Mapping

from .plain import to_plain


class Configuration(MutableMapping):  # type: ignore[type-arg]
    """Hyperparameters by name. Setting one, also of a dictionary inside, records it, replacing what
    was there; deleting is impossible. A list is set as a whole.

    `send` takes the members that change.
    """

    def __init__(self, send: Callable[[Dict[str, Any]], None], values: Dict[str, Any]) -> None:
        self._send = send
        self._values = values

    def update(self, other: Any = (), **keys: Any) -> None:  # type: ignore[override]
        """Sets several at once."""
        values = dict(other, **keys) if isinstance(other, Mapping) else dict(list(other), **keys)
        plain = {str(key): to_plain(value) for key, value in values.items()}
        if plain:
            self._values.update(plain)
            self._send(plain)

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        raise TypeError("What a run's configuration says stays: set the key to None instead.")

    def __getitem__(self, key: str) -> Any:
        value = self._values[key]
        if not isinstance(value, dict):
            return value
        # The recorder replaces members of the outermost dictionary.
        return Configuration(lambda _: self._send({key: value}), value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)
