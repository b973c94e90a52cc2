"""Who steps aside for an entry does not find out under which code it is marked."""

import json
import re

import pytest

from skillhub.blanks import queries as blanks
from skillhub.judging import services as judging
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.panels import queries as panels
from skillhub.panels.rules import aside
from skillhub.scoring import queries as scoring
from tests import make
from tests.panels.test_oracles import at, rows_of  # noqa: F401
from tests.panels.test_secrecy import KEYS, event, text_of  # noqa: F401


@pytest.mark.parametrize(
    ("out", "own", "expected"),
    [
        pytest.param({(1, 9)}, {1}, {9}, id="on the only seat"),
        pytest.param({(1, 9)}, {2}, set(), id="on another's seat"),
        pytest.param({(1, 9)}, {1, 2}, set(), id="marked on the other seat: seen anyway"),
        pytest.param({(1, 9), (2, 9)}, {1, 2}, {9}, id="on both"),
        pytest.param({(1, 9)}, set(), set(), id="without a seat"),
    ],
)
def test_aside(out, own, expected):
    assert aside(out, own) == expected


@pytest.fixture
def kin(event):  # noqa: F811
    """The judge of the first seat steps aside for the third entry, of which nobody has voted yet."""
    seat = panels.seats_in([event.components[1]])[0]
    chief = make.user(Role.CHIEF_JUDGE, event.competition.host, login="chief").as_actor()
    entry = make.db.session.get(make.Entry, KEYS[2])
    judging.recuse(seat, entry, "kin", chief, now())
    return seat.user


def test_no_page_of_hers_shows_the_code(event, kin, sign_in, at):  # noqa: F811
    judge, codes = sign_in(kin), panels.codes(event)
    part = event.components[1].id
    rows = rows_of(judge, f"{at}/table/{part}")
    assert set(rows) == {codes[KEYS[0]], codes[KEYS[1]]}
    assert sorted(row["pile"] for row in rows.values()) == [0, 1], "no gap tells where it lies"
    other = f"{at}/table/{event.components[0].id}"
    assert codes[KEYS[2]] not in rows_of(judge, other)
    text = text_of(judge.get(f"{at}/panels/{part}/bench"))
    assert codes[KEYS[0]] in text
    assert re.search(rf"\b{codes[KEYS[2]]}\b", text) is None
    hidden = panels.hidden_from(event, kin.as_actor())
    printed = {one.code for one in blanks.chosen(event.components[1], without=hidden)}
    assert printed == {codes[KEYS[0]], codes[KEYS[1]]}
    answers = [judge.get(f"{at}/panels/{part}/bench/{code}").status_code for code in codes.values()]
    assert sorted(answers) == [200, 200, 404]


def test_another_judge_and_the_organiser_see_every_code(event, kin, root, sign_in, at):  # noqa: F811
    part = event.components[1]
    for who in (panels.seats(part)[2], make.user(Role.ORGANISER, root)):
        assert set(rows_of(sign_in(who), f"{at}/table/{part.id}")) == {
            *panels.codes(event).values()
        }


def test_beside_drawn_codes_nobody_reads_who_stepped_aside_for_whom(event, kin, root, sign_in, at):  # noqa: F811
    chief = sign_in(make.user(Role.CHIEF_JUDGE, root))
    page = chief.get(f"{at}/panels").text
    stepped = page[page.index("Stepped aside") :].partition("</table>")[0]
    assert kin.username in stepped or (kin.name and kin.name in stepped)
    assert "Canary 987003" not in stepped
    assert "named again when the codes are opened" in stepped


def test_what_she_types_under_that_code_is_refused(event, kin, sign_in, at):  # noqa: F811
    judge, part = sign_in(kin), event.components[1]
    code = int(panels.codes(event)[KEYS[2]])
    cell = {"key": "k1", "entry": code, "column": f"{part.id}:look:1:1", "text": "3", "version": 0}
    saved = judge.post(f"{at}/table/{part.id}", data={"cells": json.dumps([cell])})
    assert saved.status_code in (200, 409, 422)
    assert "3" not in _stored(part, KEYS[2])


def _stored(part, entry):
    boxes = scoring.marks_of([entry], [part.id]).get((entry, part.id), {})
    return [str(given) for given in boxes.get("look", {}).values()]
