"""Designs, their versions and their pictures as rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from skillhub.designs.rules import VersionState
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.organisations.models import Organisation

UNDER_WAY = text("state IN ('draft', 'sent')")


class Making(StrEnum):
    """How a version was made: drawn as fields in frames, or written as HTML by somebody with that right."""

    DRAWN = "drawn"
    WRITTEN = "written"


class Design(Model):
    """A template made by staff: its code, its title, and whose it is. What is printed, its versions say."""

    __tablename__ = "designs"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    put_away_at: Mapped[datetime | None] = mapped_column(Instant)  # from then on it is not offered
    version: Mapped[int] = mapped_column()

    owner: Mapped[Organisation] = relationship()
    versions: Mapped[list[DesignVersion]] = relationship(
        back_populates="design", order_by="DesignVersion.number", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class DesignVersion(Model):
    """One version of a design. Published it never changes, and who published it did not draw it."""

    __tablename__ = "design_versions"
    __table_args__ = (
        UniqueConstraint("design_id", "number"),
        CheckConstraint(
            "(state = 'published') = (published_by IS NOT NULL)"
            " AND (state = 'published') = (published_at IS NOT NULL)"
            " AND (state = 'published') = (files IS NOT NULL)",
            name="published_whole",
        ),
        CheckConstraint("published_by IS NULL OR published_by <> drawn_by", name="second_person"),
        CheckConstraint("state = 'draft' OR sent_by IS NOT NULL", name="sent"),
        Index(
            "uq_design_versions_under_way",
            "design_id",
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
    )

    id: Mapped[Key]
    design_id: Mapped[int] = mapped_column(ForeignKey(Design.id), index=True)
    number: Mapped[int]
    making: Mapped[Making] = mapped_column(choice(Making))
    state: Mapped[VersionState] = mapped_column(choice(VersionState), default=VersionState.DRAFT)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, info={"hidden": True})
    drawn_by: Mapped[str]  # whose hand was the last
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    hands: Mapped[list[Any]] = mapped_column(JSON)  # everybody who drew
    sent_by: Mapped[str | None]
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_why: Mapped[str] = mapped_column(default="")
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    prints: Mapped[list[Any]] = mapped_column(JSON, default=list)  # SHA-256 of its templates
    files: Mapped[bytes | None] = deferred(mapped_column(LargeBinary, info={"hidden": True}))
    version: Mapped[int] = mapped_column()

    design: Mapped[Design] = relationship(back_populates="versions")
    pictures: Mapped[list[DesignFile]] = relationship(
        back_populates="of", order_by="DesignFile.name", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class DesignFile(Model):
    """One picture of a version: art, a seal, a signature. Width and height in dots; none for drawings."""

    __tablename__ = "design_files"
    __table_args__ = (UniqueConstraint("version_id", "name"),)

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey(DesignVersion.id), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, info={"hidden": True}))

    of: Mapped[DesignVersion] = relationship(back_populates="pictures")
