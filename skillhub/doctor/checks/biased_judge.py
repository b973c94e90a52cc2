"""A judge marks higher or lower than the rest of the panel, again and again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import pstdev

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, distances
from skillhub.kernel.messages import N_, Severity, say

code = "biased_judge"
severity: Severity = "warning"
label = N_("Judge far from the panel")
FEWEST = 5  # entries, below which chance decides
BEYOND = 2  # deviations of the others


def look(case: Case) -> Iterator[Spot]:
    """Compare each judge's distance from the others with how far marks usually lie apart."""
    text = N_(
        "%(judge)s marks %(distance)s points %(way)s the panel on average, over %(n)s entries"
    )
    found = distances(case)
    for (part, seat, name), away in found.items():
        mean = sum(away, Decimal(0)) / len(away)
        others = [d for (p, s, _), ds in found.items() if p == part and s != seat for d in ds]
        spread = pstdev(others) if others else Decimal(0)
        if len(away) >= FEWEST and abs(mean) > spread * BEYOND:
            way = say(N_("above")) if mean > 0 else say(N_("below"))
            shown = abs(mean).quantize(Decimal("0.01"))
            told = say(text, judge=name, distance=shown, way=way, n=len(away))
            yield Spot(f"seat:{part}/{seat}", "marks", told)
