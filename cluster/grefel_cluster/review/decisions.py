"""Reads what reviewers decided, from the cleaned CSV that the application exports."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ..errors import ClusterError
from ..storage import first_line
from .formula_guard import unguard_formula

_SOURCE, _STRATUM = "meta_source_image", "meta_stratum"
_NEEDED = ("label_given", "label_clean", "status", _SOURCE)
_REVIEWED = ("kept", "relabelled", "excluded", "ambiguous")
_GIVE_CSV = "Give the cleaned CSV that was exported of the review."


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
