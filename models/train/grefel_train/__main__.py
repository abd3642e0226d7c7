"""Command line: `python -m grefel_train COMMAND --help`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def _tiny(arguments: argparse.Namespace) -> None:
    from .tiny import write_tiny

    write_tiny(arguments.out)


def _golden(arguments: argparse.Namespace) -> None:
    from .golden import write_golden

    write_golden(arguments.out)


def _fusion(arguments: argparse.Namespace) -> None:
    from .model import ModelShape
    from .phase_fusion import FusionOptions, train_fusion

    options = FusionOptions(epochs=arguments.epochs)
    train_fusion(arguments.data, arguments.classifier, arguments.landmarks, arguments.out, ModelShape(), options)


def _export(arguments: argparse.Namespace) -> None:
    from .shipping import ship

    print(json.dumps(ship(arguments.data, arguments.checkpoint, arguments.out, arguments.landmark_error), indent=1))


def _evaluate(arguments: argparse.Namespace) -> None:
    from .fer import read_split
    from .shipping import measure

    print(json.dumps(measure(arguments.model, read_split(arguments.data, arguments.role)), indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(prog="grefel_train", description="Trains, measures and exports GReFEL.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, action: object, about: str, *paths: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about)
        for path in paths:
            added.add_argument(f"--{path}", type=Path, required=True)
        added.set_defaults(action=action)
        return added

    command("tiny", _tiny, "write the contract model that the app's tests use", "out")
    command("golden", _golden, "write the golden preprocessing fixtures", "out")
    fusion = command("fusion", _fusion, "phase 2, both streams frozen", "data", "classifier", "landmarks", "out")
    fusion.add_argument("--epochs", type=float, default=1.5)
    export = command("export", _export, "measure a checkpoint and write what ships", "data", "checkpoint", "out")
    export.add_argument("--landmark-error", type=float, help="of phase 1 on held-out faces, for the card")
    evaluate = command("evaluate", _evaluate, "figures of a model file on one role", "data", "model")
    evaluate.add_argument("--role", choices=("dev", "test"), default="dev")
    arguments = parser.parse_args()
    arguments.action(arguments)


if __name__ == "__main__":
    main()
