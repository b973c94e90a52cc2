"""Values that the table sends: written once, refused with both values, or asked about; blocks whole or not at all."""

import json
from decimal import Decimal
from itertools import count

import pytest

from skillhub.entries.models import Entry
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.marking import queries as marking
from skillhub.marking.models import Sheet
from skillhub.results import queries as results
from skillhub.table.models import TypedValue
from tests import make

PARTS = (("theory", 100, 1), ("practice", 25, 1))
_keys = count(1)


@pytest.fixture
def clerk(root, sign_in):
    return sign_in(make.user(Role.JUDGE, root, login="clerk"))


@pytest.fixture
def second(root, sign_in):
    return sign_in(make.user(Role.JUDGE, root, login="second"))


@pytest.fixture
def event(root):
    return make.event(make.competition(root), parts=PARTS)


def at(event, rest=""):
    return f"/competitions/{event.competition_id}/events/{event.id}/table{rest}"


def value(entry, part, text, version=0, **more):
    """One value as a page sends it; `part` is a component, or the column of states."""
    column = part if isinstance(part, str) else str(part.id)
    key = more.pop("key", f"key-{next(_keys)}")
    return {
        "key": key,
        "entry": entry.id,
        "column": column,
        "text": text,
        "version": version,
        **more,
    }


def send(browser, event, *values, whole=False):
    typed = {"cells": json.dumps(values), "whole": "1" if whole else ""}
    return browser.post(at(event), data=typed)


def results_of(answer):
    return [cell["result"] for cell in answer.json["cells"]]


def points(event):
    return {(s.entry_id, s.component.code): s.points for s in marking.of(event).values()}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        pytest.param("12.5", Decimal("12.5"), id="a point"),
        pytest.param("12,5", Decimal("12.5"), id="a comma"),
        pytest.param("１２。５", Decimal("12.5"), id="a Chinese keyboard"),
        pytest.param("0", Decimal(0), id="nought is a mark"),
    ],
)
def test_a_value_is_stored_and_the_total_comes_back(clerk, event, text, stored):
    entry = make.entry(event, marks={"practice": 10})
    answer = send(clerk, event, value(entry, event.components[0], text))
    assert answer.status_code == 200
    assert points(event)[entry.id, "theory"] == stored
    assert answer.json["cells"][0]["cell"][1:3] == [1, "entered"]
    assert answer.json["places"] == [[entry.id, f"{stored + 10:.2f}", 1]]


def test_a_value_sent_twice_is_written_once(clerk, event):
    """The answer to the first was lost on the way."""
    entry, theory = make.entry(event), event.components[0]
    once = value(entry, theory, "50")
    first = send(clerk, event, once)
    before = db.session.query(JournalLine).count()
    again = send(clerk, event, once)
    assert again.status_code == 200
    assert again.json == first.json
    assert db.session.query(TypedValue).count() == 1
    assert db.session.query(JournalLine).count() == before


def test_a_late_retry_does_not_undo_what_somebody_typed_meanwhile(clerk, second, event):
    entry, theory = make.entry(event), event.components[0]
    once = value(entry, theory, "50")
    send(clerk, event, once)
    send(second, event, value(entry, theory, "60", version=1))
    answer = send(clerk, event, once)
    assert answer.json["cells"][0]["cell"][:2] == ["60", 2]
    assert points(event) == {(entry.id, "theory"): Decimal(60)}


def test_two_clerks_in_different_cells_of_a_row_are_both_kept(clerk, second, event):
    entry, (theory, practice) = make.entry(event), event.components
    assert send(clerk, event, value(entry, theory, "70")).status_code == 200
    assert send(second, event, value(entry, practice, "20")).status_code == 200
    assert points(event) == {(entry.id, "theory"): 70, (entry.id, "practice"): 20}


def test_two_clerks_in_the_same_cell_the_second_is_shown_both_values(clerk, second, event):
    entry, theory = make.entry(event), event.components[0]
    send(clerk, event, value(entry, theory, "70"))
    answer = send(second, event, value(entry, theory, "75"))
    assert answer.status_code == 409
    (cell,) = answer.json["cells"]
    assert cell["result"] == "clash"
    assert cell["messages"] == ["you typed 75, meanwhile 70 was stored by Clerk"]
    assert cell["cell"][:2] == ["70", 1]
    assert points(event) == {(entry.id, "theory"): 70}
    kept = send(second, event, value(entry, theory, "75", version=1))
    assert kept.status_code == 200
    assert points(event) == {(entry.id, "theory"): 75}


