"""Panels, their seats, who steps aside for whom, and the codes under which entries are marked, as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.competitions.models import Component, Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key

SITS = text("until IS NULL")


class Panel(Model):
    """Those who judge one component; `submitted` is the moment the chief judge closed its marks and signed."""

    __tablename__ = "panels"
    __table_args__ = (
        CheckConstraint(
            "(submitted_at IS NULL) = (submitted_by_id IS NULL)", name="submitted_whole"
        ),
    )

    id: Mapped[Key]
    component_id: Mapped[int] = mapped_column(ForeignKey(Component.id), unique=True)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    component: Mapped[Component] = relationship()
    submitted_by: Mapped[User | None] = relationship()
    seats: Mapped[list[Seat]] = relationship(
        back_populates="panel",
        order_by="Seat.number",
        primaryjoin="and_(Panel.id == Seat.panel_id, Seat.until.is_(None))",
    )

    __mapper_args__ = {"version_id_col": version}


class Seat(Model):
    """One judge at one place of a panel; a seat that was given to another keeps its end."""

    __tablename__ = "seats"
    __table_args__ = tuple(
        Index(
            f"uq_seats_one_{name}",
            "panel_id",
            name,
            unique=True,
            sqlite_where=SITS,
            postgresql_where=SITS,
        )
        for name in ("number", "user_id")
    )

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(ForeignKey(Panel.id))
    number: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)

    panel: Mapped[Panel] = relationship(back_populates="seats")
    user: Mapped[User] = relationship()


class Recusal(Model):
    """One judge steps aside for one entry: that seat stays blank there, and nowhere else."""

    __tablename__ = "recusals"
    __table_args__ = (
        UniqueConstraint("seat_id", "entry_id"),
        CheckConstraint("why <> ''", name="why"),
    )

    id: Mapped[Key]
    seat_id: Mapped[int] = mapped_column(ForeignKey(Seat.id))
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True)
    why: Mapped[str]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    confirmed_at: Mapped[datetime] = mapped_column(Instant)

    seat: Mapped[Seat] = relationship()
    entry: Mapped[Entry] = relationship()


class Draw(Model):
    """The drawing of one event in two rounds, and the opening of its codes before a witness.

    The names appear when the witness has confirmed, and the witness is another person: no other row can exist.
    """

    __tablename__ = "draws"
    __table_args__ = (
        CheckConstraint("(codes_at IS NULL) = (codes_by_id IS NULL)", name="codes_whole"),
        CheckConstraint("(opened_at IS NULL) = (opened_by_id IS NULL)", name="opened_whole"),
        CheckConstraint("opened_at IS NULL OR codes_at IS NOT NULL", name="opened_after_codes"),
        CheckConstraint(
            "(witnessed_at IS NULL) = (witnessed_by_id IS NULL)", name="witnessed_whole"
        ),
        CheckConstraint("witnessed_at IS NULL OR opened_at IS NOT NULL", name="witnessed_after"),
        CheckConstraint(
            "witnessed_by_id IS NULL OR witnessed_by_id <> opened_by_id", name="second_person"
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), unique=True)
    numbers_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    numbers_at: Mapped[datetime] = mapped_column(Instant)
    codes_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    codes_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    witnessed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    witnessed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    witnessed_by: Mapped[User | None] = relationship(foreign_keys=[witnessed_by_id])

    __mapper_args__ = {"version_id_col": version}


class Code(Model):
    """The number and then the code that one entry drew; never in the journal, which others read."""

    __tablename__ = "codes"
    __table_args__ = (UniqueConstraint("event_id", "number"), UniqueConstraint("event_id", "code"))
    __journaled__ = False

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), unique=True)
    number: Mapped[int]
    code: Mapped[str | None]

    entry: Mapped[Entry] = relationship()
