"""Sending papers to a printer, as its people see it: the file, the question why again, and twice is once."""

import io
import re

import pypdfium2
import pytest

from skillhub.batches.models import Batch, BatchItem
from skillhub.certificates import services as papers_of
from skillhub.copies import queries
from skillhub.copies.models import Copy
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from tests import make
from tests.copies import papers


@pytest.fixture
def four(root):
    return papers.issued(root)


@pytest.fixture
def batch(four):
    """A batch whose papers are printed, in the order Ana Ruiz … 李伟."""
    cup = four[0].award.event.competition
    row = make.keep(
        Batch(key="b", competition=cup, template="award", arrangement="number", signatories=[], operator="x",
              begun_at=now())
    )  # fmt: skip
    for position, one in enumerate(reversed(four), 1):
        item = {"award_id": one.award_id, "certificate_id": one.id, "state": "rendered"}
        make.keep(BatchItem(batch_id=row.id, position=position, **item))
    return row


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root, login="bo"))


def words(answer):
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    return [page.get_textpage().get_text_bounded().strip() for page in pages]


def sent(browser, address, **fields):
    return browser.post(address, data={"key": "one", **fields})


def test_one_paper_is_sent_from_its_own_page(four, staff):
    address = f"/certificates/{four[0].id}/send"
    assert "Send to the printer" in staff.get(address).text
    answer = sent(staff, address)
    sending = queries.paper_of(four[0]).leading.copy.sending
    assert answer.location == f"/copies/papers?sending={sending.id}"
    assert f"/copies/sendings/{sending.id}/file" in staff.get(answer.location).text
    assert words(staff.get(f"/copies/sendings/{sending.id}/file")) == ["N1"]


def test_two_clicks_are_one_sending(four, staff):
    address = f"/certificates/{four[0].id}/send"
    assert sent(staff, address).location == sent(staff, address).location
    assert db.session.query(Copy).count() == 1


def test_a_page_that_was_used_sends_no_other_papers(batch, four, staff):
    address = f"/batches/{batch.id}/send"
    sent(staff, address, item=[four[0].id])
    again = sent(staff, address, item=[four[1].id])
    assert (again.status_code, "This page was used already" in again.text) == (409, True)
    assert queries.paper_of(four[1]).state is None


def test_again_without_a_reason_is_refused_and_says_who_and_when(four, staff):
    address = f"/certificates/{four[0].id}/send"
    sent(staff, address)
    page = staff.get(address).text
    assert "copy 1 was sent on" in page
    assert "by Bo." in page
    refused = sent(staff, address, key="two")
    assert refused.status_code == 409
    assert "Why printed again: Say why." in refused.text
    assert "copy 1 was sent on" in refused.text
    assert sent(staff, address, key="two", reason="asked").status_code == 302
    assert queries.paper_of(four[0]).leading.copy.number == 2


def test_the_reason_other_wants_words_and_keeps_what_was_typed(four, staff):
    address = f"/certificates/{four[0].id}/send"
    sent(staff, address)
    refused = sent(staff, address, key="two", reason="other", first_serial="GD-7")
    assert refused.status_code == 422
    assert 'value="GD-7"' in refused.text


@pytest.mark.parametrize("end", ["withdrawn", "replaced"])
def test_a_paper_that_counts_no_more_is_refused_and_its_ledger_is_read(four, staff, end):
    one = four[0]
    papers.sent([one])
    papers_of.withdraw(one, "wrong", OPERATOR, now())
    if end == "replaced":
        make.changed(one, state="replaced", replaced_by_id=four[1].id)
    answer = sent(staff, f"/certificates/{one.id}/send", reason="jam")
    assert answer.status_code == 409
    assert f"is {end}: it can be neither sent nor handed over" in answer.text
    page = staff.get(f"/certificates/{one.id}/copies")
    assert (page.status_code, "copy 1" in page.text) == (200, True)


def test_a_batch_is_sent_whole_in_its_order(batch, four, staff):
    address = f"/batches/{batch.id}/send"
    page = staff.get(address).text
    keys = re.findall(r'name="item" value="(\d+)"', page)
    assert keys == [str(one.id) for one in reversed(four)]
    answer = sent(staff, address, item=keys, first_serial="A-09")
    assert words(staff.get(answer.location.replace("papers?sending=", "sendings/") + "/file")) == [
        *("N4", "N3", "N2", "N1")
    ]
    serials = [queries.paper_of(one).leading.serial for one in reversed(four)]
    assert serials == ["A-09", "A-10", "A-11", "A-12"]
    assert "Every paper was sent" in staff.get(address).text


def test_a_choice_of_a_batch_is_sent_and_only_it(batch, four, staff):
    sent(staff, f"/batches/{batch.id}/send", item=[four[1].id, four[3].id])
    assert [queries.paper_of(one).state for one in four] == [None, "sent", None, "sent"]


def test_a_paper_of_another_batch_is_not_sent_from_here(root, batch, staff):
    [other] = papers.issued(root, ["Zoe"])
    answer = sent(staff, f"/batches/{batch.id}/send", item=[other.id])
    assert (answer.status_code, "Nothing is chosen" in answer.text) == (422, True)


def test_the_spoiled_ones_of_a_batch_are_found(batch, four, staff):
    sheets = papers.sent(four)
    staff.post(f"/copies/{sheets[2].copy.id}/spoil", data={"reason": "damaged"})
    page = staff.get(f"/batches/{batch.id}/send?which=spoiled").text
    assert re.findall(r'name="item" value="(\d+)"', page) == [str(four[2].id)]
    assert "Sent before: why once more?" in page


def test_a_batch_says_how_far_its_papers_are(batch, four, staff):
    sheets = papers.sent(four)
    staff.post("/copies/papers/confirm", data={"item": [s.copy.id for s in sheets[:3]]})
    staff.post("/copies/papers/hand", data={"item": [sheets[0].copy.id]})
    page = staff.get(f"/batches/{batch.id}").text
    counts = {
        word: int(n) for n, word in re.findall(r'<b class="num">(\d+)</b> ([^<]+)</li>', page)
    }
    assert counts["sent to the printer"] == 1
    assert counts["confirmed on paper"] == 2
    assert counts["handed over"] == 1


def test_somebody_of_another_organisation_sends_nothing(root, batch, four, sign_in):
    other = make.organisation("other", parent=root)
    stranger = sign_in(make.user("certificate_staff", other))
    for address in (f"/batches/{batch.id}/send", f"/certificates/{four[0].id}/send"):
        assert sent(stranger, address, item=[four[0].id]).status_code == 404
    assert db.session.query(Copy).count() == 0
