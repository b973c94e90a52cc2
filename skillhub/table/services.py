"""Writing what was typed into the table: each value for itself, or a pasted block all of it or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from skillhub.accounts import queries as accounts
from skillhub.competitions.models import Event
from skillhub.competitions.rules import CLOSED
from skillhub.entries import services as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, insert_many, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, say
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.marking.rules import TWICE, no_number, wrong_points
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as boxes
from skillhub.scoring.rules import Given, read_given
from skillhub.table import queries
from skillhub.table.models import TypedValue
from skillhub.table.queries import TAKES_MARKS, Cell, Head, Key, Table
from skillhub.table.rules import STATE, Typed, normal, number_of

SENT_AGAIN = timedelta(days=30)  # how long a browser may go on sending what was not answered
ENDED = timedelta(days=1)  # after this long nothing is typed any more into what is final
SAVED, STAGED, ASKED, WRONG, CLASH = "saved", "staged", "asked", "wrong", "clash"
Asks = Mapping[Key, Sequence[Message]]
WITHDREW = "withdrawn, as entered in the score table"
CLASHED = N_("you typed %(mine)s, meanwhile %(theirs)s was stored by %(who)s")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one typed value, and what is stored in its cell now."""

    typed: Typed
    result: str
    messages: tuple[Message, ...] = ()
    cell: Cell = Cell()
    status: EntryStatus = EntryStatus.OK
    reckoned: Mapping[str, Cell] = field(
        default_factory=dict
    )  # by column: what a scheme made of it


@dataclass(frozen=True, slots=True)
class _Stored:
    """What stands in the rows that were typed into."""

    table: Table
    heads: Mapping[str, Head]
    entries: Mapping[int, Entry]
    cells: Mapping[Key, Cell]


@transaction()
def write(
    table: Table,
    typed: Sequence[Typed],
    asks: Asks,
    actor: Actor,
    moment: datetime,
    whole: bool = False,
) -> list[Outcome]:
    """Write what was typed and give what became of each value; `whole` writes all of them or none.

    A value whose key was written before is not written again. An unlikely one is written when typed `again`.
    """
    queries.again(table)
    marking.require_markable(table.event)
    before, stored = queries.sent([one.key for one in typed]), _stored(table, typed)
    statuses = {key: entry.status for key, entry in stored.entries.items()}
    said = [one for one in typed if one.column == STATE and one.entry in statuses]
    statuses |= {one.entry: EntryStatus(one.text) for one in said}
    judged = [
        Outcome(one, SAVED) if one.key in before else _judge(one, stored, statuses, asks)
        for one in typed
    ]

    if whole and any(one.result != SAVED for one in judged):
        judged = [replace(o, result=STAGED) if o.result == SAVED else o for o in judged]
        return [_shown(outcome, stored) for outcome in judged]
    good = [one.typed for one in judged if one.result == SAVED and one.typed.key not in before]
    _write(good, stored, actor, moment)
    after = replace(stored, cells=_cells(table, typed))
    _remember(good, after, asks, actor, moment)
    return [_shown(outcome, after) for outcome in judged]


def _stored(table: Table, typed: Sequence[Typed]) -> _Stored:
    found = queries.entered(table.event, {one.entry for one in typed})
    heads = {head.key: head for head in table.heads}
    return _Stored(table, heads, found, _cells(table, typed))


def _cells(table: Table, typed: Sequence[Typed]) -> Mapping[Key, Cell]:
    columns = {one.column for one in typed}
    used = [head for head in table.heads if head.reckoned or head.key in columns]
    return queries.veil(table, queries.cells(table.event, used, {one.entry for one in typed}))


def _judge(one: Typed, stored: _Stored, statuses: Mapping[int, EntryStatus], asks: Asks) -> Outcome:
    """Decide what becomes of one value."""
    entry, head = stored.entries.get(one.entry), stored.heads.get(one.column)
    if entry is None or (head is None and one.column != STATE):
        return Outcome(one, WRONG, (say(N_("This mark belongs to another event.")),))
    if head is None:
        return _judge_state(one, entry, queries.seen(stored.table, entry))
    if wrong := _wrong(one, head, stored, statuses[entry.id]):
        return Outcome(one, WRONG, (wrong,))
    cell = stored.cells.get((entry.id, head.key), Cell())
    if cell.version != one.version and normal(cell.text) != normal(one.text):
        who = accounts.name_of(cell.by)
        return Outcome(one, CLASH, (_clash(normal(one.text), cell.text, who),))
    asked = asks.get((entry.id, one.column))
    if asked and not one.again:
        return Outcome(one, ASKED, tuple(asked))
    return Outcome(one, SAVED)


