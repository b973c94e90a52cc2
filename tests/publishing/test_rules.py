"""What strangers may read: when, and whose name."""

from datetime import UTC, datetime, timedelta

import pytest

from skillhub.publishing.rules import Names, is_open, pages, shown_name, slug

SIX = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opens_at", "moment", "expected"),
    [
        pytest.param(SIX, SIX - timedelta(seconds=1), False, id="one second before it is closed"),
        pytest.param(SIX, SIX - timedelta(microseconds=1), False, id="to the last moment"),
        pytest.param(SIX, SIX, True, id="at the very second it is open"),
        pytest.param(SIX, SIX + timedelta(seconds=1), True, id="one second after too"),
        pytest.param(None, SIX, True, id="where nobody set an instant nothing is held back"),
    ],
)
def test_open(opens_at, moment, expected):
    assert is_open(opens_at, moment) is expected


@pytest.mark.parametrize(
    ("names", "won", "withheld", "team", "expected"),
    [
        pytest.param(Names.MASKED, True, False, False, "李*明", id="masked hides winners too"),
        pytest.param(Names.WINNERS, False, False, False, "李*明", id="who won nothing is masked"),
        pytest.param(Names.WINNERS, True, False, False, "李小明", id="a winner stands in full"),
        pytest.param(Names.FULL, False, False, False, "李小明", id="full is full"),
        pytest.param(Names.FULL, True, True, False, "", id="who withholds the name has none"),
        pytest.param(Names.MASKED, False, False, True, "李小明", id="a team's name hides nobody"),
    ],
)
def test_names(names, won, withheld, team, expected):
    assert shown_name("李小明", names, won, withheld, team) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("city2026", "city2026", id="a plain code is its own name"),
        pytest.param("焊工-01", "焊工-01", id="in any script"),
        pytest.param("a/b", "~7", id="a slash would be another folder"),
        pytest.param("..", "~7", id="two dots lead out of it"),
        pytest.param("x" * 65, "~7", id="a name too long for a file"),
        pytest.param("𱍐" * 64, "~7", id="rare characters take four bytes each"),
    ],
)
def test_slug(code, expected):
    assert slug(code, 7) == expected


def test_pages_of_a_hundred():
    assert [len(page) for page in pages(range(201))] == [100, 100, 1]
    assert [len(page) for page in pages([])] == [0]
