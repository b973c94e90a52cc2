"""The print ledger: what may be written into it, what it says, and that nothing in it ever changes (features F15)."""

import hashlib
import io

import pikepdf
import pypdfium2
import pytest

from skillhub.certificates import queries as certificates
from skillhub.certificates import services as papers_of
from skillhub.copies import queries, rules, services
from skillhub.copies.models import Copy, CopyStep, Sending
from skillhub.copies.rules import CopyState, Reason, Step
from skillhub.copies.services import Handing
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, insert_many, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.sending import queries as files
from skillhub.sending import services as sending_of
from skillhub.sending import works
from tests.copies import papers


@pytest.fixture
def four(root):
    return papers.issued(root)


@pytest.fixture
def ana(root):
    return papers.staff(root, "ana")


def state(paper):
    return queries.paper_of(paper).state


def texts(path):
    """What stands on each page of a file."""
    pages = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_bounded().strip() for page in pages]


def said(refusal):
    return [str(problem) for problem in refusal.value.problems]


def test_sent_and_confirmed_on_paper_are_two_states(four, ana):
    assert state(four[0]) is None
    [sheet] = papers.sent(four[:1], ana)
    assert (sheet.copy.number, state(four[0])) == (1, "sent")
    services.confirm([sheet], ana, now())
    assert state(four[0]) == "confirmed"


def test_sending_a_paper_again_without_a_reason_is_refused_with_who_and_when(four, ana):
    papers.sent(four[:1], ana)
    with pytest.raises(Conflict, match="Sent to a printer already: 1") as refusal:
        papers.sent(four[:2], OPERATOR)
    day = db.session.query(Sending).one().day
    why, *before = said(refusal)
    assert (why, len(before)) == ("reason: Say why.", 1)
    assert f"copy 1 was sent on {day} at " in before[0]
    assert before[0].endswith(" by Ana.")
    assert db.session.query(Copy).count() == 1, "the other paper was not sent either"


def test_with_a_reason_it_is_copy_2_on_the_ledger(four, ana):
    papers.sent(four[:1], ana)
    [sheet] = papers.sent(four[:1], ana, reason=Reason.ASKED)
    assert (sheet.copy.number, sheet.copy.reason, sheet.state) == (2, "asked", "sent")
    assert state(four[0]) == "sent"


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        pytest.param(Reason.JAM, "spoiled", id="a jam spoils the sheet before"),
        pytest.param(Reason.DAMAGED, "spoiled", id="a damaged sheet is spoiled"),
        pytest.param(Reason.LOST, "spoiled", id="a lost sheet is spoiled"),
        pytest.param(Reason.ASKED, "confirmed", id="another one beside a good one"),
    ],
)
def test_the_reason_says_what_became_of_the_sheet_before(four, ana, reason, first):
    services.confirm(papers.sent(four[:1], ana), ana, now())
    papers.sent(four[:1], ana, reason=reason)
    states = {s.copy.number: s.state for s in queries.paper_of(four[0]).sheets}
    assert states == {1: first, 2: "sent"}


def test_a_paper_that_was_handed_over_is_not_spoiled_by_printing_another(four, ana):
    services.hand_over(papers.sent(four[:1], ana), Handing(), ana, now())
    papers.sent(four[:1], ana, reason=Reason.LOST)
    assert queries.paper_of(four[0]).sheets[1].state == "handed_over"


def test_something_else_wants_words(four, ana):
    papers.sent(four[:1], ana)
    with pytest.raises(BadInput, match="Say why"):
        papers.sent(four[:1], ana, reason=Reason.OTHER)
    [sheet] = papers.sent(four[:1], ana, reason=Reason.OTHER, words="the seal was crooked")
    assert sheet.copy.words == "the seal was crooked"


def test_the_same_key_is_the_same_sending(four, ana):
    first, path = works.send(papers.order(four, key="one"), ana, now())
    again, same = works.send(papers.order(four, key="one"), ana, now())
    assert (again.id, same) == (first.id, path)
    assert db.session.query(Copy).count() == 4


def test_the_file_holds_the_papers_in_the_order_asked_for(four, ana):
    _, path = works.send(papers.order(four[::-1]), ana, now())
    text = texts(path)
    assert text == ["N4", "N3", "N2", "N1"]


def test_copy_2_stands_on_the_sheet_when_asked_and_never_in_the_kept_file(four, ana):
    papers.sent(four[:2], ana)
    kept = certificates.pdf_of(four[0].id)
    plan = papers.order([four[0], four[2]], reason=Reason.ASKED, marked=True)
    sending, path = works.send(plan, ana, now())
    pages = texts(path)
    assert "Copy 2" in pages[0]
    assert "N1" in pages[0]
    assert "Copy" not in pages[1], "a first copy says nothing"
    assert [s.copy.marked for s in papers.sheets_of(sending)] == [True, False]
    assert certificates.pdf_of(four[0].id) == kept
    assert hashlib.sha256(kept).hexdigest() == four[0].pdf_sha256
    with pikepdf.open(path) as whole:
        assert [float(n) for n in whole.pages[0].mediabox] == [0, 0, 842, 595]


