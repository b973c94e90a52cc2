"""Pages of judges: a judge sees only the own panel and seat, and others' marks only after the own are submitted."""

import re

import pytest

from skillhub.judging import queries
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.panels import queries as panels
from skillhub.panels import services as seating
from tests import judged, make
from tests.judging.test_ballots import LOOK, held, vote


@pytest.fixture
def event(root):
    event = held(root, LOOK, 3, blind=True)
    for n in (1, 2):
        make.entry(event, f"E-{n}", name=f"Canary {n}")
    judged.draw(event)
    return event


@pytest.fixture
def work(event):
    return event.components[0]


@pytest.fixture
def judge(work, sign_in):
    return sign_in(panels.seats(work)[1])


def at(work, tab=""):
    return f"/competitions/{work.event.competition_id}/events/{work.event_id}/panels/{work.id}{tab}"


def test_a_judge_marks_code_by_code_without_script(judge, work, event):
    codes = sorted(panels.codes(event).values())
    assert "Work" in judge.get("/judging").text
    page = judge.get(at(work, "/bench")).text
    assert re.findall(r"<strong>(\d+)</strong>", page) == codes
    assert "Canary" not in page
    answer = judge.post(
        at(work, f"/bench/{codes[0]}"),
        data={"b-look-1": "2", "seen-b-look-1": "0", "act": "submit"},
    )
    assert answer.location == at(work, f"/bench/{codes[1]}")
    assert [len(p.open) for p in queries.progress(work)] == [1, 2, 2]


def test_what_cannot_be_is_kept_and_said(judge, work, event):
    code = min(panels.codes(event).values())
    page = judge.post(
        at(work, f"/bench/{code}"), data={"b-look-1": "7", "seen-b-look-1": "0", "act": "submit"}
    )
    assert page.status_code == 422
    assert "is not from 0 to 3" in page.text
    page = judge.post(at(work, f"/bench/{code}"), data={"seen-b-look-1": "0", "act": "submit"})
    assert (page.status_code, "still empty" in page.text) == (422, True)


def test_others_are_seen_only_after_the_own_ballot(judge, work, event):
    key = min(panels.codes(event), key=lambda k: panels.codes(event)[k])
    entry, code = make.db.session.get(make.Entry, key), panels.codes(event)[key]
    vote(work, entry, None, 3, 2)
    page = judge.get(at(work, f"/bench/{code}")).text
    assert "What the panel gave" not in page
    assert "checked" not in page
    judge.post(
        at(work, f"/bench/{code}"), data={"b-look-1": "2", "seen-b-look-1": "0", "act": "submit"}
    )
    assert "What the panel gave" in judge.get(at(work, f"/bench/{code}")).text


@pytest.mark.parametrize(
    "tab", ["results", "awards", "marks/export.csv", "marks/check", "marks/second", "table"]
)
def test_a_judge_does_not_see_the_sums_while_the_panel_marks(judge, event, tab):
    address = f"/competitions/{event.competition_id}/events/{event.id}/"
    assert judge.get(address + tab).status_code == 403
    assert judge.get(address + "marks").location == "/judging", "what /work leads to"


def test_a_judge_without_a_seat_marks_nothing(root, sign_in, work, event):
    other = sign_in(make.user(Role.JUDGE, root, login="other"))
    assert other.get(at(work, "/bench")).location == "/judging"
    code = min(panels.codes(event).values())
    assert other.post(at(work, f"/bench/{code}"), data={"b-look-1": "2"}).location == "/judging"
    assert queries.all_ballots(work) == []


def test_an_entry_to_step_aside_for_is_nowhere(root, judge, work, event):
    key = min(panels.codes(event))
    chief = make.user(Role.CHIEF_JUDGE, root).as_actor()
    seating.recuse(
        panels.seats_in([work])[0], make.db.session.get(make.Entry, key), "kin", chief, now()
    )
    assert panels.codes(event)[key] not in judge.get(at(work, "/bench")).text
    assert judge.get(at(work, f"/bench/{panels.codes(event)[key]}")).status_code == 404


def test_the_chief_asks_again_and_signs(root, sign_in, work, event):
    chief = sign_in(make.user(Role.CHIEF_JUDGE, root, login="chief"))
    for key, code in panels.codes(event).items():
        entry = make.db.session.get(make.Entry, key)
        vote(work, entry, 3, 1, 2)
        assert code in chief.get(at(work, "/chief")).text
        assert chief.post(at(work, f"/again/{code}"), data={"reason_given": ""}).status_code == 422
        chief.post(at(work, f"/again/{code}"), data={"reason_given": "talked"})
        vote(work, entry, 2, 2, 2)
    page = chief.get(at(work, "/chief")).text
    assert "Canary" not in page
    assert "First votes that were recalled" in page
    assert chief.post(at(work, "/submit")).status_code == 302
    assert panels.submitted(event) == {work.id}
    assert "Submitted by Chief" in chief.get(at(work, "/chief")).text
    version = panels.panel_of(work).version
    chief.post(at(work, "/take-back"), data={"reason_given": "a slip", "version": version})
    assert panels.submitted(event) == set()


def test_seats_the_panel_on_the_page(root, sign_in):
    event = make.event(make.competition(root), parts=(("work", 100, 1),))
    (work,) = event.components
    judge = make.user(Role.JUDGE, root, person=make.person("Wu", employer=root))
    make.entry(event, "7", organisation=root, name="Of the house")
    chief = sign_in(make.user(Role.CHIEF_JUDGE, root))
    assert chief.post(at(work, "/seats"), data={"seat-1": judge.id}).status_code == 302
    page = chief.get(f"/competitions/{event.competition_id}/events/{event.id}/panels").text
    assert "same employer" in page
    chief.post(
        at(work, "/recuse"),
        data={
            "seat": 1,
            "entry": make.db.session.query(make.Entry).one().id,
            "reason_given": "employer",
        },
    )
    page = chief.get(f"/competitions/{event.competition_id}/events/{event.id}/panels").text
    assert "Stepped aside" in page


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "٣", "-1", "x"])
def test_numbers_that_no_page_sends_are_nobody(root, sign_in, number):
    """Longer than a column, longer than Python reads, or of another script."""
    event = make.event(make.competition(root), parts=(("work", 100, 1),))
    chief = sign_in(make.user(Role.CHIEF_JUDGE, root))
    seats = at(event.components[0], "/seats")
    assert chief.post(seats, data={"seat-1": number}).status_code == 404
    assert chief.post(seats, data={f"seat-{number}": number}).status_code == 302
