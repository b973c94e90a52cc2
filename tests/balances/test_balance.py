"""The day's balance: sheets taken = good + spoiled + left (features F15)."""

import random
from datetime import timedelta

import pytest

from skillhub.balances import queries, services
from skillhub.balances.rules import Balance
from skillhub.copies import queries as ledger
from skillhub.copies import services as desk
from skillhub.copies.rules import CopyState, Reason, Step
from skillhub.copies.services import Handing
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput
from tests import make
from tests.copies import papers

ZONE = "Asia/Shanghai"
SEQUENCES, STEPS = 100, 12


@pytest.mark.parametrize(
    ("balance", "adds_up", "said"),
    [
        pytest.param(
            Balance(291, 9, taken=300, left=0), True, [], id="300 taken, 291 good, 9 spoiled"
        ),
        pytest.param(Balance(1, 1, taken=5, left=3), True, [], id="what is left counts"),
        pytest.param(
            Balance(290, 9, taken=300, left=0),
            False,
            ["1 sheets were taken and are neither good, spoiled nor left."],
            id="one is missing",
        ),
        pytest.param(
            Balance(292, 9, taken=300, left=0),
            False,
            ["1 sheets more are accounted for than were taken."],
            id="one too many",
        ),
        pytest.param(
            Balance(5, 0, 2, taken=7, left=0),
            False,
            ["Sent to the printer, and nobody said whether they are good: 2."],
            id="what nobody said is not good",
        ),
        pytest.param(
            Balance(5),
            False,
            ["Nobody counted the sheets taken out of the box."],
            id="not counted is unknown",
        ),
        pytest.param(Balance(taken=0, left=0), True, [], id="nothing taken, nothing used"),
    ],
)
def test_balance(balance, adds_up, said):
    assert balance.adds_up is adds_up
    assert [str(one) for one in balance.findings] == said


class Day:
    """A day at a printer, lived twice: on the ledger, and with sheets of paper in the hand."""

    def __init__(self, rows, seed):
        self.rows, self.chance = rows, random.Random(seed)
        self.real = {}  # sheet: good, spoiled, or None while it lies unseen in the tray
        self.taken = 0

    def live(self, steps):
        for _ in range(steps):
            self.chance.choice([self.send, self.note, self.note, self.take_back])()
        for key, real in list(self.real.items()):  # before everybody goes home
            if real is None:
                desk.confirm(ledger.sheets([key]), OPERATOR, now())
                self.real[key] = "good"

    def send(self):
        some = self.chance.sample(self.rows, self.chance.randint(1, len(self.rows)))
        before = ledger.papers(some, steps=False)
        reason = self.chance.choice(list(Reason))
        for paper in before:
            sheet = paper.sheets[0] if paper.sheets else None
            wasted = reason in (Reason.JAM, Reason.DAMAGED, Reason.LOST)
            if sheet and wasted and sheet.state in (CopyState.SENT, CopyState.CONFIRMED):
                self.real[sheet.copy.id] = "spoiled"
        for sheet in papers.sent(some, reason=reason, words="x"):
            self.real[sheet.copy.id] = None
            self.taken += 1

    def note(self):
        if not self.real:
            return
        [sheet] = ledger.sheets([self.chance.choice(list(self.real))])
        kind = self.chance.choice(list(Step))
        if kind not in desk.rules.MOVES[sheet.state]:
            return
        if kind is Step.CONFIRMED:
            desk.confirm([sheet], OPERATOR, now())
            self.real[sheet.copy.id] = "good"
        elif kind is Step.HANDED_OVER:
            desk.hand_over([sheet], Handing(), OPERATOR, now())
            self.real[sheet.copy.id] = "good"
        elif kind is Step.SPOILED:
            desk.spoil([sheet], "torn", OPERATOR, now())
            self.real[sheet.copy.id] = "spoiled"
        elif kind is Step.UNUSED:
            desk.not_printed([sheet], "off", OPERATOR, now())
            del self.real[sheet.copy.id]
            self.taken -= 1
        else:
            desk.renumber(sheet, f"X-{self.chance.randint(1, 99)}", OPERATOR, now())

    def take_back(self):
        """A spoiled tick was wrong: the sheet is as it was before."""
        spoiled = [key for key, real in self.real.items() if real == "spoiled"]
        if not spoiled:
            return
        [sheet] = ledger.sheets([self.chance.choice(spoiled)])
        if sheet.last.kind is not Step.SPOILED:
            return
        desk.take_back(sheet, sheet.last.id, "it was good", OPERATOR, now())
        [after] = ledger.sheets([sheet.copy.id])
        self.real[sheet.copy.id] = None if after.state is CopyState.SENT else "good"


