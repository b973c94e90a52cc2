"""The ceremony sheet: as a spreadsheet, and on paper for the one who calls the names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from skillhub.competitions.models import Competition
from skillhub.kernel.messages import N_, say
from skillhub.kernel.sheets import Column
from skillhub.kernel.web import day, instant, tr

COLUMNS = (
    Column("number", N_("No."), "number"),
    Column("event", N_("Event"), "code"),
    Column("event_name", N_("Name of the event"), "name"),
    Column("title", N_("Award"), "text"),
    Column("place", N_("Place"), "number"),
    Column("name", N_("Name"), "name"),
    Column("members", N_("Members"), "name"),
    Column("unit", N_("Unit"), "name"),
)
Step = Mapping[str, Any]


def facts(
    competition: Competition, steps: Sequence[Step], language: str, moment: datetime
) -> dict[str, str | list[str]]:
    """Give what the paper prints: before the first award of an event a row with its name."""
    rows: list[dict[str, str]] = []
    seen = ""
    for number, step in enumerate(steps, 1):
        if step["event"] != seen:
            seen = step["event"]
            title = f"{seen} {_said(step, 'event_name', language)}"
            rows.append({"kind": "event", "title": title})
        rows.append(_call(number, step, language))
    kinds = ("kind", "number", "title", "place", "name", "members", "unit")
    host, first, last = competition.host, competition.starts_on, competition.ends_on
    days = " – ".join(day(one) for one in dict.fromkeys((first, last)) if one)
    named = competition.name_en if language == "en" and competition.name_en else competition.name
    order = N_(
        "In the order in which they are called up and in which the board reveals them: event by event,"
        " the lowest title first."
    )
    printed = say(
        N_("%(n)s awards, printed on %(when)s."), n=len(steps), when=instant(moment, host.zone)
    )
    return {
        "language": language,
        "title": tr(N_("Ceremony sheet")),
        "competition": named,
        "about": " · ".join(part for part in (host.name, competition.place, days) if part),
        "order": tr(order),
        "printed": tr(printed),
        **{_many(kind): [row.get(kind, "") for row in rows] for kind in kinds},
        "signs": [tr(word) for word in (N_("For the jury"), N_("For the organiser"))],
    }


def _call(number: int, step: Step, language: str) -> dict[str, str]:
    place = tr(say(N_("Place %(place)s"), place=step["place"])) if step["place"] else ""
    name = step["name"] or tr(N_("Name withheld"))
    unit = _said(step, "unit", language)
    return {
        "kind": "call",
        "number": str(number),
        "title": _said(step, "title", language),
        "place": place,
        "name": name,
        "members": " · ".join(step["members"]),
        "unit": "" if unit == name else unit,
    }


def _said(step: Step, what: str, language: str) -> str:
    return str((language == "en" and step[f"{what}_en"]) or step[what])


def _many(kind: str) -> str:
    return kind if kind == "members" else f"{kind}s"
