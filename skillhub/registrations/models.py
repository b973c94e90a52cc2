"""Who may enter an event, and who asked to, as rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person
from skillhub.registrations.rules import AsOf, RegistrationState


class EntryRule(Model):
    """How one event takes entrants: places, quota of a unit, conditions and the day on which they count."""

    __tablename__ = "entry_rules"
    __table_args__ = (
        CheckConstraint("capacity >= 1", name="capacity"),
        CheckConstraint("unit_quota >= 1", name="unit_quota"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("(as_of = 'date') = (as_of_on IS NOT NULL)", name="as_of_on"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), unique=True)
    capacity: Mapped[int | None]
    unit_quota: Mapped[int | None]
    waiting_list: Mapped[bool] = mapped_column(default=True)
    endorse: Mapped[bool] = mapped_column(
        default=True
    )  # the unit must agree when a worker registers alone
    at_once: Mapped[bool] = mapped_column(
        default=True
    )  # who may enter is admitted without anybody's click
    requirement: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    as_of: Mapped[AsOf] = mapped_column(choice(AsOf), default=AsOf.DEADLINE)
    as_of_on: Mapped[date | None]
    substitute_until: Mapped[datetime | None] = mapped_column(Instant)
    held: Mapped[int] = mapped_column(
        default=0
    )  # places offered to those who advance, not answered yet
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Registration(Model):
    """One person or team that asks to enter one event, with the verdict and the evidence of the day it was given."""

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("event_id", "reference"),
        UniqueConstraint("event_id", "external"),
        CheckConstraint("(state = 'waitlisted') = (queue IS NOT NULL)", name="queue"),
        CheckConstraint("state <> 'admitted' OR entry_id IS NOT NULL", name="entered"),
        CheckConstraint("road IN ('self', 'unit')", name="road"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    reference: Mapped[str]
    external: Mapped[str | None]  # the key of the sheet it came from
    name: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey(Organisation.id), index=True
    )  # whose quota
    road: Mapped[str]
    state: Mapped[RegistrationState] = mapped_column(
        choice(RegistrationState), default=RegistrationState.DRAFT
    )
    queue: Mapped[int | None]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # which rule, and from which day
    as_of: Mapped[date | None]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(Instant)
    endorsed_by: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(default="")
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"), unique=True)
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    entry: Mapped[Entry | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])
    unit: Mapped[Organisation | None] = relationship(foreign_keys=[unit_id])
    replaces: Mapped[Registration | None] = relationship(remote_side="Registration.id")
    people: Mapped[list[Registrant]] = relationship(
        back_populates="registration",
        order_by="Registrant.position",
        cascade="all, delete-orphan",
    )

    __mapper_args__ = {"version_id_col": version}


class Registrant(Model):
    """One person of a registration; while it lives, nobody stands twice in an event, also not in a team."""

    __tablename__ = "registrants"
    __table_args__ = (
        UniqueConstraint("registration_id", "position"),
        Index(
            "uq_registrants_one_live",
            "event_id",
            "person_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    position: Mapped[int] = mapped_column(default=1)
    live: Mapped[bool] = mapped_column(default=True)

    registration: Mapped[Registration] = relationship(back_populates="people")
    person: Mapped[Person] = relationship()
