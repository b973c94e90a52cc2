"""Accounts found: for the one who signs in, for the administrator of a part of the tree, for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_security import SQLAlchemyUserDatastore
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from skillhub.accounts.models import Grant, User
from skillhub.accounts.rules import common_path, fold_login
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import HouseError, NotAllowed, NotFound
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import N_, say
from skillhub.organisations.models import Organisation
from skillhub.people.models import Employment, Person

SIGNED_IN = select(User).where(User.fs_uniquifier == bindparam("fs_uniquifier"))
SIGNED_IN = SIGNED_IN.options(joinedload(User.roles))
MENTIONED = 5
PAGE = 50


def path_of(user_id: int, **_: Any) -> str:
    """Give the organisation over all that an account may do: whoever administers it manages the account."""
    return reach(get_or_404(User, user_id))


def reach(user: User) -> str:
    """Give the lowest path over all roles of an account; without a role only the top itself is over it."""
    return common_path([grant.organisation.path for grant in user.roles])


class Accounts(SQLAlchemyUserDatastore):
    """Where the sign-in library finds accounts; the one that a session names is asked for on every page."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Any:
        """Find an account by one of its columns."""
        if by.keys() != {"fs_uniquifier"}:
            return super().find_user(case_insensitive, **by)
        return db.session.scalars(SIGNED_IN, by).unique().first()


def by_login(login: str) -> User | None:
    """Find an account by its login, whatever its width and case."""
    return db.session.scalars(select(User).where(User.username == fold_login(login))).first()


def name_of(user_id: int | None) -> str:
    """Give the name of an account, or its login; nothing where nobody is meant."""
    user = db.session.get(User, user_id) if user_id else None
    return (user.name or user.username) if user else ""


def actor_of(login: str) -> Actor:
    """Give an account as the one who acts at the command line.

    Raises HouseError for an unknown login, naming some that are known, and NotAllowed for a disabled account.
    """
    user = by_login(login)
    if user is None:
        known = db.session.scalars(
            select(User.username).where(User.active).order_by(User.id).limit(MENTIONED)
        ).all()
        raise HouseError(
            say(
                N_('There is no account "%(login)s". Some that there are: %(known)s.'),
                login=login,
                known=", ".join(known) or "–",
            )
        )
    if not user.active:
        raise NotAllowed(say(N_('The account "%(login)s" is disabled.'), login=user.username))
    return user.as_actor()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Say in SQL that a reader administers or audits the organisation over all that an account may do."""
    return or_(false(), *(_reaches_only(path) for path in actor.paths(Role.AUDITOR)))


def _reaches_only(path: str) -> ColumnElement[bool]:
    """Say in SQL that every role of an account, and at least one, lies at or below a path."""
    if path == "/":
        return true()
    held = (
        select(Grant.id)
        .join(Organisation, Grant.organisation_id == Organisation.id)
        .where(Grant.user_id == User.id)
        .correlate(User)
    )
    inside = Organisation.path.startswith(path)
    return and_(exists(held.where(inside)), ~exists(held.where(~inside)))


def listed(
    actor: Actor, words: str = "", role: str = "", state: str = "", page: int = 1
) -> Pagination:
    """List the accounts a reader may see, by login; `words` look in login, name and e-mail."""
    found = select(User).where(visible_to(actor)).order_by(User.username)
    if words.strip():
        found = found.where(
            or_(
                *(
                    column.icontains(words.strip(), autoescape=True)
                    for column in (User.username, User.name, User.email)
                )
            )
        )
    if role in set(Role):
        found = found.where(User.roles.any(Grant.role == Role(role)))
    if state in {"active", "disabled"}:
        found = found.where(User.active.is_(state == "active"))
    return db.paginate(found, page=min(page, 10**6), per_page=PAGE, error_out=False)


def grant_of(user: User, grant_id: int) -> Grant:
    """Find one role of an account; raises NotFound for another account's."""
    for grant in user.roles:
        if grant.id == grant_id:
            return grant
    raise NotFound()


def has_other_administrator(user: User, organisation: Organisation) -> bool:
    """Tell whether an active account beside this one administers an organisation, there or above."""
    others = (
        select(Organisation.path)
        .join(Grant, Grant.organisation_id == Organisation.id)
        .join(User, Grant.user_id == User.id)
        .where(Grant.role == Role.ADMINISTRATOR, User.active, User.id != user.id)
        .distinct()
    )
    return any(organisation.path.startswith(path) for path in db.session.scalars(others))


def holders(roles: Sequence[Role], path: str) -> list[User]:
    """List the active accounts that hold one of some roles over the organisation at a path, by name."""
    over = [path[: n + 1] for n, sign in enumerate(path) if sign == "/"]
    chosen = (
        select(User)
        .join(Grant, Grant.user_id == User.id)
        .join(Organisation, Grant.organisation_id == Organisation.id)
        .where(Grant.role.in_(roles), User.active, Organisation.path.in_(over))
        .order_by(User.name, User.username)
    )
    return list(db.session.scalars(chosen).unique())


def workplaces(person: Person) -> list[str]:
    """Give the paths of the organisations at which a person is employed now."""
    return list(
        db.session.scalars(
            select(Organisation.path)
            .join(Employment, Employment.organisation_id == Organisation.id)
            .where(Employment.person_id == person.id, Employment.until.is_(None))
        )
    )


def account_of(person: Person) -> User | None:
    """Find the account of a person."""
    return db.session.scalars(select(User).where(User.person_id == person.id)).first()


def tops() -> list[Organisation]:
    """List the organisations that have none above them."""
    return list(db.session.scalars(select(Organisation).where(Organisation.parent_id.is_(None))))


def sees_all(actor: Actor) -> bool:
    """Tell whether a reader audits or administers everything there is."""
    return all(actor.may(Role.AUDITOR, top.path) for top in tops())


def journal(
    actor: Actor,
    verb: str = "",
    login: str = "",
    subject: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
    page: int = 1,
) -> Pagination:
    """List the journal, the latest first, narrowed by the start of verb and subject, the login and two instants.

    Who audits only a part of the tree sees what the accounts of that part did.
    """
    found = _readable(actor).order_by(JournalLine.id.desc())
    if verb:
        found = found.where(JournalLine.verb.startswith(verb.strip(), autoescape=True))
    if login:
        found = found.where(JournalLine.actor == fold_login(login))
    if subject:
        found = found.where(JournalLine.subject.startswith(subject.strip(), autoescape=True))
    if since:
        found = found.where(JournalLine.at >= since)
    if before:
        found = found.where(JournalLine.at < before)
    return db.paginate(found, page=min(page, 10**6), per_page=PAGE, error_out=False)


def journal_line(actor: Actor, line_id: int) -> JournalLine:
    """Find one line of the journal that a reader may see; raises NotFound."""
    line = db.session.scalars(_readable(actor).where(JournalLine.id == line_id)).first()
    if line is None:
        raise NotFound()
    return line


def _readable(actor: Actor) -> Select[JournalLine]:
    lines = select(JournalLine)
    if sees_all(actor):
        return lines
    return lines.where(JournalLine.actor_id.in_(select(User.id).where(visible_to(actor))))
