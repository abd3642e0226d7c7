"""The paper's ablations on cached vectors of the frozen streams, so that a run takes seconds and three seeds are affordable.

What a run trains: the projection of both streams' vectors to e, its gate, and reliability balancing. What it leaves out:
window cross-attention and the transformer, which read maps. Streams are those of phase 1, which never saw balancing.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .ablation_tables import write_tables
from .calibration import expected_calibration_error
from .config import Recipe
from .data import load_labelled
from .encoder import EncoderShape
from .evaluate import figures
from .model import Grefel, ModelShape
from .phase_fusion import FusionOptions, sharpened
from .phase_vectors import VectorPath, fit, start_from_classifiers
from .reliability import Balanced
from .vectors import Vectors, read_vectors

SEEDS = (1, 2, 3)
CURVE_POINTS = 8
RESULTS = ("accuracy", "primary", "f1", "logLoss", "calibrationError", "curve", "confusion", "primaryConfusion")
LOSSES = {
    "class": (1, 0, 0), "class + anchor": (1, 1, 0), "class + centre": (1, 0, 1), "all three": (1, 1, 1),
    "centre alone": (0, 0, 1), "anchor + centre": (0, 1, 1),
}  # fmt: skip
"""Set-ups of Table 3: lambdas of L_cls, L_a, L_c."""


@dataclass(frozen=True)
class Setting:
    """One row of a table."""

    table: str
    name: str
    anchors: int = 10
    attention: bool = True
    augmented: bool = True
    noise: float = 0.0
    smoothing: float = 0.0
    options: FusionOptions = field(default_factory=lambda: FusionOptions(epochs=4, batch=128, rate=1e-3))


def noisy(soft: Tensor, share: float, seed: int) -> Tensor:
    """Replaces a share of the labels by one-hot ones of another class, each as likely. [N, C] -> [N, C]."""
    generator = torch.Generator().manual_seed(seed)
    count, classes = soft.shape
    hit = torch.rand(count, generator=generator) < share
    other = (soft.argmax(dim=1) + torch.randint(1, classes, (count,), generator=generator)) % classes
    return torch.where(hit[:, None], nn.functional.one_hot(other, classes).float(), soft)


class _Watched(VectorPath):
    """Evaluates itself on held-out vectors at regular steps (Fig. 6), without drawing random numbers."""

    def __init__(self, model: Grefel, held: Vectors, every: int) -> None:
        super().__init__(model)
        self.held, self.every, self.steps = held, every, 0
        self.curve: list[float] = []

    @torch.no_grad()
    def balanced(self) -> Balanced:
        self.eval()
        return super().forward(self.held.plain)[0]

    def forward(self, vector: Tensor) -> tuple[Balanced, Tensor]:
        if self.training:
            if self.steps and self.steps % self.every == 0:
                self.curve.append(_accuracy(self.balanced().corrected, self.held.truth))
                self.train()
            self.steps += 1
        return super().forward(vector)


def _accuracy(distribution: Tensor, truth: Tensor) -> float:
    known = truth >= 0
    return float((distribution.argmax(dim=1) == truth)[known].float().mean())


def run_setting(setting: Setting, train: Vectors, held: Vectors, classifiers: list[nn.Linear], seed: int) -> dict[str, Any]:
    """The results of training with a setting on the held-out images: the columns RESULTS."""
    torch.manual_seed(seed)
    options = dataclasses.replace(setting.options, seed=seed)
    encoder = EncoderShape(vector_size=train.plain.shape[1])
    model = Grefel(ModelShape(encoder=encoder, anchors_per_class=setting.anchors, attention=setting.attention))
    start_from_classifiers(model, classifiers, train)
    target = sharpened(train.soft, options.sharpness)
    target = noisy(target, setting.noise, seed) if setting.noise else target
    steps = int(options.epochs * (len(target) // options.batch))
    path = _Watched(model, held, max(1, steps // CURVE_POINTS))
    fit(path, train, target * (1 - setting.smoothing) + setting.smoothing / target.shape[1], options, setting.augmented)
    balanced = path.balanced()
    truth = held.truth.numpy()
    corrected, primary = balanced.corrected.numpy(), balanced.primary.numpy()
    report, alone = figures(truth, {"corrected": corrected}), figures(truth, {"corrected": primary})
    return {
        "accuracy": report["correctedAccuracy"], "primary": alone["correctedAccuracy"], "f1": report["f1Macro"],
        "logLoss": report["correctedLogLoss"], "calibrationError": expected_calibration_error(corrected, truth),
        "curve": _joined(f"{value:.4f}" for value in [*path.curve, report["correctedAccuracy"]]),
        "confusion": _joined(np.ravel(report["confusion"])), "primaryConfusion": _joined(np.ravel(alone["confusion"])),
    }  # fmt: skip


def _joined(values: Iterable[object]) -> str:
    return " ".join(map(str, values))


def _with(setting: Setting, **changes: float) -> Setting:
    return dataclasses.replace(setting, options=dataclasses.replace(setting.options, **changes))


def settings() -> list[Setting]:
    """All rows of all tables. A setting that occurs in several tables is trained once: see `ablate`."""
    rows = [
        Setting("2 balancing", "none", anchors=0, attention=False),
        Setting("2 balancing", "anchors", attention=False),
        Setting("2 balancing", "attention", anchors=0),
        Setting("2 balancing", "both"),
    ]
    for name, weights in LOSSES.items():
        row = _with(Setting("3 losses", name), **dict(zip(("lambda_class", "lambda_anchor", "lambda_centre"), weights, strict=True)))
        # The corrections' own losses are class losses too.
        rows.append(row if row.options.lambda_class else _with(row, part_share=0.0))
    for name, values in (("anchor", "lambda_anchor"), ("centre", "lambda_centre"), ("class", "lambda_class")):
        rows += [_with(Setting("4 lambdas", f"{name} {value}"), **{values: value}) for value in (0.1, 5.0)]
    for change in (False, True):
        for noise in (0.0, 0.1):
            label = f"{'augmented' if change else 'plain'}, {noise:.0%} noise"
            rows.append(Setting("5 augmentation and noise", label, augmented=change, noise=noise))
    rows += [Setting("6 anchors", f"K = {count}", anchors=count) for count in (0, 1, 4, 6, 8, 10, 20)]
    for noise in (0.1, 0.3):
        rows += [Setting("7 noise and anchors", f"{noise:.0%}, K = {count}", anchors=count, noise=noise) for count in (0, 1, 10)]
    for smoothing in (0.0, 0.11, 0.2):
        rows += [
            Setting("8 smoothing and anchors", f"{smoothing:.0%}, K = {count}", anchors=count, smoothing=smoothing) for count in (1, 10)
        ]
    return rows


def _same(setting: Setting) -> Setting:
    """What decides a run's result."""
    return dataclasses.replace(setting, table="", name="")


