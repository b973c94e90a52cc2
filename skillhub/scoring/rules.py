"""What a marking scheme is, and how the marks of one entry become the points of a component. All in exact fractions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, NamedTuple

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import named
from skillhub.kernel.rounding import rounded

TABLE = 0  # the seat of what no judge gives: a measurement, a time, a degree of difficulty
ABSENT = "A"  # a judge who did not mark
DNF, DNS, CUT = "DNF", "DNS", "CUT"  # not finished; not started; the cut-off was missed


class Rounding(StrEnum):
    """Where points are rounded half up: each aspect, the sum of the part, or nothing before the total."""

    ASPECT, PART, END = "aspect", "part", "end"


class Slot(NamedTuple):
    """One box of an aspect: whose it is, and in which attempt."""

    seat: int = TABLE
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in one box; no value and no word is a blank, which is never 0. A 0 may carry its reason as a word."""

    value: Decimal | None = None
    token: str = ""

    def __bool__(self) -> bool:
        return self.value is not None or bool(self.token)

    def __str__(self) -> str:
        return self.token if self.value is None else f"{self.value:f}{self.token}"


BLANK = Given()
Boxes = Mapping[Slot, Given]
Marks = Mapping[str, Boxes]  # by aspect


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one aspect comes to: points or a word for none, or what is missing or in dispute, and how."""

    value: Fraction | None = None
    token: str = ""
    missing: tuple[Slot, ...] = ()
    dispute: Message | None = None
    flag: Message | None = None
    how: Message | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """What a component comes to for one entry; `points` are printed, `value` is exact."""

    value: Fraction | None
    points: Decimal | None
    token: str
    steps: tuple[tuple[str, Outcome], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the aspects that have an empty box."""
        return tuple(code for code, step in self.steps if step.missing)

    @property
    def disputes(self) -> tuple[tuple[str, Message], ...]:
        """Give the aspects whose judges must vote again, and why."""
        return tuple((code, step.dispute) for code, step in self.steps if step.dispute)

    @property
    def flags(self) -> tuple[tuple[str, Message], ...]:
        """Give what is to be known of an aspect that has its points."""
        return tuple((code, step.flag) for code, step in self.steps if step.flag)