def test_it_adds_up_for_a_hundred_random_sequences(root):
    day = today(ZONE)
    for seed in range(SEQUENCES):
        host = make.organisation(f"host{seed}", parent=root)
        life = Day(papers.issued(host, ["A", "B", "C"]), seed)
        life.live(STEPS)
        line = next((x for x in queries.lines(OPERATOR, day) if x.hand.issuer_id == host.id), None)
        if line is None:
            assert life.taken == 0
            continue
        left = life.chance.randint(0, 5)
        services.count(line.hand, day, life.taken + left, left, "", OPERATOR, now())
        after = queries.by_key(OPERATOR, day, queries.key_of(line.hand)).balance
        real = list(life.real.values())
        counted = (after.good, after.spoiled, after.open)
        assert counted == (real.count("good"), real.count("spoiled"), 0), seed
        assert after.adds_up, (seed, after.findings)
        db.session.rollback()


def test_a_count_that_is_wrong_is_said_to_be(root):
    rows = papers.issued(root)
    desk.confirm(papers.sent(rows), OPERATOR, now())
    day = today(ZONE)
    [line] = queries.lines(OPERATOR, day)
    services.count(line.hand, day, 6, 0, "", OPERATOR, now())
    [line] = queries.lines(OPERATOR, day)
    assert (line.balance.off, line.balance.adds_up) == (2, False)


def test_the_latest_count_holds_and_the_one_before_stays(root):
    papers.sent(papers.issued(root))
    day = today(ZONE)
    [line] = queries.lines(OPERATOR, day)
    for taken in (9, 4):
        services.count(line.hand, day, taken, 0, "", OPERATOR, now())
    [line] = queries.lines(OPERATOR, day)
    assert line.balance.taken == 4
    assert db.session.execute(db.text("SELECT count(*) FROM sheet_counts")).scalar() == 2


def test_more_cannot_be_left_than_was_taken(root):
    papers.sent(papers.issued(root))
    [line] = queries.lines(OPERATOR, today(ZONE))
    with pytest.raises(BadInput, match="More sheets are left"):
        services.count(line.hand, today(ZONE), 3, 4, "", OPERATOR, now())


def test_each_operator_and_each_day_has_a_balance_of_its_own(root):
    rows = papers.issued(root)
    papers.sent(rows[:1], papers.staff(root, "ana"))
    papers.sent(rows[1:2], papers.staff(root, "bo"))
    papers.sent(rows[2:3], papers.staff(root, "bo"), now() - timedelta(days=1))
    assert [line.who for line in queries.lines(OPERATOR, today(ZONE))] == ["Ana", "Bo"]
    assert [line.who for line in queries.lines(OPERATOR, today(ZONE) - timedelta(days=1))] == ["Bo"]


@pytest.mark.parametrize(
    "change", ["UPDATE sheet_counts SET taken = 1", "DELETE FROM sheet_counts"]
)
def test_a_count_is_never_changed(root, change):
    papers.sent(papers.issued(root))
    [line] = queries.lines(OPERATOR, today(ZONE))
    services.count(line.hand, today(ZONE), 4, 0, "", OPERATOR, now())
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql(change)


def test_the_page_counts_and_says_what_is_off(root, sign_in):
    rows = papers.issued(root)
    desk.confirm(papers.sent(rows), OPERATOR, now())
    staff = sign_in(make.user("certificate_staff", root))
    assert "not counted yet" in staff.get("/copies/balance").text
    chinese = staff.get("/copies/balance", headers={"Accept-Language": "zh"}).text
    assert ("剩余" in chinese, "左" in chinese) == (True, False), "what is left lies on no side"
    key = queries.key_of(queries.lines(OPERATOR, today(ZONE))[0].hand)
    wrong = staff.post("/copies/balance", data={"hand": key, "taken": "3", "left": "4"})
    assert (wrong.status_code, "More sheets are left" in wrong.text) == (422, True)
    staff.post("/copies/balance", data={"hand": key, "taken": "5", "left": "0"})
    assert "1 sheets were taken and are neither" in staff.get("/copies/balance").text
    staff.post("/copies/balance", data={"hand": key, "taken": "5", "left": "1"})
    assert "adds up" in staff.get("/copies/balance").text


def test_the_page_counts_for_nobody_else(root, sign_in):
    papers.sent(papers.issued(root))
    key = queries.key_of(queries.lines(OPERATOR, today(ZONE))[0].hand)
    other = sign_in(make.user("certificate_staff", make.organisation("other", parent=root)))
    answer = other.post("/copies/balance", data={"hand": key, "taken": "5", "left": "0"})
    assert answer.status_code == 404
    assert "Nothing was sent" in other.get("/copies/balance").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_balance_and_sheets_are_exported(root, sign_in, kind):
    papers.sent(papers.issued(root, ["=1+1"]))
    staff = sign_in(make.user("certificate_staff", root))
    for name in ("balance", "ledger"):
        answer = staff.get(f"/copies/{name}.{kind}")
        assert answer.status_code == 200
        if kind == "csv" and name == "ledger":
            assert "\n=1+1" not in answer.text.replace(",", "\n"), "a cell is no formula"
            assert "sent to the printer" in answer.text
    assert staff.get("/copies/balance.exe").status_code == 404
