"""Sheets of marks as rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.competitions.models import Component
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key, Points


class SheetState(StrEnum):
    """How far a sheet has come."""

    ENTERED = "entered"
    CHECKED = "checked"
    REJECTED = "rejected"


class Sheet(Model):
    """The points of one entry for one component. No row, or neither points nor a word, is blank; 0 is a mark.

    `points` are as printed; where a marking scheme makes a number that no four decimals hold, `exact` is its fraction.
    `token` is the word of a scheme that ends without points, such as DNF.

    State, checker and time hold together: a checked sheet has both, no other has either; nobody checks an own entry.
    `entered_by_id` is empty where the operator imported a file at the command line.
    """

    __tablename__ = "sheets"
    __table_args__ = (
        UniqueConstraint("entry_id", "component_id"),
        CheckConstraint(
            "(state = 'checked') = (checked_at IS NOT NULL)"
            " AND (state = 'checked') = (checked_by_id IS NOT NULL)",
            name="checked_whole",
        ),
        CheckConstraint(
            "checked_by_id IS NULL OR entered_by_id IS NULL OR checked_by_id <> entered_by_id",
            name="second_person",
        ),
        CheckConstraint("(state = 'rejected') = (reason <> '')", name="rejected_reason"),
        CheckConstraint("points IS NULL OR points >= 0", name="points"),
        CheckConstraint("token = '' OR points IS NULL", name="token"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(
        ForeignKey(Entry.id), info={"hidden": True}
    )  # the journal would pair a name with a mark while judges see codes alone
    component_id: Mapped[int] = mapped_column(ForeignKey(Component.id), index=True)
    points: Mapped[Decimal | None] = mapped_column(Points)
    exact: Mapped[str] = mapped_column(default="", server_default="")
    token: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[SheetState] = mapped_column(choice(SheetState), default=SheetState.ENTERED)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(
        default=""
    )  # the file a mark came from: its name and SHA-256
    version: Mapped[int] = mapped_column()

    entry: Mapped[Entry] = relationship()
    component: Mapped[Component] = relationship()
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])
    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id])

    __mapper_args__ = {"version_id_col": version}


# Entered once, and not yet compared with a second entry; nobody types again what is carried over.
UNSETTLED = (
    (Sheet.state == SheetState.ENTERED)
    & (Sheet.points.is_not(None) | (Sheet.token != ""))
    & (Component.kind != "carried")
)
