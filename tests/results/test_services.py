"""Freezing, signing and taking back a ranking."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from skillhub.competitions.rules import EventState
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.marking import services as marks
from skillhub.results import queries, services
from tests import make

NAME = OPERATOR.name


@pytest.fixture
def event(root):
    event = make.event(make.competition(root, checking="off"), parts=(("theory", 100, 1),))
    for code, points in (("1", 90), ("2", 80)):
        make.entry(event, code, marks={"theory": points})
    return event


def mark(event, points):
    entry = queries.computed(event).standings[0].entry
    return marks.enter(event, {(entry, event.components[0].id): (points, 1)}, OPERATOR, now())


def test_frozen_it_is_provisional_unsigned_and_closed_to_marks(event):
    version = services.freeze(event, OPERATOR, now())
    assert (event.state, version.number, version.signed_by) == (EventState.PROVISIONAL, 1, None)
    assert [line.rank for line in version.lines] == [1, 2]
    assert queries.frozen(event) is version
    assert queries.current(event) is None
    with pytest.raises(Locked):
        mark(event, 70)
    with pytest.raises(Conflict, match="frozen already"):
        services.freeze(event, OPERATOR, now())


def test_what_was_frozen_is_what_is_signed(event):
    version = services.freeze(event, OPERATOR, now())
    assert services.finalise(event, NAME, OPERATOR, now()) is version
    assert (event.state, version.signed_by) == (EventState.FINAL, NAME)
    assert queries.current(event) is version
    with pytest.raises(Locked):
        services.freeze(event, OPERATOR, now())


def test_in_one_go_where_no_notice_is_asked(event):
    version = services.finalise(event, NAME, OPERATOR, now())
    assert version.frozen_at <= version.signed_at
    assert event.closed


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        pytest.param(NAME, True, id="the own name"),
        pytest.param(f"  {NAME.upper()} ", True, id="case and spaces do not matter"),
        pytest.param("", False, id="nothing"),
        pytest.param(NAME[:-1], False, id="a letter is missing"),
        pytest.param("Somebody", False, id="somebody else"),
    ],
)
def test_signed_with_the_own_name_only(event, typed, fits):
    if fits:
        services.finalise(event, typed, OPERATOR, now())
    else:
        with pytest.raises(BadInput, match="your own name"):
            services.finalise(event, typed, OPERATOR, now())
    assert event.closed is fits


def test_reopened_with_a_reason_the_next_version_follows(event):
    first = services.freeze(event, OPERATOR, now())
    with pytest.raises(BadInput):
        services.take_back(event, " ", OPERATOR)
    services.take_back(event, "a sheet was found", OPERATOR)
    assert (event.state, first.taken_back_why) == (EventState.SCORING, "a sheet was found")
    assert queries.frozen(event) is None
    assert mark(event, 70) == 1
    assert services.freeze(event, OPERATOR, now()).number == 2


def test_a_frozen_ranking_that_no_longer_fits_is_not_signed(event):
    services.freeze(event, OPERATOR, now())
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE sheets SET points = points - 10000"))
    with pytest.raises(Conflict) as refusal:
        services.finalise(event, NAME, OPERATOR, now())
    assert "differ from version 1" in str(refusal.value.problems[0])


@pytest.mark.parametrize("state", ["draft", "prepared"])
def test_what_is_not_complete_is_not_frozen(root, state):
    event = make.event(make.competition(root, checking="off"), locked=state == "prepared")
    make.entry(event, "7")
    with pytest.raises(Conflict) as refusal:
        services.freeze(event, OPERATOR, now())
    assert refusal.value.problems


TIED = {
    "keys": ["total desc", "time asc"],
    "remaining_tie": "must_resolve",
    "decimals": 2,
}


@pytest.fixture
def tied(root):
    cup = make.competition(root, checking="off")
    parts = (("theory", 100, 1), ("time", 7200, 0, None, "time"))
    event = make.event(cup, parts=parts, ranking=TIED)
    for code, points in (("1", 90), ("2", 90), ("3", 80)):
        make.entry(event, code, marks={"theory": points})
    return event


def tie_of(event):
    (tie,) = queries.unresolved(event)
    return tie


def kinds(event):
    return [problem.kind for problem in queries.open_points(event, now())]


def test_lots_settle_a_tie_with_a_reason_before_a_witness(tied):
    first, second = tie_of(tied)
    assert kinds(tied) == ["tie"]
    for why, witness in ((" ", "Wu"), ("equal", ""), ("equal", NAME.upper())):
        with pytest.raises(BadInput):
            services.draw_lots(tied, [second, first], why, witness, OPERATOR, now())
    services.draw_lots(tied, [second, first], "equal", "Wu", OPERATOR, now())
    standings = queries.computed(tied).standings
    assert [(s.entry, s.rank) for s in standings][:2] == [(second.id, 1), (first.id, 2)]
    assert str(standings[1].separated) == "separated by lot"
    assert kinds(tied) == []
    assert services.finalise(tied, NAME, OPERATOR, now()).lines[0].entry_id == second.id


def test_lots_are_for_whole_ties_that_wait(tied):
    first, second = tie_of(tied)
    third = queries.computed(tied).standings[2].entry
    for order in ([first], [first, queries.computed(tied).entries[third]]):
        with pytest.raises(Conflict):
            services.draw_lots(tied, order, "equal", "Wu", OPERATOR, now())
    services.draw_lots(tied, [first, second], "equal", "Wu", OPERATOR, now())
    with pytest.raises(Conflict):
        services.draw_lots(tied, [second, first], "again", "Wu", OPERATOR, now())


def test_lots_no_longer_count_once_another_joins_the_tie(tied):
    first, second = tie_of(tied)
    services.draw_lots(tied, [first, second], "equal", "Wu", OPERATOR, now())
    third, part = queries.computed(tied).standings[2].entry, tied.components[0].id
    marks.enter(tied, {(third, part): (90, 1)}, OPERATOR, now())
    assert len(tie_of(tied)) == 3


def test_lots_are_part_of_what_is_signed(tied):
    before = queries.computed(tied).input_hash
    services.draw_lots(tied, tie_of(tied), "equal", "Wu", OPERATOR, now())
    assert queries.computed(tied).input_hash != before


def test_a_missing_time_is_entered_with_evidence_before_it_is_frozen_and_never_after(tied):
    (first, second), part = tie_of(tied), tied.components[1]
    assert set(queries.untimed(tied)) >= {first.id, second.id}
    with pytest.raises(BadInput):
        services.enter_time(first, part, Decimal(300), " ", OPERATOR, now())
    services.enter_time(second, part, Decimal(300), "photo of the clock", OPERATOR, now())
    assert queries.computed(tied).standings[0].entry == second.id
    with pytest.raises(Conflict):
        services.enter_time(second, part, Decimal(200), "another", OPERATOR, now())

    services.freeze(tied, OPERATOR, now())
    with pytest.raises(Conflict):
        services.enter_time(first, part, Decimal(100), "late", OPERATOR, now())
