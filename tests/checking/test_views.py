"""Pages on which a second person looks."""

import json
import re
from decimal import Decimal

import pytest

from skillhub.accounts.models import Grant
from skillhub.checking import queries as checking
from skillhub.checking import services
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.marking import queries
from skillhub.marking import services as marks
from skillhub.marking.models import SheetState
from tests import make
from tests.judged import enter
from tests.panels.test_secrecy import addresses, text_of


@pytest.fixture
def checker(root, sign_in):
    return sign_in(make.user(Role.CHECKER, root, login="checker"))


def at(event, tab=""):
    return f"/competitions/{event.competition_id}/events/{event.id}/marks{tab}"


def key(sheet):
    return f"{sheet.id}:{sheet.version}:{sheet.points}"


def test_own_marks_are_shown_but_not_offered(root, sign_in, event):
    user = make.user(Role.ORGANISER, root)
    organiser = sign_in(user)
    enter(event, make.entry(event), user.as_actor(), "80")
    page = organiser.get(at(event, "/check")).text
    assert "your own" in page
    assert 'name="picked"' not in page
    (sheet,) = queries.of(event).values()
    sent = {"act": "some", "picked": key(sheet)}
    assert organiser.post(at(event, "/check"), data=sent).status_code == 403
    sent = {"act": "matches", "shown": key(sheet)}
    assert organiser.post(at(event, f"/check/{sheet.entry_id}"), data=sent).status_code == 403


def test_confirms_some_then_all(clerk, checker, event):
    enter(event, make.entry(event, "1"), clerk, "80", "20")
    enter(event, make.entry(event, "2"), clerk, "70")
    keys = [key(s) for s in queries.to_check(event)]
    checker.post(at(event, "/check"), data={"act": "some", "picked": keys[:1], "shown": keys})
    assert queries.counts(event)[SheetState.CHECKED] == 1
    checker.post(at(event, "/check"), data={"act": "all", "shown": keys[1:]})
    assert queries.counts(event)[SheetState.CHECKED] == 3
    assert "Nothing to check" in checker.get(at(event, "/check")).text


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        pytest.param({"act": "some"}, 409, "Choose at least one mark", id="nothing ticked"),
        pytest.param({"picked": "x:y"}, 409, "Choose at least one mark", id="nonsense"),
        pytest.param({"picked": "ID:9:80"}, 409, "changed meanwhile", id="an old version"),
        pytest.param({"picked": "ID:VERSION:81"}, 422, "cannot change", id="changed values"),
        pytest.param(
            {"act": "reject", "picked": "ID:VERSION:80"}, 422, "does not match", id="no words"
        ),
    ],
)
@pytest.mark.parametrize("page", ["", "/ENTRY"])
def test_checking_refuses(clerk, checker, event, sent, status, sentence, page):
    entry = make.entry(event)
    enter(event, entry, clerk, "80")
    (sheet,) = queries.of(event).values()
    fill = {"ID": str(sheet.id), "VERSION": str(sheet.version)}
    data = {k: re.sub("ID|VERSION", lambda m: fill[m[0]], v) for k, v in sent.items()}
    if page:
        data["shown"] = data.pop("picked", "")
        data["act"] = "differs" if data.get("act") == "reject" else "matches"
    answer = checker.post(at(event, "/check" + page.replace("ENTRY", str(entry.id))), data=data)
    assert (answer.status_code, sentence in answer.text) == (status, True)


@pytest.mark.parametrize(
    "picked", ["9" * 5000 + ":1:1", "1:" + "9" * 5000, f"{10**30}:1:1", "²:1:1", "x"]
)
def test_a_mark_that_cannot_be_is_none(checker, event, picked):
    page = checker.post(at(event, "/check"), data={"picked": picked})
    assert page.status_code == 409
    assert queries.of(event) == {}


