"""A course that ends with an award prints on the completion certificate, A4 portrait."""

import io
from datetime import date

import pypdfium2

from skillhub.certificates import queries, works
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import transaction
from tests import make
from tests.certificates import awarded


def test_a_course_prints_with_its_programme_its_days_and_its_result(root):
    cup = awarded.competition(root, ("李伟",))
    with transaction():
        cup.name, cup.name_en = "技能提升计划", "Upgrading Programme"
        cup.starts_on, cup.ends_on = date(2026, 3, 2), date(2026, 6, 26)
        make.keep(cup)
    work = works.Issuing(cup, None, awarded.template("completion"), OPERATOR)
    assert [done for done, _ in work.steps()][-1] == 1
    (certificate,) = awarded.all_of(cup)
    (page,) = pypdfium2.PdfDocument(io.BytesIO(queries.pdf_of(certificate.id)))
    text = "".join(page.get_textpage().get_text_range().split())
    for said in (
        "结业证书",
        "李伟",
        "技能提升计划",
        "Upgrading Programme",
        "2 March 2026 to 26 June 2026",
    ):
        assert said.replace(" ", "") in text
    assert certificate.facts["result"].replace(" ", "") in text
    width, height = page.get_size()
    assert width < height
