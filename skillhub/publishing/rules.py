"""What strangers may read of a result: which names, which fields, in which order, and under which mark."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from skillhub.deeds.rules import masked
from skillhub.kernel.canonical import canonical
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_
from skillhub.versions.rules import Change

LINES_OF_A_PAGE = 100
MOST_PRINTED = 2000  # lines on paper
MOST_CHANGES = 50  # told one by one
MEDALS, CROWD = 3, 12
DIGEST = 20  # hexadecimal signs of a mark: 80 bits
PLAIN_CODE = re.compile(r"[\w-][\w.-]{0,63}")
LONGEST_NAME = 200  # bytes; a folder takes 255, and 64 rare characters are 256


class Outrun(Conflict):
    """Something changed between drawing an edition and publishing it: it is to be drawn anew."""


class Names(StrEnum):
    """Whose name stands in full; of the others most is hidden."""

    MASKED = "masked"
    WINNERS = "winners"
    FULL = "full"


NAMES_LABELS = {
    Names.MASKED: N_("Every name partly hidden"),
    Names.WINNERS: N_("Names of winners in full, the others partly hidden"),
    Names.FULL: N_("Every name in full"),
}


class Agreed(StrEnum):
    """What may stand in a public line beside the place and the name."""

    UNIT = "unit"
    TOTAL = "total"
    REASON = "reason"
    AWARD = "award"


@dataclass(frozen=True, slots=True)
class Showing:
    """What will be shown once something is changed: whose names, which fields, and who is named no more."""

    names: Names
    agreed: Sequence[str]
    hidden: Collection[tuple[int, int]] | None = None  # entry and person; None as they stand


AGREED_LABELS = {
    Agreed.UNIT: N_("Unit"),
    Agreed.TOTAL: N_("Total"),
    Agreed.REASON: N_("What separates neighbours"),
    Agreed.AWARD: N_("Awards"),
}


def is_open(opens_at: datetime | None, moment: datetime) -> bool:
    """Tell whether results are out: from the very second on, and always where nobody set one."""
    return opens_at is None or moment >= opens_at


def slug(code: str, key: int) -> str:
    """Give what stands for a code in an address and in a folder: the code, or its number where it is odd."""
    plain = PLAIN_CODE.fullmatch(code) and len(code.encode()) <= LONGEST_NAME
    return code if plain else f"~{key}"


def shown_name(name: str, names: Names, won: bool, withheld: bool, team: bool) -> str:
    """Give a name as strangers read it; "" where the person does not want to be named."""
    if withheld:
        return ""
    in_full = team or names is Names.FULL or (names is Names.WINNERS and won)
    return name if in_full else masked(name)


def line(
    *,
    people: Sequence[tuple[str, bool]],
    unit: tuple[str, str],
    won: Sequence[Sequence[str]],
    names: Names,
    agreed: Collection[str],
    **plain: Any,
) -> dict[str, Any]:
    """Give a line as strangers read it: the agreed fields only.

    `people` are the entry and the members of its team, each with whether that name is withheld.
    """
    team = len(people) > 1
    own, *members = (
        shown_name(name, names, bool(won), hidden, team and n == 0)
        for n, (name, hidden) in enumerate(people)
    )
    whole = {
        "rank": plain["rank"],
        "guest": plain["guest"],
        "name": own,
        "members": members,
        "unit": unit[0],
        "unit_en": unit[1],
        "total": plain["total"],
        "because": plain["because"],
        "awards": [list(title) for title in won],
    }
    return {field: value for field, value in whole.items() if may_show(field, agreed)}


def may_show(field: str, agreed: Collection[str]) -> bool:
    """Tell whether a field of a line is agreed to be public; place and name always are."""
    asked = {"unit_en": Agreed.UNIT, "because": Agreed.REASON, "awards": Agreed.AWARD}
    needs = asked.get(field, field)
    return needs not in {*Agreed} or needs in agreed


def changes(
    found: Sequence[Change], names: Mapping[int, str], agreed: Collection[str]
) -> dict[str, Any]:
    """Give changes as strangers read them, before and after, where a field changed that is agreed."""
    lines = [line for one in found if (line := _change(one, names[one.entry], agreed))]
    return {"lines": lines[:MOST_CHANGES], "more": max(len(lines) - MOST_CHANGES, 0)}


def _change(one: Change, name: str, agreed: Collection[str]) -> dict[str, Any] | None:
    values = {
        "rank": (one.before.rank, one.after.rank),
        "total": (one.before.total, one.after.total),
        "awards": tuple([list(title) for title in s.awards] for s in (one.before, one.after)),
    }
    shown = {field: list(pair) for field, pair in values.items() if may_show(field, agreed)}
    if all(before == after for before, after in shown.values()):
        return None
    return {"name": name, **shown}


def dated(told: Mapping[str, Any], edition: Any) -> dict[str, Any]:
    """Give what an edition tells with its number and its times."""
    corrected = edition.corrected_at
    return {
        **told,
        "edition": edition.mark,
        "number": edition.number,
        "published_at": edition.published_at.isoformat(),
        "corrected_at": corrected.isoformat() if corrected else None,
        "state": "final" if told["final"] else "provisional",
    }


def digest(document: Mapping[str, Any]) -> str:
    """Give the mark of a document: the beginning of the SHA-256 over its canonical form."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()[:DIGEST]


def pages(lines: Sequence[Any]) -> list[Sequence[Any]]:
    """Cut a long list into pages; an empty one is one empty page."""
    step = LINES_OF_A_PAGE
    return [lines[at : at + step] for at in range(0, len(lines), step)] or [[]]


def podium(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give the lines of the first three places; those of a place that very many share are no podium."""
    best = [line for line in lines if line["rank"] and line["rank"] <= MEDALS]
    return best if len(best) <= CROWD else []
