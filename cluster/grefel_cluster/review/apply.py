"""Applies decisions to the label table of the whole dataset, and estimates its wrong labels."""

from __future__ import annotations

import codecs
import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ..errors import ClusterError
from ..scanning.manifest import read_shards
from ..storage import Location, locate, writing_whole
from .decisions import Decision, read_review
from .estimate import WrongLabels, estimate
from .formula_guard import guard_formula
from .rank import read_columns


@dataclass(frozen=True)
class Applied:
    """The result of applying decisions.

    Parameters
    ----------
    wrong_labels
        Estimate for the whole dataset; None where nothing of the random sample was reviewed, unless the top is all.
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
