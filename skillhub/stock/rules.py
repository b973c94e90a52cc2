"""Serial numbers of pre-printed sheets, and what a printer must be told: without a database."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from skillhub.kernel import calibration
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.rounding import rounded

MOST_OFFSET = Decimal(20)  # mm
LEAST_SCALE, MOST_SCALE = Decimal(90), Decimal(110)  # per cent
MOST_SHEETS = 1_000_000  # in one run
CROSS = Decimal(calibration.CROSS)
RULER = Decimal(calibration.RULER)
HUNDREDTH = 2  # decimals of an offset in mm, and of a scale in per cent

SERIAL = re.compile(r"(.{0,20}?)([0-9]{1,12})", re.DOTALL)


class Duplex(StrEnum):
    """What is chosen at the printer for the two sides."""

    ONE = "one"
    LONG_EDGE = "long_edge"
    SHORT_EDGE = "short_edge"


@dataclass(frozen=True, slots=True)
class Serial:
    """The number printed on a sheet: what stands before its digits, their value, and how many they are."""

    prefix: str
    value: int
    digits: int

    def __str__(self) -> str:
        """Write it as it is printed."""
        return f"{self.prefix}{self.value:0{self.digits}d}"


@dataclass(frozen=True, slots=True)
class Run:
    """Sheets that came together, numbered from first to last, both inclusive."""

    prefix: str
    first: int
    last: int
    digits: int

    def __len__(self) -> int:
        """Count its sheets."""
        return self.last - self.first + 1

    def __contains__(self, serial: Serial) -> bool:
        """Say whether a sheet is one of them."""
        return serial.prefix == self.prefix and self.first <= serial.value <= self.last

    def named(self, value: int) -> str:
        """Write the number of one of its sheets."""
        return str(Serial(self.prefix, value, self.digits))

    def overlaps(self, other: Run) -> bool:
        """Say whether one sheet would be in both."""
        together = self.first <= other.last and other.first <= self.last
        return self.prefix == other.prefix and together


def serial(text: str) -> Serial:
    """Read a number such as GD-000123; raises BadInput for what does not end in digits."""
    plain = unicodedata.normalize("NFKC", text).upper().strip()
    found = SERIAL.fullmatch(plain)
    if found is None:
        sentence = N_(
            "“%(typed)s” is no number of a sheet: write it as printed, its digits last, such as GD-000123."
        )
        raise BadInput(say(sentence, typed=plain[:40]))
    return Serial(found[1], int(found[2]), len(found[2]))


def run(first: str, last: str) -> Run:
    """Read a run by the numbers of its first and last sheet; raises BadInput where they make none."""
    one, other = serial(first), serial(last)
    ends = {"first": str(one), "last": str(other)}
    grows = one.digits < other.digits and str(one.value) == _digits(one)
    if one.prefix != other.prefix or not (one.digits == other.digits or grows):
        text = N_(
            "%(first)s and %(last)s do not begin alike or have not the same number of digits."
            " Write both as printed, zeros included."
        )
        raise BadInput(say(text, **ends))
    if other.value < one.value:
        text = N_("The last sheet %(last)s comes before the first, %(first)s.")
        raise BadInput(say(text, **ends))
    if other.value - one.value >= MOST_SHEETS:
        text = N_("From %(first)s to %(last)s are more than %(most)s sheets. Look at the digits.")
        raise BadInput(say(text, **ends, most=MOST_SHEETS))
    return Run(one.prefix, one.value, other.value, one.digits)


def _digits(one: Serial) -> str:
    return str(one)[len(one.prefix) :]


def named(runs: Sequence[Run], typed: str) -> str:
    """Give the number of a sheet as it is printed, though its zeros were not typed; raises BadInput if none has it."""
    sought = serial(typed)
    held = next((run for run in runs if sought in run), None)
    if held is None:
        text = N_("No sheet %(serial)s of this paper was received. Look at the number again.")
        raise BadInput(say(text, serial=str(sought)))
    return held.named(sought.value)


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the numbered sheets: received = used + spoiled + missing + left, where nothing is counted twice.

    `gaps` are the sheets passed over: not accounted for, though a later one of their run is. `never` are numbers
    between two runs that never came. `twice` are sheets stated more than once, `strange` those of no run.
    """

    received: int
    used: int
    spoiled: int
    missing: int
    left: int
    next: str
    gaps: tuple[tuple[str, str], ...]
    never: tuple[tuple[str, str], ...]
    twice: tuple[str, ...]
    strange: tuple[str, ...]

    @property
    def problems(self) -> list[Problem]:
        """Say in sentences what somebody must look into."""
        spans = [(GAP, span) for span in self.gaps] + [(NEVER, span) for span in self.never]
        single = [(TWICE, one) for one in self.twice] + [(STRANGE, one) for one in self.strange]
        told = [
            Problem(_span(*span), say(text, first=span[0], last=span[1]), "warning")
            for text, span in spans
        ]
        return told + [Problem(one, say(text, serial=one)) for text, one in single]


GAP = N_(
    "Sheets %(first)s to %(last)s were passed over: neither used nor spoiled, though a later one was."
)
NEVER = N_("Sheets %(first)s to %(last)s were never received, though those before and after were.")
TWICE = N_("Sheet %(serial)s is stated more than once.")
STRANGE = N_("Sheet %(serial)s is of no run that was received.")


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} – {last}"


