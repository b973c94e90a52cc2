"""Papers beside awards: the same facts, numbers, bytes and verify page, for another floor's subjects."""

import io
from datetime import date, timedelta

import pypdfium2
import pytest

from skillhub.certificates import queries as certificates
from skillhub.certificates import services
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.commendations.models import Commendation
from skillhub.entries.models import Entry
from skillhub.honours import queries, works
from skillhub.honours import services as honours
from skillhub.honours.rules import KINDS
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict
from skillhub.panels.models import Panel, Seat
from skillhub.results.models import ResultVersion
from tests import make
from tests.certificates import awarded

DAY = date(2026, 6, 20)
pytestmark = pytest.mark.postgres


class Still:
    """A job nobody watches."""

    job_id = 0

    def report(self, done, total):
        pass


@pytest.fixture
def cup(root):
    row = awarded.competition(root, ends_on=date(2026, 6, 18), starts_on=date(2026, 6, 16))
    version = db.session.query(ResultVersion).one()
    with transaction():
        version.is_current = True
        row.host.name, row.host.name_en = "北岸市总工会", "Northside Federation"
        make.keep(version, row.host)
    return row


def judge(cup, person):
    user = make.user("judge", cup.host, login="a-judge", person=person)
    part = cup.events[0].components[0]
    panel = make.keep(Panel(component=part))
    make.keep(Seat(panel=panel, number=1, user=user, since=now() - timedelta(days=1)))


def commendation(cup, unit):
    return make.keep(
        Commendation(
            competition=cup, organisation=unit, title="优秀组织奖", rank=1, score=90, parts=[],
            conferred_by="A", conferred_at=now(),
        )
    )  # fmt: skip


def lines(cup, kind):
    return queries.lines_of(KINDS[kind], cup, DAY)


def issue(cup, kind, template=None, signatories=()):
    work = {
        "competition": cup.id,
        "kind": kind,
        "template": template or KINDS[kind].template,
        "signatories": list(signatories),
    }
    by = {"login": OPERATOR.login, "name": OPERATOR.name, "user_id": None}
    return works.WORKS[queries.WORK]({"work": work, "by": by}, Still())


def words(paper):
    with pypdfium2.PdfDocument(io.BytesIO(certificates.pdf_of(paper.id))) as document:
        return "".join(document[0].get_textpage().get_text_range().split())


def test_everybody_with_a_place_gets_a_paper_that_they_took_part(cup):
    assert [line.certificate for line in lines(cup, "participation")] == [None] * 3
    issue(cup, "participation", signatories=[["林致远", "Chair"]])

    papers = [line.certificate for line in lines(cup, "participation")]
    assert [paper.state for paper in papers] == [CertificateState.ISSUED] * 3
    assert all("-PART-" in paper.number and paper.award_id is None for paper in papers)
    text = words(papers[0])
    for said in ("参赛证书", papers[0].facts["holder_name"], "数控铣", "CNCMilling", "林致远"):
        assert said in text
    verified = certificates.verified(papers[0].code, now())
    assert (verified.answer, verified.certificate_id) == ("valid", papers[0].id)


def test_without_a_signed_result_nobody_took_part(cup):
    version = db.session.query(ResultVersion).one()
    with transaction():
        version.signed_at = version.signed_by = None
        make.keep(version)
    assert lines(cup, "participation") == []


def test_asked_twice_there_is_one_paper(cup):
    issue(cup, "participation")
    before = [line.certificate.number for line in lines(cup, "participation")]
    issue(cup, "participation")
    assert [line.certificate.number for line in lines(cup, "participation")] == before
    assert db.session.query(Certificate).count() == 3


def test_one_subject_has_one_paper_in_force_whoever_asks(cup):
    template = awarded.template("participation")
    facts = {line.honour.subject: line.honour.facts for line in lines(cup, "participation")}
    asked = (cup.host, "PART", facts, template, OPERATOR, now(), DAY)
    assert len(honours.reserve(*asked)) == 3
    assert honours.reserve(*asked) == []


def test_another_floor_needs_a_subject_facts_and_a_template(cup):
    """What training, titles or anything to come calls: nothing about certificates has to change for it."""
    facts = awarded.template("title").about.example
    (key,) = honours.reserve(
        cup.host,
        "MST",
        {"title:1:person:7": facts},
        awarded.template("title"),
        OPERATOR,
        now(),
        DAY,
    )
    list(works.printing_one_by_one([key], OPERATOR))
    paper = db.session.get(Certificate, key)
    assert paper.state is CertificateState.ISSUED
    assert "技能大师" in words(paper)


def test_withdrawn_a_paper_can_be_made_anew_and_is_not_replaced(cup):
    issue(cup, "participation")
    paper = lines(cup, "participation")[0].certificate
    with pytest.raises(Conflict):
        services.replace(paper, "why", awarded.template(), OPERATOR, now(), DAY)
    services.withdraw(paper, "the name was wrong", OPERATOR, now())
    issue(cup, "participation")
    new = lines(cup, "participation")[0].certificate
    assert new.number != paper.number
    assert certificates.verified(paper.code, now()).answer == "withdrawn"


def test_a_name_that_changed_shows_on_the_list(cup):
    issue(cup, "participation")
    line = lines(cup, "participation")[0]
    assert line.differs == ()
    with transaction():
        cup.name = "另一个大赛"
        make.keep(cup)
    assert "competition" in lines(cup, "participation")[0].differs


def test_judges_and_organisers_are_thanked_once_each(cup):
    make.user(
        "organiser", cup.host, login="chief", person=make.person("周慧", name_latin="Zhou Hui")
    )
    judge(cup, make.person("林致远"))
    found = {line.honour.facts["holder_name"]: line for line in lines(cup, "thanks")}
    assert found["周慧"].honour.facts["award"] == "组织工作"
    assert found["林致远"].honour.facts["award_en"] == "Judge"
    issue(cup, "thanks", "thanks.en")
    paper = next(
        one.certificate for one in lines(cup, "thanks") if "周慧" in one.honour.facts["holder_name"]
    )
    text = words(paper)
    assert "ZhouHui" in text
    assert "周慧" not in text


def test_commended_units_have_a_paper(cup):
    unit = make.organisation(name="北岸轨道交通集团", name_en="Northside Rail")
    commendation(cup, unit)
    issue(cup, "commendation")
    (line,) = lines(cup, "commendation")
    text = words(line.certificate)
    assert "北岸轨道交通集团" in text
    assert "优秀组织奖" in text


def test_verified_qualifications_of_the_host_have_a_paper(cup):
    person = db.session.query(Entry).first().person
    row = make.qualification(
        person, issuer=cup.host.name, issued_on=DAY, level="3",
        verification="verified", verified_on=DAY, verified_by="A",
    )  # fmt: skip
    (line,) = lines(cup, "qualification")
    assert line.honour.facts["level"] == "高级工 · Level 3"
    issue(cup, "qualification")
    assert person.name in words(lines(cup, "qualification")[0].certificate)
    with transaction():
        row.issuer = "Somebody else"
        make.keep(row)
    assert lines(cup, "qualification") == []


def test_awards_wait_as_before_beside_papers_without_one(cup):
    issue(cup, "participation")
    assert len(certificates.waiting(cup)) == 3
    assert certificates.outdated(OPERATOR, None) == []
