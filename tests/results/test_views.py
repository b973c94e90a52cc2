"""Pages of a ranking and of its signature."""

import pytest

from skillhub.kernel.access import Role
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.results import queries
from tests import make

SIGNED = {"name": "olga "}
TIES = {"keys": ["total desc"], "remaining_tie": "must_resolve", "decimals": 1}


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root, login="olga"))


@pytest.fixture
def second(root):
    return make.user(Role.CHECKER, root)


@pytest.fixture
def event(root):
    return make.event(make.competition(root), parts=(("theory", 100, 1),))


def at(event, tab=""):
    return f"/competitions/{event.competition_id}/events/{event.id}/results{tab}"


def test_shows_places_guests_blanks_and_reasons(organiser, event, second):
    make.entry(event, "1", marks={"theory": 90}, checked_by=second)
    make.entry(event, "2", marks={"theory": 80}, checked_by=second)
    make.entry(event, "3", marks={"theory": 85}, official=False)
    make.entry(event, "4")
    make.entry(event, "5", status="DSQ", status_reason="telephone")
    page = organiser.get(at(event)).text
    for words in (
        "provisional",
        "separated by",
        "would be at place 2",
        "blank: Theory",
        "telephone",
        "90.00",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("arrange", "sentence", "page"),
    [
        pytest.param({"entries": ()}, "nobody is entered", "entries", id="nobody entered"),
        pytest.param({"entries": (None,)}, "no mark for Theory", "marks/", id="a blank mark"),
        pytest.param(
            {"entries": (9, 9), "ranking": TIES},
            "nothing separates them",
            "results/share",
            id="a tie to resolve",
        ),
        pytest.param(
            {"entries": (9,), "checked": False},
            "wait for a second person",
            "marks/check",
            id="not checked",
        ),
        pytest.param(
            {"entries": (9,), "awards": []}, "the awards are not set", "rules", id="no awards"
        ),
        pytest.param(
            {"entries": (9,), "locked": False}, "not locked yet", "rules", id="open rules"
        ),
    ],
)
def test_each_blocker_is_named_and_leads_to_its_page(
    organiser, root, second, arrange, sentence, page
):
    rows, checked = arrange.pop("entries"), arrange.pop("checked", True)
    event = make.event(make.competition(root), parts=(("theory", 100, 1),), **arrange)
    for mark in rows:
        make.entry(
            event, marks={"theory": mark} if mark else None, checked_by=second if checked else None
        )
    shown = organiser.post(at(event, "/final"), data=SIGNED)
    assert shown.status_code == 409
    assert sentence in shown.text
    assert f'href="/competitions/{event.competition_id}/events/{event.id}/{page}' in shown.text
    assert queries.current(event) is None


def test_a_rejected_mark_blocks(organiser, event, second):
    make.entry(event, marks={"theory": 9})
    (waiting,) = marking.to_check(event)
    marks.reject(event, {waiting.id: waiting.version}, "wrong", second.as_actor())
    assert "rejected by the checker" in organiser.get(at(event, "/final")).text


def test_nothing_is_open_so_it_is_signed_once(organiser, event, second):
    make.entry(event, "1", marks={"theory": 90}, checked_by=second)
    assert "You sign as Olga" in organiser.get(at(event, "/final")).text
    page = organiser.post(at(event, "/final"), data=SIGNED, follow_redirects=True).text
    version = queries.current(event)
    assert version.signed_by == "Olga"
    assert version.content_hash[:16] in page
    assert "provisional" not in page
    organiser.post(at(event, "/final"), data=SIGNED)
    assert len(queries.versions(event)) == 1


def test_taken_back_with_a_reason_the_version_stays_to_be_seen(organiser, event, second):
    make.entry(event, "1", marks={"theory": 90}, checked_by=second)
    organiser.post(at(event, "/final"), data=SIGNED)
    assert "required" in organiser.post(at(event, "/reopen"), data={"why": ""}).text
    page = organiser.post(
        at(event, "/reopen"), data={"why": "a wrong key"}, follow_redirects=True
    ).text
    assert "a wrong key" in page
    assert "provisional" in page
    organiser.post(at(event, "/final"), data=SIGNED)
    assert queries.current(event).number == 2


def test_only_organisers_sign(root, sign_in, event):
    for role in (Role.JUDGE, Role.CHECKER, Role.CERTIFICATE_STAFF, Role.AUDITOR):
        browser = sign_in(make.user(role, root))
        assert browser.get(at(event)).status_code == 200
        assert browser.post(at(event, "/final")).status_code == 403


def test_says_what_to_do_when_nobody_is_ranked(organiser, event):
    assert "No ranking yet" in organiser.get(at(event)).text


def test_a_tie_that_must_be_decided_is_shared_with_a_reason(organiser, root):
    cup = make.competition(root, checking="off")
    event = make.event(cup, ranking=TIES, parts=(("theory", 100, 1),))
    for code in ("1", "2"):
        make.entry(event, code, name=f"Entrant {code}", marks={"theory": 9})
    assert at(event, "/share") in organiser.get(at(event, "/final")).text
    page = organiser.get(at(event, "/share")).text
    assert "Entrant 1" in page
    assert "correct the mark" in page

    assert "required" in organiser.post(at(event, "/share"), data={"why": ""}).text
    page = organiser.post(at(event, "/share"), data={"why": "drawn"}, follow_redirects=True).text
    assert "Nothing is open any more" in page
    assert "No tie keeps this event open" in organiser.get(at(event, "/share")).text
    assert not queries.unresolved(event)


def test_lots_for_a_tie_are_recorded_on_their_page(organiser, root):
    cup = make.competition(root, checking="off")
    event = make.event(cup, ranking=TIES, parts=(("theory", 100, 1),))
    first, second = (make.entry(event, code, marks={"theory": 9}) for code in ("1", "2"))
    page = organiser.get(at(event, f"/lots/{first.id}")).text
    assert "before a witness" in page
    drawn = {"lots-0": "2", "lots-1": "2", "why": "equal", "witness": "Wu"}
    assert "drawn once" in organiser.post(at(event, f"/lots/{first.id}"), data=drawn).text
    organiser.post(at(event, f"/lots/{first.id}"), data={**drawn, "lots-1": "1"})
    assert [s.entry for s in queries.computed(event).standings] == [second.id, first.id]
    assert "separated by lot" in organiser.get(at(event)).text
    assert "No tie keeps this event open" in organiser.get(at(event, f"/lots/{first.id}")).text


def test_a_missing_time_is_entered_on_its_page(organiser, root):
    cup = make.competition(root, checking="off")
    parts = (("theory", 100, 1), ("time", 7200, 0, None, "time"))
    keys = {**TIES, "keys": ["total desc", "time asc"]}
    event = make.event(cup, ranking=keys, parts=parts)
    _, second = (make.entry(event, code, marks={"theory": 9}) for code in ("1", "2"))
    assert at(event, f"/time/{second.id}") in organiser.get(at(event, "/share")).text
    page = at(event, f"/time/{second.id}")
    assert "required" in organiser.post(page, data={"points": "300"}).text
    organiser.post(page, data={"points": "300", "evidence": "photo of the clock"})
    assert queries.computed(event).standings[0].entry == second.id
    assert "No time of this entry is missing" in organiser.get(page).text
