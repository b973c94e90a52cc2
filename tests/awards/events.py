"""Small events for tables: totals in, titles out."""

from datetime import date
from decimal import Decimal

from skillhub.awards.rules import Traits, field_of
from skillhub.awards.schemes import apply, read_schemes
from skillhub.results.rules import Candidate, Part, rank, read_ranking

SCORE = (Part("score", "Score", Decimal(1000)),)


def candidate(entry, marks, status="OK", official=True):
    """Give an entry whose marks are strings, None for a blank; one string is the score."""
    marks = marks if isinstance(marks, dict) else {"score": marks}
    exact = {k: None if v is None else Decimal(v) for k, v in marks.items()}
    return Candidate(entry, status, official, exact)


def field(candidates, parts=SCORE, ranking=None, traits=None, **more):
    """Rank candidates (or totals as strings) and make a field of them."""
    candidates = [
        c if isinstance(c, Candidate) else candidate(n, c) for n, c in enumerate(candidates)
    ]
    how, problems = read_ranking(ranking or {}, parts)
    assert not problems, [str(p) for p in problems]
    more.setdefault("held_on", date(2026, 11, 20))
    return field_of(rank(candidates, parts, how), candidates, parts, traits, **more)


def outcome(awards, *args, **more):
    """Apply an awards document to an event."""
    there = field(*args, **more)
    schemes, problems = read_schemes(awards, there.parts)
    assert not problems, [str(p) for p in problems]
    return apply(schemes, there)


def titles(awards, *args, **more):
    """List the title of each entry in the order of entries ("" for none)."""
    lines = sorted(outcome(awards, *args, **more).lines, key=lambda line: line.entry)
    return ["+".join(str(d.title) for d in (x.award, *x.on_top) if d) for x in lines]


def why(awards, entry, *args, **more):
    """Read why an entry got what it got."""
    line = next(x for x in outcome(awards, *args, **more).lines if x.entry == entry)
    return " ".join(str(m) for m in line.because)


__all__ = ["SCORE", "Traits", "candidate", "field", "outcome", "titles", "why"]
