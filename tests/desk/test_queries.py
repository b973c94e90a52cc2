"""The work that waits, as each hat finds it."""

import pytest
from sqlalchemy import select

from skillhub.awards import services as awards
from skillhub.awards.models import Award
from skillhub.certificates.models import Certificate
from skillhub.competitions.models import Event
from skillhub.copies import services as ledger
from skillhub.copies.services import Handing
from skillhub.desk import queries
from skillhub.kernel.access import OPERATOR, Actor, Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.registrations.models import Registration
from tests import make
from tests.copies import papers
from tests.portal import workers


def wearing(role, root):
    return Actor("x", grants=((Role(role), root.path),))


def waiting(role, root):
    """Count what waits for a hat, by the kind of work."""
    return {pile.kind: pile.size for pile in queries.piles(wearing(role, root))}


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("judge", {"marks"}),
        ("checker", {"check"}),
        ("certificate_staff", {"certificates", "stale", "papers_sent", "papers_confirmed"}),
        ("incentive_reviewer", {"qualifications"}),
        ("appeals_panel", {"appeals"}),
        (
            "organiser",
            {
                "rules",
                "entries",
                "marks",
                "check",
                "final",
                "awards",
                "certificates",
                "amendments",
                "corrections",
                "endorsements",
                "filings",
            },
        ),
        ("worker", set()),
        ("auditor", set()),
    ],
)
def test_each_hat_has_its_own_piles(root, role, kinds):
    assert set(waiting(role, root)) == kinds


def test_whoever_registered_alone_waits_on_the_desk_of_the_unit(root):
    unit, other = make.organisation("unit", parent=root), make.organisation("other", parent=root)
    event = make.event(make.competition(root), locked=False, state="registration_open")
    asked = Registration(
        event=event, reference="R001", name="Li Wei", organisation=unit, unit=unit, road="self", state="submitted",
        registered_by="li", registered_at=now(),
    )  # fmt: skip
    make.keep(asked)
    assert waiting("organiser", unit)["endorsements"] == 1
    assert waiting("organiser", other)["endorsements"] == 0
    make.changed(asked, state="unit_endorsed")
    assert waiting("organiser", unit)["endorsements"] == 0


def test_an_event_waits_where_its_next_step_is_done(root):
    event = make.event(make.competition(root), parts=(("a", 10, 1), ("b", 10, 1)))
    assert waiting("organiser", root)["entries"] == 1
    judge = make.user("judge", root)
    make.entry(event, marks={"a": 5, "b": None}, entered_by=judge)
    assert (waiting("judge", root), waiting("checker", root)) == ({"marks": 1}, {"check": 0})


def test_a_certificate_waits_though_the_result_of_its_award_was_taken_back(root):
    workers.full(root)
    event = db.session.scalars(select(Event)).one()
    for award in db.session.scalars(select(Award)):
        awards.revoke(award, "wrong marks", OPERATOR, now())
    awards.reopen(event, "wrong marks", OPERATOR)

    [pile] = [p for p in queries.piles(wearing("certificate_staff", root)) if p.kind == "stale"]

    assert [task.name for task in pile.tasks] == list(
        db.session.scalars(select(Certificate.number))
    )


def test_a_filing_waits_for_a_second_organiser(root):
    make.competition(
        root, filing=True, filed_by="somebody", filed_at=now(), announced_by="somebody"
    )
    assert waiting("organiser", root)["filings"] == 1


@pytest.mark.parametrize("state", ["suspended", "cancelled"])
def test_nothing_waits_in_an_event_that_stands_still(root, state):
    event = make.event(make.competition(root), parts=(("a", 10, 1),))
    make.entry(event, marks={"a": None})
    assert waiting("organiser", root)["marks"] == 1
    make.changed(event, state=state, left_state="running" if state == "suspended" else None)
    assert sum(waiting("organiser", root).values()) == 0


def test_papers_on_their_way_wait_for_whoever_prints(root):
    rows = papers.issued(root)
    sheets = papers.sent(rows)
    ledger.confirm(sheets[:3], OPERATOR, now())
    ledger.hand_over(sheets[:1], Handing(), OPERATOR, now())
    staff = waiting("certificate_staff", root)
    assert (staff["papers_sent"], staff["papers_confirmed"]) == (1, 2)
    desk = {pile.kind: pile for pile in queries.piles(wearing("certificate_staff", root))}
    assert [task.sending for task in desk["papers_sent"].tasks] == [sheets[0].copy.sending_id]
