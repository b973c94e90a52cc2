"""A template can stand two ways: files named after the other way say how."""

import pytest

from skillhub.kernel.errors import NotFound
from skillhub.kernel.paper import packed, template_named, turned, unpacked, ways
from tests.kernel.paper_samples import ABOUT, CSS, sample

OTHER = """
[portrait]
size = "A4 portrait"
under = "portrait.svg"
[portrait.facts]
holder_name = { width = 60, lines = 3 }
"""
ART = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def template():
    lying = ABOUT.replace("pages = 1", 'pages = 1\nsize = "A4 landscape"\nunder = "art.svg"')
    files = {"portrait.css": "@page { size: A4 portrait }", "art.svg": ART, "portrait.svg": ART}
    return sample(about=lying + OTHER, files=files)


def test_its_own_way_comes_first(template):
    assert ways(template) == ["landscape", "portrait"]
    assert turned(template, "landscape") is template


def test_turned_it_keeps_what_is_not_said_otherwise(template):
    upright = turned(template, "portrait")
    assert (upright.code, upright.about.size) == ("sample.portrait", "A4 portrait")
    assert upright.about.under == "portrait.svg"
    name, lying = upright.about.facts["holder_name"], template.about.facts["holder_name"]
    assert (name.width, name.lines, name.size) == (60, 3, lying.size)
    assert upright.about.facts["course"] == template.about.facts["course"]
    assert upright.files["page.css"].startswith(CSS.encode())
    assert upright.files["page.css"].endswith(b"A4 portrait }")


def test_turned_it_is_a_whole_template_that_can_be_kept(template):
    upright = turned(template, "portrait")
    assert unpacked(upright.code, packed(upright)) == upright
    assert upright.sha256 != template.sha256
    assert "art.svg" not in upright.files
    assert ways(upright) == ["portrait"]


def test_a_shelf_gives_it_by_its_name(template, tmp_path):
    folder = tmp_path / "sample"
    folder.mkdir()
    for name, held in template.files.items():
        (folder / name).write_bytes(held)
    assert template_named(tmp_path, "sample") == template
    assert template_named(tmp_path, "sample.landscape") == template
    assert template_named(tmp_path, "sample.portrait") == turned(template, "portrait")
    for wrong in ("sample.sideways", "other.portrait"):
        with pytest.raises(NotFound):
            template_named(tmp_path, wrong)


def test_a_template_of_one_way_stands_that_way():
    assert ways(sample(about='size = "A4 portrait"' + ABOUT)) == ["portrait"]
