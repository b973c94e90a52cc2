"""Setting and locking rules that make sense, conferring awards, and revoking one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from skillhub.approvals import services as approvals
from skillhub.awards import queries
from skillhub.awards.models import Award, AwardState, RulingRow
from skillhub.awards.rules import Decision, Ruling
from skillhub.competitions import queries as competition_queries
from skillhub.competitions import services as competitions
from skillhub.competitions import sheet
from skillhub.competitions.models import Competition, Event, Weights
from skillhub.competitions.services import Loaded
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.marking import queries as marking
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.panels import queries as panels
from skillhub.results import queries as results
from skillhub.results import services as result_services
from skillhub.results.models import ResultVersion
from skillhub.scoring import queries as scoring


@transaction()
def load(text: str, actor: Actor, host: Organisation | None = None) -> Loaded:
    """Register or update a competition from the text of its file, or refuse with every problem and its line."""
    draft, problems = sheet.read(text)
    if draft is not None:
        problems = [draft.locate(problem) for problem in queries.wrong_rules(draft)]
    if draft is None or problems:
        raise BadInput(say(N_("The file was not loaded.")), problems)

    named = draft.competition.get("host")
    owner = organisations.find(named) if named else host or organisations.root()
    if owner is None:
        raise Conflict(say(N_("There is no organisation yet that could host a competition.")))
    known = competition_queries.by_code(draft.competition["code"])
    for place in {owner, known.host if known else owner}:
        if not actor.may(Role.ORGANISER, place.path):
            raise NotAllowed(say(N_("You are not an organiser of “%(host)s”."), host=place.name))
    return competitions.load(draft, owner, actor)


@transaction()
def set_rules(event: Event, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change an event and its rules, if the rules can be used."""
    problems = queries.wrong_event(dict(values))
    if problems:
        raise BadInput(say(N_("The rules cannot be used yet.")), problems)
    competitions.revise_event(event, version, values, actor)


@transaction()
def plan_event(competition: Competition, values: Mapping[str, Any], actor: Actor) -> Event:
    """Add an event with its rules, if they can be used; award schemes may follow later."""
    problems = queries.wrong_event(dict(values))
    if problems:
        raise BadInput(say(N_("The rules cannot be used yet.")), problems)
    return competitions.plan_event(competition, values, actor)


@transaction()
def lock(event: Event, actor: Actor, moment: datetime) -> None:
    """Lock the rules of an event once they are seen to work on its entries."""
    problems = [*_unweighed(event), *scoring.unprepared(event)]
    if problems:
        text = N_("Event %(code)s cannot be marked like this yet.")
        raise Conflict(say(text, code=event.code), problems)
    queries.propose(event)
    approvals.lock(event, actor, moment)


@transaction()
def unlock(event: Event, why: str, actor: Actor) -> None:
    """Open the rules of an event again, with a reason, while nothing is marked."""
    if not why.strip():
        raise BadInput(say(N_("Say why the rules are opened again.")))
    if marking.marks_of(event) or scoring.begun(event):
        raise Conflict(
            say(N_("Event %(code)s is marked already; its rules stay locked."), code=event.code)
        )
    competitions.unlock(event, why.strip(), actor)


@transaction()
def finalise(event: Event, name: str, actor: Actor, moment: datetime) -> ResultVersion:
    """Sign the result of an event once its awards can be conferred on it too."""
    problems = [] if event.closed else queries.blockers(event)
    if problems:
        text = N_("Event %(code)s cannot be made final yet.")
        raise Conflict(say(text, code=event.code), problems)
    return result_services.finalise(event, name, actor, moment)


@transaction()
def confer(event: Event, actor: Actor, moment: datetime, day: date) -> list[Award]:
    """Make the awards of a final event final, once; every award says why."""
    version = results.current(event)
    if version is None or not event.closed:
        raise Conflict(
            say(N_("Make event %(code)s final first; then confer its awards."), code=event.code)
        )
    if queries.of(event.competition, event):
        raise Conflict(
            say(N_("The awards of event %(code)s are conferred already."), code=event.code)
        )
    ranked = results.computed(event)
    if ranked.input_hash != version.input_hash:
        raise Conflict(
            say(N_("The marks of event %(code)s differ from what was signed."), code=event.code)
        )
    outcome = queries.propose(event, ranked)
    if outcome.blocking:
        text = N_("The awards of event %(code)s need a decision.")
        raise Conflict(say(text, code=event.code), outcome.blocking)

    awards = [_award(event, version.id, d, actor, moment, day) for d in outcome.decisions]
    db.session.add_all(awards)
    act(actor, "awards.confer", event, note={"awards": len(awards), "version": version.number})
    return awards


