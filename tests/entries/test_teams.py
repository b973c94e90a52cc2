"""What a team makes of members who are marked alone."""

from fractions import Fraction

import pytest

from skillhub.entries.rules import Marked, Take, TeamRule, WhenOut, team_points


def team(*members):
    """Members from "90", "- DNS" or "80 DSQ"."""
    made = []
    for n, text in enumerate(members):
        points, _, status = text.partition(" ")
        made.append(Marked(f"M{n}", None if points == "-" else Fraction(points), status or "OK"))
    return made


@pytest.mark.parametrize(
    ("members", "rule", "less", "expected"),
    [
        pytest.param(("90", "80", "70"), {}, False, 240, id="C-24 the sum of three"),
        pytest.param(("90", "80", "70"), {"best": 2}, False, 170, id="the best two count"),
        pytest.param(("90", "80", "75"), {"take": Take.MEAN}, False, Fraction(245, 3), id="their mean, exactly"),
        pytest.param(("90", "80", "70"), {"take": Take.MEAN, "best": 2}, False, 85, id="the mean of the best two"),
        pytest.param(("90", "80"), {"take": Take.BEST}, False, 90, id="the best member, for ties"),
        pytest.param(("61.5", "58"), {}, True, Fraction("119.5"), id="C-24 the total time, for ties"),
        pytest.param(("61.5", "58"), {"take": Take.BEST}, True, 58, id="of times the shortest is best"),
        pytest.param(("90", "- DNS"), {}, False, 90, id="an absent member brings nothing"),
        pytest.param(("90", "40 DNF"), {}, False, 130, id="one who stopped brings what there is"),
        pytest.param(("90", "-"), {}, False, None, id="a blank is never 0"),
        pytest.param(("90", "80 DSQ"), {}, False, None, id="26 a disqualified member takes the team along"),
        pytest.param(("90", "80 DSQ"), {"disqualified": WhenOut.ZERO}, False, 90, id="26 or brings 0, by policy"),
        pytest.param(
            ("90", "80 DSQ", "70"), {"disqualified": WhenOut.ZERO, "best": 2}, False, 160, id="26 the others count"
        ),
        pytest.param((), {}, False, None, id="nobody is named"),
    ],
)  # fmt: skip
def test_team_points(members, rule, less, expected):
    made = team_points(team(*members), TeamRule(**rule), less)
    assert made.points == expected
    assert (made.why is None) == (expected is not None)
    assert made.out == (expected is None and "80 DSQ" in members)
