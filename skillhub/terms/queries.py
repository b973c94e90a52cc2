"""Questions about terms."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from skillhub.competitions.models import Competition
from skillhub.designs import queries as designs
from skillhub.kernel.db import db
from skillhub.kernel.paper import Template
from skillhub.terms import rules
from skillhub.terms.models import Term


def of(competition: Competition) -> dict[str, int]:
    """Give the years of each template of a competition that has a term."""
    rows = select(Term.template, Term.years).where(Term.competition_id == competition.id)
    return {template: years for template, years in db.session.execute(rows)}  # noqa: C416  (rows are no pairs to a type checker)


def years_of(competition: Competition, template: str) -> int | None:
    """Say for how many years papers on a template are valid, whichever way it lies; None: without end."""
    return of(competition).get(template.partition(".")[0])


def last_day(competition: Competition, template: str, day: date) -> date | None:
    """Give the last day of a paper of a competition that is issued on a day."""
    return rules.last_day(day, years_of(competition, template))


def row_of(competition: Competition, template: str) -> Term | None:
    """Find the term of a template."""
    own = (Term.competition_id == competition.id) & (Term.template == template)
    return db.session.scalar(select(Term).where(own))


def possible(competition: Competition) -> list[Template]:
    """Give the templates that print until when they are valid."""
    known = designs.offered(competition.host.path)
    return [template for template in known if rules.FACT in template.about.facts]