def test_one_clash_among_many_keeps_only_itself_back(clerk, event):
    entry, (theory, practice) = make.entry(event, marks={"theory": 1}), event.components
    answer = send(clerk, event, value(entry, theory, "2"), value(entry, practice, "20"))
    assert answer.status_code == 409
    assert results_of(answer) == ["clash", "saved"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abc", "“abc” is no number for Theory"),
        ("1e3", "“1e3” is no number for Theory"),
        ("100.5", "100.5 is above the maximum 100 for Theory"),
        ("-1", "-1 is below 0 for Theory"),
    ],
)
def test_a_wrong_value_is_named_and_not_stored(clerk, event, text, said):
    entry = make.entry(event)
    answer = send(clerk, event, value(entry, event.components[0], text))
    assert answer.status_code == 422
    assert answer.json["cells"][0]["messages"][0].startswith(said)
    assert points(event) == {}


def test_of_a_block_with_one_text_nothing_is_stored_until_it_is_mended(clerk, event):
    entries = [make.entry(event) for _ in range(100)]
    theory, practice = event.components
    block = [value(e, part, "20") for e in entries for part in (theory, practice)]
    block[77]["text"] = "ill"
    answer = send(clerk, event, *block, whole=True)
    assert answer.status_code == 422
    assert results_of(answer) == ["staged"] * 77 + ["wrong"] + ["staged"] * 122
    assert points(event) == {}
    block[77]["text"] = "20"
    assert set(results_of(send(clerk, event, *block, whole=True))) == {"saved"}
    assert len(points(event)) == 200
    assert db.session.query(TypedValue).count() == 200


def test_five_states_stay_five_through_page_export_and_ranking(clerk, event):
    """Blank, absent, withdrawn, disqualified and 0."""
    blank, absent, withdrawn, out, nought = entries = [make.entry(event, str(n)) for n in range(5)]
    theory, practice = event.components
    send(clerk, event, value(nought, theory, "0"), value(nought, practice, "0"))
    send(clerk, event, value(blank, theory, "5"), value(blank, theory, "", version=1))
    send(clerk, event, value(blank, theory, "", version=1))
    send(clerk, event, value(absent, "state", "DNS", version=1))
    send(clerk, event, value(withdrawn, "state", "DNF", version=1))
    send(clerk, event, value(out, "state", "DSQ", version=1, why="copied"))

    page = clerk.get(at(event)).text
    rows = json.loads(page.partition('id="table-page">')[2].partition("</script>")[0])["rows"]
    shown = [(r["status"], r["cells"][str(theory.id)][0]) for r in rows]
    assert shown == [("OK", ""), ("DNS", ""), ("DNF", ""), ("DSQ", ""), ("OK", "0")]
    file = clerk.get(at(event).replace("/table", "/marks/export.csv")).text.splitlines()[1:]
    assert [line.split(",")[-2] for line in file] == ["", "DNS", "DNF", "DSQ", "0"]
    standings = {s.entry: s for s in results.computed(event).standings}
    assert [standings[e.id].rank for e in entries] == [None, None, None, None, 1]
    assert [standings[e.id].status for e in entries] == ["OK", "DNS", "DNF", "DSQ", "OK"]
    assert standings[blank.id].missing == ("theory", "practice")


def test_a_disqualification_needs_its_reason(clerk, event):
    entry = make.entry(event)
    answer = send(clerk, event, value(entry, "state", "DSQ", version=1))
    assert answer.status_code == 422
    assert "Say why" in answer.json["cells"][0]["messages"][0]


def test_a_mark_for_somebody_absent_is_not_taken(clerk, event):
    entry = make.entry(event, status="DNS")
    answer = send(clerk, event, value(entry, event.components[0], "50"))
    assert results_of(answer) == ["wrong"]
    back = [value(entry, "state", "OK", version=1), value(entry, event.components[0], "50")]
    assert results_of(send(clerk, event, *back)) == ["saved", "saved"]


