"""Carrying a correction out: every floor in turn, all of it or nothing; looking at it is the same, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from skillhub.appeals import queries as appeals
from skillhub.appeals import services as appeal_services
from skillhub.appeals.rules import Terms
from skillhub.awards import queries as awards
from skillhub.awards import services as award_services
from skillhub.awards.models import Award
from skillhub.awards.rules import Ruling
from skillhub.certificates import queries as certificates
from skillhub.certificates import services as papers
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.certificates.rules import signatories_of
from skillhub.competitions import services as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.rules import EventState
from skillhub.corrections import queries, services
from skillhub.corrections.models import Correction
from skillhub.corrections.rules import (
    ChangeKind,
    CorrectionState,
    Line,
    Report,
    consequences,
    with_bonuses,
)
from skillhub.designs import queries as designs
from skillhub.entries import services as entries
from skillhub.entries.models import EntryStatus
from skillhub.kernel import jobs
from skillhub.kernel.access import Actor
from skillhub.kernel.db import rehearsal, transaction
from skillhub.kernel.errors import Conflict, HouseError, NotAllowed
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.ladder import queries as ladder
from skillhub.ladder import services as seats
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.marking.models import Sheet, SheetState
from skillhub.marking.queries import Cell
from skillhub.panels import queries as panels
from skillhub.results import queries as results
from skillhub.results import services as result_services
from skillhub.results.models import ResultVersion
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as judged
from skillhub.scoring.queries import MarkKey

NOBODY = Actor("rehearsal")
Facts = Mapping[str, Any]


@dataclass(slots=True)
class Walk:
    """One correction on its way through the floors: who approves, when, and what is to be told."""

    correction: Correction
    actor: Actor
    moment: datetime
    told: list[Message] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)

    @property
    def event(self) -> Event:
        """The event that is corrected."""
        return self.correction.event

    @property
    def why(self) -> str:
        """The reason, as it stands with everything that changes."""
        return self.correction.reason


def look(correction: Correction, actor: Actor, moment: datetime) -> Report | None:
    """See what a correction would do, by doing it and taking it back; keep what was seen with it."""
    problems: Sequence[Problem] = ()
    report = None
    try:
        with rehearsal():
            report = _carry_out(Walk(correction, actor, moment))[0]
    except HouseError as refusal:
        problems = refusal.problems or [Problem("", refusal.message)]
    services.note(correction, report, problems, actor)
    return report


@transaction()
def approve(correction: Correction, digest: str, actor: Actor, moment: datetime) -> Report:
    """Apply a correction whole, as the second person; refused when its consequences are not the ones that were seen."""
    if actor.user_id is None or actor.user_id == correction.opened_by_id:
        raise NotAllowed(say(N_("Nobody approves an own correction. Ask a second person.")))
    if correction.state is not CorrectionState.PROPOSED:
        raise Conflict(say(N_("This correction does not wait for approval.")))
    touched = {(row.entry_id, 0) for row in correction.changes}
    panels.refuse_to_mark(correction.event, touched, actor)
    walk = Walk(correction, actor, moment)
    former = results.frozen(correction.event)
    report, after = _carry_out(walk)
    if report.digest != digest or former is None:
        text = N_("What this correction does has changed since you looked at it. Look again.")
        raise Conflict(say(text))

    services.close(correction, report, (former, after), actor, moment)
    services.tell(correction, report, actor, moment)
    if walk.numbered and correction.event.closed:
        _print(walk)
    return report


def _carry_out(walk: Walk) -> tuple[Report, ResultVersion]:
    """Walk through the floors from below; raises HouseError when one of them refuses."""
    event, before = walk.event, queries.picture(walk.event)
    former, was_final = event.state, event.closed
    if former not in services.CORRECTABLE:
        raise Conflict(say(N_("Event %(code)s cannot be corrected now."), code=event.code))
    day = day_of(walk.moment, event.competition.host.zone)
    rulings, paid = _rulings(walk), queries.bonuses(event, day)
    conferred = bool(awards.ever_of(event))

    result_services.take_back(event, walk.why, walk.actor, EventState.CORRECTING)
    if walk.correction.appeal:
        appeal_services.settle(walk.correction.appeal, walk.actor, walk.moment)
    _enter(walk)
    version = result_services.freeze(event, walk.actor, walk.moment)
    if not was_final:
        competitions.move(event, EventState.PROVISIONAL, walk.actor)
    if conferred:
        _award(walk, rulings)
    if was_final and ladder.from_event(event):
        ranks = {line.entry_id: line.rank for line in version.lines}
        seats.follow(event, ranks, walk.why, walk.actor, walk.moment)
    after, graces = queries.picture(event), _graces(walk)
    _go_on(walk, former, was_final, consequences(before, after, graces))
    pictures = with_bonuses(before, after, paid, queries.bonuses(event, day))
    lines = consequences(*pictures, graces)
    told = tuple(message.as_json() for message in walk.told)
    return Report(lines, event.state.value, version.number, told), version


def _enter(walk: Walk) -> None:
    """Write marks and statuses: entered by who proposed, confirmed by who approves."""
    correction, event = walk.correction, walk.event
    proposer = correction.opened_by
    same = walk.actor.user_id == proposer.id  # nobody has approved yet: it is a look
    writer = NOBODY if same else Actor(proposer.username, proposer.name, proposer.id)
    for change in correction.changes:
        if change.kind is ChangeKind.STATUS:
            status = EntryStatus(change.after)
            entries.rule(change.entry, change.entry.version, status, change.why, writer)
    before = marking.of(event)
    versions = {key: sheet.version for key, sheet in before.items()}
    marks.enter(event, _typed(correction, before), writer, walk.moment)
    boxes = {
        MarkKey(c.entry_id, c.component_id or 0, c.aspect, c.seat, c.attempt): c.after
        for c in correction.changes
        if c.kind is ChangeKind.ASPECT
    }
    known = scoring.rows(boxes)
    filled = {k: (text, known[k].version if k in known else 0) for k, text in boxes.items()}
    judged.enter(event, filled, writer, walk.moment)
    _confirm(walk, versions)


def _typed(correction: Correction, sheets: Mapping[Cell, Sheet]) -> marks.Typed:
    """Give the points that a correction types, each with the version of the sheet it replaces."""
    return {
        (c.entry_id, c.component_id or 0): (
            Decimal(c.after) if c.after else None,
            sheet.version if (sheet := sheets.get((c.entry_id, c.component_id or 0))) else 0,
        )
        for c in correction.changes
        if c.kind is ChangeKind.MARK
    }


def _confirm(walk: Walk, before: Mapping[Cell, int]) -> None:
    """Confirm the sheets that changed, as the second person."""
    seen = {
        sheet.id: sheet.version
        for key, sheet in marking.of(walk.event).items()
        if sheet.version != before.get(key, 0)
        and sheet.state is SheetState.ENTERED
        and sheet.points is not None
    }
    if seen:
        marks.confirm(walk.event, seen, walk.actor, walk.moment)


def _rulings(walk: Walk) -> dict[int, Ruling]:
    """Give what the committee decided so far, and what it decides with this correction."""
    known = awards.rulings_of(walk.event).items()
    rulings = {entry: Ruling(row.title or None, row.reason) for entry, row in known}
    for change in walk.correction.changes:
        if change.kind is ChangeKind.RULING:
            rulings[change.entry_id] = Ruling(change.after or None, change.why)
    return rulings


def _graces(walk: Walk) -> dict[int, str]:
    return {row.entry_id: row.why for row in walk.correction.graces}


def _award(walk: Walk, rulings: Mapping[int, Ruling]) -> None:
    """Revoke and confer, and let the papers follow."""
    live = queries.papers_in_force(walk.event)
    fresh = award_services.settle(
        walk.event, rulings, _graces(walk), walk.why, walk.actor, walk.moment
    )
    if not live:
        return
    ready = _ready(walk, fresh, live[-1])
    revoked = [paper for paper in live if paper.award.state == "revoked"]
    for paper in revoked:
        _replace(walk, paper, ready)
    rest = {award.id: facts for award, facts in ready.values()}
    if rest:
        model, day = live[-1], day_of(walk.moment, walk.event.competition.host.zone)
        template = designs.template_named(model.template_version.code)
        signatories = signatories_of(model.facts)
        walk.numbered += papers.reserve(
            *(walk.event.competition, rest, template, walk.actor, walk.moment, day, signatories)
        )


def _ready(
    walk: Walk, fresh: Sequence[Award], model: Certificate
) -> dict[int, tuple[Award, Facts]]:
    """Find which new awards can be numbered now, by entry; say of the others why not."""
    template = designs.template_named(model.template_version.code)
    proof = certificates.proof(fresh, template, signatories_of(model.facts))
    text = N_("The new certificate of %(name)s waits: %(why)s")
    walk.told += [say(text, name=p.where, why=p.message) for p in proof.problems]
    by_key = {award.id: award for award in fresh}
    return {by_key[key].entry_id: (by_key[key], facts) for key, facts in proof.ready.items()}


def _replace(walk: Walk, paper: Certificate, ready: dict[int, tuple[Award, Facts]]) -> None:
    """Let a paper of a revoked award be followed by the new one of the same entry, or end it; nothing on it changes."""
    args = (walk.why, walk.actor, walk.moment)
    if paper.state is CertificateState.RESERVED:
        papers.void(paper, *args)
        return
    found = ready.pop(paper.award.entry_id, None)
    if found is None:
        papers.withdraw(paper, *args)
        return
    award, facts = found
    template = designs.template_named(paper.template_version.code)
    day = day_of(walk.moment, walk.event.competition.host.zone)
    new = papers.succeed(paper, award, facts, template, *args, day)
    walk.numbered.append(new.id)


def _go_on(walk: Walk, former: EventState, was_final: bool, lines: Sequence[Line]) -> None:
    """Make it final again, or let the notice run for its full length where an award, or before that a rank, changed."""
    event, days = walk.event, walk.event.competition.notice_days
    notice = appeals.last_notice(event)
    if was_final and not (days and any(line.moves_award for line in lines)):
        result_services.sign_corrected(event, walk.actor, walk.moment)
        if former is EventState.ARCHIVED:
            competitions.move(event, EventState.ARCHIVED, walk.actor, walk.why)
        return
    if not was_final and former is EventState.PROVISIONAL:
        return
    if not was_final and not any(line.moves_rank for line in lines):
        competitions.move(event, EventState.PUBLIC_NOTICE, walk.actor, walk.why)
        return
    host = event.competition.host
    terms = Terms(
        notice.contact_name if notice else walk.actor.name or walk.actor.login,
        notice.contact if notice else host.name,
        notice.words if notice else "",
        walk.correction.notice_until,
    )
    appeal_services.restart(event, terms, walk.why, walk.actor, walk.moment)


def _print(walk: Walk) -> None:
    """Let the new papers be printed when there is time."""
    event = walk.event
    work = {
        "competition": event.competition_id,
        "certificates": walk.numbered,
    }
    path = event.competition.host.path
    jobs.ask("certificates.issue", work, path, walk.actor, walk.moment)
