"""Which of a model's classes a dataset's labels mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ClusterError


@dataclass(frozen=True)
class ClassMap:
    """Labels and model classes.

    Parameters
    ----------
    labels
        [L] names of the dataset's classes.
    model_classes
        [L] indices of the model's classes that each means; empty for one that the model does not know, and for
        a further name of a class (happy beside happiness).
    first
        [L] the first name of the same class: index of a label.
    names
        [C] of the model's classes.
    """

    labels: tuple[str, ...]
    model_classes: tuple[tuple[int, ...], ...]
    first: tuple[int, ...]
    names: tuple[str, ...]


def normalise(name: str) -> str:
    """Drop what differs between spellings, as the desktop application does (domain/emotions.ts)."""
    spaced = re.sub(r"[_\-\s]+", " ", unicodedata.normalize("NFC", name).lower()).strip()
    return re.sub(r"^\d+ (?=\D)", "", spaced)


def map_classes(labels: Sequence[str], model: Mapping[str, Any], said: Mapping[str, str]) -> ClassMap:
    """Map labels to the model's classes, by what the user says, by name, or by the model's aliases.

    Parameters
    ----------
    labels
        The dataset's.
    model
        The metadata of a model.
    said
        Model classes of labels whose names do not tell.

    Raises
    ------
    ClusterError
        Where the user names what is not there, or fewer than two labels are known.
    """
    names = [entry["name"] for entry in model["classes"]]
    known: dict[str, int] = {}
    for index, entry in enumerate(model["classes"]):
        for alias in entry.get("aliases", []):
            known.setdefault(normalise(alias), index)
    known |= {normalise(name): index for index, name in enumerate(names)}
    for label, name in said.items():
        if label not in labels or normalise(name) not in known:
            what = f'the dataset has no class "{label}"' if label not in labels else f'the model has no class "{name}"'
            raise ClusterError(what, f"Labels: {', '.join(labels[:20])}. Model: {', '.join(names)}.")
    found = [known.get(normalise(said.get(label, label))) for label in labels]
    if len({index for index in found if index is not None}) < 2:
        raise ClusterError(
            f"fewer than two labels are classes of the model ({', '.join(labels[:20])})",
            f"Map them with --map LABEL=CLASS; the model's are {', '.join(names)}.",
        )
    first: dict[int, int] = {}
    for label, index in enumerate(found):
        if index is not None:
            first.setdefault(index, label)
    return ClassMap(
        tuple(labels),
        tuple((index,) if index is not None and first[index] == label else () for label, index in enumerate(found)),
        tuple(label if index is None else first[index] for label, index in enumerate(found)),
        tuple(names),
    )
