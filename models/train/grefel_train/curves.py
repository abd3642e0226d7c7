"""Learning curves of a run as a table and as a picture."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

PHASES = ("image", "companion", "landmark", "fusion", "joint")
_LEFT, _RIGHT = ("loss",), ("accuracy", "mirroredAccuracy", "correctedAccuracy", "primaryAccuracy", "landmarkError")


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of a phase's log that name a step; the last one of a step wins, since a resumed run repeats some."""
    path = folder / "log.jsonl"
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    merged: dict[int, dict[str, Any]] = {}
    for line in lines:
        if "step" in line:
            merged.setdefault(line["step"], {}).update(line)
    return [merged[step] for step in sorted(merged)]


def write_curves(folder: Path) -> None:
    """Writes `curves.csv` and `curves.png` of all phases into the run's folder."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    logs = {phase: read_log(folder / phase) for phase in PHASES}
    logs = {phase: rows for phase, rows in logs.items() if rows}
    columns = ["phase", "step", *sorted({key for rows in logs.values() for row in rows for key in row} - {"step", "seconds"})]
    with (folder / "curves.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for phase, rows in logs.items():
            writer.writerows({"phase": phase, **row} for row in rows)
    figure, panels = pyplot.subplots(2, max(1, len(logs)), figsize=(4 * max(1, len(logs)), 6), squeeze=False)
    for place, (phase, rows) in enumerate(logs.items()):
        for panel, names in ((panels[0][place], _LEFT), (panels[1][place], _RIGHT)):
            for name in names:
                known = [(row["step"], row[name]) for row in rows if name in row]
                if known:
                    panel.plot(*zip(*known, strict=True), marker="" if name == "loss" else "o", markersize=3, label=name)
            panel.set_xlabel("step")
            if panel.has_data():
                panel.legend(fontsize="small")
        panels[0][place].set_title(phase)
    figure.tight_layout()
    figure.savefig(folder / "curves.png", dpi=80)
    pyplot.close(figure)
