"""One module a command, each of one shape: add_to(subparsers)."""

from . import apply, scan, select

ALL = (scan, select, apply)
