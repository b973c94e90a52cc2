"""A roster comes in: every problem at once, all or nothing, and the same file twice writes nothing."""

import csv
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from skillhub.kernel import imports
from skillhub.kernel.access import OPERATOR, Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.sheets import write_csv, write_xlsx
from skillhub.kernel.uploads import ColumnMap, Upload
from skillhub.people import queries, services, sheet
from skillhub.people.models import Employment, Person
from tests import make
from tests.conftest import REALDATA

pytestmark = pytest.mark.postgres
DAY = date(2026, 5, 20)
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
ROSTER = """工号,姓名,身份证号,单位,入职日期,岗位,一线职工,手机
00417,李伟,440308199901101512,W1,2020-03-01,焊工,是,13800000000
417,李伟,110101199003078670,W1,2021-03-01,钳工,否,
00418,ÉMILE  o'Neil,,W2,,,,
,王芳,,W1,2022-01-01,,,
,王芳,,W1,2022-01-01,,,
"""


@pytest.fixture
def works(root):
    return make.organisation("W1", parent=root, name="一厂"), make.organisation(
        "W2", parent=root, name="二厂"
    )


def send(text, actor=OPERATOR, name="roster.csv", **answers):
    content = text if isinstance(text, bytes) else text.encode()
    who = sheet.importer(actor, DAY)
    upload = imports.receive(who, name, content, actor, NOON)
    state = imports.resume(who, upload.id, actor)
    if answers:
        imports.answer(state, answers)
        state = imports.resume(who, upload.id, actor)
    return state


def press(state):
    return imports.carry_on(state, {"step": "apply", "token": state.token}, NOON)


def rows():
    return [
        db.session.scalar(select(func.count()).select_from(model))
        for model in (Person, Employment, JournalLine)
    ]


def test_a_roster_comes_in_and_again(works):
    state = send(ROSTER)
    assert state.counts == {"new": 5, "changed": 0, "same": 0, "problem": 0}
    assert str(press(state)) == "Done: 5 new, 0 changed, 0 the same as before."
    li = queries.by_number("00417")
    assert (li.name, li.sex, li.phone) == ("李伟", "male", "13800000000")
    assert queries.employers_on([li.id], date(2020, 3, 1))[li.id].code == "W1"
    assert queries.by_number("00418").name == "ÉMILE  o'Neil"
    assert db.session.get(Upload, state.upload.id).content == b""

    before = rows()
    again = send(ROSTER)
    assert again.counts == {"new": 0, "changed": 0, "same": 5, "problem": 0}
    assert not again.may_apply
    press(again)
    assert rows() == before


def test_what_differs_is_shown_beside_what_stands_there(works):
    press(send(ROSTER))
    state = send("工号,姓名,单位,手机\n00417,李 伟,W2,13900000000\n")
    (row,) = state.preview.rows
    assert row.change == "changed"
    assert dict(row.before) == {
        "name": "李伟",
        "employer": "W1",
        "phone": "13800000000",
        "since": date(2020, 3, 1),
    }
    press(state)
    li = queries.by_number("00417")
    assert li.name == "李 伟"
    assert [(e.organisation.code, e.until) for e in queries.employments_of(li)] == [
        ("W2", None),
        ("W1", date(2026, 5, 19)),
    ]


def test_a_day_of_entry_is_corrected_not_doubled(works):
    press(send(ROSTER))
    press(send("工号,姓名,单位,入职日期\n00417,李伟,W1,2019-09-01\n"))
    (only,) = queries.employments_of(queries.by_number("00417"))
    assert (only.since, only.post, only.is_line_worker) == (date(2019, 9, 1), "焊工", True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("9,,,W1,,", "the cell is empty", id="no name"),
        pytest.param("9,A,440308199901101513,W1,,", "last digit does not fit", id="wrong identity"),
        pytest.param("9,A,4.40308E+17,W1,,", "Row 3", id="a rounded identity"),
        pytest.param("9,A,,W9,,", "No organisation of yours", id="unknown employer"),
        pytest.param("9,A,,W1,2020-02-30,", "2020-02-30", id="no such day"),
        pytest.param("1,B,,W1,,", "with other values", id="one number, two people"),
    ],
)
def test_one_bad_row_writes_nothing(works, line, says):
    before = rows()
    state = send(f"工号,姓名,身份证号,单位,入职日期,手机\n1,A,,W1,,\n{line}\n2,C,,W1,,\n")
    assert state.counts["problem"] == 1
    assert says in "\n".join(map(str, state.problems))
    with pytest.raises(BadInput):
        press(state)
    assert rows() == before


