"""The one way a document is written down: JSON, names sorted, so that equal ones hash alike; and how TOML is read."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from skillhub.kernel.messages import N_, Problem, say

LARGEST = 64 * 1024
MOST_TEXT = 4 * LARGEST  # characters, with remarks and blanks
# The reader takes the square of the length for a key of thousands of parts.
ENDLESS_KEY = re.compile(
    r"""(?:\.[ \t]{0,64}(?:[\w-]{1,64}|"[^"\n]{0,64}"|'[^'\n]{0,64}')[ \t]{0,64}){40}"""
)


def read_toml(text: str) -> dict[str, Any]:
    """Read TOML that a stranger wrote; raises ValueError, or RecursionError where it is nested too deep."""
    if len(text) > MOST_TEXT:
        raise ValueError(f"{len(text)} characters")
    if ENDLESS_KEY.search(text):
        raise ValueError("a key of more than 40 parts")
    return tomllib.loads(text)


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


def digest(value: Any) -> str:
    """Give the SHA-256 of plain values, by which it is seen that none of them changed."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


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
