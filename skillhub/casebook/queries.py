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
from skillhub.casebook.rules import (
    Case,
    Entered,
    Given,
    Human,
    Judge,
    Line,
    Mate,
    Typed,
    Version,
)
from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.competitions.models import Checking, Component, Event
from skillhub.entries.models import Entry, TeamMember
from skillhub.kernel.db import db
from skillhub.kernel.exact import day_of
from skillhub.kernel.settings import settings
from skillhub.ladder.models import Advancement, LadderSeat
from skillhub.marking.models import Sheet
from skillhub.panels import queries as panels
from skillhub.panels.models import Seat
from skillhub.people import queries as people
from skillhub.people.models import Employment, Person, Relation
from skillhub.registrations.models import Registration
from skillhub.results import queries as results
from skillhub.results.models import Ranked, ResultLine, ResultVersion, content_of


def cases(events: Sequence[Event], today: date) -> list[Case]:
    """Put together what is known of some events."""
    ranked = {
        one.event.id: one for one in results.all_computed([e for e in events if e.components])
    }
    facts = _Facts(events, ranked)
    return [facts.case(event, today) for event in events]


class _Facts:
    """All that is stored about some events, read in a fixed number of statements."""

    def __init__(self, events: Sequence[Event], ranked: Mapping[int, Ranked]) -> None:
        keys, self.ranked = [event.id for event in events], ranked
        parts = {part.id: part for event in events for part in event.components}
        self.marks = _marks(keys)
        self.employers = _employers(keys)
        self.before = _before(keys)
        self.mates = _grouped(_mates(keys))
        self.versions = _versions(keys)
        self.awards = _grouped(_awards(keys))
        self.stale = _stale(keys)
        self.judges = _grouped(_judge(seat) for seat in panels.seats_at(keys))
        self.recused = _grouped(_recused(parts))
        self.admitted, self.fed = _admitted(keys), set(_fed(keys))
        judges = {judge.person for found in self.judges.values() for _, judge in found}
        self.bonds = people.bonds(judges - {None})

    def case(self, event: Event, today: date) -> Case:
        """Put one event together."""
        ranked, competition = self.ranked.get(event.id), event.competition
        found = ranked.entries.values() if ranked else ()
        entries = tuple(self._entered(entry, event) for entry in found)
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
            team_least=event.ranking.get("team", {}).get("least"),
            checking=competition.checking is not Checking.OFF,
            announced=event.announced,
            final=event.closed,
            version=self._version(event, ranked),
            awards=tuple(self._given(row) for row in self.awards[event.id]),
            judges=tuple(judge for _, judge in self.judges[event.id]),
            recused=frozenset(tuple(row[1:]) for row in self.recused[event.id]),
            related=frozenset(_bound(self.bonds, event.held_on)),
        )

    def _entered(self, entry: Entry, event: Event) -> Entered:
        known = entry.id in self.admitted
        fed = event.id in self.fed
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
            registered=known or fed or not event.competition.registers,
            qualified=known or not fed,
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
            version.content_hash == content_of(published, ranked.ranking.decimals),
        )


def _judge(seat: Seat) -> tuple[int, Judge]:
    part, user = seat.panel.component, seat.user
    return part.event_id, Judge(part.code, seat.number, user.name, user.person_id)


def _recused(parts: Mapping[int, Component]) -> Iterator[tuple[int, str, int, int]]:
    for row in panels.recusals(list(parts.values())):
        part = parts[row.seat.panel.component_id]
        yield part.event_id, part.code, row.seat.number, row.entry_id


def _bound(bonds: Iterable[Relation], day: date | None) -> Iterator[tuple[int, int]]:
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


def _admitted(keys: Sequence[int]) -> set[int]:
    """Give the entries that a registration or a seat of the ladder let in."""
    registered = select(Registration.entry_id).where(
        Registration.event_id.in_(keys), Registration.entry_id.is_not(None)
    )
    seated = select(LadderSeat.target_entry_id).join(Advancement)
    chosen = union(
        registered,
        seated.where(Advancement.target_id.in_(keys), LadderSeat.target_entry_id.is_not(None)),
    )
    return set(db.session.scalars(chosen))


def _fed(keys: Sequence[int]) -> Sequence[int]:
    """Give the events that others feed."""
    chosen = select(Advancement.target_id).where(Advancement.target_id.in_(keys))
    return db.session.scalars(chosen.distinct()).all()
