"""Builders of rows for tests: plain functions, one for each kind, with a default for all a test does not care about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from flask_security import hash_password

from skillhub.accounts.models import Grant, User
from skillhub.awards.models import Award
from skillhub.competitions.models import Competition, Component, Event
from skillhub.entries.models import Entry
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.marking.models import Sheet
from skillhub.occupations.models import Occupation
from skillhub.organisations.models import Kind, Organisation
from skillhub.people.models import Employment, Person
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import QualificationKind, normal_number
from skillhub.results.models import ResultVersion

DAY = date(2026, 5, 20)
_serial = count(1)


@transaction()
def keep(*rows):
    """Store rows, as a service would."""
    db.session.add_all(rows)
    act(OPERATOR, "test.make")
    return rows[0] if len(rows) == 1 else rows


@transaction()
def changed(row, **values):
    """Change columns of a row, as a service would."""
    for name, value in values.items():
        setattr(row, name, value)
    act(OPERATOR, "test.make")
    return row


def organisation(code=None, *, parent=None, name=None, kind="enterprise", **values):
    code = code or f"unit{next(_serial)}"
    row = keep(
        Organisation(
            code=code,
            name=name or code.title(),
            kind=Kind(kind),
            path=f"new:{code}",
            parent=parent,
            **values,
        )
    )
    return _place(row)


@transaction()
def _place(row):
    row.path = f"{row.parent.path if row.parent else '/'}{row.id}/"
    act(OPERATOR, "test.make")
    return row


def user(role=None, organisation=None, *, login=None, password=None, person=None):
    """An account; with a role over an organisation when both are given."""
    login = login or f"user{next(_serial)}"
    grants = [Grant(role=Role(role), organisation=organisation)] if role else []
    return keep(
        User(
            username=login,
            name=login.title(),
            fs_uniquifier=f"key-of-{login}",
            password=hash_password(password) if password else None,
            person=person,
            roles=grants,
        )
    )


def occupation(code="welder", **values):
    values = {
        "name": code.title(),
        "name_zh": code,
        "trade_group": "manufacturing",
        "scale": "cn5",
        **values,
    }
    return keep(Occupation(code=code, **values))


def person(name="Li Wei", *, employer=None, since=date(2020, 1, 1), **values):
    row = Person(name=name, number=values.pop("number", f"{next(_serial):05d}"), **values)
    keep(row)
    if employer:
        keep(Employment(person=row, organisation=employer, since=since))
    return row


def competition(host, *, code=None, **values):
    code = code or f"cup{next(_serial)}"
    values = {"name": f"Cup {code}", "year": 2026, "tier": "district", "tier_by": "chief", **values}
    return keep(Competition(code=code, host=host, **values))


def event(competition, *, code="01", parts=(("score", 100, 1),), locked=True, **values):
    """An event with components (code, maximum, weight[, pass mark[, kind]]); its rules are locked unless told."""
    components = [
        Component(
            position=n,
            code=part[0],
            name=part[0].title(),
            maximum=Decimal(str(part[1])),
            weight=Decimal(str(part[2])),
            pass_mark=Decimal(str(part[3])) if len(part) > 3 and part[3] is not None else None,
            kind=part[4] if len(part) > 4 else "points",
        )
        for n, part in enumerate(parts, 1)
    ]
    values = {"name": f"Event {code}", "held_on": DAY, **values}
    values.setdefault("ranking", {"keys": ["total desc"], "remaining_tie": "share", "decimals": 2})
    values.setdefault(
        "awards", [{"scheme": "counts", "titles": [["Gold", 1], ["Silver", 1], ["Bronze", 1]]}]
    )
    state = {"state": "prepared", "locked_at": now(), "locked_by": "operator"} if locked else {}
    return keep(
        Event(competition=competition, code=code, components=components, **{**state, **values})
    )


def entry(event, code=None, *, marks=None, checked_by=None, entered_by=None, **values):
    """An entry; `marks` maps component codes to points and makes a sheet for each."""
    code = code or f"{next(_serial)}"
    row = keep(Entry(event=event, code=code, name=values.pop("name", f"Entrant {code}"), **values))
    for part in event.components:
        if marks and part.code in marks:
            checked = (
                {"state": "checked", "checked_by": checked_by, "checked_at": now()}
                if checked_by
                else {}
            )
            points = None if marks[part.code] is None else Decimal(str(marks[part.code]))
            keep(
                Sheet(
                    entry=row,
                    component=part,
                    points=points,
                    entered_by=entered_by,
                    entered_at=now(),
                    **checked,
                )
            )
    return row


def qualification(person, *, number=None, **values):
    """A checked level-3 certificate without end, unless told otherwise."""
    number = number or f"N{next(_serial)}"
    values = {
        "kind": "skill_level",
        "level": "3",
        "issuer": "Assessment centre",
        "issued_on": date(2024, 3, 1),
        **values,
    }
    check = {"verification": "verified", "verified_on": DAY} if "verification" not in values else {}
    kind = QualificationKind(values.pop("kind"))
    row = Qualification(
        person=person, kind=kind, number=number, number_key=normal_number(number), **check, **values
    )
    return keep(row)


def award(entry, title="Gold", **values):
    """An award that stands, with the signed result it rests on."""
    version = values.pop("version", None) or result_version(entry.event)
    values = {"position": 1, "scheme": "counts", "place": 1, "awarded_on": DAY, **values}
    values.setdefault("because", {"text": "Place 1.", "values": {}})
    return keep(
        Award(
            event=entry.event,
            entry=entry,
            result_version=version,
            title=title,
            conferred_by="operator",
            conferred_at=now(),
            **values,
        )
    )


def result_version(event):
    """The current signed result of an event."""
    known = db.session.query(ResultVersion).filter_by(event_id=event.id, is_current=True).first()
    return known or keep(
        ResultVersion(
            event=event,
            number=1,
            input_hash="0",
            content_hash="0",
            frozen_by="operator",
            frozen_at=now(),
            signed_by="operator",
            signed_at=now(),
        )
    )


def wording(code="at_work", since="2026-01-01", until=None, **values):
    """The document of the smallest policy: be employed."""
    yes = {"employment": [{"since": "2019-01-01"}]}
    no = {"employment": [{"since": "2019-01-01", "until": "2019-12-31"}]}
    return {
        "policy": code,
        "title": {"en": "At work", "zh": "在岗"},
        "source": "House order 1",
        "effective": {"from": since} | ({"to": until} if until else {}),
        "basis": "application_date",
        "require": {"employed": {}},
        "benefit": {"kind": "priority"},
        "cases": [
            {"name": "works", "as_of": since, "expect": {"answer": "met"}, "has": yes},
            {"name": "left", "as_of": since, "expect": {"answer": "not_met"}, "has": no},
        ],
        **values,
    }
