"""When two codes mean the same organisation."""

from __future__ import annotations

import unicodedata


def fold_code(code: str) -> str:
    """Reduce a code to what it is compared by: one width, one case, no outer spaces."""
    return unicodedata.normalize("NFKC", code).strip().casefold()