def test_the_checking_view_shows_the_total_first_and_no_edit_field(clerk, checker, event):
    one, two = make.entry(event, "1"), make.entry(event, "2")
    enter(event, one, clerk, "80", "20.5")
    enter(event, two, clerk, "70", "10")
    page = checker.get(at(event, f"/check/{one.id}")).text
    assert "pile 1" in page
    assert page.index("100.5") < page.index("20.5</dd>")
    fields = re.findall(r"<input[^>]*>", page)
    assert all('type="hidden"' in f or 'id="why"' in f for f in fields)
    sent = {"act": "matches", "shown": [key(s) for s in queries.to_check(event)[:2]]}
    answer = checker.post(at(event, f"/check/{one.id}"), data=sent)
    assert answer.location == at(event, f"/check/{two.id}")
    assert queries.counts(event)[SheetState.CHECKED] == 2
    left = [key(s) for s in queries.to_check(event)]
    answer = checker.post(
        at(event, f"/check/{two.id}"), data={"act": "differs", "shown": left, "why": "paper says 7"}
    )
    assert answer.location == at(event, "/check")
    assert queries.counts(event)[SheetState.REJECTED] == 2
    assert checker.get(at(event, f"/check/{two.id}")).status_code == 404


def test_an_entry_of_which_two_clerks_have_papers_is_taken_once(clerk, checker, event, root):
    """A judge gave one part and a clerk typed the other: two papers, one entry."""
    entry = make.entry(event, "1")
    judge = make.user(Role.JUDGE, root).as_actor()
    enter(event, entry, clerk, "80")
    practice = event.components[1]
    marks.enter(event, {(entry.id, practice.id): (Decimal(20), 0)}, judge, now())
    answer = checker.post(at(event, "/check/pile"))
    assert answer.location == at(event, f"/check/{entry.id}")
    assert [claim.user.username for claim in checking.claims_on([entry.id]).values()] == ["checker"]


def test_takes_a_pile_and_others_see_who_has_it(clerk, checker, event, root, sign_in):
    entry = make.entry(event)
    enter(event, entry, clerk, "80")
    answer = checker.post(at(event, "/check/pile"))
    assert answer.location == at(event, f"/check/{entry.id}")
    other = sign_in(make.user(Role.CHECKER, root, login="other"))
    page = other.get(at(event, "/check")).text
    assert "taken" in page
    assert 'name="picked"' not in page
    assert "Somebody else has taken" in other.get(at(event, f"/check/{entry.id}")).text
    assert other.post(at(event, "/check/pile")).status_code == 409


def test_the_second_entry_never_shows_the_first(clerk, checker, twice):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25", "20")
    page = checker.get(at(twice, "/second")).text
    assert "81.25" not in page
    theory, practice = twice.components
    cells = {f"m-{entry.id}-{theory.id}": "abc", f"m-{entry.id}-{practice.id}": "27"}
    page = checker.post(at(twice, "/second"), data=cells)
    assert page.status_code == 422
    assert 'value="abc"' in page.text
    assert "81.25" not in page.text
    cells = {f"m-{entry.id}-{theory.id}": "81.52", f"m-{entry.id}-{practice.id}": "20"}
    assert checker.post(at(twice, "/second"), data=cells).status_code == 302
    page = checker.get(at(twice, "/differences")).text
    assert re.findall(r'data-cell="([0-9-]+)"', page) == [f"{entry.id}-{theory.id}"]


def test_the_way_to_the_second_entry_never_shows_the_first(clerk, checker, twice):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25", "20")
    for tab in ("/check", f"/check/{entry.id}"):
        page = checker.get(at(twice, tab)).text
        assert "not shown" in page
        assert "81.25" not in page
        assert "101.25" not in page


def test_a_third_person_settles_on_the_page(clerk, second, third, twice, root, sign_in):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "80")
    checker = sign_in(make.user(Role.CHECKER, root, login="one"))
    cell = f"m-{entry.id}-{twice.components[0].id}"
    checker.post(at(twice, "/second"), data={cell: "8"})
    (found,) = checking.differences(twice)
    address = at(twice, f"/differences/{found.second.id}")
    sent = {"how": "first", "version": found.second.version}
    assert checker.post(address, data=sent).status_code == 403
    other = sign_in(make.user(Role.CHECKER, root, login="two"))
    assert other.post(address, data={"how": "x"}).status_code == 422
    assert other.post(address, data=sent | {"how": "neither"}).status_code == 422
    assert other.post(address, data=sent).status_code == 302
    assert other.post(address, data=sent).status_code == 404


def test_the_owner_does_without(root, sign_in, event):
    organiser = sign_in(make.user(Role.ORGANISER, root))
    make.entry(event, marks={"theory": 80, "practice": 20})
    address = f"/competitions/{event.competition_id}/do-without"
    version = event.competition.version
    assert "Do without" in organiser.get(address).text
    organiser.post(address, data={"why": "one clerk only", "version": version})
    assert "one clerk only" in organiser.get(at(event)[: -len("marks")] + "results").text


