"""The art in the folders is what the script draws, and it is vectors of plain colour."""

import re
import sys
from pathlib import Path

import pytest

from skillhub.kernel.paper import templates

FOLDER = Path(__file__).parents[2] / "templates" / "certificates"
sys.path.insert(0, str(FOLDER))
engraver = __import__("engraver")
sys.path.remove(str(FOLDER))

ART = [(code, name) for code, files in engraver.SHEETS.items() for name in files]


@pytest.mark.parametrize(("code", "name"), ART)
def test_art_is_up_to_date(code, name):
    assert (FOLDER / code / name).read_text() == engraver.art(code, name)


@pytest.mark.parametrize(("code", "name"), ART)
def test_art_is_lines_and_surfaces_of_plain_colour(code, name):
    drawn = engraver.art(code, name)
    assert set(re.findall(r"<(\w+)", drawn)) <= {"svg", "rect", "path", "circle"}
    inks = set(re.findall(r'(?:stroke|fill)="([^"]*)"', drawn)) - {"none"}
    assert all(re.fullmatch("#[0-9a-f]{6}", ink) for ink in inks)


def test_every_template_has_its_art():
    assert set(templates(FOLDER)) == set(engraver.SHEETS)
