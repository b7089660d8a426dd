"""What the hooks of a run share."""

from __future__ import annotations

from typing import Any, List, Sequence, Tuple

from torch import nn

from .entries import Entries


class Observations:
    """What the hooks of a run saw since the last step."""

    def __init__(self, root: nn.Module) -> None:
        #: The model, which says whether it trains.
        self.root = root
        #: Whether the step that is being made is recorded.
        self.is_active = True
        #: Whether batch norms that use their running statistics are measured in this step.
        self.measures_frozen = True
        #: Whether any hook is in a graph of `torch.compile`.
        self.is_traced = False
        self.norms = Entries(adapts=True)
        self.inputs = Entries(adapts=True)
        self.frozen = Entries()
        #: Those of norms and inputs that hooks add to.
        self.kinds: Sequence[Entries] = (self.norms, self.inputs)
        #: The batch norms that use their running statistics while the model trains, once each.
        self.newly_frozen: List[Any] = []
        #: The batch norms that updated their running statistics again in the backward pass, once
        #: each.
        self.newly_repeated: List[Any] = []
        #: The batch norms whose epsilon is another than the declared one.
        self.changed: List[Any] = []
        #: The hooks that failed, and their errors.
        self.failures: List[Tuple[Any, Exception]] = []
        #: Whether more than the usual passes was seen in the step that is being made.
        self.is_odd = False
        #: Whether rows are copied at the end of the model's forward pass that runs, all at once.
        self.defers = False
        #: How many steps were begun, and the place in the hooks' `Ring` of the one that is made.
        self.begun = 0
        self.place = 0

    def begin(self, place: int) -> None:
        """Begins a step."""
        self.begun += 1
        self.place = place
        self.is_odd = False
