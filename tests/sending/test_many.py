"""Many papers ask the database no more than few do: counted, not timed."""

import pytest

from skillhub.batches.models import Batch, BatchItem
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.sending import services
from tests import make
from tests.copies import papers
from tests.portal.counting import statements

FEW, MANY = 3, 60


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root, login="bo"))


def named(count):
    return tuple(f"Nr {n}" for n in range(count))


def batch_of(issued):
    row = make.keep(
        Batch(key=f"b{issued[0].id}", competition=issued[0].award.event.competition, template="award",
              arrangement="number", signatories=[], operator="x", begun_at=now())
    )  # fmt: skip
    for position, one in enumerate(issued, 1):
        item = {"award_id": one.award_id, "certificate_id": one.id, "state": "rendered"}
        make.keep(BatchItem(batch_id=row.id, position=position, **item))
    return row


def asked(browser, address):
    db.session.remove()
    browser.get(address)  # what is remembered between two requests is remembered now
    with statements() as sent:
        answer = browser.get(address)
    assert answer.status_code == 200
    return len(sent)


@pytest.mark.parametrize(
    "address",
    [
        "/batches/{batch}", "/batches/{batch}/send", "/copies/papers?sending={sending}",
        "/copies/papers/list?sending={sending}", "/copies?q=Nr", "/copies/balance",
    ],
)  # fmt: skip
def test_a_page_of_many_papers_asks_as_little_as_one_of_few(root, staff, address):
    told = []
    for count in (FEW, MANY):
        issued = papers.issued(root, named(count))
        of = {"batch": batch_of(issued).id, "sending": papers.sent(issued)[0].copy.sending_id}
        told.append(asked(staff, address.format(**of)))
    assert told[1] - told[0] <= 2


def test_while_others_wait_to_write_many_take_as_few_statements(root):
    told = []
    for count in (FEW, MANY):
        order = papers.order(papers.issued(root, named(count)))
        numbers = {paper.certificate.id: paper.next_number for paper in services.planned(order)}
        sheets = [(key,) for key in order.certificates]
        with statements() as sent:
            services.send(order, numbers, sheets, OPERATOR, now())
        told.append(len(sent))
    assert told[1] - told[0] <= 2
