"""What a mark may be, and what a row of a mark sheet states."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from skillhub.entries import rules as entries
from skillhub.kernel.messages import N_, Message, Problem, say

NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
NO_NUMBER = N_(
    "“%(typed)s” is no number for %(part)s. Write one such as 87.5, or leave it empty for a blank."
)

NO_POINTS = N_(
    "“%(typed)s” is a state of the entry, no points for %(part)s. Leave %(part)s empty and choose the state"
    " where the entry's state stands; in the score table by the keys A, W and D."
)
TWICE = N_("Somebody else entered this already. Enter it on the page of the second entry.")
STATE = re.compile(
    r"abs(ent)?|dn[sf]|ds?q|withdrawn|disqualified|缺考|缺赛|缺席|弃权|弃赛|退赛|中途退赛|取消(资格|成绩)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One row of a mark sheet: the entry it speaks of, its points by component, and its status if it has one."""

    entry: entries.Draft
    points: dict[str, Decimal]
    status: str | None = None  # OK, DNS, DNF, DSQ or NC


@dataclass(slots=True)
class Terms:
    """What may be marked in one event: component code to its key, maximum and name; what cannot be, and why."""

    parts: dict[str, tuple[int, Decimal, str]]
    shut: Message | None = None
    reckoned: dict[str, Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a sheet states that nobody typed: points as printed, their exact value, or a word for none."""

    points: Decimal | None = None
    value: Fraction | None = None
    token: str = ""

    @property
    def exact(self) -> str:
        """Write the exact value where the printed one is not it."""
        if self.points is None or self.value is None or Fraction(self.points) == self.value:
            return ""
        return str(self.value)

    def differs(self, sheet: Any) -> bool:
        """Tell whether a sheet (or its absence) states something else, or was sent back."""
        stated = (self.points, self.exact, self.token)
        if sheet is None:
            return stated != (None, "", "")
        return sheet.state == "rejected" or (sheet.points, sheet.exact, sheet.token) != stated


def not_typed(name: str, carried: bool) -> Message:
    """Say why the points of a component cannot be typed."""
    if carried:
        return say(N_("the points for %(name)s are carried over from another event"), name=name)
    text = N_("the points for %(name)s come from its aspects: mark those")
    return say(text, name=name)


def wrong_points(points: Decimal, maximum: Decimal, name: str) -> Message | None:
    """Say what is wrong with the points for a component, if anything is."""
    if points < 0:
        return say(N_("%(points)s is below 0 for %(name)s"), points=points, name=name)
    if points > maximum:
        return say(
            N_("%(points)s is above the maximum %(maximum)s for %(name)s"),
            points=points,
            maximum=maximum,
            name=name,
        )
    return None


def wrong_row(draft: Draft, event: str, terms: Terms) -> list[Problem]:
    """Find points that cannot be, and an event that takes none any more."""
    if terms.shut:
        return [Problem(draft.entry.where, terms.shut)]
    wrong: list[Message | None] = []
    for code, points in draft.points.items():
        if code in terms.reckoned:
            wrong.append(terms.reckoned[code])
        elif code in terms.parts:
            _, maximum, name = terms.parts[code]
            wrong.append(wrong_points(points, maximum, name))
        else:
            text = N_("event %(event)s has no component “%(code)s”; leave the cell empty")
            wrong.append(say(text, event=event, code=code))
    return [Problem(draft.entry.where, message) for message in wrong if message]


def plain(text: str) -> str:
    """Bring a typed number to digits and a point."""
    return unicodedata.normalize("NFKC", text).strip().replace(",", ".").replace("。", ".")


def no_number(text: str, name: str) -> Message | None:
    """Say that a text, brought to digits and a point, is neither a number nor blank."""
    if not plain(text) or NUMBER.fullmatch(plain(text)):
        return None
    said = NO_POINTS if STATE.fullmatch(plain(text).lower()) else NO_NUMBER
    return say(said, typed=text.strip()[:40], part=name)


def cell(entry: int, part: int) -> str:
    """Name the mark of an entry for a component, as forms and problems do."""
    return f"m-{entry}-{part}"
