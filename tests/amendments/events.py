"""An event half of whose marks are in, by a scheme that turns out to be wrong."""

from skillhub.amendments import works
from skillhub.drafting import services
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.marking import queries as marking
from skillhub.marking import services as sheets
from skillhub.scoring import services as marks
from tests import make
from tests.scoring.test_services import keys, seen

WRONG = {
    "aspects": [
        {"code": "look", "kind": "judgement", "max": "2"},
        {"code": "size", "kind": "points", "max": "8"},
    ]
}
NAMES = ("Zhao", "Ortiz", "Chen")
LOOKS = {"Zhao": ("3 3 3", "2"), "Ortiz": ("1 1 1", "4"), "Chen": ("2 2 2", "3")}


def people(root):
    roles = {
        "proposer": "organiser",
        "approver": "chief_judge",
        "third": "organiser",
        "clerk": "judge",
        "checker": "checker",
    }
    return {login: make.user(role, root, login=login) for login, role in roles.items()}


def marked(root, crew, **settings):
    """Three entries, marked by a clerk and confirmed by a checker: 4.00, 4.67 and 4.33 points; theory 3, 2 and 1."""
    event = make.event(
        make.competition(root, **settings), parts=(("work", 10, 1), ("theory", 100, 1))
    )
    make.changed(event.components[0], scheme=WRONG)
    for n, name in enumerate(NAMES, 1):
        entry = make.entry(
            event, f"{n:02d}", name=name, marks={"theory": 4 - n}, entered_by=crew["clerk"]
        )
        look, size = LOOKS[name]
        marks.enter(event, keys(event, entry, look=look, size=size), actor(crew, "clerk"), now())
    confirm(event, crew)
    return event


def confirm(event, crew):
    waiting = {sheet.id: sheet.version for sheet in marking.to_check(event)}
    if waiting:
        sheets.confirm(event, waiting, actor(crew, "checker"), now())


def actor(crew, login):
    return crew[login].as_actor()


def weighed(event, crew, document=None, **figures):
    """An amendment that puts the first component right, looked at by who proposes it."""
    me = actor(crew, "proposer")
    row = services.begin(event, "The drawing says size counts 6, look 4.", me, now())
    part = event.components[0]
    if document is not None:
        services.set_scheme(part, document, me)
    if figures:
        services.put(row, part, figures, me)
    works.look(row, me, now())
    return row


def proposed(row, crew):
    services.propose(row, row.version, actor(crew, "proposer"), now())
    return row


def digest(row):
    return works.Report.from_json(row.report).digest


def approve(row, crew, who="approver"):
    return works.approve(row, digest(row), actor(crew, who), now())


def entry_of(event, name):
    return db.session.query(make.Entry).filter_by(event_id=event.id, name=name).one()


__all__ = ["keys", "seen"]
