"""Occupations added, corrected, and the catalogue that comes with SkillHub."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.occupations import queries
from skillhub.occupations.models import Occupation

CATALOGUE = Path(__file__).with_name("catalogue.csv")


@transaction()
def load_catalogue(actor: Actor) -> int:
    """Add the occupations of the catalogue that are missing, leave the others as they are; give how many came in."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = queries.by_codes()
    new = [Occupation(**row) for row in rows if row["code"] not in known]
    if new:
        db.session.add_all(new)
        act(actor, "occupations.load_catalogue", note={"new": len(new)})
    return len(new)


@transaction()
def add(values: Mapping[str, str], actor: Actor) -> Occupation:
    """Add an occupation: code, name, name_zh, trade_group, scale; raises BadInput when the code is taken."""
    code = values["code"].strip().casefold()
    if queries.by_code(code) is not None:
        taken = say(N_("This code is taken. Choose another."))
        raise BadInput(taken, [Problem("code", taken)])
    occupation = Occupation(**{**values, "code": code})
    db.session.add(occupation)
    act(actor, "occupations.add", occupation)
    return occupation


@transaction()
def edit(
    occupation: Occupation, values: Mapping[str, str], version: int, actor: Actor
) -> Occupation:
    """Correct an occupation; its code stays, since sheets and policies name it."""
    same_version(occupation, version)
    for name in ("name", "name_zh", "trade_group", "scale"):
        setattr(occupation, name, values[name])
    act(actor, "occupations.edit", occupation)
    return occupation
