"""Rankings: as they are computed, and as rows once they are frozen or signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.canonical import digest
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key, Points
from skillhub.results.rules import Candidate, Part, Ranking, Standing


class ResultVersion(Model):
    """One ranking of one event: frozen, then signed; what comes after it is taken back makes the next one.

    Frozen it is provisional and laid open; the signature makes it final. `is_current` is the one that stands.
    """

    __tablename__ = "result_versions"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(signed_by IS NULL) = (signed_at IS NULL)", name="signed_whole"),
        Index(
            "uq_result_versions_one_current",
            "event_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    number: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    input_hash: Mapped[str]  # SHA-256 over marks, statuses and rules
    content_hash: Mapped[str]  # SHA-256 over the lines as published
    frozen_by: Mapped[str]
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_back_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    lines: Mapped[list[ResultLine]] = relationship(
        back_populates="result_version",
        order_by="ResultLine.position",
        cascade="all, delete-orphan",
    )

    __mapper_args__ = {"version_id_col": version}


class ResultLine(Model):
    """The published place of one entry, with what decided it."""

    __tablename__ = "result_lines"
    __table_args__ = (UniqueConstraint("result_version_id", "entry_id"),)

    id: Mapped[Key]
    result_version_id: Mapped[int] = mapped_column(ForeignKey(ResultVersion.id), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True)
    position: Mapped[int]
    total: Mapped[Decimal | None] = mapped_column(Points)
    rank: Mapped[int | None]
    keys: Mapped[list[Any]] = mapped_column(JSON)
    note: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    result_version: Mapped[ResultVersion] = relationship(back_populates="lines")
    entry: Mapped[Entry] = relationship()


@dataclass(frozen=True, slots=True)
class Ranked:
    """An event with its ranking computed now: the rules, what they were given, and what came out."""

    event: Event
    ranking: Ranking
    parts: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    standings: tuple[Standing, ...]
    entries: Mapping[int, Entry]

    def label(self, entry: int) -> str:
        """Name an entry as lists do."""
        return f"{self.entries[entry].code} {self.entries[entry].name}"

    @property
    def input_hash(self) -> str:
        """Give the SHA-256 over everything the ranking was computed from."""
        given: list[Any] = [
            self.event.ranking,
            [[p.code, str(p.maximum), str(p.weight), str(p.pass_mark), p.kind] for p in self.parts],
            [
                [c.entry, c.status, c.official, sorted((k, str(v)) for k, v in c.marks.items())]
                for c in self.candidates
            ],
        ]
        void = sorted(part.code for part in self.event.components if part.void_why)
        given += (
            [[*_beside_marks(self.candidates), void]] if void else _beside_marks(self.candidates)
        )
        return digest(given)

    @property
    def content_hash(self) -> str:
        """Give the SHA-256 over the lines as they are published."""
        lines = [
            (s.entry, s.status, s.total, s.rank, [_text(key) for key in s.keys])
            for s in self.standings
        ]
        return content_of(lines, self.ranking.decimals)


def content_of(lines: Sequence[Sequence[Any]], decimals: int) -> str:
    """Give the SHA-256 over published lines: entry, status, total, rank, keys."""
    step = Decimal(1).scaleb(-decimals)
    return digest(
        [
            [n, entry, status, _text(None if total is None else total.quantize(step)), rank, keys]
            for n, (entry, status, total, rank, keys) in enumerate(lines, 1)
        ]
    )


def _beside_marks(candidates: Sequence[Candidate]) -> list[list[Any]]:
    """Give what schemes and lots state beside the marks, as plain data."""
    beside = [
        (c.entry, [*c.exact.items(), *c.ended.items(), *([("lot", c.lot)] if c.lot else [])])
        for c in candidates
    ]
    return [[entry, *sorted((k, str(v)) for k, v in found)] for entry, found in beside if found]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
