"""What one person has: results, certificates, what runs out, incentives, and what changed and who did it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Row, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased, join, joinedload

from skillhub.awards.models import Award, AwardState
from skillhub.certificates.models import Certificate, CertificateState, Series
from skillhub.certificates.rules import answer_on
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import CLOSED
from skillhub.eligibility.models import Attestation
from skillhub.entries.models import Entry, TeamMember
from skillhub.incentives import queries as incentives
from skillhub.kernel import journal
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.exact import Instant, day_of
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.settings import settings
from skillhub.marking.models import Sheet
from skillhub.organisations.models import Organisation
from skillhub.people.models import Employment, InsuredSpan, Person
from skillhub.portal import rules
from skillhub.portal.rules import Ending, Incentive, Paper, Result, Title, Told, Words
from skillhub.publishing.models import Release
from skillhub.qualifications import queries as qualifications
from skillhub.qualifications.models import KINDS, Qualification
from skillhub.qualifications.rules import LEVELS, standing
from skillhub.results.models import ResultLine, ResultVersion
from skillhub.road import queries as road
from skillhub.road.queries import NOT_OUT, LaidOpen, own_entries

T = TypeVar("T")
ROWS, TRACES = 300, 100  # each row of one's own is a term of one question to the journal
LATER = Release.opens_at > bindparam("moment", type_=Instant)
HELD_BACK = select(Release.competition_id).where(~Release.own_first, LATER)
OUT = Event.competition_id.not_in(HELD_BACK)
Line = tuple[Award, Certificate | None, Organisation | None]
Earned = Mapping[int, list[Line]]  # by entry


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a person is shown about themselves on a day."""

    person: Person
    results: list[Result]
    papers: list[Paper]
    endings: list[Ending]
    incentives: list[Incentive]

    @property
    def certificates(self) -> Message:
        """Say how many certificates are in force."""
        valid = sum(paper.state == "valid" for paper in self.papers)
        return say(N_("%(n)s valid"), n=valid) if self.papers else say(N_("none yet"))

    @property
    def next_ending(self) -> Ending | None:
        """Find what runs out first."""
        return next((one for one in self.endings if one.is_open), None)

    @property
    def nearest(self) -> Incentive | None:
        """Find the incentive to show first."""
        return rules.nearest(self.incentives)


def standing_of(person: Person, moment: datetime, names: Mapping[str, str]) -> Standing:
    """Gather a person's standing on a day, as it is out at a moment; `names` are the reader's words for codes."""
    earned, on = _earned(person.id, moment), day_of(moment, settings.zone)
    return Standing(
        person,
        results_of(person.id, moment, earned),
        papers_of(person.id, moment, earned),
        endings_of(person, on),
        incentives_of(person.id, on, names),
    )


def results_of(person_id: int, moment: datetime, earned: Earned | None = None) -> list[Result]:
    """List the entries of a person, the newest first; only results that are out have a place."""
    earned = _earned(person_id, moment) if earned is None else earned
    asked = {"person": person_id, "moment": moment}
    rows = db.session.execute(_entries(), asked).all()
    laid = road.laid_open([row.Entry.id for row in rows if row.signed_at is None], moment)
    return [_result(row, earned, laid.get(row.Entry.id, NOT_OUT)) for row in rows]


def result_of(person_id: int, entry_id: int, moment: datetime) -> Result:
    """Find one result of a person; raises NotFound for anybody else's."""
    return _only(r for r in results_of(person_id, moment) if r.entry_id == entry_id)


def papers_of(person_id: int, moment: datetime, earned: Earned | None = None) -> list[Paper]:
    """List the certificates of a person, those in force first, then the newest."""
    earned = _earned(person_id, moment) if earned is None else earned
    papers = [
        _paper(award, certificate, issuer, day_of(moment, settings.zone))
        for rows in earned.values()
        for award, certificate, issuer in rows
        if certificate is not None
    ]
    return sorted(papers, key=lambda p: (p.state == "valid", p.issued_at, p.id), reverse=True)


def paper_of(person_id: int, certificate_id: int, moment: datetime) -> Paper:
    """Find one certificate of a person; raises NotFound for anybody else's."""
    return _only(p for p in papers_of(person_id, moment) if p.id == certificate_id)


