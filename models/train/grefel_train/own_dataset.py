"""Reads the cleaned CSV that `grefel export` writes, with the images that it names: the labels of any dataset that the app opens."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .fingerprints import pixels_sha256
from .preprocessing import decode_rgb, model_input

LABEL_COLUMNS = {"given": "label_given", "clean": "label_clean"}


@dataclass
class OwnDataset:
    """N images. `names` as in the CSV; inputs uint8 [N, 112, 112, 3]; C class names in alphabetical order.

    `labels` int64 [N] by the kind of label, `given` and `clean`, -1 where an image has none; `soft` float32 [N, C], the annotators' shares
    of the clean label; splits [N], '' where the dataset has none; groups int64 [N], images that no fold may separate share a number;
    pixels_sha256 [N] as fingerprints.py takes it, of the face.
    """

    names: list[str]
    inputs: np.ndarray
    classes: list[str]
    labels: dict[str, np.ndarray]
    soft: np.ndarray
    splits: list[str]
    groups: np.ndarray
    pixels_sha256: list[str]

    def __len__(self) -> int:
        return len(self.names)


def _text(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _unescaped(text: str) -> str:
    return text.replace("%3d", "=").replace("%3b", ";").replace("%25", "%")


def _shares(cell: str) -> dict[str, float]:
    """`label=share` joined by `;`."""
    parts = (part.rpartition("=") for part in _text(cell).split(";") if part)
    return {_unescaped(name): float(share) for name, _, share in parts}


def _face(rgb: np.ndarray, row: dict[str, str]) -> np.ndarray:
    """The part of the image that the row is about; sides of a dataset that gives fractions are at most 1."""
    cells = [row.get(f"box_{side}", "") for side in ("left", "top", "width", "height")]
    if "" in cells:
        return rgb
    left, top, width, height = map(float, cells)
    if max(left + width, top + height) <= 1:
        left, width, top, height = left * rgb.shape[1], width * rgb.shape[1], top * rgb.shape[0], height * rgb.shape[0]
    right, bottom = round(left + width), round(top + height)
    cut = rgb[max(0, round(top)) : bottom, max(0, round(left)) : right]
    return cut if cut.size else rgb


def _groups(keys: Sequence[str]) -> np.ndarray:
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return np.array([places[key] for key in keys], np.int64)


def read_dataset(table: Path, images: Path, group: str | None = None) -> OwnDataset:
    """`group`: a column of the CSV, such as meta_subject, whose images stay in one fold; by default images of the same pixels do.

    Excluded images, and images with a problem, are left out. Raises FileNotFoundError for an image that is not there, ValueError for a table
    that `grefel export` did not write.
    """
    with table.open(newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in ("image", "status", *LABEL_COLUMNS.values(), *([group] if group else [])) if name not in (reader.fieldnames or [])]
        if missing:
            raise ValueError(f"{table} has no column {missing[0]}; write it with: grefel export FOLDER --out {table.name}")
        rows = [row for row in reader if row["status"] != "excluded" and not row.get("problem")]
    given = {kind: [_text(row[column]) for row in rows] for kind, column in LABEL_COLUMNS.items()}
    classes = sorted({label for labels in given.values() for label in labels if label})
    if len(classes) < 2:
        raise ValueError(f"{table} has labels of {len(classes)} class; training needs two at least")
    place = {name: index for index, name in enumerate(classes)}
    soft = np.zeros((len(rows), len(classes)), np.float32)
    inputs, keys, pixels = [], [], []
    for number, row in enumerate(rows):
        rgb = decode_rgb(images / _file_of(row["image"], images))
        face = _face(rgb, row)
        inputs.append(model_input(face))
        pixels.append(pixels_sha256(face))
        keys.append(f"{group} {row[group]}" if group and row[group] else hashlib.sha256(inputs[-1].tobytes()).hexdigest())
        shares = {name: share for name, share in _shares(row.get("label_soft", "")).items() if name in place}
        for name, share in (shares or {given["clean"][number]: 1.0}).items():
            if name:
                soft[number, place[name]] = share
    soft /= np.maximum(soft.sum(axis=1, keepdims=True), 1e-9)
    labels = {kind: np.array([place.get(label, -1) for label in values], np.int64) for kind, values in given.items()}
    names, splits = [row["image"] for row in rows], [row.get("split", "") for row in rows]
    return OwnDataset(names, np.stack(inputs), classes, labels, soft, splits, _groups(keys), pixels)


def _file_of(image: str, images: Path) -> str:
    """Further faces of one file end in #2, #3; a file's own name may too."""
    file, mark, number = image.rpartition("#")
    return file if mark and number.isdigit() and not (images / image).exists() else image


def folds_of(groups: np.ndarray, count: int, seed: int) -> np.ndarray:
    """A fold for each image, int64 [N]: groups stay whole, folds are about equally large."""
    if count < 2 or len(np.unique(groups)) < count:
        raise ValueError(f"{count} folds need at least as many groups of images, and two folds at least")
    numbers, sizes = np.unique(groups, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(numbers))
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled, fold_of = np.zeros(count, np.int64), np.zeros(numbers.max() + 1, np.int64)
    for place in order:
        fold = int(filled.argmin())
        fold_of[numbers[place]] = fold
        filled[fold] += sizes[place]
    return fold_of[groups]
