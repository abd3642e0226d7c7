"""Ranks the labels of a whole scan: what is learned from it, and which labels are most likely wrong."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import ClusterError
from ..scanning.manifest import Plan, Record
from ..storage import Location, first_line
from .classes import ClassMap, map_classes
from .passes import over
from .ranking import (
    MOST_IMAGES,
    Calibration,
    DistanceSums,
    ErrorSums,
    RankedLabels,
    calibrate,
    calibration_for,
    learn_noise,
    rank_labels,
    read_weights,
)

_BINS = 1 << 16
"""Bins of the probability, to find where the top ends before rows are gathered."""


@dataclass(frozen=True)
class Learned:
    """What is needed to score any label of a scan."""

    out: Location
    classes: ClassMap
    calibration: Calibration
    rates: np.ndarray
    error_rate: float
    weights: dict[str, Any]
    population: int
    """Images with a label that could be read."""


@dataclass(frozen=True)
class Chosen:
    """An image to review.

    Parameters
    ----------
    row
        Of its shard, from 0.
    draw
        Its random number, which depends on the image's name.
    """

    wrong: float
    image: str
    record: Record
    row: int
    label: str
    suggested: str
    draw: int


def learn(out: Location, plan: Plan, shards: Sequence[Record], said: Mapping[str, str]) -> Learned:
    """Learn from all shards what scoring one label needs.

    Parameters
    ----------
    out
        Folder of the scan.
    plan, shards
        Of read_shards().
    said
        Model classes of labels whose names do not tell.
    """
    weights = read_weights()
    surveys = list(over(shards, _survey, out))
    counts = sum((labels for labels, _, _ in surveys), Counter())
    if not counts:
        labelled = sum(labelled for _, labelled, _ in surveys)
        if labelled == 0:
            raise ClusterError("no image of the scan has a label", "Scan a list with labels, or name --label-column.")
        raise ClusterError(
            f"none of the {labelled:,} images with a label could be read",
            "The column `problem` of the scan's shards says why.",
        )
    classes = map_classes(sorted(counts), plan.model.metadata, said)
    distances = sum((found for _, _, found in surveys), DistanceSums())
    calibration = calibration_for(weights, plan.model.metadata, distances)
    known = {label for label, first in zip(classes.labels, classes.first, strict=True) if classes.model_classes[first]}
    mapped = [sum(count for label, count in labels.items() if label in known) for labels, _, _ in surveys]
    step = max(1, -(-sum(mapped) // MOST_IMAGES))
    before = np.cumsum([0, *mapped])
    parts = [(record, int(start)) for record, start in zip(shards, before, strict=False)]
    errors, rows, labels = ErrorSums(), [], []
    for found, distributions, given in over(parts, _evidence, (out, classes, calibration, step)):
        errors += found
        rows.append(distributions)
        labels.append(given)
    rates = learn_noise(np.concatenate(rows), np.concatenate(labels), calibration.inverse_temperature)
    return Learned(out, classes, calibration, rates, errors.rate(), weights, sum(counts.values()))


def choose(
    shards: Sequence[Record], learned: Learned, top: int, random: int, seed: int
) -> tuple[list[Chosen], list[Chosen]]:
    """Choose the labels that are most likely wrong, and a random sample of the others.

    Returns
    -------
    top, random
        Each in the order of the scan. The sample depends on the names of the images and the seed alone.
    """
    counts = sum(over(shards, _histogram, learned), np.zeros(_BINS, np.int64))
    beyond = np.flatnonzero(counts[::-1].cumsum() >= top)
    least = (_BINS - 1 - int(beyond[0])) / _BINS if len(beyond) and top > 0 else (0.0 if top > 0 else np.inf)
    candidates: list[Chosen] = []
    rest: list[Chosen] = []
    for likely, others in over(shards, _gather, (learned, least, random, seed)):
        candidates += likely
        rest = heapq.nsmallest(random, rest + others, key=lambda chosen: chosen.draw)
    candidates.sort(key=lambda chosen: (-chosen.wrong, chosen.image))
    rest = heapq.nsmallest(random, rest + candidates[top:], key=lambda chosen: chosen.draw)
    return _in_order(candidates[:top]), _in_order(rest)


def _in_order(chosen: list[Chosen]) -> list[Chosen]:
    return sorted(chosen, key=lambda one: (one.record.unit, one.record.chunk, one.row))


def read_columns(out: Location, record: Record, columns: Sequence[str] | None) -> pa.Table:
    """Read some columns of a shard, or all.

    Raises
    ------
    ClusterError
        Where it is missing or damaged, or the store fails.
    """
    location = out.child(record.name)
    try:
        with location.files.open_input_file(location.path) as stream:
            return pq.ParquetFile(stream).read(columns=None if columns is None else list(columns))
    except (OSError, pa.ArrowInvalid) as error:
        why = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {first_line(error)}"
        raise ClusterError(
            f"the shard {location.path} {why}",
            "`scan --verify`, with the options of the scan, writes missing and damaged shards again.",
        ) from error


def _usable(table: pa.Table) -> np.ndarray:
    """Rows that can be reviewed: with a label, and read. -> [N] bool."""
    return table["label"].is_valid().to_numpy() & table["problem"].is_null().to_numpy()


def _survey(record: Record, out: Location) -> tuple[Counter, int, DistanceSums]:
    """Count the labels of images that could be read, and all labels; sum up distances."""
    table = read_columns(out, record, ["label", "problem", "anchor_distance"])
    labels = Counter(table["label"].filter(pa.array(_usable(table))).to_pylist())
    nearest = [distances[0] for distances in table["anchor_distance"].drop_null().to_pylist() if distances]
    labelled = len(table) - table["label"].null_count
    return labels, labelled, DistanceSums.of(np.array(nearest)) if nearest else DistanceSums()


def _calibrated(
    out: Location, record: Record, classes: ClassMap, calibration: Calibration
) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """Rows that can be reviewed, their places, and [N, L] the calibrated probabilities of their labels."""
    table = read_columns(out, record, ["image", "label", "problem", "corrected", "attentive"])
    places = np.flatnonzero(_usable(table))
    rows = table.take(places)
    width = len(classes.names)
    corrected, attentive = (
        np.array(rows[name].to_pylist(), np.float32).reshape(-1, width) for name in ("corrected", "attentive")
    )
    return rows, places, calibrate(corrected, attentive, calibration, classes)


def _given(rows: pa.Table, classes: ClassMap) -> np.ndarray:
    """[N] index of the label's first name; -1 for a label that the model does not know."""
    index = {label: at for at, label in enumerate(classes.labels)}
    firsts = np.array([classes.first[index[label]] for label in rows["label"].to_pylist()], int)
    known = np.array([len(found) > 0 for found in classes.model_classes])
    return np.where(known[firsts], firsts, -1) if len(firsts) else firsts


