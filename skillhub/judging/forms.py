"""A ballot as a form: the boxes of one seat for one entry, what stands in them, and what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skillhub.kernel.messages import Message, Problem
from skillhub.scoring.models import Mark
from skillhub.scoring.queries import MarkKey
from skillhub.scoring.rules import Aspect, Slot

FEW = 11  # scores that are offered as buttons; more are typed


@dataclass(frozen=True, slots=True)
class Field:
    """One box: large buttons where few scores are possible, else a number to type."""

    name: str
    aspect: Aspect
    slot: Slot
    text: str
    version: int
    choices: tuple[str, ...]
    low: str
    high: str
    error: Message | None


Own = Sequence[tuple[Aspect, Sequence[Slot]]]


def name_of(aspect: Aspect, slot: Slot) -> str:
    """Name a box in the form; it carries neither entry nor seat."""
    return f"b-{aspect.code}-{slot.attempt}"


def fields(
    own: Own,
    rows: Mapping[MarkKey, Mark],
    posted: Mapping[str, str],
    problems: Sequence[Problem] = (),
) -> list[Field]:
    """Draw the boxes; what was typed stays."""
    stored = {(key.aspect, key.attempt): mark for key, mark in rows.items()}
    errors = {problem.where: problem.message for problem in problems}
    return [_field(a, slot, stored, posted, errors) for a, slots in own for slot in slots]


def _field(
    aspect: Aspect,
    slot: Slot,
    stored: Mapping[tuple[str, int], Mark],
    posted: Mapping[str, str],
    errors: Mapping[str, Message],
) -> Field:
    name, mark = name_of(aspect, slot), stored.get((aspect.code, slot.attempt))
    low, high = aspect.range(slot)
    stands = _written(mark)
    text = posted.get(name, stands)
    return Field(
        name,
        aspect,
        slot,
        text,
        mark.version if mark else 0,
        _choices(aspect, slot),
        f"{low:f}",
        "" if high is None else f"{high:f}",
        errors.get(name),
    )


def _written(mark: Mark | None) -> str:
    if mark is None:
        return ""
    return f"{'' if mark.value is None else f'{mark.value:f}'}{mark.token}"


def _choices(aspect: Aspect, slot: Slot) -> tuple[str, ...]:
    """Give the scores of a box that takes few whole ones."""
    low, high = aspect.range(slot)
    if aspect.kind != "judgement" or high is None or high - low >= FEW:
        return ()
    return tuple(str(score) for score in range(int(low), int(high) + 1))


def read(own: Own, posted: Mapping[str, str]) -> dict[tuple[str, int], tuple[str, int]]:
    """Read what was typed, with the version that was shown; an empty box is a blank."""
    typed = {}
    for aspect, slots in own:
        for slot in slots:
            name = name_of(aspect, slot)
            seen = posted.get(f"seen-{name}", "")
            if name in posted or f"seen-{name}" in posted:
                version = int(seen) if re.fullmatch(r"[0-9]{1,9}", seen) else 0
                typed[aspect.code, slot.attempt] = (posted.get(name, "").strip(), version)
    return typed


def placed(problems: Sequence[Problem], own: Own) -> list[Problem]:
    """Give the problems of boxes at the fields of this form."""
    names = {
        f"-{a.code}-{slot.seat}-{slot.attempt}": name_of(a, slot) for a, s in own for slot in s
    }
    return [
        Problem(next((n for end, n in names.items() if p.where.endswith(end)), ""), p.message)
        for p in problems
    ]
