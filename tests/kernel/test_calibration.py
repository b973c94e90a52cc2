"""The test sheet of a printer: its rulers and crosses stand where they say."""

from decimal import Decimal
from pathlib import Path

import pytest

from skillhub.kernel.areas import Area
from skillhub.kernel.calibration import CROSS, RULER, sheet_for
from skillhub.kernel.errors import BadInput
from skillhub.kernel.pdf import Press
from tests.kernel.drawn import letters, lines, size, words

FOLDER = Path(__file__).parents[2] / "templates" / "stock" / "calibration"


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


@pytest.mark.parametrize(
    ("width", "height"), [(210, 297), (297, 210), (148, 210), (210, 148), (420, 297), (225, 320)]
)
def test_rulers_and_crosses_stand_where_they_say(press, width, height):
    template = sheet_for(FOLDER, Area(Decimal(width), Decimal(height)))
    pdf = press.render(template, template.about.example)
    assert size(pdf) == (width, height)
    drawn = {tuple(round(v, 2) for end in ends for v in end) for ends in lines(pdf)}
    assert (
        0,
        CROSS,
        width,
        CROSS,
    ) in drawn  # the rulers run from edge to edge and meet in the cross
    assert (CROSS, 0, CROSS, height) in drawn
    for at in range(10, width, 10):
        assert (at, CROSS, at, CROSS - 3.2) in drawn
    for at in range(10, height, 10):
        assert (CROSS, at, CROSS - 3.2, at) in drawn
    across = CROSS + RULER
    assert (across, CROSS - 5, across, CROSS + 5) in drawn
    assert (width - 25, height - 20, width - 15, height - 20) in drawn
    assert max(y for _, _, y in letters(pdf)) < height - 5


def test_it_says_in_both_languages_what_to_measure_and_how_to_print(press):
    template = sheet_for(FOLDER, Area(Decimal(210), Decimal(297)))
    told = words(press.render(template, template.about.example))
    for said in ("measuretothiscross", "量到此十字", "实际大小", "actualsize", "20.00", "页眉页脚"):
        assert said in told


def test_paper_that_is_too_small_is_refused():
    sheet_for(FOLDER, Area(Decimal(140), Decimal(140)))
    with pytest.raises(BadInput, match="140 mm"):
        sheet_for(FOLDER, Area(Decimal("139.99"), Decimal(200)))
