"""Command line: `python -m grefel_train COMMAND --help`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Each command imports what it needs when it runs: torch alone takes seconds.


def _train(arguments: argparse.Namespace) -> None:
    if arguments.dataset:
        return _train_own(arguments)
    missing = [name for name in ("config", "data", "marks", "weights") if getattr(arguments, name) is None]
    if missing:
        raise ValueError(f"train needs --{missing[0]}, or --dataset CLEANED.csv for a dataset of your own")
    from .config import read_recipe
    from .training import as_trial, read_training_data, train
    from .workers import join_workers, rank

    join_workers()
    recipe, data = read_recipe(arguments.config), read_training_data(arguments.data, arguments.marks)
    if arguments.trial:
        recipe, data = as_trial(recipe, data, arguments.trial)
    checkpoint = train(recipe, data, arguments.weights, arguments.out, not arguments.without_balancing)
    if rank() == 0:
        print(checkpoint)


def _own(arguments: argparse.Namespace) -> tuple[Any, Any]:
    from .own_dataset import read_dataset
    from .own_training import OwnOptions

    if arguments.images is None or arguments.model is None:
        raise ValueError("--dataset needs --images FOLDER and --model MODEL.onnx")
    return read_dataset(arguments.dataset, arguments.images, arguments.group), OwnOptions(arguments.epochs, arguments.least_steps, seed=arguments.seed)


def _train_own(arguments: argparse.Namespace) -> None:
    from .own_training import train_own
    from .workers import join_workers, rank

    join_workers()
    dataset, options = _own(arguments)
    report = train_own(dataset, arguments.model, arguments.out, arguments.labels, arguments.folds, options, arguments.name)
    if rank() == 0:
        print(json.dumps(report))


def _compare(arguments: argparse.Namespace) -> None:
    from .comparison import TRUTH, compare_labels, held_in_turn, held_out, read_truth
    from .own_training import read_features

    dataset, options = _own(arguments)
    kinds, measure, others = [arguments.before, arguments.after], "clean", 0
    if arguments.truth is not None:
        others = read_truth(dataset, arguments.truth)
        kinds, measure = [*kinds, TRUTH], TRUTH
    turns = arguments.folds is not None
    parts = held_in_turn(dataset, arguments.folds, options.seed) if turns else held_out(dataset, arguments.held_out, options.seed)
    features = read_features(arguments.model, dataset.inputs, arguments.out / "features.pt")
    report = compare_labels(dataset, features, kinds, measure, parts, options, arguments.seeds) | {"truthOfOtherClasses": others}
    (arguments.out / "compare.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


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
    report = ship(recipe, arguments.data, arguments.checkpoint, arguments.out, arguments.version, arguments.landmark_error, arguments.temper)
    if arguments.report:
        arguments.report.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps({role: report[role]["correctedAccuracy"] for role in ("dev", "test")}))


def _evaluate(arguments: argparse.Namespace) -> None:
    from .config import read_recipe, without_balancing
    from .evaluation_report import write_report
    from .shipping import write_unshipped

    if bool(arguments.without) != bool(arguments.config):
        raise ValueError("--config and --without belong together")
    with tempfile.TemporaryDirectory() as aside:
        without = None
        if arguments.without:
            recipe = without_balancing(read_recipe(arguments.config))
            without = write_unshipped(recipe, arguments.without, arguments.data, Path(aside), arguments.temper)
        report = write_report(arguments.model, arguments.data, arguments.role, arguments.out, arguments.sample, arguments.robustness, without)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    print(arguments.out / "report.md")


def _precision(arguments: argparse.Namespace) -> None:
    from .card import add_formats
    from .precision import compare

    table = compare(arguments.model, arguments.data, arguments.out, arguments.role, arguments.threads)
    if arguments.card:
        add_formats(arguments.card, table)
    print(table)


def _features(arguments: argparse.Namespace) -> None:
    from .features import ship_features

    print(json.dumps(ship_features(arguments.model, arguments.data, arguments.out, arguments.version, arguments.size, arguments.images)))


def _measure(arguments: argparse.Namespace) -> None:
    from .shipping import measure_again

    report = measure_again(arguments.model, arguments.data, arguments.landmark_error)
    print(json.dumps({role: report[role]["correctedAccuracy"] for role in ("dev", "test")}))


def _share(arguments: argparse.Namespace) -> None:
    from .shared_landmarks import SharingOptions, share_landmarks

    options = SharingOptions(epochs=arguments.epochs)
    print(json.dumps(share_landmarks(arguments.model, arguments.data, arguments.out, arguments.version, options)))


def _ablate(arguments: argparse.Namespace) -> None:
    from .ablation import ablate_run
    from .config import read_recipe

    ablate_run(read_recipe(arguments.config), arguments.run, arguments.data, arguments.out, arguments.tables, arguments.images)


def _bench(arguments: argparse.Namespace) -> None:
    from .bench import measure

    print(json.dumps(measure(arguments.model, arguments.threads), indent=1))


def _parity(arguments: argparse.Namespace) -> None:
    import numpy as np

    from .config import read_recipe
    from .parity import compare_files, repository_images, torch_outputs, write_parity
    from .preprocessing import load_input

    expected = None
    if bool(arguments.checkpoint) != bool(arguments.config):
        raise ValueError("--config and --checkpoint belong together")
    if arguments.checkpoint:
        images = np.stack([load_input(path) for path in repository_images(arguments.root, 200)])
        expected = torch_outputs(arguments.model, read_recipe(arguments.config), arguments.checkpoint, images)
    print(write_parity(arguments.model, arguments.root))
    print(compare_files([arguments.model, *arguments.also], arguments.root, expected))


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
    training = command(_train, "train a model by its recipe, going on where it was stopped; or GReFEL on a dataset of your own (--dataset)", "out")
    for path in ("config", "data", "marks", "weights"):
        training.add_argument(f"--{path}", type=Path)
    training.add_argument("--dataset", type=Path, metavar="CLEANED.csv", help="what `grefel export` wrote: the labels to train on")
    training.add_argument("--folds", type=int, default=5, help="of the out-of-fold predictions (default 5)")
    training.add_argument("--name", default="own", help="of the model that is written (default own)")
    training.add_argument("--labels", choices=("clean", "given"), default="clean", help="column of the CSV to train on (default clean)")
    comparing = command(_compare, "train on the labels before and after cleaning, and measure both on held-out images", "dataset", "out")
    comparing.add_argument("--before", choices=("clean", "given"), default="given")
    comparing.add_argument("--after", choices=("clean", "given"), default="clean")
    comparing.add_argument("--held-out", default="0.2", help="a split of the dataset, or a share of its images (default 0.2)")
    comparing.add_argument("--folds", type=int, help="hold out each image once, in so many parts, instead of --held-out")
    comparing.add_argument("--truth", type=Path, metavar="TRUTH.csv", help="true labels (image,label) to measure with, and to train on as a third kind; default: clean ones")
    comparing.add_argument("--seeds", type=int, default=3, help="models that are trained on each kind of label (default 3)")
    for own in (training, comparing):
        own.add_argument("--images", type=Path, metavar="FOLDER", help="the dataset's folder")
        own.add_argument("--model", type=Path, metavar="MODEL.onnx", help="the model whose streams are used, such as ../grefel-small.onnx")
        own.add_argument("--group", metavar="COLUMN", help="images with the same value stay together, such as meta_subject")
        own.add_argument("--epochs", type=float, default=20)
        own.add_argument("--least-steps", type=int, default=600, help="however small the dataset is (default 600)")
        own.add_argument("--seed", type=int, default=1)
    training.add_argument("--trial", type=int, metavar="STEPS", help="only so many small steps per phase on a few images, to see that all of it runs")
    training.add_argument("--without-balancing", action="store_true", help="phases 2 and on without anchors and attention, in OUT/without-balancing")
    command(_landmarks, "landmark error of a trained landmark stream, and a picture", "data", "marks", "checkpoint", "faces", "out")
    export = command(_export, "measure a checkpoint and write what ships", "config", "data", "checkpoint", "out")
    export.add_argument("--version", required=True)
    export.add_argument("--landmark-error", type=float, help="of the landmark stream on held-out faces, for the card")
    export.add_argument("--temper", action="store_true", help="scale the distributions by a temperature chosen on dev, where that lowers the log loss")
    export.add_argument("--report", type=Path, help="where to write all figures as JSON")
    evaluate = command(_evaluate, "a report with pictures of a model file on one role", "data", "out")
    evaluate.add_argument("model", type=Path, metavar="MODEL.onnx")
    evaluate.add_argument("--sample", type=Path, help="also on drawn characters: a folder with truth.csv, such as ../../resources/sample")
    evaluate.add_argument("--json", type=Path, help="where to write all figures as JSON")
    evaluate.add_argument("--role", choices=("dev", "test"), default="dev")
    evaluate.add_argument("--robustness", action="store_true", help="also under blur, darkness, occlusion, shifts and sizes")
    evaluate.add_argument("--without", type=Path, metavar="BEST.pt", help="also the network that --without-balancing trained, beside both heads")
    evaluate.add_argument("--config", type=Path, help="recipe of --without")
    evaluate.add_argument("--temper", action="store_true", help="scale --without by a temperature of its own, as `export --temper` does")
    precision = command(_precision, "write fp16 and int8 beside a model file, and compare accuracy, flags, speed and size", "data", "out")
    precision.add_argument("model", type=Path, metavar="MODEL.onnx")
    precision.add_argument("--role", choices=("dev", "test"), default="dev")
    precision.add_argument("--card", type=Path, help="the model's card, to put the figures into")
    precision.add_argument("--threads", type=int, default=2)
    features = command(_features, "add the output `features` to a model file and to its int8 form, with their statistics", "data", "out")
    features.add_argument("model", type=Path, metavar="MODEL.onnx")
    features.add_argument("--version", required=True)
    features.add_argument("--size", type=int, default=512, help="values of each image (default 512)")
    features.add_argument("--images", type=int, default=5000, help="Training images that the projection is learned from (default 5000)")
    measuring = command(_measure, "measure a model file made from an exported one, and write its figures and its card", "data")
    measuring.add_argument("model", type=Path, metavar="MODEL.onnx")
    measuring.add_argument("--landmark-error", type=float, help="of the landmark stream on held-out faces, for the card")
    share = command(_share, "take the landmark maps of a model file from its companion's, and drop the landmark network", "data", "out")
    share.add_argument("model", type=Path, metavar="MODEL.onnx")
    share.add_argument("--version", required=True)
    share.add_argument("--epochs", type=float, default=6, help="over the images that the branch learns from (default 6)")
    ablate = command(_ablate, "the paper's tables, on cached vectors of a run's streams", "config", "data", "run", "out")
    ablate.add_argument("--tables", default="2345678", help="digits of the paper's tables; all by default")
    ablate.add_argument("--images", type=int, default=8000, help="so many Training images at most, drawn once (default 8000)")
    bench = command(_bench, "images per second beside a bare MobileFaceNet", "model")
    bench.add_argument("--threads", type=int, default=2)
    parity = command(_parity, "write what the app's parity test compares with, and compare files with each other and with PyTorch", "model", "root")
    parity.add_argument("--config", type=Path, help="recipe of --checkpoint")
    parity.add_argument("--checkpoint", type=Path, help="what the model was exported from")
    parity.add_argument("--also", type=Path, nargs="*", default=[], help="the same model in other precisions")
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
