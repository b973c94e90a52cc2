"""Awards: what a scheme sees and says, who may be awarded, and what every scheme may be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from skillhub.kernel import documents
from skillhub.kernel.documents import Refused
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.parameters import named
from skillhub.kernel.rounding import printed
from skillhub.results.rules import Candidate, Part, Standing, Status


class CutTie(StrEnum):
    """What becomes of a tie that lies over a cut."""

    PROMOTE_SHRINK, PROMOTE_EXTEND = "promote_shrink", "promote_extend"
    DEMOTE, DECIDE = "demote", "decide"


class Slots(StrEnum):
    """What becomes of the slot of one who may not be awarded."""

    PASS_DOWN, STAYS_EMPTY = "pass_down", "stays_empty"


class Base(StrEnum):
    """Whom a share is a share of; official entries only."""

    STARTED, REGISTERED, RANKED = "started", "registered", "ranked"


@dataclass(frozen=True, slots=True)
class Title:
    """The name of an award as printed, and its English form where that differs."""

    text: str
    english: str = ""

    @classmethod
    def from_plain(cls, raw: object) -> Title:
        """Read "Gold" or ["金牌", "Gold"]."""
        words = [raw] if isinstance(raw, str) else raw
        if not isinstance(words, list | tuple) or not 1 <= len(words) <= 2:
            raise Refused(say(N_("write a title in quotes")))
        if not all(isinstance(w, str) and w.strip() for w in words):
            raise Refused(say(N_("write a title in quotes")))
        return cls(*(str(w).strip() for w in words))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SmallField:
    """How many of the best titles a field of so many starters may have; fewer than listed: none."""

    rows: tuple[tuple[int, int | None], ...]  # (least starters, titles; None for all), most first

    @classmethod
    def from_plain(cls, raw: object) -> SmallField:
        """Read "W-27" or [["6", "all"], ["5", "2"], ["4", "1"]]."""
        if raw == "W-27":
            return W_27
        if not isinstance(raw, list | tuple) or not raw:
            raise Refused(say(N_('write "W-27" or rows like ["6", "all"]')))
        if not all(isinstance(row, list | tuple) and len(row) == 2 for row in raw):
            raise Refused(say(N_('write "W-27" or rows like ["6", "all"]')))
        whole = documents.whole
        rows = [(whole(n), None if titles == "all" else whole(titles)) for n, titles in raw]
        return cls(tuple(sorted(rows, key=lambda r: r[0], reverse=True)))

    def allows(self, started: int) -> int | None:
        """Count the titles that so many starters may have; None for all of them."""
        return next((titles for least, titles in self.rows if started >= least), 0)


# Six or more: everything; five: the first two; four: the first; three or fewer: not held.
W_27 = SmallField(((6, None), (5, 2), (4, 1)))


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of the one person behind an entry; None is not known."""

    unit: int | str | None = None
    identified: bool = True
    birth_date: date | None = None
    sex: str | None = None
    line_worker: bool | None = None


@dataclass(frozen=True, slots=True)
class Contender:
    """One entry as a scheme sees it."""

    entry: int
    standing: Standing
    marks: Mapping[str, Decimal | None]
    traits: Traits


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a committee decided on a tie over a cut; no title: none."""

    title: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Field:
    """All a scheme may look at."""

    contenders: tuple[Contender, ...]
    parts: tuple[Part, ...]
    decimals: int = 2
    held_on: date | None = None
    rulings: Mapping[int, Ruling] = field(default_factory=dict)

    def ranked(self) -> list[Contender]:
        """List those who hold a place, best first."""
        return [c for c in self.contenders if c.standing.rank is not None]

    def size(self, base: Base) -> int:
        """Count the official entries of a base: who did not start has not started, a DSQ has."""
        official = [c.standing for c in self.contenders if c.standing.official]
        if base is Base.RANKED:
            return sum(s.rank is not None for s in official)
        return sum(base is Base.REGISTERED or s.status != Status.DNS for s in official)


@dataclass(frozen=True, slots=True)
class Decision:
    """One award for one entry, and why."""

    entry: int
    title: Title
    because: Message
    kind: str
    position: int  # 1 for the best title of the event
    place: int | None
    on_top: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Where one title ends: what was planned, what came out, what each rounding would give."""

    kind: str
    title: Title
    rule: Message
    planned: int | None = None
    least: Decimal | None = None
    awarded: int = 0
    last_place: int | None = None
    least_total: Decimal | None = None
    roundings: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Proposal:
    """What one scheme alone would do."""

    won: dict[int, tuple[int, Message]] = field(default_factory=dict)  # entry: (tier, why)
    against: dict[int, Message] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A rule that awards; its fields are its parameters, these being common to all."""

    code: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    on_top: ClassVar[bool] = False  # adds to an award instead of being one

    cut_tie: CutTie = named(N_("A tie over a cut"), default=CutTie.PROMOTE_SHRINK)
    slots: Slots = named(N_("The slot of one who may not be awarded"), default=Slots.PASS_DOWN)
    min_total: Decimal | None = named(N_("Least total (empty: above 0)"), default=None)
    min_per_part: Mapping[str, Decimal] = named(N_("Least mark by part"), default_factory=dict)
    pass_marks: bool = named(N_("Every pass mark must be reached"), default=True)
    identified: bool = named(N_("Only identified persons"), default=False)
    dnf: bool = named(N_("Those who stopped may be awarded"), default=False)
    small_field: SmallField | None = named(N_("Small field"), default=None)

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award as if alone; `earlier` are the entries awarded by the schemes before."""
        raise NotImplementedError

    def titles_given(self) -> tuple[Title, ...]:
        """List the titles it can give, best first."""
        raise NotImplementedError

    def sense(self) -> list[tuple[str, Message]]:
        """Say what is wrong with the parameters together: (field, sentence)."""
        return []


