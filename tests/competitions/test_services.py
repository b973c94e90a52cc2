"""Competitions announced, loaded again, locked."""

import pytest
from sqlalchemy import func, select

from skillhub.awards import services as awards
from skillhub.competitions import services
from skillhub.competitions.models import Event
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import JournalLine, chain, verify
from tests import make

FILE = """\
[competition]
code = "cup"
name = "City cup"
year = 2026
tier = "city"

[defaults]
components = [{ code = "theory", max = "100", weight = "0.3" }, { code = "practice", max = "100", weight = "0.7" }]
ranking = { keys = ["total desc"], remaining_tie = "share" }
awards = { scheme = "counts", titles = [["Gold", 1], ["Silver", 1]] }

[[event]]
code = "01"
name = "Welding"

[[event]]
code = "02"
name = "Turning"
"""


@pytest.fixture
def loaded(root):
    return awards.load(FILE, OPERATOR, root)


def lines():
    return db.session.scalar(select(func.count()).select_from(JournalLine))


def test_a_file_announces_a_competition_with_its_events(loaded):
    assert loaded.added == ["01", "02"]
    assert loaded.competition.checking == "off"
    assert [str(part.weight) for part in loaded.competition.events[0].components] == ["0.3", "0.7"]


def test_the_same_file_again_changes_nothing(loaded):
    versions = dict(db.session.execute(select(Event.code, Event.version)).all())
    again = awards.load(FILE, OPERATOR)
    assert (again.added, again.changed, again.same) == ([], [], ["01", "02"])
    assert dict(db.session.execute(select(Event.code, Event.version)).all()) == versions


def test_a_changed_event_is_changed_and_the_other_stays(loaded):
    again = awards.load(FILE.replace('"Turning"', '"Milling"'), OPERATOR)
    assert (again.changed, again.same) == (["02"], ["01"])
    assert again.competition.events[1].name == "Milling"


def test_an_event_that_left_the_file_is_kept_and_named(loaded):
    again = awards.load(FILE[: FILE.rindex("[[event]]")], OPERATOR)
    assert [str(n) for n in again.notices] == ["Not in the file any more, but kept: 02."]
    assert len(again.competition.events) == 2


def test_locked_rules_cannot_be_loaded_over_and_every_reason_is_told(loaded):
    for event in loaded.competition.events:
        services.lock(event, OPERATOR, now())
    before = lines()
    changed = FILE.replace('weight = "0.3"', 'weight = "0.4"').replace(
        '"Welding"', '"Welding"\nteam_size = 2'
    )
    with pytest.raises(BadInput) as refused:
        awards.load(changed, OPERATOR)
    told = [str(p) for p in refused.value.problems]
    assert told == [
        "line 12, event[0]: the rules of event 01 are locked since marking began: components, team_size cannot change",
        "line 17, event[1]: the rules of event 02 are locked since marking began: components cannot change",
    ]
    assert lines() == before


def test_a_locked_event_may_still_get_another_name(loaded):
    services.lock(loaded.competition.events[0], OPERATOR, now())
    assert awards.load(FILE.replace('"Welding"', '"Pipe welding"'), OPERATOR).changed == ["01"]


def test_an_unknown_occupation_is_told_with_its_line(root):
    with pytest.raises(BadInput) as refused:
        awards.load(FILE + 'occupation = "wizard"\n', OPERATOR, root)
    assert [str(p) for p in refused.value.problems] == [
        "line 19, event[1].occupation: there is no occupation “wizard”"
    ]


def test_a_code_announces_only_one_competition(root):
    values = {"name": "Cup", "year": 2026, "tier": "city"}
    services.announce(root, "cup", values, OPERATOR)
    with pytest.raises(Conflict, match="already"):
        services.announce(root, "cup", values, OPERATOR)


def test_an_edit_from_an_older_state_is_refused(root):
    row = services.announce(root, "cup", {"name": "Cup", "year": 2026, "tier": "city"}, OPERATOR)
    seen = row.version
    services.edit(row, seen, {"name": "Cup 1"}, OPERATOR)
    with pytest.raises(Conflict, match="meanwhile"):
        services.edit(row, seen, {"name": "Cup 2"}, OPERATOR)
    assert row.name == "Cup 1"


def test_rules_are_locked_once_and_only_when_they_are_whole(root):
    cup = make.competition(root)
    bare = make.event(cup, code="01", locked=False, awards=[])
    with pytest.raises(Conflict, match="needs components, ranking and awards"):
        services.lock(bare, OPERATOR, now())
    whole = make.event(cup, code="02", locked=False)
    services.lock(whole, OPERATOR, now())
    with pytest.raises(Conflict, match="locked already"):
        services.lock(whole, OPERATOR, now())
    with pytest.raises(Locked, match="locked since marking began"):
        services.revise_event(whole, whole.version, {"name": "Event 02", "team_size": 3}, OPERATOR)
    services.unlock(whole, "the weights were wrong", OPERATOR)
    assert (whole.state, whole.locked_at) == ("draft", None)
    assert verify(chain()) == []


def test_the_second_person_cannot_be_done_without_once_rules_are_locked(root):
    cup = make.competition(root, checking="look_over")
    services.edit(cup, cup.version, {"checking": "off"}, OPERATOR)
    services.edit(cup, cup.version, {"checking": "look_over"}, OPERATOR)
    make.event(cup)
    with pytest.raises(Locked, match="checking cannot change"):
        services.edit(cup, cup.version, {"checking": "off"}, OPERATOR)
    assert cup.checking == "look_over"


def test_a_file_that_says_nothing_of_checking_leaves_it(loaded, root):
    services.edit(
        loaded.competition, loaded.competition.version, {"checking": "look_over"}, OPERATOR
    )
    assert awards.load(FILE, OPERATOR, root).competition.checking == "look_over"
