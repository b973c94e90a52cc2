"""Saying how organisers are scored, giving the committee's points, commending units, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from skillhub.commendations import queries
from skillhub.commendations.models import Commendation, CommitteePoints, OrganiserRule
from skillhub.commendations.rules import WHOLE, Line, Rule, wrong_weights
from skillhub.competitions.models import Competition
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.rounding import rounded
from skillhub.organisations.models import Organisation


@transaction()
def set_rule(
    competition: Competition, version: int, values: Mapping[str, Any], actor: Actor
) -> OrganiserRule:
    """Say how much each measure weighs and how many are commended, as long as nobody is."""
    row = queries.rule_of(competition)
    same_version(row, version)
    _refuse_commended(competition)
    wrong = wrong_weights(Rule(**{f.name: values[f.name] for f in fields(Rule)}))
    if wrong:
        raise BadInput(wrong, [Problem("committee", wrong)])

    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    act(actor, "commendations.set_rule", competition)
    return row


@transaction()
def give(
    competition: Competition,
    unit: Organisation,
    version: int,
    points: Decimal,
    why: str,
    actor: Actor,
    moment: datetime,
) -> None:
    """Give a unit the committee's points, of 100, with the reason, as long as nobody is commended."""
    known = queries.points_of(competition, unit)
    row = known or CommitteePoints(competition_id=competition.id, organisation=unit, version=0)
    same_version(row, version)
    _refuse_commended(competition)
    if not 0 <= points <= WHOLE:
        wrong = say(N_("Give 0 to 100 points."))
        raise BadInput(wrong, [Problem("points", wrong)])
    _reason(why)

    row.points, row.why = points, why.strip()
    row.given_by, row.given_at = actor.login, moment
    db.session.add(row)
    act(actor, "commendations.give", row, why=why.strip())


@transaction()
def confer(competition: Competition, actor: Actor, moment: datetime) -> list[Commendation]:
    """Commend the units that the table names, once, with their scores as they stand.

    All events are final; and nobody commends who gave the committee's points.
    """
    _refuse_commended(competition)
    found = queries.listed(competition, moment)
    _refuse_unready(competition, found, actor)

    made = [
        _made(competition, found.rule.title, unit, line, actor, moment)
        for unit, line in found.lines
        if line.commended
    ]
    db.session.add_all(made)
    act(
        actor,
        "commendations.confer",
        competition,
        note={"units": [c.organisation_id for c in made]},
    )
    return made


@transaction()
def add(
    competition: Competition, unit: Organisation, why: str, actor: Actor, moment: datetime
) -> Commendation:
    """Commend one more unit, such as the host, outside the number and with the reason."""
    found = queries.listed(competition, moment)
    if not found.standing:
        raise Conflict(say(N_("Commend those whom the table names first.")))
    if unit.id in found.standing:
        raise Conflict(say(N_("%(unit)s is commended already."), unit=unit.name))
    line = next((line for own, line in found.lines if own.id == unit.id), None)
    if line is None:
        raise Conflict(say(N_("%(unit)s took no part in this competition."), unit=unit.name))
    _reason(why)

    row = _made(competition, found.rule.title, unit, line, actor, moment)
    row.outside, row.why = True, why.strip()
    db.session.add(row)
    act(actor, "commendations.add", row, why=why.strip())
    return row


@transaction()
def take_back(row: Commendation, version: int, why: str, actor: Actor, moment: datetime) -> None:
    """Take one commendation back, with the reason; it stays to be seen."""
    same_version(row, version)
    if row.revoked_at is not None:
        raise Conflict(say(N_("It is taken back already.")))
    _reason(why)

    row.revoked_by, row.revoked_at, row.revoked_why = actor.login, moment, why.strip()
    act(actor, "commendations.take_back", row, why=why.strip())


def _made(
    competition: Competition,
    title: str,
    unit: Organisation,
    line: Line,
    actor: Actor,
    moment: datetime,
) -> Commendation:
    parts = [
        {
            "measure": p.measure.value,
            "weight": p.weight,
            "points": f"{rounded(p.points, 2):.2f}",
            "because": p.because.as_json(),
        }
        for p in line.score.parts
    ]
    return Commendation(
        competition=competition,
        organisation=unit,
        title=title,
        rank=line.score.rank,
        score=line.score.total,
        parts=parts,
        conferred_by=actor.login,
        conferred_at=moment,
    )


def _refuse_unready(competition: Competition, found: queries.Listed, actor: Actor) -> None:
    open_ = queries.open_events(competition)
    if open_ or not competition.events:
        codes = ", ".join(event.code for event in open_) or "–"
        raise Conflict(say(N_("These events are not final yet: %(codes)s."), codes=codes))
    if any(p.given_by == actor.login for p in found.given.values()):
        text = N_("You gave the committee's points: a second person commends.")
        raise Conflict(say(text))
    blank = [unit.name for unit, _ in found.lines if unit.id not in found.given]
    if found.rule.committee and blank:
        text = N_("The committee has given no points yet to: %(units)s.")
        raise Conflict(say(text, units=", ".join(blank[:10])))
    if not any(line.commended for _, line in found.lines):
        raise Conflict(say(N_("No unit has earned it.")))


def _refuse_commended(competition: Competition) -> None:
    if queries.commended(competition):
        text = N_("Units are commended already; take the commendations back first.")
        raise Locked(say(text))


def _reason(why: str) -> None:
    if not why.strip():
        wrong = say(N_("Say why."))
        raise BadInput(wrong, [Problem("why", wrong)])
