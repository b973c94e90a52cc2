"""Points that are carried over from an earlier event of the competition, and parts that are void."""

from __future__ import annotations

from decimal import Decimal

import pytest

from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.marking import queries as marking
from skillhub.results import queries, services
from skillhub.scoring import services as scoring
from tests import make


@pytest.fixture
def heat(root):
    return make.event(
        make.competition(root, checking="off"),
        code="heat",
        parts=(("dives", 300, 1), ("extra", 10, 1)),
    )


@pytest.fixture
def final(heat):
    return make.event(heat.competition, code="final", parts=(("dives", 300, 1), ("before", 400, 1)))


def carries(event, source="heat", part=""):
    make.changed(event.components[1], kind="carried", carry_from=source, carry_part=part)


def signed(event, operator):
    return services.finalise(event, operator.name, operator, now())


def carried(event, entry):
    return marking.marks_of(event).get(entry.id, {}).get("before")


def test_the_total_there_is_put_down_here_with_its_version(heat, final, operator):
    person = make.person("Li Wei")
    make.entry(heat, "7", person=person, marks={"dives": 250, "extra": 5})
    own = make.entry(final, "12", person=person, marks={"dives": 260})
    carries(final)
    signed(heat, operator)
    assert services.carry(final, operator, now()) == []
    assert carried(final, own) == Decimal(255)
    assert marking.of(final)[own.id, final.components[1].id].source == "heat v1"
    assert queries.computed(final).standings[0].total == Decimal(515)


def test_one_part_alone_may_be_carried(heat, final, operator):
    make.entry(heat, "7", name="Li Wei", marks={"dives": 250, "extra": 5})
    own = make.entry(final, "12", name="LI WEI")
    carries(final, part="dives")
    signed(heat, operator)
    services.carry(final, operator, now())
    assert carried(final, own) == Decimal(250)


def test_who_was_not_there_is_a_hole_with_its_sentence(heat, final, operator):
    make.entry(heat, "7", name="Li Wei", marks={"dives": 250, "extra": 5})
    own = make.entry(final, "12", name="Zhang Min", marks={"dives": 260})
    carries(final)
    signed(heat, operator)
    (hole,) = services.carry(final, operator, now())
    assert str(hole) == "12 Zhang Min: no points of this person in event heat"
    assert queries.computed(final).standings[0].missing == ("before",)
    assert carried(final, own) is None


def test_two_of_one_name_are_not_told_apart_by_it(heat, final, operator):
    for n in (250, 200):
        make.entry(heat, name="Li Wei", marks={"dives": n, "extra": 5})
    own = make.entry(final, name="Li Wei")
    carries(final)
    signed(heat, operator)
    assert len(services.carry(final, operator, now())) == 1
    assert carried(final, own) is None


def test_what_is_open_is_not_carried(heat, final, operator):
    make.entry(heat, name="Li Wei", marks={"dives": 250, "extra": 5})
    carries(final)
    with pytest.raises(Conflict, match="neither frozen nor final"):
        services.carry(final, operator, now())


def test_a_later_version_changes_nothing_until_it_is_carried(heat, final, operator):
    first = make.entry(heat, name="Li Wei", marks={"dives": 250, "extra": 5})
    own = make.entry(final, name="Li Wei")
    carries(final)
    signed(heat, operator)
    services.carry(final, operator, now())
    services.take_back(heat, "a slip", operator)
    make.changed(marking.of(heat)[first.id, heat.components[0].id], points=Decimal(251))
    signed(heat, operator)
    assert carried(final, own) == Decimal(255)
    services.carry(final, operator, now())
    assert carried(final, own) == Decimal(256)
    assert marking.of(final)[own.id, final.components[1].id].source == "heat v2"


def test_case_24_a_void_part_gives_its_weight_to_the_others(root, operator):
    ranking = {"keys": ["total desc"], "rescale": True}
    event = make.event(
        make.competition(root),
        parts=(("one", 100, "0.5"), ("two", 100, "0.3"), ("three", 100, "0.2")),
        ranking=ranking,
    )
    make.entry(event, marks={"one": 80, "two": 90, "three": 60})
    before = queries.computed(event)
    given = before.input_hash
    scoring.annul(event.components[1], "Wrong drawing", operator)
    after = queries.computed(event)
    assert (before.standings[0].total, after.standings[0].total) == (Decimal(79), Decimal("74.29"))
    assert given != after.input_hash
    scoring.restore(event.components[1], "The drawing was right", operator)
    assert queries.computed(event).input_hash == given


def test_case_24_not_where_the_rules_did_not_foresee_it(heat, operator):
    with pytest.raises(Conflict, match="do not say that a part may be void"):
        scoring.annul(heat.components[0], "Wrong drawing", operator)


def test_the_last_part_that_counts_is_not_voided(root, operator):
    event = make.event(make.competition(root), ranking={"keys": ["total desc"], "rescale": True})
    with pytest.raises(Conflict, match="the last part that counts"):
        scoring.annul(event.components[0], "Wrong drawing", operator)


def test_a_reason_is_asked_for(root, operator):
    event = make.event(
        make.competition(root),
        parts=(("a", 1, 1), ("b", 1, 1)),
        ranking={"keys": ["total desc"], "rescale": True},
    )
    with pytest.raises(BadInput):
        scoring.annul(event.components[0], "  ", operator)


def test_carried_points_wait_for_no_second_typing(root, operator):
    cup = make.competition(root, checking="off")
    heat = make.event(cup, code="heat", parts=(("dives", 300, 1), ("extra", 10, 1)))
    final = make.event(cup, code="final", parts=(("dives", 300, 1), ("before", 400, 1)))
    person = make.person("Li Wei")
    make.entry(heat, "7", person=person, marks={"dives": 250, "extra": 5})
    own = make.entry(final, "12", person=person)
    carries(final)
    signed(heat, operator)
    make.changed(cup, checking="double")
    user = make.user("organiser", root).as_actor()
    services.carry(final, user, now())
    sheet = marking.of(final)[own.id, final.components[1].id]
    assert sheet.state.value == "checked"
    assert sheet.points == Decimal(255)
    services.carry(final, user, now())  # once more: nothing changes
    assert marking.of(final)[own.id, final.components[1].id].state.value == "checked"
