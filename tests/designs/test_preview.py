"""The look before the print: the engine's own page, for the worst people, and a sample nobody can hand out."""

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from skillhub.certificates import queries as certificates
from skillhub.certificates.works import Issuing
from skillhub.designs import queries, rules, works
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.archive.check import findings
from skillhub.kernel.paper import complete, spoken
from skillhub.kernel.pdf import Press
from skillhub.kernel.preflight import fits
from skillhub.kernel.settings import settings
from tests.certificates import awarded
from tests.designs import drawn

LONG = "Maria Fernanda de los Ángeles Villavicencio-Echeverría Mendoz"
pytestmark = pytest.mark.usefixtures("app")
TEN = (
    *("李伟", "欧阳明远", "Jean Dupont", "买买提·艾力", "陈思敏", "Ana Ruiz"),
    *("𠮷田龘", "محمد عبد الله", "Ng", LONG[:60]),
)
MOST = 0.1 / 25.4 * 72  # a tenth of a millimetre in points


def letters(pdf):
    """Every letter of a page with its place, in points."""
    with pypdfium2.PdfDocument(pdf) as opened:
        page = opened[0].get_textpage()
        count = page.count_chars()
        return [
            (page.get_text_range(n, 1), page.get_charbox(n))
            for n in range(count)
            if page.get_text_range(n, 1).strip()
        ]


def looked(document, facts, **more):
    return works.look("design-1", drawn.read(document), drawn.PICTURES, facts, **more)


def somebody(whom="typical", **facts):
    found, _ = works.somebody(whom, [])
    return {**found, **facts}


def seal(x, y, side):
    return {
        "id": "seal",
        "kind": "image",
        "file": "seal.png",
        "x": x,
        "y": y,
        "width": side,
        "height": side,
    }


def frame(document, name):
    return next(field for field in document["fields"] if field["id"] == name)


def test_what_is_seen_is_what_is_printed_for_ten_people_within_a_tenth_of_a_millimetre(root, warm):
    cup = awarded.competition(root, names=TEN)
    row = drawn.published(root)
    template = queries.template_named(row.code)
    seen = {
        facts["holder_name"]: letters(warm.look(template, facts | _of_the_paper(facts))[0])
        for facts in queries.people(cup)
    }
    issuing = Issuing(cup, None, template, OPERATOR)
    for _ in issuing.steps():
        pass
    assert not issuing.left_out
    printed = awarded.all_of(cup)
    assert len(printed) == len(seen) == 10
    for paper in printed:
        final = letters(certificates.pdf_of(paper.id))
        shown = seen[paper.facts["holder_name"]]
        pairs = list(zip(_without_number(shown), _without_number(final), strict=True))
        assert len(pairs) > 60
        assert [pair for pair in pairs if _differ(*pair)] == []


def _without_number(found):
    """Leave out the number, which is another on every paper; it stands in a frame of its own."""
    place = frame(drawn.raw(), "number")
    left, right = (tenths / 254 * 72 for tenths in (place["x"], place["x"] + place["width"]))
    top, bottom = (
        (2100 - tenths) / 254 * 72 for tenths in (place["y"], place["y"] + place["height"])
    )
    return [(s, b) for s, b in found if not (left <= b[0] <= right and bottom <= b[1] <= top)]


def _of_the_paper(facts):
    return {
        "number": "X-2026-CNC-00000-0",
        "verify_url": works.facts_of(facts)["verify_url"],
        "issued_on": "",
    }


def _differ(one, other):
    return (
        one[0] != other[0] or max(abs(a - b) for a, b in zip(one[1], other[1], strict=True)) > MOST
    )


@pytest.mark.parametrize("policy", ["shrink", "wrap", "refuse"])
def test_a_name_of_sixty_characters_stays_in_its_frame_in_all_three_policies(policy):
    document = drawn.raw(name__policy=policy, name__lines=2, name__height=300, name__y=640)
    long = looked(document, somebody(holder_name=LONG[:60], holder_latin=""))
    usual = looked(document, somebody(holder_name="李伟"))
    place = frame(document, "name")
    boxes = {box["id"]: box for box in long.boxes}
    if policy == "refuse" and "name" not in boxes:
        assert [p.where for p in long.findings] == ["name"]
    else:
        box = boxes["name"]
        assert place["x"] - 0.5 <= box["x"]
        assert box["x"] + box["width"] <= place["x"] + place["width"] + 0.5
        assert place["y"] - 0.5 <= box["y"]
        assert box["y"] + box["height"] <= place["y"] + place["height"] + 0.5
    assert {box["id"]: box["size"] for box in usual.boxes}["name"] == 340


