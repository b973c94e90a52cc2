"""Pages moved for a printer, and two on a sheet: read from the file that is sent."""

import hashlib
import io
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from skillhub.kernel import prints
from skillhub.kernel.areas import Area, read, sheets
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.imposition import Shift, area_of, impose
from skillhub.kernel.paper import load_template, template_of
from skillhub.kernel.pdf import Press
from tests.kernel.drawn import letters, lines, size, words

FOLDER = Path(__file__).parents[2] / "templates" / "certificates"
SMALL = """<!DOCTYPE html><html lang="en"><head><title>x</title></head>
<body><p class="f-name">{{ name }}</p><p>ending</p></body></html>"""


def small(size):
    """A little template of a size, its corner marked by its first word."""
    about = f'size = "{size}"\n[title]\nen = "x"\n[facts]\nname = {{}}\n[example]\nname = "one"\n'
    css = f'@page {{ size: {size}; margin: 10mm }} body {{ font: 12pt "Noto Serif SC" }}'
    files = {"about.toml": about, "page.html": SMALL, "page.css": css}
    return template_of("small", {name: text.encode() for name, text in files.items()})


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


@pytest.fixture(scope="module")
def award(press):
    template = load_template(FOLDER / "award")
    return press.render(template, template.about.example)


@pytest.fixture
def put(tmp_path):
    """put(pdfs, sheet, order, ...) gives the bytes of what is sent."""

    def put(pdfs, *how, **more):
        whole, ready = tmp_path / "whole.pdf", tmp_path / "ready.pdf"
        prints.join([io.BytesIO(pdf) for pdf in pdfs], whole)
        impose(whole, ready, *how, **more)
        return ready.read_bytes()

    return put


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(("0", "0", "100"), id="a printer that needs nothing"),
        pytest.param(("1.5", "-0.75", "100"), id="right and up"),
        pytest.param(("-20", "20", "100"), id="as far as it goes"),
        pytest.param(("0.01", "0", "98.5"), id="a hundredth, and smaller"),
        pytest.param(("0", "-3.3", "110"), id="larger"),
    ],
)
def test_every_letter_moves_by_exactly_what_the_printer_is_told(award, put, told):
    shift = Shift(*map(Decimal, told))
    before = letters(award)
    after = letters(put([award], None, [(0,)], shift))
    large, right, down = float(shift.scale) / 100, float(shift.x), float(shift.y)
    assert len(before) == len(after) > 150
    for (sign, x, y), (moved, new_x, new_y) in zip(before, after, strict=True):
        assert sign == moved
        assert abs(new_x - (x * large + right)) < 0.05
        assert abs(new_y - (y * large + down)) < 0.05


def test_the_kept_file_is_not_touched(award, tmp_path):
    kept, before = tmp_path / "kept.pdf", hashlib.sha256(award).hexdigest()
    kept.write_bytes(award)
    impose(kept, tmp_path / "out.pdf", None, [(0,)], Shift(Decimal(2)))
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == before


def test_the_sheet_is_what_is_in_the_tray(award, put):
    sheet = Area(Decimal(297), Decimal(210))
    assert size(put([award], sheet, [(0,)])) == (297.0, 210.0)


@pytest.mark.parametrize(
    ("page", "sheet", "places"),
    [
        pytest.param("A5", (297, 210), [(10.25, 10), (158.75, 10)], id="A5 on A4"),
        pytest.param("A5 landscape", (210, 297), [(10, 10.25), (10, 158.75)], id="A5 lengthwise"),
        pytest.param("A4", (420, 297), [(10, 10), (220, 10)], id="A4 on A3"),
    ],
)
def test_two_stand_on_a_sheet_each_on_its_half(press, put, page, sheet, places):
    template = small(page)
    pdfs = [press.render(template, {"name": name}) for name in ("I1", "I2", "I3")]
    alone = letters(pdfs[0])[0][1:]
    sent = put(pdfs, Area(*map(Decimal, sheet)), sheets(3, 2))
    assert (size(sent), size(sent, 1)) == ((*map(float, sheet),), (*map(float, sheet),))
    assert (words(sent), words(sent, 1)) == ("I1endingI2ending", "I3ending")
    first, second = (found[1:] for found in letters(sent) if found[0] == "I")
    for (x, y), (left, top) in zip((first, second), places, strict=True):
        assert abs(x - alone[0] + 10 - left) < 0.05
        assert abs(y - alone[1] + 10 - top) < 0.05


