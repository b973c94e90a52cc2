"""Writing marking schemes while the rules are open, and amending them aside once marking began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from skillhub.competitions.models import STATE_LABELS, Component, Event
from skillhub.competitions.rules import MARKABLE, EventState
from skillhub.drafting import queries
from skillhub.drafting.models import AmendedPart, Amendment
from skillhub.drafting.rules import OPEN, AmendmentState, figures, plain
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.scoring.kinds import placed, read_aspect, read_scheme, without
from skillhub.scoring.kinds import plain as plain_scheme

AMENDABLE = MARKABLE - {EventState.CORRECTING}


@transaction()
def put_aspect(
    component: Component,
    replaces: str,
    above: tuple[str, str],
    table: Mapping[str, Any],
    actor: Actor,
) -> None:
    """Add an aspect to a scheme, or put it in the place of the one whose code is given."""
    found: list[Problem] = []
    aspect = read_aspect(table, "", found)
    if aspect is None:
        raise BadInput(say(N_("The aspect cannot be used yet.")), found)
    scheme = queries.scheme_in(component, queries.draft_of(component.event))
    _set(component, plain_scheme(placed(scheme, aspect, above, replaces)), actor)


@transaction()
def remove_aspect(component: Component, code: str, actor: Actor) -> None:
    """Take an aspect out of a scheme; without any the points are typed again."""
    scheme = queries.scheme_in(component, queries.draft_of(component.event))
    if code not in scheme.by_code:
        raise Conflict(say(N_("There is no aspect “%(code)s” any more."), code=code))
    left = without(scheme, code)
    _set(component, plain_scheme(left) if left.aspects else {}, actor)


@transaction()
def set_figures(component: Component, values: Mapping[str, Any], actor: Actor) -> None:
    """Change what holds for a whole scheme: rounding, reasons for 0, sections of the standards."""
    before = queries.document_of(component, queries.draft_of(component.event))
    _set(component, {**before, **values}, actor)


@transaction()
def set_scheme(component: Component, document: Mapping[str, Any], actor: Actor) -> None:
    """Give a component another scheme as a whole."""
    _set(component, document, actor)


@transaction()
def begin(event: Event, reason: str, actor: Actor, moment: datetime) -> Amendment:
    """Begin an amendment; nothing beside it changes before somebody else approves it."""
    if event.rules_open:
        raise Conflict(say(N_("The rules are open: change the scheme itself.")))
    if event.state not in AMENDABLE:
        text = N_("Event %(code)s is “%(state)s”: take its ranking back first, then amend.")
        raise Conflict(say(text, code=event.code, state=STATE_LABELS[event.state]))
    if queries.under_way(event):
        text = N_("An amendment of event %(code)s is under way: end that one first.")
        raise Conflict(say(text, code=event.code))
    if actor.user_id is None:
        raise NotAllowed(say(N_("Whoever proposes an amendment does so with an own account.")))
    _need(reason)

    row = Amendment(event=event, number=len(queries.of_event(event)) + 1, reason=reason.strip())
    row.opened_by_id, row.opened_at = actor.user_id, moment
    db.session.add(row)
    act(actor, "drafting.begin", row, why=reason)
    return row


@transaction()
def put(
    amendment: Amendment,
    component: Component,
    values: Mapping[str, Any],
    actor: Actor,
    version: int | None = None,
) -> None:
    """Write what an amendment makes of a component: its maximum, weight, pass mark or scheme."""
    same_version(amendment, amendment.version if version is None else version)
    _refuse_unless_own(amendment, actor)
    if component.event_id != amendment.event_id:
        raise BadInput(say(N_("This component belongs to another event.")))
    if values.get("maximum", 1) <= 0:
        wrong = say(N_("write the most points it can earn"))
        raise BadInput(wrong, [Problem("maximum", wrong)])

    part = queries.part_of(amendment, component)
    if part is None:
        part = AmendedPart(component=component, before=plain(figures(component)))
        for name, value in figures(component).items():
            setattr(part, name, value)
        amendment.parts.append(part)
    for name, value in values.items():
        setattr(part, name, value)
    amendment.report = None
    amendment.problems = []
    act(actor, "drafting.put", amendment, note={"component": component.code})


@transaction()
def drop(amendment: Amendment, component: Component, actor: Actor) -> None:
    """Leave a component as it is after all."""
    _refuse_unless_own(amendment, actor)
    amendment.parts = [part for part in amendment.parts if part.component_id != component.id]
    amendment.report, amendment.problems = None, []
    act(actor, "drafting.drop", amendment, note={"component": component.code})


@transaction()
def note(
    amendment: Amendment, report: dict[str, Any] | None, found: Sequence[Problem], actor: Actor
) -> None:
    """Keep with an amendment what it would do, or why it cannot be done."""
    amendment.report = report
    amendment.problems = [[p.where, p.message.as_json()] for p in found]
    act(actor, "drafting.note", amendment)


@transaction()
def propose(amendment: Amendment, version: int, actor: Actor, moment: datetime) -> None:
    """Lay an amendment before the second person; from now on it stays as it is."""
    same_version(amendment, version)
    _refuse_unless_own(amendment, actor)
    if amendment.report is None or amendment.problems:
        raise Conflict(say(N_("Look at the consequences first.")))

    amendment.state, amendment.proposed_at = AmendmentState.PROPOSED, moment
    act(actor, "drafting.propose", amendment)


@transaction()
def take_up(amendment: Amendment, version: int, actor: Actor) -> None:
    """Go on writing a proposal that nobody approved yet."""
    same_version(amendment, version)
    if amendment.state is not AmendmentState.PROPOSED or amendment.opened_by_id != actor.user_id:
        raise Conflict(say(N_("Only whoever proposed this amendment takes it up again.")))

    amendment.state, amendment.proposed_at = AmendmentState.DRAFT, None
    act(actor, "drafting.take_up", amendment)


@transaction()
def give_up(amendment: Amendment, version: int, why: str, actor: Actor) -> None:
    """Give an amendment up, or refuse it, with the reason; nothing beside it was ever touched."""
    same_version(amendment, version)
    if amendment.state not in OPEN:
        raise Conflict(say(N_("This amendment is closed already.")))
    _need(why, "why")

    amendment.state, amendment.ended_why = AmendmentState.CANCELLED, why.strip()
    act(actor, "drafting.give_up", amendment, why=why)


@transaction()
def close(amendment: Amendment, report: dict[str, Any], actor: Actor, moment: datetime) -> None:
    """Note that an amendment is applied: by whom, and when."""
    if actor.user_id is None or actor.user_id == amendment.opened_by_id:
        raise NotAllowed(say(N_("Nobody approves an own amendment. Ask a second person.")))

    amendment.state, amendment.report, amendment.problems = AmendmentState.APPLIED, report, []
    amendment.approved_by_id, amendment.applied_at = actor.user_id, moment
    act(actor, "drafting.close", amendment, why=amendment.reason)


def _refuse_unless_own(amendment: Amendment, actor: Actor) -> None:
    """Refuse to write in an amendment that waits for approval, is closed, or is somebody else's."""
    if amendment.state is not AmendmentState.DRAFT:
        raise Conflict(
            say(N_("This amendment is laid before the second person; it stays as it is."))
        )
    if actor.user_id != amendment.opened_by_id:
        raise Conflict(say(N_("Only whoever began this amendment changes it.")))


def _set(component: Component, document: Mapping[str, Any], actor: Actor) -> None:
    """Write a scheme: into the component while the rules are open, else into the amendment that is being written."""
    event = component.event
    amendment = queries.draft_of(event)
    if not event.rules_open and amendment is None:
        text = N_("The rules of event %(code)s are locked: its schemes no longer change.")
        raise Locked(say(text, code=event.code))
    if component.kind == "carried":
        raise Conflict(say(N_("What is carried over has no aspects.")))
    kept = {name: value for name, value in document.items() if value not in (None, "", [], {})}
    scheme, problems = read_scheme(kept if kept.get("criteria") or kept.get("aspects") else {})
    if problems:
        raise BadInput(say(N_("The marking scheme cannot be used.")), problems)

    written = plain_scheme(scheme) if scheme else {}
    if amendment is not None:
        put(amendment, component, {"scheme": written}, actor)
        return
    component.scheme = written
    act(actor, "scoring.set_scheme", component)


def _need(why: str, where: str = "reason") -> None:
    if not why.strip():
        raise BadInput(say(N_("Say why.")), [Problem(where, say(N_("Say why.")))])
