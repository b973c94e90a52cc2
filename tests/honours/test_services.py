"""Papers beside awards: the same facts, numbers, bytes and verify page, for another floor's subjects."""

import io
from datetime import date, timedelta

import pypdfium2
import pytest

from skillhub.certificates import queries as certificates
from skillhub.certificates import services
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.certificates.works import printing_one_by_one
from skillhub.cli.reconcile import differences
from skillhub.commendations.models import Commendation
from skillhub.entries.models import Entry
from skillhub.honours import queries
from skillhub.honours import services as honours
from skillhub.honours.rules import KINDS
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.panels.models import Panel, Seat
from skillhub.results.models import ResultVersion
from tests import make
from tests.certificates import awarded

DAY = date(2026, 6, 20)
pytestmark = pytest.mark.postgres


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
    """Number and print what is ready, as a batch does."""
    paper, kind = awarded.template(template or KINDS[kind].template), KINDS[kind]
    waiting = [line.honour for line in queries.lines_of(kind, cup, DAY) if not line.certificate]
    ready = queries.proof(cup, kind, waiting, paper, signatories).ready
    keys = honours.number(cup, kind, ready, paper, OPERATOR, now(), DAY, signatories)
    list(printing_one_by_one(keys, OPERATOR))


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
    list(printing_one_by_one([key], OPERATOR))
    paper = db.session.get(Certificate, key)
    assert paper.state is CertificateState.ISSUED
    assert "技能大师" in words(paper)


def test_what_changed_since_the_look_gets_no_number(cup):
    kind, paper = KINDS["participation"], awarded.template("participation")
    looked = queries.proof(cup, kind, [x.honour for x in lines(cup, kind.code)], paper).ready
    with transaction():
        entry = db.session.query(Entry).first()
        entry.person.name = "新名字"
        make.keep(entry.person)
    assert len(honours.number(cup, kind, looked, paper, OPERATOR, now(), DAY)) == 2
    assert "新名字" not in {row.facts["holder_name"] for row in db.session.query(Certificate)}


def test_a_paper_is_replaced_by_one_that_says_what_is_true_today(cup):
    issue(cup, "participation", "participation.portrait", [["林致远", "Chair"]])
    old = lines(cup, "participation")[0].certificate
    with transaction():
        entry = db.session.query(Entry).filter_by(id=int(old.subject.rpartition(":")[2])).one()
        entry.person.name = "新名字"
        make.keep(entry.person)
    paper = awarded.template("participation")
    new = honours.replace(old, "the name was wrong", paper, OPERATOR, now(), DAY)
    list(printing_one_by_one([new.id], OPERATOR))
    assert (old.state, old.replaced_by_id) == (CertificateState.REPLACED, new.id)
    assert new.number != old.number and new.subject == old.subject
    assert new.facts["signatory_roles"] == ["Chair"]
    assert "新名字" in words(new) and "新名字" not in words(old)
    assert certificates.verified(old.code, now()).answer == "replaced"
    assert lines(cup, "participation")[0].differs == ()
    assert list(differences()) == []


def test_what_there_is_no_reason_for_any_more_or_cannot_be_printed_is_not_replaced(cup):
    issue(cup, "participation")
    paper, one = awarded.template("participation"), lines(cup, "participation")[0].certificate
    with pytest.raises(BadInput, match="Say why"):
        honours.replace(one, " ", paper, OPERATOR, now(), DAY)
    with transaction():
        cup.name = "王\U00012000"
        make.keep(cup)
    with pytest.raises(BadInput, match="cannot be printed") as refused:
        honours.replace(one, "why", paper, OPERATOR, now(), DAY)
    assert refused.value.problems
    with transaction():
        version = db.session.query(ResultVersion).one()
        version.signed_at = version.signed_by = None
        make.keep(version)
    with pytest.raises(Conflict, match="no reason"):
        honours.replace(one, "why", paper, OPERATOR, now(), DAY)
    assert one.state is CertificateState.ISSUED


def test_withdrawn_a_paper_can_be_made_anew(cup):
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


def test_a_paper_knows_which_competition_it_is_about_as_those_of_awards_do(cup):
    awarded.issue(cup)
    issue(cup, "participation")
    one = lines(cup, "participation")[0].certificate
    honours.replace(one, "torn", awarded.template("participation"), OPERATOR, now(), DAY)
    assert {row.competition_id for row in db.session.query(Certificate)} == {cup.id}


def test_awards_wait_as_before_beside_papers_without_one(cup):
    issue(cup, "participation")
    assert len(certificates.waiting(cup)) == 3
    assert certificates.outdated(OPERATOR, None) == []