def test_copy_2_is_not_marked_unless_asked(four, ana):
    papers.sent(four[:1], ana)
    _, path = works.send(papers.order(four[:1], reason=Reason.ASKED), ana, now())
    assert "Copy" not in texts(path)[0]


@pytest.mark.parametrize("end", ["withdraw", "void"])
def test_a_paper_that_counts_no_more_is_not_sent_and_its_ledger_stays_readable(four, ana, end):
    one = four[0]
    papers.sent([one], ana)
    if end == "void":
        one = papers.reserved(one)
    getattr(papers_of, end)(one, "wrong name", OPERATOR, now())
    with pytest.raises(Conflict, match="can be neither sent nor handed over"):
        papers.sent([one], ana, reason=Reason.ASKED)
    assert len(queries.paper_of(one).sheets) == (1 if end == "withdraw" else 0)


def test_a_paper_that_counts_no_more_is_not_handed_over_and_may_be_spoiled(four, ana):
    [sheet] = papers.sent(four[:1], ana)
    papers_of.withdraw(four[0], "wrong name", OPERATOR, now())
    with pytest.raises(Conflict, match="withdrawn"):
        services.hand_over([sheet], Handing(), ana, now())
    services.spoil([sheet], "withdrawn", ana, now())
    assert state(four[0]) == "spoiled"


def test_whoever_hands_a_paper_over_has_seen_it(four, ana):
    [sheet] = papers.sent(four[:1], ana)
    services.hand_over([sheet], Handing("班长 Wang"), ana, now())
    [sheet] = queries.sheets([sheet.copy.id])
    assert [s.kind for s in sheet.steps] == ["confirmed", "handed_over"]
    assert (sheet.handed.to_whom, sheet.handed.how, sheet.handed.by) == (
        "班长 Wang",
        "typed",
        "Ana",
    )


def test_by_default_it_is_handed_to_the_person_it_is_for(four, ana):
    sheets = papers.sent(four[:2], ana)
    services.hand_over(sheets, Handing(listed=True), ana, now())
    handed = [s.handed for s in queries.sheets([s.copy.id for s in sheets])]
    assert [(h.to_whom, h.how) for h in handed] == [("李伟", "listed"), ("欧阳明远", "listed")]


def test_a_step_taken_back_stays_on_the_ledger_with_its_reason(four, ana):
    [sheet] = papers.sent(four[:1], ana)
    services.confirm([sheet], ana, now())
    [sheet] = queries.sheets([sheet.copy.id])
    services.take_back(sheet, sheet.last.id, "the wrong one", ana, now())
    [sheet] = queries.sheets([sheet.copy.id])
    assert sheet.state == "sent"
    assert [(s.kind, s.why) for s in sheet.steps] == [
        ("confirmed", ""),
        ("taken_back", "the wrong one"),
    ]
    assert sheet.last is None


def test_steps_are_taken_back_one_after_the_other(four, ana):
    [sheet] = papers.sent(four[:1], ana)
    services.hand_over([sheet], Handing(), ana, now())
    states = []
    for _ in range(2):
        [sheet] = queries.sheets([sheet.copy.id])
        services.take_back(sheet, sheet.last.id, "no", ana, now())
        states.append(state(four[0]))
    assert states == ["confirmed", "sent"]
    with pytest.raises(Conflict, match="nothing to take back"):
        services.take_back(sheet, 0, "no", ana, now())


def test_taking_back_wants_a_reason_and_the_step_that_was_seen(four, ana):
    [sheet] = papers.sent(four[:1], ana)
    services.confirm([sheet], ana, now())
    [sheet] = queries.sheets([sheet.copy.id])
    with pytest.raises(BadInput, match="Say why"):
        services.take_back(sheet, sheet.last.id, " ", ana, now())
    services.spoil([sheet], "torn", papers.staff(four[0].series.issuer, "bo"), now())
    with pytest.raises(Conflict, match="Meanwhile Bo noted: spoiled"):
        services.take_back(sheet, sheet.last.id, "no", ana, now())


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("stands", list(CopyState))
def test_only_these_steps_follow_a_state(four, ana, stands, step):
    if step is Step.TAKEN_BACK:
        return
    [sheet] = papers.sent(four[:1], ana)
    acts = {
        Step.CONFIRMED: lambda: services.confirm([sheet], ana, now()),
        Step.SPOILED: lambda: services.spoil([sheet], "torn", ana, now()),
        Step.UNUSED: lambda: services.not_printed([sheet], "off", ana, now()),
        Step.HANDED_OVER: lambda: services.hand_over([sheet], Handing(), ana, now()),
        Step.SERIAL: lambda: services.renumber(sheet, "X-1", ana, now()),
    }
    if stands is not CopyState.SENT:
        acts[Step(stands.value)]()
    if step in rules.MOVES[stands]:
        acts[step]()
        now_stands = queries.sheets([sheet.copy.id])[0].state
        assert now_stands == (stands if step is Step.SERIAL else step.value)
    else:
        with pytest.raises(Conflict, match="cannot be noted"):
            acts[step]()