def test_cut_stacks_laid_on_each_other_are_in_order(press, put):
    template = small("A5")
    pdfs = [press.render(template, {"name": f"I{n}"}) for n in range(1, 6)]
    sent = put(pdfs, Area(Decimal(297), Decimal(210)), sheets(5, 2, stacked=True))
    told = [words(sent, sheet).removesuffix("ending").split("ending") for sheet in range(3)]
    left, right = [one[0] for one in told], [one[1] for one in told[:2]]
    assert left + right == ["I1", "I2", "I3", "I4", "I5"]


def test_marks_show_where_the_sheet_is_cut(press, put):
    pdfs = [press.render(small("A5"), {"name": "I"})] * 2
    sent = put(pdfs, Area(Decimal(297), Decimal(210)), [(0, 1)])
    marks = {tuple(round(v, 1) for end in ends for v in end) for ends in lines(sent)}
    assert marks == {(148.5, 210.0, 148.5, 206.0), (148.5, 4.0, 148.5, 0.0)}
    assert not lines(put(pdfs[:1], Area(Decimal(148), Decimal(210)), [(0,)]))


@pytest.mark.parametrize("order", [[(0,)], [(0, 1), (1,)], [(0, 2)], [(1,), (0,), (0,)]])
def test_no_page_is_lost_or_printed_twice(press, put, order):
    pdfs = [press.render(small("A5"), {"name": "I"})] * 2
    with pytest.raises(Conflict, match="lost"):
        put(pdfs, Area(Decimal(297), Decimal(210)), order)


def test_a_viewer_is_asked_not_to_scale(award, put):
    with pikepdf.open(io.BytesIO(put([award], None, [(0,)], duplex="long_edge"))) as sent:
        wishes = sent.Root.ViewerPreferences
        assert (wishes.PrintScaling, wishes.Duplex) == ("/None", "/DuplexFlipLongEdge")


def test_a_signature_stays_with_the_kept_file_and_the_same_pages_give_the_same_bytes(award, put):
    one, other = (put([award], None, [(0,)], Shift(Decimal(1))) for _ in range(2))
    assert one == other
    assert b"/AcroForm" not in one


def test_the_art_of_many_is_in_the_file_once(press, put):
    template = load_template(FOLDER / "award")
    pdfs = [
        press.render(template, dict(template.about.example) | {"holder_name": f"选手{n}"})
        for n in range(20)
    ]
    sent = put(pdfs, None, [(n,) for n in range(20)], Shift(Decimal(1)))
    assert len(sent) < 3 * len(pdfs[0])


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("A4", (210, 297)),
        ("A4 landscape", (297, 210)),
        ("A5 portrait", (148, 210)),
        ("225mm 320.5mm", (225, Decimal("320.5"))),
        ("320mm 225mm portrait", (225, 320)),
    ],
)
def test_the_size_of_a_page_is_read_as_a_style_sheet_writes_it(text, sides):
    assert read(text) == Area(*map(Decimal, sides))


def test_what_is_no_size_is_refused():
    with pytest.raises(BadInput, match="no size"):
        read("letter")


def test_the_size_of_a_template_is_that_of_its_page(award):
    with pikepdf.open(io.BytesIO(award)) as kept:
        found = area_of(kept.pages[0])
    assert found.like(read(load_template(FOLDER / "award").about.size))
    assert abs(found.width - 297) < Decimal("0.001")
