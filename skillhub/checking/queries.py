"""Questions of those who look twice: what waits, in the order of the pile, who has taken what, and what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Row, case, func, literal, select
from sqlalchemy.orm import joinedload

from skillhub.accounts.models import User
from skillhub.checking.models import Claim, Second, Waiver
from skillhub.checking.rules import Place, place, total
from skillhub.competitions.models import Checking, Competition, Component, Event
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotAllowed
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.marking.models import Sheet, SheetState
from skillhub.panels import queries as panels
from skillhub.panels.models import Code
from skillhub.scoring import queries as scoring
from skillhub.scoring.models import Mark

NAMED = 12  # entries that a sentence names
TAKES_MARKS = (EntryStatus.OK, EntryStatus.DNF)


@dataclass(frozen=True, slots=True)
class Paper:
    """What one clerk entered from the paper of one entry, as far as it waits for a second person."""

    entry: Entry
    clerk: User | None
    place: Place
    sheets: tuple[Sheet, ...]
    claim: Claim | None

    @property
    def total(self) -> Decimal:
        """Give the sum of what waits, times left out."""
        return total(s.points for s in self.sheets if s.component.kind != "time")

    @property
    def edited(self) -> datetime:
        """Give the moment of the last edit."""
        return max(sheet.entered_at for sheet in self.sheets)

    def free(self, user: int | None, moment: datetime) -> bool:
        """Tell whether somebody may check it: not their own, and taken by nobody else."""
        mine = self.clerk is not None and self.clerk.id == user
        return not mine and not (self.claim and taken(self.claim, user, moment))


def taken(claim: Claim, user: int | None, moment: datetime) -> bool:
    """Tell whether a claim still keeps somebody away."""
    return claim.user_id != user and claim.until > moment


WAITS = (Sheet.state == SheetState.ENTERED) & Sheet.points.is_not(None)


def _piles(event: Event) -> Sequence[Row[int, int | None, int]]:
    """Number the papers of every clerk in the order in which they were entered, and keep those that wait."""
    closed = not panels.names_open(event)
    papers = (
        select(
            Sheet.entry_id,
            func.min(Code.code if closed else literal("")).label("code"),
            Sheet.entered_by_id,
            func.min(Sheet.entered_at).label("first"),
            func.sum(case((WAITS, 1), else_=0)).label("waiting"),
        )
        .join(Sheet.component)
        .outerjoin(Code, (Code.entry_id == Sheet.entry_id) & (Code.event_id == event.id))
        .where(Component.event_id == event.id, Sheet.points.is_not(None))
        .group_by(Sheet.entry_id, Sheet.entered_by_id)
        .subquery()
    )
    order = (papers.c.first, papers.c.code, papers.c.entry_id)
    n = func.row_number().over(partition_by=papers.c.entered_by_id, order_by=order).label("n")
    numbered = select(papers, n).subquery()
    chosen = select(numbered.c.entry_id, numbered.c.entered_by_id, numbered.c.n)
    rows = db.session.execute(
        chosen.where(numbered.c.waiting > 0).order_by(
            numbered.c.first, numbered.c.code, numbered.c.entry_id
        )
    )
    return rows.all()


def papers(event: Event, by: int | None = None, most: int | None = None) -> list[Paper]:
    """Give the papers that wait for a second person, in the order of the pile; `by`: of one clerk, 0 for an import."""
    rows = _piles(event)
    rows = [row for row in rows if by is None or (row[1] or 0) == by][:most]
    wanted = {row[0] for row in rows}
    chosen = (
        select(Sheet)
        .join(Sheet.component)
        .where(Component.event_id == event.id, WAITS, Sheet.entry_id.in_(wanted))
        .options(joinedload(Sheet.entry), joinedload(Sheet.component), joinedload(Sheet.entered_by))
        .order_by(Component.position)
    )
    sheets: dict[tuple[int, int | None], list[Sheet]] = {}
    for sheet in db.session.scalars(chosen):
        sheets.setdefault((sheet.entry_id, sheet.entered_by_id), []).append(sheet)
    claims = claims_on(wanted)
    return [
        Paper(
            own[0].entry, own[0].entered_by, place(row[2]), tuple(own), claims.get(own[0].entry_id)
        )
        for row in rows
        if (own := sheets.get((row[0], row[1])))
    ]


def clerks(event: Event) -> list[tuple[int, str, int]]:
    """Give who entered what waits: key (0 for an import), name, papers."""
    rows = _piles(event)
    counted: dict[int, int] = {}
    for row in rows:
        counted[row[1] or 0] = counted.get(row[1] or 0, 0) + 1
    users = db.session.scalars(select(User).where(User.id.in_(counted)))
    names = {user.id: user.name or user.username for user in users}
    return [(key, names.get(key, ""), n) for key, n in counted.items()]


def entered_by(sheets: Collection[Sheet], user: int | None) -> bool:
    """Tell whether somebody entered one of these sheets, or one of the marks that it is reckoned from."""
    if user is None:
        return False
    cells = {(sheet.entry_id, sheet.component_id) for sheet in sheets}
    own = select(Mark.entry_id, Mark.component_id).where(
        Mark.entered_by_id == user, Mark.entry_id.in_({entry for entry, _ in cells})
    )
    typed = {(entry, part) for entry, part in db.session.execute(own)}
    return bool(cells & typed) or any(sheet.entered_by_id == user for sheet in sheets)


def claims_on(entries: Iterable[int]) -> dict[int, Claim]:
    """Give who has taken which of some entries to check."""
    chosen = select(Claim).where(Claim.entry_id.in_(set(entries))).options(joinedload(Claim.user))
    return {claim.entry_id: claim for claim in db.session.scalars(chosen)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One mark that two people read differently from the same paper."""

    second: Second
    sheet: Sheet | None
    entry: Entry
    component: Component


