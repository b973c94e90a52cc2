"""A final event with awards and papers, ready to be corrected."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from skillhub.awards import services as awards
from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate
from skillhub.corrections import services, works
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.paper import template_named
from skillhub.kernel.pdf import Stamped
from skillhub.results import services as results
from tests import make

MOMENT = datetime(2026, 6, 22, 2, tzinfo=UTC)  # a Monday without a holiday in its week
DAY = date(2026, 6, 18)
NAMES = ("Zhao", "Ortiz", "Chen", "Sun", "Li")
POINTS = (90, 88, 80, 78, 70)


def people(root):
    """An organiser who proposes, one who approves, a clerk who entered, a checker who confirmed."""
    roles = {
        "proposer": "organiser",
        "approver": "organiser",
        "clerk": "judge",
        "checker": "checker",
    }
    return {login: make.user(role, root, login=login) for login, role in roles.items()}


def final(root, points=POINTS, names=NAMES, *, papers=True, **settings):
    """An event of Northside: signed, conferred, and its certificates issued."""
    rules = {name: settings.pop(name) for name in ("awards", "ranking") if name in settings}
    event = make.event(make.competition(root, **settings), **rules)
    clerk = db.session.scalar(select(make.User).where(make.User.username == "clerk"))
    checker = db.session.scalar(select(make.User).where(make.User.username == "checker"))
    for n, (name, mark) in enumerate(zip(names, points, strict=True), 1):
        person = make.person(name, employer=root, birth_date=date(1990, 1, 1))
        make.entry(event, f"{n:02d}", name=name, person=person, organisation=root, marks={"score": mark},
                   entered_by=clerk, checked_by=checker)  # fmt: skip
    results.finalise(event, OPERATOR.name, OPERATOR, MOMENT)
    awards.confer(event, OPERATOR, MOMENT, DAY)
    if papers:
        issue(event)
    return event


def issue(event):
    """Number the awards of an event and call them printed; the bytes do not matter here."""
    cup = event.competition
    template = certificates.FOLDER / "award"
    waiting = certificates.waiting(cup, [event])
    proof = certificates.proof(waiting, make_template(template))
    keys = works.papers.reserve(cup, proof.ready, make_template(template), OPERATOR, MOMENT, DAY)
    for key in keys:
        works.papers.keep(db.session.get(Certificate, key), Stamped(b"", b"%PDF"), OPERATOR, now())


def make_template(folder):
    return template_named(folder.parent, folder.name)


def entry_of(event, name):
    chosen = select(make.Entry).where(make.Entry.event_id == event.id, make.Entry.name == name)
    return db.session.scalars(chosen).one()


def draft(event, actor, reason="The sheet says so."):
    return services.open_draft(event, reason, "Sheet 7", actor, MOMENT)


def marked(event, actor, **points):
    """A draft that gives people other points, looked at."""
    row = draft(event, actor)
    for name, value in points.items():
        value = None if value is None else make.Decimal(str(value))
        services.mark(row, entry_of(event, name), event.components[0], value, actor)
    works.look(row, actor, MOMENT)
    return row


def proposed(row, actor):
    services.propose(row, row.version, actor, MOMENT)
    return row


def approve(row, actor):
    digest = row_digest(row)
    return works.approve(row, digest, actor, MOMENT)


def row_digest(row):
    return works.Report.from_json(row.report).digest


@transaction()
def final_now(event):
    act(OPERATOR, "test.final")
