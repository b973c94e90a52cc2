"""Pages on which marks are entered and confirmed."""

import io
from decimal import Decimal

import pytest

from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.marking import queries
from skillhub.marking.models import SheetState
from tests import make


@pytest.fixture
def judge(root, sign_in):
    return sign_in(make.user(Role.JUDGE, root, login="judge"))


@pytest.fixture
def checker(root, sign_in):
    return sign_in(make.user(Role.CHECKER, root, login="checker"))


@pytest.fixture
def event(root):
    return make.event(make.competition(root), parts=(("theory", 100, 1), ("practice", 25, 1)))


def at(event, tab=""):
    return f"/competitions/{event.competition_id}/events/{event.id}/marks{tab}"


def cells(event, entry, *typed, seen=("0:", "0:")):
    """What a browser sends for one entry."""
    sent = {}
    for part, text, before in zip(event.components, typed, seen, strict=True):
        sent[f"m-{entry.id}-{part.id}"], sent[f"seen-m-{entry.id}-{part.id}"] = text, before
    return sent


def points(event):
    return {(s.entry_id, s.component.code): s.points for s in queries.of(event).values()}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("12.5", Decimal("12.5"), id="a point"),
        pytest.param("12,5", Decimal("12.5"), id="a comma"),
        pytest.param(" １２。５ ", Decimal("12.5"), id="full width"),
        pytest.param("0", Decimal(0), id="nought is a mark"),
    ],
)
def test_stores_what_is_typed(judge, event, typed, stored):
    entry = make.entry(event)
    assert judge.post(at(event), data=cells(event, entry, "", typed)).status_code == 302
    assert points(event) == {(entry.id, "practice"): stored}


@pytest.mark.parametrize("typed", ["abc", "1e3", "1.23456", "1 2", "NaN"])
def test_text_that_is_no_number_is_kept_and_nothing_saved(judge, event, typed):
    entry = make.entry(event)
    page = judge.post(at(event), data=cells(event, entry, "50", typed))
    assert page.status_code == 422
    assert f'value="{typed}"' in page.text
    assert 'value="50"' in page.text
    assert "is no number for" in page.text
    assert f'href="#m-{entry.id}-{event.components[1].id}"' in page.text
    assert points(event) == {}


def test_all_that_is_wrong_with_typed_marks_is_said_at_once(judge, event):
    first, second = make.entry(event), make.entry(event)
    typed = cells(event, first, "abc", "27") | cells(event, second, "-3", "5")
    page = judge.post(at(event), data=typed).text
    assert "“abc” is no number for Theory" in page
    assert "27 is above the maximum 25 for Practice" in page
    assert "-3 is below 0 for Theory" in page


def test_a_mark_above_the_maximum_is_refused_at_its_cell(judge, event):
    page = judge.post(at(event), data=cells(event, make.entry(event), "", "27"))
    assert "27 is above the maximum 25 for Practice" in page.text
    assert 'aria-invalid="true"' in page.text


def test_two_judges_in_one_row_keep_both(judge, root, sign_in, event):
    entry = make.entry(event)
    other = sign_in(make.user(Role.JUDGE, root))
    judge.post(at(event), data=cells(event, entry, "80", ""))
    other.post(at(event), data=cells(event, entry, "", "20"))
    assert points(event) == {(entry.id, "theory"): 80, (entry.id, "practice"): 20}


def test_two_judges_in_one_cell_see_both_values(judge, root, sign_in, event):
    entry = make.entry(event)
    other = sign_in(make.user(Role.JUDGE, root))
    judge.post(at(event), data=cells(event, entry, "80", ""))
    page = other.post(at(event), data=cells(event, entry, "81", ""))
    assert page.status_code == 409
    assert "you typed 81, meanwhile 80 was stored by Judge" in page.text
    assert 'value="81"' in page.text
    assert 'value="1:80"' in page.text  # saved again, it replaces the 80 that was seen
    other.post(at(event), data=cells(event, entry, "81", "", seen=("1:80", "0:")))
    assert points(event) == {(entry.id, "theory"): 81}


def test_an_absent_entry_takes_no_marks(judge, event):
    make.entry(event, status="DNS")
    page = judge.get(at(event)).text
    assert "did not start" in page
    assert "data-mark" not in page


