"""The errors of the package."""


class ProgramNotFound(RuntimeError):
    """No program `normscope` is on this machine, or the one that was named is not there."""


class ProgramError(RuntimeError):
    """The program could not answer: the message is its own sentence."""


class RecorderError(ProgramError):
    """The recorder did not start: the message is its own sentence."""


class NotRecorded(KeyError):
    """A run, a layer or a tensor that the database does not have: the message is a sentence."""

    def __str__(self) -> str:
        # That of `KeyError` is quoted, with escapes.
        return str(self.args[0]) if self.args else ""
