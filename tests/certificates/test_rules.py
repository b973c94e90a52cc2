"""Numbers, codes, names of files: tables."""

import random
from datetime import date

import pytest

from skillhub.certificates import rules
from skillhub.certificates.rules import Answer, TypedAs

CODE = rules.code_of(0x2F3A_55AA_0123_4567_89AB_CDEF_0123_4567)
NUMBER = rules.number_of("SH-2026", "CNC", 17)


def flipped(text, place):
    other = rules.SIGNS[(rules.SIGNS.index(text[place]) + 1) % 32]
    return text[:place] + other + text[place + 1 :]


@pytest.mark.parametrize(
    ("prefix", "event", "serial", "body"),
    [
        pytest.param("SH-2026", "CNC", 17, "SH-2026-CNC-00017", id="issuer, year, event, serial"),
        pytest.param(
            "SH-2026", "数控", 17, "SH-2026-00017", id="an event code without letters is left out"
        ),
        pytest.param(
            "SH-2026", "a/b..c", 1, "SH-2026-ABC-00001", id="signs that mean something elsewhere go"
        ),
        pytest.param(
            "SH-2026", "welding-robots", 99999, "SH-2026-WELDIN-99999", id="a long code is cut"
        ),
    ],
)
def test_number(prefix, event, serial, body):
    number = rules.number_of(prefix, event, serial)
    assert number[:-2] == body
    assert rules.read_typed(number) == rules.Typed(TypedAs.NUMBER, rules.fold(number))


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        pytest.param(CODE, TypedAs.CODE, id="a code"),
        pytest.param(CODE.lower(), TypedAs.CODE, id="in small letters"),
        pytest.param(rules.grouped(CODE), TypedAs.CODE, id="in groups"),
        pytest.param(
            f"https://skills.example.org/v/{CODE.lower()}", TypedAs.CODE, id="the whole address"
        ),
        pytest.param(CODE.replace("0", "O").replace("1", "l"), TypedAs.CODE, id="O for 0, l for 1"),
        pytest.param("".join(chr(ord(c) + 0xFEE0) for c in CODE), TypedAs.CODE, id="in full width"),
        pytest.param(
            f" {NUMBER.lower().replace('-', '–')} ", TypedAs.NUMBER, id="a number with other dashes"
        ),
        pytest.param(
            NUMBER.replace("-", "").replace("0", "O"), TypedAs.NUMBER, id="a number, O for 0"
        ),
        pytest.param(flipped(NUMBER, -4), TypedAs.SLIP, id="one digit of a number is wrong"),
        pytest.param(CODE[:-1], TypedAs.SLIP, id="the last sign of a code is missing"),
        pytest.param(CODE + "A", TypedAs.SLIP, id="one sign too many"),
        pytest.param("hello", TypedAs.NOTHING, id="a word"),
        pytest.param("", TypedAs.NOTHING, id="nothing"),
        pytest.param("李伟", TypedAs.NOTHING, id="a name"),
        pytest.param("' OR 1=1 --", TypedAs.NOTHING, id="an attack"),
        pytest.param("²" * 27, TypedAs.SLIP, id="digits that are not digits"),
    ],
)
def test_what_was_typed(typed, kind):
    assert rules.read_typed(typed).kind is kind


def test_every_wrong_sign_of_a_code_is_a_slip():
    for place in range(len(CODE)):
        for sign in rules.SIGNS:
            wrong = CODE[:place] + sign + CODE[place + 1 :]
            assert (rules.read_typed(wrong).kind is TypedAs.CODE) == (wrong == CODE)


def test_codes_differ_and_hold_130_bits():
    random.seed(1)
    codes = {rules.code_of(random.getrandbits(rules.CODE_BITS)) for _ in range(1000)}
    assert len(codes) == 1000
    assert {len(code) for code in codes} == {27}
    assert not set("".join(codes)) & set("ILOU")


@pytest.mark.parametrize(
    ("state", "expires", "answer"),
    [
        pytest.param("issued", None, Answer.VALID, id="in force"),
        pytest.param("issued", "2026-06-18", Answer.VALID, id="on its last day"),
        pytest.param("issued", "2026-06-17", Answer.EXPIRED, id="a day later"),
        pytest.param("replaced", None, Answer.REPLACED, id="replaced"),
        pytest.param("withdrawn", None, Answer.WITHDRAWN, id="withdrawn"),
        pytest.param("reserved", None, Answer.UNKNOWN, id="numbered, not printed"),
        pytest.param("void", None, Answer.UNKNOWN, id="given up"),
    ],
)
def test_answer(state, expires, answer):
    day = date(2026, 6, 18)
    assert rules.answer_on(day, state, date.fromisoformat(expires) if expires else None) is answer


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李伟", "李*"),
        ("李小伟", "李*伟"),
        ("欧阳明远", "欧**远"),
        ("李", "李*"),
        ("Jean Dupont", "J*** D*****"),
    ],
)
def test_a_name_is_masked(name, shown):
    assert rules.masked(name) == shown


@pytest.mark.parametrize(
    ("name", "award", "file"),
    [
        pytest.param("Li Wei", "Gold", "00042_Li-Wei_Gold.pdf", id="letters"),
        pytest.param("李伟", "金牌", "00042_李伟_金牌.pdf", id="Chinese stays"),
        pytest.param("../../etc/passwd", "", "00042_etc-passwd.pdf", id="no way out of the folder"),
        pytest.param(
            "a\u202egpj.exe", "😀", "00042_a-gpj-exe.pdf", id="no reversed or picture signs"
        ),
        pytest.param("买买提·艾力", "三等奖", "00042_买买提-艾力_三等奖.pdf", id="a dot in a name"),
        pytest.param("王" * 200, "", f"00042_{'王' * 60}.pdf", id="a name without measure"),
    ],
)
def test_file_name(name, award, file):
    assert rules.file_name(42, {"holder_name": name, "award": award}) == file


def test_equal_file_names_differ():
    assert rules.distinct(["a.pdf", "A.pdf", "a.pdf"]) == ["a.pdf", "A-2.pdf", "a-3.pdf"]


def test_chinese_names_are_ordered_by_their_sound():
    names = ["周慧", "Bo", "陈思敏", "欧阳明远", "李伟", "Ana"]
    assert sorted(names, key=rules.reading) == ["Ana", "Bo", "陈思敏", "李伟", "欧阳明远", "周慧"]


@pytest.mark.parametrize(
    ("today", "differs"),
    [
        pytest.param(
            {"holder_name": "A", "number": "2"},
            [],
            id="what differs from paper to paper does not count",
        ),
        pytest.param({"holder_name": "B"}, ["holder_name"], id="another name"),
        pytest.param({"new_fact": "x"}, [], id="a fact nobody knew then"),
    ],
)
def test_differing(today, differs):
    assert rules.differing({"holder_name": "A", "number": "1"}, today) == differs
