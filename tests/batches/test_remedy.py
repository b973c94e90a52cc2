"""Whoever cannot be printed: the page says how that is mended, and leads there."""

from tests import make
from tests.certificates import awarded


def test_the_look_says_how_a_name_is_mended_and_leads_to_it(root, sign_in):
    cup = awarded.competition(root, ("李伟", "王\U00012000"))
    staff = sign_in(make.user("certificate_staff", root))
    page = staff.get(f"/competitions/{cup.id}/certificates/choose").text
    assert "an organiser corrects it" in page
    assert "a font that holds it" in page
    assert "Open the" in page
    assert "Open the record of 王\U00012000</a>" in page
    assert "Open the record of 李伟" not in page


def test_a_look_that_finds_nothing_gives_no_advice(root, sign_in):
    cup = awarded.competition(root, ("李伟",))
    staff = sign_in(make.user("certificate_staff", root))
    assert (
        "an organiser corrects it"
        not in staff.get(f"/competitions/{cup.id}/certificates/choose").text
    )


def test_an_auditor_looks_and_is_offered_no_button(root, sign_in):
    cup = awarded.competition(root, ("李伟",))
    address = f"/competitions/{cup.id}/certificates/choose"
    page = sign_in(make.user("auditor", root)).get(address)
    assert page.status_code == 200
    assert "ready" in page.text
    assert "Print 1 certificate" not in page.text
    assert "Print 1 certificate" in sign_in(make.user("certificate_staff", root)).get(address).text
