"""The pages of an amendment, from the wrong scheme to the second person's approval."""

import io
import re
from threading import Barrier, Thread

import openpyxl
import pytest

from skillhub.drafting.models import Amendment
from skillhub.drafting.rules import AmendmentState
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.panels.models import Code
from tests import make
from tests.amendments import events
from tests.amendments.test_works import RIGHT, places, points


@pytest.fixture
def crew(root):
    return events.people(root)


@pytest.fixture
def event(root, crew):
    return events.marked(root, crew)


@pytest.fixture
def proposer(crew, sign_in):
    return sign_in(crew["proposer"])


@pytest.fixture
def approver(crew, sign_in):
    return sign_in(crew["approver"])


def at(event, *more):
    own = f"/competitions/{event.competition_id}/events/{event.id}"
    return "/".join([own, *map(str, more)])


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def only():
    return db.session.query(Amendment).one()


def digest_of(page):
    return re.search(r'name="digest" value="(\w+)"', page.text)[1]


def begun(browser, event):
    """From the scheme in force to an amendment, and to the forms that write in it."""
    part = event.components[0]
    scheme = browser.get(at(event, "schemes", part.id))
    address = at(event, "amendments", f"begin?component_id={part.id}")
    assert address in scheme.text
    answer = browser.post(address, data={"reason": "The drawing says 4 and 6."})
    assert answer.location.endswith(f"/schemes/{part.id}?amendment={only().id}")
    return only()


def test_a_scheme_is_put_right_by_its_forms_and_approved_by_a_second_person(
    event, proposer, approver
):
    row, part = begun(proposer, event), event.components[0]
    draft = proposer.get(at(event, "schemes", f"{part.id}?amendment={row.id}"))
    assert "Nothing counts by it before a second person approves" in draft.text
    for code, kind, most in (("look", "judgement", "4"), ("size", "points", "6")):
        form = proposer.get(at(event, "schemes", part.id, f"aspect?code={code}"))
        version = re.search(r'name="version"[^>]* value="(\d+)"', form.text)[1]
        sent = {"code": code, "max": most, "version": version}
        if kind == "judgement":
            sent |= {"judges": "3", "top": "3", "spread": "1", "least": "2"}
        answer = proposer.post(at(event, "schemes", part.id, f"aspect?code={code}"), data=sent)
        assert answer.status_code == 302, text_of(answer)
    assert points(event)["Zhao"] == 4

    page = proposer.get(at(event, "amendments", row.id))
    assert "Look at the consequences" in page.text
    proposer.post(at(event, "amendments", row.id, "look"))
    said = text_of(proposer.get(at(event, "amendments", row.id)))
    assert "01 Zhao 4 → 6" in said
    assert "needed again" in said
    proposer.post(at(event, "amendments", row.id, "propose"), data={"version": only().version})
    assert "somebody else approves" in proposer.get(at(event, "amendments", row.id)).text

    work = approver.get("/work")
    assert "Amendments to approve" in work.text
    assert at(event, "amendments", row.id) in work.text
    shown = approver.get(at(event, "amendments", row.id))
    done = approver.post(
        at(event, "amendments", row.id, "approve"), data={"digest": digest_of(shown)}
    )
    assert done.status_code == 302
    assert only().state is AmendmentState.APPLIED
    assert points(event)["Zhao"] == 6
    assert "applied" in approver.get(at(event, "amendments")).text


def test_a_scheme_is_put_right_by_a_sheet(event, proposer):
    row, part = begun(proposer, event), event.components[0]
    rows = "criterion\tsub\taspect\ttype\tmax\n\t\tlook\tjudgement\t4\n\t\tsize\tpoints\t6\n"
    answer = proposer.post(at(event, "schemes", part.id, "import"), data={"pasted": rows})
    preview = proposer.get(answer.location)
    assert "look" in preview.text
    token = re.search(r'name="token" value="(\w+)"', preview.text)[1]
    proposer.post(answer.location, data={"step": "apply", "token": token})
    assert only().parts[0].scheme["criteria"]
    assert points(event)["Zhao"] == 4
    assert row.id == only().id


