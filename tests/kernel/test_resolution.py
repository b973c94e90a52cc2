"""Pictures of a template: those that are not there, and those too coarse at the size at which they are printed."""

import io

import pytest
from PIL import Image

from skillhub.kernel.resolution import pictures
from tests.kernel.paper_samples import ABOUT, sample

EXAMPLE = ABOUT + '[example]\nholder_name = "王建国"\n'


def picture(dots):
    out = io.BytesIO()
    Image.new("RGB", (dots, dots), (180, 20, 30)).save(out, "PNG")
    return out.getvalue()


def template(dots=None, css="img { width: 25.4mm; height: 25.4mm }"):
    files = {"seal.png": picture(dots)} if dots else {}
    return sample('<img src="template:seal.png" alt="s">', css, files=files, about=EXAMPLE)


@pytest.mark.parametrize(
    ("dots", "said"),
    [
        pytest.param(200, None, id="an inch of 200 dots is the last that is fine"),
        pytest.param(199, "199 dpi", id="one of 199 is the first that is not"),
        pytest.param(50, "50 dpi", id="a small logo"),
    ],
)
def test_fine_enough(dots, said):
    found = pictures(template(dots))
    assert [problem.severity for problem in found] == (["warning"] if said else [])
    assert not said or said in str(found[0])


def test_the_same_picture_printed_smaller_is_fine():
    assert pictures(template(100, "img { width: 12mm; height: 12mm }")) == []


def test_a_picture_that_is_not_there():
    [problem] = pictures(template())
    assert (problem.severity, "seal.png" in str(problem)) == ("error", True)


def test_a_template_drawn_in_lines_has_no_dots():
    assert pictures(sample()) == []
