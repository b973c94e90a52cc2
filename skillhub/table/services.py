"""Writing what was typed into the table: each value for itself, or a pasted block all of it or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from skillhub.competitions.models import Event
from skillhub.entries import services as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, say
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.marking.models import Sheet
from skillhub.marking.rules import no_number, plain, wrong_points
from skillhub.table import queries
from skillhub.table.models import TypedValue
from skillhub.table.queries import STATE, TAKES_MARKS, Cell, Head
from skillhub.table.rules import Typed

SAVED, STAGED, ASKED, WRONG, CLASH = "saved", "staged", "asked", "wrong", "clash"
Asks = Mapping[tuple[int, str], Sequence[Message]]
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
    who: str = ""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What stands in the rows that were typed into."""

    entries: Mapping[int, Entry]
    sheets: Mapping[tuple[int, int], Sheet]
    heads: Mapping[str, Head]


@transaction()
def write(
    event: Event,
    heads: Sequence[Head],
    typed: Sequence[Typed],
    asks: Asks,
    actor: Actor,
    moment: datetime,
    whole: bool = False,
) -> list[Outcome]:
    """Write what was typed and give what became of each value; `whole` writes all of them or none.

    A value whose key was written before is not written again. An unlikely one is written when typed `again`.
    """
    marking.require_markable(event)
    before, stored = queries.written([one.key for one in typed]), _stored(event, heads, typed)
    statuses = {key: entry.status for key, entry in stored.entries.items()}
    statuses |= {
        t.entry: EntryStatus(t.text) for t in typed if t.column == STATE and t.entry in statuses
    }
    judged = [
        Outcome(one, SAVED) if one.key in before else _judge(one, stored, statuses, asks)
        for one in typed
    ]

    if whole and any(one.result != SAVED for one in judged):
        judged = [replace(o, result=STAGED) if o.result == SAVED else o for o in judged]
        return [_shown(outcome, stored) for outcome in judged]
    good = [one.typed for one in judged if one.result == SAVED and one.typed.key not in before]
    _write(event, good, stored, actor, moment)
    after = _stored(event, heads, typed)
    _remember(event, good, after, asks, actor, moment)
    return [_shown(outcome, after) for outcome in judged]


def _stored(event: Event, heads: Sequence[Head], typed: Sequence[Typed]) -> _Stored:
    some = {one.entry for one in typed}
    return _Stored(
        queries.entered(event, some), marking.of(event, some), {head.key: head for head in heads}
    )


def _judge(one: Typed, stored: _Stored, statuses: Mapping[int, EntryStatus], asks: Asks) -> Outcome:
    """Decide what becomes of one value."""
    entry, head = stored.entries.get(one.entry), stored.heads.get(one.column)
    if entry is None or (head is None and one.column != STATE):
        return Outcome(one, WRONG, (say(N_("This mark belongs to another event.")),))
    if head is None:
        return _judge_state(one, entry)
    if not head.open:
        return Outcome(one, WRONG, (say(N_("This part is marked by its own panel.")),))
    wrong = _wrong(one, head, entry, statuses[entry.id])
    if wrong:
        return Outcome(one, WRONG, (wrong,))
    sheet = stored.sheets.get((entry.id, head.part.id))
    if sheet and sheet.version != one.version and sheet.points != _number(one.text):
        return Outcome(one, CLASH, (_clash(one, sheet),), who=_who(sheet))
    asked = asks.get((entry.id, one.column))
    if asked and not one.again:
        return Outcome(one, ASKED, tuple(asked))
    return Outcome(one, SAVED)


def _judge_state(one: Typed, entry: Entry) -> Outcome:
    if one.text == EntryStatus.DSQ and not one.why.strip():
        text = N_("Say why: a disqualified, stopped or annulled entry needs a reason.")
        return Outcome(one, WRONG, (say(text),))
    if entry.version != one.version and entry.status != one.text:
        clash = say(CLASHED, mine=one.text, theirs=entry.status.value, who="–")
        return Outcome(one, CLASH, (clash,))
    return Outcome(one, SAVED)


def _wrong(one: Typed, head: Head, entry: Entry, status: EntryStatus) -> Message | None:
    if wrong := no_number(one.text, head.part.name):
        return wrong
    points = _number(one.text)
    if points is None:
        return None
    if status not in TAKES_MARKS:
        text = N_("This row is “%(status)s”. Press Delete in it first, then type the mark.")
        return say(text, status=status.value)
    return wrong_points(points, head.part.maximum, head.part.name)


def _number(text: str) -> Decimal | None:
    return Decimal(plain(text)) if plain(text) else None


def _clash(one: Typed, sheet: Sheet) -> Message:
    mine, theirs = _number(one.text), sheet.points
    return say(
        CLASHED,
        mine="–" if mine is None else mine,
        theirs="–" if theirs is None else theirs,
        who=_who(sheet) or "–",
    )


def _who(sheet: Sheet) -> str:
    return (sheet.entered_by.name or sheet.entered_by.username) if sheet.entered_by else ""


def _write(
    event: Event, good: Sequence[Typed], stored: _Stored, actor: Actor, moment: datetime
) -> None:
    """Hand the values to the floors below: first how entries came through, then the marks."""
    for one in good:
        if one.column == STATE:
            entry, status = stored.entries[one.entry], EntryStatus(one.text)
            if entry.status is not status:
                why = one.why or (WITHDREW if status is EntryStatus.DNF else "")
                entries.rule(entry, entry.version, status, why, actor)
    points = {}
    for one in good:
        if one.column != STATE:
            where = (one.entry, stored.heads[one.column].part.id)
            sheet = stored.sheets.get(where)
            points[where] = (_number(one.text), sheet.version if sheet else 0)
    if points:
        marks.enter(event, points, actor, moment)


def _remember(
    event: Event,
    good: Sequence[Typed],
    after: _Stored,
    asks: Asks,
    actor: Actor,
    moment: datetime,
) -> None:
    """Keep the keys, and who confirmed which unlikely value."""
    sure = []
    for one in good:
        asked = [m.as_json() for m in asks.get((one.entry, one.column), ())] if one.again else []
        number = _number(one.text) if one.column != STATE else None
        value = one.text if one.column == STATE else "" if number is None else f"{number:f}"
        made = _version(one, after)
        row = TypedValue(
            key=one.key,
            entry_id=one.entry,
            column=one.column,
            value=value,
            made=made,
            confirmed=bool(asked),
            asked=asked,
            typed_by_id=actor.user_id,
            typed_at=moment,
        )
        db.session.add(row)
        if asked:
            sure.append({"entry": one.entry, "column": one.column, "value": value, "asked": asked})
    if sure:
        act(actor, "table.confirm", event, note={"confirmed": sure})


def _version(one: Typed, after: _Stored) -> int:
    if one.column == STATE:
        return after.entries[one.entry].version
    sheet = after.sheets.get((one.entry, after.heads[one.column].part.id))
    return sheet.version if sheet else 0


def _shown(outcome: Outcome, stored: _Stored) -> Outcome:
    """Add what stands in the cell now."""
    one = outcome.typed
    entry, head = stored.entries.get(one.entry), stored.heads.get(one.column)
    if entry is None:
        return outcome
    if head is None:
        kept = Cell(version=entry.version, reason=entry.status_reason)
        return replace(outcome, cell=kept, status=entry.status)
    sheet = stored.sheets.get((entry.id, head.part.id))
    return replace(outcome, cell=queries.cell(sheet), status=entry.status)
