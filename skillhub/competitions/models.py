"""Competitions, events and components as rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint, case, false, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.rules import ANNOUNCED, CLOSED, MARKABLE, RULES_OPEN, EventState
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key, Points
from skillhub.kernel.messages import N_
from skillhub.occupations.models import Occupation
from skillhub.organisations.models import Organisation


class Tier(StrEnum):
    """How high a competition stands, from the workshop to the world."""

    ENTERPRISE = "enterprise"
    STREET = "street"
    DISTRICT = "district"
    INDUSTRY = "industry"
    CITY = "city"
    PROVINCE = "province"
    NATIONAL = "national"
    INTERNATIONAL = "international"


class Checking(StrEnum):
    """How the marks of a competition are checked."""

    LOOK_OVER = "look_over"
    DOUBLE = "double"
    OFF = "off"


class Weights(StrEnum):
    """How the weights of components are meant."""

    FREE = "free"
    PERCENT = "percent"


class Group(StrEnum):
    """For whom an event is held."""

    OPEN = "open"
    WORKER = "worker"
    STUDENT = "student"
    YOUTH = "youth"


TIER_LABELS = {
    Tier.ENTERPRISE: N_("Enterprise"),
    Tier.STREET: N_("Street or township"),
    Tier.DISTRICT: N_("District"),
    Tier.INDUSTRY: N_("Industry"),
    Tier.CITY: N_("City"),
    Tier.PROVINCE: N_("Province"),
    Tier.NATIONAL: N_("National"),
    Tier.INTERNATIONAL: N_("International"),
}
CHECKING_LABELS = {
    Checking.LOOK_OVER: N_("A second person confirms every mark"),
    Checking.DOUBLE: N_("A second person enters every mark again without seeing the first"),
    Checking.OFF: N_("Off: marks count as they are entered"),
}
WEIGHTS_LABELS = {
    Weights.FREE: N_("Free: each component by its own factor"),
    Weights.PERCENT: N_("Percent: those of an event add up to 100"),
}
STATE_LABELS = {
    EventState.DRAFT: N_("draft"),
    EventState.FILED: N_("filed"),
    EventState.REGISTRATION_OPEN: N_("registration open"),
    EventState.REGISTRATION_CLOSED: N_("registration closed"),
    EventState.PREPARED: N_("prepared"),
    EventState.RUNNING: N_("running"),
    EventState.SCORING: N_("scoring"),
    EventState.PROVISIONAL: N_("provisional"),
    EventState.PUBLIC_NOTICE: N_("public notice"),
    EventState.UNDER_REVIEW: N_("under review"),
    EventState.FINAL: N_("final"),
    EventState.CORRECTING: N_("correcting"),
    EventState.ARCHIVED: N_("archived"),
    EventState.CANCELLED: N_("cancelled"),
    EventState.SUSPENDED: N_("suspended"),
}
GROUP_LABELS = {
    Group.OPEN: N_("Open to all"),
    Group.WORKER: N_("Workers"),
    Group.STUDENT: N_("Students"),
    Group.YOUTH: N_("Youth"),
}


class ContestSeries(Model):
    """One contest that is held again and again; its competitions are its editions."""

    __tablename__ = "competition_series"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Competition(Model):
    """One edition of a contest, with its events.

    Its tier counts once somebody above the host vouches for it, or where nobody stands above (`tier_by`). With
    `filing` a second person approves it before registration; with `registers` people and units register themselves.
    """

    __tablename__ = "competitions"
    __table_args__ = (
        CheckConstraint("notice_days >= 0", name="notice_days"),
        CheckConstraint("appeal_hours >= 0", name="appeal_hours"),
        CheckConstraint("registration_opens_at < registration_closes_at", name="registration"),
        CheckConstraint("(filed_by IS NULL) = (filed_at IS NULL)", name="filed"),
        CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)"
            " AND (approved_by IS NULL OR filed_by IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint(
            "approved_by <> filed_by AND approved_by <> announced_by", name="approved_by_a_second"
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    year: Mapped[int]
    tier: Mapped[Tier] = mapped_column(choice(Tier))
    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(default="")
    checking: Mapped[Checking] = mapped_column(choice(Checking), default=Checking.LOOK_OVER)
    events_from_sheet: Mapped[bool] = mapped_column(default=False)
    defaults: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # for events that a sheet adds
    organisation_ranking: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    series_id: Mapped[int | None] = mapped_column(ForeignKey(ContestSeries.id), index=True)
    weights: Mapped[Weights] = mapped_column(
        choice(Weights), default=Weights.FREE, server_default="free"
    )
    filing: Mapped[bool] = mapped_column(default=False, server_default=false())
    registers: Mapped[bool] = mapped_column(default=False, server_default=false())
    blind: Mapped[bool] = mapped_column(default=False, server_default=false())
    notice_days: Mapped[int] = mapped_column(default=0, server_default="0")  # working days
    appeal_hours: Mapped[int] = mapped_column(default=2, server_default="2")
    registration_opens_at: Mapped[datetime | None] = mapped_column(Instant)
    registration_closes_at: Mapped[datetime | None] = mapped_column(Instant)
    announcement: Mapped[str] = mapped_column(Text, default="", server_default="")
    announcement_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    announced_by: Mapped[str | None]
    tier_by: Mapped[str | None]  # who vouches for the tier; it does not count before
    filed_by: Mapped[str | None]
    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    host: Mapped[Organisation] = relationship()
    series: Mapped[ContestSeries | None] = relationship()
    events: Mapped[list[Event]] = relationship(
        back_populates="competition", order_by="Event.code", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def tier_counts(self) -> bool:
        """Tell whether its tier counts for what asks for one; an enterprise's own needs nobody's word."""
        return self.tier is Tier.ENTERPRISE or self.tier_by is not None


# The same in a statement: the tier where it counts, else nothing.
COUNTED_TIER = case(
    (
        or_(Competition.tier == Tier.ENTERPRISE, Competition.tier_by.is_not(None)),
        Competition.tier,
    )
)


class Event(Model):
    """One trade in one competition, for one group, with the rules by which it is marked, ranked and awarded."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("competition_id", "code"),
        CheckConstraint(
            "state IN ('cancelled', 'suspended') OR (locked_at IS NULL)"
            " = (state IN ('draft', 'filed', 'registration_open', 'registration_closed'))",
            name="locked_when",
        ),
        CheckConstraint("(state = 'suspended') = (left_state IS NOT NULL)", name="left_state"),
        CheckConstraint("team_size >= 1", name="team_size"),
        CheckConstraint("min_entries >= 0", name="min_entries"),
    )

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), index=True)
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    occupation_id: Mapped[int | None] = mapped_column(ForeignKey(Occupation.id))
    group: Mapped[Group] = mapped_column("group_", choice(Group), default=Group.OPEN)
    team_size: Mapped[int] = mapped_column(default=1)
    held_on: Mapped[date | None]
    state: Mapped[EventState] = mapped_column(choice(EventState), default=EventState.DRAFT)
    left_state: Mapped[EventState | None] = mapped_column(
        choice(EventState, name="left_state_known")
    )  # where a suspended event goes on
    ranking: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    awards: Mapped[list[Any]] = mapped_column(JSON, default=list)
    locked_at: Mapped[datetime | None] = mapped_column(Instant)
    locked_by: Mapped[str | None]
    min_entries: Mapped[int] = mapped_column(default=0, server_default="0")
    waived_why: Mapped[str] = mapped_column(default="", server_default="")  # held with fewer
    stopped_why: Mapped[str] = mapped_column(default="", server_default="")  # suspended, cancelled
    version: Mapped[int] = mapped_column()

    competition: Mapped[Competition] = relationship(back_populates="events")
    occupation: Mapped[Occupation | None] = relationship()
    components: Mapped[list[Component]] = relationship(
        back_populates="event", order_by="Component.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def rules_open(self) -> bool:
        """Tell whether its rules may still change."""
        return self.state in RULES_OPEN

    @property
    def markable(self) -> bool:
        """Tell whether marks may be entered."""
        return self.state in MARKABLE

    @property
    def announced(self) -> bool:
        """Tell whether its ranking is provisional and laid open, not yet final."""
        return self.state in ANNOUNCED

    @property
    def closed(self) -> bool:
        """Tell whether its result is final."""
        return self.state in CLOSED


class Component(Model):
    """One part of an event that is marked: points, a time in seconds, a penalty, or what is carried over."""

    __tablename__ = "components"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("kind IN ('points', 'time', 'penalty', 'carried')", name="kind"),
        CheckConstraint("maximum > 0", name="maximum"),
        CheckConstraint("(kind = 'carried') = (carry_from <> '')", name="carry_from"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    maximum: Mapped[Decimal] = mapped_column(Points)
    weight: Mapped[Decimal] = mapped_column(Points)
    pass_mark: Mapped[Decimal | None] = mapped_column(Points)
    kind: Mapped[str] = mapped_column(default="points")
    scheme: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    carry_from: Mapped[str] = mapped_column(default="", server_default="")  # an earlier event
    carry_part: Mapped[str] = mapped_column(default="", server_default="")  # empty: its total
    void_why: Mapped[str] = mapped_column(default="", server_default="")  # spoilt

    event: Mapped[Event] = relationship(back_populates="components")

    @property
    def typed(self) -> bool:
        """Tell whether its points are typed, and neither reckoned from aspects nor carried over."""
        return not self.scheme and self.kind != "carried"
