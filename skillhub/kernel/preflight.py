"""What would go wrong on paper, found before anything is printed; and the type size each text gets."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from skillhub.kernel import fonts
from skillhub.kernel.composing import HAN
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.paper import About, Fact, Facts, Template, complete, items, unsaid

POINT = 25.4 / 72  # mm
STEP = 0.5  # pt
SLACK = 0.995  # the engine rounds its advances; leave it half a percent
MOST_CHARACTERS = 600
# Scripts whose letters hang together: Arabic, Syriac, N'Ko, Mandaic, Devanagari, Bengali, Gurmukhi, Mongolian,
# Phags-pa, Sogdian, Manichaean, Adlam and Rohingya, with their supplements and presentation forms.
JOINED = re.compile(
    "[\u0600-\u086f\u0870-\u0a7f\u1800-\u18af\ua840-\ua87f\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefe"
    "\U00010ac0-\U00010aff\U00010b80-\U00010baf\U00010d00-\U00010d3f\U00010ec0-\U00010eff"
    "\U00010f30-\U00010f6f\U00011660-\U0001167f\U0001e900-\U0001e95f\U0001ee00-\U0001eeff]"
)
UNSAID = {
    "zh": N_(
        "The paper is in Chinese alone, and this is known only in English. Write it in Chinese, or use both."
    ),
    "en": N_(
        "The paper is in English alone, and this is known only in Chinese. Write it in English, or use both."
    ),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a fact is set: families, size in pt, lines, the narrowest even width in mm, em between letters."""

    chain: tuple[str, ...]
    size: float
    lines: int
    width: float
    spacing: float = 0


def preflight(template: Template, facts: Facts, folder: Path = fonts.FOLDER) -> list[Problem]:
    """List what stops these facts from being printed: gaps, missing characters, texts too long."""
    about = template.about
    given = complete(about, facts)
    problems = [Problem(name, say(UNSAID[about.language])) for name in unsaid(about, facts)]
    for name, fact in about.facts.items():
        texts = items(given[name])
        if fact.silent(about.language):
            continue
        problems += _gaps(fact, given[name]) or _unprintable(fact, texts, folder)
        if fact.size and texts and fit(about, fact, texts, folder) is None:
            problems.append(Problem(name, _too_long(fact, texts)))
    return problems


def fits(about: About, facts: Facts, folder: Path = fonts.FOLDER) -> dict[str, Fit | None]:
    """Choose the type size of every fact that stands in a box and has a text."""
    return {
        name: fit(about, fact, texts, folder)
        for name, fact in about.facts.items()
        if fact.size and (texts := items(facts[name]))
    }


def fit(about: About, fact: Fact, texts: Sequence[str], folder: Path = fonts.FOLDER) -> Fit | None:
    """Find the size at which all texts of a fact stand in its box; None when there is none.

    `shrink` goes down to the least size on one line, then wraps; `wrap` first wraps at full size,
    then goes down; `refuse` does neither. The texts of a list share one size.
    """
    return _fit(about.faces[fact.face].chain("".join(texts)), fact, tuple(texts), folder)


@lru_cache(maxsize=2000)
def _fit(chain: tuple[str, ...], fact: Fact, texts: tuple[str, ...], folder: Path) -> Fit | None:
    whole = [fact.before + text + fact.after for text in texts]
    spacing = 0 if any(map(joins, whole)) else fact.spacing
    wide = [_Line(text, chain, fact.weight, spacing, folder) for text in whole]
    for size, lines in _tries(fact):
        room = fact.width / (size * POINT) * SLACK
        if all(line.stands_on(lines, room) for line in wide):
            even = max(line.even(room) for line in wide)
            room = round(even * size * POINT / SLACK + 0.05, 2)
            return Fit(chain, size, lines, room, spacing)
    return None


def joins(text: str) -> bool:
    """Say whether letters of this text are joined by a stroke, which space between them would tear."""
    return bool(JOINED.search(text))


