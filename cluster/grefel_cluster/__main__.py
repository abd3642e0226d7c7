"""The command line: `python -m grefel_cluster scan INPUT --model MODEL.onnx --out FOLDER`."""

from __future__ import annotations

import argparse
import sys

from . import commands
from .errors import ClusterError


def main(arguments: list[str] | None = None) -> int:
    """Run a command. -> the exit status."""
    parser = argparse.ArgumentParser(prog="grefel_cluster", description=__doc__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands.ALL:
        command.add_to(subparsers)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except ClusterError as error:
        print(f"error: {error.message}. {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the same command continues from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