def test_every_problem_at_once(works):
    state = send("工号,姓名,身份证号,单位\n1,A,1,W1\n2,B,,W9\n3,,,W8\n")
    assert [r.change for r in state.rows] == ["problem"] * 3
    assert len(state.problems) == 4


def test_the_same_person_twice_is_already_there(works):
    state = send(
        "姓名,身份证号,单位\n李伟,４４０４０１１９５８０１０１０００ｘ,W1\n李伟,44040119580101000X,W1\n"
    )
    assert state.counts == {"new": 1, "changed": 0, "same": 1, "problem": 0}
    press(state)
    assert rows()[0] == 1


def test_identity_numbers_are_masked_on_the_page(works):
    state = send(ROSTER)
    assert "440308199901101512" not in str(state.rows) + str(state.matches)


def test_every_column_goes_to_the_person_or_the_job():
    assert [c.name for c in sheet.COLUMNS] == [*sheet.OF_PERSON, *sheet.OF_JOB]


def test_columns_are_matched_once(works):
    unknown = "who,tag,firm\n李伟,7,W1\n"
    state = send(unknown)
    assert state.preview is None
    assert state.headers == [("A", "who"), ("B", "tag"), ("C", "firm")]
    answers = {"map:name": "A", "map:number": "B", "map:employer": "C"}
    press(send(unknown, **answers))
    assert db.session.scalar(select(func.count()).select_from(ColumnMap)) == 1
    assert send(unknown).counts["same"] == 1


def test_a_question_is_asked(works):
    state = send("工号,姓名,单位,入职日期\n1,A,W1,03/04/2021\n")
    assert state.questions
    assert state.preview is None
    question = state.questions[0]
    answered = send(
        "工号,姓名,单位,入职日期\n1,A,W1,03/04/2021\n",
        **{f"answer:{question.key}": question.choices[0].value},
    )
    assert answered.counts["new"] == 1


def test_a_stale_preview_is_not_applied(works):
    state = send(ROSTER)
    services.admit({"name": "李伟", "number": "00417"}, OPERATOR)
    with pytest.raises(Conflict, match="changed since"):
        press(state)


def test_pressing_twice_writes_once(works):
    state = send(ROSTER)
    press(state)
    before = rows()
    assert str(press(state)) == "This file is applied already."
    assert rows() == before


def test_files_of_others_are_not_there(works):
    state = send(ROSTER)
    with pytest.raises(NotFound):
        imports.resume(state.importer, state.upload.id, Actor("other", user_id=5))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("1,A,W2", "No organisation of yours", id="an employer of another unit"),
        pytest.param("1,A,", "Name the employer", id="nobody's person"),
        pytest.param(
            "77,丙,W1", "an organisation that is not yours", id="a person of another unit"
        ),
    ],
)
def test_an_organiser_keeps_to_the_own_unit(works, line, says):
    theirs = services.admit({"name": "丙", "number": "77"}, OPERATOR)
    services.employ(theirs, works[1], date(2020, 1, 1), OPERATOR)
    actor = Actor("o", grants=((Role.ORGANISER, works[0].path),))
    state = send(f"工号,姓名,单位\n{line}\n", actor)
    assert [says in str(p) for p in state.problems] == [True]


@pytest.mark.parametrize(("name", "write"), [("a.csv", write_csv), ("a.xlsx", write_xlsx)])
def test_what_goes_out_comes_in_unchanged(works, name, write):
    press(send(ROSTER))
    services.admit({"name": "=1+1", "number": "-3"}, OPERATOR)
    people = queries.everybody()
    state = send(write(sheet.EXPORTED, sheet.exported(people)), name=name)
    assert state.counts == {"new": 0, "changed": 0, "same": len(people), "problem": 0}, state.rows


@pytest.mark.realdata
@pytest.mark.parametrize(("name", "write"), [("a.csv", write_csv), ("a.xlsx", write_xlsx)])
def test_rare_names_come_back_byte_for_byte(works, name, write):
    path = REALDATA / "rare_test_names.csv"
    names = [row["name"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
    rows = [{"number": f"{n:04}", "name": rare, "employer": "W1"} for n, rare in enumerate(names)]
    state = send(write(sheet.EXPORTED, rows), name=name)
    assert state.preview.ok, state.problems
    press(state)
    kept = {row["name"]: queries.by_number(row["number"]).name for row in rows}
    # What stands around a name is no part of it: the reader takes it off, and says so.
    assert {rare: name for rare, name in kept.items() if name not in (rare, rare.strip())} == {}
    assert state.table.notices or all(rare == name for rare, name in kept.items())