@transaction()
def decide(
    event: Event, titles: Mapping[int, str], why: str, actor: Actor, moment: datetime
) -> None:
    """Record what the committee gives each entry of a tie over a cut, "" for nothing, with its reason.

    A decision is about a ranking that no longer moves: one that is not frozen yet is frozen by it. Until the awards are
    conferred it may decide again; the journal keeps what it decided before.
    """
    if queries.of(event.competition, event):
        text = N_("Ties of event %(code)s are decided before its awards are conferred.")
        raise Conflict(say(text, code=event.code))
    version = results.frozen(event) or result_services.freeze(event, actor, moment)
    known = queries.rulings_of(event)
    asked = queries.to_decide(queries.propose(event), known)
    names = {str(title) for title in queries.titles_of(event)} | {""}
    if set(titles) != set(asked) or not set(titles.values()) <= names:
        raise Conflict(say(N_("The tie has changed meanwhile. Look at it again.")))
    if not why.strip():
        raise BadInput(say(N_("Say why the committee decided so.")))
    panels.refuse_to_mark(event, {(entry, 0) for entry in titles}, actor)

    for entry, title in titles.items():
        row = known.get(entry) or RulingRow(result_version_id=version.id, entry_id=entry)
        row.title, row.reason = title, why.strip()
        row.decided_by, row.decided_at = actor.name or actor.login, moment
        db.session.add(row)
    act(actor, "awards.decide", event, why=why)


@transaction()
def revoke(award: Award, why: str, actor: Actor, moment: datetime) -> None:
    """Take one award back, with a reason; its row and its certificate stay to be seen."""
    if award.state is AwardState.REVOKED:
        raise Conflict(say(N_("This award is revoked already.")))
    if not why.strip():
        raise BadInput(say(N_("Say why the award is revoked.")))

    award.state, award.revoked_at, award.revoked_why = AwardState.REVOKED, moment, why.strip()
    act(actor, "awards.revoke", award, why=why)


@transaction()
def settle(
    event: Event,
    rulings: Mapping[int, Ruling],
    kept: Collection[int],
    why: str,
    actor: Actor,
    moment: datetime,
) -> list[Award]:
    """Bring the awards of an event in line with its corrected result: revoke what is due no more, confer the rest.

    An award that stays as it was is not touched; the entries `kept` keep theirs by grace. Rulings of the committee are
    written for the new version. Gives the new awards.
    """
    version = results.frozen(event)
    if version is None:
        raise Conflict(say(N_("Event %(code)s is not being corrected."), code=event.code))
    _rule_again(version.id, rulings, actor, moment)
    outcome = queries.propose(event)
    if outcome.blocking:
        text = N_("The awards of event %(code)s need a decision.")
        raise Conflict(say(text, code=event.code), outcome.blocking)

    standing = queries.of(event.competition, event)
    due = {(d.entry, d.title.text, d.place, d.on_top): d for d in outcome.decisions}
    days = [award.awarded_on for award in standing]
    day = max(days, default=day_of(moment, event.competition.host.zone))
    for award in standing:
        same = due.pop((award.entry_id, award.title, award.place, award.on_top), None)
        if same is None and award.entry_id not in kept:
            revoke(award, why, actor, moment)
    fresh = [
        _award(event, version.id, d, actor, moment, day)
        for d in due.values()
        if d.entry not in kept
    ]
    db.session.add_all(fresh)
    act(actor, "awards.settle", event, why=why, note={"awards": len(fresh)})
    return fresh


@transaction()
def reopen(event: Event, why: str, actor: Actor) -> None:
    """Take the final result of an event back while no award stands on it."""
    if queries.of(event.competition, event):
        raise Conflict(
            say(N_("Awards stand on this result. Revoke them first, each with its reason."))
        )
    result_services.take_back(event, why, actor)


def _rule_again(
    version: int, rulings: Mapping[int, Ruling], actor: Actor, moment: datetime
) -> None:
    """Write what the committee decided for another version of the result."""
    who = actor.name or actor.login
    for entry, ruling in rulings.items():
        row = RulingRow(result_version_id=version, entry_id=entry, title=ruling.title or "")
        row.reason, row.decided_by, row.decided_at = ruling.reason, who, moment
        db.session.add(row)
    db.session.flush()


def _award(
    event: Event, version: int, decision: Decision, actor: Actor, moment: datetime, day: date
) -> Award:
    return Award(
        event=event,
        result_version_id=version,
        entry_id=decision.entry,
        title=decision.title.text,
        title_en=decision.title.english,
        position=decision.position,
        on_top=decision.on_top,
        scheme=decision.kind,
        place=decision.place,
        because=decision.because.as_json(),
        awarded_on=day,
        conferred_by=actor.name or actor.login,
        conferred_at=moment,
    )


def _unweighed(event: Event) -> list[Problem]:
    """Say that weights which are percentages do not add up to 100."""
    total = sum(part.weight for part in event.components if part.kind not in ("time", "penalty"))
    if event.competition.weights is not Weights.PERCENT or total == 100:
        return []
    text = N_("Its weights are percentages and add up to %(sum)s, not to 100.")
    return [Problem("", say(text, sum=total))]