def _tries(fact: Fact) -> list[tuple[float, int]]:
    """Order the sizes and numbers of lines as the policy wants them tried."""
    if fact.policy == "refuse":
        return [(fact.size, fact.lines)]
    least = fact.least or fact.size
    steps = round((fact.size - least) / STEP)
    sizes = [fact.size - STEP * n for n in range(steps + 1)]
    if fact.policy == "wrap":
        return [(size, fact.lines) for size in sizes]
    return [(size, 1) for size in sizes] + [(least, n) for n in range(2, fact.lines + 1)]


class _Line:
    """One text, measured in em, with the places where it may break."""

    def __init__(
        self, text: str, chain: tuple[str, ...], weight: int, spacing: float, folder: Path
    ) -> None:
        def wide(piece: str) -> float:
            return fonts.advance(piece, chain, weight, folder) + spacing * len(piece)

        self.text, self.wide = text, wide
        self.whole = wide(text)

    @cached_property
    def pieces(self) -> list[tuple[float, float]]:
        """Measure each piece with and without the space behind it."""
        return [(self.wide(p), self.wide(p.rstrip())) for p in pieces(self.text)]

    def stands_on(self, lines: int, room: float) -> bool:
        """Say whether this takes no more than so many lines."""
        return self.whole <= room or (lines > 1 and self.lines(room) <= lines)

    def lines(self, room: float) -> float:
        """Count the lines this takes; infinite when one piece alone is too wide."""
        if self.whole <= room:
            return 1
        taken, count = 0.0, 1
        for full, bare in self.pieces:
            if bare > room:
                return math.inf
            if taken + bare > room:
                taken, count = 0.0, count + 1
            taken += full
        return count

    def even(self, room: float) -> float:
        """Find the narrowest width that takes no more lines than this one, so that lines come out even."""
        wanted = self.lines(room)
        if wanted == 1:
            return room
        low, high = 0.0, room
        while high - low > 0.1:
            middle = (low + high) / 2
            low, high = (low, middle) if self.lines(middle) <= wanted else (middle, high)
        return high


def pieces(text: str) -> list[str]:
    """Cut a text where a line may end: after a space or slash, around a Chinese character, not before a stop."""
    found: list[str] = []
    for character in text:
        joins = found and not found[-1].endswith(" ") and not _breaks(found[-1][-1], character)
        if joins:
            found[-1] += character
        else:
            found.append(character)
    return found


def _breaks(before: str, after: str) -> bool:
    if after in " ，。、；：！？）》」』”’·,.;:!?)" or before in "（《「『“‘(":
        return False
    if before == "/":  # an address goes on in the next line after a slash, but not before a digit
        return after.isalpha()
    return bool(HAN.match(before) or HAN.match(after))


def _gaps(fact: Fact, given: str | list[str]) -> list[Problem]:
    texts = items(given)
    if fact.required and not texts:
        return [Problem(fact.name, say(N_("This is missing and the certificate needs it.")))]
    if fact.many and len(given) > fact.many:
        text = N_("%(have)s names; the certificate holds %(most)s.")
        return [Problem(fact.name, say(text, have=len(given), most=fact.many))]
    if sum(map(len, texts)) > MOST_CHARACTERS:
        return [Problem(fact.name, _too_long(fact, texts))]
    return []


def _unprintable(fact: Fact, texts: Sequence[str], folder: Path) -> list[Problem]:
    text = N_("“%(shown)s”: no bundled font holds %(points)s.")
    problems = []
    for given in texts:
        if lost := fonts.missing_glyphs(given, folder=folder):
            named = ", ".join(f"{chr(p) if chr(p).isprintable() else ''} U+{p:04X}" for p in lost)
            message = say(text, shown=given[:80], points=named.strip())
            problems.append(Problem(fact.name, message))
    return problems


def _too_long(fact: Fact, texts: Sequence[str]) -> Message:
    text = N_("“%(shown)s” does not fit %(width)s mm on %(lines)s lines at %(least)s pt.")
    longest = max(texts, key=len)[:80]
    least = f"{fact.least or fact.size:g}"
    return say(text, shown=longest, width=f"{fact.width:g}", lines=fact.lines, least=least)
