"""Workers to look at: one with everything, one with nothing, one with fifty of each."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count

from sqlalchemy import select

from skillhub.awards import services as awards
from skillhub.awards.models import Award
from skillhub.certificates.models import (
    Certificate,
    CertificatePdf,
    CertificateState,
    Series,
    TemplateVersion,
)
from skillhub.certificates.rules import code_of
from skillhub.entries.models import Entry, TeamMember
from skillhub.incentives import services as incentives
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.people.models import InsuredSpan
from skillhub.qualifications.models import Qualification
from skillhub.results import services as results
from tests import make

TODAY = today("Asia/Shanghai")  # where the organisations of the tests are
_serial = count(1)

PDF = b"%PDF-1.7"
BONUS = {
    "policy": "bonus",
    "title": {"en": "Skill bonus 2026", "zh": "2026年技能补贴"},
    "source": "Example",
    "effective": {"from": "2020-01-01"},
    "basis": "application_date",
    "require": {
        "all": [
            {"holds_qualification": {"level": {"at_most": 3}}},
            {"employed": {}},
            {"attested": {"item": "attendance", "within_months": 12}},
        ]
    },
    "benefit": {"kind": "money", "amount": 2000},
    "cases": [
        {
            "name": "all there",
            "as_of": "2026-05-01",
            "expect": {"answer": "met"},
            "has": {
                "qualification": [
                    {"occupation": "welder", "level": "3", "issued_on": "2024-05-01"}
                ],
                "employment": [{"since": "2020-01-01"}],
                "attested": [{"item": "attendance", "answer": True, "attested_on": "2026-04-01"}],
            },
        },
        {"name": "nothing", "as_of": "2026-05-01", "expect": {"answer": "not_met"}, "has": {}},
    ],
}


def account(person, organisation):
    return make.user("worker", organisation, person=person)


def empty(root):
    person = make.person("Ma Li", employer=None)
    return person, account(person, root)


def full(root, name="Zhang Wei 张伟", rows=1, of=8):
    """A worker with results, certificates, qualifications and an incentive; `rows` of each kind."""
    unit = make.organisation(
        name="Northside Harbour Works", name_en="Northside Harbour Works", parent=root
    )
    person = make.person(name, employer=unit, name_latin="Zhang Wei")
    user = account(person, root)
    more(person, root, make.occupation("welder", name="Welder", name_zh="焊工"), range(rows), of)
    make.keep(
        InsuredSpan(
            person_id=person.id,
            kind="unemployment",
            since=date(2022, 1, 1),
            known_to=date(2026, 6, 1),
        )
    )
    incentives.adopt(root, BONUS, OPERATOR, now())
    return person, user


def more(person, root, trade, numbers, of=8):
    """A final result, its certificate and a qualification for each number."""
    judge, checker = make.user("judge", root), make.user("checker", root)
    for n in numbers:
        make_paper(final_event(root, trade, person, judge, checker, n, of=of), person, root)
        qualification(person, trade, n)


def final_event(root, trade, person, judge, checker, n, *, of=8, team=False):
    competition = make.competition(
        root,
        name=f"第{n + 1}届北岸区职工技能大赛",
        name_en=f"Northside District Skills Competition {n + 1}",
        year=2026,
    )
    event = make.event(
        competition,
        name="焊接",
        name_en="Welding",
        occupation=trade,
        held_on=TODAY - timedelta(days=30 + n),
    )
    for place in range(of):
        points = 95 - Decimal(place)
        whose = {"person": person} if place == 1 and not team else {}
        make.entry(
            event,
            f"{place + 1}",
            name=f"Rival {place}",
            marks={"score": points},
            entered_by=judge,
            checked_by=checker,
            **whose,
        )
    if team:
        row = make.entry(
            event,
            "T",
            name="Harbour Team",
            marks={"score": 99},
            entered_by=judge,
            checked_by=checker,
        )
        make.keep(TeamMember(entry=row, person_id=person.id, name=person.name, position=1))
        make.keep(TeamMember(entry=row, name="Some Colleague", position=2))
    results.finalise(event, OPERATOR.name, OPERATOR, now())
    awards.confer(event, OPERATOR, now(), TODAY - timedelta(days=20))
    return event


def make_paper(event, person, root, **values):
    mine = select(Award).join(Award.entry).where(Award.event == event, Entry.person == person)
    award = db.session.scalars(mine).one()
    n = next(_serial)
    number = f"SH-2026-01-{n:05d}-K"
    facts = {
        "holder_name": person.name,
        "award": "银奖",
        "award_en": "Silver",
        "event": event.name,
        "event_en": event.name_en,
        "competition": event.competition.name,
        "competition_en": event.competition.name_en,
    }
    values = {"state": CertificateState.ISSUED, "pdf_sha256": sha256(PDF).hexdigest(), **values}
    certificate = make.keep(
        Certificate(
            award=award, series=Series(issuer=root, year=2000 + n, prefix=f"SH-{n}", last=1), serial=1,
            number=number, folded=number.replace("-", ""), code=code_of(n), facts=facts, facts_sha256="0" * 64,
            template_version=TemplateVersion(code="award", title="Award", sha256=f"{n:064d}", files=b""),
            issued_by="x", issued_at=now(), **values,
        )
    )  # fmt: skip
    make.keep(CertificatePdf(certificate_id=certificate.id, content=PDF))
    return certificate


def qualification(person, trade, n=0, **values):
    key = next(_serial)
    values = {
        "kind": "skill_level", "level": "3", "number": f"Y00{key:019d}", "number_key": f"q{key}",
        "issuer": "Northside Assessment Centre", "issued_on": date(2023, 1, 5),
        "valid_to": TODAY + timedelta(days=41 + n), "verification": "verified", "verified_on": TODAY, **values,
    }  # fmt: skip
    return make.keep(Qualification(person=person, occupation=trade, **values))