def endings_of(person: Person, on: date) -> list[Ending]:
    """List the qualifications of a person, what runs out first at the top, then those without end, then the rest."""
    endings = [_ending(row, on) for row in qualifications.of(person)]
    return sorted(endings, key=lambda e: (not e.is_open, not e.counts, e.until or date.max))


def incentives_of(person_id: int, on: date, names: Mapping[str, str]) -> list[Incentive]:
    """Answer every incentive that reaches a person, the nearest to met first."""
    return [
        rules.incentive(
            policy.id,
            Words(told.policy.title.zh, told.policy.title.en),
            Words(policy.owner.name, policy.owner.name_en),
            told.verdict,
            told.basis_on,
        )
        for policy, told in incentives.outcomes_of(person_id, on, names)
        if told.policy is not None
    ]


def incentive_of(person_id: int, policy_id: int, on: date, names: Mapping[str, str]) -> Incentive:
    """Find one incentive of a person; raises NotFound where it does not reach them."""
    return _only(one for one in incentives_of(person_id, on, names) if one.id == policy_id)


def changes_of(person: Person, moment: datetime) -> list[Told]:
    """Tell what changed in a person's own rows, the latest first; what is not final and out stays out."""
    mine = own_entries(person.id)
    out = select(Entry.id).join(Entry.event).where(Entry.id.in_(mine), OUT).params(moment=moment)
    rows: list[Any] = [person]
    for model in (Employment, InsuredSpan, Qualification, Attestation, TeamMember):
        rows += db.session.scalars(select(model).where(model.person_id == person.id))
    marks = select(Sheet).join(Sheet.entry).join(Entry.event)
    for chosen in (
        select(Entry).where(Entry.id.in_(mine)).options(joinedload(Entry.event)),
        select(Award).where(Award.entry_id.in_(out)),
        select(Certificate).join(Certificate.award).where(Award.entry_id.in_(out)),
        marks.where(Entry.id.in_(out), Event.state.in_(CLOSED)),
    ):
        rows += db.session.scalars(chosen)
    names = {f"{row.__tablename__}:{row.id}": _about(row) for row in rows}
    traces = journal.about(rows[:ROWS], TRACES)
    told = (rules.told((t.at, t.actor, t.why), t.changes, names) for t in traces)
    return list(filter(None, told))


def _about(row: Any) -> Words:
    """Name a row of a person's record."""
    if isinstance(row, Award):
        return Words(row.title, row.title_en)
    named = (row.event.name, row.event.name_en) if isinstance(row, Entry) else ()
    return Words(*named or [str(getattr(row, "number", None) or "")])


@cache
def _entries() -> Select[Any]:
    """Select a person's entries with their events, final lines and the size of their fields, in one statement."""
    other, line = aliased(Entry), aliased(ResultLine)
    started = and_(other.official, other.status != "DNS")
    field = (
        select(func.count())
        .select_from(join(line, other, other.id == line.entry_id))
        .where(line.result_version_id == ResultVersion.id, started)
        .correlate(ResultVersion)
    )
    marked = exists().where(Sheet.entry_id == Entry.id).correlate(Entry)
    opens = select(Release.opens_at).where(Release.competition_id == Competition.id, LATER)
    final = and_(ResultVersion.event_id == Event.id, ResultVersion.is_current)
    of_entry, version = ResultLine.entry_id == Entry.id, ResultLine.result_version_id
    day = func.coalesce(Event.held_on, Competition.ends_on, Competition.starts_on)
    return (
        select(
            *(Entry, Event, Competition),
            *(Organisation.name.label("host"), Organisation.name_en.label("host_en")),
            *(ResultVersion.signed_at, ResultLine.rank, ResultLine.total),
            *(field.scalar_subquery().label("field"), marked.label("marked")),
            opens.scalar_subquery().label("opens_at"),
        )
        .join(Event, Entry.event_id == Event.id)
        .join(Competition, Event.competition_id == Competition.id)
        .join(Organisation, Competition.host_id == Organisation.id)
        .join(ResultVersion, and_(final, Event.state.in_(CLOSED), OUT), isouter=True)
        .join(ResultLine, and_(version == ResultVersion.id, of_entry), isouter=True)
        .where(Entry.id.in_(own_entries(bindparam("person"))))
        .order_by(Competition.year.desc(), day.desc().nulls_last(), Entry.id.desc())
    )


