"""A signature: one's own name, typed."""

from __future__ import annotations

import unicodedata


def signs(typed: str, own: str) -> bool:
    """Tell whether what was typed is somebody's own name; width, case and spaces do not matter."""
    return bool(own.strip()) and _plain(typed) == _plain(own)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