def test_the_export_of_a_draft_is_the_draft(event, proposer, crew):
    row, part = events.weighed(event, crew, RIGHT), event.components[0]
    file = proposer.get(at(event, "schemes", part.id, f"export.xlsx?amendment={row.id}"))
    cells = [c.value for r in openpyxl.load_workbook(io.BytesIO(file.data)).active for c in r]
    assert 6 in cells
    assert 8 not in cells


def test_weights_are_put_right_on_their_own_page(event, proposer):
    row, part = begun(proposer, event), event.components[0]
    form = proposer.get(at(event, "amendments", row.id, "parts", part.id))
    version = re.search(r'name="version"[^>]* value="(\d+)"', form.text)[1]
    sent = {"maximum": "10", "weight": "0.1", "pass_mark": "", "version": version}
    proposer.post(at(event, "amendments", row.id, "parts", part.id), data=sent)
    said = text_of(proposer.get(at(event, "amendments", row.id)))
    assert "1 → 0.1" in said
    assert "7.00 → 3.40" in said
    stale = proposer.post(at(event, "amendments", row.id, "parts", part.id), data=sent)
    assert "Somebody changed this meanwhile" in stale.text
    proposer.post(at(event, "amendments", row.id, "parts", part.id, "drop"))
    assert only().parts == []


def test_what_changed_since_is_shown_anew(event, crew, approver):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    old = digest_of(approver.get(at(event, "amendments", row.id)))
    entry = events.entry_of(event, "Chen")
    typed = events.seen(events.keys(event, entry, size="1"))
    events.marks.enter(event, typed, events.actor(crew, "clerk"), now())
    answer = approver.post(at(event, "amendments", row.id, "approve"), data={"digest": old})
    assert answer.status_code == 409
    assert "has changed since you looked at it" in answer.text
    assert "03 Chen 2.33 → 3.67" in text_of(answer)
    assert digest_of(answer) != old


def test_the_proposer_is_shown_no_button_and_refused(event, crew, proposer):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    page = proposer.get(at(event, "amendments", row.id))
    assert "Approve and apply" not in page.text
    sent = {"digest": events.digest(only())}
    assert proposer.post(at(event, "amendments", row.id, "approve"), data=sent).status_code == 403


def test_two_approvals_at_once(event, crew, sign_in):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    address, sent = at(event, "amendments", row.id, "approve"), {"digest": events.digest(only())}
    browsers = [sign_in(crew[who]) for who in ("approver", "third")]
    together, got = Barrier(2), []

    def go(browser):
        together.wait()
        got.append(browser.post(address, data=sent).status_code)

    racers = [Thread(target=go, args=(browser,)) for browser in browsers]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(got) == [302, 409]
    db.session.rollback()
    assert points(event)["Zhao"] == 6


def test_under_codes_no_name_and_no_place_is_shown(event, crew, proposer, approver):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    make.changed(event.competition, blind=True)
    for n, name in enumerate(events.NAMES, 1):
        entry = events.entry_of(event, name)
        make.keep(Code(event_id=event.id, entry_id=entry.id, number=n, code=str(700 + n)))
    said = text_of(approver.get(at(event, "amendments", row.id)))
    assert "701 4 → 6" in said
    assert not any(name in said for name in events.NAMES)
    assert "Place" not in said


def test_it_is_refused_or_given_up_with_a_reason(event, crew, approver):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    form = approver.get(at(event, "amendments", row.id, "give-up"))
    version = re.search(r'name="version"[^>]* value="(\d+)"', form.text)[1]
    empty = approver.post(at(event, "amendments", row.id, "give-up"), data={"version": version})
    assert empty.status_code == 200 and only().state is AmendmentState.PROPOSED
    sent = {"version": version, "why": "The drawing was read wrong."}
    approver.post(at(event, "amendments", row.id, "give-up"), data=sent)
    assert "The drawing was read wrong." in approver.get(at(event, "amendments", row.id)).text
    assert places(event) == ["Zhao", "Ortiz", "Chen"]


def test_in_chinese(event, crew, approver):
    row = events.proposed(events.weighed(event, crew, RIGHT), crew)
    chinese = {"Accept-Language": "zh-CN"}
    page = approver.get(at(event, "amendments", row.id), headers=chinese)
    assert "修订" in page.text
    assert "Approve and apply" not in page.text
