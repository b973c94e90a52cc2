"""What a standing shows, as plain facts, and the sentences for places, days left and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from skillhub.eligibility.rules import Answer, Verdict
from skillhub.kernel.messages import N_, Message, say
from skillhub.qualifications.rules import Status, days_left


@dataclass(frozen=True, slots=True)
class Words:
    """A name in the language it was given in, and in English where there is one."""

    own: str
    english: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """One award as the holder sees it."""

    name: Words
    place: int | None
    because: dict[str, Any]
    awarded_on: date
    stands: bool
    has_paper: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One entry of a person and how it came out; place and total are known once it is laid open."""

    entry_id: int
    code: str
    team: str  # "" for an entry of one person
    competition: Words
    event: Words
    held_on: date | None
    state: str  # "entered", "marking", "open", "provisional" or "final"
    status: str
    reason: str
    official: bool
    place: int | None
    field: int
    total: Decimal | None
    decimals: int
    signed_at: datetime | None
    host: Words
    titles: tuple[Title, ...] = ()
    opens_at: datetime | None = None  # when a result that is held back will be out

    @property
    def answer(self) -> Message:
        """Say how it came out, or how far it has come."""
        if self.state == "provisional" and self.place is not None:
            return say(N_("Provisionally place %(place)s"), place=self.place)
        if self.state != "final":
            return say(WAY[self.state])
        if self.place is not None:
            return of_field(self.place, self.field)
        return say(UNRANKED.get(self.status, N_("without a place")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One certificate of a person, and whether it is in force on the day asked about."""

    id: int
    code: str
    number: str
    state: str  # "valid", "expired", "replaced" or "withdrawn"
    title: Words
    event: Words
    competition: Words
    issued_at: datetime
    expires_on: date | None
    issuer: Words
    why: str
    entry_id: int


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that is valid until a day."""

    title: Words | Message
    level: str
    number: str
    issuer: str
    state: str
    until: date | None
    because: Message
    left: int | None

    @property
    def counts(self) -> bool:
        """Tell whether it is in force."""
        return self.state in {"valid", "soon"}

    @property
    def is_open(self) -> bool:
        """Tell whether it still counts and has an end ahead."""
        return self.left is not None and self.left >= 0 and self.counts

    @property
    def remaining(self) -> Message | None:
        """Say how long it still runs, where it has an end."""
        return days_left(self.left) if self.left is not None else None


@dataclass(frozen=True, slots=True)
class Need:
    """One condition of an incentive: its sentence, its answer, what could be done, and what it is made of."""

    answer: Answer
    because: Message
    step: Message | None
    parts: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Incentive:
    """One policy as it stands for a person."""

    id: int
    title: Words
    owner: Words
    answer: Answer
    have: int
    of: int
    needs: tuple[Need, ...]
    basis_on: date

    @property
    def tally(self) -> Message:
        """Say how many conditions are met."""
        return say(N_("%(have)s of %(of)s met"), have=self.have, of=self.of)

    @property
    def open_needs(self) -> tuple[Need, ...]:
        """Give the conditions that are not met or wait."""
        return tuple(need for need in self.needs if need.answer is not Answer.MET)


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a person's record: when, by whom, and the sentences that say what."""

    at: datetime
    actor: str
    lines: tuple[tuple[Message, Words | None], ...]  # each with the name of what it is about
    why: str


STATES = {
    Status.VALID: "valid", Status.EXPIRING: "soon", Status.REVIEW_DUE: "soon",
    Status.REVIEW_OVERDUE: "overdue", Status.EXPIRED: "expired", Status.REVOKED: "withdrawn",
    Status.NOT_YET: "not_yet",
}  # fmt: skip
WAY = {
    "entered": N_("entered"), "marking": N_("being marked"), "open": N_("not yet final"),
    "provisional": N_("without a place"),
}  # fmt: skip
UNRANKED = {
    "DNS": N_("did not start"), "DNF": N_("did not finish"),
    "DSQ": N_("disqualified"), "NC": N_("not classified"),
}  # fmt: skip
Step = tuple[str | None, str | None]  # not met; waiting, where the sentence itself does not say it
JOINED = ("all", "any", "at_least")
STEPS: Mapping[str, Step] = {
    "holds_qualification": (
        N_("Earn or renew the certificate, then have your unit register it."),
        N_("Your unit has to check the certificate against its register."),
    ),
    "won_award": (
        N_("Enter a competition of this kind; ask your unit for the next one."),
        N_("The result is not certain yet."),
    ),
    "has_title": (N_("Your unit can put you forward for it."), N_("The title is not certain yet.")),
    "insured_months": (
        N_("Every further insured month counts."),
        N_("The office has not reported these months yet."),
    ),
    "employed": (N_("Ask your unit whether your employment is recorded rightly."), None),
    "attested": (N_("Ask your unit to look at this statement again."), None),
    "age": (N_("Ask your unit whether your date of birth is recorded rightly."), None),
    "not": (N_("This stands against it. Ask whether it is recorded rightly."), None),
}


def latest_of(results: Sequence[Result]) -> Result | None:
    """Choose, of results from the newest on, the first that is out; where none is, the newest."""
    out = (r for r in results if r.state in {"final", "provisional"})
    return next(out, next(iter(results), None))


def of_field(place: int, field: int) -> Message:
    """Say "4th of 62"."""
    tens, ones = divmod(place % 100, 10)
    endings = {1: N_("%(n)sst"), 2: N_("%(n)snd"), 3: N_("%(n)srd")}
    ordinal = endings.get(ones, N_("%(n)sth")) if tens != 1 else N_("%(n)sth")
    return say(N_("%(place)s of %(field)s"), place=say(ordinal, n=place), field=field)


def incentive(
    policy_id: int, title: Words, owner: Words, verdict: Verdict, basis_on: date
) -> Incentive:
    """Lay out a verdict for its reader: the conditions directly under it, those met first."""
    parts = verdict.children if verdict.code in JOINED else (verdict,)
    have, needs = sum(part.answer is Answer.MET for part in parts), _needs(parts)
    of = verdict.need if verdict.code in {"any", "at_least"} and verdict.need else len(parts)
    return Incentive(policy_id, title, owner, verdict.answer, min(have, of), of, needs, basis_on)


def nearest(incentives: Sequence[Incentive]) -> Incentive | None:
    """Find the incentive to show first: the one nearest to being met, else one that is met."""
    open_ = [one for one in incentives if one.answer is not Answer.MET and one.have]
    rest = [one for one in incentives if one.answer is Answer.MET] or list(incentives)
    return max(open_ or rest, key=lambda one: one.have / one.of if one.of else 0, default=None)


def _needs(parts: Sequence[Verdict]) -> tuple[Need, ...]:
    """Lay out conditions, those met first; one that combines others shows them too."""
    order = (Answer.MET, Answer.NOT_MET, Answer.WAITING)
    return tuple(_need(part) for part in sorted(parts, key=lambda p: order.index(p.answer)))


def _need(part: Verdict) -> Need:
    steps = STEPS.get(part.code, (None, None))
    text = None if part.answer is Answer.MET else steps[part.answer is Answer.WAITING]
    inside = _needs(part.children) if part.code in JOINED else ()
    return Need(part.answer, part.because, say(text) if text else None, inside)


Fields = dict[str, Any] | None
ADDED = {
    "people": N_("Your record was opened."), "employments": N_("An employment was added."),
    "insured_spans": N_("Insured months were added."), "sheets": N_("A mark of yours was entered."),
    "entries": N_("You were entered in an event."), "team_members": N_("You were put in a team."),
    "qualifications": N_("A qualification of yours was registered."),
    "attestations": N_("Somebody stated something about you."), "awards": N_("An award was conferred on you."),
    "certificates": N_("A certificate was prepared for you."),
}  # fmt: skip
CHANGED = {
    "people": N_("Your details were changed."), "employments": N_("An employment was changed."),
    "insured_spans": N_("Insured months were changed."),
    "entries": N_("Your entry was changed."),
    "team_members": N_("Your place in a team was changed."),
    "sheets": N_("A mark of yours was checked or changed."),
    "qualifications": N_("A qualification of yours was checked or changed."),
    "attestations": N_("A statement about you was changed."),
    "awards": N_("An award of yours was changed."),
    "certificates": N_("A certificate of yours was printed or changed."),
}  # fmt: skip
SHOWN = {
    "name": N_("Name: %(before)s → %(after)s."),
    "name_latin": N_("Name in Latin letters: %(before)s → %(after)s."),
    "number": N_("Number: %(before)s → %(after)s."),
    "post": N_("Post: %(before)s → %(after)s."), "level": N_("Level: %(before)s → %(after)s."),
    "since": N_("First day: %(before)s → %(after)s."),
    "until": N_("Last day: %(before)s → %(after)s."),
    "valid_to": N_("Valid until: %(before)s → %(after)s."),
    "issuer": N_("Issuer: %(before)s → %(after)s."), "points": N_("Points: %(before)s → %(after)s."),
}  # fmt: skip


def told(
    trace: tuple[datetime, str, str],
    changes: Sequence[tuple[str, Any, Any]],
    names: Mapping[str, Words],
) -> Told | None:
    """Say what one act did to a person's own rows; nothing when it touched none that has words."""
    at, actor, why = trace
    lines: list[tuple[Message, Words | None]] = []
    for address, before, after in changes:
        found = _lines(address.partition(":")[0], before, after)
        about = [(message, None if n else names.get(address)) for n, message in enumerate(found)]
        lines += [line for line in about if line not in lines]
    return Told(at, actor, tuple(lines), why) if lines else None


def _lines(table: str, before: Fields, after: Fields) -> list[Message]:
    if table not in ADDED or before is None:
        return [say(ADDED[table])] if table in ADDED else []
    if after is None:
        return [say(N_("Something was removed from your record."))]
    details = [
        say(text, before=before.get(name) or "–", after=after.get(name) or "–")
        for name, text in SHOWN.items()
        if name in after
    ]
    return [say(CHANGED[table]), *details]