def test_a_rejected_mark_says_why_and_is_typed_again(judge, checker, event):
    entry = make.entry(event)
    judge.post(at(event), data=cells(event, entry, "80", ""))
    (sheet,) = queries.of(event).values()
    key = f"{sheet.id}:{sheet.version}:{sheet.points}"
    checker.post(at(event, "/check"), data={"act": "reject", "picked": key, "why": "paper says 8"})
    page = judge.get(at(event)).text
    assert "paper says 8" in page
    judge.post(at(event), data=cells(event, entry, "80", "", seen=("2:", "0:")))
    (sheet,) = queries.of(event).values()
    assert sheet.state is SheetState.ENTERED


def test_a_phone_goes_from_entry_to_entry(judge, event):
    first, second = make.entry(event, "1"), make.entry(event, "2")
    sent = cells(event, first, "80", "20") | {"then": "next"}
    assert judge.post(at(event, f"/{first.id}"), data=sent).location == at(event, f"/{second.id}")
    foreign = make.entry(make.event(event.competition, code="02"))
    assert judge.get(at(event, f"/{foreign.id}")).status_code == 404


def test_checkers_do_not_enter_and_judges_do_not_check(judge, checker, event):
    entry = make.entry(event)
    assert checker.post(at(event), data=cells(event, entry, "80", "")).status_code == 403
    assert judge.post(at(event, "/check"), data={"act": "all"}).status_code == 403
    assert "data-mark" not in checker.get(at(event)).text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_is_imported_without_a_change(judge, event, kind):
    make.entry(event, "01", marks={"theory": "88.25", "practice": 0})
    make.entry(event, "02", marks={"theory": 7})
    make.entry(event, "03", status="DNS")
    sheet = judge.get(at(event, f"/export.{kind}"))
    page = judge.post(
        at(event, "/import"),
        data={"file": (io.BytesIO(sheet.data), f"m.{kind}")},
        follow_redirects=True,
    )
    assert "here already" in page.text


def test_an_empty_sheet_holds_the_names_and_no_marks(judge, event):
    make.entry(event, "01", name="李娜", marks={"theory": "88.25"})
    text = judge.get(at(event, "/export.csv?empty=1")).data.decode("utf-8-sig")
    assert "李娜" in text
    assert "88.25" not in text


def test_a_judge_neither_adds_entries_nor_locks_rules_by_a_sheet(judge, root):
    draft = make.event(make.competition(root), locked=False)
    make.entry(draft, "01")
    sent = {"pasted": "Entry\tScore\n01\t5\n02\t5\n", "create": "y"}
    page = judge.post(at(draft, "/import"), data=sent, follow_redirects=True).text
    assert "there is no entry" in page
    assert "An organiser must lock the rules first" in page
    assert "Apply all" not in page


def test_a_sheet_may_add_entries_only_when_asked(root, sign_in, event):
    organiser = sign_in(make.user(Role.ORGANISER, root))
    pasted = "Entry\tTheory\n07\t55,5\n"
    page = organiser.post(at(event, "/import"), data={"pasted": pasted}, follow_redirects=True)
    assert "there is no entry" in page.text
    page = organiser.post(
        at(event, "/import"), data={"pasted": pasted, "create": "y"}, follow_redirects=True
    )
    token = page.text.split('name="token" value="')[1].split('"')[0]
    address = f"{page.request.path}?create=1"
    organiser.post(address, data={"step": "apply", "token": token})
    assert list(points(event).values()) == [Decimal("55.5")]
    assert organiser.post(address, data={"step": "apply", "token": token}).status_code == 302
    assert len(points(event)) == 1


def test_says_what_to_do_before_anything_can_be_marked(judge, root):
    event = make.event(make.competition(root), locked=False)
    assert "Admit entries first" in judge.get(at(event)).text
    make.entry(event)
    assert "once the rules are locked" in judge.get(at(event)).text
    final = make.event(
        event.competition, code="9", locked=False, state="final", locked_at=now(), locked_by="x"
    )
    make.entry(final)
    assert "can no longer change" in judge.get(at(final)).text
