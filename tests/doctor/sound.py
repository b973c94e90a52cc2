"""An event in which nothing is wrong, and hands that make one thing wrong."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from skillhub.casebook.rules import (
    Case,
    Entered,
    Given,
    Human,
    Judge,
    Line,
    Mate,
    Score,
    Typed,
    Version,
)
from skillhub.results.rules import Candidate, Key, Part, Ranking, rank

DAY = date(2026, 5, 20)
PARTS = (
    Part("theory", "Theory", Decimal(100), Decimal("0.3"), Decimal(60)),
    Part("practice", "Practice", Decimal(100), Decimal("0.5")),
    Part("panel", "Panel", Decimal(100), Decimal("0.2")),
    Part("time", "Time", Decimal(7200), Decimal(0), None, "time"),
)
MARKS = (
    (91, 88, 80, 3000), (85, 92, 78, 3100), (88, 79, 83, 3050), (76, 81, 74, 3300),
    (82, 70, 71, 3400), (69, 77, 79, 3250), (74, 68, 66, 3500), (63, 72, 70, 3600),
)  # fmt: skip
NAMES = ("Li Wei", "Ana Ortiz", "陈静", "Björn Åsa", "O'Neil", "王芳", "Nguyễn An", "Suharto")
LEANS = (0, 1, -1, 2, -2)  # of the five judges; they change places from entry to entry
RANKING = Ranking((Key("total"), Key("practice"), Key("time", falling=False)))


def case():
    """Give a final event that was registered, marked, checked, signed, awarded and printed as it should be."""
    entries = tuple(_entry(n) for n in range(len(NAMES)))
    found = Case(
        id=1, code="01", name="Welding", today=date(2026, 6, 1), state="final", parts=PARTS, entries=entries,
        held_on=DAY, first_day=date(2026, 5, 18), last_day=date(2026, 5, 22), announced=False, final=True,
        judges=tuple(Judge("panel", n, f"Judge {n}", 900 + n) for n in range(1, 6)), scores=_scores(),
        verbs=frozenset({"results.finalise", "awards.confer"}),
    )  # fmt: skip
    return published(found)


def published(found, **more):
    """Rank a case and sign the result; awards go to the first three."""
    candidates = [
        Candidate(e.id, e.status, e.official, {k: m.points for k, m in e.marks.items()})
        for e in found.entries
    ]
    standings = tuple(rank(candidates, found.parts, RANKING))
    lines = tuple(Line(s.entry, n, s.total, s.rank) for n, s in enumerate(standings, 1))
    titles = zip(("Gold", "Silver", "Bronze"), [s for s in standings if s.rank], strict=False)
    awards = tuple(
        Given(n, s.entry, title, s.rank, DAY, paper="issued")
        for n, (title, s) in enumerate(titles, 1)
    )
    whole = {"standings": standings, "version": Version(1, lines), "awards": awards, **more}
    return replace(found, **whole)


def _entry(n):
    marks = dict(zip(("theory", "practice", "panel", "time"), MARKS[n], strict=True))
    human = Human(100 + n, NAMES[n], date(1990, 1, 1 + n), employer=7, before=1)
    typed = {k: Typed(Decimal(v), "checked", DAY, "Ana", "Ben") for k, v in marks.items()}
    return Entered(n + 1, str(n + 1), NAMES[n], human, 7, marks=typed)


def _scores():
    return tuple(
        Score("panel", "work", seat, 1, n + 1, Decimal(MARKS[n][2] + LEANS[(seat + n) % 5]))
        for n in range(len(MARKS))
        for seat in range(1, 6)
    )


def entry(case, n, **changes):
    """Change one entry of a case: the first is 1."""
    changed = replace(case.entries[n - 1], **changes)
    return replace(case, entries=(*case.entries[: n - 1], changed, *case.entries[n:]))


def mark(case, n, part, points, **changes):
    """Change one mark of a case."""
    own = case.entries[n - 1].marks
    value = None if points is None else Decimal(str(points))
    return entry(case, n, marks={**own, part: replace(own[part], points=value, **changes)})


def human(case, n, **changes):
    """Change the person behind an entry."""
    return entry(case, n, human=replace(case.entries[n - 1].human, **changes))


def line(case, n, **changes):
    """Change one published line: the winner's is 1."""
    lines = case.version.lines
    changed = lines[n - 1]._replace(**changes)
    version = replace(case.version, lines=(*lines[: n - 1], changed, *lines[n:]))
    return replace(case, version=version)


def award(case, n, **changes):
    """Change one award: the first is 1."""
    changed = replace(case.awards[n - 1], **changes)
    return replace(case, awards=(*case.awards[: n - 1], changed, *case.awards[n:]))


def judged(case, seat, lean=0, value=None):
    """Let one judge mark so much higher, or give everybody the same."""
    scores = tuple(
        s._replace(value=Decimal(value) if value is not None else s.value + lean)
        if s.seat == seat
        else s
        for s in case.scores
    )
    return replace(case, scores=scores)


def team(case, size=2, mates=2):
    """Make it an event of teams, each with so many members."""
    entries = tuple(
        replace(e, human=None, mates=tuple(Mate(f"Member {e.id} {m}") for m in range(mates)))
        for e in case.entries
    )
    return replace(case, entries=entries, team_size=size)
