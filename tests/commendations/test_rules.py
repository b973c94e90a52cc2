"""The organisers' score: what each measure earns at its borders, how it is weighed, and who is commended."""

from decimal import Decimal
from fractions import Fraction

import pytest

from skillhub.commendations.rules import (
    LABELS,
    MEASURES,
    Facts,
    Measure,
    Rule,
    score,
    table,
    wrong_weights,
)
from skillhub.league.rules import League, UnitAward, UnitLine, honours

FULL = {
    "workers": 100, "entrants": 5, "handed_in": 6, "started": 6, "due": 4, "in_time": 4, "hosted": 1,
    "committee": Decimal(100),
}  # fmt: skip


def unit(name="a", **facts):
    return Facts(name, **{**FULL, **facts})


def part(measure, **facts):
    return next(p for p in score(unit(**facts), Rule()).parts if p.measure is measure)


@pytest.mark.parametrize(
    ("measure", "facts", "share"),
    [
        pytest.param(Measure.PARTICIPATION, {"entrants": 4}, Fraction(4, 5), id="4 of 100 where 5 % earn all"),
        pytest.param(Measure.PARTICIPATION, {"entrants": 5}, 1, id="5 of 100"),
        pytest.param(Measure.PARTICIPATION, {"entrants": 50}, 1, id="more than all is all"),
        pytest.param(Measure.PARTICIPATION, {"workers": None}, 0, id="how many work there is unknown"),
        pytest.param(Measure.PARTICIPATION, {"workers": 0}, 0, id="nobody is known to work there"),
        pytest.param(Measure.COMPLETENESS, {"started": 5}, Fraction(5, 6), id="one of six stayed away"),
        pytest.param(Measure.COMPLETENESS, {"started": 0}, 0, id="nobody came"),
        pytest.param(Measure.COMPLETENESS, {"handed_in": 0}, None, id="nobody was entered"),
        pytest.param(Measure.DEADLINES, {"in_time": 3}, Fraction(3, 4), id="one of four was late"),
        pytest.param(Measure.DEADLINES, {"due": 0, "in_time": 0}, None, id="nothing was due"),
        pytest.param(Measure.HOSTING, {"hosted": 0}, 0, id="held none"),
        pytest.param(Measure.HOSTING, {"hosted": 3}, 1, id="held three"),
        pytest.param(Measure.COMMITTEE, {"committee": None}, 0, id="no points given yet are none"),
        pytest.param(Measure.COMMITTEE, {"committee": Decimal("87.5")}, Fraction(7, 8), id="87.5 of 100"),
    ],
)  # fmt: skip
def test_what_a_measure_earns(measure, facts, share):
    assert part(measure, **facts).share == share


def test_every_measure_has_its_word_and_its_sentence():
    assert set(LABELS) == set(MEASURES) == set(Measure)
    assert (
        str(part(Measure.PARTICIPATION).because) == "5 of 100 workers took part; 5% earn all of it"
    )


@pytest.mark.parametrize(
    ("facts", "total"),
    [
        pytest.param({}, "100.00", id="everything"),
        # 30 x 2/5 + 20 x 5/6 + 20 x 1/2 + 10 x 0 + 20 x 80/100 = 12 + 16.667 + 10 + 0 + 16
        pytest.param(
            {"entrants": 2, "started": 5, "in_time": 2, "hosted": 0, "committee": Decimal(80)}, "54.67",
            id="each measure in its weight, rounded once",
        ),
        # Without deadlines 80 weigh as 100: (12 + 16.667 + 0 + 16) x 100/80
        pytest.param(
            {"entrants": 2, "started": 5, "due": 0, "in_time": 0, "hosted": 0, "committee": Decimal(80)}, "55.83",
            id="what was not measured is left out, the rest weighs accordingly",
        ),
        pytest.param(
            {"workers": None, "handed_in": 0, "due": 0, "hosted": 0, "committee": None}, "0.00", id="nothing",
        ),
    ],
)  # fmt: skip
def test_the_score(facts, total):
    assert str(score(unit(**facts), Rule()).total) == total


def test_a_measure_without_weight_is_not_looked_at():
    rule = Rule(participation=100, completeness=0, deadlines=0, hosting=0, committee=0)
    found = score(unit(entrants=1), rule)
    assert [p.measure for p in found.parts] == [Measure.PARTICIPATION]
    assert found.total == 20


@pytest.mark.parametrize(
    ("committee", "wrong"), [(19, "add up to 99"), (20, None), (21, "add up to 101")]
)
def test_the_weights_make_a_whole(committee, wrong):
    said = wrong_weights(Rule(committee=committee))
    assert said is None if wrong is None else wrong in str(said)


def by_points(*points, **rule):
    """Units u1, u2 … whose score is the committee's points."""
    alone = Rule(participation=0, completeness=0, deadlines=0, hosting=0, committee=100, **rule)
    return [unit(f"u{n:02d}", committee=Decimal(p)) for n, p in enumerate(points, 1)], alone


@pytest.mark.parametrize(
    ("points", "ranks", "commended"),
    [
        pytest.param((90, 80, 70), [1, 2, 3], 2, id="the first two"),
        pytest.param(
            (90, 80, 80), [1, 2, 2], 3, id="who shares the last place is commended with it"
        ),
        pytest.param((90, 90, 80), [1, 1, 3], 2, id="two first, no place left"),
        pytest.param((90, 0, 0), [1, 2, 2], 1, id="nobody for nothing"),
        pytest.param((), [], 0, id="no unit"),
    ],
)
def test_who_is_commended(points, ranks, commended):
    units, rule = by_points(*points, places=2)
    lines = table(units, rule)
    assert [line.score.rank for line in lines] == ranks
    assert sum(line.commended for line in lines) == commended


def test_the_order_of_the_rows_changes_nothing():
    units, rule = by_points(50, 90, 70, 70)
    assert table(units, rule) == table(units[::-1], rule)


def test_weihai_three_team_awards_then_ten_organisers():
    """C-25: the top 3 units have the team award, ranks 4-13 are excellent organisers."""
    units, rule = by_points(*range(99, 84, -1))
    league = League(awards=(UnitAward("Team award", 3),))
    ranked = [
        UnitLine(u.unit, n, 1, (), Decimal(0), Decimal(0), (), None) for n, u in enumerate(units, 1)
    ]
    team = {h.unit for h in honours(ranked, league, {})}
    lines = table(units, rule, team)
    assert [x.score.rank for x in lines if x.commended] == list(range(4, 14))
    assert str(lines[0].because) == "holds an award of the table of units already"
    assert str(lines[13].because) == "behind the 10 places"
    both = table(units, Rule(**{**vars_of(rule), "beside": False}), team)
    assert [x.score.rank for x in both if x.commended] == list(range(1, 11))


def vars_of(rule):
    return {name: getattr(rule, name) for name in rule.__dataclass_fields__}
