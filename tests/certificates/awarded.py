"""A competition with conferred awards, for the tests of certificates."""

from datetime import date
from itertools import count

from skillhub.awards.models import Award
from skillhub.certificates import queries, works
from skillhub.certificates.models import Certificate
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.paper import template_named
from skillhub.results.models import ResultLine, ResultVersion
from tests import make

NAMES = ("李伟", "欧阳明远", "Jean Dupont", "买买提·艾力", "陈思敏", "Ana Ruiz")
TITLES = (("金牌", "Gold"), ("银牌", "Silver"), ("铜牌", "Bronze"))
_serial = count(1)


def competition(host, names=NAMES[:3], **values):
    """A competition whose one event is over: one award for each name."""
    row = make.competition(
        host,
        name="北岸市职业技能大赛",
        name_en="Northside Skills",
        place="北岸 Northside",
        **values,
    )
    event(row, names)
    return row


def event(of, names, code="CNC"):
    row = make.event(of, code=code, name="数控铣", name_en="CNC Milling")
    unit = make.organisation(name="北岸精密制造有限公司")
    version = make.keep(
        ResultVersion(
            event=row,
            number=1,
            input_hash="-",
            content_hash="-",
            frozen_by="A",
            frozen_at=now(),
            signed_by="A",
            signed_at=now(),
        )
    )
    awards = []
    for n, name in enumerate(names):
        person = make.person(name)
        entry = make.entry(row, name=name, person=person, organisation=unit)
        make.keep(ResultLine(result_version=version, entry=entry, position=n, rank=n + 1, keys=[]))
        title, english = TITLES[min(n, 2)]
        awards.append(
            Award(
                event=row,
                result_version=version,
                entry=entry,
                title=title,
                title_en=english,
                position=min(n, 2) + 1,
                scheme="counts",
                place=n + 1,
                because={"text": "-", "values": {}},
                awarded_on=date(2026, 6, 18),
                conferred_by="A",
                conferred_at=now(),
            )
        )
    make.keep(*awards)
    return row


def template(code="award"):
    return template_named(queries.FOLDER, code)


def issue(competition, events=None, signatories=()):
    """Issue in the foreground; gives the work with what it left out."""
    work = works.Issuing(competition, events, template(), OPERATOR, signatories)
    for _ in work.steps():
        pass
    return work


def all_of(competition):
    return db.session.scalars(queries.certificates_of(competition)).all()


def certificates(**where):
    return db.session.query(Certificate).filter_by(**where).order_by(Certificate.id).all()
