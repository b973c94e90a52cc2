"""How far an amendment has come, and what it says of one component."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from skillhub.kernel.messages import N_, Message, say
from skillhub.scoring.rules import Scheme

FIGURES = ("maximum", "weight", "pass_mark", "scheme")


class AmendmentState(StrEnum):
    """How far an amendment has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPLIED = "applied"
    CANCELLED = "cancelled"


OPEN = frozenset({AmendmentState.DRAFT, AmendmentState.PROPOSED})


def figures(row: Any) -> dict[str, Any]:
    """Give what an amendment may change of a component, as it stands in a row of one."""
    return {name: getattr(row, name) for name in FIGURES}


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write the figures of a component so that JSON holds them, and two of them can be compared."""
    return {
        name: value if name == "scheme" else None if value is None else f"{value.normalize():f}"
        for name, value in values.items()
    }


def wordless(scheme: Scheme) -> Message | None:
    """Name the judgement aspects that do not say what each score means, as W-04 asks; None where all do."""
    found = [
        a.code for a in scheme.aspects if a.kind == "judgement" and not getattr(a, "levels", ())
    ]
    if not found:
        return None
    text = N_(
        "No words say what each score from 0 up means: %(codes)s. With one line for each, judges mark alike."
    )
    return say(text, codes=", ".join(found))
