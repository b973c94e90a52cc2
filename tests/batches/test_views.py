"""The three screens as staff see them."""

import re

import pytest

from skillhub.batches import queries, works
from skillhub.batches.models import Batch
from skillhub.kernel import jobs, workers
from skillhub.kernel.db import db
from skillhub.kernel.jobs import JobState
from tests import make
from tests.batches import ordered
from tests.batches.test_works import failing
from tests.certificates import awarded


def at(cup):
    return f"/competitions/{cup.id}/certificates/choose"


def key_in(page):
    return re.search(r'name="key" type="hidden" value="([\w-]+)"', page.text)[1]


def sent(cup, staff, query="", **data):
    """Look, and send what the page would."""
    page = staff.get(at(cup) + query)
    found = re.findall(r'name="found" value="(\d+)"', page.text)
    words = {"key": key_in(page), "arrangement": "organisation", "all": "1", "found": found}
    return staff.post(at(cup) + query, data=words | data)


def test_from_the_look_to_the_files(cup, staff):
    page = staff.get(at(cup))
    assert re.search(r"6</b>\s+ready", page.text)
    asked = sent(cup, staff, signatories="林致远 = Chair")
    assert re.fullmatch(r"/batches/\d+", asked.location)
    page = staff.get(asked.location)
    assert "waiting" in page.text and "Pause" in page.text
    assert workers.run_next(works.WORKS)

    told = staff.get("/certificates").text
    assert "has ended." in told and "6 of 6 are in the files, 0 failed." in told
    assert "has ended." not in staff.get("/certificates").text
    page = staff.get(asked.location)
    assert "Download the PDF" in page.text and "May be fetched until" in page.text
    progress = staff.get(f"{asked.location}/progress").json
    assert progress == {"done": 6, "total": 6, "state": "done", "left": ""}

    file = staff.get(f"{asked.location}/files/all.pdf")
    assert file.data.startswith(b"%PDF")
    assert "attachment" in file.headers["Content-Disposition"]
    part = staff.get(f"{asked.location}/files/all.pdf", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")
    assert part.headers["Content-Range"] == f"bytes 0-3/{len(file.data)}"
    assert staff.get(f"{asked.location}/files/piece-001.pdf").status_code == 200
    for odd in ("piece-002.pdf", "..%2f..%2fsettings.toml", "nothing"):
        assert staff.get(f"{asked.location}/files/{odd}").status_code in (404, 409)


def test_who_looks_at_the_batch_is_not_told_again(cup, staff):
    asked = sent(cup, staff)
    workers.run_next(works.WORKS)
    assert "has ended." not in staff.get(asked.location).text
    assert "has ended." not in staff.get("/certificates").text


def test_a_double_click_is_one_batch(cup, staff):
    data = {"key": key_in(staff.get(at(cup))), "arrangement": "number", "all": "1"}
    there = {staff.post(at(cup), data=data).location for _ in range(3)}
    assert len(there) == 1
    assert db.session.query(Batch).count() == db.session.query(jobs.Job).count() == 1


def test_only_those_ticked(cup, staff):
    some = queries.keys_of(cup, queries.Wanted())[1:3]
    sent(cup, staff, all="0", award=some)
    batch = db.session.query(Batch).one()
    assert sorted(item.award_id for item in ordered.items(batch)) == some
    again = sent(cup, staff, all="0")
    assert "Nothing is chosen" in again.text
    assert db.session.query(Batch).count() == 1


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 6), ("?which=issued", 0), ("?which=all&q=李", 1), ("?q=nobody", 0),
        ("?event=999999", 0), ("?which=odd&unit=x", 6),
    ],
)  # fmt: skip
def test_what_is_looked_for(cup, staff, query, number):
    page = staff.get(at(cup) + query)
    assert page.status_code == 200
    assert len(re.findall(r'name="award"', page.text)) == number


