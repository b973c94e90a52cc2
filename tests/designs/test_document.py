"""The document of a design: what is read, what is refused, each with its place and remedy."""

import pytest

from skillhub.designs import kinds, queries, rules
from skillhub.kernel.composing import composed, filled, silent
from tests.designs import drawn


@pytest.mark.parametrize("code", ["landscape", "portrait", "card"])
def test_every_start_can_be_printed_as_it_is(code):
    assert drawn.wrong(drawn.raw(code), drawn.START[code].pictures) == []


def test_the_starts_are_a4_both_ways_and_a_card():
    pages = {code: kinds.page_size(drawn.read(drawn.raw(code))) for code in drawn.START}
    assert pages == {"landscape": "A4 landscape", "portrait": "A4 portrait", "card": "85.6mm 54mm"}


def test_the_same_document_makes_the_same_files():
    one, other = (drawn.template(drawn.raw()) for _ in range(2))
    assert one.sha256 == other.sha256
    assert drawn.template(drawn.raw(), "design-2").sha256 != one.sha256


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        pytest.param({"name__size": 34.5}, "name", "“size” is 34.5", id="a size is a whole number"),
        pytest.param({"name__x": True}, "name", "“x” is True", id="a truth is no number"),
        pytest.param({"name__x": -1}, "name", "from 0 to 12000", id="nothing left of the page"),
        pytest.param({"name__face": "Arial"}, "name", "“face” cannot be", id="only bundled faces"),
        pytest.param({"name__policy": "squeeze"}, "name", "shrink, wrap, refuse", id="a policy"),
        pytest.param({"name__colour": "red"}, "name", "“colour” cannot be", id="a colour"),
        pytest.param({"name__colour": "#00000g;}"}, "name", "“colour” cannot", id="a style in a colour"),
        pytest.param({"name__id": "../x"}, "../x", "“id” cannot be", id="a path as a name"),
        pytest.param({"name__onclick": "x"}, "name", "“onclick” is not known", id="an unknown key"),
        pytest.param({"name__before": 7}, "name", "“before” holds", id="words are words"),
        pytest.param({"name__kind": "script"}, "name", "“kind” cannot be", id="an unknown kind"),
        pytest.param({"heading__text": {"fr": "x"}}, "heading", "“text” holds", id="a third language"),
        pytest.param({"title": {"zh": " ", "en": ""}}, "title", "Give the design a title", id="no title"),
        pytest.param({"page": {"width": 2970}}, "page", "how wide and how high", id="no height"),
        pytest.param({"fields": 7}, "", "no document", id="fields are a list"),
        pytest.param({"format": 2}, "", "no document", id="another format"),
    ],
)  # fmt: skip
def test_what_is_not_well_made_is_refused_with_its_place(changes, where, what):
    document, problems = rules.read(drawn.raw(**changes))
    assert document is None
    assert [(p.where, what in str(p.message)) for p in problems] == [(where, True)]


@pytest.mark.parametrize("junk", [None, [], "x", 7, {"format": 1}, {"format": 1, "fields": [[]]}])
def test_junk_is_refused(junk):
    document, problems = rules.read(junk)
    assert document is None
    assert problems


