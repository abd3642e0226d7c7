"""A model file's results on one role, as Markdown and pictures. Works with any file of the contract with the classes of classes.py."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .classes import NAMES
from .contract import read_metadata
from .evaluate import figures
from .export import open_session, run_all
from .fer import read_split
from .measures import as_inputs, measure, measure_outputs, robustness
from .pictures import draw_confusions, draw_histograms, draw_reliability
from .preprocessing import load_input

_HEADS = ("corrected", "primary")


def drawn_figures(path: Path, sample: Path) -> dict[str, dict[str, Any]]:
    """Figures on drawn characters in colour and in grey; `sample` has truth.csv (image, label) and the folder faces."""
    with (sample / "truth.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["label"] in NAMES]
    labels = np.array([NAMES.index(row["label"]) for row in rows])
    colour = np.stack([load_input(sample / "faces" / row["image"]) for row in rows])
    grey = np.repeat((colour @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)[..., None], 3, axis=3)
    session = open_session(path)
    return {name: figures(labels, run_all(session, images)) for name, images in (("drawn, colour", colour), ("drawn, grey", grey))}


class _Column(NamedTuple):
    """A column of the report: one distribution, by the prefix of its figures in the measurement."""

    title: str
    report: dict[str, Any]
    head: str

    @property
    def figures(self) -> dict[str, Any]:
        return self.report[f"{self.head}Figures"]

    @property
    def flags(self) -> dict[str, Any]:
        return self.report if self.head == "corrected" else self.report["primaryFlags"]


def _per_class(columns: list[_Column]) -> str:
    counts = np.sum(columns[0].figures["confusion"], axis=1)
    titles = [f"recall, {column.title} | F1, {column.title}" for column in columns]
    lines = [f"| | images | {' | '.join(titles)} |", "| --- | --- |" + " --- | --- |" * len(columns)]
    for place, name in enumerate(NAMES):
        cells = [
            f"{column.figures['confusion'][place][place] / max(1, counts[place]):.1%} | {column.figures['f1'][name]:.3f}" for column in columns
        ]
        lines.append(f"| {name} | {counts[place]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _overall(columns: list[_Column]) -> str:
    report = columns[0].report
    low, high = report["interval"]
    rows = {
        "accuracy": [f"{column.figures['correctedAccuracy']:.1%}" for column in columns],
        "macro F1": [f"{column.figures['f1Macro']:.3f}" for column in columns],
        "log loss": [f"{column.figures['correctedLogLoss']:.3f}" for column in columns],
        "expected calibration error": [f"{column.report[f'{column.head}CalibrationError']:.1%}" for column in columns],
        "mean normalised entropy": [f"{column.report[f'{column.head}Entropy']:.3f}" for column in columns],
        "mean standard deviation of the eight values": [f"{column.report[f'{column.head}Deviation']:.4f}" for column in columns],
        "average precision of flags, log(best other / given)": [f"{column.flags['flagsRatio']:.3f}" for column in columns],
        "the same, images with 7 votes or more": [f"{column.flags['flagsRatioCertain']:.3f}" for column in columns],
    }
    about = f"{report['images']} images with truth; 95 % interval of the corrected accuracy {low:.1%} to {high:.1%}."
    spread = f"Embedding: Davies-Bouldin {report['daviesBouldin']:.2f}, Calinski-Harabasz {report['calinskiHarabasz']:.0f}."
    head = [f"| | {' | '.join(column.title for column in columns)} |", "| --- |" + " --- |" * len(columns)]
    return "\n".join([about, spread, "", *head, *(f"| {about} | {' | '.join(cells)} |" for about, cells in rows.items())])


def _changes(changes: dict[str, dict[str, float]], drawn: dict[str, dict[str, Any]]) -> str:
    lines = ["| images | accuracy | log loss |", "| --- | --- | --- |"]
    lines += [f"| {name} | {row['accuracy']:.1%} | {row['logLoss']:.3f} |" for name, row in changes.items()]
    lines += [f"| {name} ({row['images']}) | {row['correctedAccuracy']:.1%} | {row['correctedLogLoss']:.3f} |" for name, row in drawn.items()]
    return "\n".join(lines)


def _quality(report: dict[str, Any]) -> str:
    if "rejectedBy2" not in report:
        return "The file has no output `face_quality`."
    found = [
        f"{report[f'qualityAuroc{votes}']:.3f} for the {report[f'rejectedBy{votes}']} images that {votes} or more of ten voters rejected"
        for votes in (2, 4) if f"qualityAuroc{votes}" in report
    ]  # fmt: skip
    return f"Area under the ROC of low `face_quality`: {', '.join(found)}."


def write_report(
    path: Path, data: Path, role: str, folder: Path, sample: Path | None, changed: bool, without: Path | None = None
) -> dict[str, Any]:  # fmt: skip
    """Writes `report.md` and its pictures into `folder`; `changed` also measures the changes of robustness.py. -> all figures.

    `without`: the same network trained without balancing, to compare with the two heads (Fig. 4).
    """
    folder.mkdir(parents=True, exist_ok=True)
    metadata, split = read_metadata(path), read_split(data, role)
    outputs = run_all(open_session(path), as_inputs(split))
    report = measure_outputs(outputs, split, data)
    report["robustness"] = robustness(path, split) if changed else {}
    report["drawn"] = drawn_figures(path, sample) if sample else {}
    columns = [_Column(head, report, head) for head in _HEADS]
    if without:
        report["withoutBalancing"] = measure(without, split, data)
        columns.append(_Column("trained without balancing", report["withoutBalancing"], "corrected"))
    draw_confusions(folder / "confusion.svg", {column.title: np.array(column.figures["confusion"]) for column in reversed(columns)})
    draw_reliability(folder / "reliability.svg", {column.title: column.report[f"{column.head}Reliability"] for column in columns})
    draw_histograms(folder / "distributions.svg", {
        "normalised entropy": {head: 1 - outputs[f"confidence_{head}"] for head in _HEADS},
        "standard deviation": {head: outputs[head].std(axis=1) for head in _HEADS},
    })  # fmt: skip
    parts = [
        f"# {metadata['name']} {metadata['version']} on `{role}`", _overall(columns), _per_class(columns),
        "![confusion, rows truth](confusion.svg)", "![reliability](reliability.svg)", "![entropy and deviation](distributions.svg)", _quality(report),
    ]  # fmt: skip
    if changed or sample:
        parts += ["## Other images", _changes(report["robustness"], report["drawn"])]
    (folder / "report.md").write_text("\n\n".join(parts) + "\n")
    return report
