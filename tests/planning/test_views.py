"""Pages on which an event is planned, its rules tried and locked, and a competition seen as a path."""

import io

import pytest

from skillhub.awards import services as awards
from skillhub.competitions.rules import EventState
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from tests import make

FILE = """
[competition]
code = "filed"
name = "From a file"
year = 2026
tier = "city"
[defaults]
components = [{ code = "score", name = "Score", max = "100" }]
ranking = { keys = ["total desc"], decimals = 1 }
awards = { scheme = "counts", titles = [["Gold", "1"]] }
[[event]]
code = "01"
name = "Welding"
"""
EVENT = {
    "code": "07",
    "name": "Masonry",
    "group": "worker",
    "team_size": "1",
    "decimals": "1",
    "remaining_tie": "share",
    "keys-0": "total desc",
    "components-0-code": "wall",
    "components-0-max": "50",
    "components-0-kind": "points",
    "components-0-name": "Wall",
    "components-0-weight": "1",
}


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root))


@pytest.fixture
def draft(root):
    return make.event(make.competition(root), parts=(("theory", 100, 1),), locked=False)


def at(event, tab=""):
    return f"/competitions/{event.competition_id}/events/{event.id}{tab}"


def test_the_path_names_the_next_step(organiser, draft):
    page = organiser.get(f"/competitions/{draft.competition_id}").text
    assert "Set and lock the rules" in page
    assert at(draft, "/rules") in page


@pytest.mark.parametrize("how", ["text", "file"])
def test_loads_a_competition_file(organiser, how):
    sent = {"text": FILE} if how == "text" else {"file": (io.BytesIO(FILE.encode()), "cup.toml")}
    page = organiser.post("/competitions/load", data=sent, follow_redirects=True)
    assert "1 events added" in page.text
    assert "01 Welding" in page.text


def test_a_file_with_mistakes_stays_with_their_lines(organiser):
    page = organiser.post("/competitions/load", data={"text": FILE.replace('"city"', '"town"')})
    assert page.status_code == 422
    assert "line 6" in page.text
    assert "From a file" in page.text


def test_a_file_does_not_reach_another_organisation(root, sign_in):
    own, other = make.organisation("own", parent=root), make.organisation("other", parent=root)
    make.competition(other, code="filed")
    page = sign_in(make.user(Role.ORGANISER, own)).post("/competitions/load", data={"text": FILE})
    assert page.status_code == 403
    assert "not an organiser" in page.text


def test_plans_an_event_then_asks_for_awards(organiser, root):
    cup = make.competition(root)
    page = organiser.post(f"/competitions/{cup.id}/events/add", data=EVENT, follow_redirects=True)
    assert "Wall" in page.text
    assert "No award rules yet" in page.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            {"components-0-max": "abc"},
            "row 1, Maximum: Write a number such as 87.5.",
            id="letters for a maximum",
        ),
        pytest.param({"components-0-max": "0"}, "write the most points", id="a maximum of 0"),
        pytest.param(
            {"components-1-code": "wall", "components-1-max": "1"}, "used twice", id="a code twice"
        ),
        pytest.param({"components-0-code": ""}, "give it a code", id="a row without a code"),
        pytest.param({"components-0-weight": "0.00001"}, "at most 4 decimals", id="five decimals"),
        pytest.param({"keys-0": "speed asc"}, "unknown part", id="a key that is not marked"),
    ],
)
def test_rules_that_cannot_be_are_refused(organiser, root, change, sentence):
    cup = make.competition(root)
    page = organiser.post(
        f"/competitions/{cup.id}/events/add", data=EVENT | {"components-1-kind": "points"} | change
    )
    assert sentence in page.text
    assert "Masonry" in page.text
    assert "{}" not in page.text


