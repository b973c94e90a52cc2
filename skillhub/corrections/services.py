"""Building a correction aside, proposing it, giving it up; who proposes does not approve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from skillhub.appeals.models import Appeal
from skillhub.awards import queries as awards
from skillhub.competitions.models import STATE_LABELS, Component, Event
from skillhub.competitions.rules import ANNOUNCED, CLOSED
from skillhub.corrections import queries
from skillhub.corrections.models import Correction, CorrectionChange, CorrectionGrace
from skillhub.corrections.rules import OPEN, ChangeKind, CorrectionState, Report, told_of
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.marking.rules import not_typed, wrong_points
from skillhub.panels import queries as panels
from skillhub.results.models import ResultVersion
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import MarkKey
from skillhub.scoring.rules import Given, read_given
from skillhub.telling import queries as telling
from skillhub.telling import services as announcing
from skillhub.telling.queries import Told

CORRECTABLE = ANNOUNCED | CLOSED
PLAIN = (EntryStatus.OK, EntryStatus.DNS)  # need no reason


@transaction()
def open_draft(
    event: Event,
    reason: str,
    evidence: str,
    actor: Actor,
    moment: datetime,
    appeal: Appeal | None = None,
) -> Correction:
    """Begin a correction; nothing beside it changes before somebody else approves it."""
    if event.state not in CORRECTABLE:
        text = N_(
            "Event %(code)s is “%(state)s”: what is not published is mended where it was entered."
        )
        raise Conflict(say(text, code=event.code, state=STATE_LABELS[event.state]))
    if actor.user_id is None:
        raise NotAllowed(say(N_("Whoever proposes a correction does so with an own account.")))
    if not reason.strip():
        raise BadInput(say(N_("Say why.")), [Problem("reason", say(N_("Say why.")))])

    row = Correction(
        event=event,
        number=len(queries.of_event(event)) + 1,
        appeal=appeal,
        reason=reason.strip(),
        evidence=evidence.strip(),
        opened_by_id=actor.user_id,
        opened_at=moment,
    )
    db.session.add(row)
    act(actor, "corrections.open_draft", row, why=reason)
    return row


@transaction()
def mark(
    correction: Correction, entry: Entry, part: Component, points: Decimal | None, actor: Actor
) -> None:
    """Put a mark into a draft: what it will be instead of what stands there; None is a blank."""
    _refuse_unless_own(correction, actor)
    event = correction.event
    if entry.event_id != event.id or part.event_id != event.id:
        raise BadInput(say(N_("This mark belongs to another event.")))
    wrong = wrong_points(points, part.maximum, part.name) if points is not None else None
    if not part.typed:
        wrong = not_typed(part.name, part.kind == "carried")
    if wrong:
        raise BadInput(wrong, [Problem("points", wrong)])

    before = queries.points_of(entry, part)
    row = CorrectionChange(kind=ChangeKind.MARK, entry=entry, component=part)
    row.before, row.after = _text(before), _text(points)
    _put(correction, row, actor)


@transaction()
def fill(
    correction: Correction, entry: Entry, part: Component, key: MarkKey, typed: str, actor: Actor
) -> None:
    """Put the mark of one box of a marking scheme into a draft; what follows from it is reckoned in the look."""
    _refuse_unless_own(correction, actor)
    known, scheme = queries.boxes_of(entry, part), scoring.scheme_of(part)
    if entry.event_id != correction.event_id or key not in known or scheme is None:
        raise BadInput(say(N_("This mark belongs to another event.")))
    given = read_given(scheme, scheme.by_code[key.aspect], key.slot, typed)
    if not isinstance(given, Given):
        raise BadInput(given, [Problem("typed", given)])

    row = CorrectionChange(kind=ChangeKind.ASPECT, entry=entry, component=part)
    row.aspect, row.seat, row.attempt = key.aspect, key.seat, key.attempt
    row.before, row.after = str(known[key]), str(given)
    _put(correction, row, actor)


@transaction()
def rule(correction: Correction, entry: Entry, status: EntryStatus, why: str, actor: Actor) -> None:
    """Put into a draft how an entry came through after all, such as disqualified (edge case 19)."""
    _refuse_unless_own(correction, actor)
    if entry.event_id != correction.event_id:
        raise BadInput(say(N_("This entry belongs to another event.")))
    if status not in PLAIN and not why.strip():
        text = say(N_("Say why: a disqualified, stopped or annulled entry needs a reason."))
        raise BadInput(text, [Problem("why", text)])

    row = CorrectionChange(kind=ChangeKind.STATUS, entry=entry, why=why.strip())
    row.before, row.after = entry.status.value, status.value
    _put(correction, row, actor)


@transaction()
def decide(correction: Correction, entry: Entry, title: str, why: str, actor: Actor) -> None:
    """Put into a draft what the committee gives an entry of a tie over a cut; "" for nothing."""
    _refuse_unless_own(correction, actor)
    if title and title not in map(str, awards.titles_of(correction.event)):
        raise BadInput(say(N_("The rules of this event know no such title.")))
    if not why.strip():
        text = say(N_("Say why the committee decided so."))
        raise BadInput(text, [Problem("why", text)])

    row = CorrectionChange(kind=ChangeKind.RULING, entry=entry, why=why.strip())
    row.before, row.after = "", title
    _put(correction, row, actor)


@transaction()
def drop(correction: Correction, change_id: int, actor: Actor) -> None:
    """Take one change out of a draft again."""
    _refuse_unless_own(correction, actor)
    correction.changes = [row for row in correction.changes if row.id != change_id]
    correction.report = None
    act(actor, "corrections.drop", correction)


@transaction()
def spare(correction: Correction, entry: Entry, why: str, actor: Actor) -> None:
    """Let an entry keep by grace what the new ranking would take; no reason takes the grace back (edge case 21)."""
    _refuse_unless_own(correction, actor)
    rest = [row for row in correction.graces if row.entry_id != entry.id]
    if len(rest) != len(correction.graces):
        correction.graces = rest
        db.session.flush()
    if why.strip():
        correction.graces.append(CorrectionGrace(entry=entry, why=why.strip()))
    correction.report = None
    act(actor, "corrections.spare", correction, why=why)


@transaction()
def note(
    correction: Correction, report: Report | None, problems: Sequence[Problem], actor: Actor
) -> None:
    """Keep with a correction what it would do, or why it cannot be done."""
    correction.report = report.as_json() if report else None
    correction.problems = [[p.where, p.message.as_json()] for p in problems]
    act(actor, "corrections.note", correction)


@transaction()
def until(correction: Correction, day: date | None, actor: Actor) -> None:
    """Confirm the last day of the notice that will run again, where no calendar is published yet."""
    _refuse_unless_own(correction, actor)
    correction.notice_until = day
    act(actor, "corrections.until", correction)


@transaction()
def propose(correction: Correction, version: int, actor: Actor, moment: datetime) -> None:
    """Lay a correction before the second person; from now on it stays as it is."""
    same_version(correction, version)
    _refuse_unless_own(correction, actor)
    if not correction.changes:
        raise Conflict(say(N_("A correction changes at least one thing.")))
    if correction.report is None:
        raise Conflict(say(N_("Look at the consequences first.")))

    correction.state, correction.proposed_at = CorrectionState.PROPOSED, moment
    act(actor, "corrections.propose", correction)


@transaction()
def cancel(correction: Correction, version: int, why: str, actor: Actor) -> None:
    """Give a correction up, or refuse it, with the reason; nothing beside it was ever touched."""
    same_version(correction, version)
    if correction.state not in OPEN:
        raise Conflict(say(N_("This correction is closed already.")))
    if not why.strip():
        raise BadInput(say(N_("Say why.")), [Problem("why", say(N_("Say why.")))])

    correction.state, correction.ended_why = CorrectionState.CANCELLED, why.strip()
    act(actor, "corrections.cancel", correction, why=why)


@transaction()
def close(
    correction: Correction,
    report: Report,
    versions: tuple[ResultVersion, ResultVersion],
    actor: Actor,
    moment: datetime,
) -> None:
    """Note that a correction is applied: by whom, when, from which version of the result to which."""
    if actor.user_id is None or actor.user_id == correction.opened_by_id:
        raise NotAllowed(say(N_("Nobody approves an own correction. Ask a second person.")))

    correction.state, correction.report, correction.problems = (
        *(CorrectionState.APPLIED, report.as_json(), []),
    )
    correction.from_version, correction.to_version = versions
    correction.approved_by_id, correction.applied_at = actor.user_id, moment
    act(actor, "corrections.close", correction, why=correction.reason)


@transaction()
def tell(correction: Correction, report: Report, actor: Actor, moment: datetime) -> None:
    """Tell everybody whose line a correction changed what it changed, in the words of its reason."""
    lines = {line.entry: line for line in report.lines}
    told = {
        person: Told(entry.id, told_of(lines[entry.id], correction.reason))
        for entry in entries.in_events([correction.event])
        if entry.id in lines
        for person in telling.competed(entry)
    }
    about, cup = f"corrections:{correction.id}", correction.event.competition
    announcing.tell(about, cup, told, actor, moment, of_result=True)
    act(actor, "corrections.tell", correction, note={"people": len(told)})


def _put(correction: Correction, row: CorrectionChange, actor: Actor) -> None:
    """Let a change take the place of an earlier one of the same thing; nobody puts in one of an own entry."""
    panels.refuse_to_mark(correction.event, {(row.entry.id, 0)}, actor)
    rest = [c for c in correction.changes if _thing(c) != _thing(row)]
    if len(rest) != len(correction.changes):
        correction.changes = rest
        db.session.flush()
    if row.before != row.after or row.kind is ChangeKind.RULING:
        correction.changes.append(row)
    correction.report = None
    act(actor, "corrections.change", correction)


def _thing(row: CorrectionChange) -> tuple[object, ...]:
    """Name what a change is about."""
    part = row.component.id if row.component else None
    return (row.kind, row.entry.id, part, row.aspect or "", row.seat or 0, row.attempt or 0)


def _refuse_unless_own(correction: Correction, actor: Actor) -> None:
    if correction.state is not CorrectionState.DRAFT:
        raise Conflict(
            say(N_("This correction is laid before the second person; it stays as it is."))
        )
    if actor.user_id != correction.opened_by_id:
        raise Conflict(say(N_("Only whoever began this correction changes it.")))


def _text(points: Decimal | None) -> str:
    return "" if points is None else f"{points:f}"
