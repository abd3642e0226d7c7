"""Estimates the wrong labels of a whole dataset from a review of some."""

from __future__ import annotations

from typing import NamedTuple

from grefel_train.calibration import wilson_interval

from .decisions import Decision

_Z = 1.959964
"""97.5 % quantile of the standard normal distribution."""


class WrongLabels(NamedTuple):
    """How many labels are wrong, with the 95 % interval."""

    estimate: float
    low: float
    high: float


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
    counted = sum(decision.is_wrong for decision in decisions if decision.stratum == "top")
    if not sample:
        return WrongLabels(counted, counted, counted) if 0 < population <= top else None
    others = max(len(sample), population - top)
    found = sum(sample)
    low, high = wilson_interval(found / len(sample), len(sample), _Z)
    # What was reviewed is known: the interval is exact where the sample is all of the others.
    right = len(sample) - found
    return WrongLabels(
        counted + others * found / len(sample),
        counted + max(found, others * low),
        counted + min(others - right, others * high),
    )
