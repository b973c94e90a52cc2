"""Releases, editions and names withheld, as rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Competition, Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.people.models import Person
from skillhub.publishing.rules import Agreed, Names
from skillhub.results.models import ResultVersion


class Release(Model):
    """From when on, and how, the results of one competition are public."""

    __tablename__ = "releases"

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), unique=True)
    opens_at: Mapped[datetime] = mapped_column(Instant, index=True)
    own_first: Mapped[bool] = mapped_column(default=False)  # workers see their own line before
    names: Mapped[Names] = mapped_column(choice(Names), default=Names.MASKED)
    agreed: Mapped[list[str]] = mapped_column(JSON, default=lambda: [*Agreed])
    notice: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime | None] = mapped_column(Instant)  # when the participants were told
    version: Mapped[int] = mapped_column()

    competition: Mapped[Competition] = relationship()

    __mapper_args__ = {"version_id_col": version}


class EditionState(StrEnum):
    """Whether an edition is the one that readers get."""

    CURRENT = "current"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Edition(Model):
    """One published version of the result of one event: files written once, never changed."""

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        Index(
            "uq_editions_one_current",
            "event_id",
            unique=True,
            sqlite_where=text("state = 'current'"),
            postgresql_where=text("state = 'current'"),
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    result_version_id: Mapped[int] = mapped_column(ForeignKey(ResultVersion.id))
    number: Mapped[int]
    digest: Mapped[str]  # over what it says, apart from its number and its time
    state: Mapped[EditionState] = mapped_column(choice(EditionState), default=EditionState.CURRENT)
    final: Mapped[bool]
    pages: Mapped[int]
    lines: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str]
    corrects: Mapped[bool] = mapped_column(default=False)  # a final one before it said otherwise
    corrected_at: Mapped[datetime | None] = mapped_column(Instant)  # by it or by one before it
    basis: Mapped[str | None]  # what it rests on, in a word; another word means that it is outdated
    why: Mapped[str] = mapped_column(default="")  # why it was withdrawn
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def mark(self) -> str:
        """Name it: its number and what it holds."""
        return f"{self.number}-{self.digest}"

    @property
    def readable_at(self) -> str | None:
        """Give its mark where readers may still look it up; None where it was withdrawn."""
        return None if self.state is EditionState.WITHDRAWN else self.mark

    def as_note(self) -> dict[str, Any]:
        """Give what the note beside the editions says of the one that counts."""
        return {
            "edition": self.mark,
            "final": self.final,
            "pages": self.pages,
            "lines": self.lines,
            "published_at": self.published_at.isoformat(),
            "corrected_at": self.corrected_at.isoformat() if self.corrected_at else None,
        }


class NameWithheld(Model):
    """One person who does not want to be named in the public result of one entry."""

    __tablename__ = "names_withheld"
    __table_args__ = (UniqueConstraint("entry_id", "person_id"),)

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[str]

    entry: Mapped[Entry] = relationship()
