"""A competition says how long its papers are valid; the paper and its page say so, and then it is over."""

import io
from datetime import date

import pypdfium2
import pytest
import time_machine

from skillhub.certificates import queries, services, works
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.terms import queries as terms
from skillhub.terms import rules
from skillhub.terms import services as agreed
from tests import make
from tests.certificates import awarded

FIRST, LAST, OVER = (
    "2026-07-03T09:00:00+08:00",
    "2029-07-03T23:59:30+08:00",
    "2029-07-04T00:00:30+08:00",
)


@pytest.mark.parametrize(
    ("issued", "years", "last"),
    [
        pytest.param(date(2026, 7, 3), 3, date(2029, 7, 3), id="the same day three years later"),
        pytest.param(date(2028, 2, 29), 1, date(2029, 2, 28), id="from a leap day"),
        pytest.param(date(2026, 7, 3), None, None, id="without end"),
    ],
)
def test_the_last_day(issued, years, last):
    assert rules.last_day(issued, years) == last


def issue(cup, template="completion"):
    for _ in works.Issuing(cup, None, awarded.template(template), OPERATOR).steps():
        pass
    return awarded.all_of(cup)[-1]


def test_what_another_saved_meanwhile_is_shown_and_not_written_over(root, sign_in):
    staff = sign_in(make.user("certificate_staff", root))
    cup = awarded.competition(root, ("李伟",))
    page = f"/competitions/{cup.id}/certificates/terms"
    agreed.agree(cup, {"completion": 5}, {}, OPERATOR)
    asked = {"terms-0-template": "completion", "terms-0-seen": "", "terms-0-years": "3"}
    late = staff.post(page, data=asked)
    assert "Meanwhile another saved 5 years; you typed 3." in late.text
    assert (terms.of(cup), 'value="3"' in late.text) == ({"completion": 5}, True)
    assert 'name="terms-0-seen" type="hidden" value="5"' in late.text
    assert staff.post(page, data={**asked, "terms-0-seen": "5"}).status_code == 302
    assert terms.of(cup) == {"completion": 3}


def test_from_the_office_to_the_day_after(root, client, sign_in):
    staff = sign_in(make.user("certificate_staff", root))
    cup = awarded.competition(root, ("李伟",))
    page = f"/competitions/{cup.id}/certificates"
    assert f"{page}/terms" in staff.get(page).text
    assert "Completion certificate" in staff.get(f"{page}/terms").text
    bad = staff.post(
        f"{page}/terms", data={"terms-0-template": "completion", "terms-0-years": "51"}
    )
    assert "between 1 and 50" in bad.text
    assert 'value="51"' in bad.text
    asked = {"terms-0-template": "completion", "terms-0-years": "3", "terms-1-template": "award"}
    assert staff.post(f"{page}/terms", data=asked).status_code == 302
    assert terms.of(cup) == {"completion": 3}

    with time_machine.travel(FIRST, tick=False):
        paper = issue(cup)
        assert paper.expires_on == date(2029, 7, 3)
        (sheet,) = pypdfium2.PdfDocument(io.BytesIO(queries.pdf_of(paper.id)))
        printed = "".join(sheet.get_textpage().get_text_range().split())
        assert "有效期至2029年7月3日" in printed
        assert "Validuntil3July2029" in printed
        assert "Valid until 3 July 2029" in client.get(f"/v/{paper.code}").text
    with time_machine.travel(LAST, tick=False):
        assert "<h1>Valid</h1>" in client.get(f"/v/{paper.code}").text
    with time_machine.travel(OVER, tick=False):
        told = client.get(f"/v/{paper.code}").text
        assert "<h1>Expired</h1>" in told
        assert "it was valid until July 3, 2029" in told


def test_a_new_paper_for_the_old_one_is_no_renewal(root):
    cup = awarded.competition(root, ("李伟",))
    agreed.agree(cup, {"completion": 3}, terms.of(cup), OPERATOR)
    with time_machine.travel(FIRST, tick=False):
        paper = issue(cup)
    template, day = awarded.template("completion"), date(2027, 1, 1)
    new = services.replace(paper, "misspelt", template, OPERATOR, now(), day)
    assert new.expires_on == paper.expires_on == date(2029, 7, 3)
    assert "2029" in new.facts["valid_until"]


def test_a_term_taken_back_holds_for_what_comes(root):
    cup = awarded.competition(root, ("李伟",))
    agreed.agree(cup, {"completion": 3}, terms.of(cup), OPERATOR)
    agreed.agree(cup, {"completion": 2}, terms.of(cup), OPERATOR)
    assert terms.of(cup) == {"completion": 2}
    agreed.agree(cup, {"completion": None}, terms.of(cup), OPERATOR)
    assert terms.of(cup) == {}
    assert issue(cup).expires_on is None


def test_it_holds_whichever_way_the_paper_lies(root):
    cup = awarded.competition(root, ("李伟",))
    agreed.agree(cup, {"completion": 3}, terms.of(cup), OPERATOR)
    assert issue(cup, "completion.landscape").expires_on is not None


def test_an_award_has_no_end(root):
    cup = awarded.competition(root, ("李伟",))
    agreed.agree(cup, {"completion": 3}, terms.of(cup), OPERATOR)
    assert issue(cup, "award").expires_on is None