def test_all_problems_are_told_at_once():
    document = drawn.raw(name__size=1, name__face="x", award__x="7", heading__lines=0)
    _, problems = rules.read(document)
    assert [p.where for p in problems] == ["heading", "name", "name", "award"]


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        pytest.param({"name__fact": "salary"}, "name", "No paper knows", id="an unknown fact"),
        pytest.param({"signs_1__nth": 9}, "signs_1", "2 parts at most", id="the ninth of two"),
        pytest.param({"name__height": 100}, "name", "12 mm", id="a frame too low for its type"),
        pytest.param({"name__least": 400}, "name", "34 pt or less", id="least above the size"),
        pytest.param({"name__x": 2500}, "name", "over the edge", id="over the edge"),
        pytest.param({"code__width": 100, "code__height": 100}, "code", "read badly", id="a small code"),
        pytest.param({"code__width": 300}, "code", "a square", id="a code that is no square"),
        pytest.param({"heading__text": {"zh": "{nobody}"}}, "heading", "No paper knows", id="an unknown fact in it"),
        pytest.param({"heading__text": {"zh": "{ 奖"}}, "heading", "A brace stands alone", id="a brace alone"),
        pytest.param({"heading__text": {"zh": "\ue000"}}, "heading", "U+E000", id="a character in no font"),
        pytest.param({"heading__text": {"zh": "", "en": ""}}, "heading", "empty", id="an empty text"),
        pytest.param({"unit__id": "name"}, "name", "Two fields", id="two of a name"),
        pytest.param({"required": ["salary"]}, "required", "salary", id="an unknown fact is needed"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_with_its_remedy(changes, where, what):
    if changes.get("name__height"):
        what = "The frame is 10 mm high"
    found = drawn.wrong(drawn.raw(**changes))
    assert [w for w, message in found if what in message] == [where]


def test_the_frame_may_be_as_low_as_the_type_needs_and_no_lower():
    need = drawn.read(drawn.raw()).fields[4]
    assert need.id == "name"
    high = int(need.needs) + 1
    assert not drawn.wrong(drawn.raw(name__height=high))
    assert drawn.wrong(drawn.raw(name__height=high - 2))


def test_every_paper_has_a_name_a_number_and_one_code():
    document = drawn.raw()
    document["fields"] = [
        f for f in document["fields"] if f["id"] not in ("name", "number", "code")
    ]
    text = " ".join(message for _, message in drawn.wrong(document))
    assert "holder_name" in text
    assert "number" in text
    assert "one code" in text


def test_a_picture_that_nobody_sent_is_told():
    found = drawn.wrong(drawn.raw(), files={})
    assert [where for where, _ in found] == ["art"]


def test_a_text_of_which_one_fact_is_unknown_says_nothing():
    words = "在{competition}中荣获{award}"
    assert filled(words, {"competition": "大赛", "award": "金牌"}) == "在大赛中荣获金牌"
    assert filled(words, {"competition": "大赛", "award": ""}) == ""
    assert filled("{members}", {"members": ["张三", "李四"]}) == "张三、李四"
    assert filled("{members.2}", {"members": ["Ann", "Bo"]}) == "Bo"
    assert filled("{members.3}", {"members": ["Ann", "Bo"]}) == ""


def test_both_languages_stand_beside_each_other_and_one_alone():
    says = {"zh": "{award}", "en": "{award_en}"}
    facts = {"award": "金牌", "award_en": "Gold"}
    assert composed(says, facts, "") == "金牌 · Gold"
    assert composed(says, facts, "en") == "Gold"
    assert composed({"zh": "{award}", "en": "{award}"}, facts, "") == "金牌"
    assert silent({"zh": "x"}, "en")
    assert not silent({"zh": "x"}, "")


def test_a_design_speaks_alone_only_the_languages_it_has_words_in():
    both = drawn.template(drawn.raw())
    assert both.about.languages == ("zh", "en")
    document = drawn.raw()
    document["fields"] = [f for f in document["fields"] if not f.get("text", {}).get("en")]
    chinese = drawn.template(document)
    assert (chinese.about.language, chinese.about.languages) == ("zh", ())


def test_known_facts_are_those_of_the_shelf():
    known = queries.known_facts()
    assert {"holder_name", "award", "signatories", "verify_url", "citation"} <= set(known)
    assert known["signatories"].many == 2


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "\x1b"])
def test_words_that_cannot_be_kept_or_printed_are_refused_at_their_field(text):
    for change in ({"name__before": text}, {"title": {"zh": text, "en": ""}}):
        found, problems = rules.read(drawn.raw(**change))
        assert found is None
        assert [problem.where for problem in problems] == next(iter(change)).split("__")[:1]
