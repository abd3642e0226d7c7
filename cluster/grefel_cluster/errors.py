"""Failures that the user can fix."""

from __future__ import annotations


class ClusterError(Exception):
    """Ends a command with one line and a hint, without a stack trace.

    Parameters
    ----------
    message
        What happened, with the file or address.
    hint
        What to do next.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}"


class AddressError(ClusterError):
    """An address that no file system understands."""


class ImageProblem(Exception):
    """Why one image cannot be used, as a short phrase for its row: ``truncated JPEG``."""
