"""Every certificate template prints what it is given: looked at on the PDF, not taken on trust."""

import io
import re
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from skillhub.certificates.rules import PER_PAPER
from skillhub.deeds.rules import Deed, Named, facts_of
from skillhub.kernel import fonts
from skillhub.kernel.paper import load_template, spoken, turned, ways
from skillhub.kernel.pdf import Press, RenderRefused, preflight

FOLDER = Path(__file__).parents[2] / "templates" / "certificates"
SHELF = [load_template(p) for p in sorted(FOLDER.iterdir()) if (p / "about.toml").exists()]
TURNED = [turned(template, way) for template in SHELF for way in ways(template)[1:]]
TEMPLATES = [*SHELF, *(pytest.param(template, marks=pytest.mark.slow) for template in TURNED)]
NONE = Named("")
DEED = Deed("", "", (), NONE, NONE, NONE, NONE, None, 0, date(2026, 1, 1), "", NONE)
MOST_BYTES = 110 * 1024
PIXELS = 200 / 72  # 200 dpi
LONG_LATIN = "Maximiliane Bartholomäa Freifrau von Hohenstein-Wittgenstein"
LONG_AWARD = (
    "全国五一劳动奖章提名暨北岸市技术能手、青年岗位能手、巾帼建功标兵荣誉称号特等奖（职工组）并晋升高级技师职业技能等级"
    "的优秀选手代表与传承项目领军人物及其所在班组的全体成员"
)
LONG_AWARD_EN = (
    "Nomination for the May 1 Labour Medal with the Titles of Technical Expert, Young Post Expert"
    " and Model Woman Worker of Northside City, Grand Prize"
)
LONG_HAN = "阿卜杜热合曼·阿卜杜克热木江·买买提吐尔逊·艾合买提尼亚孜"

OF_NO_LANGUAGE = {
    "organisation": "",
    "place": "",
    "signatories": [],
    "signatory_roles": [],
    "number": "NS-1",
    "verify_url": "1",
    "members": ["王芳", "Bo"],
}
WORST = {
    "a code of wide letters": {"verify_url": f"https://skills.example.org/v/{'w' * 26}"},
    "an address of two lines": {
        "verify_url": f"https://skills.northside-federation.example/certificates/v/{'m' * 26}",
        "number": "NORTHSIDE-2026-WELDINGMM-00009-W",
    },
    "sixty letters": {"holder_name": LONG_LATIN},
    "one character": {"holder_name": "艾"},
    "a long name of many parts": {"holder_name": LONG_HAN, "holder_latin": LONG_LATIN},
    "rare characters": {"holder_name": "龘䶮㛃𠅤"},
    "markup in a name": {"holder_name": "王 & <b>Co</b>"},
    "a long organisation": {
        "organisation": "北岸市第一高级技工学校智能制造与新能源汽车工程学院" * 2
    },
    "a team of eight": {
        "members": [
            "欧阳明远",
            "买买提·艾力",
            LONG_LATIN[:30],
            "单雄信",
            "陈",
            "Bo",
            "𠅤䶮宇",
            "Ana",
        ]
    },
    "an award of four lines": {"award": LONG_AWARD, "award_en": LONG_AWARD_EN},
}

pytestmark = pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.code)


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


@pytest.fixture(scope="module")
def printed(press):
    return {t.code: press.render(t, t.about.example) for t in [*SHELF, *TURNED]}


def words(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return "".join(text.split())


def fonts_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        named = [o for o in document.objects if isinstance(o, pikepdf.Dictionary)]
        return [
            (str(o.FontName), any(key in o for key in ("/FontFile", "/FontFile2", "/FontFile3")))
            for o in named
            if o.get("/Type") == "/FontDescriptor"
        ]


def decoded(pdf):
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=PIXELS).to_pil().convert("L")
    document.close()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def minimal(template):
    return {n: template.about.example[n] for n, f in template.about.facts.items() if f.required}


def test_what_it_cannot_do_without_every_award_has(template):
    needed = {name for name, fact in template.about.facts.items() if fact.required}
    assert needed <= {*facts_of(DEED), *PER_PAPER}, "no certificate could ever be printed from it"


@pytest.mark.parametrize(
    ("language", "gone"),
    [("zh", r"[a-z]{4}"), ("en", r"[\u4e00-\u9fff]")],
    ids=["in Chinese", "in English"],
)
def test_in_one_language_nothing_of_the_other_is_left(template, press, language, gone):
    given = template.about.example | OF_NO_LANGUAGE | {"members_latin": ["Wang Fang", "Bo"]}
    alone = spoken(template, language)
    assert preflight(alone, given) == []
    assert not re.search(gone, words(press.render(alone, given)))


def test_example_is_complete(template):
    assert preflight(template, template.about.example) == []
    assert {"zh", "en"} <= set(template.title)


def test_prints_the_holder_and_the_number(template, printed):
    text = words(printed[template.code])
    example = template.about.example
    for name in (
        "holder_name",
        "number",
        "verify_url",
        "issuer",
        "issuer_en",
        "date_zh",
        "date_en",
    ):
        assert "".join(example[name].split()) in text


def test_is_one_page_of_the_stated_size(template, printed):
    document = pypdfium2.PdfDocument(printed[template.code])
    assert len(document) == template.about.pages
    size = [round(side * 25.4 / 72) for side in document[0].get_size()]
    document.close()
    assert size == ([297, 210] if "landscape" in template.about.size else [210, 297])


def test_every_font_is_embedded_and_ours(template, printed):
    found = fonts_of(printed[template.code])
    ours = {family.replace(" ", "-") for family in fonts.families()}
    assert found
    assert all(embedded for _, embedded in found)
    for name, _ in found:
        assert any(name.partition("+")[2].startswith(family) for family in ours), name


def test_code_leads_to_the_verify_page(template, printed):
    assert decoded(printed[template.code]) == [template.about.example["verify_url"]]


def test_is_light(template, printed):
    assert len(printed[template.code]) < MOST_BYTES


def test_same_bytes_twice(template, press, printed):
    assert press.render(template, template.about.example) == printed[template.code]


def test_prints_with_required_facts_only(template, press):
    facts = minimal(template)
    assert facts["number"] in words(press.render(template, facts))


@pytest.mark.parametrize("facts", WORST.values(), ids=WORST)
def test_worst_cases(template, press, facts):
    given = template.about.example | facts
    assert preflight(template, given) == []
    pdf = press.render(template, given)
    text = words(pdf)
    for name, value in facts.items():
        for stated in [value] if isinstance(value, str) else value:
            if name in template.about.facts:
                assert "".join(stated.split()) in text
    assert decoded(pdf) == [given["verify_url"]]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        pytest.param({"holder_name": "王\U00012000"}, "glyph", id="a glyph nobody has"),
        pytest.param({"holder_name": "王" * 200}, "overflow", id="a name without measure"),
    ],
)
def test_pre_flight_and_press_agree(template, press, facts, code):
    given = template.about.example | facts
    assert [p.where for p in preflight(template, given)] == ["holder_name"]
    with pytest.raises(RenderRefused) as refused:
        press.render(template, given)
    assert refused.value.code == code