def shown_keys(page):
    return re.findall(r'name="shown" value="([^"]+)"', page)


@pytest.mark.parametrize("act", ["all", "some", "reject"])
def test_many_marks_at_once_are_counted_back_named_and_taken_back(clerk, checker, event, act):
    for n in range(1, 12):
        enter(event, make.entry(event, f"{n}", name=f"Worker {n}"), clerk, "80", "20")
    page = checker.get(at(event, "/check")).text
    assert "Confirm all that are shown (22)" in page
    assert "sheets are shown" not in page, "none is left out"
    assert page.count("Worker 1, ") >= 1 and "such as" in page
    keys = shown_keys(page)
    sent = {"act": act, "shown": keys, "picked": keys, "why": "another pile"}
    for count in ("", "21"):
        refused = checker.post(at(event, "/check"), data={**sent, "count": count})
        assert refused.status_code == 422
        assert "type 22 to confirm" in refused.text
        assert queries.counts(event)[SheetState.ENTERED] == 22
    checker.post(at(event, "/check"), data={**sent, "count": " 22 "})
    counts = queries.counts(event)
    if act == "reject":
        assert counts[SheetState.REJECTED] == 22
        return
    assert counts[SheetState.CHECKED] == 22

    page = checker.get(at(event, "/check")).text
    assert "You confirmed 22 marks at once" in page
    (moment,) = re.findall(r'name="at" value="([^"]+)"', page)
    assert checker.post(at(event, "/check/undo"), data={"at": "x"}).status_code == 409
    checker.post(at(event, "/check/undo"), data={"at": moment})
    assert queries.counts(event)[SheetState.ENTERED] == 22
    assert checker.post(at(event, "/check/undo"), data={"at": moment}).status_code == 409


def test_only_what_still_stands_is_taken_back_and_only_by_whoever_confirmed(
    clerk, checker, event, root, sign_in
):
    entries = [make.entry(event, f"{n}") for n in range(1, 4)]
    for entry in entries:
        enter(event, entry, clerk, "80")
    checker.post(
        at(event, "/check"),
        data={"act": "all", "shown": shown_keys(checker.get(at(event, "/check")).text)},
    )
    part = event.components[0]
    marks.enter(event, {(entries[0].id, part.id): (Decimal(81), 2)}, clerk, now())
    other = sign_in(make.user(Role.CHECKER, root, login="other"))
    assert "marks at once" not in other.get(at(event, "/check")).text
    page = checker.get(at(event, "/check")).text
    assert "You confirmed 2 marks at once" in page
    (moment,) = re.findall(r'name="at" value="([^"]+)"', page)
    assert other.post(at(event, "/check/undo"), data={"at": moment}).status_code == 409
    checker.post(at(event, "/check/undo"), data={"at": moment})
    assert queries.counts(event)[SheetState.ENTERED] == 3


@pytest.mark.parametrize(
    "where",
    [
        "marks",
        "marks/export.csv",
        "table",
        "table/places",
        "results",
        "results/sheet.pdf",
        "awards",
    ],
)
def test_nothing_of_the_first_entry_is_read_before_the_second(
    clerk, checker, twice, root, sign_in, where
):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25", "20")
    page = checker.get(at(twice).removesuffix("marks") + where)
    assert page.status_code in {200, 403}
    assert b"%PDF" not in page.data
    for points in ("81.25", "101.25"):
        assert points not in page.text
    organiser = sign_in(make.user(Role.ORGANISER, root, login="organiser"))
    assert organiser.get(at(twice).removesuffix("marks") + where).status_code == 200


def test_no_page_and_no_file_tells_the_first_entry_to_who_may_type_the_second(
    app, clerk, twice, root, sign_in
):
    """Every address that reads, as a checker: one by one, whatever is added later."""
    person = make.person("Li Wei", employer=root, number="W1")
    entry = make.entry(twice, "1", name="Li Wei", person=person, organisation=root)
    enter(twice, entry, clerk, "81.25", "20.5")
    checker = sign_in(make.user(Role.CHECKER, root, login="checker"))
    organiser = sign_in(make.user(Role.ORGANISER, root, login="organiser"))
    read = told = 0
    for address in addresses(app, twice, entry_id=[entry.id]):
        page = checker.get(address)
        read += page.status_code == 200
        text = text_of(page)
        for points in ("81.25", "20.5", "101.75"):
            assert points not in text, address
        told += any(points in text_of(organiser.get(address)) for points in ("81.25", "101.75"))
    assert read >= 30
    assert told >= 5, "who does not type it again reads it in many places"