def ablate(
    train: Vectors, held: Vectors, classifiers: list[nn.Linear], folder: Path, wanted: str = "2345678", seeds: tuple[int, ...] = SEEDS
) -> list[dict[str, str]]:
    """Trains every setting of the wanted tables with every seed; appends to `runs.csv` and skips what is already there. -> its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    path, chosen = folder / "runs.csv", [setting for setting in settings() if setting.table[0] in wanted]
    known = {(row["table"], row["name"], int(row["seed"])): row for row in read_runs(path)}
    results = {
        (_same(setting), seed): known[setting.table, setting.name, seed]
        for setting in settings() for seed in seeds if (setting.table, setting.name, seed) in known
    }  # fmt: skip
    with path.open("a", newline="") as stream:
        writer = csv.DictWriter(stream, ("table", "name", "seed", *RESULTS), lineterminator="\n")
        if not known:
            writer.writeheader()
        for seed in seeds:
            for setting in chosen:
                if (setting.table, setting.name, seed) in known:
                    continue
                key = (_same(setting), seed)
                if key not in results:
                    results[key] = run_setting(setting, train, held, classifiers, seed)
                writer.writerow({**results[key], "table": setting.table, "name": setting.name, "seed": seed})
                stream.flush()
    return read_runs(path)


def read_runs(path: Path) -> list[dict[str, str]]:
    """The rows of `runs.csv`; none before the first run. A last line that was cut off by a kill is removed."""
    if not path.exists():
        return []
    lines = path.read_text().splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        path.write_text("".join(lines[:-1]))
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def _classifier(path: Path) -> nn.Linear:
    """The head of a network that phase 1 trained."""
    weights = torch.load(path, weights_only=True, map_location="cpu")
    classifier = nn.Linear(weights["fc.weight"].shape[1], weights["fc.weight"].shape[0])
    classifier.load_state_dict({"weight": weights["fc.weight"], "bias": weights["fc.bias"]})
    return classifier


def ablate_run(recipe: Recipe, run: Path, data: Path, folder: Path, wanted: str, images: int) -> None:
    """The tables on vectors and classifiers of a training run; `images` of Training at most, drawn once.

    Writes `runs.csv`, `tables.md`, `losses.svg` (Fig. 6) and `balancing.svg` (Fig. 4) into `folder`.
    """
    second = "companion" if recipe.model.companion else "landmark"
    classifiers = [_classifier(run / phase / "best.pt") for phase in ("image", second)]
    train, held = (read_vectors(run / "vectors" / f"{role}.pt", load_labelled(data, role)) for role in ("train", "dev"))
    train = train.keep(torch.randperm(len(train.truth), generator=torch.Generator().manual_seed(1))[:images])
    write_tables(ablate(train, held, classifiers, folder, wanted), recipe.model, folder)
