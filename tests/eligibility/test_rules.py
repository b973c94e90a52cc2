"""Three values and how they combine; documents of conditions and what is refused."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillhub.competitions.models import Tier
from skillhub.eligibility.conditions import BY_CODE, leaves, outline, read, schema
from skillhub.eligibility.rules import (
    EMPLOYERS,
    TIERS,
    Answer,
    Record,
    Verdict,
    Windowed,
    all_of,
    any_of,
    at_least,
    not_,
)
from skillhub.kernel.messages import Message
from skillhub.organisations.models import Kind

MET, NOT, WAIT = Answer.MET, Answer.NOT_MET, Answer.WAITING
ANSWERS = st.lists(st.sampled_from(Answer), max_size=6)


def verdict(answer):
    return Verdict(answer, Message(str(answer)))


def verdicts(*answers):
    return [verdict(a) for a in answers]


def possibilities(answers):
    """Replace each unknown by yes and by no, in every way."""
    return list(product(*([True, False] if a is WAIT else [a is MET] for a in answers)))


def settled(outcomes):
    """Say yes or no when every way ends the same, otherwise unknown."""
    if all(outcomes):
        return MET
    return WAIT if any(outcomes) else NOT


@pytest.mark.parametrize(
    ("answers", "every", "some"),
    [
        pytest.param((), MET, NOT, id="nothing asked: all hold, none holds"),
        pytest.param((MET, MET), MET, MET, id="yes and yes"),
        pytest.param((MET, NOT), NOT, MET, id="yes and no"),
        pytest.param((MET, WAIT), WAIT, MET, id="yes and unknown"),
        pytest.param((NOT, NOT), NOT, NOT, id="no and no"),
        pytest.param((NOT, WAIT), NOT, WAIT, id="no and unknown: the no decides all"),
        pytest.param((WAIT, WAIT), WAIT, WAIT, id="unknown and unknown"),
    ],
)
def test_truth_table(answers, every, some):
    assert all_of(verdicts(*answers)).answer is every
    assert any_of(verdicts(*answers)).answer is some
    assert all_of(verdicts(*reversed(answers))).answer is every
    assert any_of(verdicts(*reversed(answers))).answer is some


@pytest.mark.parametrize(
    ("need", "answers", "answer"),
    [
        pytest.param(0, (), MET, id="none needed of none"),
        pytest.param(1, (), NOT, id="one needed of none"),
        pytest.param(2, (MET, MET, NOT), MET, id="two of three"),
        pytest.param(2, (MET, NOT, NOT), NOT, id="one is short"),
        pytest.param(2, (MET, WAIT, NOT), WAIT, id="the second may come"),
        pytest.param(2, (WAIT, NOT, NOT), NOT, id="even with the unknown it is short"),
        pytest.param(2, (MET, MET, WAIT), MET, id="enough without the unknown"),
    ],
)
def test_at_least(need, answers, answer):
    found = at_least(need, verdicts(*answers))
    assert (found.answer, found.have, found.need) == (answer, answers.count(MET), need)


@pytest.mark.parametrize(("inner", "outer"), [(MET, NOT), (NOT, MET), (WAIT, WAIT)])
def test_not(inner, outer):
    assert not_(verdict(inner)).answer is outer


@given(ANSWERS, st.integers(0, 7))
def test_an_answer_is_given_exactly_when_no_unknown_could_change_it(answers, need):
    ways = possibilities(answers)
    rows = verdicts(*answers)
    assert all_of(rows).answer is settled([all(way) for way in ways])
    assert any_of(rows).answer is settled([any(way) for way in ways])
    assert at_least(need, rows).answer is settled([sum(way) >= need for way in ways])


@given(ANSWERS)
def test_de_morgan(answers):
    rows = verdicts(*answers)
    turned = [not_(row) for row in rows]
    assert not_(all_of(rows)).answer is any_of(turned).answer
    assert not_(any_of(rows)).answer is all_of(turned).answer


def test_a_verdict_can_be_stored():
    stored = all_of([not_(verdict(MET)), verdict(WAIT)]).as_json()
    assert (stored["answer"], stored["have"], stored["need"]) == ("not_met", 0, 2)
    assert stored["children"][0]["children"][0]["because"] == {"text": "met", "values": {}}


@pytest.mark.parametrize(
    ("window", "on", "first"),
    [
        pytest.param({}, "2026-11-20", "0001-01-01", id="no window"),
        pytest.param({"within_months": 12}, "2025-02-28", "2024-02-28", id="12 months"),
        pytest.param({"since": date(2026, 3, 1)}, "2026-11-20", "2026-03-01", id="since a day"),
        pytest.param({"this_year": True}, "2026-12-31", "2026-01-01", id="on the last of December"),
        pytest.param({"this_year": True}, "2027-01-01", "2027-01-01", id="on the first of January"),
        pytest.param(
            {"within_months": 12, "since": date(2026, 3, 1)},
            "2026-11-20",
            "2026-03-01",
            id="the later bound decides",
        ),
        pytest.param(
            {"within_months": 2, "this_year": True},
            "2026-11-20",
            "2026-09-20",
            id="the later bound decides, again",
        ),
    ],
)
def test_windows(window, on, first):
    assert Windowed(**window).opens(date.fromisoformat(on)) == date.fromisoformat(first)


LEAF = {"attested": {"item": "no_violation"}}


def nested(depth):
    return LEAF if depth == 1 else {"not": nested(depth - 1)}


@pytest.mark.parametrize(
    ("document", "where"),
    [
        pytest.param({"height": {"at_most": 45}}, "require.height", id="an unknown condition"),
        pytest.param(
            {"all": [LEAF, {"worn": {}}]}, "require.all[1].worn", id="an unknown one inside"
        ),
        pytest.param(
            {"attested": {"item": "x", "by": "y"}}, "require.attested.by", id="an unknown parameter"
        ),
        pytest.param({"attested": {}}, "require.attested.item", id="a missing parameter"),
        pytest.param(
            {
                "all": [],
            },
            "require.all",
            id="all of nothing would admit everybody",
        ),
        pytest.param({"any": LEAF}, "require.any", id="not a list"),
        pytest.param({**LEAF, "employed": {}}, "require", id="two at once"),
        pytest.param({}, "require", id="nothing"),
        pytest.param([LEAF], "require", id="a list"),
        pytest.param(
            {"at_least": {"n": 2, "of": [LEAF]}}, "require.at_least.n", id="two of one can never be"
        ),
        pytest.param({"at_least": {"n": 0, "of": [LEAF]}}, "require.at_least.n", id="none of one"),
        pytest.param(
            {"at_least": {"n": True, "of": [LEAF]}}, "require.at_least.n", id="true is no number"
        ),
        pytest.param(
            {"at_least": {"n": 1, "of": 5}}, "require.at_least.of", id="parts that are a number"
        ),
        pytest.param({"at_least": 2}, "require.at_least", id="at_least wants names"),
        pytest.param(nested(9), "require" + ".not" * 8, id="nine levels deep"),
        pytest.param(
            {"won_award": {"rank": {"at_most": 0}}}, "require.won_award.rank.at_most", id="place 0"
        ),
        pytest.param(
            {"won_award": {"rank": {"below": 3}}},
            "require.won_award.rank.below",
            id="an unknown bound",
        ),
        pytest.param(
            {"won_award": {"rank": {"at_least": 4, "at_most": 3}}},
            "require.won_award.rank",
            id="an empty range",
        ),
        pytest.param({"won_award": {"rank": {}}}, "require.won_award.rank", id="no bound"),
        pytest.param({"won_award": {"rank": []}}, "require.won_award.rank", id="an empty list"),
        pytest.param(
            {"won_award": {"rank": list(range(1, 502))}}, "require.won_award.rank", id="501 values"
        ),
        pytest.param(
            {"won_award": {"tier": "galaxy"}}, "require.won_award.tier", id="no such tier"
        ),
        pytest.param(
            {"won_award": {"within_months": 601}},
            "require.won_award.within_months",
            id="601 months",
        ),
        pytest.param(
            {"won_award": {"within_months": 1.5}},
            "require.won_award.within_months",
            id="a month and a half",
        ),
        pytest.param({"won_award": {"since": "soon"}}, "require.won_award.since", id="no day"),
        pytest.param(
            {"won_award": {"this_year": "yes"}}, "require.won_award.this_year", id="yes is not true"
        ),
        pytest.param(
            {"holds_qualification": {"level": 6}}, "require.holds_qualification.level", id="level 6"
        ),
        pytest.param(
            {"holds_qualification": {"level": [3, 6]}},
            "require.holds_qualification.level[1]",
            id="level 6 in a list",
        ),
        pytest.param({"has_title": {"title": ""}}, "require.has_title.title", id="an empty text"),
        pytest.param(
            {"insured_months": {"at_least": {"by": "birthday", "values": {"2020-01-01": 1}}}},
            "require.insured_months.at_least.by",
            id="figures by an unknown day",
        ),
        pytest.param(
            {"insured_months": {"at_least": {"by": "issued_on", "values": {}}}},
            "require.insured_months.at_least.values",
            id="no figures",
        ),
        pytest.param(
            {"insured_months": {"at_least": {"by": "issued_on", "values": {"May": 1}}}},
            "require.insured_months.at_least.values.May",
            id="a figure on no day",
        ),
    ],
)
def test_refused_with_the_path(document, where):
    found = []
    read(document, "require", found)
    assert [p.where for p in found] == [where]


def test_at_the_limits():
    found = []
    read(nested(8), "require", found)
    read({"won_award": {"rank": list(range(1, 501)), "within_months": 600}}, "require", found)
    assert found == []


def test_a_requirement_reads_as_sentences():
    found = []
    document = {
        "all": [
            {"holds_qualification": {"level": {"at_most": 3}, "occupation": "welder"}},
            {"at_least": {"n": 1, "of": [{"not": LEAF}, {"employed": {"months": 36}}]}},
        ]
    }
    requirement = read(document, "require", found)
    lines = outline(requirement, {"welder": "Welder"})
    assert [(depth, str(line)) for depth, line in lines] == [
        (0, "All of the following"),
        (1, "Level 3 or better, Welder"),
        (1, "At least 1 of the following"),
        (2, "Not the following"),
        (3, "Attested by your unit: no_violation"),
        (2, "Employed, for 36 months at the same employer"),
    ]
    assert len(leaves(requirement)) == 3


def test_every_leaf_of_an_answer_is_told_even_when_one_decides():
    requirement = read({"all": [LEAF, {"has_title": {"title": "x"}}]}, "require", [])
    found = requirement.check(Record(), date(2026, 1, 1))
    assert [child.answer for child in found.children] == [WAIT, NOT]


def test_the_schema_knows_every_name():
    properties = schema()["properties"]
    assert set(properties) == {"all", "any", "at_least", "not", *BY_CODE}
    assert properties["won_award"]["additionalProperties"] is False


def test_the_closed_lists_are_those_of_the_floors_below():
    assert tuple(Tier) == TIERS
    assert tuple(Kind) == EMPLOYERS
