"""Accounts opened, given roles, closed; an administrator stays within the own part of the tree."""

from __future__ import annotations

import secrets

from flask_security import hash_password

from skillhub.accounts import queries
from skillhub.accounts.models import Grant, User
from skillhub.accounts.rules import fold_login, wrong_with_login, wrong_with_password
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person


@transaction()
def open_account(
    login: str,
    password: str,
    role: Role,
    organisation: Organisation,
    actor: Actor,
    *,
    name: str = "",
    email: str = "",
    person: Person | None = None,
) -> User:
    """Open an account with its first role.

    Raises BadInput with a problem per field (login, password, email, person), NotFound for an organisation outside the
    actor's part of the tree.
    """
    login, email = fold_login(login), email.strip().casefold()
    _within(actor, organisation.path)
    problems = [
        *_problem("login", wrong_with_login(login) or _taken(login)),
        *_problem("password", wrong_with_password(password, login)),
        *_problem("email", _email_taken(email, None)),
        *_problem("person", _not_linkable(person, None, actor)),
    ]
    _refuse(problems)

    user = User(
        username=login,
        name=name.strip() or (person.name if person else login),
        email=email or None,
        password=hash_password(password),
        fs_uniquifier=_new_key(),
        person=person,
        roles=[Grant(role=role, organisation=organisation)],
    )
    db.session.add(user)
    db.session.flush()
    act(actor, "accounts.open", user, note={"role": role, "organisation": organisation.code})
    return user


@transaction()
def edit(
    user: User, name: str, email: str, person: Person | None, version: int, actor: Actor
) -> None:
    """Change the name, the e-mail and the person of an account."""
    _within(actor, queries.reach(user))
    same_version(user, version)
    email = email.strip().casefold()
    _refuse(
        [
            *_problem("email", _email_taken(email, user)),
            *_problem("person", _not_linkable(person, user, actor)),
        ]
    )

    user.name, user.email, user.person = name.strip(), email or None, person
    act(actor, "accounts.edit", user)


@transaction()
def grant(user: User, role: Role, organisation: Organisation, actor: Actor) -> Grant:
    """Give an account a role over an organisation and all below it."""
    _within(actor, queries.reach(user), organisation.path)
    if any(g.role == role and g.organisation_id == organisation.id for g in user.roles):
        raise Conflict(say(N_("The account has this role there already.")))

    given = Grant(role=role, organisation=organisation)
    user.roles.append(given)
    act(actor, "accounts.grant", user, note={"role": role, "organisation": organisation.code})
    return given


@transaction()
def withdraw(user: User, held: Grant, actor: Actor) -> None:
    """Take a role back; not the only one of an account, nor that of the last administrator."""
    _within(actor, queries.reach(user))
    if len(user.roles) == 1:
        raise Conflict(
            say(N_("This is the only role of the account. Disable the account instead."))
        )
    _keep_an_administrator(user, [held])

    note = {"role": held.role, "organisation": held.organisation.code}
    user.roles.remove(held)
    act(actor, "accounts.withdraw", user, note=note)


@transaction()
def disable(user: User, why: str, actor: Actor) -> None:
    """Close an account: whoever is signed in with it is out at the next request."""
    _within(actor, queries.reach(user))
    if not user.active:
        raise Conflict(say(N_("The account is disabled already.")))
    _keep_an_administrator(user, user.roles)

    user.active = False
    user.fs_uniquifier = _new_key()
    act(actor, "accounts.disable", user, why=why)


@transaction()
def enable(user: User, actor: Actor) -> None:
    """Open a closed account again; the password stays as it was."""
    _within(actor, queries.reach(user))
    if user.active:
        raise Conflict(say(N_("The account is active already.")))

    user.active = True
    act(actor, "accounts.enable", user)


@transaction()
def set_password(user: User, password: str, actor: Actor) -> None:
    """Give an account a new password; every session of it ends."""
    _within(actor, queries.reach(user))
    _refuse(_problem("password", wrong_with_password(password, user.username)))

    user.password = hash_password(password)
    user.fs_uniquifier = _new_key()
    act(actor, "accounts.set_password", user)


def _within(actor: Actor, *paths: str) -> None:
    """Refuse what lies outside the actor's part of the tree as if it did not exist."""
    if not all(actor.may(Role.ADMINISTRATOR, path) for path in paths):
        raise NotFound()


def _keep_an_administrator(user: User, leaving: list[Grant]) -> None:
    """Refuse to leave a part of the tree without an administrator there or above."""
    for held in leaving:
        if (
            held.role == Role.ADMINISTRATOR
            and user.active
            and not queries.has_other_administrator(user, held.organisation)
        ):
            raise Conflict(
                say(
                    N_(
                        "%(login)s is the last administrator of %(name)s. Appoint another one first."
                    ),
                    login=user.username,
                    name=held.organisation.name,
                )
            )


def _taken(login: str) -> Message | None:
    return say(N_("This login is taken.")) if queries.by_login(login) else None


def _email_taken(email: str, user: User | None) -> Message | None:
    holder = db.session.query(User).filter_by(email=email).first() if email else None
    return say(N_("Another account has this e-mail.")) if holder not in (None, user) else None


def _not_linkable(person: Person | None, user: User | None, actor: Actor) -> Message | None:
    """A link opens the person's own records: it takes an administrator of the person's workplace."""
    if person is None or (user is not None and user.person_id == person.id):
        return None
    places = queries.workplaces(person) or ["/"]
    if not any(actor.may(Role.ADMINISTRATOR, path) for path in places):
        return say(N_("There is no such person in your part of the tree."))
    if queries.account_of(person) is not None:
        return say(N_("This person has an account already."))
    return None


def _problem(where: str, message: Message | None) -> list[Problem]:
    return [Problem(where, message)] if message else []


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise BadInput(say(N_("The account cannot be kept like this.")), problems)


def _new_key() -> str:
    """Make the key that a session carries; a new one ends all sessions."""
    return secrets.token_hex(16)
