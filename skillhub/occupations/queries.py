"""Occupations found: by code, by a word, in their groups."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select

from skillhub.kernel.db import db
from skillhub.occupations.models import Occupation


def by_code(code: str) -> Occupation | None:
    """Find an occupation by its code."""
    return db.session.scalars(
        select(Occupation).where(Occupation.code == code.strip().casefold())
    ).first()


def everything() -> list[Occupation]:
    """List all occupations by group and name."""
    return list(
        db.session.scalars(select(Occupation).order_by(Occupation.trade_group, Occupation.name))
    )


def by_codes() -> Mapping[str, Occupation]:
    """Give all occupations by their codes."""
    return {row.code: row for row in everything()}


def sought(word: str = "", group: str = "") -> list[Occupation]:
    """List the occupations whose code or name holds a word, in one group or all."""
    wanted = select(Occupation).order_by(Occupation.trade_group, Occupation.name)
    if group:
        wanted = wanted.where(Occupation.trade_group == group)
    if word := word.strip():
        columns = (Occupation.code, Occupation.name, Occupation.name_zh)
        wanted = wanted.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    return list(db.session.scalars(wanted))
