"""Users and what they may do, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person


class Grant(Model, RoleMixin):
    """One role that one user holds over an organisation and all below it."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("user_id", "role", "organisation_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))

    organisation: Mapped[Organisation] = relationship(lazy="joined")

    @property
    def name(self) -> str:  # type: ignore[override]  # the library reads it only
        """Give the role's name, as the sign-in library asks for it."""
        return self.role.value


class User(Model, UserMixin):
    """One account; a worker's account points at the person."""

    __tablename__ = "users"

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)  # type: ignore[assignment]  # not all have one
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None] = mapped_column(info={"hidden": True})
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, info={"hidden": True})
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), unique=True)
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None] = mapped_column(info={"hidden": True})
    tf_phone_number: Mapped[str | None] = mapped_column(info={"hidden": True})
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(JSON, info={"hidden": True})
    create_datetime: Mapped[datetime | None] = mapped_column(Instant)  # type: ignore[assignment]  # the library's
    update_datetime: Mapped[datetime | None] = mapped_column(Instant)  # type: ignore[assignment]  # the library's
    version: Mapped[int] = mapped_column()

    roles: Mapped[list[Grant]] = relationship(  # type: ignore[assignment]  # a list of ours
        lazy="selectin", cascade="all, delete-orphan"
    )
    person: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    def as_actor(self, request_id: str = "") -> Actor:
        """Give this user as the one who acts, with the roles held now."""
        grants = tuple((grant.role, grant.organisation.path) for grant in self.roles)
        return Actor(self.username, self.name, self.id, self.person_id, grants, request_id)
