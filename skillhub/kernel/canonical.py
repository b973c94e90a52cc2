"""The one way a document is written down: JSON, names sorted, so that equal documents hash alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from skillhub.kernel.messages import N_, Problem, say

LARGEST = 64 * 1024


def canonical(document: Mapping[str, Any]) -> str:
    """Write a document the way it is stored and hashed; days become text."""
    return json.dumps(
        document,
        default=_plain,
        allow_nan=False,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def stored_form(document: Any, found: list[Problem], largest: int = LARGEST) -> Any:
    """Give a document as it will come back from the store; too large or not plain is a problem."""
    try:
        text = canonical(document)
    except (TypeError, ValueError, RecursionError):
        message = say(N_("This is no document of names, texts, numbers and days."))
        found.append(Problem("", message))
        return None
    if len(text.encode(errors="replace")) > largest:
        message = say(N_("The document is larger than %(most)s bytes."), most=largest)
        found.append(Problem("", message))
        return None
    return json.loads(text)


def _plain(value: Any) -> str:
    """Turn a day into text; everything else is not plain."""
    if type(value) is date:
        return value.isoformat()
    raise TypeError
