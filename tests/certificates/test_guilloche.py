"""The art in the folders is what the script draws."""

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "templates" / "certificates"
DRAWN = runpy.run_path(str(FOLDER / "guilloche.py"), run_name="guilloche")


@pytest.mark.parametrize("code", ["award", "completion"])
def test_art_is_up_to_date(code):
    assert (FOLDER / code / "art.svg").read_text() == DRAWN["art"](DRAWN[code.upper()])
