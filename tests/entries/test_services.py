"""Entries admitted, changed and ruled one by one."""

import pytest

from skillhub.entries import queries, services
from skillhub.entries.models import EntryStatus, TeamMember
from skillhub.entries.rules import Draft
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import about
from tests import make


@pytest.fixture
def event(root):
    return make.event(make.competition(root), locked=False, team_size=2)


def test_a_code_is_given_once(event):
    services.admit(event, {"code": "a1"}, OPERATOR)
    with pytest.raises(Conflict, match="A1"):
        services.admit(event, {"code": "A1"}, OPERATOR)


def test_a_second_entry_of_a_worker_is_refused_with_the_first(event):
    person = make.person("Li Wei")
    services.admit(event, {"code": "1", "person": person}, OPERATOR)
    with pytest.raises(Conflict, match="this worker is in event 01 already, as entry 1"):
        services.admit(event, {"code": "2", "person": person}, OPERATOR)


def test_a_member_of_a_team_cannot_enter_alone(event):
    person = make.person("Li Wei")
    team = make.entry(event, "7")
    make.keep(TeamMember(entry=team, position=1, name=person.name, person=person))
    with pytest.raises(Conflict, match="as entry 7"):
        services.admit(event, {"code": "8", "person": person}, OPERATOR)


@pytest.mark.parametrize("status", [EntryStatus.DNF, EntryStatus.DSQ, EntryStatus.NC])
def test_a_bad_end_needs_a_reason(event, status):
    entry = services.admit(event, {"code": "1"}, OPERATOR)
    with pytest.raises(BadInput, match="reason"):
        services.rule(entry, entry.version, status, " ", OPERATOR)
    services.rule(entry, entry.version, status, "left the hall", OPERATOR)
    assert (entry.status, entry.status_reason) == (status, "left the hall")


def test_an_edit_from_an_older_state_is_refused_and_the_journal_keeps_the_old_name(event):
    entry = services.admit(event, {"code": "1", "name": "Li"}, OPERATOR)
    seen = entry.version
    services.edit(entry, seen, {"name": "Li Wei"}, OPERATOR)
    with pytest.raises(Conflict, match="meanwhile"):
        services.edit(entry, seen, {"name": "Wu"}, OPERATOR)
    assert about([entry])[0].changes[0][1:] == ({"name": "Li"}, {"name": "Li Wei"})


def test_the_members_of_a_team_are_replaced(event):
    entry = services.admit(event, {"code": "1", "members": ["Li", "Wu"]}, OPERATOR)
    services.edit(entry, entry.version, {"members": ["Wu", "Bo"]}, OPERATOR)
    assert [m.name for m in queries.of(event)[0].members] == ["Wu", "Bo"]


def team_event(root):
    return make.event(make.competition(root), code="robot", team_size=2, locked=False)


def test_members_written_with_their_worker_number_are_tied_to_the_worker(root, operator):
    worker = make.person("Ann", number="00417")
    event = team_event(root)
    drafts = [Draft(2, "robot", "T1", name="Team 1", members=("Ann (00417)", "Bo (the tall)"))]
    services.import_sheet(event.competition, drafts, "teams.csv", operator)
    (entry,) = queries.of(event)
    assert [(m.name, m.person_id) for m in entry.members] == [
        *[("Ann", worker.id), ("Bo (the tall)", None)]
    ]
    assert queries.team_of(entry) == ["Ann (00417)", "Bo (the tall)"]
    assert [found.id for found in queries.of_person(worker.id)] == [entry.id]

    again = services.import_sheet(event.competition, drafts, "teams.csv", operator)
    assert again.preview.counts["same"] == 1


def test_a_member_with_a_number_nobody_has_is_asked_for(root, operator):
    event = team_event(root)
    drafts = [Draft(2, "robot", "T1", name="Team 1", members=("Ann (00417)", "Bo (00418)"))]
    with pytest.raises(BadInput) as refused:
        services.import_sheet(event.competition, drafts, "teams.csv", operator)
    assert [str(p) for p in refused.value.problems] == [
        f"row 2: there is no worker with the number “{n}”; add the person or mend the number"
        for n in ("00417", "00418")
    ]
    with pytest.raises(BadInput):
        services.admit(event, {"code": "T1", "name": "T", "members": ["Ann (00417)"]}, operator)


def test_nobody_is_in_two_teams_of_an_event(root, operator):
    make.person("Ann", number="00417")
    event = team_event(root)
    drafts = [
        Draft(n, "robot", f"T{n}", name=f"Team {n}", members=("Ann (00417)",)) for n in (2, 3)
    ]
    with pytest.raises(BadInput) as refused:
        services.import_sheet(event.competition, drafts, "teams.csv", operator)
    assert "already, as entry T2" in str(refused.value.problems[0])
    services.admit(event, {"code": "A", "name": "A", "members": ["Ann (00417)"]}, operator)
    with pytest.raises(Conflict, match="already, as entry A"):
        services.admit(event, {"code": "B", "name": "B", "members": ["Ann (00417)"]}, operator)


@pytest.mark.parametrize(
    "state", ["provisional", "public_notice", "under_review", "final", "archived", "cancelled"]
)
def test_once_the_ranking_is_laid_open_nobody_enters_changes_or_is_ruled_on(event, state):
    entry = services.admit(event, {"code": "1"}, OPERATOR)
    make.changed(event, state=state, locked_at=now(), locked_by="x")
    for change in (
        lambda: services.admit(event, {"code": "2"}, OPERATOR),
        lambda: services.edit(entry, entry.version, {"official": False}, OPERATOR),
        lambda: services.rule(entry, entry.version, EntryStatus.DSQ, "late", OPERATOR),
    ):
        with pytest.raises(Locked):
            change()
    assert (entry.status, entry.official, len(queries.of(event))) == (EntryStatus.OK, True, 1)
