"""What stands on paper: tables."""

from datetime import date

import pytest

from skillhub.deeds import rules
from skillhub.deeds.rules import Deed, Named


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (date(2026, 6, 18), "二〇二六年六月十八日", "18 June 2026"),
        (date(2024, 2, 29), "二〇二四年二月二十九日", "29 February 2024"),
        (date(2030, 10, 10), "二〇三〇年十月十日", "10 October 2030"),
        (date(1999, 12, 31), "一九九九年十二月三十一日", "31 December 1999"),
        (date(2026, 11, 20), "二〇二六年十一月二十日", "20 November 2026"),
    ],
)
def test_dates(day, chinese, english):
    assert (rules.chinese_date(day), rules.english_date(day)) == (chinese, english)


@pytest.mark.parametrize(
    ("named", "chinese", "latin", "both"),
    [
        pytest.param(Named("金牌", "Gold"), "金牌", "Gold", "金牌 · Gold", id="both"),
        pytest.param(Named("金牌"), "金牌", "", "金牌", id="Chinese only"),
        pytest.param(Named("Gold"), "", "Gold", "Gold", id="English only"),
        pytest.param(Named("Gold", "Gold"), "", "Gold", "Gold", id="the same twice"),
        pytest.param(Named(""), "", "", "", id="nothing"),
    ],
)
def test_names(named, chinese, latin, both):
    assert (named.chinese, named.latin, named.both) == (chinese, latin, both)


def deed(**values):
    given = {
        "holder": "李伟",
        "holder_latin": "Li Wei",
        "members": (),
        "organisation": Named("北岸"),
        "competition": Named("大赛", "Contest"),
        "event": Named("数控铣", "CNC Milling"),
        "award": Named("金牌", "Gold"),
        "place": 1,
        "field": 24,
        "awarded_on": date(2026, 6, 18),
        "venue": "北岸",
        "issuer": Named("工会", "Union"),
    }
    return rules.facts_of(Deed(**(given | values)))


def test_facts_are_texts_and_lists_of_texts():
    for value in deed(members=("A", "B")).values():
        assert isinstance(value, str) or all(isinstance(text, str) for text in value)


@pytest.mark.parametrize(
    ("values", "name", "text"),
    [
        pytest.param(
            {}, "rank_line", "第 1 名，共 24 名选手 · Place 1 of 24", id="a place among people"
        ),
        pytest.param(
            {"members": ("A", "B")},
            "rank_line",
            "第 1 名，共 24 支队伍 · Place 1 of 24",
            id="among teams",
        ),
        pytest.param({"place": None}, "rank_line", "", id="an award without a place"),
        pytest.param(
            {"holder": "Bo", "holder_latin": "Bo"}, "holder_latin", "", id="no name twice"
        ),
        pytest.param(
            {"holder": "TW", "organisation": Named("TW")},
            "organisation",
            "",
            id="nor a unit that is the name",
        ),
    ],
)
def test_facts(values, name, text):
    assert deed(**values)[name] == text


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        pytest.param(
            date(2026, 3, 2),
            date(2026, 6, 26),
            "2026年3月2日至2026年6月26日 · 2 March 2026 to 26 June 2026",
            id="from one day to another",
        ),
        pytest.param(date(2026, 3, 2), date(2026, 3, 2), "", id="a single day is the date already"),
        pytest.param(date(2026, 3, 2), None, "", id="an end that is not known"),
        pytest.param(None, None, "", id="nothing known"),
    ],
)
def test_the_period_of_a_course(first, last, said):
    assert deed(first_day=first, last_day=last)["period"] == said
