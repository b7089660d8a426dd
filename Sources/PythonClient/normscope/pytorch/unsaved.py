"""Hooks that stay behind when their module is copied or saved."""

from __future__ import annotations

import contextlib
from typing import Any


class Unsaved:
    """A hook that a copy of its module, or one read from a file, does not have."""

    @property
    def __name__(self) -> str:
        # `torch.jit.script` asks each hook for it.
        raise AttributeError(
            "torch.jit.script cannot compile a model while it is watched, nor a copy that was made "
            "meanwhile: script it before watch, or after its run is finished."
        )

    def __deepcopy__(self, memo: Any) -> Any:
        return Remains()

    def __reduce__(self) -> Any:
        # A function of the standard library that does nothing: a saved model needs no normscope.
        return getattr, (contextlib.nullcontext, "__exit__")


class Remains(Unsaved):
    """What a copied module has in the place of a hook: it does nothing."""

    def __call__(self, *_: Any) -> None:
        pass
