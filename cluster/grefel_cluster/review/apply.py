"""Applies decisions to the label table of the whole dataset, and estimates its wrong labels."""

from __future__ import annotations

import codecs
import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..errors import ClusterError
from ..scanning.manifest import read_shards
from ..storage import Location, first_line, locate, writing_whole
from .formula_guard import guard_formula, unguard_formula
from .rank import read_columns

_SOURCE, _STRATUM = "meta_source_image", "meta_stratum"
_NEEDED = ("label_given", "label_clean", "status", _SOURCE)
_REVIEWED = ("kept", "relabelled", "excluded", "ambiguous")
_GIVE_CSV = "Give the cleaned CSV that was exported of the review."
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
    automatic
        Suggestions that were accepted automatically; nobody reviewed them.
    """

    decisions: dict[str, Decision]
    top: int
    automatic: int


@dataclass(frozen=True)
class Applied:
    """The result of applying decisions.

    Parameters
    ----------
    wrong_labels
        Estimate for the whole dataset; None where nothing of the random sample was reviewed.
    unreviewed_top
        Of the most likely wrong ones. The estimate counts none of them as wrong, so it is a lower bound.
    automatic
        Suggestions that were accepted automatically; they are not applied.
    """

    rows: int
    decided: int
    changed: int
    automatic: int
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
        Where a decision is of an image that the scan does not have, or of one that has another label there, and where
        a file cannot be read or written. Nothing is written then.
    """
    review = read_review(decisions)
    made = review.decisions
    scan = locate(predictions)
    _, shards = read_shards(scan)
    rows, changed, population = 0, 0, 0
    scanned: dict[str, str] = {}
    ambiguous: list[str] = []
    with writing_whole(_target(out)) as stream:
        writer = csv.writer(codecs.getwriter("utf-8")(stream))
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
        _refuse_others(decisions, made, scanned, ambiguous)
    unreviewed = review.top - sum(decision.stratum == "top" for decision in made.values())
    wrong = estimate(list(made.values()), review.top, population)
    return Applied(rows, len(made), changed, review.automatic, unreviewed, wrong)


def _target(out: str) -> Location:
    target = locate(out)
    if not target.is_local:
        raise ClusterError(f"{out} is no file of this machine", "Name a CSV file here, as in --out labels.csv.")
    folder = Path(target.path).parent
    if not folder.is_dir():
        raise ClusterError(
            f"there is no folder {folder} for {out}", "Make the folder, or name another file with --out."
        )
    if Path(target.path).is_dir():
        raise ClusterError(f"{out} is a folder", "Name a CSV file, as in --out labels.csv.")
    return target


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
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            return _review(path, csv.DictReader(stream, restval=""))
    except FileNotFoundError as error:
        raise ClusterError(f"there is no file {path}", _GIVE_CSV) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ClusterError(f"{path} cannot be read as CSV: {first_line(error)}", _GIVE_CSV) from error


def _review(path: str, rows: csv.DictReader) -> Review:
    missing = [name for name in _NEEDED if name not in (rows.fieldnames or [])]
    if missing:
        raise ClusterError(f"{path} has no column {', '.join(missing)}", _GIVE_CSV)
    made: dict[str, Decision] = {}
    top = automatic = 0
    for row in rows:
        top += row.get(_STRATUM) == "top"
        automatic += row["status"] == "auto"
        if row["status"] not in _REVIEWED:
            continue
        image = unguard_formula(row[_SOURCE])
        if image in made:
            raise ClusterError(f"{path} has more than one decision on {image}", "Leave only one of its rows.")
        made[image] = _decision(row)
    return Review(made, top, automatic)


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
