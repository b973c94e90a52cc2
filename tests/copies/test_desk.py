"""The desk as its people see it: a scan, one tap, a pile, a list to sign."""

import re

import pytest

from skillhub.certificates import services as papers_of
from skillhub.copies import queries, services
from skillhub.copies.queries import Pile
from skillhub.copies.services import Handing
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from tests import make
from tests.copies import papers


@pytest.fixture
def four(root):
    return papers.issued(root)


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root, login="bo"))


def tap(browser, sheet, verb, **fields):
    return browser.post(f"/copies/{sheet.copy.id}/{verb}", data={"back": "desk", **fields})


def state(paper):
    return queries.paper_of(paper).state


def test_a_scan_shows_the_paper_and_the_field_waits_for_the_next(four, staff):
    papers.sent(four)
    page = staff.get("/copies", query_string={"q": f"https://x/v/{four[2].code.lower()}"}).text
    assert "Jean Dupont" in page
    assert "sent to the printer" in page
    field = re.search(r"<input[^>]*id=\"q\"[^>]*>", page)[0]
    assert "autofocus" in field
    assert 'value=""' in field, "the next scan writes into an empty field"


def test_one_tap_says_that_a_sheet_is_good(four, staff):
    [sheet] = papers.sent(four[:1])
    answer = tap(staff, sheet, "confirm")
    assert answer.location == "/copies"
    assert state(four[0]) == "confirmed"
    assert "李伟: confirmed on paper" in staff.get("/copies").text


def test_a_sheet_is_handed_to_another_with_a_drawn_signature(four, staff):
    [sheet] = papers.sent(four[:1])
    tap(staff, sheet, "hand", to_whom="班长 Wang", signature="M1 2L3 4")
    handed = queries.paper_of(four[0]).leading.handed
    assert (handed.to_whom, handed.how, handed.signature) == ("班长 Wang", "drawn", "M1 2L3 4")
    page = staff.get(f"/certificates/{four[0].id}/copies").text
    assert 'd="M1 2L3 4"' in page


@pytest.mark.parametrize("drawn", ['M1 2"/><script>', "url(http://x)", "M" + "1 2L" * 9000])
def test_what_is_no_drawing_is_no_signature(four, staff, drawn):
    [sheet] = papers.sent(four[:1])
    answer = tap(staff, sheet, "hand", signature=drawn)
    assert answer.status_code == 422
    assert state(four[0]) == "sent"


def test_a_sheet_is_spoiled_with_its_reason(four, staff):
    [sheet] = papers.sent(four[:1])
    for reason in ("other", "a reason that nobody offers"):
        refused = tap(staff, sheet, "spoil", reason=reason)
        assert (refused.status_code, "Say why." in refused.text) == (422, True)
    tap(staff, sheet, "spoil", reason="jam")
    assert state(four[0]) == "spoiled"
    assert "paper jam" in staff.get(f"/certificates/{four[0].id}/copies").text


def test_the_other_steps_ask_for_no_reason(four, staff):
    [sheet] = papers.sent(four[:1])
    tap(staff, sheet, "confirm", reason="a reason that nobody offers")
    assert state(four[0]) == "confirmed"


def test_nothing_was_printed_wants_a_reason(four, staff):
    [sheet] = papers.sent(four[:1])
    assert tap(staff, sheet, "unused").status_code == 422
    tap(staff, sheet, "unused", unused_why="the printer was off")
    assert state(four[0]) is None


def test_the_number_of_a_sheet_is_put_right(four, staff):
    [sheet] = papers.sent(four[:1], first_serial="A-1")
    tap(staff, sheet, "serial", serial="A-7")
    assert queries.paper_of(four[0]).leading.serial == "A-7"


def test_the_last_step_is_taken_back_with_a_reason(four, staff):
    [sheet] = papers.sent(four[:1])
    tap(staff, sheet, "confirm")
    last = queries.paper_of(four[0]).leading.last
    assert tap(staff, sheet, "back", seen=last.id).status_code == 422
    tap(staff, sheet, "back", seen=last.id, why="the wrong pile")
    assert state(four[0]) == "sent"
    page = staff.get(f"/certificates/{four[0].id}/copies").text
    assert "the wrong pile" in page
    assert "is-undone" in page


def test_a_step_that_somebody_else_took_meanwhile_is_shown(four, staff):
    [sheet] = papers.sent(four[:1])
    services.spoil([sheet], "torn", OPERATOR, now())
    answer = tap(staff, sheet, "confirm")
    assert answer.status_code == 409
    assert ": copy 1 is spoiled (Operator of this machine, " in answer.text


def test_a_withdrawn_paper_is_not_offered_for_handing_over(four, staff):
    [sheet] = papers.sent(four[:1])
    papers_of.withdraw(four[0], "wrong name", OPERATOR, now())
    page = staff.get("/copies", query_string={"q": four[0].number}).text
    assert "It is not handed over" in page
    assert "/hand" not in page
    assert tap(staff, sheet, "hand").status_code == 409


