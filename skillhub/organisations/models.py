"""Organisations as rows."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Key


class Kind(StrEnum):
    """What an organisation is."""

    UNION = "union"
    ENTERPRISE = "enterprise"
    PUBLIC = "public"
    SCHOOL = "school"
    ASSOCIATION = "association"
    WORKSHOP = "workshop"
    DELEGATION = "delegation"


class Organisation(Model):
    """One organisation in the tree; `path` lists the ids from the top down to itself: "/1/7/"."""

    __tablename__ = "organisations"

    id: Mapped[Key]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    name_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind] = mapped_column(choice(Kind), default=Kind.ENTERPRISE)
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    version: Mapped[int] = mapped_column()

    parent: Mapped[Organisation | None] = relationship(
        foreign_keys=[parent_id], remote_side="Organisation.id"
    )
    successor: Mapped[Organisation | None] = relationship(
        foreign_keys=[successor_id], remote_side="Organisation.id"
    )

    __mapper_args__ = {"version_id_col": version}


class OrganisationName(Model):
    """A name that an organisation bore until a day."""

    __tablename__ = "organisation_names"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    name: Mapped[str]
    until: Mapped[date]
