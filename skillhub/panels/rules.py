"""Who must not judge whom, how many seats a component needs, and from which lots codes are drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar

from skillhub.kernel.messages import N_, Message, Problem, say

GROUNDS = {
    "employer": N_("same employer"),
    "kin": N_("kin"),
    "coach": N_("coach and trainee"),
    "master_apprentice": N_("master and apprentice"),
    "other": N_("another tie"),
}
# Once somebody's kin or apprentice, always: a former master judges a former apprentice no more freely.
LASTING = frozenset({"kin", "master_apprentice"})

Value = TypeVar("Value")


def binds(kind: str, since: date | None, until: date | None, day: date | None) -> bool:
    """Tell whether a tie keeps one from judging the other on a day; both days are inclusive, none is open.

    Without a day it binds unless it has ended.
    """
    if day is not None and since is not None and since > day:
        return False
    if kind in LASTING or until is None:
        return True
    return day is not None and until >= day


def colleagues(one: str, other: str, employers: Collection[str]) -> bool:
    """Tell whether two organisations are one employer, by their paths: the same, or a part of one that employs.

    A federation stands over all its enterprises and employs none of their people: only paths in `employers` join.
    """
    upper, lower = sorted((one, other), key=len)
    return upper == lower or (lower.startswith(upper) and upper in employers)


def steps_aside(
    judge: int,
    team: Collection[int],
    unit: Any,
    day: date | None,
    ties: Mapping[tuple[int, int], Sequence[Any]],
    jobs: Mapping[int, Sequence[Any]],
    employing: Collection[str],
) -> tuple[str, Message] | None:
    """Say why a judge must not mark an entry, if so: a tie to one of its people comes before a common employer.

    `unit` is the organisation the entry stands for; ties and workplaces are those known of people, by their keys.
    """
    for person in sorted(team):
        for tie in ties.get((judge, person), ()):
            if binds(tie.kind, tie.since, tie.until, day):
                return tie.kind.value, say(GROUNDS[tie.kind])
    if judge in team:
        return "other", say(N_("marks an entry of their own"))
    units = [unit] if unit else []
    units += [one for person in team for one in jobs.get(person, ())]
    for own in jobs.get(judge, ()):
        if any(colleagues(own.path, one.path, employing) for one in units):
            return "employer", say(N_("same employer: %(unit)s"), unit=own.name)
    return None


def lots(n: int, taken: Collection[str]) -> list[str]:
    """Give the lots for n entries: numbers of three digits or more, at least twice as many as are drawn.

    None is the public number of an entry, so that nobody takes one for the other.
    """
    digits = 3
    while 9 * 10 ** (digits - 1) < 2 * n + len(taken):
        digits += 1
    free = range(10 ** (digits - 1), 10**digits)
    return [str(lot) for lot in free if str(lot) not in taken]


class Shown(NamedTuple):
    """An entry as it stands beside its marks while names are closed: what does not tell who it is."""

    id: int  # the code once more: the key of the row would lead to the name
    code: str
    status: Any
    official: bool
    version: int = 0
    name: str = ""
    status_reason: str = ""
    organisation: None = None
    organisation_id: None = None
    person: None = None
    person_id: None = None
    members: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What the entries of one event are called beside their marks: by name, or by code while names are closed.

    Pages, sheets and addresses name an entry by the `id` of what `rows` gives; `inward` leads back to the row.
    """

    open: bool
    codes: Mapping[int, str]  # by the key of the entry; empty where names are open

    def rows(self, found: Sequence[Any]) -> list[Any]:
        """Give entries as they are shown, by code where names are closed; one without a code is not shown at all."""
        if self.open:
            return list(found)
        shown = [
            Shown(int(self.codes[e.id]), self.codes[e.id], e.status, e.official)
            for e in found
            if e.id in self.codes
        ]
        return sorted(shown, key=lambda one: one.id)

    def one(self, entry: Any) -> Any:
        """Give one entry as it is shown; None for one that has no code yet."""
        return next(iter(self.rows([entry])), None)

    def called(self, entry: Any) -> str:
        """Name an entry in a sentence: by its code and name, or by the code it is marked under."""
        shown = self.one(entry)
        return f"{shown.code} {shown.name}".strip() if shown else "–"

    def inward(self, key: int) -> int:
        """Give the key of the row behind what is shown; 0 for nobody."""
        if self.open:
            return key
        return next((entry for entry, code in self.codes.items() if int(code) == key), 0)

    def outward(self, entry_id: int) -> int:
        """Give the id under which a row is shown; 0 for one that is not."""
        return entry_id if self.open else int(self.codes.get(entry_id, 0))

    def ordered(
        self,
        found: Iterable[Value],
        entry: Callable[[Value], int],
        first: Callable[[Value], Any] = lambda one: 0,
    ) -> list[Value]:
        """Put things about entries by code while names are closed, after what comes `first`.

        The rows come in the order of the list of names: a list of codes in that order would be its key.
        """
        if self.open:
            return list(found)
        return sorted(found, key=lambda one: (first(one), self.outward(entry(one))))

    def keyed(self, cells: Mapping[tuple[int, int], Value]) -> dict[tuple[int, int], Value]:
        """Give cells of entry and component as they are shown."""
        return {(self.outward(entry), part): value for (entry, part), value in cells.items()}

    def stored(self, cells: Mapping[tuple[int, int], Value]) -> dict[tuple[int, int], Value]:
        """Give cells of what is shown and component as they are stored."""
        inward = {self.outward(entry): entry for entry in self.codes}
        return {
            (key if self.open else inward.get(key, 0), part): value
            for (key, part), value in cells.items()
        }

    def problems(self, message: Message, found: Sequence[Problem]) -> list[Problem]:
        """Give the problems of a refusal at the cells as they are shown; one that names none stands by itself."""
        return [Problem(self._where(p.where), p.message) for p in found] or [Problem("", message)]

    def _where(self, where: str) -> str:
        kind, _, rest = where.partition("-")
        entry, _, part = rest.partition("-")
        known = kind == "m" and entry.isdecimal()
        return f"m-{self.outward(int(entry))}-{part}" if known else where


def aside(out: Collection[tuple[int, int]], own: Collection[int]) -> set[int]:
    """Give the entries for which somebody steps aside on every own seat; `out` are seats with their entries."""
    return (
        {entry for _, entry in out if all((seat, entry) in out for seat in own)} if own else set()
    )
