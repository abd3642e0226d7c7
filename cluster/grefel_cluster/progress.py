"""The progress of a job, its rate, and the time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_TELL_EVERY_S = {True: 1.0, False: 15.0}
"""Seconds between lines on a terminal, where a line replaces the previous one, and in a log."""


class Progress:
    """Prints progress as shards are written.

    Parameters
    ----------
    images
        Of the whole job; None if unknown.
    units, units_done
        Parts of the input, used to estimate the time left if the number of images is unknown.
    images_done
        Before this run.
    """

    def __init__(self, images: int | None, units: int, units_done: int, images_done: int) -> None:
        self._images, self._units = images, units
        self._units_before, self._done_before = units_done, images_done
        self._units_done, self._done, self._unreadable = units_done, images_done, 0
        self._begun: float | None = None
        self._told = 0.0
        self._on_terminal = sys.stderr.isatty()
        self._clock: Callable[[], float] = time.monotonic

    def begin(self) -> None:
        """Start the clock, when nodes and models are ready."""
        self._begun = self._clock()

    def add(self, rows: int, unreadable: int, units: int) -> None:
        """Count a shard that was written."""
        self._done += rows
        self._unreadable += unreadable
        self._units_done += units
        now = self._clock()
        if now - self._told >= _TELL_EVERY_S[self._on_terminal]:
            self._told = now
            print(self.line(), end="\r" if self._on_terminal else "\n", file=sys.stderr, flush=True)

    @property
    def rate(self) -> float:
        """Images a second, of this run."""
        seconds = self._clock() - self._begun if self._begun is not None else 0.0
        return (self._done - self._done_before) / seconds if seconds > 0 else 0.0

    def line(self) -> str:
        """Format the progress as one line."""
        total = f" of {self._images:,}" if self._images is not None else ""
        left = self._seconds_left()
        parts = [f"{self._done:,}{total} images", f"{self.rate:,.1f} images/s"]
        if self._unreadable:
            parts.append(f"{self._unreadable:,} unreadable")
        if left is not None:
            parts.append(f"{duration(left)} left")
        return ", ".join(parts)

    def _seconds_left(self) -> float | None:
        if self.rate <= 0:
            return None
        if self._images is not None:
            return (self._images - self._done) / self.rate
        seconds = (self._done - self._done_before) / self.rate
        units = self._units_done - self._units_before
        return (self._units - self._units_done) * seconds / units if units > 0 else None


def duration(seconds: float) -> str:
    """Format a time: 4 h 10 min."""
    if seconds < 60:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60:,} h {minutes % 60} min"
