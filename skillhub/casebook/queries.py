"""Questions about everything that is stored of some events: plain facts, read in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select, union
from sqlalchemy.orm import aliased

from skillhub.accounts.models import User
from skillhub.awards.models import Award, AwardState
from skillhub.casebook.rules import Case, Entered, Given, Human, Judge, Line, Mate, Typed, Version
from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.competitions.models import Checking, Component, Event
from skillhub.entries.models import Entry, TeamMember
from skillhub.kernel.db import db
from skillhub.kernel.exact import day_of
from skillhub.kernel.settings import settings
from skillhub.marking.models import Sheet
from skillhub.panels import queries as panels
from skillhub.panels.models import Panel, Recusal, Seat
from skillhub.people import queries as people
from skillhub.people.models import Employment, Person, Relation
from skillhub.results import queries as results
from skillhub.results.models import ResultLine, ResultVersion
from skillhub.results.queries import Ranked


def cases(events: Sequence[Event], today: date) -> list[Case]:
    """Put together what is known of some events."""
    ranked = {
        one.event.id: one for one in results.all_computed([e for e in events if e.components])
    }
    facts = _Facts([event.id for event in events], ranked)
    return [facts.case(event, today) for event in events]


class _Facts:
    """All that is stored about some events, read in a fixed number of statements."""

    def __init__(self, keys: Sequence[int], ranked: Mapping[int, Ranked]) -> None:
        self.ranked = ranked
        self.marks = _marks(keys)
        self.employers = _employers(keys)
        self.before = _before(keys)
        self.mates = _grouped(_mates(keys))
        self.versions = _versions(keys)
        self.awards = _grouped(_awards(keys))
        self.stale = _stale(keys)
        self.seats = _grouped(
            (seat.panel.component.event_id, seat) for seat in panels.seats_at(keys)
        )
        self.recused = _grouped(_recused(keys))
        judges = {s.user.person_id for found in self.seats.values() for _, s in found}
        self.bonds = people.bonds(judges - {None})

    def case(self, event: Event, today: date) -> Case:
        """Put one event together."""
        ranked, competition = self.ranked.get(event.id), event.competition
        entries = tuple(self._entered(e) for e in ranked.entries.values()) if ranked else ()
        return Case(
            id=event.id,
            code=event.code,
            name=event.name,
            today=today,
            state=event.state.value,
            parts=ranked.parts if ranked else (),
            entries=entries,
            standings=ranked.standings if ranked else (),
            held_on=event.held_on,
            first_day=competition.starts_on,
            last_day=competition.ends_on,
            team_size=event.team_size,
            checking=competition.checking is not Checking.OFF,
            announced=event.announced,
            final=event.closed,
            version=self._version(event, ranked),
            awards=tuple(self._given(row) for row in self.awards[event.id]),
            judges=tuple(_judge(seat) for _, seat in self.seats[event.id]),
            recused=frozenset((r.part, r.number, r.entry) for r in self.recused[event.id]),
            related=frozenset(_bound(self.bonds, event.held_on)),
        )

    def _entered(self, entry: Entry) -> Entered:
        return Entered(
            entry.id,
            entry.code,
            entry.name,
            self._human(entry.event_id, entry.person) if entry.person else None,
            entry.organisation_id,
            entry.official,
            entry.status.value,
            tuple(
                Mate(m.name, self._human(entry.event_id, m.Person) if m.Person else None, m.reserve)
                for m in self.mates[entry.id]
            ),
            self.marks.get(entry.id, {}),
        )

    def _human(self, event: int, person: Person) -> Human:
        employer = self.employers.get((event, person.id))
        before = max(self.before.get(person.id, 1) - 1, 0)
        return Human(person.id, person.name, person.birth_date, employer, before)

    def _given(self, row: Any) -> Given:
        return Given(
            *(row.id, row.entry_id, row.title, row.place, row.awarded_on, row.on_top),
            paper=row.state.value if row.state else "",
            stale=row.certificate in self.stale,
        )

    def _version(self, event: Event, ranked: Ranked | None) -> Version | None:
        version, lines = self.versions.get(event.id, (None, []))
        if version is None or ranked is None:
            return None
        status = {c.entry: c.status for c in ranked.candidates}
        published = [(row[1], status.get(row[1], ""), row[3], row[4], row[5]) for row in lines]
        return Version(
            version.number,
            tuple(Line(*row[1:5]) for row in lines),
            version.signed_at is not None,
            version.input_hash == ranked.input_hash,
            version.content_hash == results.content_of(published, ranked.ranking.decimals),
        )


def _judge(seat: Seat) -> Judge:
    return Judge(seat.panel.component.code, seat.number, seat.user.name, seat.user.person_id)


def _bound(bonds: Iterable[Relation], day: date | None) -> Iterator[tuple[int, int]]:
    """Give the pairs of people bound to each other on a day, either way round."""
    for bond in bonds:
        begun = day is None or bond.since is None or bond.since <= day
        if begun and (day is None or bond.until is None or day <= bond.until):
            yield from ((bond.person_id, bond.other_id), (bond.other_id, bond.person_id))


def _grouped(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    """Put rows together by their first column."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _marks(keys: Sequence[int]) -> dict[int, dict[str, Typed]]:
    typist, checker = aliased(User), aliased(User)
    rows = db.session.execute(
        select(
            *(Sheet.entry_id, Component.code, Sheet.points, Sheet.state, Sheet.entered_at),
            *(typist.name, checker.name),
        )
        .join(Sheet.component)
        .join(typist, Sheet.entered_by_id == typist.id, isouter=True)
        .join(checker, Sheet.checked_by_id == checker.id, isouter=True)
        .where(Component.event_id.in_(keys))
    )
    found: dict[int, dict[str, Typed]] = {}
    for entry, code, points, state, at, by, seen in rows:
        typed = Typed(points, state.value, day_of(at, settings.zone), by or "", seen or "")
        found.setdefault(entry, {})[code] = typed
    return found


