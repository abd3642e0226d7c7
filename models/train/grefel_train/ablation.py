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

from .checkpoints import cosine_rate
from .config import Recipe
from .data import Labelled, as_rgb, load_labelled, shuffled_batches
from .encoder import Gate
from .evaluate import figures
from .frozen import FrozenStreams
from .model import Grefel
from .phase_fusion import FusionOptions, augmented, total_loss
from .phase_streams import class_weights
from .reliability import Balanced, ReliabilityBalancing

SEEDS = (1, 2, 3)


@dataclass
class Vectors:
    """Both streams' vectors of each image: `plain` [N, V] as it is, `changed` [N, V] augmented; labels of the same images."""

    plain: Tensor
    changed: Tensor
    soft: Tensor
    truth: Tensor


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


def cache_vectors(model: Grefel, labelled: Labelled, path: Path, change: bool) -> Vectors:
    """Runs the streams once over all images, or reads what an earlier call wrote to `path`."""
    if not path.exists():
        streams = FrozenStreams(model.encoder.streams)
        plain, changed = [], []
        for start, part in zip(range(0, len(labelled), 64), labelled.faces.split(64), strict=False):
            plain.append(streams(as_rgb(part).contiguous()).vector)
            if change:
                changed.append(streams(augmented(part, FusionOptions().looks, start)).vector)
        torch.save({"plain": torch.cat(plain), "changed": torch.cat(changed or plain)}, path)
    cached = torch.load(path, weights_only=True, map_location="cpu")
    return Vectors(cached["plain"], cached["changed"], labelled.soft, labelled.truth)


class _Head(nn.Module):
    """Vectors [N, V] -> Balanced and e [N, D], with the parts of Grefel that need no maps."""

    def __init__(self, vector_size: int, size: int, classes: int, anchors: int, attention: bool) -> None:
        super().__init__()
        self.project = nn.Sequential(nn.BatchNorm1d(vector_size), nn.Dropout(0.1), nn.Linear(vector_size, size), nn.LayerNorm(size))
        nn.init.constant_(self.project[3].weight, 0.35)
        self.gate = Gate(size)
        self.balancing = ReliabilityBalancing(size, classes, anchors, attention)

    def forward(self, vectors: Tensor) -> tuple[Balanced, Tensor]:
        embedding = self.gate(self.project(vectors))
        return self.balancing(embedding), embedding


def noisy(soft: Tensor, share: float, seed: int) -> Tensor:
    """Replaces a share of the labels by one-hot ones of another class, each as likely. [N, C] -> [N, C]."""
    generator = torch.Generator().manual_seed(seed)
    count, classes = soft.shape
    hit = torch.rand(count, generator=generator) < share
    other = (soft.argmax(dim=1) + torch.randint(1, classes, (count,), generator=generator)) % classes
    return torch.where(hit[:, None], nn.functional.one_hot(other, classes).float(), soft)


def run_setting(setting: Setting, train: Vectors, held: Vectors, seed: int, size: int = 192) -> dict[str, float]:
    """Accuracy and macro F1 (of corrected and primary) on the held-out images after training by a setting."""
    torch.manual_seed(seed)
    options = setting.options
    classes = train.soft.shape[1]
    head = _Head(train.plain.shape[1], size, classes, setting.anchors, setting.attention)
    soft = noisy(train.soft, setting.noise, seed) if setting.noise else train.soft
    soft = soft * (1 - setting.smoothing) + setting.smoothing / classes
    anchors = head.balancing.anchors
    groups = [{"params": [p for p in head.parameters() if p is not anchors], "full": options.rate}]
    if anchors is not None:
        groups.append({"params": [anchors], "full": options.anchor_rate, "weight_decay": 0.0})
    optimiser = torch.optim.AdamW(groups, weight_decay=options.weight_decay)
    steps = int(options.epochs * (len(soft) // options.batch))
    batches = shuffled_batches(len(soft), options.batch, seed, weights=class_weights(train.soft, options.balance))
    for step, index in zip(range(steps), batches, strict=False):
        for group in optimiser.param_groups:
            group["lr"] = group["full"] * cosine_rate(step, steps, options.warmup_steps)
        chosen = train.plain[index]
        if setting.augmented:
            chosen = torch.where(torch.rand(len(index), 1) < 0.5, chosen, train.changed[index])
        trust = min(1.0, (step + 1) / max(1, int(options.trust_ramp * steps)))
        loss = total_loss(head(chosen)[0], anchors, soft[index], trust, options)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(head.parameters(), 2.0)
        optimiser.step()
    head.eval()
    with torch.no_grad():
        balanced, _ = head(held.plain)
    truth = held.truth.numpy()
    corrected = figures(truth, {"corrected": balanced.corrected.numpy(), "primary": balanced.primary.numpy()})
    return {"accuracy": corrected["correctedAccuracy"], "primary": corrected["primaryAccuracy"], "f1": corrected["f1Macro"], "logLoss": corrected["correctedLogLoss"]}


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
        rows += [_with(Setting("4 lambdas", f"{name} {value}"), **{values: value}) for value in (0.1, 0.5, 2.0, 5.0)]
    for change in (False, True):
        for noise in (0.0, 0.1):
            label = f"{'augmented' if change else 'plain'}, {noise:.0%} noise"
            rows.append(Setting("5 augmentation and noise", label, augmented=change, noise=noise))
    rows += [Setting("6 anchors", f"K = {count}", anchors=count) for count in (0, 1, 4, 6, 8, 10, 20)]
    for noise in (0.1, 0.2, 0.3):
        rows += [Setting("7 noise and anchors", f"{noise:.0%}, K = {count}", anchors=count, noise=noise) for count in (0, 1, 10, 20)]
    for smoothing in (0.0, 0.05, 0.11, 0.2):
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


def ablate_run(recipe: Recipe, data: Path, run: Path, folder: Path) -> None:
    """`ablate` on the streams of a training run; writes vectors, `runs.csv` and `tables.md` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    model = Grefel(recipe.model).eval()
    for role, stream in (("image", model.encoder.streams.image_stream), ("landmark", model.encoder.streams.landmark_stream)):
        weights = torch.load(run / role / "best.pt", weights_only=True, map_location="cpu")
        stream.load_state_dict({name[2:]: value for name, value in weights.items() if name.startswith("b.")})
    train = cache_vectors(model, load_labelled(data, "train"), folder / "train.vectors.pt", True)
    held = cache_vectors(model, load_labelled(data, "dev"), folder / "dev.vectors.pt", False)
    ablate(train, held, folder)
