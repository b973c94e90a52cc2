"""One person's plain facts, answers of three values, and how conditions combine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Any, ClassVar, Protocol, runtime_checkable

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.months import lo
from skillhub.kernel.parameters import Numbers
from skillhub.qualifications.rules import Held

TIERS = (
    "enterprise", "street", "district", "industry", "city", "province", "national", "international",
)  # fmt: skip
EMPLOYERS = ("union", "enterprise", "public", "school", "association", "workshop", "delegation")
INSURANCE = ("unemployment", "pension", "medical", "injury")
LONGEST_WINDOW = 600


class Answer(StrEnum):
    """Yes, no, or not known yet; the last never counts as yes."""

    MET = "met"
    NOT_MET = "not_met"
    WAITING = "waiting"


ANSWERS = {Answer.MET: N_("met"), Answer.NOT_MET: N_("not met"), Answer.WAITING: N_("waiting")}


@dataclass(frozen=True, slots=True)
class Proof:
    """The row that proves an answer, or the one that came nearest."""

    kind: str
    id: int
    label: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer with its sentence, its proof and, where it can be counted, how far it has come."""

    answer: Answer
    because: Message
    proof: tuple[Proof, ...] = ()
    children: tuple[Verdict, ...] = ()
    have: int | None = None
    need: int | None = None
    code: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON, the parts inside."""
        return {
            "code": self.code,
            "answer": str(self.answer),
            "because": self.because.as_json(),
            "proof": [{"kind": p.kind, "id": p.id, "label": p.label} for p in self.proof],
            "have": self.have,
            "need": self.need,
            "children": [child.as_json() for child in self.children],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WonAward:
    """One conferred award of a person or of a team the person competed in."""

    id: int = 0
    competition: str = ""
    event: str = ""
    tier: str | None = field(default=None, metadata={"choices": TIERS})
    occupation: str | None = None
    title: str = ""
    title_en: str = ""
    place: int | None = None
    awarded_on: date
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTitle:
    """One title of honour, for life or until a day that still belongs to it."""

    id: int = 0
    title: str
    title_en: str = ""
    conferred_on: date
    ends_on: date | None = None
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """Insured months, each date standing for its month; nothing is known after `known_to`."""

    id: int = 0
    kind: str = field(default="unemployment", metadata={"choices": INSURANCE})
    since: date
    until: date | None = None
    known_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employed:
    """One person at one employer; the last day is still a day of employment. Who retired may lack a last day."""

    id: int = 0
    organisation: int = 0
    organisation_name: str = ""
    organisation_kind: str | None = None
    since: date
    until: date | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What somebody stated about the person on a day."""

    id: int = 0
    item: str
    answer: bool
    attested_on: date
    attested_by: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything conditions may know of one person; names are codes with their word for the reader.

    `issued_on` is the day of the certificate that is looked at, where a policy goes by that day.
    """

    qualifications: tuple[Held, ...] = ()
    awards: tuple[WonAward, ...] = ()
    titles: tuple[HeldTitle, ...] = ()
    insured: tuple[Insured, ...] = ()
    employments: tuple[Employed, ...] = ()
    attestations: tuple[Attested, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    issued_on: date | None = None
    birth_date: date | None = None


@runtime_checkable
class Requirement(Protocol):
    """A condition, or conditions combined."""

    code: ClassVar[str]

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""

    def check(self, record: Record, on: date) -> Verdict:
        """Answer for one person on one day."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row held against one condition: faults keep it from counting, doubts leave it open."""

    proof: Proof
    good: Message
    faults: tuple[Message, ...] = ()
    doubts: tuple[Message, ...] = ()
    key: str = ""

    @property
    def answer(self) -> Answer:
        """A fault decides, then a doubt."""
        if self.faults:
            return Answer.NOT_MET
        return Answer.WAITING if self.doubts else Answer.MET


