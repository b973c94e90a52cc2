"""Which event feeds which, and the seats that go up, as rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key, Points
from skillhub.ladder.rules import SeatState, TieAtN
from skillhub.organisations.models import Organisation


class Advancement(Model):
    """How one event feeds a higher one: so many by place, so many of a unit, so many in reserve."""

    __tablename__ = "advancements"
    __table_args__ = (
        UniqueConstraint("source_id", "target_id"),
        CheckConstraint("source_id <> target_id", name="two_events"),
        CheckConstraint("top_n >= 1", name="top_n"),
        CheckConstraint("per_org_cap >= 1", name="per_org_cap"),
        CheckConstraint("reserves >= 0", name="reserves"),
        CheckConstraint("(consent_by IS NULL) = (consent_at IS NULL)", name="consent_whole"),
    )

    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    top_n: Mapped[int]
    per_org_cap: Mapped[int | None]
    min_total: Mapped[Decimal | None] = mapped_column(Points)
    tie_at_n: Mapped[TieAtN] = mapped_column(choice(TieAtN), default=TieAtN.ALL)
    tie_keys: Mapped[list[str]] = mapped_column(
        JSON, default=list
    )  # parts of the source, more is better
    lots: Mapped[list[int]] = mapped_column(JSON, default=list)  # entries in the order drawn
    reserves: Mapped[int] = mapped_column(default=0)
    answer_by: Mapped[datetime | None] = mapped_column(Instant)
    answer_hours: Mapped[int] = mapped_column(default=48)  # of a reserve, from the offer on
    stay_when_corrected: Mapped[bool] = mapped_column(default=True)
    same_employer: Mapped[bool] = mapped_column(default=False)  # only who still works for the unit
    new_attribution: Mapped[bool] = mapped_column(
        default=False
    )  # starts for the employer of that day
    consent_by: Mapped[str | None]
    consent_at: Mapped[datetime | None] = mapped_column(Instant)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    source: Mapped[Event] = relationship(foreign_keys=[source_id])
    target: Mapped[Event] = relationship(foreign_keys=[target_id])
    seats: Mapped[list[LadderSeat]] = relationship(
        back_populates="advancement", order_by="LadderSeat.position"
    )

    __mapper_args__ = {"version_id_col": version}


class LadderSeat(Model):
    """One entry's part in the line to a higher event, with the place and total it came with."""

    __tablename__ = "ladder_seats"
    __table_args__ = (
        UniqueConstraint("advancement_id", "entry_id"),
        UniqueConstraint("advancement_id", "position"),
        UniqueConstraint("follows_id"),
        CheckConstraint("(state = 'accepted') = (target_entry_id IS NOT NULL)", name="entered"),
        CheckConstraint("state = 'reserve' OR offered_at IS NOT NULL", name="offered"),
    )

    id: Mapped[Key]
    advancement_id: Mapped[int] = mapped_column(ForeignKey(Advancement.id), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True)
    position: Mapped[int]
    state: Mapped[SeatState] = mapped_column(choice(SeatState), default=SeatState.RESERVE)
    rank: Mapped[int | None]
    total: Mapped[Decimal | None] = mapped_column(Points)  # carried as it stood
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    because: Mapped[dict[str, Any]] = mapped_column(JSON)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer_by: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str | None]
    why: Mapped[str] = mapped_column(default="")
    target_entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id), index=True)
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("ladder_seats.id")
    )  # whose seat it took over
    version: Mapped[int] = mapped_column()

    advancement: Mapped[Advancement] = relationship(back_populates="seats")
    entry: Mapped[Entry] = relationship(foreign_keys=[entry_id])
    target_entry: Mapped[Entry | None] = relationship(foreign_keys=[target_entry_id])
    organisation: Mapped[Organisation | None] = relationship()
    follows: Mapped[LadderSeat | None] = relationship(remote_side="LadderSeat.id")

    __mapper_args__ = {"version_id_col": version}