def test_other_peoples_size_is_not_changed_by_one_long_name():
    template = drawn.template(drawn.raw())
    sizes = {
        name: fits(template.about, complete(template.about, somebody(holder_name=name)))[
            "at_name"
        ].size
        for name in ("李伟", LONG[:60], "Ana Ruiz")
    }
    assert (sizes["李伟"], sizes["Ana Ruiz"]) == (34, 34)
    assert sizes[LONG[:60]] < 34


@pytest.mark.parametrize("code", ["landscape", "portrait", "card"])
@pytest.mark.parametrize("whom", works.WHOM)
def test_every_start_prints_the_worst_people(code, whom):
    start = drawn.START[code]
    pictures = {name: held[0] for name, held in start.pictures.items()}
    facts, _ = works.somebody(whom, [])
    seen = works.look("design-1", drawn.read(drawn.raw(code)), pictures, facts)
    assert [str(p) for p in seen.findings] == []
    assert Image.open(io.BytesIO(seen.png)).size[0] > 900
    assert seen.words["name"] == facts["holder_name"]


def test_the_worst_are_found_among_real_people():
    people = [
        {"holder_name": "李伟", "award": "金牌", "organisation": "x"},
        {"holder_name": "Ng", "award": "优秀组织奖暨技术能手", "organisation": ""},
        {"holder_name": LONG, "award": "", "organisation": ""},
        {"holder_name": "𠮷田", "award": "银牌", "organisation": "y"},
        {"holder_name": "علي", "award": "银牌", "organisation": "y"},
    ]
    found = {whom: works.somebody(whom, people)[1] for whom in works.WHOM}
    assert found == {
        "typical": 0, "longest": 2, "shortest": 1, "rarest": 3, "missing": 2, "two_lines": 1, "leftward": 4,
    }  # fmt: skip
    assert works.somebody("leftward", people[:4])[1] == -1


def test_what_cannot_be_printed_is_left_out_and_named():
    seen = looked(drawn.raw(unit__fact="salary"), somebody(award="特" * 200))
    where = {p.where for p in seen.findings}
    assert {"unit", "award"} <= where
    assert not {"unit", "award"} & {box["id"] for box in seen.boxes}
    assert "name" in {box["id"] for box in seen.boxes}
    assert seen.png


def test_a_character_in_no_font_is_named_and_the_rest_is_drawn():
    seen = looked(drawn.raw(), somebody(holder_name="陈\U00031350"))
    assert "name" in {p.where for p in seen.findings}
    assert any("U+31350" in str(p.message) for p in seen.findings)
    assert seen.png


def test_a_picture_with_too_few_dots_is_told():
    out = io.BytesIO()
    Image.new("RGB", (100, 100), "red").save(out, "PNG")
    document = drawn.raw()
    document["fields"].append(seal(1300, 1500, 400))
    pictures = {**drawn.PICTURES, "seal.png": out.getvalue()}
    found = works.coarse(drawn.read(document), pictures)
    assert [(p.where, p.severity) for p in found] == [("seal", "warning")]
    assert "64 dpi" in str(found[0].message)
    document["fields"][-1] |= {"width": 120, "height": 120}
    assert not works.coarse(drawn.read(document), pictures)


def test_one_language_alone_says_nothing_of_the_other():
    seen = looked(drawn.raw(), somebody(), language="en")
    assert seen.words["heading"] == ""
    assert seen.words["caption"] == "CERTIFICATE OF ACHIEVEMENT"
    assert seen.words["name"] == somebody()["holder_latin"]
    assert not seen.findings


def test_a_fact_that_must_be_there_blocks_and_one_that_has_words_instead_does_not():
    document = drawn.raw(
        unit__empty="block", latin__empty="placeholder", latin__placeholder="(no Latin name)"
    )
    seen = looked(document, somebody(organisation="", holder_latin=""))
    assert [p.where for p in seen.findings] == ["unit"]
    assert seen.words["latin"] == "(no Latin name)"


