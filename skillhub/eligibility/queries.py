"""What a person has to show, gathered from the floors below: the one place that collects facts for conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, select, union

from skillhub.awards.models import Award
from skillhub.competitions.models import COUNTED_TIER, Competition, Event
from skillhub.eligibility.models import Attestation
from skillhub.eligibility.rules import (
    Attested,
    Employed,
    HeldTitle,
    Insured,
    Record,
    WonAward,
)
from skillhub.entries.models import Entry, TeamMember
from skillhub.kernel.db import db
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_
from skillhub.occupations.models import Occupation
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Kind, Organisation
from skillhub.people.models import Employment, InsuredSpan, Person, PersonStatus
from skillhub.people.rules import INSURANCES
from skillhub.publishing.models import Release
from skillhub.qualifications import queries as qualifications
from skillhub.qualifications.models import KINDS

ITEMS = {
    "no_violation": N_("No violation of law or discipline"),
    "attendance": N_("Attendance as required"),
    "on_duty": N_("Works on the production line"),
    "consent": N_("Agrees to be put forward"),
}
WORDS = {
    "enterprise": N_("enterprise"),
    "street": N_("subdistrict"),
    "district": N_("district"),
    "industry": N_("industry"),
    "city": N_("city"),
    "province": N_("province"),
    "national": N_("national"),
    "international": N_("international"),
    "union": N_("trade union"),
    "public": N_("public institution"),
    "school": N_("school"),
    "association": N_("association"),
    "workshop": N_("workshop"),
    "delegation": N_("delegation"),
    **INSURANCES,
    **KINDS,
    **ITEMS,
}
EMPLOYING = (Kind.ENTERPRISE, Kind.PUBLIC, Kind.SCHOOL)
CHUNK = 5000  # people gathered at once, well below what one statement may bind

PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)

Facts = Mapping[int, list[Any]]


def names_for(
    language: str = "en", translate: Callable[[str], str] = str, more: Mapping[str, str] = WORDS
) -> dict[str, str]:
    """Give the reader's word for every code that a sentence may show: occupations, tiers, kinds, items.

    A page calls `names_for(locale, tr)`; without arguments the words are English.
    """
    word = Occupation.name_zh if language.startswith("zh") else Occupation.name
    spoken = {code: translate(text) for code, text in {**WORDS, **more}.items()}
    trades = db.session.execute(select(Occupation.code, word)).all()
    return spoken | {code: text for code, text in trades}  # noqa: C416  (rows are no pairs to mypy)


def record_of(person_id: int, names: Mapping[str, str] | None = None) -> Record:
    """Gather what one person has to show."""
    return records_of([person_id], names)[person_id]


def records_of(
    person_ids: Sequence[int], names: Mapping[str, str] | None = None
) -> dict[int, Record]:
    """Gather what people have to show, with as many statements for thousands as for one."""
    spoken = names_for() if names is None else names
    gathered: dict[int, Record] = {}
    for start in range(0, len(person_ids), CHUNK):
        gathered.update(_gathered(person_ids[start : start + CHUNK], spoken))
    return gathered


def attestations_of(person: Person) -> list[Attestation]:
    """List what was attested about a person, the latest first."""
    return list(
        db.session.scalars(
            select(Attestation)
            .where(Attestation.person_id == person.id)
            .order_by(Attestation.attested_on.desc(), Attestation.id.desc())
        )
    )


def attested_on(person: Person, item: str, day: date) -> Attestation | None:
    """Find what was stated on an item about a person on exactly one day."""
    return db.session.scalars(
        select(Attestation).where(
            Attestation.person_id == person.id,
            Attestation.item == item.strip(),
            Attestation.attested_on == day,
        )
    ).first()


def items_in_use() -> list[str]:
    """List the items that somebody was asked about before, beside those known from the start."""
    return list(db.session.scalars(select(Attestation.item).distinct().order_by(Attestation.item)))


def _gathered(person_ids: Sequence[int], names: Mapping[str, str]) -> Iterator[tuple[int, Record]]:
    """Ask each floor once for all of them."""
    held = qualifications.held_by(person_ids)
    won = _awards(person_ids)
    insured, attested = _insured(person_ids), _attested(person_ids)
    employed, born = _employed(person_ids)
    for person in person_ids:
        yield (
            person,
            Record(
                qualifications=tuple(held.get(person, ())),
                awards=tuple(won.get(person, ())),
                titles=tuple(map(_title, won.get(person, ()))),
                insured=tuple(insured.get(person, ())),
                employments=tuple(employed.get(person, ())),
                attestations=tuple(attested.get(person, ())),
                names=names,
                birth_date=born.get(person),
            ),
        )


def _entrants() -> CompoundSelect[int, int]:
    """Select the entries of people with the person: entered alone, or competing in a team."""
    alone = select(Entry.id.label("entry"), Entry.person_id.label("person"))
    team = select(TeamMember.entry_id, TeamMember.person_id).where(~TeamMember.reserve)
    return union(
        alone.where(Entry.person_id.in_(PEOPLE)), team.where(TeamMember.person_id.in_(PEOPLE))
    )


@cache
def _won() -> Select[Any]:
    """Select the awards of people, each with where it was won; what is not out yet counts for nothing."""
    entrants = _entrants().subquery()
    later = select(Release.competition_id).where(~Release.own_first, Release.opened_at.is_(None))
    return (
        select(
            *(entrants.c.person, Award, Competition.name, COUNTED_TIER, Event.name),
            *(Occupation.code, Organisation.zone),
        )
        .join(entrants, entrants.c.entry == Award.entry_id)
        .join(Event, Award.event_id == Event.id)
        .join(Competition, Event.competition_id == Competition.id)
        .join(Organisation, Competition.host_id == Organisation.id)
        .join(Occupation, Event.occupation_id == Occupation.id, isouter=True)
        .where(Competition.id.not_in(later))
        .order_by(Award.id)
    )


@cache
def _spans() -> Select[InsuredSpan]:
    """Select the insured months of people."""
    mine = select(InsuredSpan).where(InsuredSpan.person_id.in_(PEOPLE))
    return mine.order_by(InsuredSpan.since, InsuredSpan.id)


@cache
def _jobs() -> Any:  # outer joins: an employment may be missing
    """Select people with their date of birth and their employments, each with the unit; some have none."""
    return (
        select(Person.id, Person.birth_date, Person.status, Employment, Organisation)
        .join(Employment, Employment.person_id == Person.id, isouter=True)
        .join(Organisation, Employment.organisation_id == Organisation.id, isouter=True)
        .where(Person.id.in_(PEOPLE))
        .order_by(Employment.since, Employment.id)
    )


@cache
def _statements() -> Select[Attestation]:
    """Select what was stated about people."""
    return select(Attestation).where(Attestation.person_id.in_(PEOPLE)).order_by(Attestation.id)


def _awards(person_ids: Sequence[int]) -> Facts:
    """Gather awards, the revoked ones with the day on which that was where the contest was held."""
    rows = db.session.execute(_won(), {"people": person_ids})
    found: dict[int, list[WonAward]] = defaultdict(list)
    for person, award, competition, tier, event, occupation, zone in rows:
        won = WonAward(
            id=award.id,
            competition=competition,
            event=event,
            tier=tier.value if tier else None,  # unknown while nobody above vouches for it
            occupation=occupation,
            title=award.title,
            title_en=award.title_en,
            place=award.place,
            awarded_on=award.awarded_on,
            revoked_on=day_of(award.revoked_at, zone) if award.revoked_at else None,
        )
        found[person].append(won)
    return found


def _title(won: WonAward) -> HeldTitle:
    """See an award as the title it confers."""
    return HeldTitle(
        id=won.id,
        title=won.title,
        title_en=won.title_en,
        conferred_on=won.awarded_on,
        revoked_on=won.revoked_on,
    )


def _insured(person_ids: Sequence[int]) -> Facts:
    found: dict[int, list[Insured]] = defaultdict(list)
    for span in db.session.scalars(_spans(), {"people": person_ids}):
        fact = Insured(
            id=span.id, kind=span.kind, since=span.since, until=span.until, known_to=span.known_to
        )
        found[span.person_id].append(fact)
    return found


def _employed(person_ids: Sequence[int]) -> tuple[Facts, Mapping[int, date | None]]:
    """Gather employments, past ones too, and births; whoever works in a workshop is employed by what it belongs to."""
    rows = db.session.execute(_jobs(), {"people": person_ids}).all()
    employers = _employers({unit for *_, unit in rows if unit})
    found: dict[int, list[Employed]] = defaultdict(list)
    for _, _, status, job, unit in rows:
        if unit is None:
            continue
        employer = employers[unit.id]
        fact = Employed(
            id=job.id,
            organisation=employer.id,
            organisation_name=employer.name,
            organisation_kind=employer.kind.value,
            since=job.since,
            until=job.until,
            retired=status is PersonStatus.RETIRED,
        )
        found[job.person_id].append(fact)
    return found, {row[0]: row[1] for row in rows}


def _employers(units: Collection[Organisation]) -> Mapping[int, Organisation]:
    """Find the employer that each unit belongs to: itself, or for a workshop the nearest one above that employs."""
    workshops = [unit for unit in units if unit.kind is Kind.WORKSHOP]
    above = {key for unit in workshops for key in organisations.steps(unit.path)}
    known = (
        db.session.scalars(select(Organisation).where(Organisation.id.in_(above))) if above else ()
    )
    employing = {row.id: row for row in known if row.kind in EMPLOYING}
    found = {unit.id: unit for unit in units}
    for unit in workshops:
        line = [employing[key] for key in organisations.steps(unit.path) if key in employing]
        found[unit.id] = line[-1] if line else unit
    return found


def _attested(person_ids: Sequence[int]) -> Facts:
    found: dict[int, list[Attested]] = defaultdict(list)
    for said in db.session.scalars(_statements(), {"people": person_ids}):
        fact = Attested(
            id=said.id,
            item=said.item,
            answer=said.answer,
            attested_on=said.attested_on,
            attested_by=said.attested_by,
        )
        found[said.person_id].append(fact)
    return found
