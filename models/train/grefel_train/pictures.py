"""Plots of measurements, as small SVG files with the same bytes on each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .classes import NAMES

_STYLE = {"svg.hashsalt": "grefel", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}


def _draw(path: Path, columns: int, width: float, height: float, draw: Callable[[list[Any]], None]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with matplotlib.rc_context(_STYLE):
        figure, panels = pyplot.subplots(1, columns, figsize=(width * columns, height), squeeze=False)
        draw(list(panels[0]))
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)


def draw_confusions(path: Path, named: Mapping[str, np.ndarray]) -> None:
    """Confusion matrices side by side, rows truth, each row in percent of its images. Counts [C, C] by title."""

    def draw(panels: list[Any]) -> None:
        for panel, (title, counts) in zip(panels, named.items(), strict=True):
            shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
            panel.imshow(shares, cmap="Blues", vmin=0, vmax=1)
            panel.set_title(title)
            panel.set_xticks(range(len(NAMES)), NAMES, rotation=45, ha="right")
            panel.set_yticks(range(len(NAMES)), NAMES)
            for (row, column), share in np.ndenumerate(shares):
                if share >= 0.005:
                    panel.text(column, row, f"{share * 100:.0f}", ha="center", va="center", color="white" if share > 0.5 else "black", size=8)

    _draw(path, len(named), 4.4, 4.2, draw)


def draw_lines(path: Path, named: Mapping[str, np.ndarray], upright: str, along: str) -> None:
    """Lines over equal steps from 0 to 1; the values are those at the end of each step."""

    def draw(panels: list[Any]) -> None:
        for name, values in named.items():
            panels[0].plot(np.arange(1, len(values) + 1) / len(values), values, marker="o", markersize=3, label=name)
        panels[0].set_xlabel(along)
        panels[0].set_ylabel(upright)
        panels[0].legend(fontsize="small", frameon=False)

    _draw(path, 1, 6, 3.6, draw)


def draw_reliability(path: Path, named: Mapping[str, list[tuple[float, float, int]]]) -> None:
    """Reliability diagrams: accuracy over the largest probability; the dot's area is the number of images."""

    def draw(panels: list[Any]) -> None:
        for panel, (title, rows) in zip(panels, named.items(), strict=True):
            mean, accuracy, count = (np.array(values, float) for values in zip(*rows, strict=True))
            panel.plot([0, 1], [0, 1], color="#999", linewidth=1, linestyle="--")
            panel.plot(mean, accuracy, color="#2a6fdb", linewidth=1)
            panel.scatter(mean, accuracy, s=10 + 300 * count / count.sum(), color="#2a6fdb", clip_on=False)
            panel.set(title=title, xlabel="largest probability", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1), aspect="equal")

    _draw(path, len(named), 3.4, 3.4, draw)


def draw_histograms(path: Path, named: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """One panel per quantity, one outline per distribution; values in 0..1."""

    def draw(panels: list[Any]) -> None:
        for panel, (title, distributions) in zip(panels, named.items(), strict=True):
            top = max(float(values.max()) for values in distributions.values())
            for name, values in distributions.items():
                panel.hist(values, bins=40, range=(0, top), histtype="step", label=f"{name}, mean {values.mean():.3f}")
            panel.set(title=title, ylabel="images")
            panel.legend(fontsize="small", frameon=False)

    _draw(path, len(named), 4.4, 3, draw)
