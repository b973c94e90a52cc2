"""Who may do what: roles held over a part of the organisation tree, and the rule on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, g, request
from flask_login import current_user

from skillhub.kernel.errors import NotAllowed, NotFound
from skillhub.kernel.messages import N_, say


class Role(StrEnum):
    """A hat that a person may wear over an organisation and all below it."""

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    JUDGE = "judge"
    CHIEF_JUDGE = "chief_judge"
    CODE_OFFICER = "code_officer"
    CHECKER = "checker"
    APPEALS_PANEL = "appeals_panel"
    CERTIFICATE_STAFF = "certificate_staff"
    TEMPLATE_WRITER = "template_writer"
    INCENTIVE_REVIEWER = "incentive_reviewer"
    AUDITOR = "auditor"
    WORKER = "worker"


ROLE_LABELS = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.ORGANISER: N_("Organiser"),
    Role.JUDGE: N_("Judge"),
    Role.CHIEF_JUDGE: N_("Chief judge"),
    Role.CODE_OFFICER: N_("Code officer"),
    Role.CHECKER: N_("Checker"),
    Role.APPEALS_PANEL: N_("Appeals panel"),
    Role.CERTIFICATE_STAFF: N_("Certificate staff"),
    Role.TEMPLATE_WRITER: N_("Writes templates as HTML"),
    Role.INCENTIVE_REVIEWER: N_("Incentive reviewer"),
    Role.AUDITOR: N_("Auditor"),
    Role.WORKER: N_("Worker"),
}
PUBLIC = "public"
SIGNED_IN = "signed_in"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

Scope = Callable[..., str]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in user, or the operator of the machine at the command line."""

    login: str
    name: str = ""
    user_id: int | None = None
    person_id: int | None = None
    grants: tuple[tuple[Role, str], ...] = ()
    request_id: str = ""

    def may(self, roles: Role | tuple[Role, ...], path: str) -> bool:
        """Tell whether one of the roles is held over the organisation at this path, such as "/1/7/"."""
        return any(path.startswith(held) for held in self.paths(roles))

    def holds(self, role: Role, path: str) -> bool:
        """Tell whether this very role is held over the organisation at a path; administration does not stand in."""
        return any(held is role and path.startswith(over) for held, over in self.grants)

    def paths(self, roles: Role | tuple[Role, ...]) -> tuple[str, ...]:
        """Give the tops of the subtrees over which one of the roles is held."""
        wanted = (
            {roles, Role.ADMINISTRATOR} if isinstance(roles, Role) else {*roles, Role.ADMINISTRATOR}
        )
        return tuple(dict.fromkeys(path for role, path in self.grants if role in wanted))

    def has(self, *roles: Role) -> bool:
        """Tell whether one of the roles is held anywhere."""
        return bool(self.paths(roles))


OPERATOR = Actor("operator", "Operator of this machine", grants=((Role.ADMINISTRATOR, "/"),))
# What is done because its instant has come; the journal names it where a person would stand.
CLOCK = Actor("clock", "By the clock", grants=((Role.ADMINISTRATOR, "/"),))
STRANGER = Actor("", "")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may open a page: the roles, and the organisation that the page belongs to."""

    roles: tuple[Role, ...]
    door: str
    scope: Scope | None
    alone: bool = False

    def admit(self, actor: Actor, reading: bool, view_args: dict[str, Any]) -> None:
        """Refuse a wrong role with 403, and with 404 a right role over another organisation."""
        if self.door != "role":
            return
        if self.alone:
            self._admit_alone(actor, view_args)
            return
        roles = (
            (*self.roles, Role.AUDITOR) if reading and Role.WORKER not in self.roles else self.roles
        )
        if not actor.has(*roles):
            raise NotAllowed()
        if self.scope and not actor.may(roles, self.scope(**view_args)):
            raise NotFound()

    def _admit_alone(self, actor: Actor, view_args: dict[str, Any]) -> None:
        """Let in who wears this very hat: an administrator or an auditor does not stand in."""
        if not any(role in self.roles for role, _ in actor.grants):
            raise NotAllowed()
        path = self.scope(**view_args) if self.scope else "/"
        if not any(actor.holds(role, path) for role in self.roles):
            raise NotFound()


def allow(
    *roles: Role | str, scope: Scope | None = None, alone: bool = False
) -> Callable[[View], View]:
    """Say who may open a page; stands directly under the route.

    `scope` takes the arguments of the view and gives the path of the organisation that the page belongs to.
    Administrators may what any role may; auditors may read what any role but the worker's may read; neither where a
    page is for its roles alone.
    """
    door = str(roles[0]) if roles[0] in (PUBLIC, SIGNED_IN) else "role"
    rule = Rule(tuple(r for r in roles if isinstance(r, Role)), door, scope, alone)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(**view_args: Any) -> Any:
            if rule.door != PUBLIC and not current_user.is_authenticated:
                return cast(Any, current_app).login_manager.unauthorized()
            rule.admit(current_actor(), request.method in READING, view_args)
            return view(**view_args)

        guarded._allow = rule  # type: ignore[attr-defined]  # read by the test of all routes
        return cast(View, guarded)

    return guard


def refuse_oneself(actor: Actor, person_id: int | None) -> None:
    """Refuse to state a fact about the person whom the actor's own account belongs to."""
    if person_id is not None and actor.person_id == person_id:
        raise NotAllowed(say(N_("Nobody states this about themselves. Ask a colleague.")))


def current_actor() -> Actor:
    """Give who is signed in, with the roles held now."""
    if "actor" not in g:
        known = current_user.is_authenticated
        g.actor = current_user.as_actor(g.get("request_id", "")) if known else STRANGER
    return cast(Actor, g.actor)
