"""What a row of an entry sheet states, and how its codes are spelled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from skillhub.competitions.rules import ANNOUNCED, CLOSED, EventState
from skillhub.kernel.messages import N_, Message, Problem, say

NAMED = 10  # in one sentence
CODED = N_(
    "Names are closed while this event is marked: give the state under the code, in the score table"
)
NAMES_OPEN = ANNOUNCED | CLOSED | {EventState.CORRECTING}


def by_code(blind: bool, state: EventState) -> bool:
    """Tell whether how an entry came through is said under its code alone, never beside its name.

    Said beside both, it would lead from the one to the other: who makes a code absent sees whose entry became so.
    """
    return blind and state not in NAMES_OPEN


def shut(code: str, state: EventState) -> Message | None:
    """Say why nobody can be entered, changed or ruled on in an event any more; None while somebody can."""
    texts = {
        **dict.fromkeys(CLOSED, N_("Event %(code)s is final; its entries can no longer change.")),
        **dict.fromkeys(
            ANNOUNCED,
            N_(
                "The ranking of event %(code)s is laid open. Take it back, or correct it, to change its entries."
            ),
        ),
        EventState.CANCELLED: N_("Event %(code)s is cancelled; its entries stay as they are."),
    }
    return say(texts[state], code=code) if state in texts else None


@dataclass(frozen=True, slots=True)
class Draft:
    """One row of an entry sheet; an empty text means that the sheet says nothing about it."""

    row: int
    event: str
    code: str
    name: str = ""
    organisation: str = ""
    members: tuple[str, ...] = ()
    person: str = ""
    status: str = ""
    guest: str = ""

    @property
    def workers(self) -> tuple[str, ...]:
        """Give the worker numbers that the row names, of the entry or of a team's members."""
        return tuple(filter(None, (self.person, *(member_of(m)[1] for m in self.members))))

    @property
    def where(self) -> str:
        """Name the row as a problem does."""
        return str(say(N_("row %(n)s"), n=self.row))


def member_of(written: str) -> tuple[str, str]:
    """Read a member of a team as written: the name, and the worker number that stands in brackets behind it."""
    found = re.fullmatch(r"(.+?)\s*[(（]\s*([\w-]*\d[\w-]*)\s*[)）]", written.strip())
    return (found[1], found[2]) if found else (written.strip(), "")


def written(name: str, number: str | None) -> str:
    """Write a member as it is read: 李伟 (00417)."""
    return f"{name} ({number})" if number else name


def spelling(codes: Sequence[str]) -> dict[str, str]:
    """Choose one spelling for codes that differ by case only: the usual one of the column.

    Where most spellings of the column are in capitals, a code that is never written so is put in capitals.
    """
    counted = Counter(code for code in codes if code)
    letters = {code: n for code, n in counted.items() if code.casefold() != code.upper()}
    capital = sum(n for code, n in letters.items() if code.isupper())
    mostly_capital = 2 * capital > sum(letters.values())
    chosen: dict[str, str] = {}
    for code, _ in counted.most_common():
        chosen.setdefault(code.casefold(), code.upper() if mostly_capital else code)
    return chosen


def founded(units: Sequence[str]) -> list[Problem]:
    """Tell which organisations nobody knows yet, so that a slip of the pen does not become one."""
    if not units:
        return []
    text = N_("Not known yet, and added as organisations when you apply: %(names)s%(more)s.")
    more = f" … (+{len(units) - NAMED})" if len(units) > NAMED else ""
    return [Problem("", say(text, names=", ".join(units[:NAMED]), more=more), "warning")]


def next_codes(known: Sequence[str], wanted: int) -> list[str]:
    """Number new entries behind the highest number there is: 07, 08, 09, 10."""
    highest = max((int(code) for code in known if code.isdecimal()), default=0)
    return [f"{n:02d}" for n in range(highest + 1, highest + wanted + 1)]


class Identity(NamedTuple):
    """By what an entry is known in another event: the worker it is tied to, or its name and organisation."""

    entry: int
    person: int | None
    name: str
    organisation: int | None

    @property
    def key(self) -> tuple[object, ...]:
        """Give what must be equal there."""
        named = (self.name.casefold(), self.organisation)
        return ("person", self.person) if self.person else ("name", *named)


def counterparts(ours: Iterable[Identity], theirs: Sequence[Identity]) -> dict[int, int]:
    """Find who is who in two events: our entry to theirs; whom a name does not tell apart has no counterpart."""
    counted = Counter(one.key for one in theirs)
    there = {one.key: one.entry for one in theirs if counted[one.key] == 1}
    return {one.entry: there[one.key] for one in ours if one.key in there}