def test_a_state_changed_by_somebody_else_is_a_clash(clerk, second, event):
    entry = make.entry(event)
    send(clerk, event, value(entry, "state", "DNS", version=1))
    answer = send(second, event, value(entry, "state", "DNF", version=1))
    assert answer.status_code == 409
    assert db.session.get(Entry, entry.id).status == "DNS"


def test_an_unlikely_value_is_taken_when_typed_again(clerk, event):
    entries = [make.entry(event, marks={"practice": 15 + n % 5}) for n in range(30)]
    theory, practice = event.components
    answer = send(clerk, event, value(entries[3], practice, "1.8", version=1))
    assert answer.status_code == 422
    (cell,) = answer.json["cells"]
    assert cell["result"] == "asked"
    assert "did the decimal point slip?" in cell["messages"][0]
    assert db.session.query(Sheet).filter_by(entry_id=entries[3].id).one().points == 18

    send(clerk, event, value(entries[3], practice, "1.8", version=1, again=True))
    kept = db.session.query(TypedValue).filter_by(confirmed=True).one()
    assert (kept.typed_by.username, kept.value, kept.entry_id) == ("clerk", "1.8", entries[3].id)
    assert kept.asked[0]["text"].startswith("%(value)s: did the decimal point slip?")
    line = db.session.query(JournalLine).filter_by(verb="table.confirm").one()
    assert line.note["confirmed"][0]["value"] == "1.8"
    quiet = send(clerk, event, value(entries[3], theory, "60"))
    assert quiet.json["asks"] == []  # whoever has confirmed is not asked again


def test_values_of_another_event_are_refused(clerk, event):
    stranger = make.entry(make.event(event.competition, code="02"))
    answer = send(clerk, event, value(stranger, event.components[0], "50"))
    assert results_of(answer) == ["wrong"]


@pytest.mark.parametrize(("state", "status"), [("draft", 409), ("final", 423)])
def test_an_event_that_takes_no_marks_says_so(clerk, root, state, status):
    locked = {"state": state, "locked_at": now(), "locked_by": "x"} if state == "final" else {}
    event = make.event(make.competition(root), locked=False, **locked)
    entry = make.entry(event)
    answer = send(clerk, event, value(entry, event.components[0], "50"))
    assert answer.status_code == status
    assert f"event {event.code}" in answer.json["refused"].lower()


@pytest.mark.parametrize(
    "sent", ["", "x", "{}", "[]", "[1]", '[{"key": "k"}]', '[{"key": 1, "entry": "x"}]']
)
def test_what_no_page_sends_is_refused(clerk, event, sent):
    assert clerk.post(at(event), data={"cells": sent}).status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param("[" * 100_000, id="nested deeper than anybody types"),
        pytest.param("1" * 5000, id="a number longer than Python reads"),
        pytest.param(
            '[{"key":"\\ud800","entry":1,"column":"1","text":"1","version":0}]', id="half"
        ),
        pytest.param('[{"key":"k","entry":1,"column":"1","text":"\\u0000","version":0}]', id="NUL"),
        pytest.param(
            '[{"key":"k","entry":1,"column":"state","text":"DSQ","version":1,"why":"\\ud800"}]',
            id="half a character as the reason",
        ),
        pytest.param(
            '[{"key":"k","entry":1,"column":"state","text":"DSQ","version":1,"why":{"a":1}}]',
            id="a reason that is no text",
        ),
    ],
)
def test_what_no_column_holds_is_refused(clerk, event, sent):
    answer = clerk.post(at(event), data={"cells": sent})
    assert (answer.status_code, "Reload" in answer.json["refused"]) == (422, True)


def test_a_checker_looks_and_does_not_type(root, sign_in, event):
    checker = sign_in(make.user(Role.CHECKER, root))
    entry = make.entry(event)
    assert checker.get(at(event)).status_code == 200
    assert send(checker, event, value(entry, event.components[0], "50")).status_code == 403


def test_the_places_of_a_big_event_are_asked_for_apart(clerk, event, monkeypatch):
    monkeypatch.setattr("skillhub.table.views.MANY", 1)
    entries = [make.entry(event, marks={"theory": 1, "practice": 1}) for _ in range(2)]
    answer = send(clerk, event, value(entries[0], event.components[0], "2", version=1))
    assert answer.json["places"] is None
    places = clerk.get(at(event, "/places")).json["places"]
    assert places == [[entries[0].id, "3.00", 1], [entries[1].id, "2.00", 2]]
