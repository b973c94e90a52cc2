"""The files of one published version of a result: pages in every language, lines for programs and spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from skillhub.kernel.drawing import drawn, packed, said
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_
from skillhub.kernel.settings import settings
from skillhub.kernel.sheets import Column, write_csv
from skillhub.kernel.web import LANGUAGES

COLUMNS = (
    Column("rank", N_("Place"), "number"),
    Column("name", N_("Name"), "name"),
    Column("members", N_("Members"), "name"),
    Column("unit", N_("Unit"), "name"),
    Column("unit_en", N_("Unit in English"), "name"),
    Column("total", N_("Total"), "text"),
    Column("because", N_("Why here"), "text"),
    Column("awards", N_("Award"), "text"),
    Column("state", N_("State"), "text"),
    Column("corrected", N_("Corrected on"), "text"),
)
STATES = (N_("provisional"), N_("final"))


def files(
    told: Mapping[str, Any],
    cut: Sequence[Sequence[Mapping[str, Any]]],
    fields: Collection[str],
    **shown: Any,
) -> dict[str, bytes]:
    """Draw what is told: `cut` into pages, with the `fields` of a line that may be shown; `shown` is for the pages."""
    own = f"/results/{told['competition']['slug']}/{told['event']['slug']}"
    found = {"lines.json": json.dumps(told, ensure_ascii=False, indent=1).encode()}
    for language in LANGUAGES:
        for n, lines in enumerate(cut, 1):
            page = {"told": told, "lines": lines, "page": n, "page_count": len(cut), "address": own}
            found[f"{n}.{language}.html"] = drawn(
                "publishing/_edition.html", language, own, **page, **shown
            )
        found[f"lines.{language}.csv"] = _csv(told, fields, language)
    return packed(found)


def _csv(told: Mapping[str, Any], fields: Collection[str], language: str) -> bytes:
    columns = [c for c in COLUMNS if c.name in fields]
    labels = said([column.label for column in columns], language)
    reasons = said([line.get("because") for line in told["lines"]], language)
    state = said(STATES, language)[told["final"]]
    when = datetime.fromisoformat(told["corrected_at"]) if told["corrected_at"] else None
    corrected = day_of(when, settings.zone).isoformat() if when and told["final"] else ""
    rows = [
        {
            **line,
            "state": state,
            "corrected": corrected,
            "members": ", ".join(filter(None, line["members"])),
            "awards": ", ".join(title for title, _ in line.get("awards", ())),
            "because": reason,
        }
        for line, reason in zip(told["lines"], reasons, strict=True)
    ]
    return write_csv(columns, rows, labels)
