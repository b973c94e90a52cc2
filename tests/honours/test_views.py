"""The pages of papers beside awards, as staff see and use them."""

import pytest

from skillhub.certificates import works
from skillhub.certificates.models import Certificate
from skillhub.kernel import workers
from skillhub.kernel.db import db
from tests import make
from tests.honours.test_services import cup as cup  # noqa: PLC0414
from tests.honours.test_services import issue, lines


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root))


def test_the_kinds_say_for_whom_they_are_and_how_many(cup, staff):
    at = f"/competitions/{cup.id}/papers"
    page = staff.get(at).text
    assert "Certificate of participation" in page
    assert "Letters of thanks" in page
    assert f"{at}/participation" in page
    assert at in staff.get(f"/competitions/{cup.id}/certificates").text


def test_a_paper_is_replaced_on_the_way_every_certificate_is(cup, staff):
    issue(cup, "participation", "participation.portrait")
    old = lines(cup, "participation")[0].certificate.id
    assert f"/papers/{old}/replace" in staff.get(f"/certificates/{old}").text
    assert staff.get(f"/certificates/{old}/replace").location == f"/papers/{old}/replace"
    page = staff.get(f"/papers/{old}/replace").text
    assert 'selected value="portrait"' in page

    refused = staff.post(f"/papers/{old}/replace", data={"why": "", "template": "participation"})
    assert refused.status_code == 200
    asked = staff.post(
        f"/papers/{old}/replace",
        data={"why": "torn", "template": "participation", "way": "portrait", "language": "zh"},
    )
    assert workers.run_next(works.WORKS)
    assert "1 issued, 0 not." in staff.get(asked.location).text
    row = db.session.get(Certificate, old)
    assert row.state == "replaced"
    assert row.replaced_by.state == "issued"
    assert row.replaced_by.template_version.code == "participation.portrait.zh"


def test_a_paper_of_an_award_is_replaced_on_its_own_page(cup, staff):
    from tests.certificates import awarded  # noqa: PLC0415  (its cup has none issued)

    awarded.issue(cup)
    key = awarded.all_of(cup)[0].id
    assert staff.get(f"/papers/{key}/replace").location == f"/certificates/{key}/replace"
