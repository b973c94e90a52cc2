"""Who must not judge whom, and the lots that codes are drawn from."""

from datetime import date

import pytest

from skillhub.entries.models import EntryStatus
from skillhub.kernel.messages import N_, Problem, say
from skillhub.panels.rules import Names, binds, colleagues, lots

DAY = date(2026, 5, 20)


class Row:
    def __init__(self, key):
        self.id, self.code, self.name = key, str(key), f"Name {key}"
        self.status, self.official = EntryStatus.OK, True


@pytest.mark.parametrize(
    ("kind", "since", "until", "day", "bound"),
    [
        pytest.param("kin", None, None, DAY, True, id="kin always were"),
        pytest.param("master_apprentice", date(2010, 1, 1), date(2015, 1, 1), DAY, True, id="a former apprentice"),
        pytest.param("master_apprentice", date(2026, 5, 21), None, DAY, False, id="an apprentice from tomorrow on"),
        pytest.param("master_apprentice", DAY, None, DAY, True, id="an apprentice from today on"),
        pytest.param("coach", date(2020, 1, 1), date(2026, 5, 19), DAY, False, id="coached until yesterday"),
        pytest.param("coach", date(2020, 1, 1), DAY, DAY, True, id="coached until today"),
        pytest.param("other", None, None, DAY, True, id="another tie that goes on"),
        pytest.param("other", None, date(2020, 1, 1), None, False, id="ended, and no day is known"),
        pytest.param("kin", None, date(2020, 1, 1), None, True, id="kin, and no day is known"),
    ],
)  # fmt: skip
def test_binds(kind, since, until, day, bound):
    assert binds(kind, since, until, day) is bound


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("/1/7/", "/1/7/", True, id="the same"),
        pytest.param("/1/7/", "/1/7/9/", True, id="a workshop of the enterprise"),
        pytest.param("/1/7/9/", "/1/7/", True, id="the enterprise of the workshop"),
        pytest.param("/1/", "/1/7/", False, id="the federation employs nobody of its enterprises"),
        pytest.param("/1/7/", "/1/8/", False, id="neighbours"),
        pytest.param("/1/7/", "/1/70/", False, id="a number that begins alike"),
    ],
)
def test_colleagues(one, other, same):
    assert colleagues(one, other, {"/1/7/"}) is same


@pytest.mark.parametrize(("n", "digits"), [(1, 3), (450, 3), (451, 4), (5000, 5)])
def test_there_are_twice_as_many_lots_as_are_drawn_and_none_is_a_public_number(n, digits):
    found = lots(n, set())
    assert len(found) >= 2 * n
    assert {len(lot) for lot in found} == {digits}
    assert "107" not in lots(3, {"107"})


def test_open_names_are_left_as_they_are():
    names, row = Names(True, {}), Row(5)
    assert names.rows([row]) == [row]
    assert (names.inward(5), names.outward(5), names.called(row)) == (5, 5, "5 Name 5")
    assert names.stored({(5, 2): "x"}) == {(5, 2): "x"}


def test_closed_names_are_codes_in_the_order_of_codes_and_without_a_way_back():
    names = Names(False, {5: "900", 6: "100"})
    shown = names.rows([Row(5), Row(6), Row(7)])
    assert [(one.id, one.code, one.name, one.organisation) for one in shown] == [
        (100, "100", "", None),
        (900, "900", "", None),
    ]
    assert (names.inward(900), names.inward(5), names.outward(6), names.outward(7)) == (
        5,
        0,
        100,
        0,
    )
    assert names.stored({(900, 2): "x", (5, 2): "y"}) == {(5, 2): "x", (0, 2): "y"}
    assert names.keyed({(6, 2): "x"}) == {(100, 2): "x"}
    assert names.one(Row(7)) is None
    assert names.called(Row(7)) == "–"


def test_a_problem_of_a_cell_is_shown_at_the_cell_of_the_code():
    names, said = Names(False, {5: "900"}), say(N_("Save"))
    found = names.problems(said, [Problem("m-5-2", said), Problem("rules", said)])
    assert [p.where for p in found] == ["m-900-2", "rules"]
    assert [p.message for p in names.problems(said, [])] == [said]
