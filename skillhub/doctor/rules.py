"""What the doctor finds: where it is, how grave it is, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

from skillhub.casebook.rules import Case, Score
from skillhub.kernel.canonical import digest
from skillhub.kernel.messages import Message, Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")


class Spot(NamedTuple):
    """Where a check saw something: a stable name of the place, the page with the cell, and the sentence."""

    subject: str
    page: str
    message: Message


class Check(Protocol):
    """One thing to look for: a module of the shelf."""

    code: str
    severity: Severity
    label: str

    def look(self, case: Case) -> Iterator[Spot]:
        """Give every spot where it is wrong or odd."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found in one event."""

    check: str
    severity: Severity
    event: int
    subject: str
    page: str
    message: Message

    @property
    def key(self) -> str:
        """Name the finding as long as its facts stay the same: what is written about it is kept under this."""
        plain = [self.check, self.event, self.subject, self.message.as_json()]
        return digest(plain)[:32]


def examine(case: Case, checks: Iterable[Check]) -> list[Finding]:
    """Look at one event with some checks: errors first, then in the order of the checks and of their subjects."""
    found = [
        (n, Finding(check.code, check.severity, case.id, *spot))
        for n, check in enumerate(checks)
        for spot in sorted(check.look(case), key=lambda s: (s.subject, s.page, str(s.message)))
    ]
    found.sort(key=lambda pair: (SEVERITIES.index(pair[1].severity), pair[0]))
    return [finding for _, finding in found]


def middle(values: Iterable[Decimal]) -> Decimal | None:
    """Give the median: of an even number, the lower of the two in the middle."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def mark_page(entry: int) -> str:
    """Give the page on which the marks of an entry are mended."""
    return f"marks/{entry}"


def entry_page(entry: int) -> str:
    """Give the page on which an entry is mended."""
    return f"entries/{entry}/edit"


def columns(case: Case) -> dict[tuple[str, str, int, str], list[Decimal]]:
    """Give the values of each judge on each aspect, and of each component that is marked without judges."""
    parts, judged = {part.code: part.name for part in case.parts}, {s.part for s in case.scores}
    names = {(judge.part, judge.seat): judge.name for judge in case.judges}
    found: dict[tuple[str, str, int, str], list[Decimal]] = {}
    for score in case.scores:
        who = names.get((score.part, score.seat), f"{parts.get(score.part)} {score.seat}")
        found.setdefault((score.part, score.aspect, score.seat, who), []).append(score.value)
    for one in case.competing():
        for code, mark in one.marks.items():
            if mark.points is not None and code not in judged and code in parts:
                found.setdefault((code, "", 0, parts[code]), []).append(mark.points)
    return found


def distances(case: Case) -> dict[tuple[str, int, str], list[Decimal]]:
    """Say for each judge how far each of the marks lies from the mean of the others on the same work."""
    names = {(judge.part, judge.seat): judge.name for judge in case.judges}
    works: dict[tuple[str, str, int, int], list[Score]] = {}
    for score in case.scores:
        works.setdefault((score.part, score.aspect, score.attempt, score.entry), []).append(score)
    found: dict[tuple[str, int, str], list[Decimal]] = {}
    for scores in works.values():
        whole = sum((score.value for score in scores), Decimal(0))
        for score in scores if len(scores) > 2 else ():
            mean = (whole - score.value) / (len(scores) - 1)
            name = names.get((score.part, score.seat), str(score.seat))
            found.setdefault((score.part, score.seat, name), []).append(score.value - mean)
    return found
