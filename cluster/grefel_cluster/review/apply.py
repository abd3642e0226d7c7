"""Applies decisions to the label table of the whole dataset, and estimates its wrong labels."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..errors import ClusterError
from ..scanning.manifest import read_shards
from ..storage import locate
from .formula_guard import guard_formula, unguard_formula
from .rank import read_columns

_SOURCE, _STRATUM = "meta_source_image", "meta_stratum"
_NEEDED = ("label_given", "label_clean", "status", _SOURCE)
_REVIEWED = ("kept", "relabelled", "excluded", "ambiguous")
_Z = 1.959964
"""97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided on an image.

    Parameters
    ----------
    given
        Label that the reviewer saw.
    """

    given: str
    label: str
    status: str
    annotator: str
    stratum: str
    is_wrong: bool


class WrongLabels(NamedTuple):
    """How many labels are wrong, with the 95 % interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Review:
    """What a cleaned CSV holds.

    Parameters
    ----------
    decisions
        By the image's name in the scan.
    top
        Images of the stratum of the most likely wrong ones, reviewed or not.
    """

    decisions: dict[str, Decision]
    top: int


@dataclass(frozen=True)
class Applied:
    """The result of applying decisions.

    Parameters
    ----------
    wrong_labels
        Estimate for the whole dataset; None where nothing of the random sample was reviewed.
    unreviewed_top
        Of the most likely wrong ones. The estimate counts none of them as wrong, so it is a lower bound.
    """

    rows: int
    decided: int
    changed: int
    unreviewed_top: int
    wrong_labels: WrongLabels | None


def apply(decisions: str, predictions: str, out: str) -> Applied:
    """Write `image,label_given,label_clean,status,annotator` for every image of a scan.

    Parameters
    ----------
    decisions
        The cleaned CSV that the application exports of a review.
    predictions
        Folder of the scan that the review was selected from.
    out
        CSV file.

    Raises
    ------
    ClusterError
        Where a decision is of an image that the scan does not have, or of one that has another label there.
    """
    review = read_review(decisions)
    made = review.decisions
    scan = locate(predictions)
    _, shards = read_shards(scan)
    rows, changed, population = 0, 0, 0
    scanned: dict[str, str] = {}
    ambiguous: list[str] = []
    target = Path(out)
    beside = target.with_name(f".{target.name}.unfinished")
    with beside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("image", "label_given", "label_clean", "status", "annotator"))
        for record in shards:
            columns = read_columns(scan, record, ["image", "label", "problem"]).to_pydict()
            for image, label, problem in zip(columns["image"], columns["label"], columns["problem"], strict=True):
                population += label is not None and problem is None
                decision = made.get(image)
                rows += 1
                if decision is None:
                    writer.writerow(_cells(image, label, label, "unreviewed", ""))
                    continue
                if scanned.setdefault(image, label or "") != (label or ""):
                    ambiguous.append(image)
                changed += decision.label != (label or "")
                writer.writerow(_cells(image, label, decision.label, decision.status, decision.annotator))
    try:
        _refuse_others(decisions, made, scanned, ambiguous)
    except ClusterError:
        beside.unlink()
        raise
    beside.replace(target)
    unreviewed = review.top - sum(decision.stratum == "top" for decision in made.values())
    return Applied(rows, len(made), changed, unreviewed, estimate(list(made.values()), review.top, population))


def _cells(image: str, *texts: str | None) -> list[str]:
    """Guard all but the file's name, so that programs find the file."""
    return [image, *(guard_formula(text or "") for text in texts)]


def _refuse_others(path: str, made: dict[str, Decision], scanned: dict[str, str], ambiguous: list[str]) -> None:
    """Refuse decisions that are not of the images and labels of the scan.

    Parameters
    ----------
    path
        Of the decisions.
    made
        Decisions by image.
    scanned
        Labels of the scan by image, of those that have a decision.
    ambiguous
        Images that the scan has more than once, with different labels.
    """
    if left := made.keys() - scanned.keys():
        raise ClusterError(
            f"{len(left)} decisions are of images that the scan does not have, such as {min(left)}",
            "Give the scan that the review was selected from.",
        )
    if ambiguous:
        raise ClusterError(
            f"the scan has different labels for one image, so a decision in {path} may mean either: {ambiguous[0]}",
            "Remove its row from the CSV, and correct the dataset's list by hand.",
        )
    if relabelled := [image for image, label in scanned.items() if not _is_same(made[image].given, label)]:
        image = relabelled[0]
        raise ClusterError(
            f"{len(relabelled)} images of {path} have another label in the scan than when they were reviewed, "
            f'such as {image}: "{made[image].given}" was reviewed, "{scanned[image]}" is in the scan',
            "Give the scan that the review was selected from, or remove their rows from the CSV.",
        )


def _is_same(label: str, other: str) -> bool:
    return unicodedata.normalize("NFC", label).strip() == unicodedata.normalize("NFC", other).strip()


def read_review(path: str) -> Review:
    """Read a cleaned CSV, and of its rows those that someone has reviewed.

    Raises
    ------
    ClusterError
        Where it is no export of a review, or has two decisions on one image.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in _NEEDED if name not in (reader.fieldnames or [])]
        if missing:
            raise ClusterError(
                f"{path} has no column {', '.join(missing)}", "Give the cleaned CSV that was exported of the review."
            )
        made: dict[str, Decision] = {}
        top = 0
        for row in reader:
            top += row.get(_STRATUM) == "top"
            if row["status"] not in _REVIEWED:
                continue
            image = unguard_formula(row[_SOURCE])
            if image in made:
                raise ClusterError(f"{path} has more than one decision on {image}", "Leave only one of its rows.")
            made[image] = _decision(row)
        return Review(made, top)


def _decision(row: dict[str, str]) -> Decision:
    return Decision(
        given=unguard_formula(row["label_given"]),
        label=unguard_formula(row["label_clean"]),
        status=row["status"],
        annotator=unguard_formula(row.get("annotator") or ""),
        stratum=row.get(_STRATUM) or "",
        is_wrong=row["status"] != "kept",
    )


def estimate(decisions: list[Decision], top: int, population: int) -> WrongLabels | None:
    """Estimate the wrong labels of the whole dataset from the reviewed part of two strata.

    Those that were most likely wrong count as they are; the random sample represents all others. An excluded or
    ambiguous image counts as wrong: its label does not hold.

    Parameters
    ----------
    decisions
        Of the top and of the random sample.
    top
        Images of the top, reviewed or not: the random sample does not represent them.
    population
        Images of the whole dataset that have a label and could be read: those that were selected from.
    """
    sample = [decision.is_wrong for decision in decisions if decision.stratum == "random"]
    if not sample:
        return None
    counted = sum(decision.is_wrong for decision in decisions if decision.stratum == "top")
    others = max(len(sample), population - top)
    found = sum(sample)
    low, high = wilson_interval(found, len(sample))
    # What was reviewed is known: the interval is exact where the sample is all of the others.
    right = len(sample) - found
    return WrongLabels(
        counted + others * found / len(sample),
        counted + max(found, others * low),
        counted + min(others - right, others * high),
    )


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Bound a share by Wilson's score interval at 95 %, as the desktop application does (labelQuality/intervals.ts)."""
    share = successes / trials
    denominator = 1 + _Z**2 / trials
    centre = (share + _Z**2 / (2 * trials)) / denominator
    reach = _Z / denominator * (share * (1 - share) / trials + _Z**2 / (4 * trials**2)) ** 0.5
    return max(0.0, centre - reach), min(1.0, centre + reach)