def test_adds_a_scheme_from_the_shelf_and_shows_where_it_cuts(organiser, draft):
    form = organiser.get(at(draft, "/rules/add/proportion")).text
    assert "金奖 | Gold = 10%" in form
    page = organiser.post(
        at(draft, "/rules/add/proportion"),
        data={
            "version": draft.version,
            "titles": "First = 10%\nSecond = 25%",
            "rounding": "half_up",
            "cut": "places",
            "base": "started",
            "mode": "per_tier",
            "min_first": "1",
            "shares": "each",
            "cut_tie": "promote_shrink",
            "slots": "pass_down",
            "pass_marks": "y",
        },
        follow_redirects=True,
    )
    assert "By share of the field" in page.text
    tried = organiser.get(at(draft, "/rules?field=10")).text
    assert "25 % of 10 started" in tried
    assert "down 2 · half up 3 · up 3" in tried


def test_a_scheme_that_makes_no_sense_says_so_at_its_field(organiser, draft):
    page = organiser.post(
        at(draft, "/rules/add/counts"),
        data={"version": draft.version, "titles": "", "cut_tie": "demote", "slots": "pass_down"},
    )
    assert "required" in page.text


def test_schemes_change_order_and_go(organiser, draft):
    make_two = {
        "version": draft.version,
        "title": "Clean",
        "cut_tie": "demote",
        "slots": "pass_down",
    }
    organiser.post(at(draft, "/rules/add/top_of_part"), data=make_two)
    db.session.refresh(draft)
    assert [scheme["scheme"] for scheme in draft.awards] == ["counts", "top_of_part"]
    organiser.post(at(draft, "/rules/1/move"), data={"to": "up", "version": draft.version})
    db.session.refresh(draft)
    assert [scheme["scheme"] for scheme in draft.awards] == ["top_of_part", "counts"]
    organiser.post(at(draft, "/rules/0/move"), data={"to": "remove", "version": draft.version})
    db.session.refresh(draft)
    assert [scheme["scheme"] for scheme in draft.awards] == ["counts"]


def test_locks_once_and_opens_again_only_while_nothing_is_marked(organiser, draft):
    organiser.post(at(draft, "/life/prepare"), data={"version": draft.version})
    db.session.refresh(draft)
    assert draft.state is EventState.PREPARED
    assert (
        organiser.post(at(draft, "/life/prepare"), data={"version": draft.version}).status_code
        == 409
    )
    make.entry(draft, marks={"theory": 50})
    page = organiser.post(at(draft, "/unlock"), data={"why": "a mistake"})
    assert "marked already" in page.text


def test_locked_rules_keep_their_form_shut(organiser, root):
    event = make.event(make.competition(root))
    page = organiser.get(at(event, "/edit")).text
    assert "rules are locked" in page
    assert "components-0" not in page
    organiser.post(at(event, "/edit"), data={"name": "New name", "version": event.version})
    db.session.refresh(event)
    assert event.name == "New name"


def test_an_event_of_another_competition_is_not_found(organiser, root, draft):
    other = make.competition(root)
    assert organiser.get(f"/competitions/{other.id}/events/{draft.id}/rules").status_code == 404
    assert organiser.get(at(draft, "/rules/5")).status_code == 404
    assert organiser.get(at(draft, "/rules/add/luck")).status_code == 404


def test_judges_look_and_do_not_lock(root, sign_in, draft):
    judge = sign_in(make.user(Role.JUDGE, root))
    assert "Lock the rules" not in judge.get(at(draft, "/rules")).text
    assert judge.post(at(draft, "/life/prepare")).status_code == 403


def test_unlocking_by_the_service_needs_a_reason(draft, operator):
    awards.lock(draft, operator, now())
    with pytest.raises(Exception, match="Say why"):
        awards.unlock(draft, " ", operator)


def test_a_competition_whose_events_come_by_sheet_offers_the_sheet(organiser, root):
    cup = make.competition(root, events_from_sheet=True)
    page = organiser.get(f"/competitions/{cup.id}").text
    assert f"/competitions/{cup.id}/entries/import" in page
    assert f"/competitions/{cup.id}/marks/import" in page


def test_much_theory_is_remarked_while_the_rules_are_open(organiser, draft):
    assert "Theory can bring 100 of 100 points" in organiser.get(at(draft, "/rules")).text
    make.changed(draft, state="prepared", locked_at=now(), locked_by="x")
    assert "Theory can bring" not in organiser.get(at(draft, "/rules")).text
