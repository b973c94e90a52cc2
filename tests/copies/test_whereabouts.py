"""A worker reads on the own standing page where the paper is: ready at the desk, or handed over."""

import pytest

from skillhub.copies import queries, services
from skillhub.copies.rules import Reason
from skillhub.copies.services import Handing
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from tests import make
from tests.copies import papers

ZONE = "Asia/Shanghai"
READY, TAKEN = "The paper is ready", "The paper was handed over on"


@pytest.fixture
def own(root):
    """A worker's certificate."""
    [one] = papers.issued(root, ["李伟"])
    person = make.person("李伟", employer=root)
    make.changed(one.award.entry, person=person)
    return one, make.user("worker", root, person=person)


def test_the_standing_page_says_where_the_paper_is(own, sign_in):
    one, user = own
    worker = sign_in(user)

    def told():
        pages = [worker.get("/standing").text, worker.get(f"/standing/certificates/{one.id}").text]
        seen = {(READY in page, TAKEN in page) for page in pages}
        assert len(seen) == 1, "both pages say the same"
        return seen.pop()

    assert told() == (False, False)
    [sheet] = papers.sent([one])
    assert told() == (False, False), "sent is not printed"
    services.confirm([sheet], OPERATOR, now())
    assert told() == (True, False)
    services.hand_over([sheet], Handing(), OPERATOR, now())
    assert told() == (False, True)


def test_the_latest_sheet_counts(root):
    rows = papers.issued(root)
    services.hand_over(papers.sent(rows[:2]), Handing(), OPERATOR, now())
    papers.sent(rows[:1], reason=Reason.LOST)
    keys = [row.id for row in rows]
    assert queries.at_hand(keys, ZONE) == {rows[1].id: ("handed_over", today(ZONE))}
