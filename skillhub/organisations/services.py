"""Organisations founded, renamed, corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.organisations import queries
from skillhub.organisations.models import Kind, Organisation, OrganisationName
from skillhub.organisations.rules import fold_code

EDITABLE = ("name", "name_en", "kind", "zone", "valid_from", "valid_to")


@transaction()
def root(name: str, actor: Actor, code: str = "root", kind: Kind = Kind.UNION) -> Organisation:
    """Found the organisation at the top of the tree; there is one."""
    if queries.root() is not None:
        raise Conflict(say(N_("There is an organisation at the top already.")))
    organisation = _place(Organisation(code=code.strip(), name=name, kind=kind), None)
    act(actor, "organisations.root", organisation)
    return organisation


@transaction()
def found(parent: Organisation, values: Mapping[str, Any], actor: Actor) -> Organisation:
    """Found an organisation below another: code, name, and what else `EDITABLE` names.

    Raises BadInput when the code is taken; codes compare by width and case folded.
    """
    code = str(values["code"]).strip()
    holder = queries.by_code(code)
    if holder is not None:
        taken = say(N_("%(name)s has this code. Choose another."), name=holder.name)
        raise BadInput(taken, [Problem("code", taken)])

    given = {name: values[name] for name in EDITABLE if values.get(name) is not None}
    organisation = _place(Organisation(code=code, **given), parent)
    act(actor, "organisations.found", organisation)
    return organisation


@transaction()
def admit_codes(
    parent: Organisation,
    codes: Mapping[str, str],
    actor: Actor,
    kind: Kind = Kind.DELEGATION,
) -> dict[str, Organisation]:
    """Find each code (code to name), or found it below the parent; give the organisations by the codes asked for."""
    known = dict(queries.by_codes(list(codes)))
    by_fold = {fold_code(code): row for code, row in known.items()}
    new = []
    for code, name in codes.items():
        folded = fold_code(code)
        if folded not in by_fold:
            row = Organisation(code=code.strip(), name=name.strip() or code.strip(), kind=kind)
            by_fold[folded] = _place(row, parent)
            new.append(code)
        known[code] = by_fold[folded]
    if new:
        act(actor, "organisations.admit_codes", parent, note={"new": len(new), "codes": new[:50]})
    return known


@transaction()
def rename(organisation: Organisation, name: str, since: date, actor: Actor) -> None:
    """Give a new name from a day on; the old one stays in the history."""
    if name == organisation.name:
        raise Conflict(say(N_("This is its name already.")))
    before = OrganisationName(
        organisation_id=organisation.id, name=organisation.name, until=since - timedelta(days=1)
    )
    db.session.add(before)
    organisation.name = name
    act(actor, "organisations.rename", organisation)


@transaction()
def edit(
    organisation: Organisation, values: Mapping[str, Any], version: int, actor: Actor
) -> Organisation:
    """Correct what stands here, the name included; a new name from a day on is `rename`."""
    same_version(organisation, version)
    for name in EDITABLE:
        if name in values:
            setattr(organisation, name, values[name])
    act(actor, "organisations.edit", organisation)
    return organisation


def _place(organisation: Organisation, parent: Organisation | None) -> Organisation:
    """Store a new organisation and give it its path, which needs its id."""
    organisation.parent = parent
    organisation.path = f"new:{fold_code(organisation.code)}"
    if parent is not None and not organisation.zone:
        organisation.zone = parent.zone
    db.session.add(organisation)
    db.session.flush()
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    db.session.flush()
    return organisation
