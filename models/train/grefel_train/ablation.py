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
from .phase_vectors import VectorPath, fit
from .vectors import Vectors, cache_vectors

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


def run_setting(setting: Setting, train: Vectors, held: Vectors, seed: int, encoder: EncoderShape | None = None) -> dict[str, float]:
    """Accuracy and macro F1 (of corrected and primary) on the held-out images after training by a setting."""
    torch.manual_seed(seed)
    options = dataclasses.replace(setting.options, seed=seed)
    shape = ModelShape(encoder=encoder or EncoderShape(), anchors_per_class=setting.anchors, attention=setting.attention)
    target = sharpened(train.soft, options.sharpness)
    target = noisy(target, setting.noise, seed) if setting.noise else target
    path = VectorPath(Grefel(shape))
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


def ablate(train: Vectors, held: Vectors, folder: Path, seeds: tuple[int, ...] = SEEDS) -> None:
    """Trains every setting with every seed; appends to `runs.csv`, passes over what stands there, writes `tables.md`."""
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
                if key not in known:
                    known[key] = {"table": setting.table, "name": setting.name, "seed": seed, **run_setting(setting, train, held, seed)}
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


def ablate_run(recipe: Recipe, data: Path, run: Path, folder: Path, images: int | None = None) -> None:
    """`ablate` on the streams of a training run; writes vectors, `runs.csv` and `tables.md` into `folder`.

    `images` of the Training images, drawn at random; None takes all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = Grefel(recipe.model).eval()
    model.load_state_dict(torch.load(run / "vectors" / "best.pt", weights_only=True, map_location="cpu"))
    labelled = load_labelled(data, "train")
    if images is not None:
        labelled = labelled.keep(torch.randperm(len(labelled), generator=torch.Generator().manual_seed(1))[:images])
    train = cache_vectors(model, labelled, folder / "train.vectors.pt", recipe.vectors.looks)
    held = cache_vectors(model, load_labelled(data, "dev"), folder / "dev.vectors.pt", None)
    ablate(train, held, folder)
