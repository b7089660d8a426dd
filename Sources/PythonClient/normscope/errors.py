"""The errors of the package."""


class ProgramNotFound(RuntimeError):
    """No program `normscope` is on this machine, or the one that was named is not there."""


class ProgramError(RuntimeError):
    """The program could not answer: the message is its own sentence."""


class RecorderError(ProgramError):
    """The recorder did not start: the message is its own sentence."""
