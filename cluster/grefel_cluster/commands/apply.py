"""`apply`: bring the decisions of a review back to the label table of the whole dataset."""

from __future__ import annotations

import argparse
from typing import Any

from ..review.apply import apply
from ..review.estimate import WrongLabels


def add_to(subparsers: Any) -> None:  # noqa: ANN401 - argparse does not export the type
    """Add the command."""
    parser = subparsers.add_parser("apply", help="join the decisions of a review to the labels of the whole dataset")
    parser.add_argument("decisions", help="cleaned CSV that was exported from the review")
    parser.add_argument("predictions", help="folder of the scan that the review was selected from")
    parser.add_argument("--out", required=True, help="CSV file: a row for every image of the scan")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run the command."""
    found = apply(options.decisions, options.predictions, options.out)
    print(f"{found.rows:,} images, {found.decided:,} reviewed, {found.changed:,} labels changed")
    if found.automatic:
        print(f"{found.automatic:,} automatically accepted suggestions were not applied: nobody has reviewed them")
    if found.wrong_labels is not None:
        print(f"Wrong labels in the whole dataset: {in_words(found.wrong_labels, found.unreviewed_top)}")


def in_words(wrong: WrongLabels, unreviewed_top: int) -> str:
    """Say an estimate with its interval."""
    if unreviewed_top == 0:
        return f"about {wrong.estimate:,.0f} (95 %: {wrong.low:,.0f} to {wrong.high:,.0f})"
    return (
        f"at least about {wrong.estimate:,.0f} (95 %: at least {wrong.low:,.0f}). "
        f"{unreviewed_top:,} of the most likely wrong are not reviewed: this counts none of them as wrong"
    )
