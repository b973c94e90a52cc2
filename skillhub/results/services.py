"""Freezing a ranking, making it final, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from skillhub.competitions import services as competitions
from skillhub.competitions.models import Component, Event
from skillhub.competitions.rules import EventState
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, TeamMember
from skillhub.entries.rules import Identity, Marked, Take, counterparts, team_points
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.signature import signs
from skillhub.lots import services as lots
from skillhub.marking import queries as marking
from skillhub.marking import services as sheets
from skillhub.marking.rules import Reckoned
from skillhub.results import queries
from skillhub.results.models import Ranked, ResultLine, ResultVersion
from skillhub.scoring import queries as scoring


@transaction()
def freeze(event: Event, actor: Actor, moment: datetime) -> ResultVersion:
    """Lay the ranking of an event open as it stands: provisional, and closed to marks until final or reopened."""
    if event.closed:
        raise Locked(say(N_("Event %(code)s is final already."), code=event.code))
    if event.announced:
        raise Conflict(say(N_("The ranking of event %(code)s is frozen already."), code=event.code))
    ranked = queries.computed(event) if event.markable else None
    problems = queries.unready(event, ranked)
    if problems or ranked is None:
        text = N_("The ranking of event %(code)s cannot be frozen yet.")
        raise Conflict(say(text, code=event.code), problems)

    version = ResultVersion(
        event=event,
        number=len(queries.versions(event)) + 1,
        input_hash=ranked.input_hash,
        content_hash=ranked.content_hash,
        frozen_by=actor.name or actor.login,
        frozen_at=moment,
    )
    version.lines = _lines(ranked)
    db.session.add(version)
    if event.state is not EventState.CORRECTING:  # goes on to its notice, or is signed at once
        competitions.move(event, EventState.PROVISIONAL, actor)
    act(actor, "results.freeze", event, note={"version": version.number})
    return version


@transaction()
def finalise(event: Event, name: str, actor: Actor, moment: datetime) -> ResultVersion:
    """Sign the ranking of an event by typing one's own name; refused with the list of everything that is still open.

    What is signed is the frozen version. Where no public notice is asked, freezing and signing may be one step.
    """
    if event.closed:
        raise Locked(say(N_("Event %(code)s is final already."), code=event.code))
    own = actor.name or actor.login
    if not signs(name, own):
        raise BadInput(say(N_("Sign with your own name: %(name)s."), name=own))
    problems = queries.open_points(event, moment)
    if problems:
        raise Conflict(
            say(N_("Event %(code)s cannot be made final yet."), code=event.code), problems
        )

    version = queries.frozen(event) or freeze(event, actor, moment)
    version.signed_by, version.signed_at = own, moment
    competitions.close(event, actor)
    note = {"version": version.number, "content": version.content_hash}
    act(actor, "results.finalise", event, note=note)
    return version


@transaction()
def let_share(event: Event, why: str, actor: Actor) -> None:
    """Record the committee's word that entries which nothing separates share their place.

    It changes the locked rule "somebody must decide" for this event, with a reason, and is the way out where no mark
    is to be corrected.
    """
    if not event.markable or not queries.unresolved(event):
        raise Conflict(say(N_("No tie of event %(code)s waits for a decision."), code=event.code))
    if not why.strip():
        raise BadInput(say(N_("Say why they share the place.")))

    competitions.let_share(event, why.strip(), actor)


@transaction()
def draw_lots(
    event: Event, order: Sequence[Entry], why: str, witness: str, actor: Actor, moment: datetime
) -> None:
    """Record the order in which the entries of one open tie were drawn: with a reason, before a witness."""
    drawn = sorted(entry.id for entry in order)
    ties = [sorted(entry.id for entry in tie) for tie in queries.unresolved(event)]
    if not event.markable or drawn not in ties:
        raise Conflict(say(N_("No tie of event %(code)s waits for a decision."), code=event.code))

    lots.keep(event, order, why, witness, actor, moment)
    act(actor, "results.draw_lots", event, why=why, note={"entries": drawn})


@transaction()
def enter_time(
    entry: Entry, part: Component, points: Decimal, evidence: str, actor: Actor, moment: datetime
) -> None:
    """Enter a time that is missing among the keys of an entry, with the evidence for it; never once it is frozen."""
    event = part.event
    known = {s.entry: s for s in queries.computed(event).standings} if event.markable else {}
    standing = known.get(entry.id)
    if standing is None or part.code not in standing.unkeyed:
        raise Conflict(say(N_("No time of this entry is missing where the order asks for it.")))
    if not evidence.strip():
        raise BadInput(say(N_("Say what proves the time: a photo, a log, two witnesses.")))

    sheet = marking.some(event, {entry.id}).get((entry.id, part.id))
    typed = {(entry.id, part.id): (points, sheet.version if sheet else 0)}
    sheets.enter(event, typed, actor, moment)
    act(actor, "results.enter_time", entry, why=evidence)


@transaction()
def take_back(event: Event, why: str, actor: Actor, step: EventState = EventState.SCORING) -> None:
    """Open a frozen or final event to marking again, with a reason; the caller has seen that nothing stands on it.

    A correction takes the step to "correcting" instead, and mends what stands on it in the same write unit.
    """
    version = queries.frozen(event)
    if version is None or not (event.announced or event.closed):
        text = N_("The ranking of event %(code)s is neither frozen nor final.")
        raise Conflict(say(text, code=event.code))
    if not why.strip():
        raise BadInput(say(N_("Say why the result is taken back.")))

    version.is_current, version.taken_back_why = False, why.strip()
    competitions.move(event, step, actor, why)
    act(actor, "results.take_back", event, why=why)


@transaction()
def sign_corrected(event: Event, actor: Actor, moment: datetime) -> ResultVersion:
    """Sign the version that came out of a correction, which two persons answer for; final at once."""
    version = queries.frozen(event)
    if version is None or version.signed_at or not version.number > 1:
        raise Conflict(say(N_("Event %(code)s is not being corrected."), code=event.code))

    version.signed_by, version.signed_at = actor.name or actor.login, moment
    competitions.close(event, actor)
    note = {"version": version.number, "content": version.content_hash}
    act(actor, "results.sign_corrected", event, note=note)
    return version


def _lines(ranked: Ranked) -> list[ResultLine]:
    return [
        ResultLine(
            entry_id=standing.entry,
            position=position,
            total=standing.total,
            rank=standing.rank,
            keys=[None if key is None else str(key) for key in standing.keys],
            note=standing.separated.as_json() if standing.separated else None,
        )
        for position, standing in enumerate(ranked.standings, 1)
    ]


@transaction()
def carry(event: Event, actor: Actor, moment: datetime) -> list[Problem]:
    """Put down what the people of an event bring along from an earlier one; gives who brings nothing, and why.

    It is a snapshot: its sheet says from which version of which result it was taken, and a later version there changes
    nothing here until somebody carries it over again.
    """
    holes: list[Problem] = []
    for part in event.components:
        if part.kind != "carried":
            continue
        version = _carried_from(event, part)
        bring = _teams_bring if event.team_size > 1 else _brought
        brought, missing = bring(event, part, version)
        reckoned = {(entry, part.id): value for entry, value in brought.items()}
        source = f"{part.carry_from} v{version.number}"
        n = sheets.settle(event, reckoned, source, actor.user_id, moment)
        sheets.vouch(part, actor, moment)
        holes += missing
        act(actor, "results.carry", event, note={"part": part.code, "from": source, "sheets": n})
    return holes


def _carried_from(event: Event, part: Component) -> ResultVersion:
    """Find the result that a component carries over; refused while it is not frozen or final."""
    source = scoring.source_of(event, part)
    version = queries.frozen(source) if source else None
    if version is None:
        text = N_("The result of event %(code)s is neither frozen nor final yet: nothing to carry.")
        raise Conflict(say(text, code=part.carry_from))
    return version


def _brought(
    event: Event, part: Component, version: ResultVersion
) -> tuple[dict[int, Reckoned], list[Problem]]:
    """Say what each entry brings along from a result: the total of the same person, or the points of one part."""
    source, points = version.event, _points(part, version)
    ours, theirs = (entries.in_events([one], members=False) for one in (event, source))
    there = counterparts(map(_identity, ours), list(map(_identity, theirs)))
    found = {entry.id: points[there[entry.id]] for entry in ours if there.get(entry.id) in points}
    text = N_("no points of this person in event %(code)s")
    holes = [
        Problem(f"{entry.code} {entry.name}", say(text, code=source.code))
        for entry in ours
        if entry.status.value == "OK" and getattr(found.get(entry.id), "points", None) is None
    ]
    return found, holes


def _points(part: Component, version: ResultVersion) -> dict[int, Reckoned]:
    """Give what each entry of a result has: its total, or the points of one part."""
    if not part.carry_part:
        return {line.entry_id: Reckoned(line.total) for line in version.lines}
    source = version.event
    marks, beside = marking.marks_of(source), scoring.beside_in([source])
    return {
        line.entry_id: Reckoned(
            marks.get(line.entry_id, {}).get(part.carry_part),
            beside.get(line.entry_id, scoring.NOTHING).exact.get(part.carry_part),
        )
        for line in version.lines
    }


def _teams_bring(
    event: Event, part: Component, version: ResultVersion
) -> tuple[dict[int, Reckoned], list[Problem]]:
    """Say what each team has by its members, who are marked alone in the other event; see entries.rules.team_points."""
    rule, points = queries.ranking_of(event).team, _points(part, version)
    alone = {entry.person_id: entry for entry in entries.in_events([version.event])}
    if part.code == rule.best_member:
        rule = replace(rule, take=Take.BEST)
    less = any(c.code == part.carry_part and c.kind == "time" for c in version.event.components)
    found, holes = {}, []
    for team in entries.of(event):
        members = [_marked(m, alone, points) for m in team.members if not m.reserve]
        made = team_points(members, rule, less)
        found[team.id] = _reckoned(made.points)
        if made.why and team.status.value == "OK":
            holes.append(Problem(f"{team.code} {team.name}", made.why))
    return found, holes


def _marked(
    member: TeamMember, alone: Mapping[int | None, Entry], points: Mapping[int, Reckoned]
) -> Marked:
    own = alone.get(member.person_id) if member.person_id else None
    if own is None:
        return Marked(member.name, None, "DNS")
    has = points.get(own.id, Reckoned())
    exact = has.value if has.value is not None else has.points
    return Marked(member.name, None if exact is None else Fraction(exact), own.status.value)


def _reckoned(value: Fraction | None) -> Reckoned:
    """Print a value to four decimals, half up; where that is not it, the exact one stands beside."""
    if value is None:
        return Reckoned()
    tenths = Fraction(value) * 10**4
    whole = int(tenths + Fraction(1, 2))
    return Reckoned(Decimal(whole).scaleb(-4), None if tenths == whole else value)


def _identity(entry: Entry) -> Identity:
    return Identity(entry.id, entry.person_id, entry.name, entry.organisation_id)
