"""Every check: a defect it finds, alone, and something near it at which it stays silent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from skillhub.casebook.rules import Mate
from skillhub.doctor.checks import BY_CODE, CHECKS
from skillhub.doctor.rules import examine
from tests.doctor.sound import (
    DAY,
    award,
    case,
    entry,
    human,
    judged,
    line,
    mark,
    published,
    team,
)


def found(this):
    return {finding.check for finding in examine(this, CHECKS)}


def version(this, **changes):
    return replace(this, version=replace(this.version, **changes))


def equal_rows(this, n, parts):
    for part in parts:
        this = mark(this, n, part, this.entries[n - 2].points(part))
    return this


def everybody(this, part, points):
    for n in range(1, len(this.entries) + 1):
        this = mark(this, n, part, points)
    return published(this)


def ties(this):
    """Let the second tie with the first."""
    for part in ("theory", "practice", "time"):
        this = mark(this, 2, part, this.entries[0].points(part))
    return published(mark(this, 2, "panel", this.entries[0].points("panel") or 0))


def without(this, n):
    return replace(this, entries=this.entries[: n - 1] + this.entries[n:])


def only(this, n):
    """Keep the first so many entries."""
    kept = {e.id for e in this.entries[:n]}
    scores = tuple(s for s in this.scores if s.entry in kept)
    return published(replace(this, entries=this.entries[:n], scores=scores))


WIDE, HIDDEN = "Ｌｉ Wei", "Li\u200bWei"

# code: (a hand that makes it wrong, what else that must show, a hand that comes near)
SEEDS = {
    "no_person": (
        lambda c: entry(c, 1, human=None),
        lambda c: entry(c, 8, human=None, official=False),
    ),
    "not_registered": (
        lambda c: entry(c, 1, registered=False),
        lambda c: entry(c, 1, registered=True),
    ),
    "over_maximum": (
        lambda c: published(mark(c, 1, "theory", "100.5")),
        lambda c: published(mark(c, 1, "theory", 100)),
    ),
    "sum_differs": (
        lambda c: line(c, 1, total=Decimal("90.01")),
        lambda c: line(c, 1, total=c.version.lines[0].total),
    ),
    "wrong_rank": (
        lambda c: line(award(c, 3, place=2), 3, rank=2),
        lambda c: line(c, 3, rank=3),
    ),
    "rank_gap": (lambda c: _shift(c, 7, 1), ties),
    "line_missing": (
        lambda c: version(c, lines=c.version.lines[:-1]),
        lambda c: version(c, lines=c.version.lines),
    ),
    "hash_differs": (lambda c: version(c, lines_fit=False), lambda c: version(c, lines_fit=True)),
    "marks_differ": (
        lambda c: version(c, marks_fit=False),
        lambda c: replace(c, version=None, final=False, awards=()),
    ),
    "unsigned_final": (
        lambda c: version(c, signed=False),
        lambda c: version(replace(c, final=False, awards=()), signed=False),
    ),
    "no_journal": (
        lambda c: replace(c, verbs=frozenset({"results.finalise"})),
        lambda c: replace(c, verbs=frozenset({"results.finalise"}), awards=()),
    ),
    "advanced_unqualified": (
        lambda c: entry(c, 1, qualified=False),
        lambda c: entry(c, 1, qualified=True),
    ),
    "part_empty": (
        lambda c: everybody(replace(c, final=False), "practice", None),
        lambda c: replace(_blank(c), version=None, awards=(), final=False),
    ),
    "twin_competition": (lambda c: replace(c, twins=("cup2",)), lambda c: replace(c, twins=())),
    "double_space": (
        lambda c: human(entry(c, 1, name="Li  Wei"), 1, name="Li Wei"),
        lambda c: human(entry(c, 1, name="Li X Wei"), 1, name="Li X Wei"),
    ),
    "full_width": (
        lambda c: human(entry(c, 1, name=WIDE), 1, name=WIDE),
        lambda c: human(entry(c, 1, name="李·伟"), 1, name="李·伟"),
    ),
    "invisible_letter": (
        lambda c: human(entry(c, 1, name=HIDDEN), 1, name=HIDDEN),
        lambda c: human(entry(c, 1, name="Li-Wei"), 1, name="Li-Wei"),
    ),
    "namesakes": (lambda c: _namesakes(c, 0), lambda c: _namesakes(c, 1)),
    "unit_slip": (
        lambda c: published(mark(c, 8, "time", 310)),
        lambda c: published(mark(c, 8, "time", 311)),
    ),
    "copied_row": (
        lambda c: published(equal_rows(c, 5, ("theory", "practice", "panel"))),
        lambda c: published(equal_rows(c, 5, ("theory", "practice"))),
    ),
    "zero_unexplained": (
        lambda c: published(mark(c, 8, "theory", 0)),
        lambda c: published(mark(c, 8, "theory", "0.5")),
    ),
    "absent_marked": (
        lambda c: published(entry(c, 8, status="DNS")),
        lambda c: published(entry(c, 8, status="DNF")),
    ),
    "early_mark": (
        lambda c: mark(c, 1, "theory", 91, on=DAY - timedelta(1)),
        lambda c: mark(c, 1, "theory", 91, on=DAY),
    ),
    "one_clerk": (
        lambda c: mark(c, 1, "theory", 91, checker="ana"),
        lambda c: mark(c, 1, "theory", 91, checker="Anna"),
    ),
    "unchecked_final": (
        lambda c: mark(c, 1, "theory", 91, state="entered"),
        lambda c: replace(mark(c, 1, "theory", 91, state="entered"), checking=False),
    ),
    "all_equal": (lambda c: _flat(c, 5), lambda c: _flat(c, 4)),
    "biased_judge": (lambda c: judged(c, 3, lean=6), lambda c: judged(c, 3, lean=1)),
    "silent_judge": (
        lambda c: replace(c, scores=tuple(s for s in c.scores if s.seat != 5)),
        lambda c: replace(c, scores=()),
    ),
    "related_judge": (lambda c: _related(c, 0), lambda c: _related(c, 1)),
    "outside_days": (
        lambda c: replace(c, last_day=DAY - timedelta(1)),
        lambda c: replace(c, last_day=DAY),
    ),
    "future_final": (
        lambda c: replace(c, today=DAY - timedelta(1)),
        lambda c: replace(c, today=DAY),
    ),
    "no_day": (
        lambda c: replace(c, held_on=None, first_day=None, last_day=None),
        lambda c: replace(c, held_on=None),
    ),
    "under_age": (
        lambda c: human(c, 1, born=date(2010, 5, 21)),
        lambda c: human(c, 1, born=date(2010, 5, 20)),
    ),
    "employer_unknown": (
        lambda c: human(entry(c, 1, unit=None), 1, employer=None),
        lambda c: human(c, 1, employer=None),
    ),
    "other_employer": (lambda c: human(c, 1, employer=8), lambda c: human(c, 1, employer=7)),
    "team_size": (
        lambda c: entry(team(c), 1, mates=(Mate("A"), Mate("B"), Mate("C"))),
        lambda c: entry(team(c), 1, mates=(Mate("A"), Mate("B"), Mate("C", reserve=True))),
    ),
    "entered_twice": (
        lambda c: entry(c, 2, name=c.entries[0].name, human=c.entries[0].human),
        lambda c: entry(c, 2, human=replace(c.entries[0].human, id=555, name=c.entries[1].name)),
    ),
    "name_differs": (lambda c: entry(c, 1, name="Li Wie"), lambda c: entry(c, 1, name="Li Wei")),
    "guest_awarded": (
        lambda c: replace(
            published(entry(c, 3, official=False)), awards=award(c, 3, place=None).awards
        ),
        lambda c: published(entry(c, 3, official=False)),
    ),
    "status_awarded": (
        lambda c: replace(
            published(entry(c, 3, status="DSQ")), awards=award(c, 3, place=None).awards
        ),
        lambda c: replace(
            published(entry(c, 3, status="DNF")), awards=award(c, 3, place=None).awards
        ),
    ),
    "award_place": (lambda c: award(c, 3, place=4), lambda c: award(c, 3, place=3)),
    "below_pass": (
        lambda c: published(mark(c, 2, "theory", "59.9")),
        lambda c: published(mark(c, 2, "theory", 60)),
    ),
    "many_awards": (lambda c: _more_awards(c, 5), lambda c: _more_awards(c, 4)),
    "few_starters": (lambda c: only(c, 3), lambda c: only(c, 4)),
    "uncertified": (
        lambda c: award(replace(c, today=DAY + timedelta(31)), 1, paper=""),
        lambda c: award(replace(c, today=DAY + timedelta(30)), 1, paper=""),
    ),
    "stale_certificate": (lambda c: award(c, 1, stale=True), lambda c: award(c, 1, stale=False)),
}


def _shift(this, n, by):
    """Push the published places from one on, in the result and in what the rules give."""
    lines = tuple(x._replace(rank=x.rank + by) if x.rank >= n else x for x in this.version.lines)
    places = tuple(replace(s, rank=s.rank + by) if s.rank >= n else s for s in this.standings)
    return replace(this, standings=places, version=replace(this.version, lines=lines))


def _blank(this):
    for n, one in enumerate(this.entries, 1):
        for part in one.marks:
            this = mark(this, n, part, None)
    return this


def _namesakes(this, before):
    for n in (4, 5):
        this = human(
            entry(this, n, name="Li Wei"), n, name="Li Wei", before=before if n == 5 else 0
        )
    return this


def _flat(this, n):
    """Let a component have one mark for the first so many, nobody else being there."""
    for k in range(1, 9):
        this = mark(this, k, "theory", 70) if k <= n else entry(this, k, status="DSQ")
    return published(this)


def _related(this, aside):
    recused = frozenset({("panel", 1, 1)} if aside else ())
    return replace(this, related=frozenset({(901, 100), (100, 901)}), recused=recused)


def _more_awards(this, n):
    extra = tuple(
        replace(this.awards[0], id=10 + k, entry=this.version.lines[k].entry, place=k + 1)
        for k in range(n)
    )
    return replace(this, awards=extra)


def test_a_sound_event_gives_no_finding():
    assert found(case()) == set()


@pytest.mark.parametrize("code", BY_CODE)
def test_every_check_finds_its_defect_and_nothing_else_does(code):
    seed, _ = SEEDS[code]
    assert found(seed(case())) == {code}


@pytest.mark.parametrize("code", BY_CODE)
def test_every_check_is_silent_when_it_is_only_near(code):
    _, near = SEEDS[code]
    assert code not in found(near(case()))


def test_the_shelf_is_as_large_as_promised_and_every_check_has_both_rows():
    assert len(CHECKS) >= 30
    assert set(SEEDS) == set(BY_CODE)
