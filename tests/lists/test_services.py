"""A unit's list over several days: kept as typed, told what is missing, handed in as far as it is ready."""

from datetime import UTC, date, datetime, timedelta

import pytest

from skillhub.kernel.access import Actor
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.lists import queries, services
from skillhub.lists.rules import MOST, tidy, unnumbered
from skillhub.registrations import queries as registrations
from tests import make

CLOSES = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
MONDAY = CLOSES - timedelta(days=4)
OFFICER, COLLEAGUE = Actor("officer"), Actor("colleague")


@pytest.fixture
def plant(root):
    unit = make.organisation("plant", parent=root)
    for number, name in (
        ("00001", "Ana"),
        ("00002", "Li Wei"),
        ("00003", "Li Wei"),
        ("00004", "Bo"),
    ):
        make.person(name, employer=unit, number=number)
    return unit


@pytest.fixture
def event(root):
    cup = make.competition(
        root, registers=True, registration_closes_at=CLOSES, starts_on=date(2026, 5, 20)
    )
    return make.event(cup, locked=False, state="registration_open")


def typed(*rows):
    names = ("person", "name", "team", "key")
    return [dict(zip(names, row, strict=False)) for row in rows]


def keep(event, unit, *rows, version=None, actor=OFFICER, moment=MONDAY):
    known = queries.list_of(event, unit)
    at = version if version is not None else known.version if known else 0
    return services.keep(event, unit, at, typed(*rows), actor, moment)


def look(event, unit, *rows, moment=MONDAY):
    found = queries.looked_over(event, unit, tidy(typed(*rows)), moment)
    return [(one.state.value, str(one.said or "")) for one in found]


def references(event):
    return [(r.reference, r.name) for r in registrations.in_event(event)]


def test_what_is_typed_is_kept_right_or_wrong_and_nobody_is_registered(event, plant):
    row = keep(event, plant, ("00001", "Ana"), ("99999", " Nobody "), ("", ""), ("", "Bo"))
    assert row.rows == tidy(typed(("00001", "Ana"), ("99999", "Nobody"), ("", "Bo")))
    assert not registrations.in_event(event)


def test_days_later_a_colleague_goes_on_and_a_stale_page_is_refused(event, plant):
    first = keep(event, plant, ("00001", "Ana"))
    opened = first.version
    keep(event, plant, ("00001", "Ana"), ("00004", "Bo"), actor=COLLEAGUE)
    assert first.changed_by == "colleague"
    with pytest.raises(Conflict, match="Somebody changed this"):
        keep(event, plant, ("00002", ""), version=opened)
    assert len(first.rows) == 2


@pytest.mark.parametrize(
    ("row", "state", "said"),
    [
        pytest.param(("00001", "Ana"), "ready", "", id="number and name"),
        pytest.param(("00001", ""), "ready", "", id="the number alone"),
        pytest.param(("00001", "Anna"), "missing", "belongs to Ana; mend", id="another name"),
        pytest.param(("99999", ""), "missing", "nobody of this unit has the number", id="no such number"),
        pytest.param(("", "Ana"), "missing", "Ana of this unit has 00001", id="a name that one has"),
        pytest.param(
            ("", "Li Wei"), "missing", "2 people here are called Li Wei; write the worker number: 00002, 00003",
            id="31: two of one name",
        ),
        pytest.param(("", "Zoe"), "missing", "nobody of this unit is called Zoe", id="a name nobody has"),
    ],
)  # fmt: skip
def test_each_row_says_what_is_missing(event, plant, row, state, said):
    [(found, why)] = look(event, plant, row)
    assert found == state
    assert said in why


def test_who_is_ready_is_handed_in_and_the_rest_stays(event, plant):
    row = keep(event, plant, ("00001", "Ana"), ("", "Li Wei"), ("00004", "Bo"))
    made = services.hand_in(row, row.version, OFFICER, MONDAY)
    assert [r.name for r in made] == ["Ana", "Bo"]
    assert {r.road for r in made} == {"unit"}
    assert row.rows == tidy(typed(("", "Li Wei")))
    with pytest.raises(BadInput, match="Nobody in the list is ready") as refused:
        services.hand_in(row, row.version, OFFICER, MONDAY)
    assert [p.where for p in refused.value.problems] == ["row 1"]


def test_who_stands_in_the_event_already_is_told_and_not_registered_twice(event, plant):
    row = keep(event, plant, ("00001", "Ana"))
    services.hand_in(row, row.version, OFFICER, MONDAY)
    assert look(event, plant, ("00001", "Ana")) == [("here", "registered: 01-R001")]
    row = keep(event, plant, ("00001", "Ana"), ("00004", ""))
    services.hand_in(row, row.version, OFFICER, MONDAY)
    assert references(event) == [("01-R001", "Ana"), ("01-R002", "Bo")]
    assert row.rows == []


def test_after_the_last_second_the_list_is_still_there_but_nobody_is_registered(event, plant):
    row = keep(event, plant, ("00001", "Ana"))
    late = CLOSES + timedelta(seconds=1)
    with pytest.raises(Conflict, match="Registration closed"):
        services.hand_in(row, row.version, OFFICER, late)
    assert len(row.rows) == 1
    assert queries.kept_by(plant) == {event.id: row}


def test_before_registration_opens_a_list_is_filled_already(event, plant):
    make.changed(event, state="filed")
    row = keep(event, plant, ("00001", "Ana"))
    with pytest.raises(Conflict, match="not open"):
        services.hand_in(row, row.version, OFFICER, MONDAY)
    make.changed(event, state="registration_open")
    assert len(services.hand_in(row, row.version, OFFICER, MONDAY)) == 1


def test_once_the_event_is_prepared_no_list_changes(event, plant):
    make.changed(event, state="prepared", locked_at=MONDAY, locked_by="x")
    with pytest.raises(Conflict, match="is prepared"):
        keep(event, plant, ("00001", "Ana"))


def test_a_team_comes_in_whole(event, plant):
    make.changed(event, team_size=3)
    bad = (("00001", "", "Red"), ("99999", "", "Red"), ("00004", "", "Blue"))
    assert [state for state, _ in look(event, plant, *bad)] == ["missing", "missing", "ready"]
    assert "a team comes in whole" in look(event, plant, *bad)[0][1]
    row = keep(event, plant, *bad)
    [made] = services.hand_in(row, row.version, OFFICER, MONDAY)
    assert (made.name, [cells["team"] for cells in row.rows]) == ("Blue", ["Red", "Red"])


@pytest.mark.parametrize(("n", "refused"), [(MOST, False), (MOST + 1, True)])
def test_a_list_has_an_end(event, plant, n, refused):
    rows = [(f"{i:05d}", "") for i in range(n)]
    if refused:
        with pytest.raises(BadInput, match="at most 500"):
            keep(event, plant, *rows)
    else:
        assert len(keep(event, plant, *rows).rows) == n


def test_the_sentence_for_a_name_names_the_numbers():
    assert "99" in str(unnumbered("X", ["99"]))


def test_a_team_that_is_too_small_says_so_in_each_of_its_rows(event, plant):
    ranking = {**event.ranking, "team": {"least": 2}}
    make.changed(event, team_size=3, ranking=ranking)
    found = look(event, plant, ("00001", "", "Red"), ("00004", "", "Blue"), ("00002", "", "Blue"))
    assert [state for state, _ in found] == ["missing", "ready", "ready"]
    assert "a team has at least 2 people; this one has 1" in found[0][1]
