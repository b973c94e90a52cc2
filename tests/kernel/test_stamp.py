"""Stamping: what comes from a plate looks as the engine draws it, and what cannot is laid out whole."""

import io

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from skillhub.certificates.queries import FOLDER
from skillhub.kernel import pdf
from skillhub.kernel.paper import load_template, templates
from skillhub.kernel.pdf import Press, RenderRefused
from skillhub.kernel.press import check, process
from tests.kernel.paper_samples import ABOUT, FACTS, sample

PERSONAL = ABOUT.replace("required = true", "required = true, personal = true")
FOUR = ["王建国", "李小明", "Thomas Wood", "欧阳明远"]


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


@pytest.fixture(scope="module", params=sorted(templates(FOLDER)))
def template(request):
    return load_template(FOLDER / request.param)


def both(press, template, facts):
    """Give the stamped file and the engine's own; the first is empty where the engine had to lay it out."""
    given = {n: v for n, v in (template.about.example | facts).items() if n in template.about.facts}
    block, tail = press.stamped(template, given)
    return block and block + tail, press._whole(template, pdf.complete(template.about, given))


def words(file):
    document = pypdfium2.PdfDocument(file)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    return "".join(text.split())


STAMPED = {
    "a usual name": {"holder_name": "王建国"},
    "a rare character": {"holder_name": "王䶮宇"},
    "a Latin name with a ligature": {"holder_name": "Thomas Official"},
    "marks above and below": {"holder_name": "Nguyễn Thị Bích Ngọc"},
    "kerning": {"holder_name": "AVATAR WAVE To Ty"},
    "Cyrillic": {"holder_name": "Иван Петров"},
    "Latin and digits after Han": {"holder_name": "第3队 Alpha-7"},
    "a middle dot": {"holder_name": "阿依古丽·买买提"},
    "an address narrow enough for large type": {"verify_url": "https://il.li/v/" + "il1j" * 10},
    "a name that shrinks": {"holder_name": "欧阳明远" * 5},
    "quotation marks": {"organisation": "“引号”单位——《书》"},
    "no organisation": {"organisation": "", "holder_latin": ""},
}
WHOLE = {
    "a face that stands in": {"holder_name": "欧阳𢋈宇"},
    "another script": {"holder_name": "한글 이름"},
    "a mark by itself": {"holder_name": "e\u0301\u0301"},
    "two lines": {
        "holder_name": "Wolfeschlegelsteinhausen-Bergerdorff Maria Anna Josefa von und zu Hohenlohe"
    },
}


@pytest.mark.parametrize("facts", STAMPED.values(), ids=STAMPED)
def test_looks_as_the_engine_draws_it(press, template, facts):
    stamped, whole = both(press, template, facts)
    assert stamped, "it was laid out whole"
    check.alike(stamped, whole)
    assert sorted(words(stamped)) == sorted(words(whole))


@pytest.mark.parametrize("facts", WHOLE.values(), ids=WHOLE)
def test_what_takes_the_engine_is_laid_out_whole(press, template, facts):
    stamped, _ = both(press, template, facts)
    assert stamped == b""


def test_a_team_is_stamped(press):
    team = {"holder_name": "北岸一队", "members": FOUR}
    stamped, whole = both(press, load_template(FOLDER / "award"), team)
    check.alike(stamped, whole)


def test_two_people_share_a_block(press, template):
    one, other = (
        press.stamped(template, template.about.example | {"holder_name": name}) for name in FOUR[:2]
    )
    assert one.block == other.block
    assert one.tail != other.tail
    assert len(one.tail) < 20_000


def test_same_facts_same_bytes_from_two_presses(press, template):
    with Press() as other:
        assert press.stamped(template, template.about.example) == other.stamped(
            template, template.about.example
        )


def test_is_a_sound_file_with_its_code_and_title(press, template):
    file = press.render(template, template.about.example)
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert opened.check_pdf_syntax() == []
        assert "欧阳明远" in str(opened.docinfo["/Title"]) or template.code != "award"
    with pypdfium2.PdfDocument(file) as document:
        picture = document[0].render(scale=200 / 72).to_pil().convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [
        template.about.example["verify_url"]
    ]


NOT_STAMPED = {
    "a page that compares facts": '{% if holder_name == "王建国" %}<p>x</p>{% endif %}',
    "a name that stands twice": "<p>{{ holder_name }}</p>",
    "a name in an outline": "<h1>{{ holder_name }}</h1>",
    "a link": '<p><a href="https://example.org/">x</a></p>',
}


@pytest.mark.parametrize("body", NOT_STAMPED.values(), ids=NOT_STAMPED)
def test_a_page_that_cannot_be_cut_is_laid_out_whole(press, body):
    block, tail = press.stamped(sample(body, about=PERSONAL), FACTS)
    assert block == b""
    assert "王建国" in words(tail)


def test_a_page_without_personal_facts_is_laid_out_whole(press):
    assert press.stamped(sample(), FACTS).block == b""


def moved(stamp):
    """Shift the first text of a plan by two millimetres, as a fault of ours might."""
    plate = stamp.plan.plate
    first, *rest = plate.slots
    stamp.plan = stamp.plan._replace(
        plate=plate._replace(slots=(first._replace(left=first.left + 8), *rest))
    )


def test_the_guard_finds_a_fault_and_stamps_no_more(monkeypatch):
    monkeypatch.setattr(pdf, "EVERY", 2)
    template = sample(about=PERSONAL)
    with Press() as press:
        right = press.render(template, FACTS)
        for stamp in press._stamps.values():
            moved(stamp)
        assert press.stamped(template, {"holder_name": "李小明"}).block == b"", (
            "the guard was asleep"
        )
        assert press.stamped(template, FACTS).block == b""
        check.alike(press.render(template, FACTS), right)


def test_two_pictures_that_differ_are_not_alike(press):
    template = sample(about=PERSONAL)
    one, other = (press.render(template, {"holder_name": name}) for name in ("王建国", "王建围"))
    check.alike(one, one)
    with pytest.raises(check.Refused):
        check.alike(one, other)


def test_a_failing_engine_is_no_reason_to_lay_out_whole():
    with Press(pdf.Limits(memory=0)) as press, pytest.raises(RenderRefused) as refused:
        press.stamped(sample(about=PERSONAL), FACTS)
    assert refused.value.code in process.REASONS


def test_an_engine_that_broke_down_once_is_asked_for_a_plan_again():
    template, in_time = sample(about=PERSONAL), pdf.Limits()
    with Press() as press:
        press.render(sample(about=ABOUT), FACTS)  # the engine has started
        press.limits = pdf.Limits(patience=0)
        with pytest.raises(RenderRefused) as refused:
            press.stamped(template, FACTS)
        assert refused.value.code == "timeout"
        press.limits = in_time
        press._teach(press._ready(template), template)
        press.limits = pdf.Limits(patience=0)
        with pytest.raises(RenderRefused):
            press.stamped(template, FACTS)
        press.limits = in_time
        assert press.stamped(template, FACTS).block, "laid out whole for good"


def test_numbers_and_addresses_need_no_font_of_their_own(press, template):
    own = {
        "number": "QX-1987-WJZ-43580-V",
        "verify_url": "https://skills.example.org/v/bfghj356vwyz",
    }
    block, tail = press.stamped(template, template.about.example | own)
    assert block, "it was laid out whole"
    cut = tail.count(b"/Type /FontDescriptor")
    assert cut == (template.code == "team"), "only the other members' names need signs of their own"
