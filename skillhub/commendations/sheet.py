"""The table of organisers as a sheet: its columns and rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from skillhub.commendations.queries import Listed
from skillhub.commendations.rules import LABELS, Measure
from skillhub.kernel.messages import N_
from skillhub.kernel.rounding import rounded
from skillhub.kernel.sheets import Column

PLACE = Column("place", N_("Place"), kind="text")
UNIT = Column("unit", N_("Unit"), kind="name")
SCORE = Column("score", N_("Score"), kind="text")
AWARD = Column("award", N_("Award"), kind="text")
WHY = Column("why", N_("Reason"), kind="text")
COLUMNS = (
    *(PLACE, UNIT, SCORE, *(Column(m.value, LABELS[m], kind="text") for m in Measure)),
    *(AWARD, WHY),
)


def exported(found: Listed) -> Iterator[dict[str, Any]]:
    """Write each unit as a row: its score, what each measure earned, and what it is commended with."""
    for unit, line in found.lines:
        standing = found.standing.get(unit.id)
        yield {
            "place": str(line.score.rank),
            "unit": unit.name,
            "score": f"{line.score.total:.2f}",
            **{p.measure.value: f"{rounded(p.points, 2):.2f}" for p in line.score.parts},
            "award": standing.title if standing else "",
            "why": str(line.because),
        }
