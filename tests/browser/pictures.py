"""The pictures of the README, taken from the sample year and the shelf of templates: `make pictures`."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from skillhub.certificates.queries import FOLDER as SHELF
from skillhub.kernel.paper import load_template, templates
from skillhub.kernel.pdf import Press

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parents[2] / "static" / "img" / "readme"
MOST = 250 * 1024  # bytes of one picture
PAPER_WIDTH = 1200
SMALL_WIDTH = (
    560  # of a template among its neighbours, lying; standing it is as high as a lying one is wide
)
SMALL_MOST = 90 * 1024


def test_take_the_marks(visit):
    page = visit("organiser", 1280, 860, color_scheme="light")
    page.goto("/competitions/3/events/6/marks")
    page.get_by_role("textbox").first.focus()
    keep("marks", Image.open(io.BytesIO(page.screenshot())))


def test_take_a_standing(visit):
    page = visit("liwei", 360, 780, color_scheme="light", device_scale_factor=2)
    page.goto("/standing")
    keep("standing", Image.open(io.BytesIO(page.screenshot())))


def test_take_a_certificate(year):
    papers = pypdfium2.PdfDocument(year.folder / "print" / "district2026.pdf")
    best = next(p for p in papers if "First Prize" in p.get_textpage().get_text_range())
    keep("certificate", best.render(scale=PAPER_WIDTH / best.get_width()).to_pil())


@pytest.mark.parametrize("code", templates(SHELF))
def test_take_a_template(code):
    template = load_template(SHELF / code)
    with Press() as press:
        (page,) = pypdfium2.PdfDocument(press.render(template, template.about.example))
    scale = SMALL_WIDTH / max(page.get_size())
    keep(f"template-{code}", page.render(scale=scale * 2).to_pil().reduce(2), SMALL_MOST)


def keep(name, image, most=MOST):
    """Save with as many colours as the size allows."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32):
        small = image.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        small.save(FOLDER / f"{name}.png", optimize=True)
        if (FOLDER / f"{name}.png").stat().st_size <= most:
            return
    raise AssertionError(f"{name}.png is too large")
