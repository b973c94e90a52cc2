"""Agreeing on terms."""

from __future__ import annotations

from collections.abc import Mapping

from skillhub.competitions.models import Competition
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.terms import queries
from skillhub.terms.models import Term

Years = Mapping[str, int | None]  # by the code of a template; none: without end


@transaction()
def agree(competition: Competition, years: Years, seen: Years, actor: Actor) -> None:
    """Set for how many years papers on these templates are valid from now on; none: without end.

    What is issued already stays as it is. Raises Conflict where another stands now than was seen.
    """
    known = queries.of(competition)
    new = {code: n or None for code, n in years.items() if (n or None) != known.get(code)}
    if not new:
        return

    for code, n in new.items():
        if seen.get(code) != known.get(code):
            found = {"stands": known.get(code, "–"), "typed": n or "–"}
            raise Conflict(
                say(N_("Meanwhile another saved %(stands)s years; you typed %(typed)s."), **found)
            )
        row = queries.row_of(competition, code)
        if row and n:
            row.years = n
        elif row:
            db.session.delete(row)
        else:
            db.session.add(Term(competition_id=competition.id, template=code, years=n))
    act(actor, "terms.agree", competition, note=new)