def _people(keys: Sequence[int]) -> Any:
    """Select who takes part in which event, alone or in a team."""
    alone = select(Entry.event_id.label("event"), Entry.person_id.label("person"))
    teams = select(Entry.event_id, TeamMember.person_id).join(TeamMember.entry)
    return union(
        alone.where(Entry.event_id.in_(keys), Entry.person_id.is_not(None)),
        teams.where(Entry.event_id.in_(keys), TeamMember.person_id.is_not(None)),
    ).subquery()


def _employers(keys: Sequence[int]) -> dict[tuple[int, int], int]:
    """Give the employer of everybody on the day of their event."""
    who = _people(keys)
    rows = db.session.execute(
        select(who.c.event, who.c.person, func.min(Employment.organisation_id))
        .join(Event, Event.id == who.c.event)
        .join(Employment, Employment.person_id == who.c.person)
        .where(
            Employment.is_primary,
            Employment.since <= Event.held_on,
            or_(Employment.until.is_(None), Employment.until >= Event.held_on),
        )
        .group_by(who.c.event, who.c.person)
    )
    return {(event, person): employer for event, person, employer in rows}


def _before(keys: Sequence[int]) -> dict[int, int]:
    """Count the competitions in which everybody was entered, this one among them."""
    who = select(_people(keys).c.person)
    rows = db.session.execute(
        select(Entry.person_id, func.count(Event.competition_id.distinct()))
        .join(Entry.event)
        .where(Entry.person_id.in_(who))
        .group_by(Entry.person_id)
    )
    return {person: n for person, n in rows if person}


def _mates(keys: Sequence[int]) -> Any:
    return db.session.execute(
        select(TeamMember.entry_id, TeamMember.name, TeamMember.reserve, Person)
        .join(TeamMember.entry)
        .join(TeamMember.person, isouter=True)
        .where(Entry.event_id.in_(keys))
        .order_by(TeamMember.entry_id, TeamMember.position)
    )


def _versions(keys: Sequence[int]) -> dict[int, tuple[ResultVersion, list[Any]]]:
    chosen = select(ResultVersion).where(ResultVersion.event_id.in_(keys), ResultVersion.is_current)
    standing = db.session.scalars(chosen).all()
    line = ResultLine
    rows = _grouped(
        db.session.execute(
            select(
                *(line.result_version_id, line.entry_id, line.position, line.total, line.rank),
                line.keys,
            )
            .where(line.result_version_id.in_([version.id for version in standing]))
            .order_by(line.result_version_id, line.position)
        )
    )
    return {version.event_id: (version, rows[version.id]) for version in standing}


def _awards(keys: Sequence[int]) -> Any:
    live = and_(Certificate.award_id == Award.id, Certificate.state.in_(certificates.LIVE))
    return db.session.execute(
        select(
            *(Award.event_id, Award.id, Award.entry_id, Award.title, Award.place),
            *(Award.awarded_on, Award.on_top, Certificate.state),
            Certificate.id.label("certificate"),
        )
        .join(Certificate, live, isouter=True)
        .where(Award.event_id.in_(keys), Award.state == AwardState.CONFERRED)
        .order_by(Award.id)
    )


def _stale(keys: Sequence[int]) -> set[int]:
    """Find certificates that would say something else today."""
    issued = select(Certificate).join(Certificate.award)
    chosen = issued.where(Award.event_id.in_(keys), Certificate.state == CertificateState.ISSUED)
    rows = db.session.scalars(certificates.with_deeds(chosen)).unique().all()
    return {row.id for row, _ in certificates.stale(rows)}


def _recused(keys: Sequence[int]) -> Any:
    return db.session.execute(
        select(
            *(Component.event_id, Component.code.label("part"), Seat.number),
            Recusal.entry_id.label("entry"),
        )
        .join(Recusal.seat)
        .join(Seat.panel)
        .join(Panel.component)
        .where(Component.event_id.in_(keys))
    )