def differences(event: Event) -> list[Difference]:
    """Give the marks of which the second entry differs, as long as the first is still the one it was compared with."""
    chosen = (
        select(Second, Sheet, Entry, Component)
        .join(Component, Second.component_id == Component.id)
        .join(Entry, Second.entry_id == Entry.id)
        .outerjoin(
            Sheet,
            (Sheet.entry_id == Second.entry_id) & (Sheet.component_id == Second.component_id),
        )
        .where(
            Component.event_id == event.id,
            func.coalesce(Sheet.version, 0) == Second.seen,
            func.coalesce(Sheet.state, SheetState.ENTERED) == SheetState.ENTERED,
        )
        .order_by(Entry.id, Component.position)
    )
    return [Difference(*row) for row in db.session.execute(chosen)]


def to_enter_twice(
    event: Event, found: Sequence[Entry], sheets: Mapping[tuple[int, int], Sheet], user: int | None
) -> list[tuple[Entry, list[tuple[Component, str]]]]:
    """Say for each mark what its second entry needs: "open", or why it is not: checked, rejected, own, differs."""
    apart = {(d.entry.id, d.component.id): d.second for d in differences(event)}
    lines = []
    for entry in found:
        if entry.status not in TAKES_MARKS:
            continue
        states = [
            (part, _second_state(sheets.get((entry.id, part.id)), user, (entry.id, part.id), apart))
            for part in event.components
        ]
        lines.append((entry, states))
    return lines


def _second_state(
    sheet: Sheet | None,
    user: int | None,
    cell: tuple[int, int],
    apart: Mapping[tuple[int, int], Second],
) -> str:
    if sheet is not None and sheet.state is not SheetState.ENTERED:
        return sheet.state.value
    if sheet is not None and sheet.points is not None and sheet.entered_by_id == user:
        return "own"
    if cell in apart and apart[cell].entered_by_id != user:
        return "differs"
    return "open"


