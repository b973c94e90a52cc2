"""Whoever cannot be printed: the page says how that is mended, and leads there."""

from tests import make
from tests.certificates import awarded


def test_the_look_says_how_a_name_is_mended_and_leads_to_it(root, sign_in):
    cup = awarded.competition(root, ("李伟", "王\U00012000"))
    staff = sign_in(make.user("certificate_staff", root))
    page = staff.get(f"/competitions/{cup.id}/certificates/issue").text
    assert "an organiser corrects it" in page
    assert "a font that holds it" in page
    assert "Open the" in page
    assert "王\U00012000</a>" in page
    assert "李伟</a>" not in page


def test_a_look_that_finds_nothing_gives_no_advice(root, sign_in):
    cup = awarded.competition(root, ("李伟",))
    staff = sign_in(make.user("certificate_staff", root))
    assert "How to mend" not in staff.get(f"/competitions/{cup.id}/certificates/issue").text


def test_an_auditor_looks_and_is_offered_no_button(root, sign_in):
    cup = awarded.competition(root, ("李伟",))
    address = f"/competitions/{cup.id}/certificates/issue"
    page = sign_in(make.user("auditor", root)).get(address)
    assert page.status_code == 200
    assert "ready" in page.text
    assert "Issue 1 certificate" not in page.text
    assert "Issue 1 certificate" in sign_in(make.user("certificate_staff", root)).get(address).text
