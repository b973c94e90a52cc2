"""What an amendment changes for whom: points, places and awards before and after, and what must be marked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from skillhub.kernel.messages import N_, Message, say
from skillhub.scoring.rules import Boxes, Given, Scheme, Slot, read_given

GONE = N_("the amended scheme has no such box")


@dataclass(frozen=True, slots=True)
class Held:
    """How one entry stands: its points by the code of the component, total, place, and awards where they are known."""

    marks: Mapping[str, str]
    total: str | None = None
    rank: int | None = None
    awards: tuple[str, ...] = ()


Picture = Mapping[int, Held]  # by entry


@dataclass(frozen=True, slots=True)
class Line:
    """What an amendment means for one entry; `falls` names the components that need a second look again."""

    entry: int
    before: Held
    after: Held
    falls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """One box that must be marked again: what stood there, and why it cannot stay; nothing stood in a new one."""

    entry: int
    part: str
    aspect: str
    seat: int
    attempt: int
    stood: str = ""
    why: Mapping[str, Any] | None = None  # a sentence, as messages are stored

    def place(self) -> tuple[int, str, str, int, int]:
        """Say where it stands in a list."""
        return self.entry, self.part, self.aspect, self.seat, self.attempt


@dataclass(frozen=True, slots=True)
class Report:
    """All that an amendment changes."""

    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...]
    awards_known: bool = False

    @property
    def digest(self) -> str:
        """Give the SHA-256 over what a person decides by."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Report:
        """Read back what as_json gave."""
        lines = tuple(
            Line(one["entry"], _held(one["before"]), _held(one["after"]), tuple(one["falls"]))
            for one in stored["lines"]
        )
        remarks = tuple(Remark(**one) for one in stored["remarks"])
        return cls(lines, remarks, stored["awards_known"])


def consequences(
    before: Picture, after: Picture, falls: Mapping[int, tuple[str, ...]]
) -> tuple[Line, ...]:
    """Compare two pictures of an event: who is touched, by the place now, then the old one."""
    lines = [
        Line(entry, before[entry], after[entry], falls.get(entry, ()))
        for entry in after
        if before[entry] != after[entry] or entry in falls
    ]
    last = 1 << 60
    return tuple(
        sorted(lines, key=lambda x: (x.after.rank or last, x.before.rank or last, x.entry))
    )


def leaving(scheme: Scheme, marks: Mapping[str, Boxes]) -> Iterator[tuple[str, Slot, Message]]:
    """Find what stands in boxes that another scheme does not have, or in which it cannot stand, and why."""
    for code, boxes in marks.items():
        aspect = scheme.by_code.get(code)
        for slot, given in boxes.items():
            if not given:
                continue
            if aspect is None or slot not in aspect.slots():
                yield code, slot, say(GONE)
                continue
            read = read_given(scheme, aspect, slot, str(given))
            if isinstance(read, Message):
                yield code, slot, read
            elif read != given:
                text = N_("%(value)s would mean %(word)s")
                yield code, slot, say(text, value=str(given), word=str(read))


def holes(scheme: Scheme, marks: Mapping[str, Mapping[Slot, Given]]) -> set[tuple[str, Slot]]:
    """Give the boxes of a scheme in which nothing stands."""
    return {
        (aspect.code, slot)
        for aspect in scheme.aspects
        for slot in aspect.slots()
        if not marks.get(aspect.code, {}).get(slot)
    }


def begun(marks: Mapping[str, Mapping[Slot, Given]]) -> bool:
    """Tell whether anything of an entry is marked: of one that is not, no box must be marked *again*."""
    return any(given for boxes in marks.values() for given in boxes.values())


def _held(stored: Mapping[str, Any]) -> Held:
    return Held(**{**stored, "awards": tuple(stored["awards"])})