def weigh(
    asked: Requirement, record: Record, findings: Sequence[Finding], none: Message, need: int = 1
) -> Verdict:
    """Answer by the rows: enough that count, enough that may yet count, or the nearest miss.

    Rows with the same key count once; a row without a key counts for itself.
    """

    def told(answer: Answer, found: Message, rows: Sequence[Finding]) -> Verdict:
        because = say(N_("%(what)s: %(found)s"), what=asked.sentence(record.names), found=found)
        return Verdict(answer, because, tuple(f.proof for f in rows), (), have, need, asked.code)

    counted = {a: _keys(findings, a) for a in Answer}
    have = len(counted[Answer.MET])
    possible = len(counted[Answer.MET] | counted[Answer.WAITING])
    if have >= need:
        met = [f for f in findings if f.answer is Answer.MET]
        return told(Answer.MET, met[0].good, met)
    if possible >= need:
        open_ = next(f for f in findings if f.answer is Answer.WAITING)
        return told(Answer.WAITING, open_.doubts[0], [open_])
    short = [f for f in findings if f.answer is not Answer.MET]
    short.sort(key=lambda f: (len(f.faults), len(f.doubts)))
    return told(Answer.NOT_MET, (*(m for f in short[:1] for m in f.faults), none)[0], short[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Windowed:
    """The parameters of conditions that look at a stretch of time ending on the day asked about."""

    within_months: int | None = field(
        default=None,
        metadata={"label": N_("Within so many months"), "low": 1, "high": LONGEST_WINDOW},
    )
    since: date | None = field(default=None, metadata={"label": N_("Since (that day included)")})
    this_year: bool = field(default=False, metadata={"label": N_("In the same calendar year")})

    def opens(self, on: date) -> date:
        """Give the first day that counts; the latest of the bounds decides."""
        back = lo(on, self.within_months) if self.within_months is not None else date.min
        return max(back, self.since or date.min, date(on.year, 1, 1) if self.this_year else back)

    def window(self) -> list[Message]:
        """Say which days count."""
        months, since = self.within_months, self.since
        return [
            *([say(N_("within %(n)s months"), n=months)] if months is not None else []),
            *([say(N_("since %(day)s"), day=since)] if since is not None else []),
            *([say(N_("in the same calendar year"))] if self.this_year else []),
        ]


def among(value: str | None, wanted: Sequence[str]) -> bool | None:
    """Say whether a value is wanted: nothing wanted takes all, a value not recorded is unknown."""
    if not wanted:
        return True
    return None if value is None else value in wanted


def fits(number: int | None, wanted: Numbers | None) -> bool | None:
    """Say whether a number is wanted, unknown when it is not recorded."""
    if wanted is None:
        return True
    return None if number is None else wanted.holds(number)


def listed(parts: Sequence[Message]) -> Message:
    """Put phrases in a row, each of them translated where it is shown."""
    return reduce(lambda a, b: say(N_("%(first)s, %(more)s"), first=a, more=b), parts)


def named(codes: Sequence[str], names: Mapping[str, str]) -> str:
    """List codes by their words."""
    return " / ".join(names.get(code, code) for code in codes)


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """All must be met; one that is not met decides, then one that waits."""
    return _joined("all", verdicts, len(verdicts))


def any_of(verdicts: Sequence[Verdict]) -> Verdict:
    """One met is enough."""
    return _joined("any", verdicts, 1)


def at_least(need: int, verdicts: Sequence[Verdict]) -> Verdict:
    """So many must be met; those that wait may still come."""
    return _joined("at_least", verdicts, need)


def not_(verdict: Verdict) -> Verdict:
    """Turn yes and no round; what is unknown stays unknown."""
    answer, text = {
        Answer.MET: (Answer.NOT_MET, N_("This should not be so: %(found)s")),
        Answer.NOT_MET: (Answer.MET, N_("Rightly not so: %(found)s")),
        Answer.WAITING: (Answer.WAITING, N_("Not known yet: %(found)s")),
    }[verdict.answer]
    because = say(text, found=verdict.because)
    return Verdict(answer, because, verdict.proof, (verdict,), code="not")


def _joined(code: str, verdicts: Sequence[Verdict], need: int) -> Verdict:
    have = sum(v.answer is Answer.MET for v in verdicts)
    waiting = sum(v.answer is Answer.WAITING for v in verdicts)
    possible = Answer.WAITING if have + waiting >= need else Answer.NOT_MET
    answer = Answer.MET if have >= need else possible
    text = N_("%(have)s of %(of)s met, %(need)s needed.")
    because = say(text, have=have, of=len(verdicts), need=need)
    proof = tuple(p for v in verdicts if v.answer is answer for p in v.proof)
    return Verdict(answer, because, proof, tuple(verdicts), have, need, code)


def _keys(findings: Sequence[Finding], answer: Answer) -> set[str]:
    """Collect what counts once."""
    return {f.key or f"{f.proof.kind} {f.proof.id}" for f in findings if f.answer is answer}
