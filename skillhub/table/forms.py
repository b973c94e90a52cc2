"""What the table sends: some typed values as one field of a form, each checked for its shape."""

from __future__ import annotations

import json
import re
from typing import Any

from skillhub.entries.models import EntryStatus
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say
from skillhub.table.rules import STATE, Typed

MOST = 1000  # values in one request
LONGEST = 200
BIGGEST = 2**53
TYPED_STATES = {EntryStatus.OK, EntryStatus.DNS, EntryStatus.DNF, EntryStatus.DSQ}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
SHAPE = {"key": str, "entry": int, "column": str, "text": str, "version": int}


def read(sent: str) -> list[Typed]:
    """Read the values a browser sent; refuses what no page of ours sends."""
    try:
        cells = json.loads(sent)
    except (ValueError, RecursionError):
        cells = None
    if not isinstance(cells, list) or not 0 < len(cells) <= MOST or not all(map(_fits, cells)):
        raise BadInput(say(N_("These values could not be read. Reload the page and type again.")))
    return [
        Typed(
            **{name: cell[name] for name in SHAPE},
            again=bool(cell.get("again")),
            why=(cell.get("why") or "")[:LONGEST],
        )
        for cell in cells
    ]


def _storable(text: Any) -> bool:
    """Tell whether a column takes a text: neither database holds half a character, PostgreSQL no NUL."""
    return isinstance(text, str) and not UNSTORABLE.search(text)


def _fits(cell: Any) -> bool:
    if not isinstance(cell, dict):
        return False
    if any(type(cell.get(name)) is not kind for name, kind in SHAPE.items()):
        return False
    texts = [cell[name] for name, kind in SHAPE.items() if kind is str]
    if any(len(text) > LONGEST for text in texts):
        return False
    if not all(map(_storable, (*texts, cell.get("why") or ""))):
        return False
    if any(not 0 <= cell[name] < BIGGEST for name in ("entry", "version")) or not cell["key"]:
        return False
    return cell["column"] != STATE or cell["text"] in TYPED_STATES