def test_a_pile_is_handed_to_whoever_took_it(four, staff):
    sheets = papers.sent(four)
    services.confirm(sheets, OPERATOR, now())
    page = staff.get("/copies/papers?state=confirmed")
    assert page.text.count('name="item"') == 4
    keys = [sheet.copy.id for sheet in sheets[:3]]
    staff.post("/copies/papers/hand", data={"item": keys, "to_whom": "李师傅", "listed": "y"})
    handed = [queries.paper_of(one).leading.handed for one in four]
    assert [h and (h.to_whom, h.how) for h in handed] == [("李师傅", "listed")] * 3 + [None]
    staff.post("/copies/papers/back", data={"item": keys, "why": "the wrong pile"})
    assert [state(one) for one in four] == ["confirmed"] * 4


def test_many_at_once_are_confirmed_by_their_number(root, staff):
    sheets = papers.sent(papers.issued(root, [f"N{n}" for n in range(21)]))
    keys = {"item": [sheet.copy.id for sheet in sheets]}
    refused = staff.post("/copies/papers/confirm", data=keys)
    assert (refused.status_code, "type 21 to confirm" in refused.text) == (422, True)
    assert staff.post("/copies/papers/confirm", data={**keys, "count": "21"}).status_code == 302


def test_a_name_that_is_too_long_is_refused_and_stays_in_its_field(four, staff):
    [sheet] = papers.sent(four[:1])
    data = {"item": [sheet.copy.id], "to_whom": "王" * 101}
    refused = staff.post("/copies/papers/hand", data=data)
    assert (refused.status_code, "王" * 101 in refused.text) == (422, True)
    assert state(four[0]) == "sent"


def test_papers_are_looked_for_by_unit_competition_sending_and_state(root, four, staff):
    other = papers.issued(root, ["Zoe"], unit="港口集团")
    [sheet] = papers.sent(other)
    papers.sent(four)
    cup = other[0].award.event.competition_id
    for asked in ({"unit": "港口集团"}, {"competition": cup}, {"sending": sheet.copy.sending_id}):
        page = staff.get("/copies/papers", query_string=asked).text
        assert ("Zoe" in page, "Jean Dupont" in page) == (True, False), asked
    assert "No paper here" in staff.get("/copies/papers?state=spoiled").text


@pytest.mark.parametrize("key", ["9" * 19, "9" * 30, "9" * 5000, "-1", "x", ""])
def test_a_key_that_cannot_be_is_no_paper(four, staff, key):
    papers.sent(four)
    for verb in ("confirm", "hand", "back"):
        answer = staff.post(
            f"/copies/papers/{verb}", data={"item": [key], "why": "w", "to_whom": "w"}
        )
        assert answer.status_code == 422
        assert "Nothing is chosen" in answer.text


def test_the_list_to_sign_names_everybody(four, staff):
    papers.sent(four)
    page = staff.get("/copies/papers/list").text
    assert all(name in page for name in papers.NAMES)


def test_another_organisation_is_not_seen_and_not_touched(root, four, sign_in):
    [sheet] = papers.sent(four[:1])
    other = make.organisation("other", parent=root)
    stranger = sign_in(make.user("certificate_staff", other))
    assert tap(stranger, sheet, "confirm").status_code == 404
    stranger.post("/copies/papers/confirm", data={"item": [sheet.copy.id]})
    assert state(four[0]) == "sent"
    assert "Nothing found" in stranger.get("/copies", query_string={"q": "李伟"}).text


def test_an_auditor_reads_and_taps_nothing(root, four, sign_in):
    [sheet] = papers.sent(four[:1])
    auditor = sign_in(make.user("auditor", root))
    page = auditor.get("/copies", query_string={"q": "李伟"}).text
    assert "李伟" in page
    assert f"/copies/{sheet.copy.id}/confirm" not in page
    assert tap(auditor, sheet, "confirm").status_code == 403


def test_looking_changes_nothing(four, staff):
    services.hand_over(papers.sent(four), Handing(), OPERATOR, now())
    before = make.db.session.execute(make.db.text("SELECT count(*) FROM journal")).scalar()
    for address in (
        "/copies",
        "/copies?q=a",
        "/copies/papers",
        "/copies/papers/list",
        "/copies/balance",
    ):
        assert staff.get(address).status_code == 200
    assert make.db.session.execute(make.db.text("SELECT count(*) FROM journal")).scalar() == before


@pytest.mark.parametrize("words", ["", "%", "_", "'", "/v/", "GD-", "a" * 500])
def test_whatever_is_typed_finds_or_does_not(four, staff, words):
    assert staff.get("/copies", query_string={"q": words}).status_code == 200


def test_a_state_is_looked_for_among_all_papers_and_not_among_the_latest_alone(four, monkeypatch):
    sheets = papers.sent(four)
    services.spoil(sheets[:1], "torn", OPERATOR, now())
    monkeypatch.setattr(queries, "LISTED", 2)
    [found] = queries.piled(OPERATOR, Pile(state="spoiled"))
    assert found.certificate.id == four[0].id
    assert len(queries.piled(OPERATOR, Pile(state="sent"))) == 2


def test_from_a_spoiled_paper_it_is_one_step_to_printing_it_again(four, staff):
    sheets = papers.sent(four)
    services.spoil(sheets[:1], "torn", OPERATOR, now())
    for sheet, offered in zip(sheets[:2], (True, False), strict=True):
        page = staff.get("/copies", query_string={"q": sheet.copy.certificate.number}).text
        assert ("Print it again" in page) is offered