@pytest.mark.parametrize("role", [Role.JUDGE, Role.ORGANISER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_a_checker_types_a_second_time(clerk, twice, root, sign_in, role):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25", "20")
    browser = sign_in(make.user(role, root, login="other"))
    cell = f"m-{entry.id}-{twice.components[0].id}"
    assert browser.get(at(twice, "/second")).status_code == 403
    assert browser.post(at(twice, "/second"), data={cell: "81.25"}).status_code == 403
    assert queries.counts(twice)[SheetState.CHECKED] == 0
    for page in ("/work", at(twice), at(twice, "/check")):
        shown = browser.get(page)
        assert shown.status_code == 200
        assert at(twice, "/second") not in shown.text, page


def test_the_work_of_an_organiser_leads_to_a_page_that_opens(clerk, twice, root, sign_in):
    enter(twice, make.entry(twice, "1"), clerk, "81.25", "20")
    browser = sign_in(make.user(Role.ORGANISER, root, login="organiser"))
    assert at(twice, "/check") in browser.get("/work").text
    assert browser.get(at(twice, "/check")).status_code == 200


def test_whose_second_entry_differs_reads_the_first_in_no_place(
    clerk, checker, twice, root, sign_in
):
    """They may still type it again: it must be what the paper says."""
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25")
    cell = f"m-{entry.id}-{twice.components[0].id}"
    checker.post(at(twice, "/second"), data={cell: "8"})
    page = checker.get(at(twice, "/differences")).text
    assert "81.25" not in page
    assert "not shown" in page
    third = sign_in(make.user(Role.CHECKER, root, login="other"))
    assert "81.25" in third.get(at(twice, "/differences")).text


def test_a_sheet_of_marks_does_not_tell_what_changes(clerk, twice, root, sign_in):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25")
    sheet = f"event,entry,theory\n{twice.code},{entry.code},50\n"
    address = at(twice, "/import")
    for browser, status in (
        (both(root, sign_in)[0], False),
        (sign_in(make.user(Role.ORGANISER, root, login="organiser")), True),
    ):
        page = browser.post(address, data={"pasted": sheet}, follow_redirects=True).text
        assert ("81.25" in page) is status
        assert ("Enter it on the page of the second entry" in page) is not status


def both(root, sign_in):
    user = make.user(Role.ORGANISER, root, login="both")
    make.keep(Grant(user_id=user.id, role=Role.CHECKER, organisation=root))
    return sign_in(user), user.as_actor()


def test_an_organiser_who_checks_neither_reads_nor_overwrites_the_first_entry(
    clerk, twice, root, sign_in
):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25")
    browser, actor = both(root, sign_in)
    part = twice.components[0]
    page = browser.get(at(twice, f"/{entry.id}")).text
    assert "not shown" in page
    assert "81.25" not in page
    name = f"m-{entry.id}-{part.id}"
    sent = browser.post(at(twice, f"/{entry.id}"), data={name: "50", f"seen-{name}": "0:"})
    assert sent.status_code == 403
    assert "81.25" not in sent.text
    value = {"key": "k1", "entry": entry.id, "column": str(part.id), "text": "50", "version": 0}
    table = at(twice).removesuffix("marks") + "table"
    sent = browser.post(table, data={"cells": json.dumps([value])})
    assert sent.status_code == 422
    assert "second entry" in sent.text
    assert "81.25" not in sent.text
    own = make.entry(twice, "2")
    enter(twice, own, actor, "61.5")
    assert "61.5" in browser.get(at(twice)).text  # the own entry stays to be read


def test_both_entries_once_compared_are_shown(clerk, checker, second, twice):
    entry = make.entry(twice, "1")
    enter(twice, entry, clerk, "81.25", "20")
    typed = {
        (entry.id, p.id): v
        for p, v in zip(twice.components, map(Decimal, ("81.25", "20")), strict=True)
    }
    services.enter_again(twice, typed, second, now())
    assert "81.25" in checker.get(at(twice)).text
    assert "101.25" in checker.get(at(twice).removesuffix("marks") + "results").text


def test_the_work_of_a_checker_leads_to_the_second_entry(clerk, checker, twice):
    enter(twice, make.entry(twice, "1"), clerk, "81.25", "20")
    assert at(twice, "/second") in checker.get("/work").text
