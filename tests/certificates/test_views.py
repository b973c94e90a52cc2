"""The pages of certificates as staff and strangers see them."""

import pytest

from skillhub.certificates import queries, rules, services, works
from skillhub.certificates.models import CertificateState
from skillhub.kernel import workers
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from tests import make
from tests.certificates import awarded

LARGEST = 20_000
ABSENT = rules.code_of(12345)


@pytest.fixture
def cup(root):
    return awarded.competition(root)


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root))


@pytest.fixture
def first(cup):
    awarded.issue(cup)
    return awarded.all_of(cup)[0]


def at(cup, rest=""):
    return f"/competitions/{cup.id}/certificates{rest}"


def test_a_pdf_is_named_for_every_browser_and_comes_in_parts(first, staff):
    answer = staff.get(f"/certificates/{first.id}/pdf")
    assert answer.data == queries.pdf_of(first.id)
    named = answer.headers["Content-Disposition"]
    assert named.startswith(f"inline; filename=\"{first.number}.pdf\"; filename*=UTF-8''00001_")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    part = staff.get(f"/certificates/{first.id}/pdf", headers={"Range": "bytes=5-7"})
    assert (part.status_code, len(part.data)) == (206, 3)
    saved = staff.get(f"/certificates/{first.id}/pdf?save=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_replacing_and_withdrawing_with_a_reason(cup, first, staff):
    own = f"/certificates/{first.id}"
    page = staff.post(f"{own}/replace", data={"why": "", "template": "award"})
    assert "This field is required" in page.text
    asked = staff.post(f"{own}/replace", data={"why": "misspelt", "template": "award"})
    assert asked.status_code == 302
    workers.run_next(works.WORKS)
    assert first.state == "replaced"
    new = first.replaced_by
    assert new.state == "issued"
    assert "misspelt" in staff.get(own).text
    staff.post(f"/certificates/{new.id}/withdraw", data={"why": "fraud"})
    assert new.state == "withdrawn"
    again = staff.post(f"/certificates/{new.id}/withdraw", data={"why": "fraud"})
    assert "withdrawn; this cannot be done" in again.text


def test_a_reserved_number_is_given_up(cup, staff):
    proof = queries.proof(queries.waiting(cup), awarded.template())
    day = now().date()
    services.reserve(cup, proof.ready, awarded.template(), OPERATOR, now(), day)
    row = awarded.all_of(cup)[0]
    assert "Give up" in staff.get(f"/certificates/{row.id}/withdraw").text
    staff.post(f"/certificates/{row.id}/withdraw", data={"why": "wrong year"})
    assert row.state == CertificateState.VOID
    assert staff.get(f"/certificates/{row.id}/pdf").status_code == 409


def test_found_by_number_and_by_name(cup, first, staff):
    for words in (first.number.lower(), "欧阳", first.number[-7:]):
        page = staff.get("/certificates", query_string={"q": words})
        assert "SH-" in page.text.split("<tbody>")[1], words
    assert "Nothing found" in staff.get("/certificates?q=nobody").text


def test_an_auditor_reads_and_issues_nothing(root, cup, sign_in):
    auditor = sign_in(make.user("auditor", root))
    assert auditor.get(at(cup)).status_code == 200
    assert "Issue 3" not in auditor.get(at(cup)).text
