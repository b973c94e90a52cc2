"""Old papers: asked back when they count no more, noted when they come."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.certificates import services as papers
from skillhub.certificates.models import Certificate
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.returns import queries, services
from skillhub.returns.models import PaperReturn
from tests import make
from tests.corrections import events

ZONE = "Asia/Shanghai"


@pytest.fixture
def event(root):
    events.people(root)
    return events.final(root)


@pytest.fixture
def cup(event):
    return event.competition


@pytest.fixture
def replaced(event):
    """A correction replaces the papers of two; their old ones are out."""
    crew = {
        n: db.session.query(make.User).filter_by(username=n).one() for n in ("proposer", "approver")
    }
    row = events.marked(event, crew["proposer"].as_actor(), Chen=89)
    events.approve(events.proposed(row, crew["proposer"].as_actor()), crew["approver"].as_actor())
    return db.session.query(Certificate).filter_by(state="replaced").order_by(Certificate.id).all()


def came(paper, on=None, note="", moment=None):
    return services.take_in(paper, on or today(ZONE), note, OPERATOR, moment or now())


def test_what_a_correction_replaces_is_out_until_it_comes_back(cup, replaced):
    one, other = replaced
    assert queries.out([cup.id]) == {cup.id: 2}
    came(one, note="by post")
    assert queries.out([cup.id]) == {cup.id: 1}
    listed = [(p.certificate.id, p.back is not None) for p in queries.papers(cup)]
    assert listed == [(other.id, False), (one.id, True)]
    assert one.state == "replaced", "nothing on it changes"


def test_a_withdrawn_paper_is_asked_back_and_one_in_force_is_not(cup, event):
    paper, other = db.session.query(Certificate).order_by(Certificate.id).limit(2)
    with pytest.raises(Conflict, match="no paper that was replaced or withdrawn"):
        came(paper)
    papers.withdraw(paper, "lost its ground", OPERATOR, now())
    assert [p.certificate for p in queries.papers(cup)] == [paper]
    came(paper)
    with pytest.raises(Conflict, match="came back already"):
        came(paper)
    assert other.state == "issued"


@pytest.mark.parametrize(("days", "fits"), [(0, True), (1, False)])
def test_a_paper_comes_back_after_it_was_issued_and_not_tomorrow(replaced, days, fits):
    paper = replaced[0]
    if fits:
        assert came(paper, today(ZONE) + timedelta(days=days)).came_on == today(ZONE)
        return
    for on in (today(ZONE) + timedelta(days=days), paper.issued_at.date() - timedelta(days=2)):
        with pytest.raises(BadInput, match="between"):
            came(paper, on)


def test_noted_by_mistake_it_is_out_again(cup, replaced):
    row = came(replaced[0])
    with pytest.raises(Conflict):
        services.forget(row, 9, OPERATOR)
    services.forget(row, row.version, OPERATOR)
    assert queries.out([cup.id]) == {cup.id: 2}


def test_one_paper_comes_back_once_in_sql_too(replaced):
    row = came(replaced[0])
    again = {"came_on": row.came_on, "taken_by": "x", "noted_at": now()}
    with pytest.raises(IntegrityError):
        make.keep(PaperReturn(certificate=replaced[0], **again))
    db.session.rollback()


def test_staff_notes_it_on_the_page_and_others_look(root, sign_in, cup, replaced, event):
    at = f"/competitions/{cup.id}/certificates/returns"
    printer = sign_in(make.user(Role.CERTIFICATE_STAFF, root))
    one = replaced[0].id
    assert at in printer.get(f"/competitions/{cup.id}/certificates").text
    page = printer.get(at).text
    assert "Papers: 2" in page
    assert f"{at}/{one}" in page
    assert "required" in printer.post(f"{at}/{one}", data={"came_on": ""}).text
    printer.post(f"{at}/{one}", data={"came_on": today(ZONE).isoformat(), "note": "by post"})
    page = printer.get(at).text
    assert "by post" in page
    assert "Papers: 1" in page
    assert "the paper came back" in printer.get(f"/certificates/{one}").text
    auditor = sign_in(make.user(Role.AUDITOR, root))
    assert auditor.get(at).status_code == 200
    assert auditor.post(f"{at}/{one}/forget").status_code == 403
    (row,) = db.session.query(PaperReturn)
    printer.post(f"{at}/{one}/forget", data={"version": row.version})
    assert db.session.query(PaperReturn).count() == 0
    in_force = db.session.query(Certificate).filter_by(state="issued").first().id
    assert "is in force" in printer.get(f"{at}/{in_force}").text
    sent = {"came_on": today(ZONE).isoformat()}
    assert "is in force" in printer.post(f"{at}/{in_force}", data=sent).text
    assert db.session.query(PaperReturn).count() == 0
    foreign = make.competition(root)
    assert printer.get(f"/competitions/{foreign.id}/certificates/returns/{one}").status_code == 404
    assert "No old paper" in printer.get(f"/competitions/{foreign.id}/certificates/returns").text