def _evidence(
    part: tuple[Record, int], common: tuple[Location, ClassMap, Calibration, int]
) -> tuple[ErrorSums, np.ndarray, np.ndarray]:
    (record, before), (out, classes, calibration, step) = part, common
    rows, _, distributions = _calibrated(out, record, classes, calibration)
    given = _given(rows, classes)
    mapped = np.flatnonzero(given >= 0)
    sampled = mapped[(before + np.arange(len(mapped))) % step == 0]
    return ErrorSums.of(distributions, given), distributions[sampled], given[sampled]


def _ranked(record: Record, learned: Learned) -> tuple[pa.Table, np.ndarray, RankedLabels]:
    rows, places, distributions = _calibrated(learned.out, record, learned.classes, learned.calibration)
    given = _given(rows, learned.classes)
    return rows, places, rank_labels(distributions, given, learned.rates, learned.error_rate, learned.weights)


def _bin(wrong: np.ndarray) -> np.ndarray:
    return np.minimum(_BINS - 1, (wrong * _BINS).astype(np.int64))


def _histogram(record: Record, learned: Learned) -> np.ndarray:
    _, _, ranked = _ranked(record, learned)
    return np.bincount(_bin(ranked.wrong[~np.isnan(ranked.wrong)]), minlength=_BINS)


def draw_of(image: str, seed: int) -> int:
    """Draw the random number of an image."""
    return int.from_bytes(hashlib.blake2b(f"{seed} {image}".encode(), digest_size=8).digest())


def _gather(record: Record, common: tuple[Learned, float, int, int]) -> tuple[list[Chosen], list[Chosen]]:
    learned, least, random, seed = common
    rows, places, ranked = _ranked(record, learned)
    images, labels = rows["image"].to_pylist(), rows["label"].to_pylist()
    names = learned.classes.labels

    def chosen(at: int) -> Chosen:
        wrong, other = float(ranked.wrong[at]), int(ranked.alternative[at])
        suggested = names[other] if wrong >= 0.5 else labels[at]
        return Chosen(wrong, images[at], record, int(places[at]), labels[at], suggested, draw_of(images[at], seed))

    is_likely = ranked.wrong >= least
    others = (chosen(at) for at in np.flatnonzero(~is_likely)) if random else ()
    return (
        [chosen(at) for at in np.flatnonzero(is_likely)],
        heapq.nsmallest(random, others, key=lambda one: one.draw),
    )
