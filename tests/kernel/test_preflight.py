"""What would go wrong on paper is found before printing, by the same measure the press uses."""

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from skillhub.kernel import fonts
from skillhub.kernel.paper import complete
from skillhub.kernel.pdf import preflight
from skillhub.kernel.preflight import fit, pieces
from tests.kernel.paper_samples import FACTS, sample


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        pytest.param("王建国", [], id="common"),
        pytest.param("龘䶮㛃", [], id="rare, in the basic plane"),
        pytest.param("𠅤𠮷", [], id="extension B"),
        pytest.param("José", [], id="an accent that composes"),
        pytest.param("葛\ufe00", [], id="a standard variation selector is let pass"),
        pytest.param("\ue000", [0xE000], id="private use"),
        pytest.param("a\u202eb", [0x202E], id="turns the reading direction"),
        pytest.param("\U0003ffff", [0x3FFFF], id="unassigned"),
        pytest.param("a\x07", [7], id="control"),
        pytest.param("王\U00012000", [0x12000], id="no font of ours"),
    ],
)
def test_missing_glyphs(text, lost):
    assert fonts.missing_glyphs(text) == lost


def test_missing_from_one_family():
    assert fonts.missing_glyphs("𠮷", ["Cormorant Garamond"]) == [0x20BB7]


def size(text, name="holder_name"):
    about = sample().about
    found = fit(about, about.facts[name], [text] if isinstance(text, str) else text)
    return (found.size, found.lines) if found else None


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("holder_name", "王建国", (40, 1), id="shrink: short stays large"),
        pytest.param("holder_name", "王" * 7, (40, 1), id="shrink: seven still fit"),
        pytest.param("holder_name", "王" * 8, (35, 1), id="shrink: eight are set smaller"),
        pytest.param("holder_name", "王" * 14, (20, 1), id="shrink: the least size"),
        pytest.param("holder_name", "王" * 15, (20, 2), id="shrink: then two lines"),
        pytest.param("holder_name", "王" * 28, (20, 2), id="shrink: the last that fits"),
        pytest.param("holder_name", "王" * 29, None, id="shrink: the first that does not"),
        pytest.param("course", "王" * 14, (20, 2), id="wrap: one line of room is enough"),
        pytest.param("course", "王" * 28, (20, 2), id="wrap: two lines at full size"),
        pytest.param("course", "王" * 29, (18.5, 2), id="wrap: then smaller"),
        pytest.param("organisation", "王" * 14, (20, 1), id="refuse: fits"),
        pytest.param("organisation", "王" * 15, None, id="refuse: does not"),
        pytest.param("holder_name", "X" * 90, None, id="a word without a break"),
    ],
)
def test_fit(name, text, expected):
    assert size(text, name) == expected


def test_a_long_name_leaves_others_alone():
    assert size("王建国") == (40, 1)
    assert size("王" * 28) == (20, 2)
    assert size("王建国") == (40, 1)


def test_a_list_shares_one_size():
    assert size(["王", "王" * 10], "members")[0] < size(["王"], "members")[0]


@pytest.mark.parametrize(
    ("facts", "where", "words"),
    [
        pytest.param({}, "holder_name", "missing", id="a required fact"),
        pytest.param({"holder_name": "  "}, "holder_name", "missing", id="blanks are nothing"),
        pytest.param({"holder_name": "王\U00012000"}, "holder_name", "U+12000", id="a glyph"),
        pytest.param({"holder_name": "王" * 29}, "holder_name", "does not fit", id="too long"),
        pytest.param(FACTS | {"members": ["a"] * 4}, "members", "holds 3", id="too many"),
        pytest.param(
            {"holder_name": "王" * 9000}, "holder_name", "does not fit", id="beyond measure"
        ),
    ],
)
def test_findings(facts, where, words):
    problems = preflight(sample(), facts)
    assert {p.where for p in problems} == {where}
    assert words in " ".join(map(str, problems))


def test_no_finding():
    assert preflight(sample(), FACTS | {"unknown": "passed by"}) == []


def test_facts_are_composed_and_trimmed():
    given = complete(sample().about, {"holder_name": " Jose\u0301  M ", "members": "one"})
    assert given["holder_name"] == "José M"
    assert given["members"] == ["one"]
    assert given["course"] == ""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ab cd", ["ab ", "cd"]),
        ("王，李", ["王，", "李"]),
        ("（王）李x", ["（王）", "李", "x"]),
    ],
)
def test_pieces(text, parts):
    assert pieces(text) == parts


def test_a_font_that_is_bundled_ends_the_finding(tmp_path):
    """A character that no face holds is found; a face that holds it, laid beside the others, is all it takes."""
    for path in fonts.FOLDER.rglob("*.ttf"):
        (tmp_path / path.name).symlink_to(path)
    [found] = preflight(sample(), {"holder_name": "王\U00012000"}, tmp_path)
    assert "U+12000" in str(found)

    box = TTGlyphPen(None)
    for move, point in (("moveTo", (0, 0)), ("lineTo", (500, 0)), ("lineTo", (500, 500))):
        getattr(box, move)(point)
    box.closePath()
    face = FontBuilder(1000)
    face.setupGlyphOrder([".notdef", "a"])
    face.setupCharacterMap({0x12000: "a"})
    face.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "a": box.glyph()})
    face.setupHorizontalMetrics({".notdef": (500, 0), "a": (500, 0)})
    face.setupHorizontalHeader(ascent=800, descent=-200)
    face.setupNameTable({"familyName": "Test Cuneiform", "styleName": "Regular"})
    face.setupOS2(usWeightClass=400)
    face.setupPost()
    richer = tmp_path / "richer"
    richer.mkdir()
    for path in tmp_path.glob("*.ttf"):
        path.rename(richer / path.name)
    face.save(richer / "cuneiform.ttf")
    assert preflight(sample(), {"holder_name": "王\U00012000"}, richer) == []


def test_a_script_is_told_with_the_first_face_that_writes_all_of_it():
    told = dict(fonts.scripts(("Cormorant Garamond", "Noto Serif SC", "NanumMyeongjo")))
    assert told["Latin"] == "Cormorant Garamond"
    assert told["Chinese"] == "Noto Serif SC"
    assert told["Korean"] == "NanumMyeongjo"
    assert "Tibetan" not in told
