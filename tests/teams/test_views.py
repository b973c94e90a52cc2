"""The page of an event's teams: what it saves, what it refuses with a sentence, and when it is locked."""

from dataclasses import replace

import pytest

from skillhub.doctor.checks import team_size
from skillhub.entries.rules import TeamRule, wrong_rule, wrong_team
from tests import make
from tests.doctor import sound


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user("organiser", root))


@pytest.fixture
def event(root):
    return make.event(make.competition(root), locked=False, team_size=3)


VALUES = {"take": "sum", "disqualified": "team", "best_member": ""}


def post(browser, event, **values):
    at = f"/competitions/{event.competition_id}/events/{event.id}/team"
    make.db.session.refresh(event)
    return browser.post(at, data={**VALUES, "version": event.version, **values})


def test_what_is_said_of_teams_is_kept_and_shown_again(organiser, event):
    said = {"team_size": 4, "least": 2, "reserves": 1, "one_unit": "y", "take": "mean", "best": 2}
    assert post(organiser, event, **said, disqualified="zero").status_code == 302
    make.db.session.refresh(event)
    assert event.team_size == 4
    assert event.ranking["team"] == {
        "least": 2, "reserves": 1, "one_unit": True, "take": "mean", "best": 2, "disqualified": "zero",
    }  # fmt: skip
    page = organiser.get(f"/competitions/{event.competition_id}/events/{event.id}/team").text
    assert 'name="least"' in page
    assert 'value="2"' in page
    edit = f"/competitions/{event.competition_id}/events/{event.id}/edit"
    assert organiser.get(edit).status_code == 200


def test_what_is_usual_is_not_written_down_and_single_competitors_have_no_teams(organiser, event):
    assert post(organiser, event, team_size=3).status_code == 302
    make.db.session.refresh(event)
    assert "team" not in event.ranking
    assert post(organiser, event, team_size=1, least=2).status_code == 302
    make.db.session.refresh(event)
    assert (event.team_size, "team" in event.ranking) == (1, False)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"least": 4}, "4 is more than the 3 of a full team", id="smallest above full"),
        pytest.param(
            {"best": 5}, "5 is more than the 3 of a full team", id="more count than there are"
        ),
        pytest.param({"team_size": 0}, "between 1 and 50", id="nobody"),
    ],
)
def test_mistakes_are_told_at_their_field_and_what_was_typed_stays(organiser, event, values, said):
    page = post(organiser, event, **{"team_size": 3, **values})
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    typed = next(iter(values.values()))
    assert f'value="{typed}"' in page.text
    make.db.session.refresh(event)
    assert "team" not in event.ranking


def test_once_the_rules_lock_nothing_changes(organiser, event):
    make.changed(event, state="prepared", locked_at=make.now(), locked_by="x")
    page = organiser.get(f"/competitions/{event.competition_id}/events/{event.id}/team").text
    assert "The rules are locked; this can no longer change." in page
    refused = post(organiser, event, team_size=5)
    assert refused.status_code in (409, 423)
    make.db.session.refresh(event)
    assert event.team_size == 3


def test_a_stale_page_is_refused(organiser, event):
    assert post(organiser, event, team_size=3, version=event.version + 7).status_code == 409


# --- the rules themselves ---

RULE = TeamRule(least=2, reserves=1, one_unit=True)


@pytest.mark.parametrize(
    ("people", "size", "rule", "units", "wrong"),
    [
        pytest.param(1, 3, RULE, (), "at least 2 people; this one has 1", id="one too few"),
        pytest.param(2, 3, RULE, (7, 7), None, id="the smallest"),
        pytest.param(4, 3, RULE, (7,), None, id="full with its reserve"),
        pytest.param(
            5, 3, RULE, (7,), "at most 3 people and 1 reserves; this one has 5", id="one too many"
        ),
        pytest.param(3, 3, RULE, (7, 8), "one unit; these work for 2", id="of two units"),
        pytest.param(3, 3, TeamRule(), (7, 8), None, id="of two units, where nobody minds"),
        pytest.param(
            4, 3, TeamRule(), (), "at most 3 people; this one has 4", id="nobody stands by"
        ),
        pytest.param(1, 3, TeamRule(), (), None, id="nobody asks for a smallest team"),
        pytest.param(1, 1, TeamRule(), (), None, id="a single competitor"),
        pytest.param(2, 1, TeamRule(), (), "single competitors", id="two where one competes"),
    ],
)
def test_who_makes_a_team(people, size, rule, units, wrong):
    said = wrong_team(people, size, rule, units)
    assert said is None if wrong is None else wrong in str(said)


@pytest.mark.parametrize(
    ("rule", "size", "where"),
    [
        pytest.param(TeamRule(least=3), 3, [], id="all of them"),
        pytest.param(TeamRule(least=4), 3, ["ranking.team.least"], id="more than all"),
        pytest.param(TeamRule(best=4), 3, ["ranking.team.best"], id="best of more than all"),
        pytest.param(TeamRule(best_member="x"), 3, ["ranking.team.best_member"], id="no such part"),
        pytest.param(TeamRule(best_member="a"), 3, [], id="a part there is"),
        pytest.param(TeamRule(reserves=1), 1, ["ranking.team"], id="reserves of nobody"),
    ],
)
def test_what_a_rule_may_ask(rule, size, where):
    assert [p.where for p in wrong_rule(rule, size, {"a"})] == where


@pytest.mark.parametrize(
    ("mates", "least", "odd"),
    [
        pytest.param(3, None, False, id="full"),
        pytest.param(2, None, True, id="one is missing, and nobody said that fewer will do"),
        pytest.param(2, 2, False, id="the smallest that was said"),
        pytest.param(1, 2, True, id="fewer than that"),
        pytest.param(4, 2, True, id="one too many"),
    ],
)
def test_the_doctor_knows_the_smallest_team(mates, least, odd):
    looked = team_size.look(replace(sound.team(sound.case(), 3, mates), team_least=least))
    assert bool(list(looked)) is odd
