"""Judgement: some judges give 0 to 3 each, and may not differ by more than the spread."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import named
from skillhub.scoring.rules import ABSENT, BLANK, Aspect, Boxes, Outcome, Slot, outside


@dataclass(frozen=True, kw_only=True)
class Judgement(Aspect):
    """W-04 to W-07: the maximum times the sum of the scores, divided by three times the judges.

    Scores further apart than the spread are a dispute: the judges talk and vote again. A judge who must not mark the
    entry makes the divisor smaller for that entry alone.
    """

    kind: ClassVar[str] = "judgement"
    label: ClassVar[str] = N_("Judgement")
    letter: ClassVar[str] = "J"
    tokens: ClassVar[tuple[str, ...]] = (ABSENT,)
    judged: ClassVar[bool] = True

    judges: int = named(N_("Judges"), default=3, low=1, high=99)
    top: int = named(N_("Highest score"), default=3, low=1, high=100)
    spread: int = named(N_("Scores may differ by"), default=1, high=100)
    least: int = named(N_("Judges needed"), default=2, low=1, high=99)
    levels: tuple[str, ...] = named(
        N_("What each score means"), default=(), help=N_("One line for each score, from 0 up.")
    )

    def sense(self) -> Iterator[tuple[str, Message]]:
        """Refuse more judges needed than there are, and descriptions that are too few."""
        yield from super().sense()
        if self.least > self.judges:
            yield "least", say(N_("more judges are needed than there are"))
        if self.levels and len(self.levels) != self.top + 1:
            text = N_("describe each score from 0 to %(top)s, one line each")
            yield "levels", say(text, top=self.top)

    def slots(self) -> tuple[Slot, ...]:
        """Give each judge a box."""
        return tuple(Slot(seat) for seat in range(1, self.judges + 1))

    def range(self, slot: Slot) -> tuple[Decimal, Decimal | None]:
        """Take 0 to the highest score."""
        return Decimal(0), Decimal(self.top)

    def wrong(self, value: Decimal, slot: Slot) -> Message | None:
        """Refuse what is no whole score."""
        return outside(value, Decimal(0), Decimal(self.top), Decimal(1))

    def score(self, boxes: Boxes, out: Collection[int]) -> Outcome:
        """Share the maximum by the scores, unless the judges are too far apart."""
        given, missing = voices(self.slots(), boxes, out)
        apart = max(given) - min(given) if given else Decimal(0)
        if apart > self.spread:
            text = N_("the scores %(scores)s differ by %(apart)s, at most %(spread)s is allowed")
            told = ", ".join(f"{v:f}" for v in given)
            talk = say(text, scores=told, apart=apart, spread=self.spread)
            return Outcome(missing=missing, dispute=talk)
        if missing:
            return Outcome(missing=missing)
        if len(given) < self.least:
            text = N_("only %(n)s judges marked it, %(least)s are needed: seat another")
            return Outcome(dispute=say(text, n=len(given), least=self.least))
        total, full = sum(given, Decimal(0)), len(given) * self.top
        text = N_("%(total)s of %(full)s from %(n)s judges")
        how = say(text, total=total, full=full, n=len(given))
        return Outcome(Fraction(self.max or 0) * Fraction(total) / full, how=how)


def voices(
    slots: Sequence[Slot], boxes: Boxes, out: Collection[int]
) -> tuple[list[Decimal], tuple[Slot, ...]]:
    """Give the numbers of the judges who marked, and the boxes still empty; who is out or absent is neither."""
    asked = [slot for slot in slots if slot.seat not in out]
    given = [boxes.get(slot, BLANK) for slot in asked]
    missing = tuple(slot for slot, one in zip(asked, given, strict=True) if not one)
    return [one.value for one in given if one.value is not None], missing
