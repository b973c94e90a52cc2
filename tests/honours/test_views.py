"""The pages of papers beside awards, as staff see and use them."""

import pytest

from skillhub.certificates.models import Certificate
from skillhub.honours import queries, works
from skillhub.kernel import workers
from skillhub.kernel.db import db, transaction
from skillhub.kernel.jobs import Job
from tests import make
from tests.honours.test_services import cup as cup  # noqa: PLC0414


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root))


def at(cup, rest=""):
    return f"/competitions/{cup.id}/papers{rest}"


def test_the_kinds_say_for_whom_they_are_and_how_many(cup, staff):
    page = staff.get(at(cup)).text
    assert "Certificate of participation" in page
    assert "Letters of thanks" in page
    assert at(cup, "/participation") in page
    assert at(cup) in staff.get(f"/competitions/{cup.id}/certificates").text


def test_they_are_chosen_looked_at_printed_and_fetched_in_one_file(cup, staff):
    page = staff.get(at(cup, "/participation?way=portrait&language=zh")).text
    assert "print the 3 that are ready" in page
    chosen = {"template": "participation", "way": "portrait", "language": "zh", "signatories": ""}
    answer = staff.post(at(cup, "/participation"), data=chosen)
    assert answer.status_code == 302
    (job,) = db.session.query(Job).filter_by(kind=queries.WORK)
    assert job.arguments["work"]["template"] == "participation.portrait.zh"
    assert staff.get(at(cup, "/participation/progress")).json["state"] == "waiting"
    assert staff.get(at(cup, "/participation/file")).status_code == 409

    assert workers.run_next(works.WORKS)
    paper = db.session.query(Certificate).first()
    page = staff.get(at(cup, "/participation")).text
    assert paper.number in page
    assert staff.get(at(cup, "/participation/file")).data.startswith(b"%PDF")
    assert paper.template_version.code == "participation.portrait.zh"
    own = staff.get(f"/certificates/{paper.id}").text
    assert "portrait · Chinese alone" in own
    assert staff.get(f"/certificates/{paper.id}/pdf").data.startswith(b"%PDF")


def test_what_is_not_known_in_the_language_is_left_out_by_name(cup, staff):
    with transaction():
        cup.name_en = ""
        make.keep(cup)
    page = staff.get(at(cup, "/participation?language=en")).text
    assert "known only in Chinese" in page


def test_a_way_the_template_has_not_is_its_own_way(cup, staff):
    make.user("organiser", cup.host, login="chief")
    assert staff.get(at(cup, "/thanks?template=thanks&way=landscape")).status_code == 200


def test_a_kind_nobody_knows_is_not_found(cup, staff):
    assert staff.get(at(cup, "/medals")).status_code == 404


def test_nobody_yet_says_what_to_do(root, staff):
    empty = make.competition(root)
    assert "once the result of an event is final" in staff.get(at(empty, "/participation")).text