@dataclass(frozen=True, kw_only=True)
class Aspect:
    """One thing that is marked. A kind says what its boxes take, and how they become points."""

    kind: ClassVar[str]
    label: ClassVar[str]
    letter: ClassVar[str] = "M"  # as import sheets write the type: M, J or D
    tokens: ClassVar[tuple[str, ...]] = ()
    judged: ClassVar[bool] = False

    code: str = named(N_("Code"), longest=40)
    name: str = named(N_("Name"), default="")
    max: Decimal | None = named(N_("Maximum"), default=None)
    section: str = named(N_("Section of the standards"), default="", longest=40)
    day: int | None = named(N_("Day of marking"), default=None, low=1, high=99)
    description: str = named(N_("What is marked"), default="", longest=2000)

    @property
    def most(self) -> Fraction | None:
        """Give the most points it can earn; None where there is no limit."""
        return None if self.max is None else Fraction(self.max)

    def slots(self) -> tuple[Slot, ...]:
        """List its boxes."""
        return (Slot(),)

    def wrong(self, value: Decimal, slot: Slot) -> Message | None:
        """Say why a number cannot stand in a box."""
        low, high = self.range(slot)
        return outside(value, low, high, None)

    def word_for(self, value: Decimal, slot: Slot) -> str:
        """Give the word that a number stands for, as -1 does for DNF in some sheets."""
        return ""

    def range(self, slot: Slot) -> tuple[Decimal, Decimal | None]:
        """Give the least and the greatest number of a box."""
        return Decimal(0), self.max

    def sense(self) -> Iterator[tuple[str, Message]]:
        """Say which parameters do not fit together."""
        if self.max is None or self.max <= 0:
            yield "max", say(N_("write the most points it can earn"))

    def score(self, boxes: Boxes, out: Collection[int]) -> Outcome:
        """Turn what stands in the boxes into points; `out` are the seats that must not mark this entry."""
        given = boxes.get(Slot(), BLANK)
        if given.value is not None:
            return Outcome(self.points(given.value))
        return self.nothing(given.token) if given else Outcome(missing=(Slot(),))

    def nothing(self, word: str) -> Outcome:
        """End with a word: where there are points to be earned it earned none, else there is no figure."""
        if self.max is None:
            return Outcome(token=word)
        return Outcome(Fraction(0), flag=say(N_("%(word)s earns nothing"), word=word))

    def points(self, value: Decimal) -> Fraction:
        """Turn the one number of the aspect into points."""
        return Fraction(value)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the standards that the aspects point at, with the points planned for it."""

    code: str
    name: str = ""
    planned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sub:
    """A sub-criterion: aspects that are marked together."""

    code: str
    name: str = ""
    aspects: tuple[Aspect, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion and its sub-criteria."""

    code: str
    name: str = ""
    subs: tuple[Sub, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one component is marked.

    `zero_reasons` are the reasons a judged 0 must carry, by letter; none means that 0 needs none. `raise_to` puts the
    sum on another scale, such as 100. `marks_of` names the component whose marks are read a second time here.
    """

    criteria: tuple[Criterion, ...] = ()
    rounding: Rounding = Rounding.END
    decimals: int = 2
    sections: tuple[Section, ...] = ()
    zero_reasons: Mapping[str, str] = field(default_factory=dict)
    raise_to: Decimal | None = None
    marks_of: str = ""

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """List its aspects in order."""
        return tuple(a for c in self.criteria for sub in c.subs for a in sub.aspects)

    @property
    def by_code(self) -> dict[str, Aspect]:
        """Find its aspects by code."""
        return {aspect.code: aspect for aspect in self.aspects}

    @property
    def most(self) -> Fraction | None:
        """Give the sum of the most that its aspects can earn; None where one has no limit."""
        all_of = [aspect.most for aspect in self.aspects]
        known = [most for most in all_of if most is not None]
        return sum(known, Fraction()) if len(known) == len(all_of) else None


def score(
    scheme: Scheme,
    marks: Marks,
    out: Collection[int] = (),
    maximum: Decimal | None = None,
    partial: bool = False,
) -> Scored:
    """Turn the marks of one entry into points: the sum of the aspects, from 0 to the maximum.

    `partial` is for who did not finish: what was not marked then earns nothing.
    """
    steps = tuple(
        (a.code, _rounded(scheme, a.score(marks.get(a.code, {}), out))) for a in scheme.aspects
    )
    values = [step.value for _, step in steps if step.value is not None]
    token = next((step.token for _, step in steps if step.token), "")
    if token or not values or (len(values) < len(steps) and not partial):
        ended = token if not any(step.missing or step.dispute for _, step in steps) else ""
        return Scored(None, None, ended, steps)
    total = max(sum(values, Fraction()), Fraction(0))
    if scheme.raise_to is not None and scheme.most:
        total *= Fraction(scheme.raise_to) / scheme.most
    total = total if maximum is None else min(total, Fraction(maximum))
    points = rounded(total, scheme.decimals)
    exact = total if scheme.rounding is Rounding.END else Fraction(points)
    return Scored(exact, points, "", steps)


def _rounded(scheme: Scheme, outcome: Outcome) -> Outcome:
    if scheme.rounding is not Rounding.ASPECT or outcome.value is None:
        return outcome
    return replace(outcome, value=Fraction(rounded(outcome.value, scheme.decimals)))


NO_NUMBER = N_("“%(typed)s” is no number")
TYPED = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,4})?)([^\W\d_]*)|([^\W\d_]+)")


def read_given(
    scheme: Scheme, aspect: Aspect, slot: Slot, typed: Decimal | str | None
) -> Given | Message:
    """Read what was typed into a box: a number, a word of the aspect, 0 with the letter of its reason, or a blank."""
    text = f"{typed:f}" if isinstance(typed, Decimal) else (typed or "").strip()
    text = unicodedata.normalize("NFKC", text).replace(",", ".").replace(" ", "").upper()
    if not text:
        return BLANK
    fits = TYPED.fullmatch(text)
    if fits is None or (fits[3] and fits[3] not in aspect.tokens):
        words, text = ", ".join(aspect.tokens), text[:40]
        odd = N_("“%(typed)s” is neither a number nor %(words)s") if words else NO_NUMBER
        return say(odd, typed=text, words=words)
    if fits[3]:
        return Given(None, fits[3])
    value = Decimal(fits[1])
    if word := aspect.word_for(value, slot):
        return Given(None, word)
    wrong = aspect.wrong(value, slot)
    return wrong or _with_reason(scheme, aspect, slot, value, fits[2] or "")


def _with_reason(
    scheme: Scheme, aspect: Aspect, slot: Slot, value: Decimal, reason: str
) -> Given | Message:
    """Ask for the reason of a 0 where the scheme wants one, and refuse letters anywhere else."""
    asks = scheme.zero_reasons if aspect.judged and slot.seat != TABLE else {}
    if value or not asks:
        return say(NO_NUMBER, typed=f"{value}{reason}") if reason else Given(value)
    if reason in asks:
        return Given(value, reason)
    told = ", ".join(f"0{letter} {text}" for letter, text in asks.items())
    return say(N_("a 0 needs its reason: %(known)s"), known=told)


def outside(
    value: Decimal, low: Decimal, high: Decimal | None, step: Decimal | None
) -> Message | None:
    """Say why a number is none that a box takes."""
    if value < low or (high is not None and value > high):
        if high is None:
            return say(N_("%(value)s is below %(low)s"), value=value, low=low)
        return say(N_("%(value)s is not from %(low)s to %(high)s"), value=value, low=low, high=high)
    if step and Fraction(value - low) % Fraction(step):
        text = N_("%(value)s is none of the steps of %(step)s from %(low)s")
        return say(text, value=value, step=step, low=low)
    return None
