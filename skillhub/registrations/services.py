"""Saying who may enter, registering, endorsing, and letting the conditions decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from skillhub.competitions.models import Event
from skillhub.competitions.rules import RULES_OPEN, EventState
from skillhub.eligibility.rules import Answer
from skillhub.entries import services as entries
from skillhub.entries.rules import wrong_team
from skillhub.kernel.access import Actor, refuse_oneself
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.registrations import queries
from skillhub.registrations.models import EntryRule, Registrant, Registration
from skillhub.registrations.queries import Asking, Finding
from skillhub.registrations.rules import LIVE, RegistrationState, no_step
from skillhub.results import queries as results

SELF, UNIT = "self", "unit"
_S = RegistrationState


@transaction()
def set_rules(event: Event, version: int, values: Mapping[str, Any], actor: Actor) -> EntryRule:
    """Say how an event takes entrants: places, quota of a unit, conditions, waiting list, substitution."""
    if not event.rules_open:
        text = N_("Event %(code)s is prepared; who may enter can no longer change.")
        raise Locked(say(text, code=event.code))
    rule = queries.rule_of(event)
    same_version(rule, version)

    for name, value in values.items():
        setattr(rule, name, value)
    db.session.add(rule)
    act(actor, "registrations.set_rules", event)
    return rule


@transaction()
def hold(event: Event, places: int, actor: Actor) -> None:
    """Keep places for seats that are offered from below and not answered yet; called by the ladder."""
    rule = queries.rule_of(event)
    if rule.held != places:
        rule.held = places
        db.session.add(rule)
        act(actor, "registrations.hold", event)


@transaction()
def register(
    event: Event,
    asking: Sequence[Asking],
    road: str,
    actor: Actor,
    moment: datetime,
    hand_in: bool = True,
) -> list[Registration]:
    """Register people or teams, all of them or none; who may not enter is kept with the rule that says so."""
    _refuse(queries.shut(event, moment))
    rule, keys = queries.rule_of(event), [p.id for a in asking for p in a.people]
    for key in keys if road == UNIT else ():  # which endorses
        refuse_oneself(actor, key)
    _refuse(queries.twice(event, asking))
    found = queries.findings(event, keys, moment)
    employers = people.employers_on(keys, day_of(moment, event.competition.host.zone))
    _refuse_teams(event, asking, employers)

    count = len(queries.in_event(event))
    rows = [
        _drafted(event, one, f"{event.code}-R{n:03d}", employers.get(one.people[0].id))
        for n, one in enumerate(asking, count + 1)
    ]
    for row in rows:
        row.road, row.registered_by, row.registered_at = road, actor.login, moment
    db.session.add_all(rows)
    db.session.flush()
    if hand_in:
        _hand_in(rule, rows, found, actor)
    note = {"references": [row.reference for row in rows], "road": road}
    act(actor, "registrations.register", event, note=note)
    return rows


@transaction()
def hand_in(event: Event, drafts: Sequence[Registration], actor: Actor, moment: datetime) -> None:
    """Hand in registrations that were kept as drafts."""
    _refuse(queries.shut(event, moment))
    found = queries.findings(event, [p.person_id for r in drafts for p in r.people], moment)

    _hand_in(queries.rule_of(event), drafts, found, actor)
    act(actor, "registrations.hand_in", event, note={"references": [r.reference for r in drafts]})


@transaction()
def endorse(event: Event, chosen: Sequence[Registration], actor: Actor, moment: datetime) -> None:
    """Agree as the unit that its people enter; then the conditions decide."""
    _refuse(queries.prepared(event))
    for registrant in (one for row in chosen for one in row.people):
        refuse_oneself(actor, registrant.person_id)
    found = queries.findings(event, [p.person_id for r in chosen for p in r.people], moment)

    for row in chosen:
        _move(row, _S.UNIT_ENDORSED)
        row.endorsed_by = actor.login
    _judge(chosen, found)
    act(actor, "registrations.endorse", event, note={"references": [r.reference for r in chosen]})


@transaction()
def review(event: Event, actor: Actor, moment: datetime) -> int:
    """Look again at those who waited for evidence; gives how many are decided now."""
    _refuse(queries.prepared(event))
    open_ = [r for r in queries.in_event(event) if r.state is _S.UNIT_ENDORSED]
    found = queries.findings(event, [p.person_id for r in open_ for p in r.people], moment)

    _judge(open_, found)
    act(actor, "registrations.review", event)
    return sum(r.state is not _S.UNIT_ENDORSED for r in open_)


@transaction()
def substitute(
    row: Registration, version: int, person: Person, why: str, actor: Actor, moment: datetime
) -> Registration:
    """Let somebody else take an admitted place; the conditions are looked at anew, unknown is not enough."""
    same_version(row, version)
    refuse_oneself(actor, person.id)
    _refuse_substitution(row, why, moment)
    _refuse(queries.twice(row.event, [Asking((person,))]))
    found = queries.findings(row.event, [person.id], moment)[person.id]
    if found.refusal:
        raise BadInput(found.refusal, [Problem("person", found.refusal)])

    entry, serial = row.entry, len(queries.in_event(row.event)) + 1
    _move(row, _S.SUBSTITUTED)
    db.session.flush()
    new = _drafted(
        row.event, Asking((person,)), f"{row.event.code}-R{serial:03d}", row.organisation
    )
    new.road, new.registered_by, new.registered_at = UNIT, actor.login, moment
    new.endorsed_by, new.replaces, new.entry, new.why = actor.login, row, entry, why
    _keep(new, found)
    new.state = _S.ADMITTED
    db.session.add(new)
    if entry:
        entries.edit(entry, entry.version, {"person": person, "name": person.name}, actor)
    act(actor, "registrations.substitute", new, why=why)
    return new


@transaction()
def attribute(
    row: Registration,
    version: int,
    organisation: Organisation | None,
    why: str,
    actor: Actor,
    moment: datetime,
) -> None:
    """Let a dispatched worker start for the other employer; the reason says that both unions agree."""
    same_version(row, version)
    _refuse(queries.prepared(row.event))
    day = day_of(moment, row.event.competition.host.zone)
    keys = [p.person_id for p in row.people]
    if organisation is None or not queries.employed_by(organisation, keys, day):
        text = say(N_("None of these people works there on this day."))
        raise BadInput(text, [Problem("organisation", text)])
    if not why.strip():
        raise BadInput(say(N_("Say why.")), [Problem("why", say(N_("Say why.")))])

    row.organisation, row.unit = organisation, organisations.unit_of(organisation)
    row.why = why.strip()
    if row.entry:
        entries.edit(row.entry, row.entry.version, {"organisation": organisation}, actor)
    act(actor, "registrations.attribute", row, why=why)


def _drafted(
    event: Event, one: Asking, reference: str, employer: Organisation | None
) -> Registration:
    team = [
        Registrant(event_id=event.id, person=p, position=n) for n, p in enumerate(one.people, 1)
    ]
    return Registration(
        event=event,
        reference=reference,
        external=one.external,
        name=one.name or one.people[0].name,
        organisation=employer,
        unit=organisations.unit_of(employer),
        people=team,
        state=_S.DRAFT,
    )


def _hand_in(
    rule: EntryRule, rows: Sequence[Registration], found: Mapping[int, Finding], actor: Actor
) -> None:
    """Hand in; what the unit registers it endorses, what a worker registers waits for it unless the answer is no."""
    for row in rows:
        _move(row, _S.SUBMITTED)
        _keep(row, _found(row, found))
    ready = [r for r in rows if r.road == UNIT or not rule.endorse]
    for row in ready:
        _move(row, _S.UNIT_ENDORSED)
        row.endorsed_by = actor.login if row.road == UNIT else None
    no = [r for r in rows if _found(r, found).verdict.answer is Answer.NOT_MET]
    _judge([*ready, *(r for r in no if r not in ready)], found)


def _judge(rows: Sequence[Registration], found: Mapping[int, Finding]) -> None:
    """Let the conditions decide: no is kept with its reason, unknown waits and is never yes."""
    for row in rows:
        finding = _found(row, found)
        _keep(row, finding)
        if finding.verdict.answer is Answer.NOT_MET:
            _move(row, _S.INELIGIBLE)
        elif finding.verdict.answer is Answer.MET:
            _move(row, _S.ELIGIBLE)


def _move(row: Registration, state: RegistrationState) -> None:
    _refuse(no_step(row.reference, row.state, state))
    row.state = state
    for registrant in row.people:
        registrant.live = state in LIVE


def _keep(row: Registration, finding: Finding) -> None:
    """Keep the verdict with its evidence, as of the day the rule names."""
    row.verdict, row.as_of = finding.verdict.as_json(), finding.as_of
    row.refusal = finding.refusal.as_json() if finding.refusal else None


def _found(row: Registration, found: Mapping[int, Finding]) -> Finding:
    return queries.together([(p.person.name, found[p.person_id]) for p in row.people])


def _refuse(why: Message | None) -> None:
    if why:
        raise Conflict(why)


def _refuse_teams(
    event: Event, asking: Sequence[Asking], employers: Mapping[int, Organisation]
) -> None:
    """Refuse teams that are not made up as the event asks, each with its name and what is wrong."""
    if event.team_size == 1 and all(len(one.people) == 1 for one in asking):
        return
    rule, found = results.ranking_of(event).team, []
    for one in asking:
        units = [
            u.id if (u := organisations.unit_of(employers.get(p.id))) else 0 for p in one.people
        ]
        wrong = wrong_team(len(one.people), event.team_size, rule, units)
        found += [Problem(one.name or one.people[0].name, wrong)] if wrong else []
    if found:
        text = N_("%(name)s: %(why)s")
        raise BadInput(say(text, name=found[0].where, why=found[0].message), found)


def _refuse_substitution(row: Registration, why: str, moment: datetime) -> None:
    limit = queries.rule_of(row.event).substitute_until
    limit = limit or row.event.competition.registration_closes_at
    if row.state is not _S.ADMITTED or len(row.people) != 1:
        raise Conflict(say(N_("Only one person's admitted registration can be passed on.")))
    if row.event.state not in RULES_OPEN | {EventState.PREPARED}:
        text = N_("Event %(code)s has begun: nobody takes another's place any more.")
        raise Conflict(say(text, code=row.event.code))
    if limit is not None and moment > limit:
        raise Conflict(say(N_("Substitution was possible until %(limit)s."), limit=limit))
    if not why.strip():
        raise BadInput(say(N_("Say why.")), [Problem("why", say(N_("Say why.")))])
