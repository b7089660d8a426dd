"""Which steps are recorded, and how."""

from __future__ import annotations


class Cadence:
    """Which steps have moments, and which of them are looked at closely.

    - every: one step in `every` has moments.
    - running_every: of these, one in `running_every` has what depends on running statistics.
    """

    def __init__(self, every: int, running_every: int) -> None:
        self.every = every
        self._running_every = running_every
        #: The difference of the numbers of the last two steps: a script may give them.
        self.stride = 1

    def _expected(self, next_step: int) -> int:
        """The number that the step being made will have, by the two before it."""
        return next_step - 1 + self.stride

    def is_chosen(self, next_step: int) -> bool:
        """Whether the moments of the step being made are recorded: the first step at or after each
        multiple of `every`.
        """
        before = (next_step - 1) // self.every
        return self._expected(next_step) // self.every > before

    def is_due(self, next_step: int) -> bool:
        """Whether the running statistics are recorded at the step that is being made: early ones
        too, at powers of two, so that a short run has a recent one.
        """
        number = self._expected(next_step) // self.every
        if number < self._running_every:
            return number & (number - 1) == 0
        return number % self._running_every == 0

    def usual_until(self, next_step: int) -> int:
        """The step before which, from the one being made on, the moments of each are recorded and
        the running statistics of none; 0 where that is not so.
        """
        if self.every != 1 or self.stride != 1 or self.is_due(next_step):
            return 0
        power = 1 << next_step.bit_length()
        if power < self._running_every:
            return power
        return (next_step // self._running_every + 1) * self._running_every
