"""Cells that no spreadsheet runs as a formula, as the desktop application writes them (domain/formulaGuard.ts)."""

from __future__ import annotations

import re

_SIGNS = r"[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001 - full-width signs begin a formula too
_FORMULA = re.compile(f"'*{_SIGNS}")
_GUARDED = re.compile(f"'+{_SIGNS}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def guard_formula(text: str) -> str:
    """Put an apostrophe before anything like a formula; not before a number."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguard_formula(cell: str) -> str:
    """Restore the text exactly: `unguard_formula(guard_formula(text)) == text` for every text."""
    return cell[1:] if _GUARDED.match(cell) else cell