def field_of(
    standings: Sequence[Standing],
    candidates: Sequence[Candidate],
    parts: Sequence[Part],
    traits: Mapping[int, Traits] | None = None,
    **more: Any,
) -> Field:
    """Put together what the schemes look at; `more` are the other fields of Field."""
    marks = {c.entry: c.marks for c in candidates}
    known, unknown = traits or {}, Traits()
    contenders = (
        Contender(s.entry, s, marks[s.entry], known.get(s.entry, unknown)) for s in standings
    )
    return Field(tuple(contenders), tuple(parts), **more)


def barred(scheme: Scheme, field: Field) -> dict[int, Message]:
    """Say for everyone who may not be awarded by a scheme why not."""
    floors = _floors(scheme, field.parts)
    reasons = ((c.entry, _bar(c, scheme, floors, field)) for c in field.contenders)
    return {entry: reason for entry, reason in reasons if reason}


def tiers_kept(scheme: Scheme, field: Field) -> int | None:
    """Count the titles that a small field leaves: None for all, 0 where it is too small."""
    return scheme.small_field.allows(field.size(Base.STARTED)) if scheme.small_field else None


_STATUS: dict[str, Message] = {
    Status.DNS: say(N_("Did not start.")),
    Status.DNF: say(N_("Did not finish.")),
    Status.DSQ: say(N_("Disqualified.")),
    Status.NC: say(N_("The result was annulled.")),
}
_GUEST = say(N_("A guest competes outside the ranking and earns no award."))
_HOLES = say(N_("Not ranked: marks are missing."))
_UNIDENTIFIED = say(N_("Nobody has been identified as the holder yet."))


def _floors(scheme: Scheme, parts: Sequence[Part]) -> list[tuple[Part, Decimal]]:
    """List the parts that must be passed, with the mark each asks for (a time: at most)."""
    marks = {p.code: p.pass_mark for p in parts} if scheme.pass_marks else {}
    asked = marks | dict(scheme.min_per_part)
    return [(p, least) for p in parts if (least := asked.get(p.code)) is not None]


def _bar(
    c: Contender, scheme: Scheme, floors: Sequence[tuple[Part, Decimal]], field: Field
) -> Message | None:
    """Find the first gate an entry fails."""
    s, earns = c.standing, any(part.counts > 0 for part in field.parts)
    if not s.official:
        return _GUEST
    if s.status != Status.OK and not (s.status == Status.DNF and scheme.dnf):
        return _STATUS[s.status]
    if s.rank is None or s.total is None:
        return _HOLES if s.status == Status.OK else _STATUS[s.status]
    if scheme.min_total is None and s.total <= 0 and earns:
        return say(N_("Place %(place)s, but a total of 0 earns no award."), place=s.rank)
    if scheme.min_total is not None and s.total < scheme.min_total:
        return say(
            N_(
                "Place %(place)s, but the total %(total)s is below the %(least)s that an award asks."
            ),
            place=s.rank,
            total=printed(s.total, field.decimals),
            least=printed(scheme.min_total, field.decimals),
        )
    if scheme.identified and not c.traits.identified:
        return _UNIDENTIFIED
    failed = next((f for f in floors if not _passes(c.marks.get(f[0].code), *f)), None)
    return _fails(c, *failed) if failed else None


def _passes(mark: Decimal | None, part: Part, least: Decimal) -> bool:
    return mark is not None and (mark <= least if part.kind == "time" else mark >= least)


def _fails(c: Contender, part: Part, least: Decimal) -> Message:
    mark = c.marks.get(part.code)
    if mark is None:
        text = N_("Place %(place)s, but without a mark for %(part)s, which must be passed.")
        return say(text, place=c.standing.rank, part=part.name)
    text = N_("Place %(place)s, but %(part)s %(mark)s misses the pass mark %(least)s.")
    return say(
        text, place=c.standing.rank, part=part.name, mark=printed(mark), least=printed(least)
    )
