"""One module a command, each of one shape: add_to(subparsers)."""

from . import scan

ALL = (scan,)
