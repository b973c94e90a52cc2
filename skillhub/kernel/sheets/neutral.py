"""Cells that a spreadsheet would run as a formula: an apostrophe before them going out, off coming in.

The pair is exact: `restored(neutral(text)) == text` for every text.
"""

from __future__ import annotations

import re

_TRIGGER = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRAL = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")


def neutral(text: str) -> str:
    """Put an apostrophe before what would be a formula; a plain number such as -3 stays."""
    if _TRIGGER.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def restored(text: str) -> str:
    """Take off the apostrophe that `neutral` has put there."""
    return text[1:] if _NEUTRAL.match(text) else text