def test_one_that_does_not_fit_holds_back_all(four, ana):
    sheets = papers.sent(four[:2], ana)
    services.spoil(sheets[:1], "torn", ana, now())
    with pytest.raises(Conflict) as refusal:
        services.confirm(sheets, ana, now())
    assert "copy 1 is spoiled (Ana, " in said(refusal)[0]
    assert [state(one) for one in four[:2]] == ["spoiled", "sent"]


def test_a_sheet_that_was_never_printed_leaves_the_one_before_in_place(four, ana):
    services.hand_over(papers.sent(four[:1], ana), Handing(), ana, now())
    again = papers.sent(four[:1], ana, reason=Reason.ASKED)
    services.not_printed(again, "the printer was off", ana, now())
    assert state(four[0]) == "handed_over"


def test_numbers_of_sheets_are_counted_on_and_put_right(four, ana):
    sheets = papers.sent(four[:3], ana, first_serial="GD-0098")
    assert [s.serial for s in sheets] == ["GD-0098", "GD-0099", "GD-0100"]
    services.renumber(sheets[1], "GD-0105", ana, now())
    assert [s.serial for s in queries.sheets([s.copy.id for s in sheets])][1] == "GD-0105"
    assert [p.certificate.id for p in queries.found(OPERATOR, "GD-0105")] == [four[1].id]


@pytest.mark.parametrize("table", ["sendings", "copies", "copy_steps"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete_a_row(four, ana, table, change):
    services.confirm(papers.sent(four[:1], ana), ana, now())
    db.session.rollback()
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql(change.format(table))
    assert db.session.query(CopyStep).count() == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("reason", None, id="a second copy without a reason"),
        pytest.param("words", "", id="something else without words"),
    ],
)
def test_the_database_knows_what_cannot_be(four, ana, column, value):
    [sheet] = papers.sent(four[:1], ana)
    row = {
        "certificate_id": four[0].id, "number": 2, "sending_id": sheet.copy.sending_id, "position": 2,
        "sheet": 2, "serial": "", "reason": Reason.OTHER, "words": "x", "marked": False, column: value,
    }  # fmt: skip
    with pytest.raises(Exception, match="ck_copies"), transaction():
        insert_many(Copy, [row])


def test_papers_are_found_by_name_number_code_and_address(four):
    one = four[2]
    for words in (
        "dupont",
        one.number,
        one.number.lower(),
        one.code,
        f"https://x.cn/v/{one.code.lower()}",
    ):
        assert [p.certificate.id for p in queries.found(OPERATOR, words)] == [one.id], words
    assert queries.found(OPERATOR, " ") == []


def test_a_damaged_kept_file_sends_nothing(four, ana):
    papers.spoil_kept(four[1])
    folder = files.file_of("x").parent
    before = set(folder.glob("*sending-*"))
    with pytest.raises(Conflict, match="damaged"):
        papers.sent(four, ana)
    assert db.session.query(Sending).count() == 0
    assert set(folder.glob("*sending-*")) == before


def test_a_file_that_has_had_its_time_says_so(four, ana):
    sending, path = works.send(papers.order(four[:1]), ana, now())
    path.unlink()
    with pytest.raises(Conflict, match="has had its time"):
        files.kept_file(sending)


def test_more_than_fit_in_one_file_are_sent_in_pieces(root, ana, monkeypatch):
    few = papers.issued(root)
    monkeypatch.setattr(sending_of, "MOST", 3)
    with pytest.raises(BadInput, match="4 papers are too many"):
        papers.sent(few, ana)


def test_without_a_paper_the_kept_pages_are_what_is_sent(four, ana):
    _, path = works.send(papers.order(four[:1]), ana, now())
    with (
        pikepdf.open(path) as whole,
        pikepdf.open(io.BytesIO(certificates.pdf_of(four[0].id))) as kept,
    ):
        sent_of, kept_of = (one.pages[0].Contents.read_bytes() for one in (whole, kept))
    assert sent_of == kept_of


def test_no_row_is_replaced_by_another_either(four, ana):
    """INSERT OR REPLACE deletes what stands in its way, and SQLite asks no trigger unless it is told to."""
    papers.sent(four[:1], ana)
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has it")
    forged = (
        "INSERT OR REPLACE INTO copies SELECT id, certificate_id, number, sending_id, position, sheet, 'FORGED', "
        "reason, words, marked FROM copies"
    )
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql(forged)