class Done(NamedTuple):
    """What somebody confirmed by one act, as far as nothing has become of it since."""

    at: datetime
    sheets: Sequence[Sheet]


def last_confirmed(event: Event, user_id: int | None) -> Done | None:
    """Give what somebody confirmed last, if it was more than one mark at once: it can be taken back."""
    own = (
        select(Sheet)
        .join(Sheet.component)
        .where(Component.event_id == event.id, Sheet.state == SheetState.CHECKED)
        .where(Sheet.checked_by_id == user_id, Sheet.checked_at.is_not(None))
    )
    latest = db.session.scalar(own.with_only_columns(func.max(Sheet.checked_at)))
    sheets = db.session.scalars(own.where(Sheet.checked_at == latest)).all() if latest else []
    return Done(latest, sheets) if latest and len(sheets) > 1 else None


def waiting(event: Event) -> list[Problem]:
    """Say what about the marks keeps an event from being final, with the entries it is about."""
    chosen = (
        select(Sheet.state, Entry)
        .join(Sheet.entry)
        .where(Entry.event_id == event.id, Sheet.points.is_not(None))
        .where(Sheet.state != SheetState.CHECKED)
        .order_by(func.length(Entry.code), Entry.code)
    )
    names = panels.names(event)
    found: dict[SheetState, list[tuple[int, str]]] = {state: [] for state in SheetState}
    for state, entry in names.ordered(db.session.execute(chosen), lambda row: row[1].id):
        shown = names.one(entry)
        found[state].append((entry.id, shown.code if shown else "–"))
    if event.competition.checking is Checking.OFF:
        del found[SheetState.ENTERED]
    return [_waiting(state, rows) for state, rows in found.items() if rows]


def _waiting(state: SheetState, rows: Sequence[tuple[int, str]]) -> Problem:
    texts = {
        SheetState.ENTERED: N_("%(n)s marks wait for a second person to confirm them: %(codes)s"),
        SheetState.REJECTED: N_(
            "%(n)s marks were rejected by the checker; enter them again: %(codes)s"
        ),
    }
    kinds = {SheetState.ENTERED: "unchecked", SheetState.REJECTED: "rejected"}
    entries = dict(rows)
    codes = ", ".join([*list(entries.values())[:NAMED], *(["…"] if len(entries) > NAMED else [])])
    told = say(texts[state], n=len(rows), codes=codes)
    return Problem("marks", told, page="marks/check", kind=kinds[state], rows=tuple(entries))


def blockers(event: Event) -> list[Problem]:
    """Say what two entries of the same paper leave open."""
    if event.competition.checking is not Checking.DOUBLE or not (n := len(differences(event))):
        return []
    told = say(N_("%(n)s marks were read differently by two people"), n=n)
    return [Problem("marks", told, page="marks/differences", kind="differing")]


def waiver(competition: Competition) -> Waiver | None:
    """Find why the second person was done without, as long as the rule is off."""
    if competition.checking is not Checking.OFF:
        return None
    chosen = select(Waiver).where(Waiver.competition_id == competition.id)
    return db.session.scalars(chosen.options(joinedload(Waiver.waived_by))).first()


def refuse_sums(event: Event, actor: Actor) -> None:
    """Refuse totals and places to somebody who may still enter one of their marks a second time."""
    if scoring.unseen(event, actor):
        text = N_("Marks are entered twice here. Totals are open to you once both entries agree.")
        raise NotAllowed(say(text))


def note(competition: Competition) -> Message | None:
    """Say on the result sheet that nobody looked twice, and why; None where somebody did."""
    if competition.checking is not Checking.OFF:
        return None
    found = waiver(competition)
    if found is None:
        return say(N_("Checking by a second person is switched off for this competition."))
    who = found.waived_by.name or found.waived_by.username if found.waived_by else "–"
    text = N_("No second person checked these marks: %(why)s (switched off by %(who)s, %(at)s).")
    return say(text, why=found.why, who=who, at=found.waived_at)