def _judge_state(one: Typed, entry: Entry, version: int) -> Outcome:
    if one.text == EntryStatus.DSQ and not one.why.strip():
        text = N_("Say why: a disqualified, stopped or annulled entry needs a reason.")
        return Outcome(one, WRONG, (say(text),))
    if version != one.version and entry.status != one.text:
        return Outcome(one, CLASH, (_clash(one.text, entry.status.value, ""),))
    return Outcome(one, SAVED)


def _wrong(one: Typed, head: Head, stored: _Stored, status: EntryStatus) -> Message | None:
    """Say why a value cannot stand in its cell."""
    if (one.entry, head.part.id) in stored.table.veiled:
        return say(TWICE)
    if not head.open or (one.entry, head.key) in stored.table.shut:
        return say(N_("This part is marked by its own panel."))
    if one.text.strip() and status not in TAKES_MARKS:
        text = N_("This row is “%(status)s”. Press Delete in it first, then type the mark.")
        return say(text, status=status.value)
    if head.aspect is not None:
        scheme = scoring.scheme_of(head.part)
        read = read_given(scheme, head.aspect, head.slot, one.text) if scheme else Given()
        return None if isinstance(read, Given) else read
    if wrong := no_number(one.text, head.part.name):
        return wrong
    points = number_of(one.text)
    return None if points is None else wrong_points(points, head.part.maximum, head.part.name)


def _clash(mine: str, theirs: str, who: str) -> Message:
    return say(CLASHED, mine=mine or "–", theirs=theirs or "–", who=who or "–")


def _write(good: Sequence[Typed], stored: _Stored, actor: Actor, moment: datetime) -> None:
    """Hand the values to the floors below: how entries came through, then points, then the boxes of schemes."""
    points, marked, event = {}, {}, stored.table.event
    for one in good:
        head = stored.heads.get(one.column)
        if head is None:
            _rule(stored.entries[one.entry], one, actor)
            continue
        version = stored.cells.get((one.entry, one.column), Cell()).version
        if head.aspect is None:
            points[one.entry, head.part.id] = (number_of(one.text), version)
        else:
            marked[head.box(one.entry)] = (one.text, version)
    if points:
        marks.enter(event, points, actor, moment)
    if marked:
        boxes.enter(event, marked, actor, moment)


def _rule(entry: Entry, one: Typed, actor: Actor) -> None:
    status = EntryStatus(one.text)
    if entry.status is not status:
        why = one.why or (WITHDREW if status is EntryStatus.DNF else "")
        entries.rule(entry, entry.version, status, why, actor)


def _remember(
    good: Sequence[Typed], after: _Stored, asks: Asks, actor: Actor, moment: datetime
) -> None:
    """Keep the keys, and who confirmed which unlikely value."""
    rows, sure = [], []
    for one in good:
        asked = [m.as_json() for m in asks.get((one.entry, one.column), ())] if one.again else []
        value = one.text if one.column == STATE else normal(one.text)
        entry, cell = after.entries[one.entry], after.cells.get((one.entry, one.column), Cell())
        row = {
            "key": one.key,
            "entry_id": one.entry,
            "column_key": one.column,
            "value": value,
            "made": entry.version if one.column == STATE else cell.version,
            "confirmed": bool(asked),
            "asked": asked,
            "typed_by_id": actor.user_id,
            "typed_at": moment,
        }
        rows.append(row)
        if asked:
            shown = after.table.names.outward(one.entry)
            sure.append({"entry": shown, "column": one.column, "value": value, "asked": asked})
    insert_many(TypedValue, rows)
    if sure:
        act(actor, "table.confirm", after.table.event, note={"confirmed": sure})


def _shown(outcome: Outcome, stored: _Stored) -> Outcome:
    """Add what stands in the cell now."""
    one = outcome.typed
    entry = stored.entries.get(one.entry)
    if entry is None:
        return outcome
    made = [head.key for head in stored.table.heads if head.reckoned]
    row = {key: stored.cells[entry.id, key] for key in made if (entry.id, key) in stored.cells}
    cell = stored.cells.get((one.entry, one.column), Cell())
    if one.column == STATE:
        version = queries.seen(stored.table, entry)
        cell = Cell(entry.status.value, version, None, entry.status_reason)
    return replace(outcome, cell=cell, status=entry.status, reckoned=row)


@transaction()
def forget(moment: datetime) -> int:
    """Forget keys under which no browser sends any more; gives how many. The marks, and who confirmed, stay on record.

    A browser sends again within days, and an older value meets the version of its cell. An answer to a question counts
    until its event is final; the journal keeps it for ever.
    """
    old = TypedValue.typed_at < moment - SENT_AGAIN
    done = select(Entry.id).join(Entry.event).where(Event.state.in_(CLOSED))
    ended = (TypedValue.typed_at < moment - ENDED) & TypedValue.entry_id.in_(done)
    gone = delete(TypedValue).where(or_(old & ~TypedValue.confirmed, ended))
    return db.session.execute(gone).rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE counts rows
