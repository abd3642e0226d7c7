"""What `ablate` measured, as markdown tables and pictures."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from .classes import NAMES
from .model import Grefel, ModelShape
from .pictures import draw_confusions, draw_lines

Rows = list[dict[str, str]]
BALANCING = {"none": (False, False), "anchors": (True, False), "attention": (False, True), "both": (True, True)}


def size_of(shape: ModelShape) -> tuple[int, int]:
    """Parameters of the whole network, and FLOPs of one image as PyTorch counts them (convolutions and matrix products, two each)."""
    model = Grefel(shape).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 3, 112, 112))
    return sum(parameter.numel() for parameter in model.parameters()), counter.get_total_flops()


def _grouped(rows: Rows) -> dict[str, dict[str, Rows]]:
    grouped: dict[str, dict[str, Rows]] = {}
    for row in sorted(rows, key=lambda row: row["table"]):
        grouped.setdefault(row["table"], {}).setdefault(row["name"], []).append(row)
    return grouped


def _cell(runs: Rows, column: str, shown: str = ".2%") -> str:
    values = np.array([float(run[column]) for run in runs])
    spread = f" ± {values.std(ddof=1):{shown}}" if len(values) > 1 else ""
    return f"{values.mean():{shown}}{spread}"


def tables(rows: Rows, sizes: dict[str, tuple[int, int]] | None = None) -> str:
    """Markdown, one table per kind: mean and standard deviation over the seeds. `sizes` of the rows of Table 2."""
    parts = []
    for table, names in _grouped(rows).items():
        sized = sizes if sizes and table.startswith("2") else None
        more = " parameters | GFLOPs |" if sized else ""
        parts.append(f"**Table {table}**\n\n| | accuracy | primary head | macro F1 | log loss | ECE |{more}")
        parts.append("| --- | --- | --- | --- | --- | --- |" + (" --- | --- |" if sized else ""))
        for name, runs in names.items():
            size = f" {sized[name][0] / 1e6:.3f} M | {sized[name][1] / 1e9:.3f} |" if sized else ""
            parts.append(
                f"| {name} | {_cell(runs, 'accuracy')} | {_cell(runs, 'primary')} | {_cell(runs, 'f1', '.3f')} | {_cell(runs, 'logLoss', '.3f')} "
                f"| {_cell(runs, 'calibrationError', '.1%')} |{size}"
            )
        parts.append("")
    return "\n".join(parts)


def _confusion(runs: Rows, column: str) -> np.ndarray:
    return sum(np.array(run[column].split(), int) for run in runs).reshape(len(NAMES), -1)


def write_tables(rows: Rows, shape: ModelShape, folder: Path) -> None:
    """Writes `tables.md`, and the pictures that the available rows allow."""
    sizes = {
        name: size_of(dataclasses.replace(shape, anchors_per_class=shape.anchors_per_class if anchors else 0, attention=attention))
        for name, (anchors, attention) in BALANCING.items()
    }
    (folder / "tables.md").write_text(tables(rows, sizes))
    grouped = _grouped(rows)
    losses = grouped.get("3 losses")
    if losses:
        curves = {name: np.mean([np.array(run["curve"].split(), float) for run in runs], axis=0) for name, runs in losses.items()}
        draw_lines(folder / "losses.svg", curves, "accuracy on dev", "share of the training")
    balancing = grouped.get("2 balancing", {})
    if "none" in balancing and "both" in balancing:
        draw_confusions(folder / "balancing.svg", {
            "trained without balancing": _confusion(balancing["none"], "confusion"),
            "with: primary head": _confusion(balancing["both"], "primaryConfusion"),
            "with: corrected": _confusion(balancing["both"], "confusion"),
        })  # fmt: skip