@pytest.mark.parametrize("number", ["9" * 19, "9" * 30, "-1", "x"])
def test_an_event_or_unit_that_cannot_be_is_none(cup, staff, number):
    for name in ("event", "unit"):
        page = staff.get(at(cup), query_string={name: number})
        assert page.status_code == 200
        assert re.search(r"6</b>\s+ready", page.text)


def test_a_paper_that_cannot_be_is_not_tried_again_and_stands_for_no_other(cup, staff, monkeypatch):
    failing(monkeypatch, "欧阳明远")
    asked = sent(cup, staff)
    workers.run_next(works.WORKS)
    assert staff.post(f"{asked.location}/retry", data={"item": ["9" * 30]}).status_code == 302
    [batch] = db.session.query(Batch)
    assert queries.tally(batch).get("failed") == 1


def test_by_unit_and_event(root, staff):
    cup = awarded.competition(root, ("A",))
    other = awarded.event(cup, ("B", "C"), code="WLD")
    unit = cup.events[0].entries[0].organisation_id if hasattr(cup.events[0], "entries") else None
    page = staff.get(f"{at(cup)}?event={other.id}")
    assert len(re.findall(r'name="award"', page.text)) == 2
    if unit:
        assert len(re.findall(r'name="award"', staff.get(f"{at(cup)}?unit={unit}").text)) == 1


def test_failures_come_first_and_are_tried_again(cup, staff, monkeypatch):
    failing(monkeypatch, "欧阳明远")
    asked = sent(cup, staff)
    workers.run_next(works.WORKS)
    page = staff.get(asked.location).text
    assert page.index("Papers that could not be printed") < page.index("Download the PDF</a>") or (
        page.index("too long") < page.index("One PDF, all papers")
    )
    assert "Open the record of 欧阳明远" in page
    monkeypatch.undo()
    item = re.search(r'name="item" value="(\d+)"', page)[1]
    staff.post(f"{asked.location}/retry", data={"item": [item]})
    workers.run_next(works.WORKS)
    page = staff.get(asked.location).text
    assert "too long" not in page
    assert "6 of 6 are in the files, 0 failed." in page


def test_pause_go_on_and_cancel(cup, staff):
    asked = sent(cup, staff)
    batch = db.session.query(Batch).one()
    for verb, state in (
        ("pause", JobState.PAUSED), ("resume", JobState.WAITING), ("cancel", JobState.CANCELLED),
        ("resume", JobState.WAITING),
    ):  # fmt: skip
        staff.post(f"{asked.location}/{verb}")
        assert batch.job.state is state
        assert staff.get(asked.location).status_code == 200
    assert staff.post(f"{asked.location}/retry").status_code == 409
    workers.run_next(works.WORKS)
    assert staff.post(f"{asked.location}/pause").status_code == 409
    assert staff.post(f"{asked.location}/renew").status_code == 302


def test_a_reader_sees_and_changes_nothing(root, cup, staff, sign_in):
    asked = sent(cup, staff)
    auditor = sign_in(make.user("auditor", root))
    page = auditor.get(asked.location)
    assert page.status_code == 200 and "Pause" not in page.text
    assert auditor.post(f"{asked.location}/pause").status_code == 403
    assert auditor.post(at(cup)).status_code == 403


def test_empty_pages(root, staff):
    assert "No batches yet" in staff.get("/batches").text
    cup = make.competition(root)
    assert "Nothing to print yet" in staff.get(at(cup)).text


def test_nothing_waits_any_more(cup, staff):
    ordered.work(ordered.begin(cup))
    assert "Those issued already" in staff.get(at(cup)).text
    page = staff.get(f"{at(cup)}?which=issued")
    assert "Print 6 certificates" in page.text and "Who signs" not in page.text


def test_questions_to_the_database_do_not_grow_with_the_batches(cup, staff, count_queries):
    for _ in range(2):
        ordered.begin(cup)
    few = count_queries(lambda: staff.get("/batches"))
    for _ in range(5):
        ordered.begin(cup)
    assert count_queries(lambda: staff.get("/batches")) <= few
