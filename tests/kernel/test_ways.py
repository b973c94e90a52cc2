"""A template can stand two ways and speak one language alone: each is a whole template, made of the same folder."""

import pytest

from skillhub.kernel.errors import NotFound
from skillhub.kernel.paper import complete, packed, spoken, template_named, turned, unpacked, ways
from skillhub.kernel.preflight import preflight
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


TONGUES = """
[title]
zh = "样张"
en = "Sample"
[faces.text]
latin = ["Noto Serif SC"]
han = ["Noto Serif SC"]
[facts]
only_zh = {}
only_en = {}
holder_name = { en = "holder_latin" }
holder_latin = { speaks = "en" }
members = { many = 2, en = "members_latin" }
award = { speaks = "zh" }
award_en = { speaks = "en" }
place = { speaks = "both" }
number = {}
"""
GIVEN = {
    "holder_name": "李伟",
    "holder_latin": "Li Wei",
    "members": ["王芳"],
    "members_latin": ["Wang Fang"],
    "award": "金牌",
    "award_en": "Gold",
    "place": "第 1 名 · Place 1",
    "number": "N-1",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param(
            "",
            {"holder_name": "李伟", "holder_latin": "Li Wei", "award": "金牌", "award_en": "Gold"},
            id="both",
        ),
        pytest.param(
            "zh",
            {"holder_name": "李伟", "members": ["王芳"], "award": "金牌", "place": "第 1 名", "only_zh": "1"}
            | {"holder_latin": "", "award_en": "", "only_en": "", "number": "N-1"},
            id="Chinese alone",
        ),
        pytest.param(
            "en",
            {"holder_name": "Li Wei", "members": ["Wang Fang"], "award": "", "award_en": "Gold"}
            | {"holder_latin": "", "place": "Place 1", "only_en": "1", "only_zh": "", "number": "N-1"},
            id="English alone",
        ),
    ],
)  # fmt: skip
def test_a_paper_in_one_language_says_nothing_in_the_other(language, said):
    template = sample(about=TONGUES)
    about = spoken(template, language).about if language else template.about
    once = complete(about, GIVEN)
    assert {name: once[name] for name in said} == said
    assert complete(about, once) == once, "what is complete stays as it is"


def test_without_a_latin_name_the_own_one_stands():
    about = spoken(sample(about=TONGUES), "en").about
    assert complete(about, GIVEN | {"holder_latin": ""})["holder_name"] == "李伟"


@pytest.mark.parametrize(
    ("language", "facts", "where"),
    [
        pytest.param("en", {"award_en": ""}, ["award_en"], id="no English"),
        pytest.param("zh", {"award": ""}, ["award"], id="no Chinese"),
        pytest.param("en", {"award": ""}, [], id="English enough"),
        pytest.param("", {"award_en": ""}, [], id="both are wanted"),
        pytest.param("en", {"award": "", "award_en": ""}, [], id="nothing to say"),
    ],
)
def test_the_look_before_finds_what_is_not_known_in_the_language(language, facts, where):
    template = sample(about=TONGUES)
    template = spoken(template, language) if language else template
    assert [p.where for p in preflight(template, GIVEN | facts)] == where


def test_a_shelf_gives_a_template_in_one_language_and_way(template, tmp_path):
    (tmp_path / "sample").mkdir()
    for name, held in template.files.items():
        (tmp_path / "sample" / name).write_bytes(held)
    upright = template_named(tmp_path, "sample.portrait.en")
    assert (upright.code, upright.about.language) == ("sample.portrait.en", "en")
    assert upright.about.under == "portrait.svg"
    assert unpacked(upright.code, packed(upright)) == upright
