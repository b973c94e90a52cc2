"""Organisations found: by code, by name, in the tree, for a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.organisations.models import Kind, Organisation, OrganisationName
from skillhub.organisations.rules import fold_code

EMPLOYING = (Kind.ENTERPRISE, Kind.PUBLIC, Kind.SCHOOL)
READERS = (Role.ORGANISER, Role.INCENTIVE_REVIEWER, Role.CERTIFICATE_STAFF, Role.AUDITOR)


def path_of(organisation_id: int, **_: Any) -> str:
    """Give the path of an organisation: the scope of its pages."""
    return get_or_404(Organisation, organisation_id).path


def root() -> Organisation | None:
    """Find the organisation at the top of the tree."""
    return db.session.scalars(
        select(Organisation).where(Organisation.parent_id.is_(None)).order_by(Organisation.id)
    ).first()


def below(paths: Sequence[str]) -> ColumnElement[bool]:
    """Say in SQL that an organisation stands at or below one of the paths."""
    return or_(false(), *(Organisation.path.startswith(path) for path in paths))


def visible_to(actor: Actor, *roles: Role) -> list[Organisation]:
    """List the organisations over which one of the roles is held (any reading role by default), in tree order."""
    known = db.session.scalars(
        select(Organisation).where(below(actor.paths(roles or READERS)))
    ).all()
    return in_tree_order(known)


def in_tree_order(organisations: Sequence[Organisation]) -> list[Organisation]:
    """Order by tree: each below its parent, neighbours by code."""
    codes = {o.id: fold_code(o.code) for o in organisations}

    def place(organisation: Organisation) -> list[tuple[str, int]]:
        return [(codes.get(step, ""), step) for step in steps(organisation.path)]

    return sorted(organisations, key=place)


def steps(path: str) -> list[int]:
    """Read the ids in a path from the top down: "/1/7/" is 1 and 7."""
    return [int(step) for step in path.split("/") if step.isdecimal()]


def line_of(organisation: Organisation) -> list[Organisation]:
    """List an organisation's superiors from the top down, itself last."""
    return list(
        db.session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(steps(organisation.path)))
            .order_by(func.length(Organisation.path))
        )
    )


def top_of(actor: Actor, role: Role) -> Organisation | None:
    """Give the organisation over which an actor holds a role: the first, where there are several."""
    path = next(iter(actor.paths(role)), "")
    return db.session.get(Organisation, steps(path)[-1]) if steps(path) else root()


def children(organisation: Organisation) -> list[Organisation]:
    """List what stands directly below an organisation, by code."""
    return list(
        db.session.scalars(
            select(Organisation)
            .where(Organisation.parent_id == organisation.id)
            .order_by(Organisation.code)
        )
    )


def names_of(organisation: Organisation) -> list[OrganisationName]:
    """List the names it bore before, the latest first."""
    return list(
        db.session.scalars(
            select(OrganisationName)
            .where(OrganisationName.organisation_id == organisation.id)
            .order_by(OrganisationName.until.desc())
        )
    )


def ids_by_code() -> dict[str, int]:
    """Give every organisation's id by its folded code (see rules.fold_code)."""
    return {
        fold_code(code): key
        for key, code in db.session.execute(select(Organisation.id, Organisation.code))
    }


def by_code(code: str) -> Organisation | None:
    """Find an organisation by its code, whatever its width and case."""
    exact = db.session.scalars(select(Organisation).where(Organisation.code == code)).first()
    if exact is not None or not code.strip():
        return exact
    key = ids_by_code().get(fold_code(code))
    return db.session.get(Organisation, key) if key else None


def by_codes(codes: Sequence[str]) -> Mapping[str, Organisation]:
    """Find organisations by their codes as written; what is not known is left out."""
    ids = ids_by_code()
    wanted = {code: ids[fold_code(code)] for code in codes if fold_code(code) in ids}
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(wanted.values())))
    known = {row.id: row for row in rows}
    return {code: known[key] for code, key in wanted.items()}


def find(code_or_name: str) -> Organisation:
    """Find an organisation by its code or its one present name; raises NotFound."""
    found = by_code(code_or_name)
    if found is None:
        name = code_or_name.strip()
        named = db.session.scalars(
            select(Organisation)
            .where(or_(Organisation.name == name, Organisation.name_en == name))
            .limit(2)
        ).all()
        found = named[0] if name and len(named) == 1 else None
    if found is None:
        raise NotFound()
    return found


@dataclass
class Node:
    """One organisation in a drawn tree, with those below it."""

    organisation: Organisation
    below: list[Node] = field(default_factory=list)


def tree(organisations: Sequence[Organisation], word: str = "") -> list[Node]:
    """Stand organisations under their parents; with a word, only those that hold it and the way to them."""
    sought = fold_code(word)
    kept: set[int] = set()
    for row in organisations:
        if sought in fold_code(f"{row.code} {row.name} {row.name_en}"):
            kept.update(steps(row.path))
    nodes = {row.id: Node(row) for row in organisations if row.id in kept}
    tops: list[Node] = []
    for row in organisations:
        if row.id in nodes:
            above = nodes.get(row.parent_id or 0)
            (above.below if above else tops).append(nodes[row.id])
    return tops


def employing() -> set[str]:
    """Give the paths of all organisations that employ people; a federation only stands over those that do."""
    kinds = (*EMPLOYING, Kind.WORKSHOP)
    return set(db.session.scalars(select(Organisation.path).where(Organisation.kind.in_(kinds))))


def unit_of(employer: Organisation | None) -> Organisation | None:
    """Give the unit that an employer counts for: a workshop counts for the enterprise over it."""
    if employer is None or employer.kind is not Kind.WORKSHOP:
        return employer
    over = [o for o in line_of(employer) if o.kind in EMPLOYING]
    return over[-1] if over else employer
