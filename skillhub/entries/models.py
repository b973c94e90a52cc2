"""Entries and the members of teams as rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.messages import N_
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person


class EntryStatus(StrEnum):
    """How an entry came through its event; only OK has a full score."""

    OK = "OK"
    DNS = "DNS"
    DNF = "DNF"
    DSQ = "DSQ"
    NC = "NC"


STATUS_LABELS = {
    EntryStatus.OK: N_("Competes, or has competed to the end"),
    EntryStatus.DNS: N_("Did not start (DNS)"),
    EntryStatus.DNF: N_("Did not finish (DNF)"),
    EntryStatus.DSQ: N_("Disqualified (DSQ)"),
    EntryStatus.NC: N_("Result annulled (NC)"),
}


class Entry(Model):
    """One person or one team in one event; the organisation is the one of the day of admission."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("status IN ('OK', 'DNS') OR status_reason <> ''", name="status_reason"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    code: Mapped[str]
    name: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    official: Mapped[bool] = mapped_column(default=True)
    status: Mapped[EntryStatus] = mapped_column(choice(EntryStatus), default=EntryStatus.OK)
    status_reason: Mapped[str] = mapped_column(default="")
    checked_in_at: Mapped[datetime | None] = mapped_column(Instant)  # seen at the start
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    members: Mapped[list[TeamMember]] = relationship(
        back_populates="entry", order_by="TeamMember.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class TeamMember(Model):
    """One person in the team of one entry."""

    __tablename__ = "team_members"
    __table_args__ = (UniqueConstraint("entry_id", "position"),)

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True)
    position: Mapped[int]
    name: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    reserve: Mapped[bool] = mapped_column(default=False)

    entry: Mapped[Entry] = relationship(back_populates="members")
    person: Mapped[Person | None] = relationship()
