"""What a model file says of one role, as markdown and pictures. Works on any file of the contract with the classes of classes.py."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from .classes import NAMES
from .contract import read_metadata
from .evaluate import figures
from .export import open_session, run_all
from .fer import read_split
from .measures import as_inputs, measure_outputs, robustness
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


def _per_class(report: dict[str, Any]) -> str:
    heads = {"corrected": report, "primary": report["primaryFigures"]}
    counts = np.sum(report["confusion"], axis=1)
    lines = ["| | images | recall, corrected | F1, corrected | recall, primary | F1, primary |", "| --- | --- | --- | --- | --- | --- |"]
    for place, name in enumerate(NAMES):
        cells = [
            f"{heads[head]['confusion'][place][place] / max(1, counts[place]):.1%} | {heads[head]['f1'][name]:.3f}" for head in _HEADS
        ]
        lines.append(f"| {name} | {counts[place]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _overall(report: dict[str, Any]) -> str:
    low, high = report["interval"]
    lines = ["| | corrected | primary |", "| --- | --- | --- |"]
    for about, key in (("accuracy", "correctedAccuracy"), ("macro F1", "f1Macro"), ("log loss", "correctedLogLoss")):
        shown = ".1%" if about == "accuracy" else ".3f"
        lines.append(f"| {about} | {report[key]:{shown}} | {report['primaryFigures'][key]:{shown}} |")
    for about, key, shown in (
        ("expected calibration error", "CalibrationError", ".1%"), ("mean normalised entropy", "Entropy", ".3f"),
        ("mean standard deviation of the eight values", "Deviation", ".4f"),
    ):  # fmt: skip
        lines.append(f"| {about} | {report[f'corrected{key}']:{shown}} | {report[f'primary{key}']:{shown}} |")
    flags = report["primaryFlags"]
    lines.append(f"| average precision of flags, log(best other / given) | {report['flagsRatio']:.3f} | {flags['flagsRatio']:.3f} |")
    lines.append(f"| the same, images with 7 votes or more | {report['flagsRatioCertain']:.3f} | {flags['flagsRatioCertain']:.3f} |")
    about = f"{report['images']} images with truth; 95 % interval of the corrected accuracy {low:.1%} to {high:.1%}."
    spread = f"Embedding: Davies-Bouldin {report['daviesBouldin']:.2f}, Calinski-Harabasz {report['calinskiHarabasz']:.0f}."
    return "\n".join([about, spread, "", *lines])


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


def write_report(path: Path, data: Path, role: str, folder: Path, sample: Path | None, changed: bool) -> dict[str, Any]:
    """Writes `report.md` and its pictures into `folder`; `changed` also measures the changes of robustness.py. -> all figures."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata, split = read_metadata(path), read_split(data, role)
    outputs = run_all(open_session(path), as_inputs(split))
    report = measure_outputs(outputs, split, data)
    report["robustness"] = robustness(path, split) if changed else {}
    report["drawn"] = drawn_figures(path, sample) if sample else {}
    draw_confusions(folder / "confusion.svg", {
        "primary head": np.array(report["primaryFigures"]["confusion"]), "corrected": np.array(report["confusion"]),
    })  # fmt: skip
    draw_reliability(folder / "reliability.svg", {head: report[f"{head}Reliability"] for head in _HEADS})
    draw_histograms(folder / "distributions.svg", {
        "normalised entropy": {head: 1 - outputs[f"confidence_{head}"] for head in _HEADS},
        "standard deviation": {head: outputs[head].std(axis=1) for head in _HEADS},
    })  # fmt: skip
    parts = [
        f"# {metadata['name']} {metadata['version']} on `{role}`", _overall(report), _per_class(report),
        "![confusion, rows truth](confusion.svg)", "![reliability](reliability.svg)", "![entropy and deviation](distributions.svg)", _quality(report),
    ]  # fmt: skip
    if changed or sample:
        parts += ["## Other images", _changes(report["robustness"], report["drawn"])]
    (folder / "report.md").write_text("\n\n".join(parts) + "\n")
    return report
