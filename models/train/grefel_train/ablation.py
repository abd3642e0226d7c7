"""The paper's ablations on cached vectors of the frozen streams, so that a run takes seconds and three seeds are affordable.

What a run trains: the projection of both streams' vectors to e, its gate, and reliability balancing. What it leaves out:
window cross-attention and the transformer, which read maps. Streams are those of phase 1, which never saw balancing.
"""

from __future__ import annotations

import csv
import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .config import Recipe
from .data import load_labelled
from .encoder import EncoderShape
from .evaluate import figures
from .model import Grefel, ModelShape
from .phase_fusion import FusionOptions, sharpened
from .phase_vectors import VectorPath, fit, start_from_classifiers
from .vectors import Vectors, read_vectors

SEEDS = (1, 2, 3)


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


def run_setting(setting: Setting, train: Vectors, held: Vectors, classifiers: list[nn.Linear], seed: int) -> dict[str, float]:
    """Accuracy and macro F1 (of corrected and primary) on the held-out images after training by a setting."""
    torch.manual_seed(seed)
    options = dataclasses.replace(setting.options, seed=seed)
    encoder = EncoderShape(vector_size=train.plain.shape[1])
    model = Grefel(ModelShape(encoder=encoder, anchors_per_class=setting.anchors, attention=setting.attention))
    start_from_classifiers(model, classifiers, train)
    target = sharpened(train.soft, options.sharpness)
    target = noisy(target, setting.noise, seed) if setting.noise else target
    path = VectorPath(model)
    fit(path, train, target * (1 - setting.smoothing) + setting.smoothing / target.shape[1], options, setting.augmented)
    with torch.no_grad():
        balanced, _ = path(held.plain)
    report = figures(held.truth.numpy(), {"corrected": balanced.corrected.numpy(), "primary": balanced.primary.numpy()})
    return {
        "accuracy": report["correctedAccuracy"], "primary": report["primaryAccuracy"], "f1": report["f1Macro"],
        "logLoss": report["correctedLogLoss"],
    }  # fmt: skip


def _with(setting: Setting, **changes: float) -> Setting:
    return dataclasses.replace(setting, options=dataclasses.replace(setting.options, **changes))


def settings() -> list[Setting]:
    """All rows of all tables; rows that stand in several tables are trained once per table, for simplicity."""
    rows = [
        Setting("2 balancing", "none", anchors=0, attention=False),
        Setting("2 balancing", "anchors", attention=False),
        Setting("2 balancing", "attention", anchors=0),
        Setting("2 balancing", "both"),
    ]
    for name, centre, apart in (("class", 0, 0), ("class + anchor", 0, 1), ("class + centre", 1, 0), ("all three", 1, 1)):
        rows.append(_with(Setting("3 losses", name), lambda_anchor=apart, lambda_centre=centre))
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


def ablate(
    train: Vectors, held: Vectors, classifiers: list[nn.Linear], folder: Path, wanted: str = "2345678", seeds: tuple[int, ...] = SEEDS
) -> None:
    """Trains every setting of the wanted tables with every seed; appends to `runs.csv`, passes over what stands there, writes `tables.md`."""
    path = folder / "runs.csv"
    columns = ("table", "name", "seed", "accuracy", "primary", "f1", "logLoss")
    known = {(row["table"], row["name"], int(row["seed"])): row for row in _read(path)}
    with path.open("a", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        if not known:
            writer.writeheader()
        for seed in seeds:
            for setting in settings():
                key = (setting.table, setting.name, seed)
                if key not in known and setting.table[0] in wanted:
                    known[key] = {"table": setting.table, "name": setting.name, "seed": seed, **run_setting(setting, train, held, classifiers, seed)}
                    writer.writerow(known[key])
                    stream.flush()
    (folder / "tables.md").write_text(tables(_read(path)))


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def tables(rows: list[dict[str, str]]) -> str:
    """Markdown, one table per kind: mean and standard deviation over the seeds, in percent."""
    grouped: dict[str, dict[str, list[dict[str, str]]]] = {}
    for row in rows:
        grouped.setdefault(row["table"], {}).setdefault(row["name"], []).append(row)

    def cell(runs: list[dict[str, str]], column: str) -> str:
        values = np.array([float(run[column]) for run in runs])
        return f"{values.mean():.2%} ± {values.std(ddof=1):.2%}" if len(values) > 1 else f"{values.mean():.2%}"

    parts = []
    for table, names in grouped.items():
        parts.append(f"**Table {table}**\n\n| setting | accuracy | primary head | macro F1 | log loss |\n| --- | --- | --- | --- | --- |")
        for name, runs in names.items():
            loss = np.mean([float(run["logLoss"]) for run in runs])
            parts.append(f"| {name} | {cell(runs, 'accuracy')} | {cell(runs, 'primary')} | {cell(runs, 'f1')} | {loss:.3f} |")
        parts.append("")
    return "\n".join(parts)


def _classifier(path: Path) -> nn.Linear:
    """The head of a network that phase 1 trained."""
    weights = torch.load(path, weights_only=True, map_location="cpu")
    classifier = nn.Linear(weights["fc.weight"].shape[1], weights["fc.weight"].shape[0])
    classifier.load_state_dict({"weight": weights["fc.weight"], "bias": weights["fc.bias"]})
    return classifier


def ablate_run(recipe: Recipe, run: Path, data: Path, folder: Path, wanted: str) -> None:
    """`ablate` on the vectors and classifiers of a training run; writes `runs.csv` and `tables.md` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    second = "companion" if recipe.model.companion else "landmark"
    classifiers = [_classifier(run / phase / "best.pt") for phase in ("image", second)]
    train, held = (read_vectors(run / "vectors" / f"{role}.pt", load_labelled(data, role)) for role in ("train", "dev"))
    ablate(train, held, classifiers, folder, wanted)
