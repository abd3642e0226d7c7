"""Command line: `python -m grefel_train COMMAND --help`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Each command imports what it needs when it runs: torch alone takes seconds.


def _train(arguments: argparse.Namespace) -> None:
    from .config import read_recipe
    from .training import read_training_data, train

    recipe = read_recipe(arguments.config)
    print(train(recipe, read_training_data(arguments.data, arguments.marks), arguments.weights, arguments.out))


def _landmarks(arguments: argparse.Namespace) -> None:
    from .landmark_report import report_landmarks

    print(json.dumps(report_landmarks(arguments.data, arguments.marks, arguments.checkpoint, arguments.faces, arguments.out), indent=1))


def _marks(arguments: argparse.Namespace) -> None:
    from .teacher import write_marks

    write_marks(arguments.data, arguments.out)


def _export(arguments: argparse.Namespace) -> None:
    from .config import read_recipe
    from .shipping import ship

    recipe = read_recipe(arguments.config)
    report = ship(recipe, arguments.data, arguments.checkpoint, arguments.out, arguments.version, arguments.landmark_error)
    if arguments.report:
        arguments.report.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps({role: report[role]["correctedAccuracy"] for role in ("dev", "test")}))


def _evaluate(arguments: argparse.Namespace) -> None:
    from .fer import read_split
    from .measures import measure, robustness

    split = read_split(arguments.data, arguments.role)
    report = measure(arguments.model, split, arguments.data)
    if arguments.robustness:
        report["robustness"] = robustness(arguments.model, split)
    print(json.dumps(report, indent=1))


def _ablate(arguments: argparse.Namespace) -> None:
    from .ablation import ablate_run
    from .config import read_recipe

    ablate_run(read_recipe(arguments.config), arguments.run, arguments.data, arguments.out, arguments.tables)


def _bench(arguments: argparse.Namespace) -> None:
    from .bench import measure

    print(json.dumps(measure(arguments.model, arguments.threads), indent=1))


def _parity(arguments: argparse.Namespace) -> None:
    from .parity import write_parity

    print(write_parity(arguments.model, arguments.root))


def _tiny(arguments: argparse.Namespace) -> None:
    from .tiny import write_tiny

    write_tiny(arguments.out)


def _golden(arguments: argparse.Namespace) -> None:
    from .golden import write_golden

    write_golden(arguments.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="grefel_train", description="Trains, measures and exports GReFEL.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(action: Callable[[Any], None], about: str, *paths: str) -> argparse.ArgumentParser:
        added = commands.add_parser(action.__name__[1:], help=about)
        for path in paths:
            added.add_argument(f"--{path}", type=Path, required=True)
        added.set_defaults(action=action)
        return added

    command(_marks, "let MediaPipe's face mesh mark the faces (requirements-teacher.txt)", "data", "out")
    command(_train, "train a model by its recipe; goes on where it was stopped", "config", "data", "marks", "weights", "out")
    command(_landmarks, "landmark error of a trained landmark stream, and a picture", "data", "marks", "checkpoint", "faces", "out")
    export = command(_export, "measure a checkpoint and write what ships", "config", "data", "checkpoint", "out")
    export.add_argument("--version", required=True)
    export.add_argument("--landmark-error", type=float, help="of the landmark stream on held-out faces, for the card")
    export.add_argument("--report", type=Path, help="where to write all figures as JSON")
    evaluate = command(_evaluate, "figures of a model file on one role", "data", "model")
    evaluate.add_argument("--role", choices=("dev", "test"), default="dev")
    evaluate.add_argument("--robustness", action="store_true", help="also under blur, darkness, occlusion, shifts and sizes")
    ablate = command(_ablate, "the paper's tables, on cached vectors of a run's streams", "config", "data", "run", "out")
    ablate.add_argument("--tables", default="2345678", help="digits of the paper's tables; all by default")
    bench = command(_bench, "images per second beside a bare MobileFaceNet", "model")
    bench.add_argument("--threads", type=int, default=2)
    command(_parity, "write what the app's parity test compares with", "model", "root")
    command(_tiny, "write the contract model that the app's tests use", "out")
    command(_golden, "write the golden preprocessing fixtures", "out")
    return parser


def main() -> None:
    arguments = _parser().parse_args()
    try:
        arguments.action(arguments)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f"grefel_train: {error}")


if __name__ == "__main__":
    main()
