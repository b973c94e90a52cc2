"""The words of a certificate alone, for sheets that bear the border already."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from skillhub.kernel.paper import bare, load_template, template_of, turned, ways
from skillhub.kernel.pdf import Press
from tests.kernel.drawn import letters, pictures

FOLDER = Path(__file__).parents[2] / "templates" / "certificates"
SHELF = [load_template(p) for p in sorted(FOLDER.iterdir()) if (p / "about.toml").exists()]
TURNED = [turned(template, way) for template in SHELF for way in ways(template)[1:]]
TEMPLATES = [*SHELF, *(pytest.param(template, marks=pytest.mark.slow) for template in TURNED)]


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


@pytest.mark.parametrize("template", TEMPLATES, ids=[t.code for t in (*SHELF, *TURNED)])
def test_the_words_stand_where_they_stood_and_nothing_is_beneath_them(press, template):
    facts = template.about.example
    whole, alone = press.render(template, facts), press.render(bare(template), facts)
    assert (pictures(whole), pictures(alone)) == (1, 0)
    before, after = letters(whole), letters(alone)
    assert [sign for sign, *_ in before] == [sign for sign, *_ in after]
    assert len(before) > 100
    for one, other in zip(before, after, strict=True):
        assert max(abs(one[1] - other[1]), abs(one[2] - other[2])) < 0.05


def test_the_paper_stays_white_but_for_words_and_code(press):
    template = load_template(FOLDER / "award")
    page = pypdfium2.PdfDocument(press.render(bare(template), template.about.example))[0]
    picture = page.render(scale=200 / 72).to_pil().convert("L")
    wide, high = picture.size
    # The signing lines (28 to 122 mm from the left, 169 to 170 mm down) and the border are the sheet's own.
    line = picture.crop(
        (wide * 28 // 297, high * 1685 // 2100, wide * 122 // 297, high * 1705 // 2100)
    )
    edge = picture.crop((0, 0, wide, high * 22 // 210))
    assert (line.getextrema(), edge.getextrema()) == ((255, 255), (255, 255))
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == template.about.example["verify_url"]


def test_nothing_on_it_is_clear_because_old_printers_draw_that_black(press):
    template = load_template(FOLDER / "award")
    with pikepdf.open(io.BytesIO(press.render(bare(template), template.about.example))) as pdf:
        states = pdf.pages[0].obj.Resources.get("/ExtGState", {})
        assert all(float(s.get(key, 1)) == 1 for s in states.values() for key in ("/ca", "/CA"))


def test_pictures_frames_and_backgrounds_of_the_page_itself_go_too(press):
    html = """<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><div class="frame">
    <img alt="seal" src="template:seal.svg"><svg viewBox="0 0 9 9"><rect width="9" height="9" fill="#c00"/></svg>
    <p>Words</p><p class="hint">Heading</p></div></body></html>"""
    css = """@page { size: A5; margin: 10mm; background: #ffe } body { font: 12pt "Noto Serif SC" }
    .frame { border: 1mm solid #c00; background: url("template:seal.svg") #fee } img { width: 20mm }"""
    seal = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#00c"/></svg>'
    about = 'size = "A5"\n[title]\nen = "x"\n[facts]\nname = {}\n[example]\nname = "one"\n'
    files = {"about.toml": about, "page.html": html, "page.css": css, "seal.svg": seal}
    files = {name: text.encode() for name, text in files.items()}
    whole = press.render(template_of("framed", files), {})
    alone = press.render(bare(template_of("framed", files)), {})
    less = bare(template_of("framed", files | {"bare.css": b".hint { visibility: hidden }"}))
    assert letters(whole) == letters(alone)
    assert "".join(sign for sign, *_ in letters(press.render(less, {}))) == "Words"
    colours = [
        {pixel for _, pixel in pypdfium2.PdfDocument(pdf)[0].render().to_pil().getcolors(10**6)}
        for pdf in (whole, alone)
    ]
    reds = [any(max(pixel) - min(pixel) > 60 for pixel in seen) for seen in colours]
    assert reds == [True, False]


def test_a_template_without_its_art_is_a_template_of_its_own():
    template = SHELF[0]
    assert bare(template).sha256 != template.sha256
    assert template.about.under not in bare(template).files