def test_the_web_process_draws_no_page_that_somebody_sent_art_for(monkeypatch):
    """A drawing of some thousand masks takes a reader minutes: it is drawn where time and memory have an end."""

    def here(*_, **__):
        raise AssertionError("drawn outside the walls")

    monkeypatch.setattr(pypdfium2.PdfPage, "render", here)
    seen = looked(drawn.raw(), somebody())
    tried, refusal = works.tried(drawn.template(drawn.raw()))
    for png in (seen.png, tried):
        with Image.open(io.BytesIO(png)) as opened:
            assert max(opened.size) == works.EDGE
    assert refusal is None


def test_a_sample_says_so_and_its_code_leads_nowhere(warm):
    template = drawn.template(drawn.raw())
    facts = somebody()
    pdf = works.sample(template, facts)
    text = "".join(letter for letter, _ in letters(pdf))
    assert "SAMPLE样张" in text.replace(" ", "")
    codes = zxingcpp.read_barcodes(works_picture(pdf))
    assert [code.text.split("/")[2] for code in codes] == ["sample.invalid"]
    assert not codes[0].text.startswith(settings.public_url)
    assert findings(pdf) == []


def works_picture(pdf):
    with pypdfium2.PdfDocument(pdf) as opened:
        return opened[0].render(scale=200 / 72).to_pil().convert("L")


@pytest.mark.parametrize("code", ["landscape", "portrait", "card"])
def test_papers_of_a_design_are_archival_and_accessible(code, warm):
    start = drawn.START[code]
    pictures = {name: held[0] for name, held in start.pictures.items()}
    template = drawn.template(drawn.raw(code), pictures=pictures)
    pdf = warm.render(template, template.about.example)
    assert findings(pdf) == []


def test_a_seal_lies_where_its_frame_is(warm):
    out = io.BytesIO()
    Image.new("RGB", (400, 400), (255, 0, 0)).save(out, "PNG")
    document = drawn.raw()
    document["fields"].append(seal(1300, 1480, 300))
    pictures = {**drawn.PICTURES, "seal.png": out.getvalue()}
    found = read_red(warm.render(drawn.template(document, pictures=pictures), somebody()))
    assert found == pytest.approx((130.0, 148.0, 160.0, 178.0), abs=0.2)


def read_red(pdf):
    """Find the red patch on a page, in mm."""
    with pypdfium2.PdfDocument(pdf) as opened:
        picture = opened[0].render(scale=300 / 72).to_pil().convert("RGB")
    red, green, _ = picture.split()
    patch = ImageChops.darker(
        red.point(lambda v: 255 * (v > 240)), green.point(lambda v: 255 * (v < 20))
    )
    return tuple(value / 300 * 25.4 for value in patch.getbbox())


def test_papers_of_a_design_are_stamped_like_those_of_the_shelf(warm):
    template = drawn.template(drawn.raw())
    stamped = warm.stamped(template, somebody(holder_name="李伟"))
    assert stamped.block
    whole, _ = warm.look(template, somebody(holder_name="李伟"))
    apart = [
        1
        for a, b in zip(letters(stamped.block + stamped.tail), letters(whole), strict=True)
        if _differ(a, b)
    ]
    assert not apart


def test_spoken_variants_of_a_design_print(warm):
    template = drawn.template(drawn.raw())
    for language in ("zh", "en"):
        assert warm.render(spoken(template, language), somebody())


def test_rules_know_the_faces_that_are_bundled(warm):
    template = drawn.template(drawn.raw())
    assert set(template.about.faces) == set(rules.FACES)
    with Press() as press:
        assert press.render(template, somebody())


def test_what_the_press_refuses_is_told_at_its_field_and_the_rest_is_drawn():
    seen = looked(drawn.raw(), somebody(holder_name="ﬁnn"))  # a reader takes the joined sign apart
    assert [p.where for p in seen.findings] == ["name"]
    assert "at_" not in str(seen.findings[0].message)
    assert "award" in {box["id"] for box in seen.boxes}
    assert seen.png


@pytest.mark.parametrize("start", queries.starts(), ids=lambda one: one.code)
@pytest.mark.parametrize(
    "name", ["نزار الفارسي", "فاطمة الزهراء (Fatima)", "محمد (ابن علي)", "ﷲ لاله", "عَبْدُ الرَّحْمٰن"]
)
def test_letters_that_share_the_glyph_of_their_dots_are_read_back(start, name):
    document, _ = rules.read(start.document)
    pictures = {name: held[0] for name, held in start.pictures.items()}
    seen = works.look(start.code, document, pictures, somebody("leftward", holder_name=name))
    assert seen.findings == []
    assert name in seen.words.values()
