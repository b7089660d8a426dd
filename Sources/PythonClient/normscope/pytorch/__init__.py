"""Records the layers of a PyTorch model while it trains."""

from .run import WatchedRun
from .watching import watch

__all__ = ["watch", "WatchedRun"]
