"""Questions about what is public: since when, for whom, which edition readers get, and what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select, union

from skillhub.appeals import queries as appeals
from skillhub.appeals.models import Notice
from skillhub.appeals.rules import NoticeState
from skillhub.awards import queries as awards
from skillhub.awards.models import Award
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import ANNOUNCED, CLOSED, EventState
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, TeamMember
from skillhub.kernel.db import db
from skillhub.kernel.errors import HouseError
from skillhub.kernel.rounding import printed
from skillhub.kernel.settings import settings
from skillhub.publishing import rules
from skillhub.publishing.models import Edition, EditionState, NameWithheld, Release
from skillhub.publishing.rules import Agreed, Showing
from skillhub.results import queries as results
from skillhub.results.models import ResultLine, ResultVersion
from skillhub.versions import queries as versions
from skillhub.versions.queries import Revision

UNSEEN = {EventState.DRAFT, EventState.FILED, EventState.CANCELLED}
Shown = Release | Showing
Telling = Callable[[], Shown | None]
Titles = Mapping[int, list[list[str]]]  # by entry: each title in both languages


def release_of(competition: Competition) -> Release | None:
    """Give when and how the results of a competition become public; None where nobody said."""
    return db.session.scalar(select(Release).where(Release.competition_id == competition.id))


def is_open(competition: Competition, moment: datetime) -> bool:
    """Tell whether the results of a competition may be shown to everybody whom they concern.

    Without a release nothing is held back: those concerned see a result as soon as it is final.
    """
    return competition.id not in held_back(moment)


def shows_own(competition: Competition, moment: datetime) -> bool:
    """Tell whether a person may see their own result: when all may, or before, where that was set."""
    return competition.id not in held_back(moment, own=True)


def opens_of(award: ColumnElement[int]) -> ScalarSelect[datetime]:
    """Select when the result on which an award rests is out; nothing where nobody said."""
    of_award = select(Release.opens_at).join(Event, Event.competition_id == Release.competition_id)
    return (
        of_award.join(Award, Award.event_id == Event.id).where(Award.id == award).scalar_subquery()
    )


def held_back(moment: datetime, own: bool = False) -> dict[int, datetime]:
    """Give the competitions whose results are not out yet, each with when they will be.

    `own` leaves out those in which a person already sees the own line.
    """
    chosen = select(Release.competition_id, Release.opens_at).where(Release.opens_at > moment)
    if own:
        chosen = chosen.where(~Release.own_first)
    return {key: opens_at for key, opens_at in db.session.execute(chosen)}  # noqa: C416  (rows are no pairs to a type checker)


def hiding_own(moment: datetime) -> Select[int]:
    """Select the competitions in which a person does not see the own line yet."""
    return select(Release.competition_id).where(Release.opens_at > moment, ~Release.own_first)


def due(moment: datetime) -> Sequence[Release]:
    """Give the releases whose instant has come and of which nobody was told yet."""
    came = (Release.opens_at <= moment) & Release.opened_at.is_(None)
    return db.session.scalars(select(Release).where(came)).all()


def current(event: Event) -> Edition | None:
    """Give the edition of an event that readers get."""
    counts = (Edition.event_id == event.id) & (Edition.state == EditionState.CURRENT)
    return db.session.scalar(select(Edition).where(counts))


def editions(event: Event) -> Sequence[Edition]:
    """Give every edition of an event, the newest first."""
    chosen = select(Edition).where(Edition.event_id == event.id).order_by(Edition.number.desc())
    return db.session.scalars(chosen).all()


def currents(competition: Competition) -> dict[int, Edition]:
    """Give the editions of a competition that readers get, by event."""
    own = (Event.competition_id == competition.id) & (Edition.state == EditionState.CURRENT)
    chosen = select(Edition).join(Edition.event).where(own)
    return {edition.event_id: edition for edition in db.session.scalars(chosen)}


def withheld(entries: Collection[int]) -> set[tuple[int, int]]:
    """Give who does not want to be named in which of these entries: entry and person."""
    rows = db.session.scalars(select(NameWithheld).where(NameWithheld.entry_id.in_(entries)))
    return {(row.entry_id, row.person_id) for row in rows}


def folder_of(competition: Competition, event: Event | None = None) -> Path:
    """Give where what is public of a competition, or of one event, is kept."""
    own = settings.instance / "published" / rules.slug(competition.code, competition.id)
    return own / rules.slug(event.code, event.id) if event else own


def bases() -> dict[int, str]:
    """Say in a word what the edition of each event whose ranking stands would rest on: another word is outdated."""
    titles = (
        select(Award.event_id, func.count().label("n"), func.sum(Award.version).label("state"))
        .group_by(Award.event_id)
        .subquery()
    )
    hidden = (
        select(Entry.event_id, func.count().label("n"), func.max(NameWithheld.id).label("last"))
        .join(NameWithheld.entry)
        .group_by(Entry.event_id)
        .subquery()
    )
    noticed = and_(Notice.event_id == Event.id, Notice.state == NoticeState.OPEN)
    chosen = (
        select(
            *(Event.id, ResultVersion.id, ResultVersion.version, Release.names, Release.agreed),
            *(titles.c.n, titles.c.state, hidden.c.n, hidden.c.last, Notice.id, Notice.version),
        )
        .join(ResultVersion, ResultVersion.event_id == Event.id)
        .join(Release, Release.competition_id == Event.competition_id)
        .join(titles, titles.c.event_id == Event.id, isouter=True)
        .join(hidden, hidden.c.event_id == Event.id, isouter=True)
        .join(Notice, noticed, isouter=True)
        .where(ResultVersion.is_current, Event.state.in_(ANNOUNCED | CLOSED))
    )
    return {row[0]: " ".join(map(str, row[1:])) for row in db.session.execute(chosen)}


def told(event: Event, release: Shown) -> dict[str, Any] | None:
    """Say what an edition of an event holds now, or would if other names were shown; None while no ranking stands.

    Only the agreed fields are in it, and of those without a place only how many they are.
    """
    version = results.frozen(event)
    if version is None or not (event.announced or event.closed):
        return None
    final = event.closed and version.signed_at is not None
    known = {entry.id: entry for entry in entries.in_events([event])}
    titles, state = _titles(event, version, final)
    other = release.hidden if isinstance(release, Showing) else None
    hidden = withheld(known) if other is None else other
    ranked = [line for line in version.lines if line.rank]
    listed = ranked + [n for n in version.lines if not n.rank and n.total is not None]  # guests
    shown, how = {n.entry_id for n in listed}, (release, results.ranking_of(event).decimals)
    absent = Counter(e.status.value for e in known.values() if e.id not in shown)
    since = version.signed_at if final else version.frozen_at
    lines = [_line(n, known[n.entry_id], titles.get(n.entry_id, []), hidden, how) for n in listed]
    return {
        "competition": _named(event.competition) | {"host": event.competition.host.name},
        "event": _named(event), "final": final, "signed_by": version.signed_by if final else None,
        "notice": None if final else _notice(event), "since": since and since.isoformat(),
        "awards": state if Agreed.AWARD in release.agreed else "none", "names": release.names.value,
        "agreed": [field for field in Agreed if field in release.agreed],
        "lines": lines, "without_place": dict(sorted(absent.items())),
        "changes": _changes(revised(event, version), release, known, hidden),
    }  # fmt: skip


def about(competition: Competition, release: Release, units: Any = None) -> dict[str, Any]:
    """Give what strangers read about a competition; `units` is its table where nothing final has changed."""
    editions = currents(competition)
    finals = [event for event in competition.events if (e := editions.get(event.id)) and e.final]
    league = awards.league_of(competition) if finals else None
    ranked = awards.units_of(finals, league) if league and units is None else []
    table = [
        {"rank": line.rank, "name": unit.name, "name_en": unit.name_en, "entries": line.entries}
        | {"medals": list(line.medals), "points": f"{line.points:f}"}
        for unit, line in ranked
    ]
    first, last = competition.starts_on, competition.ends_on
    seen = [event for event in competition.events if event.state not in UNSEEN]
    return {
        **_named(competition), "year": competition.year, "tier": competition.tier.value,
        "host": competition.host.name, "host_en": competition.host.name_en, "place": competition.place,
        "starts_on": first and first.isoformat(), "ends_on": last and last.isoformat(),
        "notice": release.notice, "opens_at": release.opens_at.isoformat(),
        "events": [_named(event) for event in seen], "units": table if units is None else units,
        "by": league.by.value if league else "", "medals": list(league.titles) if league else [],
    }  # fmt: skip


def pointer(event: Event) -> dict[str, Any] | None:
    """Give the note that says which editions of an event may be read, and which one counts."""
    known = editions(event)
    if not known:
        return None
    counts = next((e for e in known if e.state is EditionState.CURRENT), None)
    return {
        "number": known[0].number,
        "edition": None,
        "served": [e.mark for e in known if e.readable_at],
        **(counts.as_note() if counts else {}),
    }


def revised(event: Event, version: ResultVersion) -> Revision | None:
    """Say what a version says otherwise than the last final edition that readers got; None where nothing."""
    finals = [(e.result_version_id, e.published_at, e) for e in editions(event) if e.final]
    return versions.since(version, finals, results.ranking_of(event).decimals)


def participants(competition: Competition) -> set[int]:
    """Give the people who take part in a competition, alone or in a team, and let their names be public."""
    alone = select(Entry.person_id.label("person")).join(Entry.event)
    team = select(TeamMember.person_id).join(TeamMember.entry).join(Entry.event)
    silent = select(NameWithheld.person_id).join(NameWithheld.entry).join(Entry.event)
    own = Event.competition_id == competition.id
    both = union(alone.where(own), team.where(own, ~TeamMember.reserve)).subquery()
    chosen = select(both.c.person).where(both.c.person.is_not(None))
    return set(db.session.scalars(chosen.where(both.c.person.not_in(silent.where(own)))))


def _notice(event: Event) -> dict[str, str] | None:
    """Say until when, and to whom, one may object."""
    notice = appeals.notice_of(event)
    if notice is None:
        return None
    days = {"id": f"{notice.id}", "from": f"{notice.from_day}", "until": f"{notice.until_day}"}
    return {**days, "words": notice.words, "contact": f"{notice.contact_name}, {notice.contact}"}


def _titles(event: Event, version: ResultVersion, final: bool) -> tuple[Titles, str]:
    """Give the awards by entry: conferred, or as the rules propose them on the ranking that stands."""
    conferred = awards.of(event.competition, event) if final else []
    if conferred:
        rows = [(a.entry_id, [a.title, a.title_en]) for a in conferred]
    else:
        ranked = results.computed(event)
        try:
            outcome = awards.propose(event, ranked)
        except HouseError:
            return {}, "none"
        if outcome.blocking or ranked.input_hash != version.input_hash:
            return {}, "none"
        rows = [(d.entry, [d.title.text, d.title.english]) for d in outcome.decisions]
    found: dict[int, list[list[str]]] = {}
    for entry, title in rows:
        found.setdefault(entry, []).append(title)
    return found, "conferred" if conferred else "proposed" if rows else "none"


def _line(
    line: ResultLine,
    entry: Entry,
    won: list[Any],
    hidden: Collection[Any],
    how: tuple[Shown, int],
) -> dict[str, Any]:
    unit, crew = entry.organisation, entry.members if entry.event.team_size > 1 else []
    people = [(entry.name, entry.person_id)]
    people += [(m.name, m.person_id) for m in crew if not m.reserve]
    return rules.line(
        rank=line.rank,
        guest=not entry.official,
        people=[(name, (entry.id, person) in hidden) for name, person in people],
        unit=(unit.name, unit.name_en) if unit else ("", ""),
        total=None if line.total is None else printed(line.total, how[1]),
        because=line.note,
        won=won,
        names=how[0].names,
        agreed=how[0].agreed,
    )


def _changes(
    revision: Revision | None, release: Shown, known: Mapping[int, Entry], hidden: Collection[Any]
) -> dict[str, Any]:
    """Say for whom something changed since the last final edition, and which that was."""
    found, names = revision.changes if revision else [], {}
    for change in found:
        entry, won = known[change.entry], bool(change.after.awards)
        silent, team = (entry.id, entry.person_id) in hidden, entry.event.team_size > 1
        names[entry.id] = rules.shown_name(entry.name, release.names, won, silent, team)
    mark = revision.since.readable_at if revision else None
    return rules.changes(found, names, release.agreed) | {"since": mark}


def _named(row: Competition | Event) -> dict[str, Any]:
    named = {"code": row.code, "slug": rules.slug(row.code, row.id), "name": row.name}
    held_on = row.held_on if isinstance(row, Event) else None
    return {**named, "name_en": row.name_en, "held_on": held_on and held_on.isoformat()}
