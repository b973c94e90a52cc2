"""What becomes public and when: a release, its editions, and names that stay out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from skillhub.competitions.models import Competition, Event
from skillhub.entries.models import Entry
from skillhub.galleys import queries as galleys
from skillhub.kernel import shelf
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, once_committed, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.people.models import Person
from skillhub.publishing import queries, rules
from skillhub.publishing.models import Edition, EditionState, NameWithheld, Release
from skillhub.publishing.queries import Telling
from skillhub.publishing.rules import Names, Outrun
from skillhub.results import queries as results
from skillhub.telling import services as telling


@dataclass(slots=True)
class Ahead:
    """The next edition of an event, drawn and laid aside before anybody has to wait for it; no row says so yet."""

    basis: str | None
    seen: list[tuple[int, EditionState]]  # the editions that there were
    edition: Edition
    draft: Path | None  # its files; None where the edition that counts says the same

    @classmethod
    def draw(
        cls, event: Event, actor: Actor, moment: datetime, shown: Telling | None = None
    ) -> Ahead | None:
        """Draw what would be the next edition, outside any write unit; None where there is nothing to draw.

        `shown` says what it shows once the act is done that it is drawn for. What it rests on is read first: while
        that is the same, what is told of it is too.
        """
        db.session.expire_all()
        basis, seen = queries.bases().get(event.id), _seen(event)
        release = shown() if shown else queries.release_of(event.competition)
        told = queries.told(event, release) if release and basis else None
        if told is None:
            return None
        edition = _next(event, told, actor, moment)
        same = _standing(event, edition)
        draft = None if same else shelf.lay(_place(event, edition), _files(told, edition))
        return cls(basis, seen, edition, draft)

    def stands(self, basis: str | None, seen: list[tuple[int, EditionState]]) -> bool:
        """Tell whether nothing changed since it was drawn, and its files are there."""
        return (self.basis, self.seen) == (basis, seen) and (not self.draft or self.draft.exists())

    def drop(self) -> None:
        """Remove files that were not wanted."""
        if self.draft:
            shelf.drop(self.draft)


Drawn = Mapping[int, Ahead]  # by event
NONE: Drawn = {}


@transaction()
def announce(
    competition: Competition,
    version: int,
    values: Mapping[str, Any],
    actor: Actor,
    moment: datetime,
    ahead: Drawn = NONE,
) -> Release:
    """Say from when on, and how, the results of a competition are public; once they are out the instant stays."""
    _refuse_outrun(competition.events, ahead)
    release = queries.release_of(competition)
    values = {**values, "names": Names(values["names"])} if "names" in values else values
    if release is None:
        release = Release(competition=competition, **values)
        db.session.add(release)
    else:
        same_version(release, version)
        moved = values.get("opens_at", release.opens_at) != release.opens_at
        if moved and rules.is_open(release.opens_at, moment):
            text = N_("The results are out since %(when)s: that can no longer be moved.")
            raise Conflict(say(text, when=release.opens_at))
        shown = (release.names, release.agreed)
        for name, value in values.items():
            setattr(release, name, value)
        if shown != (release.names, release.agreed):
            for event in competition.events:
                _anew(event, actor, moment, ahead)
    act(actor, "publishing.announce", release)
    _tell(competition, release, anew=False)
    return release


@transaction()
def publish(event: Event, actor: Actor, moment: datetime, ahead: Ahead | None = None) -> Edition:
    """Write what stands now as the next edition of an event, unless the last one says the same.

    What was drawn `ahead` is only put in its place; Outrun where something changed since.
    """
    release = queries.release_of(event.competition)
    if release is None:
        raise Conflict(say(N_("Say first from when on the results are public.")))
    db.session.flush()
    basis = queries.bases().get(event.id)
    if ahead and not ahead.stands(basis, _seen(event)):
        raise Outrun(say(N_("Something changed meanwhile. Publish again.")))
    told = queries.told(event, release) if ahead is None else {}
    if told is None or basis is None:
        text = N_("Event %(code)s has no ranking that stands: freeze it or make it final.")
        raise Conflict(say(text, code=event.code))
    edition = ahead.edition if ahead else _next(event, told, actor, moment)
    edition.basis = basis
    before = queries.current(event)
    if before and _standing(event, edition):
        before.basis = basis
        act(actor, "publishing.publish", before, note={"same": before.number})
        return before

    folder = _place(event, edition)
    shelf.drop(folder)  # left by a process that was killed before it could store its row
    shelf.place((ahead and ahead.draft) or shelf.lay(folder, _files(told, edition)), folder)
    if before:
        before.state = EditionState.REPLACED
        db.session.flush()
    db.session.add(edition)
    act(actor, "publishing.publish", edition, note={"digest": edition.digest})
    _tell(event.competition, release, anew=edition.final)
    return edition


@transaction()
def withdraw(event: Event, why: str, actor: Actor) -> None:
    """Take the edition of an event away from readers, with a reason; its files stay in the archive."""
    edition = queries.current(event)
    if edition is None:
        raise Conflict(say(N_("Nothing of event %(code)s is published."), code=event.code))
    if not why.strip():
        raise BadInput(say(N_("Say why it is withdrawn.")))

    for earlier in queries.editions(event):
        if earlier.state is EditionState.REPLACED:
            earlier.state = EditionState.WITHDRAWN
    edition.state, edition.why = EditionState.WITHDRAWN, why.strip()
    act(actor, "publishing.withdraw", edition, why=why)
    if release := queries.release_of(event.competition):
        _tell(event.competition, release)


@transaction()
def withhold(
    entry: Entry,
    person: Person,
    actor: Actor,
    moment: datetime,
    again: bool = False,
    ahead: Drawn = NONE,
) -> None:
    """Keep a person's name out of the public result of an entry, or let it stand there `again`; the place stays.

    Editions that hold a name withheld are no longer given to anybody. The next one may be drawn `ahead` of it.
    """
    own = (NameWithheld.entry_id == entry.id) & (NameWithheld.person_id == person.id)
    known = db.session.scalar(select(NameWithheld).where(own))
    if bool(known) is not again:
        return
    _refuse_outrun([entry.event], ahead)
    if known:
        act(actor, "publishing.name_again", known)
        db.session.delete(known)
        db.session.flush()
    else:
        row = NameWithheld(entry=entry, person_id=person.id, asked_at=moment, asked_by=actor.login)
        db.session.add(row)
        act(actor, "publishing.withhold", row)
    _anew(entry.event, actor, moment, ahead)


@transaction()
def open_due(release: Release, actor: Actor, moment: datetime) -> int:
    """Tell the participants, once, that the results are out; the pages open by themselves. Gives how many were told."""
    if release.opened_at or not rules.is_open(release.opens_at, moment):
        return 0
    competition = release.competition
    people = dict.fromkeys(queries.participants(competition), say(N_("The results are out.")))
    release.opened_at = moment
    telling.tell(f"releases:{release.id}", competition, people, actor, moment)
    act(actor, "publishing.open", release, note={"told": len(people)})
    return len(people)


@transaction()
def set_right(release: Release) -> None:
    """Write the notes beside the editions as the rows say, after a crash or a restored backup; changes no row."""
    _tell(release.competition, release)


def _refuse_outrun(events: Sequence[Event], ahead: Drawn) -> None:
    """Refuse what was drawn ahead of an act when something changed since; raises Outrun."""
    bases = queries.bases() if ahead else {}
    if any(e.id in ahead and not ahead[e.id].stands(bases.get(e.id), _seen(e)) for e in events):
        raise Outrun(say(N_("Something changed meanwhile. Publish again.")))


def _anew(event: Event, actor: Actor, moment: datetime, ahead: Drawn) -> None:
    """Publish an event again with less in it, or other names; what said more before is no longer shown."""
    basis = queries.bases().get(event.id)
    if queries.current(event) is None or basis is None:
        return
    drawn = ahead.get(event.id)
    publish(event, actor, moment, replace(drawn, basis=basis) if drawn else None)
    for edition in queries.editions(event):
        if edition.state is EditionState.REPLACED:
            edition.state = EditionState.WITHDRAWN
    if release := queries.release_of(event.competition):
        _tell(event.competition, release, anew=False)


def _seen(event: Event) -> list[tuple[int, EditionState]]:
    """Give the editions that there are."""
    return [(one.number, one.state) for one in queries.editions(event)]


def _place(event: Event, edition: Edition) -> Path:
    """Say where the files of an edition belong."""
    return queries.folder_of(event.competition, event) / edition.mark


def _standing(event: Event, edition: Edition) -> bool:
    """Tell whether the edition that counts says the same, and has its files."""
    known = queries.current(event)
    return bool(known and known.digest == edition.digest and _place(event, known).exists())


def _next(event: Event, told: Mapping[str, Any], actor: Actor, moment: datetime) -> Edition:
    """Make the row of the next edition; it corrects when a final one before it said something else."""
    known = queries.editions(event)
    earlier = next((e for e in known if e.final), None)
    version = results.frozen(event)
    revision = queries.revised(event, version) if told["final"] and version else None
    corrects = revision is not None and revision.since is earlier
    return Edition(
        event_id=event.id,
        result_version_id=version.id if version else None,
        number=known[0].number + 1 if known else 1,
        digest=rules.digest(told),
        final=told["final"],
        pages=len(rules.pages(told["lines"])),
        lines=len(told["lines"]),
        published_at=moment,
        published_by=actor.name or actor.login,
        corrects=corrects,
        corrected_at=moment if corrects else earlier.corrected_at if earlier else None,
    )


def _files(told: Mapping[str, Any], edition: Edition) -> dict[str, bytes]:
    """Draw an edition: what is told, with its number and its times."""
    whole = rules.dated(told, edition)
    cut, best = rules.pages(told["lines"]), rules.podium(told["lines"])
    fields = {c.name for c in galleys.COLUMNS if rules.may_show(c.name, told["agreed"])}
    return galleys.files(whole, cut, fields, best=best, most_printed=rules.MOST_PRINTED)


def _tell(competition: Competition, release: Release, *, anew: bool = True) -> None:
    """Write, once the rows are stored, the notes that say which editions count and since when.

    The table of units is ranked `anew` only where something final has changed.
    """
    db.session.flush()
    folder = queries.folder_of(competition)
    known = shelf.noted(folder / "about.json") or {}
    units = None if anew else known.get("units")
    notes = {folder / "about.json": queries.about(competition, release, units)}
    for event in competition.events:
        if note := queries.pointer(event):
            notes[queries.folder_of(competition, event) / "current.json"] = note
    once_committed(partial(_write, folder, notes))


def _write(folder: Path, notes: Mapping[Path, Mapping[str, Any]]) -> None:
    with shelf.alone(folder):
        for path, note in notes.items():
            present = shelf.noted(path) or {}
            if note.get("number", 0) >= present.get("number", 0) and note != present:
                shelf.note(path, note)
