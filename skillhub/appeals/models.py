"""Public notices, the days they count by, and what people object to, as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.appeals.rules import AppealKind, AppealState, NoticeState, Outcome, Subject
from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.messages import N_

KIND_LABELS = {
    AppealKind.OBJECTION: N_("objection"),
    AppealKind.QUERY: N_("query"),
    AppealKind.APPEAL: N_("appeal"),
}
SUBJECT_LABELS = {
    Subject.SCORE: N_("The score"),
    Subject.CONDUCT: N_("How the event was held or judged"),
    Subject.EQUIPMENT: N_("Equipment or material"),
    Subject.ELIGIBILITY: N_("Who may take part"),
}
STATE_LABELS = {
    AppealState.RECEIVED: N_("received"),
    AppealState.REJECTED_LATE: N_("too late"),
    AppealState.UNDER_REVIEW: N_("looked at"),
    AppealState.DECIDED: N_("decided"),
    AppealState.WITHDRAWN: N_("taken back"),
}
OUTCOME_LABELS = {
    Outcome.UPHELD: N_("upheld"),
    Outcome.PARTLY: N_("partly upheld"),
    Outcome.DISMISSED: N_("dismissed"),
}


class WorkingDay(Model):
    """One day about which somebody here knows better than the published calendar whether it is worked."""

    __tablename__ = "working_days"
    __table_args__ = (CheckConstraint("source <> ''", name="source"),)

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(unique=True)
    is_worked: Mapped[bool]
    source: Mapped[str]  # the announcement that says so
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Notice(Model):
    """One public notice of the ranking of an event: from when to when, and whom to write to.

    It ends with its last day in its zone: `closes_at` is that instant in UTC. One notice of an event is open at most;
    when the ranking changes it is stopped and the next one runs for the full length.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        Index(
            "uq_notices_one_open",
            "event_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("until_day >= from_day", name="days"),
        CheckConstraint("(state = 'stopped') = (stopped_why <> '')", name="stopped_why"),
        CheckConstraint("contact <> '' AND contact_name <> ''", name="contact"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    number: Mapped[int]
    state: Mapped[NoticeState] = mapped_column(choice(NoticeState), default=NoticeState.OPEN)
    working_days: Mapped[int]
    from_day: Mapped[date]
    until_day: Mapped[date]
    zone: Mapped[str]
    closes_at: Mapped[datetime] = mapped_column(Instant)
    confirmed: Mapped[bool] = mapped_column(default=False)  # its end was set by hand
    words: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str]
    contact: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    stopped_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Appeal(Model):
    """One thing somebody holds to be wrong: an objection of anyone, a query or an appeal about an own entry.

    Its deadline is kept as it stood when it was filed; one that came too late is kept as well. State, people and times
    hold together: nothing is decided without who, when, what and why, and nobody decides on an own filing. What is
    upheld stays open until it is mended, or until the panel says that nothing needs mending. Whoever filed it may take
    it back until it is decided; it stays in the list, and no longer holds anything up.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint("kind = 'objection' OR entry_id IS NOT NULL", name="entry"),
        CheckConstraint("kind <> 'objection' OR contact <> ''", name="contact"),
        CheckConstraint("filed_by <> '' AND reason <> ''", name="words"),
        CheckConstraint(
            "(state = 'decided') = (outcome IS NOT NULL) AND (state = 'decided') = (decision <> '')"
            " AND (state = 'decided') = (decided_at IS NOT NULL)"
            " AND (state = 'decided') = (decided_by_id IS NOT NULL)",
            name="decided_whole",
        ),
        CheckConstraint("(looked_at IS NULL) = (looked_by_id IS NULL)", name="looked_whole"),
        CheckConstraint("state <> 'under_review' OR looked_at IS NOT NULL", name="looked_when"),
        CheckConstraint(
            "state <> 'rejected_late' OR (deadline IS NOT NULL AND filed_at > deadline)",
            name="late",
        ),
        CheckConstraint(
            "decided_by_id IS NULL OR filed_by_id IS NULL OR decided_by_id <> filed_by_id",
            name="second_person",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_when"
        ),
        CheckConstraint(
            "settled_at IS NULL OR (outcome IS NOT NULL AND outcome IN ('upheld', 'partly'))",
            name="settled_when",
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id), index=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey(Notice.id))
    kind: Mapped[AppealKind] = mapped_column(choice(AppealKind))
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    reason: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[str]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    contact: Mapped[str] = mapped_column(default="", info={"hidden": True})
    filed_at: Mapped[datetime] = mapped_column(Instant)
    deadline: Mapped[datetime | None] = mapped_column(Instant)
    state: Mapped[AppealState] = mapped_column(choice(AppealState), default=AppealState.RECEIVED)
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)  # what was upheld is mended
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)  # by whoever filed it
    withdrawn_why: Mapped[str] = mapped_column(Text, default="", server_default="")
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    entry: Mapped[Entry | None] = relationship()
    notice: Mapped[Notice | None] = relationship()
    looked_by: Mapped[User | None] = relationship(foreign_keys=[looked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    __mapper_args__ = {"version_id_col": version}


class AppealPhoto(Model):
    """The picture somebody added, drawn anew from its pixels: nothing the camera wrote beside them is kept."""

    __tablename__ = "appeal_photos"
    __journaled__ = False  # the act that files it names its SHA-256

    appeal_id: Mapped[int] = mapped_column(ForeignKey(Appeal.id), primary_key=True)
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
