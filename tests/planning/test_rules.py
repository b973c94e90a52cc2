"""The step at which an event stands."""

from types import SimpleNamespace

import pytest

from skillhub.planning.rules import Progress, Stage, asked, done, remarks, stage_of, theory_share


def event(**counts):
    return Progress(1, "01", "Welding", **{"state": "prepared", "entries": 5, **counts})


@pytest.mark.parametrize(
    ("counts", "stage"),
    [
        pytest.param({"state": "draft"}, Stage.RULES, id="rules are open"),
        pytest.param({"entries": 0}, Stage.ENTRIES, id="nobody is entered"),
        pytest.param({"missing": 1}, Stage.MARKS, id="one mark is blank"),
        pytest.param({"rejected": 1}, Stage.MARKS, id="one mark was sent back"),
        pytest.param({"to_check": 1}, Stage.CHECK, id="one mark waits"),
        pytest.param({"to_check": 1, "checking": False}, Stage.FINAL, id="nobody checks here"),
        pytest.param({}, Stage.FINAL, id="nothing is open"),
        pytest.param({"state": "final", "to_check": 3}, Stage.AWARDS, id="final: awards next"),
        pytest.param(
            {"state": "final", "awards": 1}, Stage.CERTIFICATES, id="conferred: certificates next"
        ),
        pytest.param(
            {"state": "final", "awards": 2, "issued": 1}, Stage.CERTIFICATES, id="one was left out"
        ),
        pytest.param(
            {"state": "final", "awards": 2, "issued": 2, "stale": 1},
            Stage.CERTIFICATES,
            id="one says what is no longer true",
        ),
        pytest.param({"state": "final", "awards": 2, "issued": 2}, Stage.DONE, id="all issued"),
        pytest.param({"state": "final", "nobody": True}, Stage.DONE, id="nobody earns an award"),
    ],
)
def test_stage(counts, stage):
    assert event(**counts).stage is stage


def test_a_competition_stands_where_its_slowest_event_stands():
    events = [event(missing=2), event(state="final", awards=2)]
    assert stage_of(events) is Stage.MARKS
    assert done(events, Stage.FINAL) == 1
    assert stage_of([]) is Stage.RULES


@pytest.mark.parametrize(
    ("keys", "needed"),
    [
        pytest.param(["total desc", "minutes asc"], {"plate"}, id="a time breaks ties only"),
        pytest.param(["minutes asc"], {"plate", "minutes"}, id="the time is the first key"),
        pytest.param([], {"plate"}, id="no ranking yet"),
    ],
)
def test_asked(keys, needed):
    assert asked({"plate": "points", "minutes": "time"}, {"keys": keys}) == needed


def part(code, weight, maximum=100, name="", kind="points"):
    return SimpleNamespace(code=code, name=name, kind=kind, weight=weight, maximum=maximum)


@pytest.mark.parametrize(
    ("parts", "share", "warned"),
    [
        pytest.param([part("theory", 30), part("work", 70)], "30.0", False, id="30 is allowed"),
        pytest.param([part("theory", 31), part("work", 69)], "31.0", True, id="31 is not"),
        pytest.param([part("a", 40, name="理论"), part("b", 60)], "40.0", True, id="in Chinese"),
        pytest.param(
            [part("theory", 1, 50), part("work", 1, 100)], "33.3", True, id="by points, no weights"
        ),
        pytest.param(
            [part("theory", 30), part("work", 70), part("t", 100, kind="time")],
            "30.0",
            False,
            id="a time earns nothing",
        ),
        pytest.param([part("a", 60), part("b", 40)], None, False, id="no theory"),
        pytest.param([], None, False, id="nothing yet"),
    ],
)
def test_theory_above_thirty_of_a_hundred_is_remarked(parts, share, warned):
    found = theory_share(parts)
    assert (None if found is None else str(found)) == share
    assert bool(remarks(parts)) is warned
