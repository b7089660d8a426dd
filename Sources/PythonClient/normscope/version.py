"""The version of the package and of the protocol that it speaks."""

__version__ = "0.2.0"

#: The version of the recording protocol.
PROTOCOL = 1
