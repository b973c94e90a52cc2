"""Every hard name on every template: printed as it is written, or refused by name before anything is printed."""

import csv
import unicodedata

import pypdfium2
import pytest

from skillhub.certificates.queries import FOLDER
from skillhub.kernel import fonts
from skillhub.kernel.paper import load_template, templates
from skillhub.kernel.pdf import Press, RenderRefused, preflight
from tests.conftest import REALDATA

UYGHUR = "ئالىم"

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


@pytest.fixture(scope="module")
def names():
    lines = (REALDATA / "rare_test_names.csv").read_text(encoding="utf-8").splitlines()
    found = [row["name"] for row in csv.DictReader(lines)]
    assert len(found) == 242
    return found


@pytest.mark.parametrize("code", templates(FOLDER))
def test_each_is_printed_right_or_refused_by_name(names, code):
    template = load_template(FOLDER / code)
    refused, wrong = {}, {}
    with Press() as press:
        for name in names:
            facts = template.about.example | {"holder_name": name}
            if problems := preflight(template, facts):
                assert {p.where for p in problems} == {"holder_name"}
                refused[name] = str(problems[0].message)
                with pytest.raises(RenderRefused):
                    press.render(template, facts)
            elif not stands(name, read(press.render(template, facts))):
                wrong[name] = read(press.render(template, facts))
    assert wrong == {}
    assert all(not name.strip() or lost(name) for name in refused), refused
    assert len(refused) < len(names) / 10


def stands(name, text):
    """A reader takes a script from right to left apart: its letters are looked for one by one."""
    if squeezed(name) in squeezed(text):
        return True
    return name == UYGHUR and set(name) <= set(text)


def lost(name):
    return fonts.missing_glyphs(" ".join(name.split()))


def read(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    return text


def squeezed(text):
    return "".join(unicodedata.normalize("NFC", text).split())
