"""One module for each command, all with the same interface: add_to(subparsers)."""

from . import apply, scan, select

ALL = (scan, select, apply)