def _result(row: Row[Any], earned: Earned, laid: LaidOpen) -> Result:
    entry, event, final = row.Entry, row.Event, row.signed_at is not None
    waits = "marking" if row.marked and event.locked_at else "entered"
    out = row if final else laid
    waits = "provisional" if laid.is_out else "open" if event.announced else waits
    return Result(
        entry_id=entry.id, code=entry.code, official=entry.official,
        team=entry.name if entry.person_id is None else "",
        competition=Words(row.Competition.name, row.Competition.name_en),
        event=Words(event.name, event.name_en),
        held_on=event.held_on or row.Competition.ends_on or row.Competition.starts_on,
        state="final" if final else waits,
        status=entry.status.value if final else "OK",
        reason=entry.status_reason if final else "",
        place=out.rank, field=out.field or 0, total=out.total,
        decimals=int(event.ranking.get("decimals", 2)),
        signed_at=row.signed_at,
        opens_at=None if final else row.opens_at,
        host=Words(row.host, row.host_en),
        titles=_titles(earned.get(entry.id, [])) if final else (),
    )  # fmt: skip


@cache
def _awards() -> Select[Award, Certificate, Organisation]:
    """Select a person's awards with the certificates printed for each, in one statement."""
    blank = Certificate.state.in_([CertificateState.RESERVED, CertificateState.VOID])
    return (
        select(Award, Certificate, Organisation)
        .join(Certificate, and_(Certificate.award_id == Award.id, ~blank), isouter=True)
        .join(Series, Certificate.series_id == Series.id, isouter=True)
        .join(Organisation, Series.issuer_id == Organisation.id, isouter=True)
        .join(Event, Award.event_id == Event.id)
        .where(Award.entry_id.in_(own_entries(bindparam("person"))), OUT)
        .order_by(Award.position, Award.id, Certificate.id)
    )


def _earned(person_id: int, moment: datetime) -> Earned:
    """Read what _awards selects, by entry."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in db.session.execute(_awards(), {"person": person_id, "moment": moment}):
        found[line[0].entry_id].append((line[0], line[1], line[2]))
    return found


def _titles(rows: list[Line]) -> tuple[Title, ...]:
    """Give each award once, however many papers it had."""
    awards = {award.id: award for award, _, _ in rows}.values()
    printed = {award.id for award, certificate, _ in rows if certificate}
    return tuple(
        Title(
            Words(a.title, a.title_en),
            *(a.place, a.because, a.awarded_on, a.state is AwardState.CONFERRED, a.id in printed),
        )
        for a in awards
    )


def _paper(award: Award, certificate: Certificate, issuer: Organisation | None, on: date) -> Paper:
    """Give a certificate as it was printed: its frozen facts, and its state on a day."""
    facts = certificate.facts
    return Paper(
        id=certificate.id,
        code=certificate.code,
        number=certificate.number,
        state=answer_on(on, certificate.state, certificate.expires_on).value,
        title=Words(facts.get("award") or award.title, facts.get("award_en") or award.title_en),
        event=Words(facts.get("event", ""), facts.get("event_en", "")),
        competition=Words(facts.get("competition", ""), facts.get("competition_en", "")),
        issued_at=certificate.issued_at,
        expires_on=certificate.expires_on,
        issuer=Words(issuer.name, issuer.name_en) if issuer else Words(""),
        why=certificate.ended_why,
        entry_id=award.entry_id,
    )


def _ending(row: Qualification, on: date) -> Ending:
    held, trade = standing(qualifications.held(row), on), row.occupation
    title = Words(trade.name_zh, trade.name) if trade else say(KINDS[row.kind])
    left = (held.until - on).days if held.until else None
    what = (title, LEVELS[row.level].name if row.level else "", row.number, row.issuer)
    return Ending(*what, rules.STATES[held.status], held.until, held.because, left)


def _only(found: Iterator[T]) -> T:
    for one in found:
        return one
    raise NotFound()
