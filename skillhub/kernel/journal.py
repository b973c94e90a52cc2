"""The journal: who did what, when, to which rows, what stood there before and after, and why.

Every write unit names its act; the changed rows are collected by a listener and written in the same transaction. Lines
are chained by hash and the database refuses to change or delete one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Text, cast, event, insert, inspect, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import History

from skillhub.kernel.access import Actor
from skillhub.kernel.db import Model, db, table_of
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.ledgers import append_only

FIRST = "0" * 64
HIDDEN = "•"  # stands for a value that must not be read in the journal


@append_only
class JournalLine(Model):
    """One act: a line is written once and never changed."""

    __tablename__ = "journal"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_id: Mapped[int | None]
    actor: Mapped[str]
    verb: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    why: Mapped[str] = mapped_column(Text)
    note: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[Any]] = mapped_column(JSON)
    request_id: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


NEWEST = select(JournalLine.id, JournalLine.hash).order_by(JournalLine.id.desc()).limit(1)
WRITE = insert(table_of(JournalLine))


def act(
    actor: Actor,
    verb: str,
    subject: Any = None,
    *,
    why: str = "",
    note: Mapping[str, Any] | None = None,
) -> None:
    """Name what this write unit does: a verb such as "awards.confer" and the row it is about.

    Rows changed since the last act of the unit, and until the next one, are recorded with it.
    """
    session = db.session()
    session.flush()
    line = {
        "actor_id": actor.user_id,
        "actor": actor.login,
        "verb": verb,
        "subject": _address(subject) if subject is not None else "",
        "why": why,
        "note": _plain(dict(note or {})),
        "request_id": actor.request_id,
        "changes": _changes(session),
    }
    session.info["changes"] = []
    session.info.setdefault("acts", []).append(line)


def verify(lines: Iterator[JournalLine]) -> list[int]:
    """Follow the chain from the first line; give the ids of the lines that do not fit."""
    broken: list[int] = []
    previous, expected = FIRST, 1
    for line in lines:
        stored = {name: getattr(line, name) for name in _SEALED}
        if line.previous != previous or line.hash != _seal(stored) or line.id != expected:
            broken.append(line.id)
        previous, expected = line.hash, line.id + 1
    return broken


def chain() -> Iterator[JournalLine]:
    """Read the journal from its first line, a thousand lines at a time."""
    lines = select(JournalLine).order_by(JournalLine.id).execution_options(yield_per=1000)
    return iter(db.session.scalars(lines))


@dataclass(frozen=True, slots=True)
class Trace:
    """What one act did to certain rows, and nothing about any other row."""

    at: datetime
    actor: str
    verb: str
    why: str
    changes: tuple[tuple[str, Any, Any], ...]  # address, before, after


def about(rows: Sequence[Any], limit: int = 100) -> list[Trace]:
    """Tell what happened to these rows, the latest first; other rows of the same acts stay out."""
    own = {_address(row) for row in rows}
    if not own:
        return []
    written = cast(JournalLine.changes, Text)
    touched = [written.contains(f'"{address}"', autoescape=True) for address in sorted(own)]
    lines = select(JournalLine).where(or_(JournalLine.subject.in_(own), *touched))
    return [
        Trace(
            line.at,
            line.actor,
            line.verb,
            line.why,
            tuple((a, b, c) for a, b, c in line.changes if a in own),
        )
        for line in db.session.scalars(lines.order_by(JournalLine.id.desc()).limit(limit))
    ]


def last_hand(row: Any, *verbs: str) -> str:
    """Give the login of whoever did one of some acts to a row last; "" for nobody."""
    own = (JournalLine.subject == _address(row)) & JournalLine.verb.in_(verbs)
    chosen = select(JournalLine.actor).where(own).order_by(JournalLine.id.desc()).limit(1)
    return db.session.scalar(chosen) or ""


_SEALED = (
    *("id", "at", "actor_id", "actor", "verb", "subject", "why", "note", "changes"),
    *("request_id", "previous"),
)


def sealed_text(line: JournalLine) -> str:
    """Give the text of a line whose SHA-256 is its hash."""
    return _text({name: getattr(line, name) for name in _SEALED})


def head() -> tuple[int, str]:
    """Give the number of lines and the hash of the last one."""
    found = db.session.execute(NEWEST).one_or_none()
    return (found.id, found.hash) if found else (0, FIRST)


def _seal(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(line).encode()).hexdigest()


def _text(line: Mapping[str, Any]) -> str:
    whole = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in line.items()}
    return json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _address(row: Any) -> str:
    return f"{row.__tablename__}:{row.id}"


def _changes(session: Session) -> list[Any]:
    changes: list[Any] = session.info.setdefault("changes", [])
    return changes


def _plain(value: Any) -> Any:
    """Give what JSON can hold, and what reads the same when it comes back."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _columns(row: Any) -> Iterator[tuple[str, History, bool]]:
    """Walk the columns of a row: name, history, and whether the value is hidden."""
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        history = state.attrs[attribute.key].history
        yield attribute.key, history, bool(column.info.get("hidden"))


def _shown(values: Any, hidden: bool) -> Any:
    value = values[0] if values else None
    return HIDDEN if hidden and value is not None else _plain(value)


def _is_journaled(row: Any) -> bool:
    return getattr(row, "__journaled__", True) and not isinstance(row, JournalLine)


@event.listens_for(Session, "after_flush")
def _collect(session: Session, context: Any) -> None:
    """Note what this flush wrote, while the old values are still known."""
    changes = _changes(session)
    for row in filter(_is_journaled, session.new):
        after = {n: _shown(h.added or h.unchanged, hid) for n, h, hid in _columns(row)}
        changes.append([_address(row), None, {n: v for n, v in after.items() if v is not None}])
    for row in filter(_is_journaled, session.dirty):
        changed = [(n, h, hid) for n, h, hid in _columns(row) if h.has_changes()]
        if changed:
            before = {n: _shown(h.deleted, hid) for n, h, hid in changed}
            after = {n: _shown(h.added, hid) for n, h, hid in changed}
            changes.append([_address(row), before, after])
    for row in filter(_is_journaled, session.deleted):
        gone = {n: _shown(h.deleted or h.unchanged, hid) for n, h, hid in _columns(row)}
        changes.append([_address(row), gone, None])


@event.listens_for(Session, "before_commit")
def _close(session: Session) -> None:
    """Write the lines of this unit at the end of the chain; a change that nobody named is a bug."""
    session.flush()
    acts, changes = session.info.pop("acts", []), session.info.pop("changes", [])
    if changes and not acts:
        raise RuntimeError(f"nobody told the journal about {[c[0] for c in changes[:3]]}")
    if not acts:
        return
    acts[-1]["changes"] = acts[-1]["changes"] + changes
    last_id, previous = session.execute(NEWEST).one_or_none() or (0, FIRST)
    at = datetime.now(UTC)
    lines = []
    for number, line in enumerate(acts, last_id + 1):
        whole = {**line, "id": number, "at": at, "previous": previous}
        previous = _seal(whole)
        lines.append({**whole, "hash": previous})
    session.execute(WRITE, lines)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: Any) -> None:
    session.info.pop("acts", None)
    session.info.pop("changes", None)