def balance(runs: Sequence[Run], used: Sequence[str], spoiled: Sequence[str] = ()) -> Balance:
    """Account for the sheets of a paper: each is stated by its number once, as used or as spoiled."""
    own = sorted(runs, key=lambda run: (run.prefix, run.first))
    good, bad = ([_placed(own, text) for text in texts] for texts in (used, spoiled))
    stated = Counter([*good, *bad])
    inside: list[list[int]] = [[] for _ in own]
    for at, value, _ in sorted(stated):
        if at >= 0:
            inside[at].append(value)
    holes = [[*_holes(run.first, some)] for run, some in zip(own, inside, strict=True)]
    left = [run.last - max([run.first - 1, *some]) for run, some in zip(own, inside, strict=True)]
    beyond = [(run.named(run.last - n + 1), n) for run, n in zip(own, left, strict=True) if n]
    used_up = {one for one in good if one[0] >= 0}
    return Balance(
        received=sum(map(len, own)),
        used=len(used_up),
        spoiled=len({one for one in bad if one[0] >= 0} - used_up),
        missing=sum(high - low + 1 for some in holes for low, high in some),
        left=sum(left),
        next=beyond[0][0] if beyond else "",
        gaps=tuple(
            (run.named(low), run.named(high))
            for run, some in zip(own, holes, strict=True)
            for low, high in some
        ),
        never=tuple(
            (one.named(one.last + 1), other.named(other.first - 1))
            for one, other in pairwise(own)
            if one.prefix == other.prefix and one.last + 1 < other.first
        ),
        twice=tuple(_written(own, one) for one, times in sorted(stated.items()) if times > 1),
        strange=tuple(text for at, _, text in sorted(stated) if at < 0),
    )


def _placed(own: Sequence[Run], text: str) -> tuple[int, int, str]:
    """Find a stated sheet: its run and its value; the text itself where it is of none."""
    try:
        sought = serial(text)
    except BadInput:
        return -1, 0, text
    at = next((n for n, run in enumerate(own) if sought in run), -1)
    return (at, sought.value, "") if at >= 0 else (-1, 0, str(sought))


def _written(own: Sequence[Run], one: tuple[int, int, str]) -> str:
    at, value, text = one
    return own[at].named(value) if at >= 0 else text


def _holes(first: int, values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give what lies between the values, from the first on."""
    for one, other in pairwise([first - 1, *values]):
        if other > one + 1:
            yield one + 1, other - 1


class Adjustment(NamedTuple):
    """What a printer is told: how far right and down (mm), and how large (per cent), from the top left corner."""

    x: Decimal = Decimal(0)
    y: Decimal = Decimal(0)
    scale: Decimal = Decimal(100)


def out_of_reach(adjustment: Adjustment) -> list[Problem]:
    """Say why an adjustment cannot be: too far, too large, or finer than a hundredth."""
    problems = [
        Problem(name, say(TOO_FAR, typed=value, most=MOST_OFFSET))
        for name, value in (("offset_x", adjustment.x), ("offset_y", adjustment.y))
        if abs(value) > MOST_OFFSET
    ]
    if not LEAST_SCALE <= adjustment.scale <= MOST_SCALE:
        told = {"typed": adjustment.scale, "least": LEAST_SCALE, "most": MOST_SCALE}
        problems.append(Problem("scale", say(TOO_LARGE, **told)))
    named = zip(("offset_x", "offset_y", "scale"), adjustment, strict=True)
    fine = [name for name, value in named if rounded(value, HUNDREDTH) != value]
    return problems + [Problem(name, say(TOO_FINE)) for name in fine]


TOO_FAR = N_(
    "%(typed)s mm is more than %(most)s mm: no printer pulls paper so far off. Measure again, and look whether"
    " the paper lies in the tray as it should."
)
TOO_LARGE = N_(
    "%(typed)s %% is not between %(least)s and %(most)s %%: the file was printed with “fit to page”. Print it at"
    " “actual size” and measure again."
)
TOO_FINE = N_("Two decimals are enough: a hundredth of a millimetre, or of a per cent.")


def corrected(now: Adjustment, left: Decimal, top: Decimal, length: Decimal) -> Adjustment:
    """Work out what a printer must be told, from what a test sheet printed with `now` measures.

    `left` and `top` say where the cross fell, from the edges of the paper, `length` how far the second cross is from
    it (mm). The printer puts what is at q on m = a * q + b; the file must bring what belongs at p to (p - b) / a.
    """
    scale = rounded(now.scale * RULER / length, HUNDREDTH)
    sent = [now.scale * CROSS / 100 + offset for offset in (now.x, now.y)]
    told = [
        rounded(at - fell * scale / 100, HUNDREDTH)
        for at, fell in zip(sent, (left, top), strict=True)
    ]
    return Adjustment(told[0], told[1], scale)


MEASURED = {
    "offset_x": "left",
    "offset_y": "top",
    "scale": "length",
}  # what an adjustment is read from


def read_off(
    now: Adjustment, left: Decimal, top: Decimal, length: Decimal
) -> tuple[Adjustment, list[Problem]]:
    """Give what a printer must be told after measuring its test sheet, or at which number that cannot be."""
    if not LEAST_SCALE <= length * 100 / RULER <= MOST_SCALE:
        told = {"typed": length, "should": RULER}
        return now, [Problem("length", say(NOT_ACTUAL, **told))]
    told_now = corrected(now, left, top, length)
    wrong = [Problem(MEASURED[p.where], p.message) for p in out_of_reach(told_now)]
    return told_now, wrong


NOT_ACTUAL = N_(
    "%(typed)s mm where %(should)s belong: the file was printed with “fit to page”, or another cross was measured."
    " Print it at “actual size” and measure again."
)