class Take(StrEnum):
    """What a team makes of its members' points."""

    SUM, MEAN, BEST = "sum", "mean", "best"


class WhenOut(StrEnum):
    """What becomes of a team with a disqualified member."""

    TEAM, ZERO = "team", "zero"


@dataclass(frozen=True, slots=True)
class TeamRule:
    """How teams are made up, and how members who are marked alone make the points of their team.

    `least` is the smallest team (None: nobody asks), `reserves` how many may stand by beside a full team, `one_unit`
    that all of them work for one unit. `best` counts only the best so many.
    """

    take: Take = Take.SUM
    best: int | None = field(default=None, metadata={"low": 1})
    disqualified: WhenOut = WhenOut.TEAM
    best_member: str = ""  # the component that shows the best member alone, for ties
    least: int | None = field(default=None, metadata={"low": 1})
    reserves: int = field(default=0, metadata={"low": 0, "high": 10})
    one_unit: bool = False


def wrong_rule(
    rule: TeamRule, size: int, parts: Collection[str], where: str = "ranking.team"
) -> list[Problem]:
    """Find what a rule of teams asks for that cannot be with teams of this size and these components."""
    found = []
    if size == 1 and (rule.least or rule.reserves or rule.one_unit):
        found.append(Problem(where, say(N_("an event of single competitors has no teams"))))
    for name, n in (("least", rule.least), ("best", rule.best)):
        if size > 1 and n is not None and n > size:
            text = N_("%(n)s is more than the %(size)s of a full team")
            found.append(Problem(f"{where}.{name}", say(text, n=n, size=size)))
    if rule.best_member and rule.best_member not in parts:
        text = N_("there is no component “%(code)s”")
        found.append(Problem(f"{where}.best_member", say(text, code=rule.best_member)))
    return found


def wrong_team(
    people: int, size: int, rule: TeamRule, units: Collection[object] = ()
) -> Message | None:
    """Say why people do not make a team; None when they do. Those beyond a full team are its reserves."""
    if size == 1:
        text = N_("this event is for single competitors, not for teams")
        return say(text) if people > 1 else None
    if people < (rule.least or 1):
        text = N_("a team has at least %(least)s people; this one has %(n)s")
        return say(text, least=rule.least, n=people)
    if people > size + rule.reserves and rule.reserves:
        text = N_(
            "a team has at most %(size)s people and %(reserves)s reserves; this one has %(n)s"
        )
        return say(text, size=size, reserves=rule.reserves, n=people)
    if people > size + rule.reserves:
        return say(
            N_("a team has at most %(size)s people; this one has %(n)s"), size=size, n=people
        )
    if rule.one_unit and len(set(units)) > 1:
        return say(N_("all of a team work for one unit; these work for %(n)s"), n=len(set(units)))
    return None


@dataclass(frozen=True, slots=True)
class Marked:
    """One member as the event of the single competitors has it; None is a blank, which is never 0."""

    name: str
    points: Fraction | None
    status: str = "OK"


@dataclass(frozen=True, slots=True)
class TeamPoints:
    """The exact points of a team, or why it has none; `out` says that a member takes the team along."""

    points: Fraction | None
    why: Message | None = None
    out: bool = False


def team_points(members: Sequence[Marked], rule: TeamRule, less: bool = False) -> TeamPoints:
    """Combine what the members of a team have; of a time less is better, and who has none counts nothing.

    A member who was absent or stopped brings what there is, or 0; a disqualified one takes the team along, or
    brings 0 where the rule says so.
    """
    banned = next((m for m in members if m.status == "DSQ"), None)
    if banned and rule.disqualified is WhenOut.TEAM:
        text = N_("%(name)s is disqualified, and the team with them")
        return TeamPoints(None, say(text, name=banned.name), out=True)
    blank = next((m for m in members if m.status == "OK" and m.points is None), None)
    if blank or not members:
        text = N_("no points of %(name)s yet")
        return TeamPoints(None, say(text, name=blank.name if blank else "–"))
    brought = [m.points if m.status != "DSQ" else None for m in members]
    values = [v if v is not None else Fraction(0) for v in brought if v is not None or not less]
    counted = sorted(values, reverse=not less)[: 1 if rule.take is Take.BEST else rule.best]
    if not counted:
        return TeamPoints(None, say(N_("nobody of the team has a time")))
    total = sum(counted, Fraction(0))
    return TeamPoints(total / len(counted) if rule.take is Take.MEAN else total)
