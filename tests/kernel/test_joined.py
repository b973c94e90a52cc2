"""Letters that are joined by a stroke stay joined: no space is put between them, whichever way a paper is made."""

import io

import pypdfium2
import pytest

from skillhub.certificates.queries import FOLDER
from skillhub.kernel import fonts
from skillhub.kernel.paper import load_template, template_named, templates
from skillhub.kernel.pdf import Press, complete
from skillhub.kernel.preflight import fits, joins

UYGHUR, MONGOL = "ئالىم", "ᠮᠣᠩᠭᠣᠯ"
SCALE = 8
DARK = 140  # of 255: ink, not the ground


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


def strokes(file, word):
    """Count the separate strokes of ink from left to right in which a word is drawn."""
    with pypdfium2.PdfDocument(io.BytesIO(file)) as document:
        text = document[0].get_textpage()
        read = text.get_text_range()
        start = min(read.find(sign) for sign in word if sign in read)  # right to left is read apart
        start = read.find(word) if word in read else start
        boxes = [text.get_charbox(n) for n in range(start, start + len(word))]
        page = document[0].render(scale=SCALE).to_pil().convert("L")
    left, bottom, right, top = zip(*boxes, strict=True)
    sides = (
        min(left),
        page.height / SCALE - max(top),
        max(right),
        page.height / SCALE - min(bottom),
    )
    part = page.crop([round(side * SCALE) for side in sides])
    ink, _ = part.point(lambda grey: grey < DARK).getprojection()
    return sum(now and not before for before, now in zip([0, *ink], ink, strict=False))


def made(press, template, **facts):
    """Give a paper as it is kept: stamped where it can be, else laid out whole."""
    given = template.about.example | facts
    given = {name: value for name, value in given.items() if name in template.about.facts}
    block, tail = press.stamped(template, given)
    return (block or b"") + tail, press._whole(template, complete(template.about, given))


@pytest.mark.parametrize("code", sorted(templates(FOLDER)))
def test_no_space_tears_the_letters_of_a_name_on_any_template(press, code):
    template = load_template(FOLDER / code)
    for file in made(press, template, holder_name=UYGHUR):
        assert strokes(file, UYGHUR) == 2  # after the alif every hand lifts the pen


def test_other_letters_keep_their_space(press):
    template = template_named(FOLDER, "award")
    for file in made(press, template, holder_name="Wzqj"):
        assert strokes(file, "Wzqj") == 4


def test_a_name_that_joins_takes_its_space_from_nobody_else(press):
    template = template_named(FOLDER, "award")
    for file in made(press, template, holder_name=UYGHUR, organisation="Wzqj"):
        assert strokes(file, "Wzqj") == 4


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (UYGHUR, True), (MONGOL, True), ("第3队 " + UYGHUR, True), ("שלום", False), ("བཀྲ་ཤིས", False),
        ("Alim", False), ("王", False), ("김민준", False), ("नमस्ते", True), ("\ufeff", False), ("", False),
    ],
)  # fmt: skip
def test_which_texts_join(text, answer):
    assert joins(text) is answer


def test_the_room_for_a_name_is_measured_as_it_is_set():
    about = template_named(FOLDER, "award").about
    chosen = fits(
        about, complete(about, about.example | {"holder_name": UYGHUR * 12}), fonts.FOLDER
    )
    fit, fact = chosen["holder_name"], about.facts["holder_name"]
    assert fit.spacing == 0
    bare = fonts.advance(UYGHUR * 12, fit.chain, fact.weight, fonts.FOLDER)
    if fit.lines == 1:
        assert bare * fit.size * 25.4 / 72 <= fact.width
